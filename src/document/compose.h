/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to document/: what the YAML and the JSON reader share. Both feed events to the composer, which builds the
 * tree and keeps its limits; positions come from one table over the source. */
#ifndef DW_DOCUMENT_COMPOSE_H
#define DW_DOCUMENT_COMPOSE_H

#include "base/map.h"
#include "document/document.h"

struct dw_position {
    size_t byte;
    unsigned line, column; /* 1-based, columns in characters */
};

/* A mark every 128 characters. Lines end at LF, CR LF or a lone CR. */
struct dw_position_table {
    struct dw_slice text; /* valid UTF-8, after a byte order mark */
    size_t before;        /* bytes before TEXT in the file: the byte order mark */
    DW_VECTOR(struct dw_position) marks;
};
void dw_position_table_build(struct dw_position_table *table, struct dw_slice text, size_t before);
/* The position of character INDEX of the text, or of its end when there are fewer. */
struct dw_position dw_position_of_character(const struct dw_position_table *table, size_t index);
/* The position of byte OFFSET of the text (not of the file). The result's byte is that of the file. */
struct dw_position dw_position_of_byte(const struct dw_position_table *table, size_t offset);

struct dw_composer_frame;

struct dw_composer {
    struct dw_document *document;
    const struct dw_limits *limits;
    struct dw_error *error;
    DW_VECTOR(struct dw_composer_frame) frames; /* open collections, outermost first */
    DW_VECTOR(struct dw_node *) pending;        /* children of the open collections */
    DW_VECTOR(struct dw_node *) roots;
    struct dw_map anchors;                      /* name -> struct anchor */
    struct dw_map tags;                         /* one copy of each in the arena */
    uint64_t nodes;                             /* with aliases expanded */
    bool merge;                                 /* YAML: "<<" has its meaning */
};

/* What an event says of a node; ANCHOR and TAG are "" when absent. */
struct dw_composer_node {
    struct dw_position start;
    size_t end;
    struct dw_slice anchor, tag;
};

/* Each returns false after setting the error. Texts are copied. */
bool dw_composer_scalar(struct dw_composer *composer, struct dw_composer_node at, enum dw_scalar_style style,
                        struct dw_slice text);
bool dw_composer_begin(struct dw_composer *composer, struct dw_composer_node at, enum dw_node_kind kind);
/* END is where the collection ends: a flow collection's closing bracket; 0: where its last child ends. */
bool dw_composer_end(struct dw_composer *composer, size_t end);
bool dw_composer_alias(struct dw_composer *composer, struct dw_composer_node at);
/* The innermost open collection, or NULL. */
const struct dw_node *dw_composer_open(const struct dw_composer *composer);
/* Forgets the anchors: they hold for one document. */
void dw_composer_next_document(struct dw_composer *composer);
void dw_composer_free(struct dw_composer *composer);
/* "NAME:LINE:COLUMN: message". */
bool dw_composer_fail(struct dw_composer *composer, struct dw_position at, enum dw_error_kind kind,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

bool dw_json_read(struct dw_composer *composer, const struct dw_position_table *positions);
bool dw_yaml_read(struct dw_composer *composer, const struct dw_position_table *positions);

#endif
