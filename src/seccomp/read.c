/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading profiles: OCI runtime specification 1.2, config-linux.md "Seccomp", and Moby's additions to it (names or name, archMap,
 * includes, excludes, comment). Limits: those of documents. */
#include "base/file.h"
#include "seccomp/capability.h"
#include "seccomp/profile.h"

#include <stdio.h>

static const char *const action_names[DW_SECCOMP_ACTION_COUNT] = {
    "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO",
    "SCMP_ACT_NOTIFY",       "SCMP_ACT_TRACE",       "SCMP_ACT_LOG",  "SCMP_ACT_ALLOW",
};

static const char *const comparison_names[DW_SECCOMP_COMPARISON_COUNT] = {
    "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
};

const char *dw_seccomp_action_name(enum dw_seccomp_action action)
{
    return action_names[action];
}

bool dw_seccomp_lets_through(enum dw_seccomp_action action)
{
    return action == DW_SECCOMP_ALLOW || action == DW_SECCOMP_LOG || action == DW_SECCOMP_TRACE;
}

const char *dw_seccomp_comparison_name(enum dw_seccomp_comparison comparison)
{
    return comparison_names[comparison];
}

struct reading {
    struct dw_seccomp_profile *profile;
    struct dw_error *error;
};

#define REFUSE(reading, node, ...) \
    dw_document_fail((reading)->profile->document, node, DW_ERROR_INPUT, (reading)->error, __VA_ARGS__)

/* Null is as good as absent, as for Go's reader. */
static const struct dw_node *member(const struct dw_node *mapping, const char *name)
{
    const struct dw_node *node = dw_node_get(mapping, name);
    return node == NULL || dw_node_is_null(node) ? NULL : node;
}

/* A text, or "" where there is none. */
static bool read_text(struct reading *reading, const struct dw_node *mapping, const char *name, struct dw_slice *text)
{
    const struct dw_node *node = member(mapping, name);
    *text = DW_SLICE("");
    if (node == NULL)
        return true;
    if (node->kind != DW_NODE_SCALAR || node->style == DW_SCALAR_PLAIN)
        return REFUSE(reading, node, "\"%s\" is no text", name);
    *text = node->text;
    return true;
}

static bool read_number(struct reading *reading, const struct dw_node *mapping, const char *name, uint64_t most,
                        uint64_t *value)
{
    const struct dw_node *node = member(mapping, name);
    *value = 0;
    if (node == NULL)
        return true;
    if (node->kind != DW_NODE_SCALAR || node->style != DW_SCALAR_PLAIN || !dw_parse_u64(node->text, value) || *value > most)
        return REFUSE(reading, node, "\"%s\" is no number from 0 to %llu", name, (unsigned long long)most);
    return true;
}

/* A list of texts; *NODES may be NULL. */
static bool read_texts(struct reading *reading, const struct dw_node *mapping, const char *name,
                       const struct dw_slice **texts, size_t *count, const struct dw_node *const **nodes)
{
    const struct dw_node *node = member(mapping, name);
    *texts = NULL;
    *count = 0;
    if (node == NULL)
        return true;
    if (node->kind != DW_NODE_SEQUENCE)
        return REFUSE(reading, node, "\"%s\" is no list", name);
    struct dw_slice *list = dw_arena_alloc(&reading->profile->arena, node->count + 1, sizeof(*list));
    for (size_t i = 0; i < node->count; i++) {
        if (node->items[i]->kind != DW_NODE_SCALAR || node->items[i]->style == DW_SCALAR_PLAIN)
            return REFUSE(reading, node->items[i], "\"%s\" holds something that is no text", name);
        list[i] = node->items[i]->text;
    }
    *texts = list;
    *count = node->count;
    if (nodes != NULL)
        *nodes = (const struct dw_node *const *)node->items;
    return true;
}

static bool read_action(struct reading *reading, const struct dw_node *mapping, const char *name,
                        enum dw_seccomp_action *action)
{
    struct dw_slice text;
    if (!read_text(reading, mapping, name, &text))
        return false;
    if (dw_slice_is(text, "SCMP_ACT_KILL")) {
        *action = DW_SECCOMP_KILL_THREAD;
        return true;
    }
    for (size_t i = 0; i < DW_SECCOMP_ACTION_COUNT; i++)
        if (dw_slice_is(text, action_names[i])) {
            *action = (enum dw_seccomp_action)i;
            return true;
        }
    const struct dw_node *node = member(mapping, name);
    if (node == NULL)
        return REFUSE(reading, mapping, "\"%s\" is missing", name);
    return REFUSE(reading, node, "\"%.*s\" is no action", DW_SLICE_ARG(dw_slice_part(text, 0, 60)));
}

static bool read_condition(struct reading *reading, const struct dw_node *node, struct dw_seccomp_condition *condition)
{
    struct dw_slice op;
    uint64_t index;
    if (node->kind != DW_NODE_MAPPING)
        return REFUSE(reading, node, "an entry of \"args\" is no object");
    if (!read_number(reading, node, "index", DW_SECCOMP_ARGUMENTS - 1, &index) || !read_text(reading, node, "op", &op) ||
        !read_number(reading, node, "value", UINT64_MAX, &condition->value) ||
        !read_number(reading, node, "valueTwo", UINT64_MAX, &condition->value_two))
        return false;
    condition->index = (unsigned)index;
    for (size_t i = 0; i < DW_SECCOMP_COMPARISON_COUNT; i++)
        if (dw_slice_is(op, comparison_names[i])) {
            condition->comparison = (enum dw_seccomp_comparison)i;
            return true;
        }
    return REFUSE(reading, member(node, "op") != NULL ? member(node, "op") : node, "\"%.*s\" is no comparison",
                  DW_SLICE_ARG(dw_slice_part(op, 0, 60)));
}

static bool read_conditions(struct reading *reading, const struct dw_node *node, struct dw_seccomp_entry *entry)
{
    const struct dw_node *list = member(node, "args");
    if (list == NULL)
        return true;
    if (list->kind != DW_NODE_SEQUENCE)
        return REFUSE(reading, list, "\"args\" is no list");
    struct dw_seccomp_condition *conditions =
        dw_arena_alloc(&reading->profile->arena, list->count + 1, sizeof(*conditions));
    for (size_t i = 0; i < list->count; i++)
        if (!read_condition(reading, list->items[i], &conditions[i]))
            return false;
    entry->conditions = conditions;
    entry->condition_count = list->count;
    return true;
}

/* "4.8": two numbers. */
static bool read_kernel(struct reading *reading, const struct dw_node *mapping, struct dw_kernel_version *kernel)
{
    struct dw_slice text;
    uint64_t major, minor;
    if (!read_text(reading, mapping, "minKernel", &text))
        return false;
    if (text.len == 0)
        return true;
    size_t dot = dw_slice_find(text, '.');
    if (dot == SIZE_MAX || !dw_parse_u64(dw_slice_part(text, 0, dot), &major) ||
        !dw_parse_u64(dw_slice_from(text, dot + 1), &minor) || major > 1000000 || minor > 1000000 || major + minor == 0)
        return REFUSE(reading, member(mapping, "minKernel"), "\"minKernel\" is no version like \"4.8\"");
    *kernel = (struct dw_kernel_version){(unsigned)major, (unsigned)minor};
    return true;
}

static bool read_filter(struct reading *reading, const struct dw_node *entry, const char *name,
                        struct dw_seccomp_filter *filter)
{
    const struct dw_node *node = member(entry, name);
    const struct dw_slice *capabilities;
    size_t count;
    if (node == NULL)
        return true;
    if (node->kind != DW_NODE_MAPPING)
        return REFUSE(reading, node, "\"%s\" is no object", name);
    if (!read_texts(reading, node, "arches", &filter->architectures, &filter->architecture_count, NULL) ||
        !read_texts(reading, node, "caps", &capabilities, &count, NULL) || !read_kernel(reading, node, &filter->kernel))
        return false;
    for (size_t i = 0; i < count; i++) {
        /* The engine compares the names as they stand. */
        uint64_t bit = dw_slice_starts_with(capabilities[i], "CAP_") ? dw_capability_bit(capabilities[i]) : 0;
        filter->capabilities |= bit;
        filter->unknown_capability |= bit == 0;
    }
    return true;
}

static bool read_entry(struct reading *reading, const struct dw_node *node, struct dw_seccomp_entry *entry)
{
    struct dw_slice old, comment;
    uint64_t number;
    if (node->kind != DW_NODE_MAPPING)
        return REFUSE(reading, node, "an entry of \"syscalls\" is no object");
    entry->node = node;
    if (!read_texts(reading, node, "names", &entry->names, &entry->name_count, &entry->name_nodes) ||
        !read_text(reading, node, "name", &old) || !read_text(reading, node, "comment", &comment))
        return false;
    if (old.len > 0 && entry->name_count > 0)
        return REFUSE(reading, member(node, "name"), "an entry has \"name\" or \"names\", not both");
    if (old.len > 0) {
        struct dw_slice *name = dw_arena_alloc(&reading->profile->arena, 1, sizeof(*name));
        const struct dw_node **place = dw_arena_alloc(&reading->profile->arena, 1, sizeof(*place));
        *name = old;
        *place = member(node, "name");
        entry->names = name;
        entry->name_nodes = place;
        entry->name_count = 1;
    }
    if (!read_action(reading, node, "action", &entry->action) ||
        !read_number(reading, node, "errnoRet", UINT32_MAX, &number))
        return false;
    entry->errno_value = (unsigned)number;
    return read_conditions(reading, node, entry) && read_filter(reading, node, "includes", &entry->includes) &&
           read_filter(reading, node, "excludes", &entry->excludes);
}

static bool read_entries(struct reading *reading, const struct dw_node *root)
{
    const struct dw_node *list = member(root, "syscalls");
    if (list == NULL)
        return true;
    if (list->kind != DW_NODE_SEQUENCE)
        return REFUSE(reading, list, "\"syscalls\" is no list");
    struct dw_seccomp_entry *entries = dw_arena_alloc(&reading->profile->arena, list->count + 1, sizeof(*entries));
    for (size_t i = 0; i < list->count; i++)
        if (!read_entry(reading, list->items[i], &entries[i]))
            return false;
    reading->profile->entries = entries;
    reading->profile->entry_count = list->count;
    return true;
}

static bool read_architecture(struct reading *reading, const struct dw_node *node, bool mapped,
                              struct dw_seccomp_architecture *architecture)
{
    architecture->node = node;
    if (!mapped) {
        if (node->kind != DW_NODE_SCALAR || node->style == DW_SCALAR_PLAIN)
            return REFUSE(reading, node, "\"architectures\" holds something that is no text");
        architecture->name = node->text;
        return true;
    }
    if (node->kind != DW_NODE_MAPPING)
        return REFUSE(reading, node, "an entry of \"archMap\" is no object");
    return read_text(reading, node, "architecture", &architecture->name) &&
           read_texts(reading, node, "subArchitectures", &architecture->sub, &architecture->sub_count, NULL);
}

static bool read_architectures(struct reading *reading, const struct dw_node *root)
{
    const struct dw_node *plain = member(root, "architectures"), *map = member(root, "archMap");
    const struct dw_node *list = map != NULL ? map : plain;
    if (list == NULL)
        return true;
    if (list->kind != DW_NODE_SEQUENCE)
        return REFUSE(reading, list, "\"%s\" is no list", map != NULL ? "archMap" : "architectures");
    if (plain != NULL && map != NULL && (plain->kind != DW_NODE_SEQUENCE || (plain->count > 0 && map->count > 0)))
        return REFUSE(reading, plain, "a profile has \"architectures\" or \"archMap\", not both");
    if (map != NULL && map->count == 0 && plain != NULL)
        list = plain;
    struct dw_seccomp_architecture *rows = dw_arena_alloc(&reading->profile->arena, list->count + 1, sizeof(*rows));
    for (size_t i = 0; i < list->count; i++)
        if (!read_architecture(reading, list->items[i], list == map, &rows[i]))
            return false;
    reading->profile->architectures = rows;
    reading->profile->architecture_count = list->count;
    reading->profile->architecture_map = list == map;
    return true;
}

static bool read_profile(struct reading *reading)
{
    struct dw_seccomp_profile *profile = reading->profile;
    const struct dw_document *document = profile->document;
    uint64_t number;
    if (document->root_count != 1 || document->roots[0]->kind != DW_NODE_MAPPING)
        return REFUSE(reading, document->root_count > 0 ? document->roots[0] : NULL, "a profile is a JSON object");
    const struct dw_node *root = document->roots[0];
    struct dw_slice action;
    if (!read_text(reading, root, "defaultAction", &action) || !read_architectures(reading, root) ||
        !read_entries(reading, root) ||
        !read_texts(reading, root, "flags", &profile->flags, &profile->flag_count, NULL) ||
        !read_number(reading, root, "defaultErrnoRet", UINT32_MAX, &number))
        return false;
    profile->default_errno = (unsigned)number;
    profile->empty = action.len == 0 && profile->entry_count == 0;
    return profile->empty || read_action(reading, root, "defaultAction", &profile->default_action);
}

/* By its name the document's reader knows that nothing but JSON will do; messages keep the true name. */
static struct dw_document *parse_json(struct dw_slice bytes, const char *name, const struct dw_limits *limits,
                                      struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer alias = {0};
    dw_buffer_printf(&alias, "%s.json", name);
    if (dw_slice_ends_with(dw_slice_of(name), ".json"))
        return dw_document_parse(bytes, name, limits, error);
    struct dw_document *document = dw_document_parse(bytes, alias.at, limits, error);
    size_t length = strlen(name);
    if (document != NULL)
        document->name.len = length;
    else if (error != NULL && strncmp(error->text, alias.at, alias.len) == 0)
        memmove(error->text + length, error->text + alias.len, strlen(error->text + alias.len) + 1);
    return document;
}

struct dw_seccomp_profile *dw_seccomp_profile_parse(struct dw_slice bytes, const char *name,
                                                    const struct dw_limits *limits, struct dw_error *error)
{
    struct dw_document *document = parse_json(bytes, name, limits, error);
    if (document == NULL)
        return NULL;
    struct dw_seccomp_profile *profile = dw_alloc(1, sizeof(*profile));
    profile->document = document;
    profile->name = document->name;
    if (!read_profile(&(struct reading){profile, error})) {
        dw_seccomp_profile_free(profile);
        return NULL;
    }
    return profile;
}

struct dw_seccomp_profile *dw_seccomp_profile_read(const char *path, const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (!dw_file_read_within(path, limits, DW_LIMIT_DOCUMENT_BYTES, &bytes, error))
        return NULL;
    return dw_seccomp_profile_parse(dw_buffer_slice(&bytes), path, limits, error);
}

void dw_seccomp_profile_free(struct dw_seccomp_profile *profile)
{
    if (profile == NULL)
        return;
    dw_document_free(profile->document);
    dw_arena_free(&profile->arena);
    free(profile);
}
