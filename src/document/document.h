/* SPDX-License-Identifier: Apache-2.0
 *
 * One tree for YAML 1.2 (as libyaml reads it) and JSON (RFC 8259) that people write, with the position of every node
 * and raw scalars: each consumer resolves types itself. */
#ifndef DW_DOCUMENT_DOCUMENT_H
#define DW_DOCUMENT_DOCUMENT_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

enum dw_node_kind { DW_NODE_SCALAR, DW_NODE_SEQUENCE, DW_NODE_MAPPING };

/* How a scalar was written; only a plain one can mean null, a boolean or a number. */
enum dw_scalar_style { DW_SCALAR_PLAIN, DW_SCALAR_QUOTED, DW_SCALAR_BLOCK };

struct dw_document;

struct dw_node {
    const struct dw_document *document; /* the file it stands in */
    enum dw_node_kind kind;
    enum dw_scalar_style style;
    unsigned line, column;   /* 1-based; columns count characters */
    size_t start, end;       /* byte offsets in the file: the node's own text */
    struct dw_slice tag;     /* explicit tag ("!reset"), or "" */
    struct dw_slice text;    /* scalar: its value, unescaped */
    struct dw_node **items;  /* sequence: its items; mapping: its values */
    struct dw_node **keys;   /* mapping: its keys, beside items; always scalars */
    size_t count;
    size_t own_count;        /* mapping: the first own_count members stand here, the others came by a merge key */
    bool alias;              /* written here as an alias ("*x"): text, position and children are the anchored node's */
};

/* Bytes START to END (exclusive) of a file. */
struct dw_text_range {
    size_t start, end;
};

struct dw_document {
    struct dw_arena arena;
    struct dw_slice source;   /* the file's bytes, copied */
    struct dw_slice name;     /* for messages: the path */
    struct dw_node **roots;   /* YAML: one a document of the stream; JSON: one */
    size_t root_count;
    DW_VECTOR(struct dw_text_range) repeated; /* nodes that an alias repeats elsewhere: a change of them is one of both places */
};

/* Parses bytes. NAME is the path for messages, which read "NAME:LINE:COLUMN: what". JSON is chosen by the name's
 * suffix ".json" or by first character '{' or '[' when that parses; all else is YAML. Fails with DW_ERROR_INPUT
 * (malformed, not UTF-8, NUL, duplicate key, key that is no scalar, undefined or recursive alias) or DW_ERROR_LIMIT
 * (bytes; depth and nodes, both counted with aliases expanded). A YAML file without a document gives no roots.
 * Keys are compared by their text, so 1 and "1" are the same key, as they are for readers that go by way of JSON.
 * Merge keys (yaml.org/type/merge.html: a plain "<<" whose value is a mapping or a sequence of mappings) are applied:
 * the "<<" member is gone, members that the mapping lacks follow its own, each node with the position it was written
 * at; own members win over merged ones, earlier merged mappings over later ones. */
struct dw_document *dw_document_parse(struct dw_slice bytes, const char *name, const struct dw_limits *limits,
                                      struct dw_error *error);
/* Reads the file and parses it. */
struct dw_document *dw_document_read(const char *path, const struct dw_limits *limits, struct dw_error *error);
void dw_document_free(struct dw_document *document);

/* The value of KEY in a mapping, or NULL (also for a node that is NULL or no mapping). */
struct dw_node *dw_node_get(const struct dw_node *mapping, const char *key);
/* The key node itself, for its position, or NULL. */
struct dw_node *dw_node_get_key(const struct dw_node *mapping, const char *key);
/* A plain scalar that means null: empty, ~, null, Null, NULL. */
bool dw_node_is_null(const struct dw_node *node);
/* YAML 1.2 core booleans, plain only: true, True, TRUE, false, False, FALSE. */
bool dw_node_bool(const struct dw_node *node, bool *value);
/* A plain decimal integer. */
bool dw_node_integer(const struct dw_node *node, int64_t *value);

/* Fails with kind KIND and "NAME:LINE:COLUMN: message"; NODE may be NULL: then "NAME: message". */
bool dw_document_fail(const struct dw_document *document, const struct dw_node *node, enum dw_error_kind kind,
                      struct dw_error *error, const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
