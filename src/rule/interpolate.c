/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/interpolate.h"

#define DEPTH 16

struct scan {
    struct dw_slice text;
    size_t at;
    struct dw_slice *missing;
};

static char peek(const struct scan *scan)
{
    return scan->at < scan->text.len ? scan->text.at[scan->at] : '\0';
}

static struct dw_slice name(struct scan *scan)
{
    size_t start = scan->at;
    while (dw_is_alpha(peek(scan)) || peek(scan) == '_' || (scan->at > start && dw_is_digit(peek(scan))))
        scan->at++;
    return dw_slice_part(scan->text, start, scan->at - start);
}

static void miss(struct scan *scan, struct dw_slice variable)
{
    if (scan->missing->len == 0)
        *scan->missing = variable;
}

static bool substitute(struct scan *scan, unsigned depth, struct dw_buffer *out);

/* Up to the end, or with BRACED to the closing brace, which is consumed. */
static bool run(struct scan *scan, unsigned depth, bool braced, struct dw_buffer *out)
{
    while (scan->at < scan->text.len) {
        char c = peek(scan);
        if (braced && c == '}') {
            scan->at++;
            return true;
        }
        if (c == '$') {
            if (!substitute(scan, depth, out))
                return false;
            continue;
        }
        dw_buffer_append_byte(out, c);
        scan->at++;
    }
    return !braced;
}

/* After "${NAME". */
static bool modifier(struct scan *scan, unsigned depth, struct dw_slice variable, struct dw_buffer *out)
{
    if (peek(scan) == '}') {
        scan->at++;
        miss(scan, variable);
        return true;
    }
    if (peek(scan) == ':')
        scan->at++;
    char kind = peek(scan);
    if (kind == '\0' || strchr("-+?", kind) == NULL || depth == 0)
        return false;
    scan->at++;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer word = {0};
    struct dw_slice unused = DW_SLICE(""), *missing = scan->missing;
    if (kind != '-')
        scan->missing = &unused; /* a word that is not taken */
    bool good = run(scan, depth - 1, true, &word);
    scan->missing = missing;
    if (kind == '-')
        dw_buffer_append(out, dw_buffer_slice(&word));
    if (kind == '?')
        miss(scan, variable);
    return good;
}

/* At "$". */
static bool substitute(struct scan *scan, unsigned depth, struct dw_buffer *out)
{
    scan->at++;
    if (peek(scan) == '$') {
        scan->at++;
        dw_buffer_append_byte(out, '$');
        return true;
    }
    bool braced = peek(scan) == '{';
    scan->at += braced;
    struct dw_slice variable = name(scan);
    if (variable.len == 0)
        return false;
    if (!braced) {
        miss(scan, variable);
        return true;
    }
    return modifier(scan, depth, variable, out);
}

bool dw_compose_interpolate(struct dw_arena *arena, struct dw_slice text, struct dw_slice *result,
                            struct dw_slice *missing)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    *missing = DW_SLICE("");
    *result = text;
    if (dw_slice_find(text, '$') == SIZE_MAX)
        return true;
    struct scan scan = {.text = text, .missing = missing};
    if (!run(&scan, DEPTH, false, &out))
        return false;
    *result = dw_arena_copy(arena, dw_buffer_slice(&out));
    return true;
}
