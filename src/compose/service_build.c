/* SPDX-License-Identifier: Apache-2.0
 *
 * What a service's image is made of: its reference, or a build with its Dockerfile, which may stand in the Compose file itself
 * (compose-spec, build.md). */
#include "compose/service.h"

#include "base/file.h"

/* ---- Dockerfiles in the Compose file ----------------------------------------------------------------------------------- */

/* Where the lines of a literal block ("|") stand in the file. */
struct block {
    struct dw_slice file;   /* the Compose file's bytes */
    struct dw_slice text;   /* the Dockerfile, as it was parsed */
    size_t *in_text;        /* start of every line */
    size_t *in_file;        /* start of its text, behind the indentation */
    size_t count;
};

static bool block_map(struct block *block, const struct dw_node *node, struct dw_arena *arena)
{
    size_t lines = 1, at = node->start, indent = SIZE_MAX;
    block->file = node->document->source;
    for (size_t i = 0; i < block->text.len; i++)
        lines += block->text.at[i] == '\n';
    block->in_text = dw_arena_alloc(arena, lines, sizeof(size_t));
    block->in_file = dw_arena_alloc(arena, lines, sizeof(size_t));
    while (at < block->file.len && block->file.at[at] != '\n')
        at++;
    at += at < block->file.len;
    /* The first line with a text tells the indentation of all. */
    for (size_t line = at; line < block->file.len && indent == SIZE_MAX;) {
        size_t text = line;
        while (text < block->file.len && block->file.at[text] == ' ')
            text++;
        if (text < block->file.len && block->file.at[text] != '\n' && block->file.at[text] != '\r')
            indent = text - line;
        while (text < block->file.len && block->file.at[text] != '\n')
            text++;
        line = text + 1;
    }
    size_t text = 0;
    for (block->count = 0; block->count < lines; block->count++) {
        size_t start = at, spaces = 0;
        while (spaces < indent && start < block->file.len && block->file.at[start] == ' ') {
            start++;
            spaces++;
        }
        block->in_text[block->count] = text;
        block->in_file[block->count] = start;
        while (at < block->file.len && block->file.at[at] != '\n')
            at++;
        at += at < block->file.len;
        while (text < block->text.len && block->text.at[text] != '\n')
            text++;
        text++;
    }
    return indent != SIZE_MAX;
}

/* A place in the Dockerfile as a place in the Compose file. */
static size_t block_offset(const struct block *block, size_t offset)
{
    size_t low = 0, high = block->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (block->in_text[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    size_t place = block->in_file[low] + (offset - block->in_text[low]);
    return place < block->file.len ? place : block->file.len;
}

static void move_instruction(struct dw_instruction *instruction, const struct block *block, unsigned lines)
{
    instruction->line += lines;
    instruction->end_line += lines;
    for (size_t i = 0; i < instruction->heredoc_count; i++)
        instruction->heredocs[i].line += lines;
    for (size_t i = 0; i < instruction->run_count; i++)
        instruction->runs[i].source = block_offset(block, instruction->runs[i].source);
}

/* The inline Dockerfile's places become places of the Compose file. */
static void move_dockerfile(struct dw_dockerfile *dockerfile, const struct dw_node *node)
{
    struct block block = {.text = dockerfile->source};
    bool literal = node->style == DW_SCALAR_BLOCK && block_map(&block, node, &dockerfile->arena);
    if (!literal) { /* its lines are not the file's: everything stands where the text begins */
        block.count = 1;
        block.file = node->document->source;
        block.in_text = dw_arena_alloc(&dockerfile->arena, 1, sizeof(size_t));
        block.in_file = dw_arena_alloc(&dockerfile->arena, 1, sizeof(size_t));
        block.in_file[0] = node->start;
    }
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        move_instruction(instruction, &block, literal ? node->line : 0);
        if (instruction->inner != NULL && instruction->inner->runs != instruction->runs)
            move_instruction(instruction->inner, &block, literal ? node->line : 0);
        else if (instruction->inner != NULL) {
            instruction->inner->line = instruction->line;
            instruction->inner->end_line = instruction->end_line;
        }
        if (!literal)
            instruction->line = instruction->end_line = node->line;
    }
    dockerfile->syntax_line += node->line;
    dockerfile->source = block.file;
}

static const struct dw_dockerfile *parse_inline(struct compose_service *service, const struct dw_node *node)
{
    struct compose_loader *loader = service->loader;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(node->document->name);
    struct dw_slice problem = compose_problem(loader, node);
    struct dw_dockerfile *dockerfile =
        problem.len > 0 ? NULL : dw_dockerfile_parse(node->text, name, loader->limits, &error);
    if (dockerfile == NULL) {
        service->container->build_problem =
            problem.len > 0 ? dw_arena_printf(loader->arena, "the inline Dockerfile: %.*s", DW_SLICE_ARG(problem))
                            : dw_arena_printf(loader->arena, "the inline Dockerfile cannot be read: %s", error.text);
        return NULL;
    }
    *dw_vector_push(&loader->project->dockerfiles) = dockerfile;
    service->container->dockerfile_inline = true;
    move_dockerfile(dockerfile, node);
    return dockerfile;
}

/* ---- Dockerfiles beside it ---------------------------------------------------------------------------------------------- */

/* Is TARGET the stage that is shipped when none is asked for? */
static bool is_last_stage(const struct dw_dockerfile *dockerfile, struct dw_slice target)
{
    size_t last = dockerfile->stages.len - 1;
    uint64_t number;
    return target.len == 0 || dw_slice_equal_nocase(dockerfile->stages.at[last].name, target) ||
           (dw_parse_u64(target, &number) && number == last);
}

static const struct dw_dockerfile *read_dockerfile(struct compose_service *service, char *path, struct dw_error *error)
{
    struct compose_loader *loader = service->loader;
    bool added;
    struct dw_slice key = dw_arena_copy(loader->arena, dw_slice_of(path));
    struct dw_map_entry *entry = dw_map_insert(&loader->builds, key, &added);
    DW_CLEANUP(dw_cleanup_free) char *real = NULL;
    if (!added && entry->pointer != NULL)
        return entry->pointer;
    struct dw_dockerfile *dockerfile = NULL;
    if (compose_may_read(loader, path, &real, error))
        dockerfile = dw_dockerfile_read(path, loader->limits, error);
    if (dockerfile == NULL)
        return NULL;
    entry->pointer = dockerfile;
    *dw_vector_push(&loader->project->dockerfiles) = dockerfile;
    return dockerfile;
}

static void find_dockerfile(struct compose_service *service, const struct dw_node *build)
{
    struct compose_loader *loader = service->loader;
    struct dw_container *container = service->container;
    struct dw_error error = DW_ERROR_INIT;
    bool is_text = build->kind == DW_NODE_SCALAR;
    const struct dw_node *context = is_text ? build : compose_get(build, "context");
    const struct dw_node *file = is_text ? NULL : compose_get(build, "dockerfile");
    const struct dw_node *target = is_text ? NULL : compose_get(build, "target");
    const struct dw_node *const parts[] = {context, file, target};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && container->build_problem.len == 0; i++)
        container->build_problem = compose_problem(loader, parts[i]);
    if (container->build_problem.len > 0)
        return;
    struct dw_slice name = file == NULL ? DW_SLICE("Dockerfile") : file->text;
    struct dw_slice folder = context == NULL ? DW_SLICE(".") : context->text;
    if (compose_is_remote(folder)) {
        container->build_problem = dw_arena_printf(loader->arena, "it is built from the remote context \"%.*s\", which is not fetched",
                                                   DW_SLICE_ARG(folder));
        return;
    }
    /* The context is relative to the folder of the file that names it; the Dockerfile to the context. */
    DW_CLEANUP(dw_cleanup_free) char *base =
        compose_path(loader->project, context != NULL ? context : build, folder);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer joined = {0};
    if (name.len == 0 || name.at[0] != '/')
        dw_buffer_printf(&joined, "%s/", base);
    dw_buffer_append(&joined, name);
    DW_CLEANUP(dw_cleanup_free) char *path = dw_path_normal(dw_buffer_slice(&joined));
    container->dockerfile_path = dw_arena_copy(loader->arena, dw_slice_of(path));
    const struct dw_dockerfile *dockerfile = read_dockerfile(service, path, &error);
    if (dockerfile == NULL)
        container->build_problem =
            dw_arena_printf(loader->arena, "its Dockerfile cannot be read: %s", error.text);
    else if (!is_last_stage(dockerfile, container->target = target == NULL ? DW_SLICE("") : target->text))
        container->build_problem =
            dw_arena_printf(loader->arena, "it ships the stage \"%.*s\" of %s, which is not the last one", DW_SLICE_ARG(target->text), path);
    else
        container->dockerfile = dockerfile;
}

/* "docker-image://name" of build.additional_contexts. */
static void find_contexts(struct compose_service *service, const struct dw_node *contexts)
{
    struct dw_slice scheme = DW_SLICE("docker-image://");
    for (size_t i = 0; contexts != NULL && i < contexts->count; i++) {
        const struct dw_node *node = contexts->items[i];
        struct dw_container_text text = compose_text_of(service->loader, node);
        size_t equals = contexts->kind == DW_NODE_SEQUENCE ? dw_slice_find(text.text, '=') : SIZE_MAX;
        if (equals != SIZE_MAX)
            text.text = dw_slice_from(text.text, equals + 1);
        if (text.node == NULL || (!dw_slice_starts(text.text, scheme) && text.problem.len == 0))
            continue;
        if (dw_slice_starts(text.text, scheme))
            text.text = dw_slice_from(text.text, scheme.len);
        size_t at = dw_slice_find_slice(text.written, scheme);
        if (at != SIZE_MAX)
            text.written = dw_slice_from(text.written, at + scheme.len);
        struct dw_container_image *image = dw_vector_push(&service->container->images);
        image->use = DW_CONTAINER_BUILD_CONTEXT;
        image->reference = text;
    }
}

void compose_service_build(struct compose_service *service)
{
    const struct dw_node *build = compose_get(service->node, "build"), *image = compose_get(service->node, "image");
    if (build == NULL && image != NULL) { /* beside a build it names what is built */
        struct dw_container_image *own = dw_vector_push(&service->container->images);
        own->use = DW_CONTAINER_IMAGE;
        own->reference = compose_text_of(service->loader, image);
    }
    if (build == NULL)
        return;
    service->container->built = true;
    const struct dw_node *text = build->kind == DW_NODE_MAPPING ? compose_get(build, "dockerfile_inline") : NULL;
    find_contexts(service, build->kind == DW_NODE_MAPPING ? compose_get(build, "additional_contexts") : NULL);
    if (text == NULL) {
        find_dockerfile(service, build);
        return;
    }
    const struct dw_node *target = compose_get(build, "target");
    const struct dw_dockerfile *dockerfile = parse_inline(service, text);
    if (dockerfile != NULL && !is_last_stage(dockerfile, target == NULL ? DW_SLICE("") : target->text))
        service->container->build_problem =
            dw_arena_printf(service->loader->arena, "it ships the stage \"%.*s\" of its inline Dockerfile, which is not the last one",
                            DW_SLICE_ARG(target->text));
    else
        service->container->dockerfile = dockerfile;
}
