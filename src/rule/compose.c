/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on one Compose file (compose-spec; parsing.md, section 3). The file is judged as it stands: what it extends or
 * includes is not followed, and says so. Variables take their defaults. */
#include "rule/user.h"

#include "base/file.h"
#include "rule/interpolate.h"

#include <inttypes.h>

struct compose {
    const struct dw_rule_settings *settings;
    struct dw_verdict *verdict;
    struct dw_subject *subject;
    const struct dw_document *document;
    struct dw_reference_judges references;
    struct dw_user_judges users;
};

static struct dw_judge *any(struct compose *compose)
{
    return &compose->references.pinned;
}

/* A member that is there and not null. */
static const struct dw_node *given(const struct dw_node *mapping, const char *key)
{
    const struct dw_node *node = dw_node_get(mapping, key);
    return node == NULL || dw_node_is_null(node) ? NULL : node;
}

/* The scalar after substitution; false, and *PROBLEM set, when it cannot be told. */
static bool value_of(struct compose *compose, const struct dw_node *node, struct dw_slice *value, struct dw_slice *problem)
{
    struct dw_slice missing = DW_SLICE("");
    if (node->kind != DW_NODE_SCALAR) {
        *problem = DW_SLICE("a text was expected here");
        return false;
    }
    if (!dw_compose_interpolate(&compose->verdict->arena, node->text, value, &missing)) {
        *problem = DW_SLICE("a malformed variable: write ${NAME} or $$");
        return false;
    }
    if (missing.len == 0)
        return true;
    *problem = dw_judge_text(any(compose), "the variable \"%.*s\" has no default: write ${%.*s:-value}", DW_SLICE_ARG(missing),
                             DW_SLICE_ARG(missing));
    return false;
}

static void judge_image(struct compose *compose, const struct dw_node *node, struct dw_slice what)
{
    struct dw_slice path = compose->document->name, value, problem;
    if (value_of(compose, node, &value, &problem))
        dw_reference_judge(&compose->references, value, node->text, what, path, node->line, node->column);
    else
        dw_reference_unknown(&compose->references, path, node->line,
                             dw_judge_text(any(compose), "%.*s: %.*s", DW_SLICE_ARG(what), DW_SLICE_ARG(problem)));
}

/* "docker-image://name" of build.additional_contexts: a mapping, or a list of "name=value". */
static void judge_contexts(struct compose *compose, const struct dw_node *contexts, struct dw_slice what)
{
    if (contexts == NULL)
        return;
    for (size_t i = 0; i < contexts->count; i++) {
        const struct dw_node *node = contexts->items[i];
        struct dw_slice value, problem, scheme = DW_SLICE("docker-image://");
        if (node->kind != DW_NODE_SCALAR)
            continue;
        if (!value_of(compose, node, &value, &problem)) {
            dw_reference_unknown(&compose->references, compose->document->name, node->line, problem);
            continue;
        }
        if (contexts->kind == DW_NODE_SEQUENCE && dw_slice_find(value, '=') != SIZE_MAX)
            value = dw_slice_from(value, dw_slice_find(value, '=') + 1);
        if (!dw_slice_starts(value, scheme))
            continue;
        value = dw_slice_from(value, scheme.len);
        dw_reference_judge(&compose->references, value, value,
                           dw_judge_text(any(compose), "%.*s: build context", DW_SLICE_ARG(what)), compose->document->name,
                           node->line, node->column);
    }
}

static struct dw_user_place user_place(struct compose *compose, const struct dw_node *node, struct dw_slice what)
{
    uint32_t uid = compose->settings->user_lowest;
    return (struct dw_user_place){.kind = "file",
                                  .what = what,
                                  .at = {.path = compose->document->name,
                                         .line = node->line,
                                         .column = node->column,
                                         .fix = dw_judge_text(any(compose), "user: \"%" PRIu32 ":%" PRIu32 "\"", uid, uid)}};
}

static struct dw_slice normal_path(struct compose *compose, struct dw_slice path)
{
    DW_CLEANUP(dw_cleanup_free) char *normal = dw_path_normal(path);
    return dw_arena_copy(&compose->verdict->arena, dw_slice_of(normal));
}

/* A part of build: its text, FALLBACK without one; false when it cannot be told. */
static bool build_part(struct compose *compose, const struct dw_node *build, const char *name, const char *fallback,
                       struct dw_slice *value, struct dw_slice *problem)
{
    const struct dw_node *node = build->kind == DW_NODE_MAPPING ? dw_node_get(build, name)
                                 : strcmp(name, "context") == 0 ? build
                                                                : NULL;
    *value = dw_slice_of(fallback);
    return node == NULL || dw_node_is_null(node) || value_of(compose, node, value, problem);
}

static bool is_remote(struct dw_slice context)
{
    return dw_slice_find_slice(context, DW_SLICE("://")) != SIZE_MAX || dw_slice_starts_with(context, "git@") ||
           dw_slice_starts_with(context, "github.com/");
}

static bool is_judged(struct compose *compose, struct dw_slice path)
{
    for (size_t i = 0; i < compose->verdict->subjects.len; i++) {
        const struct dw_subject *subject = compose->verdict->subjects.at[i];
        if (subject->kind == DW_SUBJECT_DOCKERFILE && dw_slice_equal(normal_path(compose, subject->name), path))
            return true;
    }
    return false;
}

/* The Dockerfile that a service is built from is judged as a subject of its own; false, and *PROBLEM set, when it is none:
 * then nobody has looked at its bases and its user. */
static bool build_is_judged(struct compose *compose, const struct dw_node *build, struct dw_slice *problem)
{
    struct dw_slice context, dockerfile, base = compose->document->name;
    if (!build_part(compose, build, "context", ".", &context, problem) ||
        !build_part(compose, build, "dockerfile", "Dockerfile", &dockerfile, problem))
        return false;
    if (is_remote(context)) {
        *problem = dw_judge_text(any(compose), "it is built from the remote context \"%.*s\", which is not read",
                                 DW_SLICE_ARG(context));
        return false;
    }
    bool absolute = dw_slice_starts_with(context, "/"), whole = dw_slice_starts_with(dockerfile, "/");
    struct dw_slice folder = absolute || whole ? DW_SLICE("") : dw_path_parent(base);
    struct dw_slice joined =
        whole ? dockerfile
              : dw_judge_text(any(compose), "%.*s%s%.*s/%.*s", DW_SLICE_ARG(folder), folder.len > 0 ? "/" : "",
                              DW_SLICE_ARG(context), DW_SLICE_ARG(dockerfile));
    struct dw_slice path = normal_path(compose, joined);
    if (is_judged(compose, path))
        return true;
    *problem = dw_judge_text(any(compose), "it is built from \"%.*s\", which is not judged: name it in the policy (images: dockerfile)",
                             DW_SLICE_ARG(path));
    return false;
}

/* build.dockerfile_inline is a Dockerfile: its lines are counted on from the block's. Its user is the service's. */
static void judge_inline(struct compose *compose, const struct dw_node *node, bool user_given, struct dw_slice what)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    struct dw_slice text = node->text, missing = DW_SLICE(""), path = compose->document->name;
    if (node->kind != DW_NODE_SCALAR)
        return;
    struct dw_dockerfile *dockerfile = NULL;
    if (!dw_compose_interpolate(&compose->verdict->arena, node->text, &text, &missing) || missing.len > 0)
        dw_fail(&error, DW_ERROR_INPUT, "the inline Dockerfile has a variable without a default");
    else
        dockerfile = dw_dockerfile_parse(text, "the inline Dockerfile", &limits, &error);
    struct dw_user_place place = user_place(compose, node, what);
    unsigned offset = node->style == DW_SCALAR_BLOCK ? node->line : node->line - 1;
    if (dockerfile == NULL) {
        dw_reference_unknown(&compose->references, path, node->line,
                             dw_judge_text(any(compose), "%.*s: %s", DW_SLICE_ARG(what), error.text));
        if (!user_given)
            dw_user_unknown_all(&compose->users, &place, dw_slice_of(error.text));
        return;
    }
    dw_reference_judge_dockerfile(&compose->references, dockerfile, path, offset);
    const struct dw_dockerfile_user *user = &dockerfile->user;
    if (user->instruction != NULL)
        place.at.line = user->instruction->line + offset;
    if (!user_given && user->instruction != NULL && user->problem.len == 0)
        dw_user_judge_all(&compose->users, &place, user->value);
    else if (!user_given)
        dw_user_unknown_all(&compose->users, &place,
                        user->instruction != NULL ? user->problem : DW_SLICE("the inline Dockerfile has no USER"));
    dw_dockerfile_free(dockerfile);
}

static void judge_volumes(struct compose *compose, const struct dw_node *volumes, struct dw_slice what)
{
    for (size_t i = 0; volumes != NULL && i < volumes->count; i++) {
        const struct dw_node *type = dw_node_get(volumes->items[i], "type");
        const struct dw_node *source = dw_node_get(volumes->items[i], "source");
        if (type != NULL && source != NULL && type->kind == DW_NODE_SCALAR && dw_slice_is(type->text, "image"))
            judge_image(compose, source, dw_judge_text(any(compose), "%.*s: image volume", DW_SLICE_ARG(what)));
    }
}

static void judge_user_node(struct compose *compose, const struct dw_node *node, struct dw_slice what)
{
    struct dw_user_place place = user_place(compose, node, what);
    struct dw_slice value, problem;
    if (value_of(compose, node, &value, &problem)) {
        place.override = true;
        dw_user_judge_all(&compose->users, &place, value);
        return;
    }
    place.override = true;
    dw_user_unknown_all(&compose->users, &place, problem);
}

/* Users and groups of a service, and of its hooks. */
static void judge_users(struct compose *compose, const struct dw_node *key, const struct dw_node *service,
                        struct dw_slice what)
{
    static const char *const hooks[] = {"post_start", "pre_stop"};
    const struct dw_node *user = given(service, "user"), *groups = dw_node_get(service, "group_add");
    if (user != NULL) {
        judge_user_node(compose, user, what);
    } else if (given(service, "image") != NULL && given(service, "build") == NULL) {
        struct dw_user_place place = user_place(compose, key, what);
        dw_user_unknown_all(&compose->users, &place,
                        dw_judge_text(any(compose), "no user is set, and that of its image is not known: add %.*s",
                                      DW_SLICE_ARG(place.at.fix)));
    }
    for (size_t i = 0; groups != NULL && i < groups->count; i++) {
        struct dw_user_place place = user_place(compose, groups->items[i], what);
        place.at.fix = DW_SLICE("remove the group from group_add");
        struct dw_slice value, problem;
        if (value_of(compose, groups->items[i], &value, &problem))
            dw_user_judge_group(&compose->users.each[DW_USER_GROUP], &place, value);
        else
            dw_judge_unknown(&compose->users.each[DW_USER_GROUP], place.at.path, place.at.line, problem);
    }
    for (size_t i = 0; i < 2; i++) {
        const struct dw_node *list = dw_node_get(service, hooks[i]);
        for (size_t j = 0; list != NULL && j < list->count; j++) {
            const struct dw_node *hook_user = given(list->items[j], "user");
            if (hook_user != NULL)
                judge_user_node(compose, hook_user, dw_judge_text(any(compose), "%.*s: %s", DW_SLICE_ARG(what), hooks[i]));
        }
    }
}

/* All judges at once cannot tell. */
static void unknown(struct compose *compose, const struct dw_node *node, struct dw_slice reason)
{
    struct dw_user_place place = user_place(compose, node, DW_SLICE("the file"));
    dw_reference_unknown(&compose->references, place.at.path, place.at.line, reason);
    place.override = true;
    dw_user_unknown_all(&compose->users, &place, reason);
}

static void judge_build(struct compose *compose, const struct dw_node *build, bool user_given, struct dw_slice what)
{
    const struct dw_node *text = given(build, "dockerfile_inline");
    struct dw_slice problem = DW_SLICE("");
    judge_contexts(compose, dw_node_get(build, "additional_contexts"), what);
    if (text != NULL) {
        judge_inline(compose, text, user_given, what);
    } else if (!build_is_judged(compose, build, &problem)) {
        struct dw_user_place place = user_place(compose, build, what);
        dw_reference_unknown(&compose->references, place.at.path, place.at.line,
                             dw_judge_text(any(compose), "%.*s: %.*s", DW_SLICE_ARG(what), DW_SLICE_ARG(problem)));
        if (!user_given)
            dw_user_unknown_all(&compose->users, &place, problem);
    }
}

static void judge_service(struct compose *compose, const struct dw_node *key, const struct dw_node *service)
{
    struct dw_slice what = dw_judge_text(any(compose), "service %.*s", DW_SLICE_ARG(key->text));
    if (service->kind != DW_NODE_MAPPING) {
        unknown(compose, service, dw_judge_text(any(compose), "%.*s is no mapping", DW_SLICE_ARG(what)));
        return;
    }
    const struct dw_node *image = given(service, "image"), *build = given(service, "build");
    const struct dw_node *extends = dw_node_get(service, "extends");
    if (image != NULL && build == NULL)
        judge_image(compose, image, what); /* beside build: it names what is built */
    if (build != NULL)
        judge_build(compose, build, given(service, "user") != NULL, what);
    judge_volumes(compose, dw_node_get(service, "volumes"), what);
    judge_users(compose, key, service, what);
    if (dw_node_get(extends, "file") != NULL)
        unknown(compose, extends,
                dw_judge_text(any(compose), "%.*s extends a service of another file, which is not followed", DW_SLICE_ARG(what)));
}

static void judge_root(struct compose *compose, const struct dw_node *root)
{
    const struct dw_node *services = dw_node_get(root, "services"), *include = dw_node_get(root, "include");
    if (root->kind != DW_NODE_MAPPING && !dw_node_is_null(root))
        unknown(compose, root, DW_SLICE("no Compose file: a mapping was expected"));
    if (include != NULL && include->count > 0)
        unknown(compose, include, DW_SLICE("included files are not followed: name them in the policy (files.compose)"));
    if (services != NULL && services->kind != DW_NODE_MAPPING && !dw_node_is_null(services))
        unknown(compose, services, DW_SLICE("\"services\" is no mapping"));
    if (services != NULL && services->kind == DW_NODE_MAPPING)
        for (size_t i = 0; i < services->count; i++)
            judge_service(compose, services->keys[i], services->items[i]);
}

void dw_rules_judge_compose(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                            struct dw_subject *subject, const struct dw_document *document)
{
    struct compose compose = {.settings = settings, .verdict = verdict, .subject = subject, .document = document};
    dw_reference_judges_begin(&compose.references, settings, verdict, subject);
    dw_user_judges_begin(&compose.users, settings, verdict, subject);
    for (size_t i = 0; i < document->root_count; i++)
        judge_root(&compose, document->roots[i]);
    dw_reference_judges_end(&compose.references);
    dw_user_judges_end(&compose.users, "the images of its services decide");
}
