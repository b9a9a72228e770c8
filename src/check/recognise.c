/* SPDX-License-Identifier: Apache-2.0 */
#include "check/recognise.h"

bool dw_recognise_is_document(struct dw_slice name)
{
    return dw_slice_ends_with(name, ".yaml") || dw_slice_ends_with(name, ".yml") || dw_slice_ends_with(name, ".json");
}

bool dw_recognise_is_override(struct dw_slice name)
{
    static const char *const names[] = {"compose.override.yaml", "compose.override.yml", "docker-compose.override.yaml",
                                        "docker-compose.override.yml", NULL};
    return dw_slice_is_one_of(name, names);
}

enum dw_subject_kind dw_recognise_name(struct dw_slice name)
{
    static const char *const projects[] = {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", NULL};
    static const char *const recipes[] = {"Dockerfile", "Containerfile", "dockerfile", "containerfile", NULL};
    if (dw_slice_is_one_of(name, recipes) || dw_slice_ends_with(name, ".Dockerfile") || dw_slice_ends_with(name, ".dockerfile") ||
        dw_slice_ends_with(name, ".Containerfile") || dw_slice_ends_with(name, ".containerfile"))
        return DW_SUBJECT_DOCKERFILE;
    if ((dw_slice_starts_with(name, "Dockerfile.") || dw_slice_starts_with(name, "Containerfile.")) &&
        !dw_slice_ends_with(name, ".dockerignore") && !dw_slice_ends_with(name, ".containerignore"))
        return DW_SUBJECT_DOCKERFILE;
    return dw_slice_is_one_of(name, projects) || dw_recognise_is_override(name) ? DW_SUBJECT_COMPOSE : DW_FILE_OTHER;
}

/* The key at the beginning of LINE, without quotes; "" if there is none. */
static struct dw_slice key_of(struct dw_slice line)
{
    char quote = line.len > 0 && (line.at[0] == '"' || line.at[0] == '\'') ? line.at[0] : '\0';
    if (quote != '\0') {
        line = dw_slice_from(line, 1);
        size_t end = dw_slice_find(line, quote);
        struct dw_slice behind = end == SIZE_MAX ? DW_SLICE("") : dw_slice_trim(dw_slice_from(line, end + 1));
        return behind.len > 0 && behind.at[0] == ':' ? dw_slice_part(line, 0, end) : DW_SLICE("");
    }
    size_t end = dw_slice_find(line, ':');
    return end == SIZE_MAX ? DW_SLICE("") : dw_slice_trim(dw_slice_part(line, 0, end));
}

static enum dw_subject_kind kind_of_json(struct dw_slice text)
{
    if (dw_slice_find_slice(text, DW_SLICE("\"apiVersion\"")) != SIZE_MAX &&
        dw_slice_find_slice(text, DW_SLICE("\"kind\"")) != SIZE_MAX)
        return DW_SUBJECT_KUBERNETES;
    if (dw_slice_find_slice(text, DW_SLICE("\"services\"")) != SIZE_MAX &&
        (dw_slice_find_slice(text, DW_SLICE("\"image\"")) != SIZE_MAX ||
         dw_slice_find_slice(text, DW_SLICE("\"build\"")) != SIZE_MAX))
        return DW_SUBJECT_COMPOSE;
    return DW_FILE_OTHER;
}

/* "FROM x", "ARG x", as the first instruction of a Dockerfile. */
static bool is_first_instruction(struct dw_slice line)
{
    return line.len > 5 && ((strncasecmp(line.at, "FROM", 4) == 0 && (line.at[4] == ' ' || line.at[4] == '\t')) ||
                            (strncasecmp(line.at, "ARG", 3) == 0 && (line.at[3] == ' ' || line.at[3] == '\t')));
}

enum dw_subject_kind dw_recognise_text(struct dw_slice text)
{
    struct dw_slice rest = text, line;
    bool version = false, kind = false, services = false, below = false, first = true;
    if (dw_slice_starts_with(rest, "\xef\xbb\xbf"))
        rest = dw_slice_from(rest, 3);
    while (dw_slice_line(&rest, &line)) {
        struct dw_slice inner = dw_slice_trim(line);
        if (inner.len == 0 || inner.at[0] == '#')
            continue;
        if (first && (inner.at[0] == '{' || inner.at[0] == '['))
            return kind_of_json(text);
        if (first && is_first_instruction(inner))
            return DW_SUBJECT_DOCKERFILE;
        first = false;
        struct dw_slice key = key_of(inner);
        if (line.at[0] == ' ' || line.at[0] == '\t') {
            below = below || (services && (dw_slice_is(key, "image") || dw_slice_is(key, "build") || dw_slice_is(key, "extends")));
        } else {
            version = version || dw_slice_is(key, "apiVersion");
            kind = kind || dw_slice_is(key, "kind");
            services = services || dw_slice_is(key, "services");
            /* "services: {web: {image: x}}" */
            below = below || (dw_slice_is(key, "services") && (dw_slice_find_slice(line, DW_SLICE("image:")) != SIZE_MAX ||
                                                               dw_slice_find_slice(line, DW_SLICE("build:")) != SIZE_MAX));
        }
        if (version && kind)
            return DW_SUBJECT_KUBERNETES;
    }
    return services && below ? DW_SUBJECT_COMPOSE : DW_FILE_OTHER;
}

enum dw_subject_kind dw_recognise_document(const struct dw_document *document)
{
    bool services = false;
    for (size_t i = 0; i < document->root_count; i++) {
        const struct dw_node *root = document->roots[i];
        if (root->kind == DW_NODE_SEQUENCE && root->count > 0)
            root = root->items[0];
        if (dw_node_get(root, "apiVersion") != NULL && dw_node_get(root, "kind") != NULL)
            return DW_SUBJECT_KUBERNETES;
        const struct dw_node *node = dw_node_get(root, "services");
        services = services || (node != NULL && node->kind == DW_NODE_MAPPING) || dw_node_get(root, "include") != NULL;
    }
    return services ? DW_SUBJECT_COMPOSE : DW_FILE_OTHER;
}

bool dw_recognise_is_template(struct dw_slice text)
{
    size_t open = dw_slice_find_slice(text, DW_SLICE("{{"));
    return open != SIZE_MAX && dw_slice_find_slice(dw_slice_from(text, open), DW_SLICE("}}")) != SIZE_MAX;
}
