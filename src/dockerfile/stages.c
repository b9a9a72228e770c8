/* SPDX-License-Identifier: Apache-2.0
 *
 * Stages and what they name (Dockerfile reference, FROM, ARG, COPY --from, RUN --mount; moby/buildkit
 * frontend/dockerfile/dockerfile2llb/convert.go). Build arguments are not known here: defaults are substituted. */
#include "dockerfile/parse.h"

#include "base/map.h"
#include "dockerfile/state.h"
#include "model/image_name.h"

struct resolver {
    struct dw_dockerfile *dockerfile;
    struct dw_error *error;
    struct dw_variables *global; /* ARG before the first FROM */
    struct dw_map earlier;       /* lower-case stage name -> index + 1, stages before the one at hand */
    struct dw_map all;           /* the same, of all stages */
    struct dw_states *states;
};

static struct dw_slice lower(struct dw_arena *arena, struct dw_slice text)
{
    struct dw_slice copy = dw_arena_copy(arena, text);
    for (size_t i = 0; i < copy.len; i++)
        ((char *)copy.at)[i] = dw_to_lower(copy.at[i]);
    return copy;
}

static bool is_stage_name(struct dw_slice name)
{
    if (name.len == 0 || !dw_is_alpha(name.at[0]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!dw_is_alpha(name.at[i]) && !dw_is_digit(name.at[i]) && strchr("-_.", name.at[i]) == NULL)
            return false;
    return true;
}

static bool add_stage(struct dw_dockerfile *dockerfile, const struct dw_instruction *from, size_t index,
                      struct dw_map *names, struct dw_error *error)
{
    struct dw_build_stage *stage = dw_vector_push(&dockerfile->stages);
    *stage = (struct dw_build_stage){.from = from, .first = index, .name = DW_SLICE(""), .platform = DW_SLICE("")};
    dw_instruction_flag(from, "platform", &stage->platform);
    if (from->argument_count == 1)
        return true;
    if (from->argument_count != 3 || !dw_slice_equal_nocase(from->arguments[1], DW_SLICE("as")))
        return dw_dockerfile_fail(dockerfile, from->line, DW_ERROR_INPUT, error,
                                  "FROM takes an image, or an image, AS and a name");
    stage->name = lower(&dockerfile->arena, from->arguments[2]);
    struct dw_slice shown = dw_slice_part(stage->name, 0, 80);
    if (!is_stage_name(stage->name))
        return dw_dockerfile_fail(dockerfile, from->line, DW_ERROR_INPUT, error,
                                  "\"%.*s\" is no stage name: a letter, then letters, digits, \"-\", \"_\", \".\"",
                                  DW_SLICE_ARG(shown));
    dw_map_insert(names, stage->name, NULL)->number = dockerfile->stages.len;
    return true;
}

bool dw_dockerfile_split_stages(struct dw_dockerfile *dockerfile, struct dw_map *names, struct dw_error *error)
{
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->kind == DW_INSTRUCTION_FROM && !add_stage(dockerfile, instruction, i, names, error))
            return false;
        if (dockerfile->stages.len == 0) {
            if (instruction->kind == DW_INSTRUCTION_ARG)
                continue;
            return dw_dockerfile_fail(dockerfile, instruction->line, DW_ERROR_INPUT, error,
                                      "%s stands before the first FROM; only ARG may",
                                      dw_instruction_name(instruction->kind));
        }
        instruction->stage = dockerfile->stages.len - 1;
        if (instruction->inner != NULL)
            instruction->inner->stage = instruction->stage;
        dockerfile->stages.at[instruction->stage].count++;
    }
    return true;
}

static struct dw_image_use *add_use(struct resolver *resolver, enum dw_use_kind kind,
                                    const struct dw_instruction *instruction, struct dw_slice written)
{
    struct dw_image_use *use = dw_vector_push(&resolver->dockerfile->uses);
    *use = (struct dw_image_use){.use = kind,
                                 .kind = DW_BASE_UNRESOLVED,
                                 .instruction = instruction,
                                 .stage = instruction->stage,
                                 .written = written,
                                 .resolved = DW_SLICE(""),
                                 .problem = DW_SLICE(""),
                                 .target = SIZE_MAX};
    return use;
}

/* A name that is no stage's: an image, or nothing that can be one. */
static void resolve_image(struct resolver *resolver, struct dw_image_use *use)
{
    struct dw_image_name name;
    struct dw_error error = DW_ERROR_INIT;
    if (dw_image_name_parse(&resolver->dockerfile->arena, use->resolved, &name, &error))
        use->kind = DW_BASE_IMAGE;
    else if (use->problem.len == 0)
        use->problem = dw_arena_copy(&resolver->dockerfile->arena, dw_slice_of(error.text));
}

static size_t stage_of(const struct dw_map *names, struct dw_arena *arena, struct dw_slice name)
{
    const struct dw_map_entry *entry = name.len > 255 ? NULL : dw_map_find(names, lower(arena, name));
    return entry == NULL ? SIZE_MAX : (size_t)entry->number - 1;
}

static bool expand_from(struct resolver *resolver, const char *architecture, struct dw_image_use *use)
{
    struct dw_dockerfile *dockerfile = resolver->dockerfile;
    struct dw_variables *global = resolver->global;
    dw_variables_start(global, architecture);
    if (!dw_variables_expand(global, use->written, &use->resolved, resolver->error))
        return dw_context(resolver->error, "%.*s:%u", DW_SLICE_ARG(dockerfile->name), use->instruction->line);
    use->from_argument = global->used;
    use->platform_dependent = global->platform;
    use->target = stage_of(&resolver->earlier, &dockerfile->arena, use->resolved);
    return true;
}

static bool resolve_from(struct resolver *resolver, struct dw_instruction *from)
{
    /* Judged as for the first; where a stage's name holds a platform argument, each is tried. */
    static const char *const architectures[] = {"amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64"};
    struct dw_dockerfile *dockerfile = resolver->dockerfile;
    struct dw_image_use *use = add_use(resolver, DW_USE_FROM, from, from->arguments[0]);
    dw_states_record(resolver->states, true);
    resolver->global->argument = 0;
    bool good = expand_from(resolver, architectures[0], use);
    dw_states_record(resolver->states, false);
    if (!good || !dw_states_from(resolver->states, from, use->resolved))
        return false;
    struct dw_slice missing = resolver->global->missing;
    use->problem = resolver->global->problem;
    for (size_t i = 1; i < 7 && use->platform_dependent && use->target == SIZE_MAX; i++) {
        struct dw_image_use other = *use;
        if (!expand_from(resolver, architectures[i], &other))
            return false;
        if (other.target != SIZE_MAX)
            *use = other;
    }
    if (use->target != SIZE_MAX) {
        use->kind = DW_BASE_STAGE;
        return true;
    }
    if (dw_slice_is(use->resolved, "scratch")) {
        use->kind = DW_BASE_SCRATCH;
        return true;
    }
    if (missing.len > 0 && use->problem.len == 0)
        use->problem = dw_arena_printf(&dockerfile->arena,
                                       "the variable \"%.*s\" has no value: give its ARG before the first FROM a default",
                                       DW_SLICE_ARG(missing));
    resolve_image(resolver, use);
    if (use->kind == DW_BASE_IMAGE)
        use->problem = DW_SLICE("");
    return true;
}

/* COPY --from and RUN --mount from: a stage by name or index, else an image; never expanded. */
static void resolve_other(struct resolver *resolver, enum dw_use_kind kind, const struct dw_instruction *instruction,
                          struct dw_slice written)
{
    struct dw_dockerfile *dockerfile = resolver->dockerfile;
    struct dw_arena *arena = &dockerfile->arena;
    bool later = kind == DW_USE_ONBUILD_COPY || kind == DW_USE_ONBUILD_MOUNT;
    struct dw_image_use *use = add_use(resolver, kind, instruction, written);
    uint64_t number;
    bool index = dw_parse_u64(written, &number);
    if (dw_slice_find(written, '$') != SIZE_MAX) {
        use->problem = DW_SLICE("variables are not substituted here: the build fails");
        return;
    }
    use->resolved = written;
    use->target = index ? (number < dockerfile->stages.len ? (size_t)number : SIZE_MAX)
                        : stage_of(&resolver->all, arena, written);
    if (later) {
        /* The name is looked up in the Dockerfile that builds on this image. */
        use->target = SIZE_MAX;
        if (index || (is_stage_name(written) && dw_slice_find(written, '.') == SIZE_MAX))
            use->problem = DW_SLICE("a stage of the Dockerfile that builds on this image, or an image: only there it can be told");
        else
            resolve_image(resolver, use);
        return;
    }
    if (use->target != SIZE_MAX && use->target != instruction->stage) {
        use->kind = DW_BASE_STAGE;
        return;
    }
    bool itself = use->target == instruction->stage;
    use->target = SIZE_MAX;
    if (itself || index)
        use->problem = itself ? DW_SLICE("a stage cannot copy from itself") : DW_SLICE("there is no stage of this index");
    else
        resolve_image(resolver, use);
}

/* "type=bind,from=image": comma-separated, a field may be quoted as in CSV. */
static void resolve_mount(struct resolver *resolver, enum dw_use_kind kind, const struct dw_instruction *instruction,
                          struct dw_slice mount)
{
    for (size_t i = 0; i < mount.len; i++) {
        size_t start = i;
        bool quoted = mount.at[i] == '"';
        if (quoted)
            for (start = ++i; i < mount.len && mount.at[i] != '"';)
                i++;
        size_t end = i;
        while (i < mount.len && mount.at[i] != ',')
            i++;
        struct dw_slice field = dw_slice_part(mount, start, (quoted ? end : i) - start);
        if (dw_slice_equal_nocase(dw_slice_part(field, 0, 5), DW_SLICE("from=")) && field.len > 5)
            resolve_other(resolver, kind, instruction, dw_slice_from(field, 5));
    }
}

static void resolve_flags(struct resolver *resolver, const struct dw_instruction *instruction, bool later)
{
    struct dw_slice value;
    if (instruction->kind == DW_INSTRUCTION_COPY && dw_instruction_flag(instruction, "from", &value) && value.len > 0)
        resolve_other(resolver, later ? DW_USE_ONBUILD_COPY : DW_USE_COPY, instruction, value);
    if (instruction->kind != DW_INSTRUCTION_RUN)
        return;
    for (size_t i = 0; i < instruction->flag_count; i++)
        if (dw_slice_starts_with(instruction->flags[i], "--mount="))
            resolve_mount(resolver, later ? DW_USE_ONBUILD_MOUNT : DW_USE_MOUNT, instruction,
                          dw_slice_from(instruction->flags[i], strlen("--mount=")));
}

static bool resolve_uses(struct resolver *resolver)
{
    struct dw_dockerfile *dockerfile = resolver->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        struct dw_build_stage *stage = &dockerfile->stages.at[i];
        stage->use = dockerfile->uses.len;
        if (!resolve_from(resolver, &dockerfile->instructions.at[stage->first]) || !dw_states_run(resolver->states, i))
            return false;
        for (size_t j = 1; j < stage->count; j++) {
            const struct dw_instruction *instruction = &dockerfile->instructions.at[stage->first + j];
            bool later = instruction->inner != NULL;
            resolve_flags(resolver, later ? instruction->inner : instruction, later);
        }
        if (stage->name.len > 0)
            dw_map_insert(&resolver->earlier, stage->name, NULL)->number = i + 1;
    }
    return true;
}

/* Marks what the shipped stage is built from. The uses of a stage stand beside each other. */
static void mark_reachable(struct dw_dockerfile *dockerfile)
{
    DW_VECTOR(size_t) open = {0};
    dockerfile->stages.at[dockerfile->shipped].reachable = true;
    *dw_vector_push(&open) = dockerfile->shipped;
    while (open.len > 0) {
        size_t stage = open.at[--open.len];
        for (size_t i = dockerfile->stages.at[stage].use; i < dockerfile->uses.len; i++) {
            const struct dw_image_use *use = &dockerfile->uses.at[i];
            if (use->stage != stage)
                break;
            if (use->target == SIZE_MAX || dockerfile->stages.at[use->target].reachable)
                continue;
            dockerfile->stages.at[use->target].reachable = true;
            *dw_vector_push(&open) = use->target;
        }
    }
    dw_vector_free(&open);
}

/* The stage that is shipped: by name or index, else the last. */
static bool find_shipped(struct resolver *resolver, const char *target)
{
    struct dw_dockerfile *dockerfile = resolver->dockerfile;
    uint64_t index;
    dockerfile->shipped = dockerfile->stages.len - 1;
    if (target == NULL)
        return true;
    struct dw_slice name = dw_slice_of(target);
    dockerfile->shipped = stage_of(&resolver->all, &dockerfile->arena, name);
    if (dockerfile->shipped == SIZE_MAX && dw_parse_u64(name, &index) && index < dockerfile->stages.len)
        dockerfile->shipped = (size_t)index;
    return dockerfile->shipped != SIZE_MAX ||
           dw_fail(resolver->error, DW_ERROR_INPUT, "%.*s: there is no stage \"%s\" to build",
                   DW_SLICE_ARG(dockerfile->name), target);
}

/* Follows the shipped stage down to the external base; what holds at its end is what is shipped. */
static void follow_chain(struct dw_dockerfile *dockerfile)
{
    for (size_t at = dockerfile->shipped; at != SIZE_MAX;) {
        dockerfile->stages.at[at].chain = true;
        dockerfile->external_use = dockerfile->stages.at[at].use;
        at = dockerfile->uses.at[dockerfile->external_use].target;
    }
    const struct dw_stage_state *state = dockerfile->stages.at[dockerfile->shipped].state;
    dockerfile->user = (struct dw_dockerfile_user){state->user.instruction, state->user.value, state->user.problem};
    dockerfile->entrypoint = state->entrypoint;
    dockerfile->command = state->command;
}

static bool read_global_arguments(struct resolver *resolver)
{
    struct dw_dockerfile *dockerfile = resolver->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->kind != DW_INSTRUCTION_ARG)
            return true;
        if (!dw_states_global_argument(resolver->states, instruction))
            return false;
    }
    return true;
}

bool dw_dockerfile_resolve(struct dw_dockerfile *dockerfile, const struct dw_dockerfile_options *options,
                           uint64_t *budget, struct dw_error *error)
{
    struct dw_states states;
    dw_states_init(&states, dockerfile, options, budget, error);
    struct resolver resolver = {.dockerfile = dockerfile, .error = error, .global = &states.global, .states = &states};
    bool good = dw_dockerfile_split_stages(dockerfile, &resolver.all, error);
    if (good && dockerfile->stages.len == 0)
        good = dw_fail(error, DW_ERROR_INPUT, "%.*s: no FROM instruction", DW_SLICE_ARG(dockerfile->name));
    good = good && find_shipped(&resolver, options->target) && read_global_arguments(&resolver) && resolve_uses(&resolver);
    if (good) {
        follow_chain(dockerfile);
        mark_reachable(dockerfile);
    }
    dw_map_free(&resolver.earlier);
    dw_map_free(&resolver.all);
    dw_states_free(&states);
    return good;
}
