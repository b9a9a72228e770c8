/* SPDX-License-Identifier: Apache-2.0
 *
 * BASE-001, BASE-002, BASE-003, BASE-008, BASE-010: what images a build and a deployment take, and from where. */
#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"
#include "rule/frontend.h"
#include "rule/reference.h"
#include "rule/repair.h"

#include "model/image_name.h"

#define DIGEST "@sha256:1111111111111111111111111111111111111111111111111111111111111111"

/* ---- BASE-001 to BASE-003 ----------------------------------------------------------------------------------------- */

static void of_container(struct dw_judge *judge, enum dw_reference_aspect aspect, const struct dw_container *container)
{
    static const char *const parts[] = {[DW_CONTAINER_IMAGE] = "",
                                        [DW_CONTAINER_IMAGE_VOLUME] = ": image volume",
                                        [DW_CONTAINER_BUILD_CONTEXT] = ": build context"};
    for (size_t i = 0; i < container->images.len; i++) {
        const struct dw_container_image *image = &container->images.at[i];
        const struct dw_container_text *reference = &image->reference;
        struct dw_reference_place place = {
            .text = reference->text,
            .written = reference->written,
            .node = reference->node,
            .what = dw_judge_text(judge, "%.*s%s", DW_SLICE_ARG(container->what), parts[image->use]),
            .at = dw_judge_at_node(reference->node != NULL ? reference->node : container->key)};
        if (reference->problem.len > 0)
            dw_judge_unknown(judge, place.at.path, place.at.line,
                             dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(place.what), DW_SLICE_ARG(reference->problem)));
        else
            dw_reference_aspect_judge(judge, aspect, &place);
    }
    if (!container->built)
        return;
    struct dw_judge_finding at = dw_judge_at_node(container->key != NULL ? container->key : container->node);
    if (container->dockerfile_path.len > 0 && container->target.len == 0 && dw_judge_has_dockerfile(judge, container->dockerfile_path))
        dw_judge_pass_quietly(judge); /* its own results say what it is built on */
    else if (container->dockerfile == NULL)
        dw_judge_unknown(judge, at.path, at.line,
                         dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(container->what), DW_SLICE_ARG(container->build_problem)));
    else
        dw_reference_aspect_judge_dockerfile(judge, aspect, container->dockerfile);
}

static void pinned_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_reference_aspect_judge_dockerfile(judge, DW_REFERENCE_PINNED, view->dockerfile);
}

static void pinned_container(struct dw_judge *judge, const struct dw_container *container)
{
    of_container(judge, DW_REFERENCE_PINNED, container);
}

static void tagged_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_reference_aspect_judge_dockerfile(judge, DW_REFERENCE_TAGGED, view->dockerfile);
}

static void tagged_container(struct dw_judge *judge, const struct dw_container *container)
{
    of_container(judge, DW_REFERENCE_TAGGED, container);
}

static void allowed_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    if (judge->settings->registry_count > 0)
        dw_reference_aspect_judge_dockerfile(judge, DW_REFERENCE_ALLOWED, view->dockerfile);
}

static void allowed_container(struct dw_judge *judge, const struct dw_container *container)
{
    if (judge->settings->registry_count > 0)
        of_container(judge, DW_REFERENCE_ALLOWED, container);
}

/* ---- BASE-008 ----------------------------------------------------------------------------------------------------- */

/* The ARG before the first FROM that declares NAME last, or NULL. */
static const struct dw_instruction *global_argument(const struct dw_dockerfile *dockerfile, struct dw_slice name)
{
    const struct dw_instruction *found = NULL;
    for (size_t i = 0; i < dockerfile->instructions.len && dockerfile->instructions.at[i].stage == SIZE_MAX; i++)
        if (dockerfile->instructions.at[i].kind == DW_INSTRUCTION_ARG &&
            dw_rule_argument_declares(&dockerfile->instructions.at[i], name))
            found = &dockerfile->instructions.at[i];
    return found;
}

static struct dw_slice nearest_argument(const struct dw_dockerfile *dockerfile, struct dw_slice name)
{
    static const char *const platform[] = {"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT",
                                           "BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT"};
    struct dw_rule_nearest nearest = {.name = name, .best = DW_SLICE("")};
    for (size_t i = 0; i < dockerfile->instructions.len && dockerfile->instructions.at[i].stage == SIZE_MAX; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        for (size_t j = 0; instruction->kind == DW_INSTRUCTION_ARG && j < instruction->argument_count; j++) {
            struct dw_slice argument = instruction->arguments[j];
            dw_rule_nearest_offer(&nearest, dw_slice_part(argument, 0, dw_slice_find(argument, '=')));
        }
    }
    for (size_t i = 0; i < sizeof(platform) / sizeof(*platform); i++)
        dw_rule_nearest_offer(&nearest, dw_slice_of(platform[i]));
    return nearest.best;
}

/* Reports what TEXT, of stage's FROM, uses without a declaration; the last ARG that it uses becomes *ARGUMENT. */
static bool judge_declared(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_build_stage *stage,
                           struct dw_slice text, const struct dw_instruction **argument)
{
    struct dw_rule_variables variables = {.text = text, .escape = dockerfile->escape};
    struct dw_slice name;
    bool good = true;
    while (dw_rule_variable_next(&variables, &name)) {
        const struct dw_instruction *declared = global_argument(dockerfile, name);
        if (declared != NULL)
            *argument = declared;
        if (declared != NULL || dw_rule_is_platform_argument(name))
            continue;
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, stage->from, name);
        struct dw_slice near = nearest_argument(dockerfile, name);
        at.variant = "undeclared";
        at.message = dw_judge_text(judge, "FROM uses the variable \"%.*s\", which no ARG before the first FROM declares%s%.*s%s",
                                   DW_SLICE_ARG(name), near.len > 0 ? "; did you mean \"" : "", DW_SLICE_ARG(near),
                                   near.len > 0 ? "\"?" : "");
        at.fix = near.len > 0 ? dw_judge_text(judge, "write ${%.*s}", DW_SLICE_ARG(near))
                              : dw_judge_text(judge, "ARG %.*s=<value> before the first FROM", DW_SLICE_ARG(name));
        dw_judge_fail(judge, at);
        good = false;
    }
    return good;
}

static void judge_argument(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        const struct dw_image_use *use = &dockerfile->uses.at[stage->use];
        const struct dw_instruction *argument = NULL, *platform = NULL;
        struct dw_slice flag = dw_rule_flag_text(stage->from, "platform");
        bool good = judge_declared(judge, dockerfile, stage, flag.len > 0 ? flag : stage->platform, &platform);
        good &= judge_declared(judge, dockerfile, stage, use->written, &argument);
        if (!use->from_argument || !good)
            continue;
        if (use->kind == DW_BASE_UNRESOLVED) {
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, stage->from, use->written);
            at.variant = "empty";
            at.message = dw_judge_text(judge, "FROM %.*s gives \"%.*s\" with the defaults of its ARGs, which is no image",
                                       DW_SLICE_ARG(use->written), DW_SLICE_ARG(use->resolved));
            at.fix = DW_SLICE("give every ARG that it uses a default: ARG NAME=value");
            dw_judge_fail(judge, at);
            continue;
        }
        struct dw_image_name name;
        if (use->kind == DW_BASE_IMAGE && argument != NULL &&
            dw_image_name_parse(&judge->verdict->arena, use->resolved, &name, NULL) && !name.pinned) {
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, argument, argument->rest);
            at.variant = "unpinned";
            at.message = dw_judge_text(judge, "the default gives FROM the image \"%.*s\", which has no digest",
                                       DW_SLICE_ARG(use->resolved));
            at.fix = dw_judge_text(judge, "put the digest into the default: %.*s@sha256:<digest>", DW_SLICE_ARG(use->resolved));
            dw_judge_inform(judge, at);
        }
        dw_judge_pass_quietly(judge);
    }
}

/* ---- BASE-010 ----------------------------------------------------------------------------------------------------- */

bool dw_frontend_is_known(struct dw_judge *judge, struct dw_slice syntax)
{
    struct dw_image_name name;
    size_t count;
    if (syntax.len == 0)
        return true;
    if (!dw_image_name_parse(&judge->verdict->arena, syntax, &name, NULL))
        return false;
    const struct dw_slice *known = dw_judge_parameter(judge, "frontends", &count);
    for (size_t i = 0; i < count; i++)
        if (dw_reference_matches(known[i], name.registry, name.repository, name.tag))
            return true;
    return false;
}

/* The digest of the lock file behind the frontend's name, in its directive; not for one of a build argument (line 0). */
static void repair_frontend(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_image_name *name,
                            struct dw_judge_finding *at)
{
    struct dw_slice digest = judge->settings->repairs && dockerfile->syntax_line > 0 ? dw_reference_locked(judge, name) : DW_SLICE("");
    if (digest.len == 0)
        return;
    struct dw_slice rest = dockerfile->source, line = DW_SLICE("");
    for (unsigned i = 0; i < dockerfile->syntax_line && dw_slice_line(&rest, &line); i++)
        ;
    size_t place = dw_slice_find_slice(line, dockerfile->syntax);
    at->repair_note = DW_SLICE("the frontend is the one of the lock file from now on, whatever its tag comes to mean");
    if (place != SIZE_MAX)
        place = (size_t)(line.at - dockerfile->source.at) + place + dockerfile->syntax.len;
    dw_repair_bytes(judge, at, dockerfile, place, place, dw_judge_text(judge, "@%.*s", DW_SLICE_ARG(digest)));
}

static void judge_frontend(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct dw_slice syntax = dockerfile->syntax;
    struct dw_image_name name;
    if (syntax.len == 0)
        return;
    struct dw_judge_finding at = {
        .path = dockerfile->name, .line = dockerfile->syntax_line, .column = 1, .source = dockerfile->source};
    if (!dw_frontend_is_known(judge, syntax)) {
        at.variant = "unknown-frontend";
        at.message = dw_judge_text(judge, "the build frontend \"%.*s\" may read the file by another grammar: nothing else in it is "
                                          "judged",
                                   DW_SLICE_ARG(syntax));
        at.fix = DW_SLICE("use docker/dockerfile, or add the frontend to the rule's parameter \"frontends\" in the policy if it reads "
                          "Dockerfiles as docker/dockerfile does");
        dw_judge_fail(judge, at);
    } else if (dw_image_name_parse(&judge->verdict->arena, syntax, &name, NULL) && !name.pinned) {
        at.message = dw_judge_text(judge, "the build frontend \"%.*s\" is not pinned by a sha256 digest", DW_SLICE_ARG(syntax));
        at.fix = dw_judge_text(judge, "# syntax=%.*s@sha256:<digest>", DW_SLICE_ARG(syntax));
        repair_frontend(judge, dockerfile, &name, &at);
        dw_judge_fail(judge, at);
    } else {
        dw_judge_pass(judge, "file", at.path, at.line, syntax);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_variant tagged_variants[] = {
    {"missing", DW_SEVERITY_UNKNOWN, "DL3006", "neither tag nor digest"},
    {"latest", DW_SEVERITY_UNKNOWN, "DL3007", "the tag \"latest\""},
    {NULL},
};
static const struct dw_rule_variant argument_variants[] = {
    {"undeclared", DW_SEVERITY_UNKNOWN, "bk:UndefinedArgInFrom", "no ARG before the first FROM declares the variable"},
    {"empty", DW_SEVERITY_UNKNOWN, "bk:InvalidDefaultArgInFrom", "with the defaults there is no image's name"},
    {"unpinned", DW_SEVERITY_NEGLIGIBLE, "", "the default has no digest; BASE-001 fails for it"},
    {NULL},
};
static const struct dw_rule_variant frontend_variants[] = {
    {"unknown-frontend", DW_SEVERITY_HIGH, "", "a frontend that may have another grammar"},
    {NULL},
};
static const char *const frontends[] = {"docker.io/docker/dockerfile", "docker.io/docker/dockerfile-upstream", NULL};
static const struct dw_rule_parameter frontend_parameters[] = {
    {"frontends", "images of build frontends that read Dockerfiles by the known grammar; \"*\" stands for any text", frontends, true},
    {NULL},
};

static const struct dw_rule_example pinned_examples[] = {
    {"Dockerfile", "FROM node:22-alpine\n", "FROM node:22-alpine" DIGEST "\n"},
    {"compose.yaml", "services:\n  web:\n    image: nginx:1.27\n", "services:\n  web:\n    image: nginx:1.27" DIGEST "\n"},
    {NULL},
};
static const struct dw_rule_example tagged_examples[] = {
    {"Dockerfile", "FROM node\n", "FROM node:22-alpine\n"},
    {"Dockerfile", "FROM node:latest\n", "FROM node:22-alpine\n"},
    {NULL},
};
static const struct dw_rule_example argument_examples[] = {
    {"Dockerfile", "ARG NODE=node:22-alpine" DIGEST "\nFROM ${NDOE}\n", "ARG NODE=node:22-alpine" DIGEST "\nFROM ${NODE}\n"},
    {"Dockerfile", "ARG NODE\nFROM ${NODE}\n", "ARG NODE=node:22-alpine" DIGEST "\nFROM ${NODE}\n"},
    {NULL},
};
static const struct dw_rule_example frontend_examples[] = {
    {"Dockerfile", "# syntax=docker/dockerfile:1\nFROM scratch\n", "# syntax=docker/dockerfile:1" DIGEST "\nFROM scratch\n"},
    {NULL},
};

const struct dw_rule dw_base_reference_rules[] = {
    {.id = "BASE-001",
     .title = "Image pinned by digest",
     .chapter = 1,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "Every image that a build or a deployment takes from a registry is named with its sha256 digest: FROM, COPY --from, "
             "RUN --mount from, ONBUILD of those, Compose images, image volumes and build contexts, and every container and image "
             "volume of a Kubernetes manifest.",
     .why = "A tag can be moved to another image at any time; only a digest says which bytes were reviewed, scanned and signed.",
     .fix = "Write the digest behind the tag: name:tag@sha256:…; the tag stays for people.",
     .aliases = "CKV_K8S_43|kics:Image Without Digest",
     .pass = "every image is pinned by digest",
     .none = "no image of a registry is named",
     .examples = pinned_examples,
     .dockerfile = pinned_dockerfile,
     .builds = true,
     .container = pinned_container},
    {.id = "BASE-002",
     .title = "Tag missing or mutable \"latest\"",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "A reference has a tag that is not \"latest\", or a digest.",
     .why = "Without a version nobody can tell what runs, nor go back to it.",
     .fix = "Choose a version and write its tag and digest.",
     .aliases = "DS-0001|KSV-0013|CKV_DOCKER_7|CKV_K8S_14|DKL-DI-0006|cis:5.28|kl:latest-tag",
     .pass = "every image has a version",
     .none = "no image of a registry is named",
     .variants = tagged_variants,
     .examples = tagged_examples,
     .dockerfile = tagged_dockerfile,
     .builds = true,
     .container = tagged_container},
    {.id = "BASE-003",
     .title = "Registry and repository allowed",
     .chapter = 1,
     .severity = DW_SEVERITY_HIGH,
     .what = "Every image comes from a registry or repository that the policy allows (registries.allow: \"ghcr.io\", "
             "\"docker.io/library/*\", \"*.example.com/team/app:1*\"). An empty list allows all.",
     .why = "Images of unknown origin bring unknown code: only registries that somebody answers for belong into a service.",
     .fix = "Take the image from an allowed registry, or have the registry added to the policy.",
     .aliases = "DL3026|KSV-0125|KSV-0032|KSV-0033|KSV-0034|KSV-0035|cis:4.2|CIS-DI-0002|scout:unapproved-base-images",
     .pass = "every image comes from an allowed place",
     .none = "the policy names no allowed registries, or no image is named",
     .dockerfile = allowed_dockerfile,
     .builds = true,
     .container = allowed_container},
    {.id = "BASE-008",
     .title = "ARG in FROM resolves",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "Every variable in a FROM line is declared by an ARG before the first FROM, and with the defaults the line names an "
             "image.",
     .why = "An undeclared variable is empty whatever the build is given, and without a usable default nobody can build the file, "
            "nor tell what it is based on.",
     .fix = "Declare the variable before the first FROM, with a default that names an image by digest.",
     .aliases = "",
     .pass = "every variable in FROM is declared and has a usable default",
     .none = "no FROM uses a variable",
     .variants = argument_variants,
     .examples = argument_examples,
     .dockerfile = judge_argument},
    {.id = "BASE-010",
     .title = "Build frontend pinned and known",
     .chapter = 1,
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "The frontend that \"# syntax=\" names is docker/dockerfile, or one that the policy knows, and carries a digest.",
     .why = "The frontend is a program that reads the file and makes the build of it: a moved tag changes the build, and an unknown "
            "frontend may understand the file in another way than it reads.",
     .fix = "Write the digest behind the frontend's tag.",
     .aliases = "",
     .pass = "the build frontend is known and pinned by digest",
     .none = "no build frontend is named",
     .variants = frontend_variants,
     .parameters = frontend_parameters,
     .examples = frontend_examples,
     .dockerfile = judge_frontend},
};
const size_t dw_base_reference_rule_count = DW_RULE_COUNT(dw_base_reference_rules);
