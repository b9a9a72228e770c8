/* SPDX-License-Identifier: Apache-2.0
 *
 * Patterns of .dockerignore (Docker's reference of docker build, ".dockerignore files"; moby/patternmatcher and its ignorefile). A
 * pattern is matched in time proportional to its length times the path's. */
#include "dockerfile/ignore.h"

#include "base/encoding.h"
#include "dockerfile/parse.h"

enum token_kind {
    TOKEN_BYTE,
    TOKEN_ANY,     /* "?": one character but "/" */
    TOKEN_STAR,    /* "*": any run without "/" */
    TOKEN_FOLDERS, /* leading or inner "**": any number of folders */
    TOKEN_REST,    /* "**" at the end, or before a plain rest at the start: anything */
    TOKEN_CLASS,
};

struct dw_ignore_token {
    enum token_kind kind;
    char byte;
    struct dw_slice class; /* between the brackets */
};

/* --- patterns ------------------------------------------------------------------------------------------------------ */

/* The length of "[…]" at the start of TEXT by the rules of Go's filepath.Match, or 0 if it is malformed. */
static size_t class_length(struct dw_slice text)
{
    size_t i = 1;
    if (i < text.len && text.at[i] == '^')
        i++;
    for (size_t ranges = 0;; ranges++) {
        if (i < text.len && text.at[i] == ']' && ranges > 0)
            return i + 1;
        for (int side = 0; side < 2; side++) {
            if (i >= text.len || text.at[i] == '-' || text.at[i] == ']')
                return 0;
            i += text.at[i] == '\\';
            if (i >= text.len)
                return 0;
            i++;
            /* The other bytes of a character. */
            while (i < text.len && ((unsigned char)text.at[i] & 0xc0) == 0x80)
                i++;
            if (side == 1 || i >= text.len || text.at[i] != '-')
                break;
            i++;
        }
    }
}

static bool is_plain(struct dw_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("*?[]\\", text.at[i]) != NULL && text.at[i] != '\0')
            return false;
    return true;
}

/* False if the builder refuses the pattern. */
static bool compile(struct dw_arena *arena, struct dw_ignore_pattern *pattern)
{
    struct dw_slice text = pattern->text;
    pattern->tokens = dw_arena_alloc(arena, text.len + 1, sizeof(*pattern->tokens));
    for (size_t i = 0; i < text.len;) {
        struct dw_ignore_token *token = &pattern->tokens[pattern->token_count++];
        char c = text.at[i];
        token->kind = TOKEN_BYTE;
        token->byte = c;
        if (c == '*' && i + 1 < text.len && text.at[i + 1] == '*') {
            size_t end = i + 2;
            /* "**" before a plain rest is a suffix, whatever stands before it. */
            bool suffix = i == 0 && is_plain(dw_slice_from(text, end)) && !dw_slice_starts_with(dw_slice_from(text, end), "/");
            end += end < text.len && text.at[end] == '/';
            token->kind = end == text.len || suffix ? TOKEN_REST : TOKEN_FOLDERS;
            i = end;
            continue;
        }
        if (c == '[') {
            size_t length = class_length(dw_slice_from(text, i));
            if (length == 0)
                return false;
            token->kind = TOKEN_CLASS;
            token->class = dw_slice_part(text, i + 1, length - 2);
            i += length;
            continue;
        }
        if (c == '\\') {
            if (++i == text.len)
                return false;
            token->byte = text.at[i];
        } else if (c == '*' || c == '?') {
            token->kind = c == '*' ? TOKEN_STAR : TOKEN_ANY;
        }
        i++;
    }
    return true;
}

/* The code point at *AT, behind an escape if one is there; a byte that is no UTF-8 stands for itself. */
static uint32_t next_character(struct dw_slice text, size_t *at, bool escapes)
{
    if (escapes && text.at[*at] == '\\' && *at + 1 < text.len)
        ++*at;
    struct dw_slice rest = dw_slice_part(text, *at, 4);
    uint32_t code = (unsigned char)text.at[*at];
    size_t length = 1;
    if (code >= 0x80 && dw_utf8_valid_prefix(rest) > 0)
        length = dw_utf8_decode(rest, &code);
    *at += length;
    return code;
}

static bool in_class(struct dw_slice class, uint32_t c)
{
    bool negated = class.len > 0 && class.at[0] == '^', found = false;
    for (size_t i = negated; i < class.len;) {
        uint32_t low = next_character(class, &i, true), high = low;
        if (i < class.len && class.at[i] == '-') {
            i++;
            high = next_character(class, &i, true);
        }
        found |= low <= c && c <= high;
    }
    return found != negated;
}

/* One step: which ends in ENDS (as far as PATH is read, one byte each) a token leads to. */
static void step(const struct dw_ignore_token *token, struct dw_slice path, const char *ends, char *next)
{
    memset(next, 0, path.len + 1);
    bool open = false;
    for (size_t i = 0; i <= path.len; i++) {
        switch (token->kind) {
        case TOKEN_BYTE:
            if (ends[i] && i < path.len && path.at[i] == token->byte)
                next[i + 1] = 1;
            break;
        case TOKEN_ANY:
        case TOKEN_CLASS:
            if (ends[i] && i < path.len && (token->kind == TOKEN_CLASS || path.at[i] != '/')) {
                size_t end = i;
                uint32_t c = next_character(path, &end, false);
                if (token->kind == TOKEN_ANY || in_class(token->class, c))
                    next[end] = 1;
            }
            break;
        case TOKEN_STAR:
            open = ends[i] || (open && path.at[i - 1] != '/');
            next[i] = open;
            break;
        case TOKEN_FOLDERS:
            next[i] = ends[i] || (open && path.at[i - 1] == '/');
            open |= ends[i] != 0;
            break;
        case TOKEN_REST:
            open |= ends[i] != 0;
            next[i] = open;
            break;
        }
    }
}

/* Marks in ENDS (path.len + 1 bytes) the lengths of PATH's beginnings that the pattern matches. */
static void match_ends(const struct dw_ignore_pattern *pattern, struct dw_slice path, char **ends, char **next)
{
    memset(*ends, 0, path.len + 1);
    (*ends)[0] = 1;
    for (size_t i = 0; i < pattern->token_count; i++) {
        step(&pattern->tokens[i], path, *ends, *next);
        char *swap = *ends;
        *ends = *next;
        *next = swap;
    }
}

/* Most patterns begin with a plain byte. */
static bool can_match(const struct dw_ignore_pattern *pattern, struct dw_slice path)
{
    return pattern->token_count == 0 || pattern->tokens[0].kind != TOKEN_BYTE ||
           (path.len > 0 && pattern->tokens[0].byte == path.at[0]);
}

/* PATH itself, or a folder above it. */
static bool matches(const struct dw_ignore_pattern *pattern, struct dw_slice path, char *space)
{
    char *ends = space, *next = space + path.len + 1;
    match_ends(pattern, path, &ends, &next);
    if (ends[path.len])
        return true;
    for (size_t i = 1; i < path.len; i++)
        if (path.at[i] == '/' && ends[i])
            return true;
    return false;
}

bool dw_ignore_matches(struct dw_ignore *ignore, struct dw_slice path)
{
    char small[1024];
    char *space = 2 * (path.len + 1) <= sizeof(small) ? small : dw_alloc(2, path.len + 1);
    bool excluded = false;
    for (size_t i = 0; i < ignore->patterns.len && ignore->work < DW_IGNORE_WORK; i++) {
        const struct dw_ignore_pattern *pattern = &ignore->patterns.at[i];
        ignore->work++;
        if (pattern->exception != excluded || !can_match(pattern, path))
            continue;
        ignore->work += (uint64_t)pattern->token_count * (path.len + 1);
        if (matches(pattern, path, space))
            excluded = !pattern->exception;
    }
    if (space != small)
        free(space);
    return excluded && ignore->work < DW_IGNORE_WORK;
}

bool dw_ignore_read(struct dw_arena *arena, struct dw_slice text, const char *name, struct dw_ignore *ignore,
                    struct dw_error *error)
{
    text = dw_arena_copy(arena, text);
    if (dw_slice_starts_with(text, "\xef\xbb\xbf"))
        text = dw_slice_from(text, 3);
    struct dw_slice line;
    for (unsigned number = 1; dw_slice_line(&text, &line); number++) {
        if (dw_slice_starts_with(line, "#"))
            continue;
        line = dw_unicode_trim(line);
        bool exception = dw_slice_starts_with(line, "!");
        if (exception)
            line = dw_unicode_trim(dw_slice_from(line, 1));
        if (line.len == 0 && !exception)
            continue;
        if (line.len == 0)
            return dw_fail(error, DW_ERROR_INPUT, "%s:%u: \"!\" names no path", name, number);
        struct dw_ignore_pattern pattern = {.line = number, .exception = exception, .text = dw_path_clean(arena, line)};
        if (pattern.text.len > 1 && pattern.text.at[0] == '/')
            pattern.text = dw_slice_from(pattern.text, 1);
        if (!compile(arena, &pattern))
            return dw_fail(error, DW_ERROR_INPUT, "%s:%u: a malformed pattern: a \"[\" or \"\\\" without an end", name, number);
        ignore->exceptions |= exception;
        *dw_vector_push(&ignore->patterns) = pattern;
    }
    return true;
}

void dw_ignore_free(struct dw_ignore *ignore)
{
    dw_vector_free(&ignore->patterns);
}
