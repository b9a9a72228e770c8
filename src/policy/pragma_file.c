/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the comments of a file are, and which lines they are about. */
#include "policy/pragma_text.h"

#include "base/clock.h"

#include <limits.h>

/* ---- Dockerfile --------------------------------------------------------------------------------------------------- */

struct dockerfile_place {
    const struct dw_dockerfile *dockerfile;
    unsigned line;
    bool directive_seen; /* "# check=" at the head of the file */
};

/* The instruction that LINE stands in, else the next one; NULL behind the last. */
static const struct dw_instruction *instruction_at(const struct dw_dockerfile *dockerfile, unsigned line)
{
    for (size_t i = 0; i < dockerfile->instructions.len; i++)
        if (dockerfile->instructions.at[i].end_line >= line)
            return &dockerfile->instructions.at[i];
    return NULL;
}

static void place_stage(const struct dw_dockerfile *dockerfile, const struct dw_instruction *next, struct dw_pragma *pragma)
{
    size_t index = next == NULL ? dockerfile->stages.len - 1 : next->stage;
    if (index == SIZE_MAX)
        return; /* before the first FROM: no stage */
    const struct dw_build_stage *stage = &dockerfile->stages.at[index];
    const struct dw_instruction *last = &dockerfile->instructions.at[stage->first + stage->count - 1];
    pragma->first = stage->from->line;
    pragma->last = last->end_line;
}

static void place_in_dockerfile(void *context, struct dw_pragma *pragma, enum dw_pragma_scope scope)
{
    struct dockerfile_place *at = context;
    const struct dw_dockerfile *dockerfile = at->dockerfile;
    const struct dw_instruction *next = instruction_at(dockerfile, at->line);
    pragma->path = dockerfile->name;
    pragma->line = at->line;
    pragma->first = 1;
    pragma->last = 0; /* nothing, unless set below */
    if (scope == DW_SCOPE_CHECK) {
        bool directive = dockerfile->check.len > 0 && !at->directive_seen;
        at->directive_seen = true;
        scope = directive ? DW_SCOPE_FILE
                : next != NULL && next->kind == DW_INSTRUCTION_FROM ? DW_SCOPE_STAGE
                                                                    : DW_SCOPE_NEXT;
    }
    if (scope == DW_SCOPE_FILE) {
        pragma->last = UINT_MAX;
    } else if (scope == DW_SCOPE_STAGE) {
        place_stage(dockerfile, next, pragma);
    } else if (next != NULL) {
        pragma->first = next->line;
        pragma->last = next->end_line;
    }
}

/* Is LINE in the body of a file that COPY or ADD writes? */
static bool is_copied_text(const struct dw_instruction *instruction, unsigned line)
{
    if (instruction->kind == DW_INSTRUCTION_ONBUILD && instruction->inner != NULL)
        instruction = instruction->inner;
    return (instruction->kind == DW_INSTRUCTION_COPY || instruction->kind == DW_INSTRUCTION_ADD) &&
           instruction->heredoc_count > 0 && line >= instruction->heredocs[0].line;
}

void dw_pragmas_of_dockerfile(struct dw_pragmas *pragmas, struct dw_arena *arena, const struct dw_dockerfile *dockerfile)
{
    struct dockerfile_place place = {.dockerfile = dockerfile};
    struct dw_slice rest = dockerfile->source, line;
    if (!dw_pragma_may_be_in(rest))
        return;
    while (dw_slice_line(&rest, &line)) {
        place.line++;
        line = dw_slice_trim(line);
        if (!dw_slice_starts_with(line, "#") || !dw_pragma_may_be_in(line))
            continue;
        const struct dw_instruction *around = instruction_at(dockerfile, place.line);
        if (around != NULL && around->line < place.line && is_copied_text(around, place.line))
            continue;
        dw_pragma_read(pragmas, arena, dw_slice_from(line, 1), place_in_dockerfile, &place);
    }
}

/* ---- YAML ----------------------------------------------------------------------------------------------------------- */

struct range {
    size_t start, end;
};
struct document_place {
    const struct dw_document *document;
    DW_VECTOR(size_t) lines;        /* offset of each */
    DW_VECTOR(struct range) scalars; /* rising, once sorted */
    unsigned line;                  /* of the comment */
    bool own_line;
};

/* What a scan of comments must not look into; bounded by the document's nodes. */
static void collect(struct document_place *place, const struct dw_node *node)
{
    if (node->alias)
        return;
    if (node->kind == DW_NODE_SCALAR) {
        if (node->end > node->start)
            *dw_vector_push(&place->scalars) = (struct range){node->start, node->end};
        return;
    }
    size_t count = node->kind == DW_NODE_MAPPING ? node->own_count : node->count;
    for (size_t i = 0; i < count; i++) {
        if (node->kind == DW_NODE_MAPPING)
            collect(place, node->keys[i]);
        collect(place, node->items[i]);
    }
}

static int compare_ranges(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

static bool in_scalar(const struct document_place *place, size_t offset)
{
    size_t low = 0, high = place->scalars.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (place->scalars.at[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && offset < place->scalars.at[low - 1].end;
}

static struct dw_slice line_at(const struct document_place *place, size_t index)
{
    size_t start = place->lines.at[index];
    size_t end = index + 1 < place->lines.len ? place->lines.at[index + 1] : place->document->source.len;
    return dw_slice_part(place->document->source, start, end - start);
}

static size_t indentation(struct dw_slice line)
{
    size_t at = 0;
    while (at < line.len && line.at[at] == ' ')
        at++;
    return at;
}

static bool says_nothing(struct dw_slice line)
{
    line = dw_slice_trim(line);
    return line.len == 0 || line.at[0] == '#';
}

static bool is_item(struct dw_slice line)
{
    struct dw_slice text = dw_slice_trim(line);
    return dw_slice_is(text, "-") || dw_slice_starts_with(text, "- ");
}

/* The last line (index) of what begins at line INDEX: all that is indented deeper, and the items of a list that stand as deep
 * as their key. */
static size_t block_end(const struct document_place *place, size_t index)
{
    struct dw_slice first = line_at(place, index);
    size_t depth = indentation(first), last = index;
    for (size_t i = index + 1; i < place->lines.len; i++) {
        struct dw_slice line = line_at(place, i);
        if (says_nothing(line))
            continue;
        size_t own = indentation(line);
        if (own < depth || (own == depth && (!is_item(line) || is_item(first))))
            break;
        last = i;
    }
    return last;
}

static void place_in_document(void *context, struct dw_pragma *pragma, enum dw_pragma_scope scope)
{
    struct document_place *place = context;
    pragma->path = place->document->name;
    pragma->line = place->line;
    pragma->first = 1;
    pragma->last = 0;
    if (scope == DW_SCOPE_STAGE) {
        pragma->problem = DW_SLICE("there are no stages here");
    } else if (scope == DW_SCOPE_FILE) {
        pragma->last = UINT_MAX;
    } else {
        size_t index = place->line - 1;
        while (place->own_line && index < place->lines.len && says_nothing(line_at(place, index)))
            index++;
        if (index < place->lines.len) {
            pragma->first = (unsigned)index + 1;
            pragma->last = (unsigned)block_end(place, index) + 1;
        }
    }
}

static void scan_line(struct dw_pragmas *pragmas, struct dw_arena *arena, struct document_place *place, size_t index)
{
    struct dw_slice line = line_at(place, index);
    if (!dw_pragma_may_be_in(line))
        return;
    for (size_t at = 0; at < line.len; at++) {
        bool begins = line.at[at] == '#' && (at == 0 || line.at[at - 1] == ' ' || line.at[at - 1] == '\t');
        if (!begins || in_scalar(place, place->lines.at[index] + at))
            continue;
        place->line = (unsigned)index + 1;
        place->own_line = dw_slice_trim(dw_slice_part(line, 0, at)).len == 0;
        dw_pragma_read(pragmas, arena, dw_slice_from(line, at + 1), place_in_document, place);
        return;
    }
}

/* ---- annotations of Kubernetes objects --------------------------------------------------------------------------------- */

static unsigned line_of(const struct document_place *place, size_t offset)
{
    size_t low = 0, high = place->lines.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (place->lines.at[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return (unsigned)low;
}

static struct dw_pragma *add_annotation(struct dw_pragmas *pragmas, const struct document_place *place,
                                        enum dw_pragma_tool tool, const struct dw_node *key, const struct dw_node *object)
{
    struct dw_pragma *pragma = dw_vector_push(&pragmas->list);
    *pragma = (struct dw_pragma){.tool = tool,
                                 .path = place->document->name,
                                 .line = key->line,
                                 .first = object->line,
                                 .last = line_of(place, object->end > object->start ? object->end - 1 : object->end),
                                 .ticket = DW_SLICE(""),
                                 .reason = DW_SLICE(""),
                                 .problem = DW_SLICE(""),
                                 .until = DW_TIME_UNKNOWN};
    return pragma;
}

static void one_id(struct dw_arena *arena, struct dw_pragma *pragma, struct dw_slice id)
{
    pragma->ids = dw_arena_alloc(arena, 1, sizeof(*pragma->ids));
    pragma->ids[0] = dw_arena_copy(arena, dw_slice_trim(id));
    pragma->id_count = 1;
}

static void read_annotations(struct dw_pragmas *pragmas, struct dw_arena *arena, const struct document_place *place,
                             const struct dw_node *metadata, const struct dw_node *object)
{
    const struct dw_node *annotations = dw_node_get(metadata, "annotations");
    if (annotations == NULL || annotations->kind != DW_NODE_MAPPING)
        return;
    struct dw_slice linter = DW_SLICE("ignore-check.kube-linter.io/");
    for (size_t i = 0; i < annotations->count; i++) {
        const struct dw_node *key = annotations->keys[i], *value = annotations->items[i];
        struct dw_slice text = value->kind == DW_NODE_SCALAR ? value->text : DW_SLICE("");
        if (dw_slice_starts(key->text, linter)) {
            struct dw_pragma *pragma = add_annotation(pragmas, place, DW_PRAGMA_KUBE_LINTER, key, object);
            one_id(arena, pragma, dw_slice_from(key->text, linter.len));
            pragma->reason = dw_arena_copy(arena, dw_slice_trim(text));
        } else if (dw_slice_is(key->text, "kube-linter.io/ignore-all")) {
            struct dw_pragma *pragma = add_annotation(pragmas, place, DW_PRAGMA_KUBE_LINTER, key, object);
            pragma->every = true;
            pragma->reason = dw_arena_copy(arena, dw_slice_trim(text));
        } else if (dw_slice_starts_with(key->text, "checkov.io/skip")) {
            struct dw_pragma *pragma = add_annotation(pragmas, place, DW_PRAGMA_CHECKOV, key, object);
            size_t equals = dw_slice_find(text, '=');
            one_id(arena, pragma, dw_slice_part(text, 0, equals));
            if (equals != SIZE_MAX)
                pragma->reason = dw_arena_copy(arena, dw_slice_trim(dw_slice_from(text, equals + 1)));
        }
    }
}

/* Every "metadata" of an object is about the whole object, that of a pod template included; bounded by the document's nodes. */
static void search_metadata(struct dw_pragmas *pragmas, struct dw_arena *arena, const struct document_place *place,
                            const struct dw_node *node, const struct dw_node *object)
{
    if (node->kind == DW_NODE_SCALAR || node->alias)
        return;
    size_t count = node->kind == DW_NODE_MAPPING ? node->own_count : node->count;
    if (node->kind == DW_NODE_MAPPING && (object == NULL || dw_node_get(node, "apiVersion") != NULL))
        object = node;
    for (size_t i = 0; i < count; i++) {
        if (node->kind == DW_NODE_MAPPING && dw_slice_is(node->keys[i]->text, "metadata"))
            read_annotations(pragmas, arena, place, node->items[i], object);
        search_metadata(pragmas, arena, place, node->items[i], object);
    }
}

void dw_pragmas_of_document(struct dw_pragmas *pragmas, struct dw_arena *arena, const struct dw_document *document)
{
    struct document_place place = {.document = document};
    struct dw_slice source = document->source;
    if (!dw_pragma_may_be_in(source))
        return;
    for (size_t at = 0, start = 0; at <= source.len; at++)
        if (at == source.len || source.at[at] == '\n') {
            if (at > start || at < source.len)
                *dw_vector_push(&place.lines) = start;
            start = at + 1;
        }
    for (size_t i = 0; i < document->root_count; i++)
        collect(&place, document->roots[i]);
    if (place.scalars.len > 1)
        qsort(place.scalars.at, place.scalars.len, sizeof(struct range), compare_ranges);
    for (size_t i = 0; i < place.lines.len; i++)
        scan_line(pragmas, arena, &place, i);
    for (size_t i = 0; i < document->root_count; i++)
        search_metadata(pragmas, arena, &place, document->roots[i], NULL);
    dw_vector_free(&place.lines);
    dw_vector_free(&place.scalars);
}
