/* SPDX-License-Identifier: Apache-2.0
 *
 * compose-spec, 12-interpolation.md. Nesting is limited to DEPTH levels. */
#include "compose/interpolate.h"

#include "compose/internal.h"

#define DEPTH 16

struct scan {
    struct dw_slice text;
    size_t at;
    const struct dw_compose_lookup *lookup;
    uint64_t budget;
    struct dw_slice missing;
    const char *problem;
    bool too_long;
};

static char peek(const struct scan *scan)
{
    return scan->at < scan->text.len ? scan->text.at[scan->at] : '\0';
}

static bool malformed(struct scan *scan, const char *problem)
{
    scan->problem = problem;
    return false;
}

static bool put(struct scan *scan, struct dw_buffer *out, struct dw_slice bytes)
{
    if (bytes.len > scan->budget) {
        scan->too_long = true;
        return malformed(scan, "the text grows too long when its variables are substituted");
    }
    scan->budget -= bytes.len;
    dw_buffer_append(out, bytes);
    return true;
}

static struct dw_slice take_name(struct scan *scan)
{
    size_t start = scan->at;
    while (dw_is_alpha(peek(scan)) || peek(scan) == '_' || (scan->at > start && dw_is_digit(peek(scan))))
        scan->at++;
    return dw_slice_part(scan->text, start, scan->at - start);
}

static void miss(struct scan *scan, struct dw_slice variable)
{
    if (scan->missing.len == 0)
        scan->missing = variable;
}

static bool find(const struct scan *scan, struct dw_slice name, struct dw_slice *value)
{
    return scan->lookup != NULL && scan->lookup->find(scan->lookup->context, name, value);
}

static bool substitute(struct scan *scan, unsigned depth, struct dw_buffer *out);

/* Up to the end, or with BRACED to the closing brace, which is consumed; braces within are counted. */
static bool run(struct scan *scan, unsigned depth, bool braced, struct dw_buffer *out)
{
    size_t open = 0;
    while (scan->at < scan->text.len) {
        char c = peek(scan);
        if (braced && c == '}' && open == 0) {
            scan->at++;
            return true;
        }
        if (c == '$') {
            if (!substitute(scan, depth, out))
                return false;
            continue;
        }
        open += c == '{';
        open -= c == '}' && open > 0;
        if (!put(scan, out, dw_slice_part(scan->text, scan->at, 1)))
            return false;
        scan->at++;
    }
    return !braced || malformed(scan, "a \"${\" is not closed");
}

/* After "${NAME", at ":", "-", "+" or "?". */
static bool operator_of(struct scan *scan, unsigned depth, struct dw_slice name, struct dw_buffer *out)
{
    struct dw_slice value = DW_SLICE("");
    bool set = find(scan, name, &value), colon = peek(scan) == ':';
    scan->at += colon;
    char kind = peek(scan);
    if (kind == '\0' || strchr("-+?", kind) == NULL)
        return malformed(scan, "a malformed variable: write ${NAME}, ${NAME:-default} or $$");
    if (depth == 0)
        return malformed(scan, "variables are nested too deep");
    scan->at++;
    bool full = set && (!colon || value.len > 0), take_word = kind == '+' ? full : !full && kind == '-';
    DW_CLEANUP(dw_buffer_free) struct dw_buffer word = {0};
    struct dw_slice missing = scan->missing;
    uint64_t budget = scan->budget;
    if (!run(scan, depth - 1, true, &word))
        return false;
    scan->budget = budget; /* a word that is taken is counted when it is put, one that is not costs nothing */
    if (!take_word)
        scan->missing = missing;
    if (take_word)
        return put(scan, out, dw_buffer_slice(&word));
    if (kind == '?' && !full)
        miss(scan, name);
    return kind == '+' || put(scan, out, value);
}

/* At "$". */
static bool substitute(struct scan *scan, unsigned depth, struct dw_buffer *out)
{
    scan->at++;
    if (peek(scan) == '$') {
        scan->at++;
        return put(scan, out, DW_SLICE("$"));
    }
    bool braced = peek(scan) == '{';
    scan->at += braced;
    struct dw_slice name = take_name(scan), value;
    if (name.len == 0)
        return malformed(scan, "a malformed variable: write ${NAME}, or $$ for a dollar sign");
    if (braced && peek(scan) != '}')
        return operator_of(scan, depth, name, out);
    scan->at += braced;
    if (find(scan, name, &value))
        return put(scan, out, value);
    miss(scan, name);
    return true;
}

struct dw_compose_substitution dw_compose_substitute(struct dw_arena *arena, struct dw_slice text,
                                                     const struct dw_compose_lookup *lookup, uint64_t budget)
{
    struct dw_compose_substitution result = {.text = text, .missing = DW_SLICE("")};
    if (dw_slice_find(text, '$') == SIZE_MAX)
        return result;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct scan scan = {.text = text, .lookup = lookup, .budget = budget, .missing = DW_SLICE("")};
    if (run(&scan, DEPTH, false, &out))
        result.text = dw_arena_copy(arena, dw_buffer_slice(&out));
    result.missing = scan.missing;
    result.problem = scan.problem;
    result.too_long = scan.too_long;
    return result;
}

/* ---- trees ---------------------------------------------------------------------------------------------------------- */

/* The tag's address says that the node is a struct compose_scalar; its length is none, so nobody takes it for a tag. */
static const char interpolated_mark[1];

const struct compose_scalar *compose_interpolated(const struct dw_node *node)
{
    return node->tag.at == interpolated_mark ? (const struct compose_scalar *)node : NULL;
}

bool compose_variable(const struct compose_variables *variables, struct dw_slice name, struct dw_slice *value)
{
    if (variables == NULL)
        return false;
    if (compose_variable(variables->outer, name, value))
        return true;
    const struct dw_slice *found = dw_map_get(&variables->values, name);
    if (found != NULL)
        *value = *found;
    return found != NULL;
}

static bool find_variable(const void *context, struct dw_slice name, struct dw_slice *value)
{
    return compose_variable(context, name, value);
}

static struct dw_node *interpolate_scalar(struct compose_loader *loader, struct dw_node *node,
                                          const struct compose_variables *variables)
{
    if (compose_is_reset(node) || node->text.len == 0 || memchr(node->text.at, '$', node->text.len) == NULL)
        return node;
    struct dw_compose_lookup lookup = {.find = find_variable, .context = variables};
    uint64_t limit = loader->limits->value[DW_LIMIT_DOCUMENT_BYTES];
    struct dw_compose_substitution result =
        dw_compose_substitute(loader->arena, node->text, &lookup, limit > loader->bytes ? limit - loader->bytes : 0);
    if (result.problem != NULL && !result.too_long) {
        compose_fail(loader, node, "%s", result.problem);
        return NULL;
    }
    if (!compose_spend_bytes(loader, node, result.too_long ? limit + 1 : result.text.len))
        return NULL;
    struct compose_scalar *scalar = dw_arena_alloc(loader->arena, 1, sizeof(*scalar));
    scalar->node = *node;
    scalar->node.text = result.text;
    scalar->node.tag = dw_slice_make(interpolated_mark, 0);
    /* The reference loader substitutes in texts that are parsed already: "pid: ${NOTHING}" is an empty text, no null. */
    if (dw_node_is_null(&scalar->node))
        scalar->node.style = DW_SCALAR_QUOTED;
    scalar->written = node->text;
    scalar->missing = result.missing;
    return &scalar->node;
}

struct dw_node *compose_interpolate(struct compose_loader *loader, struct dw_node *node,
                                    const struct compose_variables *variables)
{
    /* The depth is limited by the document's. */
    if (!compose_spend_nodes(loader, node, 1))
        return NULL;
    loader->tagged |= node->tag.len > 0;
    if (node->kind == DW_NODE_SCALAR)
        return interpolate_scalar(loader, node, variables);
    struct dw_node *result = node;
    for (size_t i = 0; i < node->count; i++) {
        struct dw_node *item = compose_interpolate(loader, node->items[i], variables);
        if (item == NULL)
            return NULL;
        if (item != node->items[i] && result == node)
            result = compose_copy(loader, node, 0);
        result->items[i] = item;
    }
    return result;
}
