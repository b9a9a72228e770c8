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

static void move_instruction(struct dw_instruction *instruction, const struct block *block)
{
    for (size_t i = 0; i < instruction->run_count; i++)
        instruction->runs[i].source = block_offset(block, instruction->runs[i].source);
}

/* The Compose file's lines, that findings are shown with. */
static void move_lines(struct dw_dockerfile *dockerfile)
{
    size_t count = 1, line = 1;
    for (size_t i = 0; i < dockerfile->source.len; i++)
        count += dockerfile->source.at[i] == '\n';
    size_t *starts = dw_arena_alloc(&dockerfile->arena, count + 1, sizeof(*starts));
    for (size_t i = 0; i < dockerfile->source.len; i++)
        if (dockerfile->source.at[i] == '\n')
            starts[line++] = i + 1;
    dockerfile->line_starts = starts;
    dockerfile->line_count = count;
}

/* A literal block ("|") keeps its lines; what is folded or quoted does not. */
static bool is_literal(const struct dw_node *node)
{
    return node->style == DW_SCALAR_BLOCK && node->start < node->document->source.len &&
           node->document->source.at[node->start] == '|';
}

/* The inline Dockerfile's places in the text become places of the Compose file. Its lines are that already. */
static void move_dockerfile(struct dw_dockerfile *dockerfile, const struct dw_node *node)
{
    struct block block = {.text = dockerfile->source};
    bool literal = is_literal(node) && block_map(&block, node, &dockerfile->arena);
    if (!literal) { /* everything stands where the text begins */
        block.count = 1;
        block.file = dw_slice_part(node->document->source, 0, node->start);
        block.in_text = dw_arena_alloc(&dockerfile->arena, 1, sizeof(size_t));
        block.in_file = dw_arena_alloc(&dockerfile->arena, 1, sizeof(size_t));
        block.in_file[0] = node->start;
    }
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        struct dw_instruction *instruction = &dockerfile->instructions.at[i], *inner = instruction->inner;
        move_instruction(instruction, &block);
        if (inner != NULL && inner->runs != instruction->runs)
            move_instruction(inner, &block);
        for (; !literal && instruction != NULL; instruction = instruction->inner)
            instruction->line = instruction->end_line = node->line;
    }
    for (size_t i = 0; i < dockerfile->comments.len; i++)
        dockerfile->comments.at[i].offset = block_offset(&block, dockerfile->comments.at[i].offset);
    for (size_t i = 0; i < dockerfile->warnings.len; i++)
        dockerfile->warnings.at[i].offset = block_offset(&block, dockerfile->warnings.at[i].offset);
    dockerfile->source = node->document->source;
    move_lines(dockerfile);
}

/* ---- how it is built ----------------------------------------------------------------------------------------------------- */

struct build {
    struct dw_dockerfile_options options;
    DW_VECTOR(const char *) arguments;
};

/* The stage and the arguments that BUILD (NULL or a text: none) gives. */
static struct build build_of(struct compose_service *service, const struct dw_node *build)
{
    struct build result = {.options = {.target = NULL}};
    const struct dw_node *target = build == NULL || build->kind != DW_NODE_MAPPING ? NULL : compose_get(build, "target");
    const struct dw_node *args = build == NULL || build->kind != DW_NODE_MAPPING ? NULL : compose_get(build, "args");
    struct compose_loader *loader = service->loader;
    if (target != NULL && target->text.len > 0)
        result.options.target = dw_arena_copy(loader->arena, target->text).at;
    for (size_t i = 0; args != NULL && i < args->count; i++) {
        const struct dw_node *item = args->items[i];
        if (item->kind != DW_NODE_SCALAR || compose_problem(loader, item).len > 0)
            continue;
        struct dw_slice text = item->text;
        if (args->kind == DW_NODE_MAPPING && dw_node_is_null(item))
            continue;
        if (args->kind == DW_NODE_MAPPING)
            text = dw_arena_printf(loader->arena, "%.*s=%.*s", DW_SLICE_ARG(args->keys[i]->text), DW_SLICE_ARG(item->text));
        *dw_vector_push(&result.arguments) = dw_arena_copy(loader->arena, text).at;
    }
    result.options.build_arguments = result.arguments.at;
    result.options.build_argument_count = result.arguments.len;
    return result;
}

/* Is TARGET the stage that is shipped when none is asked for? */
static bool is_last_stage(const struct dw_dockerfile *dockerfile)
{
    return dockerfile->shipped == dockerfile->stages.len - 1;
}

static const struct dw_dockerfile *parse_inline(struct compose_service *service, const struct dw_node *node, struct build *build)
{
    struct compose_loader *loader = service->loader;
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(node->document->name);
    struct dw_slice problem = compose_problem(loader, node);
    build->options.first_line = is_literal(node) ? node->line : node->line - 1;
    struct dw_dockerfile *dockerfile =
        problem.len > 0 ? NULL : dw_dockerfile_parse_with(node->text, name, &build->options, loader->limits, &error);
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

static const struct dw_dockerfile *read_dockerfile(struct compose_service *service, char *path, const struct build *build,
                                                   struct dw_error *error)
{
    struct compose_loader *loader = service->loader;
    bool added;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0}, text = {0};
    DW_CLEANUP(dw_cleanup_free) char *real = NULL;
    dw_buffer_printf(&key, "%s\n%s", path, build->options.target == NULL ? "" : build->options.target);
    for (size_t i = 0; i < build->arguments.len; i++)
        dw_buffer_printf(&key, "\n%s", build->arguments.at[i]);
    struct dw_map_entry *entry = dw_map_find(&loader->builds, dw_buffer_slice(&key));
    if (entry != NULL)
        return entry->pointer;
    if (!compose_may_read(loader, path, &real, error) ||
        !dw_file_read_within(path, loader->limits, DW_LIMIT_DOCKERFILE_BYTES, &text, error))
        return NULL;
    loader->bytes += text.len;
    if (!dw_limit_check(loader->limits, DW_LIMIT_DOCUMENT_BYTES, loader->bytes, error))
        return NULL;
    struct dw_dockerfile *dockerfile =
        dw_dockerfile_parse_with(dw_buffer_slice(&text), path, &build->options, loader->limits, error);
    if (dockerfile == NULL)
        return NULL;
    dw_map_insert(&loader->builds, dw_arena_copy(loader->arena, dw_buffer_slice(&key)), &added)->pointer = dockerfile;
    *dw_vector_push(&loader->project->dockerfiles) = dockerfile;
    return dockerfile;
}

static void find_dockerfile(struct compose_service *service, const struct dw_node *build, const struct build *how)
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
    const struct dw_dockerfile *dockerfile = read_dockerfile(service, path, how, &error);
    if (dockerfile == NULL)
        container->build_problem = dw_arena_printf(loader->arena, "its Dockerfile cannot be read: %s", error.text);
    else if (!is_last_stage(dockerfile))
        container->target = target->text;
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
    struct build how = build_of(service, build);
    if (text == NULL) {
        find_dockerfile(service, build, &how);
    } else {
        service->container->dockerfile = parse_inline(service, text, &how);
        if (service->container->dockerfile != NULL && !is_last_stage(service->container->dockerfile))
            service->container->target = compose_get(build, "target")->text;
    }
    dw_vector_free(&how.arguments);
}
