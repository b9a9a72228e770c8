/* SPDX-License-Identifier: Apache-2.0
 *
 * Specification: Dockerfile reference, "Environment replacement", as BuildKit's shell lexer implements it.
 * Limits: nesting DW_WORD_DEPTH, work DW_WORD_BUDGET bytes a file. */
#include "dockerfile/words.h"

#include "base/encoding.h"

#define NO_STOP (-1)

struct scan {
    const struct dw_word_lexer *lexer;
    struct dw_slice text;
    size_t at;
    unsigned depth;
    struct dw_error *error;
};

/* Words as they grow; LIST is NULL where nobody asks. */
struct sink {
    struct dw_buffer out;
    struct dw_word_list *list;
    struct dw_buffer word;
};

void dw_word_list_free(struct dw_word_list *list)
{
    dw_vector_free(&list->words);
}

size_t dw_unicode_space(struct dw_slice text)
{
    if (text.len == 0)
        return 0;
    unsigned char c = (unsigned char)text.at[0];
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    if (dw_utf8_valid_prefix(dw_slice_part(text, 0, 4)) == 0)
        return 0;
    uint32_t code;
    size_t length = dw_utf8_decode(text, &code);
    bool space = code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
                 code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
    return space ? length : 0;
}

struct dw_slice dw_unicode_trim_left(struct dw_slice text)
{
    for (size_t space; (space = dw_unicode_space(text)) > 0;)
        text = dw_slice_from(text, space);
    return text;
}

struct dw_slice dw_unicode_trim(struct dw_slice text)
{
    text = dw_unicode_trim_left(text);
    /* A white space character has one to three bytes. */
    for (size_t length = 1; length <= 3 && length <= text.len; length++)
        if (dw_unicode_space(dw_slice_from(text, text.len - length)) == length) {
            text.len -= length;
            length = 0;
        }
    return text;
}

static bool spend(struct scan *scan, uint64_t work)
{
    if (*scan->lexer->budget < work)
        return dw_fail(scan->error, DW_ERROR_LIMIT, "variable substitution goes through more than %llu MiB",
                       (unsigned long long)(DW_WORD_BUDGET >> 20));
    *scan->lexer->budget -= work;
    return true;
}

static bool fail(struct scan *scan, const char *message)
{
    return dw_fail(scan->error, DW_ERROR_INPUT, "%s", message);
}

/* The next byte, or -1. */
static int peek(const struct scan *scan)
{
    return scan->at < scan->text.len ? (unsigned char)scan->text.at[scan->at] : -1;
}

static void word_end(struct sink *sink, const struct dw_word_lexer *lexer)
{
    if (sink->list != NULL && sink->word.len > 0)
        *dw_vector_push(&sink->list->words) = dw_arena_copy(lexer->arena, dw_buffer_slice(&sink->word));
    dw_buffer_clear(&sink->word);
}

/* A character that does not end a word, whatever it is. */
static void put_raw(struct sink *sink, char c)
{
    dw_buffer_append_byte(&sink->out, c);
    if (sink->list != NULL)
        dw_buffer_append_byte(&sink->word, c);
}

/* Text outside quotes: blanks in it end words. */
static void put_split(struct sink *sink, struct dw_slice text, const struct dw_word_lexer *lexer)
{
    dw_buffer_append(&sink->out, text);
    if (sink->list == NULL)
        return;
    for (size_t i = 0; i < text.len;) {
        size_t space = dw_unicode_space(dw_slice_from(text, i));
        if (space > 0) {
            word_end(sink, lexer);
            i += space;
        } else {
            dw_buffer_append_byte(&sink->word, text.at[i++]);
        }
    }
}

static bool expand_dollar(struct scan *scan, struct dw_buffer *out);

static bool single_quote(struct scan *scan, struct sink *sink)
{
    if (scan->lexer->raw)
        put_raw(sink, '\'');
    for (scan->at++; peek(scan) != '\''; scan->at++) {
        if (peek(scan) < 0)
            return fail(scan, "a single quote is not closed");
        put_raw(sink, (char)peek(scan));
    }
    scan->at++;
    if (scan->lexer->raw)
        put_raw(sink, '\'');
    return true;
}

static bool put_value(struct scan *scan, struct sink *sink, bool split)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer value = {0};
    if (!expand_dollar(scan, &value) || !spend(scan, value.len))
        return false;
    if (split)
        put_split(sink, dw_buffer_slice(&value), scan->lexer);
    else
        for (size_t i = 0; i < value.len; i++)
            put_raw(sink, value.at[i]);
    return true;
}

static bool double_quote(struct scan *scan, struct sink *sink)
{
    const struct dw_word_lexer *lexer = scan->lexer;
    if (lexer->raw)
        put_raw(sink, '"');
    scan->at++;
    for (;;) {
        int c = peek(scan);
        if (c < 0)
            return fail(scan, "a double quote is not closed");
        if (c == '$') {
            if (!put_value(scan, sink, false))
                return false;
            continue;
        }
        scan->at++;
        if (c == '"')
            break;
        if (c == (unsigned char)lexer->escape) {
            if (lexer->raw)
                put_raw(sink, (char)c);
            int next = peek(scan);
            if (next < 0)
                continue;
            if (next == '"' || next == '$' || next == (unsigned char)lexer->escape) {
                c = next;
                scan->at++;
            } else if (lexer->raw) {
                continue; /* the escape character is there already */
            }
        }
        put_raw(sink, (char)c);
    }
    if (lexer->raw)
        put_raw(sink, '"');
    return true;
}

/* Up to STOP (consumed), or to the end with NO_STOP. RAW_ESCAPES: escape characters stay. */
static bool expand_until(struct scan *scan, int stop, bool raw_escapes, struct sink *sink)
{
    const struct dw_word_lexer *lexer = scan->lexer;
    for (int c; (c = peek(scan)) >= 0;) {
        if (c == stop) {
            scan->at++;
            return true;
        }
        if (c == '\'' || c == '"') {
            if (!(c == '"' ? double_quote(scan, sink) : single_quote(scan, sink)))
                return false;
        } else if (c == '$') {
            if (!put_value(scan, sink, true))
                return false;
        } else if (dw_slice_starts_with(dw_slice_from(scan->text, scan->at), "<<")) {
            /* Blanks between "<<" and a here-document's delimiter belong to the word. */
            size_t end = scan->at + 2;
            for (size_t space; (space = dw_unicode_space(dw_slice_from(scan->text, end))) > 0;)
                end += space;
            while (scan->at < end)
                put_raw(sink, scan->text.at[scan->at++]);
        } else if (c == (unsigned char)lexer->escape) {
            if (raw_escapes || lexer->raw)
                put_raw(sink, (char)c);
            scan->at++;
            if (peek(scan) >= 0)
                put_raw(sink, scan->text.at[scan->at++]);
        } else {
            size_t space = dw_unicode_space(dw_slice_from(scan->text, scan->at));
            size_t length = space > 0 ? space : 1;
            put_split(sink, dw_slice_part(scan->text, scan->at, length), lexer);
            scan->at += length;
        }
    }
    return stop == NO_STOP || fail(scan, "a \"${\" has no matching \"}\"");
}

/* The inside of "${name:-HERE}". */
static bool expand_inner(struct scan *scan, int stop, bool raw_escapes, struct dw_buffer *out)
{
    struct sink sink = {0};
    if (scan->depth >= DW_WORD_DEPTH)
        return dw_fail(scan->error, DW_ERROR_LIMIT, "substitutions nest deeper than %d", DW_WORD_DEPTH);
    scan->depth++;
    bool good = expand_until(scan, stop, raw_escapes, &sink) && spend(scan, sink.out.len);
    scan->depth--;
    dw_buffer_append(out, dw_buffer_slice(&sink.out));
    dw_buffer_free(&sink.out);
    return good;
}

/* A name, a run of digits, or one special parameter; "" if there is none. */
static struct dw_slice variable_name(struct scan *scan)
{
    size_t start = scan->at;
    int c = peek(scan);
    if (c >= 0 && dw_is_digit((char)c)) {
        while (peek(scan) >= 0 && dw_is_digit((char)peek(scan)))
            scan->at++;
    } else if (c > 0 && strchr("@*#?-$!0", c) != NULL) {
        scan->at++;
    } else {
        /* Letters beyond ASCII count: any byte from 0x80 on. */
        while ((c = peek(scan)) >= 0 && (dw_is_alpha((char)c) || dw_is_digit((char)c) || c == '_' || c >= 0x80))
            scan->at++;
    }
    return dw_slice_part(scan->text, start, scan->at - start);
}

static bool get(const struct scan *scan, struct dw_slice name, struct dw_slice *value)
{
    *value = DW_SLICE("");
    return scan->lexer->lookup != NULL && scan->lexer->lookup(scan->lexer->context, name, value);
}

/* Which lengths of prefixes of VALUE (of suffixes, with BACKWARDS) the pattern of "*", "?" and escapes matches: one byte a
 * length into ENDS, which has value.len + 1. */
static bool match_lengths(struct scan *scan, struct dw_slice pattern, struct dw_slice value, bool backwards,
                          char *ends)
{
    if (!spend(scan, (uint64_t)(pattern.len + 1) * (value.len + 1)))
        return false;
    struct {
        char kind, c;
    } *tokens = dw_alloc(pattern.len + 1, sizeof(*tokens));
    size_t count = 0;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.at[i];
        if (c == scan->lexer->escape && i + 1 < pattern.len) {
            tokens[count].kind = 'c';
            tokens[count++].c = pattern.at[++i];
        } else {
            tokens[count].kind = c == '*' || c == '?' ? c : 'c';
            tokens[count++].c = c;
        }
    }
    memset(ends, 0, value.len + 1);
    ends[0] = 1;
    for (size_t t = 0; t < count; t++) {
        size_t token = backwards ? count - 1 - t : t;
        if (tokens[token].kind == '*') {
            char *first = memchr(ends, 1, value.len + 1);
            if (first != NULL)
                memset(first, 1, value.len + 1 - (size_t)(first - ends));
            continue;
        }
        for (size_t i = value.len; i > 0; i--) {
            char c = value.at[backwards ? value.len - i : i - 1];
            ends[i] = ends[i - 1] && (tokens[token].kind == '?' || tokens[token].c == c);
        }
        ends[0] = 0;
    }
    free(tokens);
    return true;
}

/* The longest or shortest match as a length, SIZE_MAX without one. */
static size_t pick(const char *ends, size_t len, bool longest)
{
    for (size_t i = 0; i <= len; i++) {
        size_t at = longest ? len - i : i;
        if (ends[at])
            return at;
    }
    return SIZE_MAX;
}

static bool cut_pattern(struct scan *scan, struct dw_slice pattern, struct dw_slice value, bool suffix,
                        struct dw_buffer *out)
{
    bool longest = pattern.len > 0 && pattern.at[0] == (suffix ? '%' : '#');
    pattern = dw_slice_from(pattern, longest ? 1 : 0);
    char *ends = dw_alloc(value.len + 1, 1);
    bool good = match_lengths(scan, pattern, value, suffix, ends);
    size_t cut = good ? pick(ends, value.len, longest) : 0;
    free(ends);
    if (cut == SIZE_MAX)
        cut = 0;
    dw_buffer_append(out, suffix ? dw_slice_part(value, 0, value.len - cut) : dw_slice_from(value, cut));
    return good;
}

/* "${name/pattern/replacement}" and, with ALL, "${name//pattern/replacement}". */
static bool replace_pattern(struct scan *scan, struct dw_slice name, struct dw_buffer *out)
{
    bool all = peek(scan) == '/';
    scan->at += all;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer pattern = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer replacement = {0};
    if (!expand_inner(scan, '/', true, &pattern) || !expand_inner(scan, '}', true, &replacement))
        return false;
    struct dw_slice value;
    get(scan, name, &value);
    char *ends = dw_alloc(value.len + 1, 1);
    bool good = true, search = true;
    for (size_t i = 0; i < value.len && good;) {
        size_t length = SIZE_MAX;
        if (search) {
            struct dw_slice rest = dw_slice_from(value, i);
            good = match_lengths(scan, dw_buffer_slice(&pattern), rest, false, ends);
            length = good ? pick(ends, rest.len, true) : SIZE_MAX;
        }
        if (length == SIZE_MAX || length == 0) {
            dw_buffer_append_byte(out, value.at[i++]);
            continue;
        }
        dw_buffer_append(out, dw_buffer_slice(&replacement));
        i += length;
        search = all;
        good = good && spend(scan, replacement.len);
    }
    free(ends);
    return good;
}

/* After "${name" and the modifier MODIFIER, with NULL_IS_UNSET for a ":" before it. */
static bool expand_modifier(struct scan *scan, struct dw_slice name, size_t start, int modifier, bool null_is_unset,
                            struct dw_buffer *out)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer word = {0};
    bool pattern = modifier == '#' || modifier == '%';
    if (!expand_inner(scan, '}', pattern, &word))
        return false;
    struct dw_slice value, inner = dw_buffer_slice(&word);
    bool set = get(scan, name, &value);
    if (!set && scan->lexer->keep_unset) {
        dw_buffer_append(out, dw_slice_part(scan->text, start, scan->at - start));
        return true;
    }
    bool missing = !set || (null_is_unset && value.len == 0);
    switch (modifier) {
    case '-':
        dw_buffer_append(out, missing ? inner : value);
        return true;
    case '+':
        dw_buffer_append(out, missing ? DW_SLICE("") : inner);
        return true;
    case '?':
        if (missing)
            return dw_fail(scan->error, DW_ERROR_INPUT, "variable \"%.*s\" must have a value: %.*s",
                           DW_SLICE_ARG(name), DW_SLICE_ARG(inner));
        dw_buffer_append(out, value);
        return true;
    case '#':
    case '%':
        return cut_pattern(scan, inner, value, modifier == '%', out);
    default:
        return fail(scan, "unknown modifier in a substitution");
    }
}

/* At "$". */
static bool expand_dollar(struct scan *scan, struct dw_buffer *out)
{
    size_t start = scan->at++;
    struct dw_slice value, name;
    if (peek(scan) != '{') {
        name = variable_name(scan);
        bool set = name.len > 0 && get(scan, name, &value);
        if (name.len == 0 || (!set && scan->lexer->keep_unset))
            dw_buffer_append(out, dw_slice_part(scan->text, start, scan->at - start));
        else if (set)
            dw_buffer_append(out, value);
        return true;
    }
    scan->at++;
    int c = peek(scan);
    if (c < 0)
        return fail(scan, "a \"${\" has no matching \"}\"");
    if (c == '{' || c == '}' || c == ':')
        return fail(scan, "bad substitution");
    name = variable_name(scan);
    c = peek(scan);
    if (c < 0)
        return fail(scan, "a \"${\" has no matching \"}\"");
    scan->at++;
    switch (c) {
    case '}': {
        bool set = get(scan, name, &value);
        if (!set && scan->lexer->keep_unset)
            dw_buffer_append(out, dw_slice_part(scan->text, start, scan->at - start));
        else
            dw_buffer_append(out, value);
        return true;
    }
    case ':':
        c = peek(scan);
        if (c < 0)
            return fail(scan, "a \"${\" has no matching \"}\"");
        scan->at++;
        return expand_modifier(scan, name, start, c, true, out);
    case '+':
    case '-':
    case '?':
    case '#':
    case '%':
        return expand_modifier(scan, name, start, c, false, out);
    case '/':
        return replace_pattern(scan, name, out);
    default:
        return fail(scan, "bad substitution");
    }
}

static bool run(const struct dw_word_lexer *lexer, struct dw_slice text, struct sink *sink, struct dw_error *error)
{
    struct scan scan = {.lexer = lexer, .text = text, .error = error};
    bool good = spend(&scan, text.len) && expand_until(&scan, NO_STOP, false, sink);
    if (good)
        word_end(sink, lexer);
    dw_buffer_free(&sink->word);
    return good;
}

bool dw_word_expand(const struct dw_word_lexer *lexer, struct dw_slice text, struct dw_slice *result,
                    struct dw_error *error)
{
    struct sink sink = {0};
    bool good = run(lexer, text, &sink, error);
    *result = good ? dw_arena_copy(lexer->arena, dw_buffer_slice(&sink.out)) : DW_SLICE("");
    dw_buffer_free(&sink.out);
    return good;
}

bool dw_word_split(const struct dw_word_lexer *lexer, struct dw_slice text, struct dw_word_list *list,
                   struct dw_error *error)
{
    struct sink sink = {.list = list};
    bool good = run(lexer, text, &sink, error);
    dw_buffer_free(&sink.out);
    return good;
}

/* Go's path.Clean. */
struct dw_slice dw_path_clean(struct dw_arena *arena, struct dw_slice path)
{
    bool rooted = path.len > 0 && path.at[0] == '/';
    char *out = dw_arena_alloc(arena, path.len + 2, 1);
    size_t length = 0, least = rooted ? 1 : 0; /* LEAST: what ".." cannot take away */
    struct dw_slice rest = path, part;
    bool more = true;
    if (rooted)
        out[length++] = '/';
    while (dw_slice_split(&rest, '/', &more, &part)) {
        bool up = dw_slice_is(part, "..");
        if (part.len == 0 || dw_slice_is(part, ".") || (up && length == least && rooted))
            continue;
        if (up && length > least) {
            while (length > least && out[length - 1] != '/')
                length--;
            if (length > least)
                length--;
            continue;
        }
        if (length > 0 && out[length - 1] != '/')
            out[length++] = '/';
        memcpy(out + length, part.at, part.len);
        length += part.len;
        if (up)
            least = length;
    }
    if (length == 0)
        out[length++] = '.';
    return dw_slice_make(out, length);
}
