/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON: RFC 8259, strictly: no comments, no trailing comma, nothing after the value. Refused beyond the grammar: \u0000
 * and lone surrogates in strings, and duplicate names. Limits: those of the composer. */
#include "base/encoding.h"
#include "document/compose.h"

struct reader {
    struct dw_composer *composer;
    const struct dw_position_table *positions;
    struct dw_slice text;
    size_t at;
    struct dw_buffer string; /* the string being unescaped */
};

static bool fail_at(struct reader *reader, size_t at, const char *message)
{
    return dw_composer_fail(reader->composer, dw_position_of_byte(reader->positions, at), DW_ERROR_INPUT, "%s",
                            message);
}

static bool fail(struct reader *reader, const char *message)
{
    return fail_at(reader, reader->at, message);
}

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->text.len && strchr(" \t\r\n", reader->text.at[reader->at]) != NULL)
        reader->at++;
}

/* The next byte, or 0 at the end (a NUL never gets this far). */
static char peek(const struct reader *reader)
{
    return reader->at < reader->text.len ? reader->text.at[reader->at] : '\0';
}

static struct dw_composer_node node_at(const struct reader *reader, size_t start, size_t end)
{
    return (struct dw_composer_node){.start = dw_position_of_byte(reader->positions, start),
                                     .end = reader->positions->before + end};
}

static bool hex4(struct reader *reader, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < 4; i++, reader->at++) {
        char c = dw_to_lower(peek(reader));
        if (!dw_is_digit(c) && !(c >= 'a' && c <= 'f'))
            return fail(reader, "\\u takes four hexadecimal digits");
        *value = *value * 16 + (uint32_t)(dw_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
}

/* After "\u". */
static bool unicode_escape(struct reader *reader)
{
    size_t start = reader->at - 2;
    uint32_t code, low;
    if (!hex4(reader, &code))
        return false;
    if (code >= 0xd800 && code <= 0xdbff) {
        if (!dw_slice_starts_with(dw_slice_from(reader->text, reader->at), "\\u"))
            return fail_at(reader, start, "a lone surrogate in a string");
        reader->at += 2;
        if (!hex4(reader, &low))
            return false;
        if (low < 0xdc00 || low > 0xdfff)
            return fail_at(reader, start, "a lone surrogate in a string");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
        return fail_at(reader, start, "a lone surrogate in a string");
    }
    dw_utf8_encode(&reader->string, code);
    return true;
}

static bool escape(struct reader *reader)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = peek(reader);
    const char *found = c == '\0' ? NULL : strchr(from, c);
    if (c == 'u') {
        reader->at++;
        return unicode_escape(reader);
    }
    if (found == NULL)
        return fail_at(reader, reader->at - 1, "an unknown escape in a string");
    reader->at++;
    dw_buffer_append_byte(&reader->string, to[found - from]);
    return true;
}

/* At the opening quote; the text is in reader->string. */
static bool read_string(struct reader *reader)
{
    size_t open = reader->at++;
    dw_buffer_clear(&reader->string);
    for (;;) {
        size_t run = reader->at;
        while (run < reader->text.len && reader->text.at[run] != '"' && reader->text.at[run] != '\\' &&
               (unsigned char)reader->text.at[run] >= 0x20)
            run++;
        dw_buffer_append(&reader->string, dw_slice_part(reader->text, reader->at, run - reader->at));
        reader->at = run;
        if (run == reader->text.len)
            return fail_at(reader, open, "a string without its closing quote");
        if ((unsigned char)reader->text.at[run] < 0x20)
            return fail(reader, "a control character in a string: write it as an escape");
        reader->at++;
        if (reader->text.at[run] == '"')
            return true;
        if (!escape(reader))
            return false;
    }
}

static size_t digits(struct reader *reader)
{
    size_t start = reader->at;
    while (dw_is_digit(peek(reader)))
        reader->at++;
    return reader->at - start;
}

static bool read_number(struct reader *reader)
{
    if (peek(reader) == '-')
        reader->at++;
    bool zero = peek(reader) == '0';
    size_t whole = digits(reader);
    if (whole == 0 || (zero && whole > 1))
        return fail(reader, whole == 0 ? "a value was expected here" : "a number with a leading zero");
    if (peek(reader) == '.') {
        reader->at++;
        if (digits(reader) == 0)
            return fail(reader, "a digit must follow the decimal point");
    }
    if (peek(reader) == 'e' || peek(reader) == 'E') {
        reader->at++;
        if (peek(reader) == '+' || peek(reader) == '-')
            reader->at++;
        if (digits(reader) == 0)
            return fail(reader, "a digit must follow the exponent");
    }
    return true;
}

static bool read_scalar(struct reader *reader)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t start = reader->at;
    if (peek(reader) == '"') {
        if (!read_string(reader))
            return false;
        return dw_composer_scalar(reader->composer, node_at(reader, start, reader->at), DW_SCALAR_QUOTED,
                                  dw_buffer_slice(&reader->string));
    }
    struct dw_slice rest = dw_slice_from(reader->text, start);
    for (size_t i = 0; i < 3; i++)
        if (dw_slice_starts_with(rest, words[i]))
            reader->at += strlen(words[i]);
    if (reader->at == start && !read_number(reader))
        return false;
    return dw_composer_scalar(reader->composer, node_at(reader, start, reader->at), DW_SCALAR_PLAIN,
                              dw_slice_part(reader->text, start, reader->at - start));
}

static bool read_member_name(struct reader *reader)
{
    skip_space(reader);
    if (peek(reader) != '"')
        return fail(reader, "a member's name, in double quotes, was expected here");
    if (!read_scalar(reader))
        return false;
    skip_space(reader);
    if (peek(reader) != ':')
        return fail(reader, "\":\" was expected after a member's name");
    reader->at++;
    return true;
}

/* Opens a collection and reads up to its first value, or closes it if it is empty (*DONE: a whole value is read). */
static bool open_collection(struct reader *reader, bool *done)
{
    bool mapping = peek(reader) == '{';
    if (!dw_composer_begin(reader->composer, node_at(reader, reader->at, reader->at + 1),
                           mapping ? DW_NODE_MAPPING : DW_NODE_SEQUENCE))
        return false;
    reader->at++;
    skip_space(reader);
    if (peek(reader) == (mapping ? '}' : ']')) {
        reader->at++;
        *done = true;
        return dw_composer_end(reader->composer, reader->positions->before + reader->at);
    }
    *done = false;
    return !mapping || read_member_name(reader);
}

/* After a value: closes the collections that end here, or moves to the next value (*MORE). */
static bool after_value(struct reader *reader, bool *more)
{
    struct dw_composer *composer = reader->composer;
    for (;;) {
        skip_space(reader);
        const struct dw_node *open = dw_composer_open(composer);
        *more = open != NULL;
        if (!*more)
            return true;
        bool mapping = open->kind == DW_NODE_MAPPING;
        char c = peek(reader);
        if (c == ',') {
            reader->at++;
            return !mapping || read_member_name(reader);
        }
        if (c != (mapping ? '}' : ']'))
            return fail(reader, mapping ? "\",\" or \"}\" was expected here" : "\",\" or \"]\" was expected here");
        reader->at++;
        if (!dw_composer_end(composer, reader->positions->before + reader->at))
            return false;
    }
}

static bool read_document(struct reader *reader)
{
    for (bool more = true; more;) {
        skip_space(reader);
        bool done = true;
        char c = peek(reader);
        if (!(c == '{' || c == '[' ? open_collection(reader, &done) : read_scalar(reader)))
            return false;
        if (done && !after_value(reader, &more))
            return false;
    }
    return reader->at == reader->text.len || fail(reader, "something follows the JSON value");
}

bool dw_json_read(struct dw_composer *composer, const struct dw_position_table *positions)
{
    struct reader reader = {.composer = composer, .positions = positions, .text = positions->text};
    bool good = read_document(&reader);
    dw_buffer_free(&reader.string);
    return good;
}
