/* SPDX-License-Identifier: Apache-2.0
 *
 * BASE-004: a Node service on an allowed base family. From the image when it is at hand, else from the Dockerfile. */
#include "rule/chapters.h"
#include "rule/judge.h"

#include "model/image_name.h"

static const char *const node_programs[] = {"node", "nodejs", "npm", "npx", "yarn", "pnpm"};

/* "node" in "/usr/bin/node", and as the first word of a shell line. */
static bool starts_node(struct dw_slice command)
{
    command = dw_slice_trim(command);
    size_t end = 0;
    while (end < command.len && strchr(" \t;&|", command.at[end]) == NULL)
        end++;
    struct dw_slice word = dw_slice_part(command, 0, end), rest = dw_slice_trim(dw_slice_from(command, end));
    if (dw_slice_is(word, "exec") && rest.len > 0)
        return starts_node(rest);
    word = dw_path_base(word);
    for (size_t i = 0; i < sizeof(node_programs) / sizeof(*node_programs); i++)
        if (dw_slice_is(word, node_programs[i]))
            return true;
    return false;
}

/* "/bin/sh", "-c", "npm start": the line behind -c counts. */
static bool command_starts_node(const struct dw_slice *words, size_t count)
{
    if (count == 0)
        return false;
    if (count >= 3 && dw_slice_is(words[1], "-c"))
        return starts_node(words[2]);
    struct dw_slice first = dw_path_base(words[0]);
    bool wrapper = dw_slice_is(first, "tini") || dw_slice_is(first, "dumb-init") || dw_slice_is(first, "docker-entrypoint.sh");
    for (size_t i = wrapper ? 1 : 0; i < count; i++) {
        if (wrapper && dw_slice_starts_with(words[i], "-"))
            continue;
        return starts_node(words[i]);
    }
    return false;
}

static bool is_node_package(const struct dw_package *package)
{
    static const char *const names[] = {"node", "nodejs", "nodejs-current", "nodejs-lts"};
    if (package->type != DW_PACKAGE_GENERIC && !dw_package_is_os(package->type))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (dw_slice_is(package->name, names[i]))
            return true;
    return false;
}

/* Why the image is said to run Node; "" if nothing says so. */
static struct dw_slice runs_node(struct dw_judge *judge, const struct dw_subject *subject)
{
    const struct dw_image_summary *image = &subject->image;
    for (size_t i = 0; i < subject->packages.len; i++) {
        const struct dw_package *package = subject->packages.at[i];
        if (is_node_package(package))
            return dw_judge_text(judge, "Node.js %.*s at %.*s", DW_SLICE_ARG(package->version), DW_SLICE_ARG(package->path));
    }
    if (command_starts_node(image->entrypoint, image->entrypoint_count))
        return DW_SLICE("the entrypoint starts Node");
    if (command_starts_node(image->command, image->command_count))
        return DW_SLICE("the command starts Node");
    /* npm packages alone do not say it: they may be a web front end's. */
    return DW_SLICE("");
}

static bool is_incomplete(const struct dw_subject *subject)
{
    for (size_t i = 0; i < subject->notes.len; i++)
        if (subject->notes.at[i].kind > DW_NOTE_NOT_SCANNED)
            return true;
    return subject->unreadable;
}

static bool is_allowed(const struct dw_rule_settings *settings, struct dw_slice family, struct dw_slice distribution)
{
    for (size_t i = 0; i < settings->node_family_count; i++)
        if (dw_slice_equal_nocase(settings->node_families[i], family) ||
            (distribution.len > 0 && dw_slice_equal_nocase(settings->node_families[i], distribution)))
            return true;
    return settings->node_family_count == 0;
}

static struct dw_slice families(struct dw_judge *judge)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t i = 0; i < judge->settings->node_family_count; i++) {
        if (i > 0)
            dw_buffer_append_string(&text, i + 1 == judge->settings->node_family_count ? " or " : ", ");
        dw_buffer_append(&text, judge->settings->node_families[i]);
    }
    return dw_arena_copy(&judge->verdict->arena, dw_buffer_slice(&text));
}

static bool contains(struct dw_slice text, const char *word)
{
    return dw_slice_find_slice(text, dw_slice_of(word)) != SIZE_MAX;
}

/* The family that a reference promises; "" if the name does not tell. */
static struct dw_slice family_of_name(const struct dw_image_name *name)
{
    struct dw_slice base = dw_path_base(name->repository);
    bool official = dw_slice_is(name->registry, "docker.io") && dw_slice_starts_with(name->repository, "library/");
    if (dw_slice_is(name->registry, "gcr.io") && dw_slice_starts_with(name->repository, "distroless/"))
        return contains(name->tag, "debug") ? DW_SLICE("debian") : DW_SLICE("distroless");
    if (dw_slice_is(name->registry, "cgr.dev"))
        return dw_slice_ends_with(name->tag, "-dev") ? DW_SLICE("wolfi") : DW_SLICE("distroless");
    if (dw_slice_is(base, "alpine") || contains(name->tag, "alpine"))
        return DW_SLICE("alpine");
    if (!official)
        return DW_SLICE("");
    if (dw_slice_is(base, "node"))
        return DW_SLICE("debian");
    static const char *const known[] = {"debian", "ubuntu", "fedora", "rockylinux", "almalinux", "amazonlinux", "centos"};
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (dw_slice_is(base, known[i]))
            return dw_slice_of(known[i]);
    return DW_SLICE("");
}

/* "22" of "22-bookworm-slim"; "" if the tag names no number. */
static struct dw_slice major_of(struct dw_slice text)
{
    if (dw_slice_starts_with(text, "v"))
        text = dw_slice_from(text, 1);
    size_t end = 0;
    while (end < text.len && dw_is_digit(text.at[end]))
        end++;
    return dw_slice_part(text, 0, end);
}

static struct dw_slice proposal(struct dw_judge *judge, struct dw_slice major)
{
    if (major.len == 0)
        return dw_judge_text(judge, "build the last stage from %.*s, with its digest", DW_SLICE_ARG(families(judge)));
    return dw_judge_text(judge,
                         "FROM gcr.io/distroless/nodejs%.*s-debian12:nonroot or FROM node:%.*s-alpine, with its digest",
                         DW_SLICE_ARG(major), DW_SLICE_ARG(major));
}

/* The external base of the shipped stage, when it is an image with a well-formed name. */
static const struct dw_image_use *base_of(struct dw_judge *judge, const struct dw_dockerfile *dockerfile,
                                          struct dw_image_name *name)
{
    if (dockerfile == NULL)
        return NULL;
    const struct dw_image_use *use = &dockerfile->uses.at[dockerfile->external_use];
    if (use->kind != DW_BASE_IMAGE || !dw_image_name_parse(&judge->verdict->arena, use->resolved, name, NULL))
        return NULL;
    return use;
}

static struct dw_slice node_major(const struct dw_subject *subject)
{
    for (size_t i = 0; i < subject->packages.len; i++)
        if (is_node_package(subject->packages.at[i]))
            return major_of(subject->packages.at[i]->version);
    return DW_SLICE("");
}

static void judge_image(struct dw_judge *judge, const struct dw_dockerfile *dockerfile)
{
    const struct dw_subject *subject = judge->subject;
    struct dw_slice node = runs_node(judge, subject);
    if (node.len == 0 || judge->settings->node_family_count == 0) {
        if (node.len == 0 && is_incomplete(subject))
            dw_judge_unknown(judge, DW_SLICE(""), 0, DW_SLICE("not all of the image was read, so Node may be in it"));
        return;
    }
    const struct dw_distribution *distribution = &subject->distribution;
    bool alpine = dw_slice_is(distribution->id, "alpine");
    if (!alpine && is_incomplete(subject)) {
        dw_judge_unknown(judge, DW_SLICE(""), 0, DW_SLICE("not all of the image was read, so its base family is not known"));
        return;
    }
    bool distroless = !alpine && (distribution->distroless || !subject->shell);
    struct dw_slice family = alpine                    ? DW_SLICE("alpine")
                             : distroless              ? DW_SLICE("distroless")
                             : distribution->id.len > 0 ? distribution->id
                                                       : DW_SLICE("unknown");
    struct dw_slice pretty = distribution->pretty_name.len > 0 ? distribution->pretty_name
                             : distribution->known              ? distribution->id
                                                               : DW_SLICE("no os-release");
    struct dw_image_name name;
    const struct dw_image_use *use = base_of(judge, dockerfile, &name);
    struct dw_slice text = dw_judge_text(judge, "%.*s on %.*s (%.*s)%s%.*s", DW_SLICE_ARG(node), DW_SLICE_ARG(family),
                                         DW_SLICE_ARG(pretty), use == NULL ? "" : ", built from ",
                                         DW_SLICE_ARG(use == NULL ? DW_SLICE("") : use->resolved));
    if (is_allowed(judge->settings, family, distribution->id)) {
        dw_judge_pass(judge, "scan", distribution->path, 0, text);
        return;
    }
    if (!distribution->known) {
        dw_judge_unknown(judge, DW_SLICE(""), 0,
                         dw_judge_text(judge, "%.*s, but no os-release tells the distribution", DW_SLICE_ARG(node)));
        return;
    }
    dw_judge_fail(judge,
                  (struct dw_judge_finding){
                      .path = distribution->path,
                      .pointer = DW_SLICE(""),
                      .message = dw_judge_text(judge, "%.*s; the policy prefers %.*s", DW_SLICE_ARG(text),
                                               DW_SLICE_ARG(families(judge))),
                      .fix = proposal(judge, node_major(subject))});
}

/* Does the shipped stage's chain copy a package.json? */
static bool copies_manifest(const struct dw_dockerfile *dockerfile)
{
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if ((instruction->kind != DW_INSTRUCTION_COPY && instruction->kind != DW_INSTRUCTION_ADD) ||
            instruction->stage == SIZE_MAX || !dockerfile->stages.at[instruction->stage].chain)
            continue;
        for (size_t j = 0; j + 1 < instruction->argument_count; j++) {
            struct dw_slice base = dw_path_base(instruction->arguments[j]);
            if (dw_slice_is(base, "package.json") || dw_slice_is(base, "package*.json"))
                return true;
        }
    }
    return false;
}

static bool instruction_starts_node(const struct dw_instruction *instruction)
{
    if (instruction == NULL)
        return false;
    return instruction->json ? command_starts_node(instruction->arguments, instruction->argument_count)
                             : starts_node(instruction->rest);
}

static bool names_node(const struct dw_image_name *name)
{
    struct dw_slice base = dw_path_base(name->repository);
    return dw_slice_is(base, "node") || dw_slice_starts_with(base, "nodejs");
}

static void judge_dockerfile(struct dw_judge *judge, const struct dw_dockerfile *dockerfile)
{
    struct dw_image_name name = {.repository = DW_SLICE("")};
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    const struct dw_image_use *use = base_of(judge, dockerfile, &name);
    unsigned line = external->instruction->line;
    bool node = (use != NULL && names_node(&name)) || instruction_starts_node(dockerfile->entrypoint) ||
                instruction_starts_node(dockerfile->command) || copies_manifest(dockerfile);
    if (judge->settings->node_family_count == 0)
        return;
    if (external->kind == DW_BASE_UNRESOLVED) {
        dw_judge_unknown(judge, dockerfile->name, line,
                         dw_judge_text(judge, "FROM \"%.*s\": %.*s", DW_SLICE_ARG(external->written),
                                       DW_SLICE_ARG(external->problem)));
        return;
    }
    if (!node)
        return;
    struct dw_slice family = use == NULL ? DW_SLICE("distroless") : family_of_name(&name); /* scratch has no shell */
    struct dw_slice text = dw_judge_text(judge, "Node on %.*s", DW_SLICE_ARG(external->resolved));
    if (family.len == 0)
        dw_judge_unknown(judge, dockerfile->name, line,
                         dw_judge_text(judge, "the name \"%.*s\" does not tell its base family; the image would: name it in "
                                              "the policy",
                                       DW_SLICE_ARG(external->resolved)));
    else if (is_allowed(judge->settings, family, DW_SLICE("")))
        dw_judge_pass(judge, "file", dockerfile->name, line, text);
    else
        dw_judge_fail(judge, (struct dw_judge_finding){
                                 .path = dockerfile->name,
                                 .line = line,
                                 .pointer = DW_SLICE(""),
                                 .message = dw_judge_text(judge, "%.*s, which is %.*s; the policy prefers %.*s",
                                                          DW_SLICE_ARG(text), DW_SLICE_ARG(family),
                                                          DW_SLICE_ARG(families(judge))),
                                 .fix = proposal(judge, names_node(&name) ? major_of(name.tag) : DW_SLICE(""))});
}

static void judge_file(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    if (view->image == NULL) /* else the image built from it decides */
        judge_dockerfile(judge, view->dockerfile);
}

static const struct dw_rule_example family_examples[] = {
    {"Dockerfile", "FROM node:22-bookworm\nCOPY . /app\nCMD [\"node\", \"/app/server.js\"]\n",
     "FROM node:22-alpine\nCOPY . /app\nCMD [\"node\", \"/app/server.js\"]\n"},
    {0},
};

const struct dw_rule dw_base_family_rules[] = {
    {.id = "BASE-004",
     .title = "Node service on distroless or Alpine",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "An image that runs Node stands on one of the allowed base families (base-images.families.node).",
     .why = "A small base has fewer packages to attack and to update; without a shell an intruder has no tools.",
     .fix = "Build the last stage from the matching distroless or Alpine image.",
     .aliases = "",
     .pass = "the Node service stands on an allowed base",
     .none = "nothing says that it runs Node, or the policy names no families for it",
     .examples = family_examples,
     .subjects = 1u << DW_SUBJECT_FOLDER,
     .dockerfile = judge_file,
     .image = judge_image},
};
const size_t dw_base_family_rule_count = DW_RULE_COUNT(dw_base_family_rules);
