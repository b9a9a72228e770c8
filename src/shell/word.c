/* SPDX-License-Identifier: Apache-2.0
 *
 * Words: quoting, expansions and substitutions (POSIX.1-2017, volume 3, sections 2.2 and 2.6; bash manual, sections 3.1.2.4
 * "ANSI-C Quoting" and 3.5.6 "Process Substitution"). */
#include "shell/reader.h"

enum class { ORDINARY, BLANK, META, SINGLE, DOUBLE, ESCAPE, DOLLAR, BACKTICK };

static const unsigned char classes[256] = {
    [' '] = BLANK,   ['\t'] = BLANK,  ['\r'] = BLANK,  ['\v'] = BLANK,    ['\f'] = BLANK,   ['\n'] = META,
    [';'] = META,    ['&'] = META,    ['|'] = META,    ['('] = META,      [')'] = META,     ['<'] = META,
    ['>'] = META,    ['\''] = SINGLE, ['"'] = DOUBLE,  ['\\'] = ESCAPE,   ['$'] = DOLLAR,   ['`'] = BACKTICK,
};

bool dw_shell_is_word(char c)
{
    return classes[(unsigned char)c] != BLANK && classes[(unsigned char)c] != META;
}

bool dw_shell_is_blank(char c)
{
    return classes[(unsigned char)c] == BLANK;
}

static bool is_name_start(char c)
{
    return dw_is_alpha(c) || c == '_';
}

size_t dw_shell_name_length(struct dw_slice text)
{
    size_t length = 0;
    if (text.len == 0 || !is_name_start(text.at[0]))
        return 0;
    while (length < text.len && (is_name_start(text.at[length]) || dw_is_digit(text.at[length])))
        length++;
    return length;
}

/* A word under construction: what is kept of TEXT from RUN on is not in the buffer yet. */
struct builder {
    struct dw_shell_reader *reader;
    size_t base, run;
    bool changed; /* something of the text was left out */
    bool literal, quoted;
};

static char peek(const struct dw_shell_reader *reader, size_t ahead)
{
    return reader->at + ahead < reader->text.len ? reader->text.at[reader->at + ahead] : '\0';
}

static bool at_end(const struct dw_shell_reader *reader)
{
    return reader->at >= reader->text.len;
}

/* Leaves COUNT bytes out. */
static void leave_out(struct builder *builder, size_t count)
{
    struct dw_shell_reader *reader = builder->reader;
    dw_buffer_append(&reader->work->value, dw_slice_part(reader->text, builder->run, reader->at - builder->run));
    builder->changed = true;
    reader->at += count;
    if (reader->at > reader->text.len)
        reader->at = reader->text.len;
    builder->run = reader->at;
}

static void read_single(struct builder *builder)
{
    struct dw_shell_reader *reader = builder->reader;
    builder->quoted = true;
    leave_out(builder, 1);
    while (!at_end(reader) && reader->text.at[reader->at] != '\'')
        reader->at++;
    if (at_end(reader))
        dw_shell_doubt(reader, "a ' has no end");
    leave_out(builder, 1);
}

/* $'…' */
static void read_ansi(struct builder *builder)
{
    static const char from[] = "ntr\\'\"?ab", to[] = "\n\t\r\\'\"?\a\b";
    struct dw_shell_reader *reader = builder->reader;
    builder->quoted = true;
    leave_out(builder, 2);
    while (!at_end(reader) && reader->text.at[reader->at] != '\'') {
        const char *known = peek(reader, 0) == '\\' && peek(reader, 1) != '\0' ? strchr(from, peek(reader, 1)) : NULL;
        if (known != NULL) {
            leave_out(builder, 2);
            dw_buffer_append_byte(&reader->work->value, to[known - from]);
        } else {
            reader->at += peek(reader, 0) == '\\' && reader->at + 1 < reader->text.len ? 2 : 1;
        }
    }
    if (at_end(reader))
        dw_shell_doubt(reader, "a $' has no end");
    leave_out(builder, 1);
}

/* The commands of an inner text are told once. */
static void forget_since(struct dw_shell_reader *reader, size_t commands, size_t segments)
{
    if (!reader->mute)
        return;
    reader->work->out->commands.len = commands;
    reader->work->out->segments.len = segments;
    for (size_t i = 0; i < reader->pending.len; i++)
        if (reader->pending.at[i].command >= commands)
            reader->pending.at[i].command = SIZE_MAX;
}

/* Behind "$(", "<(" or ">(", which was taken. */
static void read_substitution(struct dw_shell_reader *reader, enum dw_shell_role role)
{
    struct dw_shell_scripts *out = reader->work->out;
    size_t commands = out->commands.len, segments = out->segments.len;
    struct dw_shell_context saved = reader->context;
    bool top = reader->top;
    reader->context.role = role;
    reader->context.condition = false;
    reader->context.after_and = false;
    reader->top = false;
    if (reader->depth >= DW_SHELL_DEPTH_MOST) {
        dw_shell_doubt(reader, "too many constructs within one another");
        reader->at = reader->text.len;
    } else {
        reader->depth++;
        dw_shell_read_parenthesis(reader);
        reader->depth--;
    }
    reader->context = saved;
    reader->top = top;
    forget_since(reader, commands, segments);
}

static void read_backtick(struct dw_shell_reader *reader, bool quoted)
{
    size_t start = ++reader->at;
    bool escapes = false;
    while (!at_end(reader) && reader->text.at[reader->at] != '`') {
        escapes |= reader->text.at[reader->at] == '\\';
        reader->at += reader->text.at[reader->at] == '\\' && reader->at + 1 < reader->text.len ? 2 : 1;
    }
    struct dw_slice inside = dw_slice_part(reader->text, start, reader->at - start), place = inside;
    if (at_end(reader))
        dw_shell_doubt(reader, "a ` has no end");
    else
        reader->at++;
    if (escapes) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer plain = {0};
        for (size_t i = 0; i < inside.len; i++) {
            char next = i + 1 < inside.len ? inside.at[i + 1] : '\0';
            if (inside.at[i] == '\\' && (next == '`' || next == '\\' || next == '$' || (quoted && next == '"')))
                i++;
            dw_buffer_append_byte(&plain, inside.at[i]);
        }
        inside = dw_arena_copy(&reader->work->out->arena, dw_buffer_slice(&plain));
    }
    struct dw_shell_scripts *out = reader->work->out;
    size_t commands = out->commands.len, segments = out->segments.len;
    struct dw_shell_reader inner;
    if (!dw_shell_reader_within(reader, inside, escapes, place, &inner))
        return;
    inner.context.role = DW_SHELL_SUBSTITUTION;
    dw_shell_read_all(&inner);
    dw_shell_reader_end(&inner);
    forget_since(reader, commands, segments);
}

/* Is this "$((…))", an arithmetic expansion, and not a substitution that begins with a subshell? Gives its length. */
static bool is_arithmetic(struct dw_shell_reader *reader, size_t *length)
{
    size_t depth = 0;
    for (size_t i = reader->at + 1; i < reader->text.len; i++) {
        if (reader->work->budget == 0)
            return false;
        reader->work->budget--;
        char c = reader->text.at[i];
        if (c == '(')
            depth++;
        if (c != ')' || --depth > 1)
            continue;
        if (depth == 1) {
            /* The inner pair closed: the outer one must close at once. */
            if (i + 1 >= reader->text.len || reader->text.at[i + 1] != ')')
                return false;
            *length = i + 2 - reader->at;
            return true;
        }
        return false;
    }
    return false;
}

static bool read_expansion(struct dw_shell_reader *reader, bool quoted);

/* The substitutions in "$((…))", which ends before END. */
static void read_arithmetic(struct dw_shell_reader *reader, size_t end)
{
    if (reader->depth >= DW_SHELL_DEPTH_MOST) {
        dw_shell_doubt(reader, "too many constructs within one another");
        reader->at = end;
        return;
    }
    reader->depth++;
    for (reader->at += 3; reader->at < end;) {
        char c = reader->text.at[reader->at];
        if (c == '$' || c == '`')
            read_expansion(reader, true);
        else
            reader->at++;
    }
    reader->depth--;
}

/* Behind "${": up to the "}" that ends it. */
static void read_parameter(struct dw_shell_reader *reader, bool quoted)
{
    if (reader->depth >= DW_SHELL_DEPTH_MOST) {
        dw_shell_doubt(reader, "too many constructs within one another");
        reader->at = reader->text.len;
        return;
    }
    reader->depth++;
    while (!at_end(reader) && reader->text.at[reader->at] != '}') {
        char c = reader->text.at[reader->at];
        if (c == '\\') {
            reader->at += reader->at + 1 < reader->text.len ? 2 : 1;
        } else if (c == '\'' && !quoted) {
            size_t end = dw_slice_find(dw_slice_from(reader->text, reader->at + 1), '\'');
            reader->at = end == SIZE_MAX ? reader->text.len : reader->at + end + 2;
        } else if (c == '$' || c == '`') {
            read_expansion(reader, quoted);
        } else {
            reader->at++;
        }
    }
    if (at_end(reader))
        dw_shell_doubt(reader, "a ${ has no end");
    else
        reader->at++;
    reader->depth--;
}

/* At "$" or "`": takes the expansion, false when it is a plain "$". */
static bool read_expansion(struct dw_shell_reader *reader, bool quoted)
{
    if (peek(reader, 0) == '`') {
        read_backtick(reader, quoted);
        return true;
    }
    char next = peek(reader, 1);
    size_t length;
    if (next == '(') {
        if (peek(reader, 2) == '(' && is_arithmetic(reader, &length)) {
            read_arithmetic(reader, reader->at + length);
            return true;
        }
        reader->at += 2;
        read_substitution(reader, DW_SHELL_SUBSTITUTION);
        return true;
    }
    if (next == '{') {
        reader->at += 2;
        read_parameter(reader, quoted);
        return true;
    }
    if (is_name_start(next)) {
        reader->at += 1 + dw_shell_name_length(dw_slice_from(reader->text, reader->at + 1));
        return true;
    }
    if (next != '\0' && (dw_is_digit(next) || strchr("@*#?$!-", next) != NULL)) {
        reader->at += 2;
        return true;
    }
    reader->at++;
    return false;
}

static void read_double(struct builder *builder)
{
    struct dw_shell_reader *reader = builder->reader;
    builder->quoted = true;
    leave_out(builder, 1);
    while (!at_end(reader) && reader->text.at[reader->at] != '"') {
        char c = reader->text.at[reader->at], next = peek(reader, 1);
        if (c == '\\' && next == '\n') {
            leave_out(builder, 2);
        } else if (c == '\\' && (next == '$' || next == '`' || next == '"' || next == '\\')) {
            leave_out(builder, 1);
            reader->at++;
        } else if (c == '$' || c == '`') {
            builder->literal &= !read_expansion(reader, true);
        } else {
            reader->at++;
        }
    }
    if (at_end(reader))
        dw_shell_doubt(reader, "a \" has no end");
    leave_out(builder, 1);
}

/* "@(a|b)" and its like: bash's extended patterns. */
static bool is_pattern(const struct dw_shell_reader *reader, size_t start)
{
    char before = reader->at > start ? reader->text.at[reader->at - 1] : '\0';
    return before != '\0' && strchr("@?*+!", before) != NULL;
}

static void skip_pattern(struct dw_shell_reader *reader)
{
    size_t depth = 0;
    for (; !at_end(reader); reader->at++) {
        char c = reader->text.at[reader->at];
        depth += c == '(';
        if (c == ')' && --depth == 0) {
            reader->at++;
            return;
        }
    }
    dw_shell_doubt(reader, "a ( of a pattern has no end");
}

static void read_pieces(struct builder *builder, size_t start)
{
    struct dw_shell_reader *reader = builder->reader;
    while (!at_end(reader)) {
        char c = reader->text.at[reader->at];
        switch ((enum class)classes[(unsigned char)c]) {
        case ORDINARY:
            reader->at++;
            break;
        case SINGLE:
            read_single(builder);
            break;
        case DOUBLE:
            read_double(builder);
            break;
        case ESCAPE:
            builder->quoted = true;
            if (peek(reader, 1) == '\n') {
                leave_out(builder, 2);
            } else {
                leave_out(builder, 1);
                reader->at += !at_end(reader);
            }
            break;
        case DOLLAR:
            if (peek(reader, 1) == '\'')
                read_ansi(builder);
            else if (peek(reader, 1) == '"')
                leave_out(builder, 1);
            else
                builder->literal &= !read_expansion(reader, false);
            break;
        case BACKTICK:
            builder->literal = false;
            read_expansion(reader, false);
            break;
        case META:
            if ((c == '<' || c == '>') && peek(reader, 1) == '(') {
                builder->literal = false;
                reader->at += 2;
                read_substitution(reader, DW_SHELL_PROCESS);
                break;
            }
            if (c == '(' && is_pattern(reader, start)) {
                skip_pattern(reader);
                break;
            }
            return;
        case BLANK:
            return;
        }
    }
}

void dw_shell_read_word(struct dw_shell_reader *reader, struct dw_shell_word *word)
{
    struct dw_buffer *value = &reader->work->value;
    size_t start = reader->at;
    struct builder builder = {.reader = reader, .base = value->len, .run = start, .literal = true};
    read_pieces(&builder, start);
    word->text = dw_slice_part(reader->text, start, reader->at - start);
    word->place = reader->place.len > 0 ? reader->place : word->text;
    word->literal = builder.literal;
    word->quoted = builder.quoted;
    word->value = word->text;
    if (!builder.changed)
        return;
    dw_buffer_append(value, dw_slice_part(reader->text, builder.run, reader->at - builder.run));
    word->value = dw_arena_copy(&reader->work->out->arena, dw_slice_from(dw_buffer_slice(value), builder.base));
    value->len = builder.base;
}

void dw_shell_read_expansions(struct dw_shell_reader *reader)
{
    while (!at_end(reader)) {
        char c = reader->text.at[reader->at];
        if (c == '\\')
            reader->at += reader->at + 1 < reader->text.len ? 2 : 1;
        else if (c == '$' || c == '`')
            read_expansion(reader, true);
        else
            reader->at++;
    }
}

/* --- what rules ask --- */

/* The name at a "$" that stands at AT; advances AT behind what was looked at. */
static bool variable_at(struct dw_slice text, size_t *at, struct dw_slice *name)
{
    size_t start = *at + 1;
    if (start < text.len && text.at[start] == '{')
        start++;
    /* "${#name}" and "${!name}" */
    if (start > *at + 1 && start < text.len && (text.at[start] == '#' || text.at[start] == '!'))
        start++;
    *name = dw_slice_part(text, start, dw_shell_name_length(dw_slice_from(text, start)));
    *at = start + name->len;
    return name->len > 0;
}

/* Of the place in *at: it stands between double quotes. */
#define IN_QUOTES (~(SIZE_MAX >> 1))

bool dw_shell_variable_next(const struct dw_shell_word *word, size_t *at, struct dw_slice *name)
{
    struct dw_slice text = word->text;
    bool quoted = (*at & IN_QUOTES) != 0;
    size_t i = *at & ~IN_QUOTES;
    while (!word->literal && i < text.len) {
        char c = text.at[i];
        if (c == '\\') {
            i += 2;
        } else if (c == '"') {
            quoted = !quoted;
            i++;
        } else if (c == '\'' && !quoted) {
            size_t end = dw_slice_find(dw_slice_from(text, i + 1), '\'');
            i = end == SIZE_MAX ? text.len : i + end + 2;
        } else if (c != '$') {
            i++;
        } else if (variable_at(text, &i, name)) {
            *at = i | (quoted ? IN_QUOTES : 0);
            return true;
        }
    }
    *at = text.len;
    return false;
}

bool dw_shell_variable_in(struct dw_slice text, size_t *at, struct dw_slice *name)
{
    while (*at < text.len) {
        if (text.at[*at] == '\\')
            *at += 2;
        else if (text.at[*at] != '$')
            ++*at;
        else if (variable_at(text, at, name))
            return true;
    }
    return false;
}
