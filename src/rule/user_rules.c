/* SPDX-License-Identifier: Apache-2.0
 *
 * USR-001 to USR-004: the user that counts is the last one set: for the run, else in the shipped stage, else by its base. */
#include "rule/user.h"

#include "rule/chapters.h"

#include <inttypes.h>

static struct dw_slice fix_user(struct dw_judge *judge, const char *format)
{
    uint32_t uid = judge->settings->user_lowest;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_buffer_printf(&text, "%" PRIu32 ":%" PRIu32, uid, uid);
    return dw_judge_text(judge, format, text.at);
}

/* What is not known cannot fail, but can be settled. */
static void repair_unknown(struct dw_judge *judge, enum dw_user_aspect aspect, struct dw_user_place *place)
{
    if (aspect != DW_USER_ROOT || !judge->settings->repairs_unknown)
        return;
    place->at.variant = "implicit";
    place->at.message = dw_judge_text(judge, "%.*s: no user is set, and that of its image is not known", DW_SLICE_ARG(place->what));
    dw_user_repair(judge, place, &place->at, dw_user_repaired(judge, DW_SLICE("")));
    dw_judge_unsettled(judge, place->at);
}

/* ---- Dockerfile --------------------------------------------------------------------------------------------------- */

/* The config of the external base that the shipped stage leads to, if it is at hand. */
static const struct dw_image_summary *base_config(const struct dw_build_stage *shipped)
{
    const struct dw_stage_state *state = shipped->state;
    while (state != NULL && state->base != NULL)
        state = state->base;
    return state == NULL ? NULL : state->base_image;
}

static void of_dockerfile(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_dockerfile_user *user = &dockerfile->user;
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    const struct dw_build_stage *shipped = &dockerfile->stages.at[dockerfile->shipped];
    bool settled = view->image != NULL; /* the image's config says what the Dockerfile leaves open */
    struct dw_user_place place = {.kind = "file", .what = DW_SLICE("USER"), .dockerfile = dockerfile};
    place.at = user->instruction != NULL && user->instruction->argument_count > 0
                   ? dw_judge_at_part(dockerfile, user->instruction, user->instruction->rest)
                   : dw_judge_at_instruction(dockerfile, user->instruction != NULL ? user->instruction : shipped->from);
    place.at.fix = fix_user(judge, "USER %s before the last CMD or ENTRYPOINT");
    if (user->problem.len == 0 && dw_dockerfile_is_windows(dockerfile)) {
        if (user->instruction == NULL)
            place.what = DW_SLICE("the shipped stage");
        if (user->instruction != NULL || !settled)
            dw_user_judge_windows(judge, aspect, &place, user->value);
    } else if (user->instruction != NULL && user->problem.len == 0) {
        dw_user_judge(judge, aspect, &place, user->value);
    } else if (user->instruction != NULL) {
        if (!settled)
            dw_user_unknown(judge, aspect, &place, user->problem);
    } else if (external->kind == DW_BASE_SCRATCH) {
        place.what = DW_SLICE("the shipped stage, from scratch");
        dw_user_judge(judge, aspect, &place, DW_SLICE(""));
    } else if (!settled && base_config(shipped) != NULL) {
        place.what = dw_judge_text(judge, "the user of the base \"%.*s\"", DW_SLICE_ARG(external->resolved));
        dw_user_judge(judge, aspect, &place, base_config(shipped)->user);
    } else if (!settled) {
        place.what = DW_SLICE("the shipped stage");
        dw_user_unknown(judge, aspect, &place,
                        dw_judge_text(judge, "no USER, and the user of the base \"%.*s\" is not known: add %.*s, or name "
                                             "the built image in the policy",
                                      DW_SLICE_ARG(external->resolved), DW_SLICE_ARG(place.at.fix)));
        repair_unknown(judge, aspect, &place);
    }
}

/* ---- containers --------------------------------------------------------------------------------------------------- */

static struct dw_user_place place_of(struct dw_judge *judge, const struct dw_container *container,
                                     const struct dw_node *node, struct dw_slice what)
{
    struct dw_user_place place = {.kind = "file", .what = what, .at = dw_judge_at_node(node), .container = container};
    uint32_t uid = judge->settings->user_lowest;
    place.at.fix = container->platform == DW_CONTAINER_COMPOSE
                       ? fix_user(judge, "user: \"%s\"")
                       : dw_judge_text(judge,
                                       "securityContext: {runAsNonRoot: true, runAsUser: %" PRIu32 ", runAsGroup: %" PRIu32 "}",
                                       uid, uid);
    return place;
}

static const struct dw_node *position(const struct dw_container *container)
{
    return container->key != NULL ? container->key : container->node;
}

/* A service without a user of its own runs as the one of what it is built from. */
static void of_build(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_container *container,
                     struct dw_user_place *place)
{
    const struct dw_dockerfile *dockerfile = container->dockerfile;
    /* What another stage than the last one runs as is not what the Dockerfile's own results say. */
    bool judged = container->dockerfile_path.len > 0 && container->target.len == 0 &&
                  dw_judge_has_dockerfile(judge, container->dockerfile_path);
    if (dockerfile == NULL && !judged) {
        dw_user_unknown(judge, aspect, place, container->build_problem);
        return;
    }
    if (judged) {
        dw_judge_pass_quietly(judge);
        return;
    }
    const struct dw_dockerfile_user *user = &dockerfile->user;
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    if (user->problem.len == 0 && dw_dockerfile_is_windows(dockerfile)) {
        if (user->instruction != NULL)
            place->at = dw_judge_at_part(dockerfile, user->instruction, user->instruction->rest);
        dw_user_judge_windows(judge, aspect, place, user->value);
    } else if (user->instruction != NULL && user->problem.len == 0) {
        struct dw_slice fix = place->at.fix;
        place->at = dw_judge_at_part(dockerfile, user->instruction, user->instruction->rest);
        place->at.fix = fix;
        dw_user_judge(judge, aspect, place, user->value);
    } else if (user->instruction == NULL && external->kind == DW_BASE_SCRATCH) {
        dw_user_judge(judge, aspect, place, DW_SLICE(""));
    } else {
        dw_user_unknown(judge, aspect, place,
                        user->instruction != NULL
                            ? user->problem
                            : dw_judge_text(judge, "it is built from %.*s%s%.*s, which has no USER, and the user of its base is "
                                                   "not known: add %.*s",
                                            DW_SLICE_ARG(container->dockerfile_inline ? DW_SLICE("its inline Dockerfile") : dockerfile->name),
                                            container->target.len > 0 ? ", stage " : "", DW_SLICE_ARG(container->target),
                                            DW_SLICE_ARG(place->at.fix)));
    }
}

/* Kubernetes: runAsNonRoot makes the kubelet refuse a container that would run as root. */
static void of_pod(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_container *container,
                   struct dw_user_place *place)
{
    const struct dw_container_switch *non_root = &container->run_as_non_root;
    if (aspect != DW_USER_ROOT)
        return;
    if (non_root->value == DW_SWITCH_ON) {
        dw_judge_pass(judge, "file", place->at.path, non_root->node != NULL ? non_root->node->line : place->at.line,
                      dw_judge_text(judge, "%.*s: runAsNonRoot", DW_SLICE_ARG(container->what)));
        return;
    }
    if (non_root->value == DW_SWITCH_UNKNOWN) {
        dw_user_unknown(judge, aspect, place, non_root->problem);
        return;
    }
    place->at.variant = "implicit";
    place->at.message =
        dw_judge_text(judge, "%.*s: neither runAsNonRoot: true nor runAsUser is set, so it runs as whatever user its image names, "
                             "root included",
                      DW_SLICE_ARG(container->what));
    dw_user_repair(judge, place, &place->at, dw_user_repaired(judge, DW_SLICE("")));
    dw_judge_fail(judge, place->at);
}

static void of_groups(struct dw_judge *judge, const struct dw_container *container)
{
    for (size_t i = 0; i < container->groups.len; i++) {
        const struct dw_container_item *group = &container->groups.at[i];
        struct dw_user_place place = place_of(judge, container, group->node, container->what);
        place.node = group->node;
        place.at.fix = DW_SLICE("remove the group, or write another than 0");
        if (group->problem.len > 0)
            dw_user_unknown(judge, DW_USER_GROUP, &place, group->problem);
        else
            dw_user_judge_group(judge, &place, group->name);
    }
}

static void of_hooks(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_container *container)
{
    for (size_t i = 0; i < container->hooks.len; i++) {
        const struct dw_container_hook *hook = &container->hooks.at[i];
        if (hook->user.node == NULL)
            continue;
        struct dw_user_place place =
            place_of(judge, container, hook->user.node,
                     dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(container->what), DW_SLICE_ARG(hook->name)));
        place.override = true;
        place.node = hook->user.node;
        if (hook->user.problem.len > 0)
            dw_user_unknown(judge, aspect, &place, hook->user.problem);
        else
            dw_user_judge(judge, aspect, &place, hook->user.text);
    }
}

static void of_container(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_container *container)
{
    const struct dw_container_text *user = &container->user;
    bool group_only = dw_slice_starts_with(user->text, ":"); /* runAsGroup without runAsUser */
    struct dw_user_place place =
        place_of(judge, container, user->node != NULL ? user->node : position(container), container->what);
    place.node = user->node;
    /* An empty text is no user: the engine takes the image's. */
    bool set = user->node != NULL && !group_only && dw_slice_trim(user->text).len > 0;
    if (user->problem.len > 0 || set) {
        place.override = true;
        if (user->problem.len > 0)
            dw_user_unknown(judge, aspect, &place, user->problem);
        else
            dw_user_judge(judge, aspect, &place, user->text);
    } else {
        if (group_only && aspect == DW_USER_GROUP)
            dw_user_judge_group(judge, &place, dw_slice_from(user->text, 1));
        if (container->platform == DW_CONTAINER_KUBERNETES)
            of_pod(judge, aspect, container, &place);
        else if (container->built)
            of_build(judge, aspect, container, &place);
        else
            dw_user_unknown(judge, aspect, &place,
                            dw_judge_text(judge, "no user is set, and that of its image is not known: add %.*s",
                                          DW_SLICE_ARG(place.at.fix)));
        if (container->platform == DW_CONTAINER_COMPOSE && !container->built)
            repair_unknown(judge, aspect, &place);
    }
    if (aspect == DW_USER_GROUP)
        of_groups(judge, container);
    of_hooks(judge, aspect, container);
}

/* ---- image -------------------------------------------------------------------------------------------------------- */

static void of_image(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    bool config = subject->image.image_id.len > 0;
    struct dw_user_place place = {.kind = "image-config",
                                  .what = DW_SLICE("the image's user"),
                                  .at = {.pointer = DW_SLICE("/config/User"),
                                         .fix = fix_user(judge, "USER %s before the last CMD or ENTRYPOINT")}};
    place.accounts = subject;
    if (subject->kind != DW_SUBJECT_IMAGE)
        return;
    if (config)
        dw_user_judge(judge, aspect, &place, subject->image.user);
    else
        dw_user_unknown(judge, aspect, &place, DW_SLICE("the image config could not be read"));
    /* Where the Dockerfile says it: for whoever has to change it. */
    if (aspect == DW_USER_ROOT && config && built_from != NULL && built_from->user.instruction != NULL && judge->passed > 0)
        dw_judge_pass(judge, "file", built_from->name, built_from->user.instruction->line,
                      dw_judge_text(judge, "USER %.*s", DW_SLICE_ARG(built_from->user.instruction->rest)));
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

#define FUNCTIONS(name, aspect)                                                                        \
    static void name##_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)       \
    {                                                                                                  \
        of_dockerfile(judge, aspect, view);                                                            \
    }                                                                                                  \
    static void name##_container(struct dw_judge *judge, const struct dw_container *container)         \
    {                                                                                                  \
        of_container(judge, aspect, container);                                                        \
    }                                                                                                  \
    static void name##_image(struct dw_judge *judge, const struct dw_dockerfile *built_from)           \
    {                                                                                                  \
        of_image(judge, aspect, built_from);                                                           \
    }
FUNCTIONS(root, DW_USER_ROOT)
FUNCTIONS(range, DW_USER_RANGE)
FUNCTIONS(group, DW_USER_GROUP)

static void override_container(struct dw_judge *judge, const struct dw_container *container)
{
    of_container(judge, DW_USER_OVERRIDE, container);
}

static const struct dw_rule_variant root_variants[] = {
    {"implicit", DW_SEVERITY_UNKNOWN, "CKV_DOCKER_3", "no user is set anywhere"},
    {"explicit", DW_SEVERITY_UNKNOWN, "CKV_DOCKER_8", "root is set"},
    {NULL},
};
static const struct dw_rule_variant range_variants[] = {
    {"named", DW_SEVERITY_UNKNOWN, "DL3066", "a name in place of a number"},
    {"low-uid", DW_SEVERITY_UNKNOWN, "KSV-0020", "an uid up to 10000, which may be somebody's on the host"},
    {NULL},
};
static const struct dw_rule_variant group_variants[] = {
    {"implicit", DW_SEVERITY_NEGLIGIBLE, "", "no group is named"},
    {"low-gid", DW_SEVERITY_NEGLIGIBLE, "KSV-0021", "a gid up to 10000, which may be a group of the host"},
    {NULL},
};

static const struct dw_rule_example root_examples[] = {
    {"Dockerfile", "FROM scratch\nCOPY server /server\nUSER root\nENTRYPOINT [\"/server\"]\n",
     "FROM scratch\nCOPY server /server\nUSER 65532:65532\nENTRYPOINT [\"/server\"]\n"},
    {"pod.yaml",
     "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n    - name: app\n      image: shop:1.4\n",
     "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  securityContext: {runAsNonRoot: true}\n  containers:\n"
     "    - name: app\n      image: shop:1.4\n"},
    {NULL},
};
static const struct dw_rule_example range_examples[] = {
    {"Dockerfile", "FROM node:22-alpine\nUSER node\nCMD [\"node\", \"server.js\"]\n",
     "FROM node:22-alpine\nUSER 65532:65532\nCMD [\"node\", \"server.js\"]\n"},
    {NULL},
};
static const struct dw_rule_example group_examples[] = {
    {"compose.yaml", "services:\n  web:\n    image: shop:1.4\n    user: \"65532:0\"\n",
     "services:\n  web:\n    image: shop:1.4\n    user: \"65532:65532\"\n"},
    {NULL},
};
static const struct dw_rule_example override_examples[] = {
    {"compose.yaml", "services:\n  web:\n    image: shop:1.4\n    user: root\n",
     "services:\n  web:\n    image: shop:1.4\n    user: \"65532:65532\"\n"},
    {NULL},
};

const struct dw_rule dw_user_rules[] = {
    {.id = "USR-001",
     .title = "Runs as a known non-root user",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "The effective user is known and is not uid 0.",
     .why = "A process that is root in its container is root for the kernel: one flaw away from the host.",
     .fix = "Put USER 65532:65532 before the last CMD or ENTRYPOINT; in Kubernetes set runAsNonRoot: true.",
     .aliases = "DL3002|DS-0002|KSV-0012|KSV-0105|CKV_K8S_6|CKV_K8S_23|CIS-DI-0001|cis:4.1|"
     "kl:run-as-non-root|pss:restricted/runAsNonRoot|pss:restricted/runAsUser|scout:default-non-root-user|"
     "kics:Missing User Instruction|kics:Last User Is 'root'",
     .pass = "the user is not root",
     .none = "no user is set here",
     .examples = root_examples,
     .variants = root_variants,
     .subjects = 1u << DW_SUBJECT_FOLDER, /* it has none: not applicable */
     .dockerfile = root_dockerfile,
     .builds = true,
     .container = root_container,
     .image = root_image},
    {.id = "USR-002",
     .title = "Uid is 65532 or in the configured range, numeric",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_REVIEW,
     .what = "The user is a number, and one that the policy allows (runtime.user).",
     .why = "A name means nothing to the host and cannot be checked by runAsNonRoot; a low uid may belong to somebody on the host.",
     .fix = "Write the allowed number in place of the name or other number.",
     .aliases = "CKV_K8S_40",
     .pass = "the uid is the one the policy asks for",
     .none = "no user is set here",
     .examples = range_examples,
     .variants = range_variants,
     .subjects = 1u << DW_SUBJECT_FOLDER, /* it has none: not applicable */
     .dockerfile = range_dockerfile,
     .builds = true,
     .container = range_container,
     .image = range_image},
    {.id = "USR-003",
     .title = "No root group",
     .chapter = 4,
     .severity = DW_SEVERITY_MEDIUM,
     .repair = DW_REPAIR_REVIEW,
     .what = "Neither the primary group nor a supplementary one is gid 0.",
     .why = "Files that root's group may write are common in images; group 0 opens them.",
     .fix = "Write a group behind the user: 65532:65532.",
     .aliases = "KSV-0116",
     .pass = "no group 0 is given",
     .none = "no user is set here",
     .examples = group_examples,
     .variants = group_variants,
     .subjects = 1u << DW_SUBJECT_FOLDER, /* it has none: not applicable */
     .dockerfile = group_dockerfile,
     .builds = true,
     .container = group_container,
     .image = group_image},
    {.id = "USR-004",
     .title = "Override does not bring root back",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "Neither user: of a Compose service or its hooks nor runAsUser of a pod or container sets root.",
     .why = "What the image does right is lost by one line of the deployment.",
     .fix = "Drop the override, or set the allowed uid.",
     .aliases = "",
     .pass = "no user that is set brings root back",
     .none = "no user is set over an image's own",
     .examples = override_examples,
     .builds = true,
     .container = override_container},
};
const size_t dw_user_rule_count = DW_RULE_COUNT(dw_user_rules);
