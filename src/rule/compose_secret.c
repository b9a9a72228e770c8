/* SPDX-License-Identifier: Apache-2.0
 *
 * SEC-006, SEC-007, SEC-009: secrets of Compose projects (compose-spec, 09-secrets.md; docs.docker.com, "How to use secrets in
 * Docker Compose"). No value is ever shown. */
#include "rule/chapters.h"
#include "rule/judge.h"
#include "rule/repair.h"
#include "rule/secret_value.h"

/* NODE's line up to the value that stands at it. */
static struct dw_judge_finding at_hidden(struct dw_judge *judge, const struct dw_node *node, size_t keep)
{
    struct dw_judge_finding at = dw_judge_at_node(node);
    struct dw_slice source = node->document == NULL ? DW_SLICE("") : node->document->source;
    size_t start = node->start < source.len ? node->start : source.len, first = start;
    while (first > 0 && source.at[first - 1] != '\n')
        first--;
    /* Another value may stand before it on the line ("{A: x, B: y}"): then nothing is shown. */
    struct dw_slice before = dw_slice_part(source, first, start - first);
    bool alone = dw_slice_find(before, '{') == SIZE_MAX && dw_slice_find(before, '[') == SIZE_MAX &&
                 dw_slice_find(before, ',') == SIZE_MAX;
    at.source = DW_SLICE("");
    at.source_line = alone ? dw_judge_text(judge, "%.*s%.*s***", DW_SLICE_ARG(before),
                                           DW_SLICE_ARG(dw_slice_part(node->text, 0, keep)))
                           : DW_SLICE("");
    at.end_column = 0;
    return at;
}

/* Texts that keep no secret, whatever their name. */
static bool is_harmless(struct dw_slice value)
{
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "enabled", "disabled", "none", "null", "0", "1"};
    value = dw_slice_trim(value);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_equal_nocase(value, dw_slice_of(words[i])))
            return true;
    return value.len == 0 || dw_slice_starts_with(value, "/run/secrets/");
}

/* Did a variable have a part in what NODE says? */
static bool has_variable(const struct dw_node *node)
{
    struct dw_slice written =
        node->document == NULL ? DW_SLICE("") : dw_slice_part(node->document->source, node->start, node->end - node->start);
    for (size_t i = 0; i + 1 < written.len; i++) {
        if (written.at[i] != '$')
            continue;
        if (written.at[i + 1] != '$')
            return true;
        i++;
    }
    return false;
}

/* What VALUE of NAME is; NULL: no secret. */
static const char *secret_kind(struct dw_slice name, struct dw_slice value, bool from_variable)
{
    struct dw_secret_hit hit;
    size_t at = 0;
    if (is_harmless(value))
        return NULL;
    if (!from_variable && dw_secret_next(value, &at, &hit))
        return hit.kind;
    return dw_secret_name(name) ? "secret by its name" : NULL;
}

/* ---- SEC-006 ---------------------------------------------------------------------------------------------------------- */

static void variable_in_file(struct dw_judge *judge, const struct dw_container *container,
                             const struct dw_container_variable *variable)
{
    const char *kind = secret_kind(variable->name, variable->value, false);
    if (kind == NULL || variable->untracked) {
        dw_judge_pass_quietly(judge);
        return;
    }
    struct dw_judge_finding at = dw_judge_at_node(variable->node);
    at.message = dw_judge_text(judge, "%.*s: \"%.*s\" (%s) stands in clear text in %.*s, which is part of the repository",
                               DW_SLICE_ARG(container->what), DW_SLICE_ARG(variable->name), kind, DW_SLICE_ARG(variable->file));
    at.fix = dw_judge_text(judge, "take %.*s out of version control, change the secret, and hand it over by secrets:",
                           DW_SLICE_ARG(variable->file));
    dw_judge_fail(judge, at);
}

static void variable_in_project(struct dw_judge *judge, const struct dw_container *container,
                                const struct dw_container_variable *variable)
{
    const struct dw_node *node = variable->node;
    const char *kind = secret_kind(variable->name, variable->value, has_variable(node));
    if (kind == NULL) {
        dw_judge_pass_quietly(judge);
        return;
    }
    bool item = node->text.len > variable->value.len; /* "NAME=value" of a list */
    struct dw_judge_finding at = at_hidden(judge, node, item ? node->text.len - variable->value.len : 0);
    at.message = dw_judge_text(judge, "%.*s: the value of \"%.*s\" (%s) stands in clear text in the file%s", DW_SLICE_ARG(container->what),
                               DW_SLICE_ARG(variable->name), kind, has_variable(node) ? ", as a default" : "");
    at.fix = dw_judge_text(judge, "secrets: [%.*s], with secrets: {%.*s: {environment: %.*s}} at the top; the service reads "
                                  "/run/secrets/%.*s",
                           DW_SLICE_ARG(variable->name), DW_SLICE_ARG(variable->name), DW_SLICE_ARG(variable->name),
                           DW_SLICE_ARG(variable->name));
    at.repair_note = DW_SLICE("the value must then be in the environment that docker compose runs in");
    dw_repair_replace(judge, &at, node,
                      dw_judge_text(judge, "%.*s${%.*s:?}", DW_SLICE_ARG(dw_slice_part(node->text, 0, item ? node->text.len - variable->value.len : 0)),
                                    DW_SLICE_ARG(variable->name)));
    dw_judge_fail(judge, at);
}

static void clear_text(struct dw_judge *judge, const struct dw_container *container)
{
    if (container->platform != DW_CONTAINER_COMPOSE)
        return;
    for (size_t i = 0; i < container->environment.len; i++) {
        const struct dw_container_variable *variable = &container->environment.at[i];
        if (variable->source == DW_VARIABLE_FILE && variable->name.len == 0) {
            struct dw_judge_finding at = dw_judge_at_node(variable->node);
            dw_judge_unknown(judge, at.path, at.line,
                             dw_judge_text(judge, "%.*s: env_file: %.*s", DW_SLICE_ARG(container->what), DW_SLICE_ARG(variable->problem)));
        } else if (variable->source == DW_VARIABLE_FILE) {
            variable_in_file(judge, container, variable);
        } else if (variable->source == DW_VARIABLE_LITERAL) {
            variable_in_project(judge, container, variable);
        } else {
            dw_judge_pass_quietly(judge);
        }
    }
}

/* configs: content: is a file that everybody who reads the project can read. */
static void contents(struct dw_judge *judge, const struct dw_compose *project)
{
    const struct dw_node *configs = dw_node_get(project->root, "configs");
    for (size_t i = 0; configs != NULL && i < configs->count; i++) {
        const struct dw_node *content = dw_node_get(configs->items[i], "content");
        struct dw_secret_hit hit;
        size_t start = 0;
        if (content == NULL || content->kind != DW_NODE_SCALAR)
            continue;
        const char *kind = dw_secret_next(content->text, &start, &hit) ? hit.kind : NULL;
        struct dw_slice rest = content->text, line;
        while (kind == NULL && dw_slice_line(&rest, &line)) {
            size_t end = 0;
            while (end < line.len && line.at[end] != '=' && line.at[end] != ':')
                end++;
            struct dw_slice name = dw_slice_trim(dw_slice_part(line, 0, end)), value = dw_slice_trim(dw_slice_from(line, end + 1));
            if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\'') && value.at[value.len - 1] == value.at[0])
                value = dw_slice_part(value, 1, value.len - 2);
            if (dw_secret_name(name) && dw_secret_is_random(value) && !has_variable(content))
                kind = "secret by its name";
        }
        if (kind == NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = at_hidden(judge, content, 0);
        at.message = dw_judge_text(judge, "config %.*s: its content holds a %s in clear text", DW_SLICE_ARG(configs->keys[i]->text), kind);
        at.fix = DW_SLICE("move it to secrets:, with a file: or environment: source");
        dw_judge_fail(judge, at);
    }
}

/* ---- SEC-007 ---------------------------------------------------------------------------------------------------------- */

static void judge_grant(struct dw_judge *judge, const struct dw_container *container, const struct dw_node *grant,
                        const struct dw_node *secrets)
{
    static const char *const ignored[] = {"uid", "gid", "mode"};
    const struct dw_node *source = grant->kind == DW_NODE_MAPPING ? dw_node_get(grant, "source") : grant;
    if (source == NULL || source->kind != DW_NODE_SCALAR || secrets == NULL)
        return;
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(source->text);
    const struct dw_node *secret = dw_node_get(secrets, name), *file = dw_node_get(secret, "file");
    bool found = false;
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]) && file != NULL; i++) {
        const struct dw_node *node = grant->kind == DW_NODE_MAPPING ? dw_node_get(grant, ignored[i]) : NULL;
        if (node == NULL)
            continue;
        found = true;
        struct dw_judge_finding at = dw_judge_at_node(node);
        at.message = dw_judge_text(judge, "%.*s: %s \"%.*s\" of secret %s does nothing: it is a bind mount of \"%.*s\" and has that "
                                          "file's owner and mode%s%.*s",
                                   DW_SLICE_ARG(container->what), ignored[i], DW_SLICE_ARG(node->text), name, DW_SLICE_ARG(file->text),
                                   container->user.text.len > 0 ? ", by which it must be readable for user " : "",
                                   DW_SLICE_ARG(container->user.text));
        at.fix = dw_judge_text(judge, "secrets: {%s: {environment: NAME}} at the top: a copied secret gets uid, gid and mode; or set "
                                      "owner and mode of the file and remove the key",
                               name);
        dw_judge_fail(judge, at);
    }
    if (!found)
        dw_judge_pass_quietly(judge);
}

static void readable(struct dw_judge *judge, const struct dw_compose *project)
{
    const struct dw_node *secrets = dw_node_get(project->root, "secrets");
    for (size_t i = 0; i < project->services.len; i++) {
        const struct dw_node *grants = dw_node_get(project->services.at[i].node, "secrets");
        for (size_t j = 0; grants != NULL && grants->kind == DW_NODE_SEQUENCE && j < grants->count; j++)
            judge_grant(judge, &project->services.at[i], grants->items[j], secrets);
    }
}

/* ---- SEC-009 ---------------------------------------------------------------------------------------------------------- */

static void build_arguments(struct dw_judge *judge, const struct dw_container *container)
{
    const struct dw_node *args =
        container->platform == DW_CONTAINER_COMPOSE ? dw_node_get(dw_node_get(container->node, "build"), "args") : NULL;
    for (size_t i = 0; args != NULL && i < args->count; i++) {
        const struct dw_node *node = args->items[i];
        struct dw_secret_hit hit;
        size_t start = 0;
        if (node->kind != DW_NODE_SCALAR)
            continue;
        bool mapping = args->kind == DW_NODE_MAPPING;
        size_t equals = mapping ? 0 : dw_slice_find(node->text, '=');
        struct dw_slice name = mapping ? args->keys[i]->text : dw_slice_part(node->text, 0, equals);
        struct dw_slice value = mapping ? node->text : equals == SIZE_MAX ? DW_SLICE("") : dw_slice_from(node->text, equals + 1);
        const char *kind = dw_secret_name(name)                                                   ? "secret by its name"
                           : !has_variable(node) && dw_secret_next(value, &start, &hit) ? hit.kind
                                                                                                  : NULL;
        if (kind == NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        const struct dw_node *place = mapping && dw_node_is_null(node) ? args->keys[i] : node;
        struct dw_judge_finding at = at_hidden(judge, place, mapping ? (place == node ? 0 : name.len) : name.len);
        at.message = dw_judge_text(judge, "%.*s: build argument \"%.*s\" (%s) stays in the image's history", DW_SLICE_ARG(container->what),
                                   DW_SLICE_ARG(name), kind);
        at.fix = dw_judge_text(judge, "build: {secrets: [%.*s]}, with secrets: {%.*s: {environment: %.*s}} at the top, and RUN "
                                      "--mount=type=secret,id=%.*s in the Dockerfile",
                               DW_SLICE_ARG(name), DW_SLICE_ARG(name), DW_SLICE_ARG(name), DW_SLICE_ARG(name));
        dw_judge_fail(judge, at);
    }
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_example clear_examples[] = {
    {"compose.yaml",
     "services:\n  web:\n    image: shop/web:1\n    environment:\n      DB_PASSWORD: Winter2024\n",
     "services:\n  web:\n    image: shop/web:1\n    environment:\n      DB_PASSWORD_FILE: /run/secrets/db\n    secrets: [db]\n"
     "secrets:\n  db: {environment: DB_PASSWORD}\n"},
    {"compose.yaml", "services:\n  web:\n    image: shop/web:1\n    environment: [\"API_TOKEN=${API_TOKEN:-letmein}\"]\n",
     "services:\n  web:\n    image: shop/web:1\n    environment: [\"API_TOKEN=${API_TOKEN}\"]\n"},
    {0},
};
static const struct dw_rule_example readable_examples[] = {
    {"compose.yaml",
     "services:\n  web:\n    image: shop/web:1\n    user: \"65532\"\n    secrets:\n      - {source: db, uid: \"65532\", mode: 0400}\n"
     "secrets:\n  db: {file: ./db.txt}\n",
     "services:\n  web:\n    image: shop/web:1\n    user: \"65532\"\n    secrets:\n      - {source: db, uid: \"65532\", mode: 0400}\n"
     "secrets:\n  db: {environment: DB_PASSWORD}\n"},
    {0},
};
static const struct dw_rule_example argument_examples[] = {
    {"compose.yaml", "services:\n  web:\n    build:\n      context: .\n      args:\n        NPM_TOKEN: ${NPM_TOKEN}\n",
     "services:\n  web:\n    build:\n      context: .\n      secrets: [npm]\nsecrets:\n  npm: {environment: NPM_TOKEN}\n"},
    {0},
};

const struct dw_rule dw_compose_secret_rules[] = {
    {.id = "SEC-006",
     .title = "Compose secret in clear text",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "No variable of a service that is a secret by its name or value has its value in the Compose files or in an env_file "
             "that is part of the repository, and no config's content holds one. What the shell gives, without a default, is right.",
     .why = "Who can read the repository can read the secret, in every version of it and for ever; and docker inspect shows it.",
     .fix = "Hand it over by secrets:, with an environment: or file: source, and change the secret.",
     .aliases = "cis:7.4",
     .pass = "no secret stands in clear text",
     .none = "no variable and no config",
     .examples = clear_examples,
     .container = clear_text,
     .compose = contents},
    {.id = "SEC-007",
     .title = "Compose secret readable by its user only",
     .chapter = 5,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "uid, gid and mode of a secret are set only where they do something: for one with an environment: source. One with a file: "
             "source is a bind mount and keeps the file's owner and mode.",
     .why = "What looks protected is not: the file is readable as it is on the host, for everybody, or not even for the service's user.",
     .fix = "Use an environment: source, or set owner and mode of the file on the host.",
     .aliases = "",
     .pass = "owner and mode of every secret are what they seem",
     .none = "no service has a secret",
     .examples = readable_examples,
     .compose = readable},
    {.id = "SEC-009",
     .title = "build.args carries a secret",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .what = "No build argument of a Compose build is a secret by its name or value.",
     .why = "Build arguments stay in the image's history, wherever their value comes from.",
     .fix = "Give it to the build by build.secrets and RUN --mount=type=secret.",
     .aliases = "",
     .pass = "no build argument is a secret",
     .none = "no build argument",
     .examples = argument_examples,
     .container = build_arguments},
};
const size_t dw_compose_secret_rule_count = DW_RULE_COUNT(dw_compose_secret_rules);
