/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of the policy file's keys (keys.c) and the reader that walks it (read.c), of which policy.c makes
 * the public functions. */
#ifndef DW_POLICY_KEYS_H
#define DW_POLICY_KEYS_H

#include "document/document.h"
#include "policy/policy.h"

enum key_kind {
    KEY_VERSION,
    KEY_TEXT,        /* struct dw_slice */
    KEY_TEXT_AT,     /* struct dw_policy_text */
    KEY_TEXTS,       /* struct dw_policy_texts; no text twice */
    KEY_BOOL,        /* bool */
    KEY_SWITCH,      /* unsigned: 0 not given, 1 false, 2 true */
    KEY_PARAMETERS,  /* vector of struct dw_rule_values: mapping from a rule's parameters to a text or a list of texts */
    KEY_DURATION,    /* int64_t, more than 0 */
    KEY_WORD,        /* unsigned or an enum: index among the words of the detail */
    KEY_WORDS_FLAGS, /* bool[]: list of words of the detail */
    KEY_WORDS_BITS,  /* unsigned: list of words of the detail, bit = index */
    KEY_GATE,        /* struct dw_gate * */
    KEY_PATTERN,     /* struct dw_pattern *, and the text behind it */
    KEY_USER,        /* uint32_t[2] */
    KEY_BY_SEVERITY, /* int64_t[DW_SEVERITY_COUNT]: mapping from severity to duration */
    KEY_FAMILIES,    /* vector of struct dw_policy_family: mapping from runtime to list of words */
    KEY_PRESENT,     /* bool: an empty mapping */
    KEY_OBJECTS,     /* vector: list of mappings, whose rows are "KEY[].…" */
    KEY_MAP,         /* vector: mapping from an id to mappings, whose rows are "KEY.*.…" */
    KEY_KIND_COUNT
};

/* Checks and normalises one text; false with what is wrong (a phrase after "is"). NORMAL may be set to
 * another text, in ARENA. */
typedef bool key_check(struct dw_arena *arena, struct dw_slice text, struct dw_slice *normal,
                       const char **wrong);

struct key_words {
    const char *const *at;
    size_t count;
};

struct key_row {
    const char *path;
    enum key_kind kind;
    size_t offset;                 /* in struct dw_policy, or in the element */
    const struct key_words *words; /* KEY_WORD…, KEY_FAMILIES; KEY_TEXT…: the only ones allowed */
    key_check *check;              /* texts; KEY_MAP: the ids */
    size_t size;        /* KEY_OBJECTS, KEY_MAP: of an element; of KEY_MAP it begins with the id, a slice */
    size_t line;        /* where in the element its line is, an unsigned */
    bool required;      /* within an element */
    const char *unused; /* what it means that nothing in this version acts upon the key; NULL: it is used */
};

extern const struct key_row key_rows[];
extern const size_t key_row_count;

/* Reads the mapping ROOT into POLICY. NOTES: tell of keys that nothing acts upon. */
bool dw_policy_read_keys(struct dw_policy *policy, const struct dw_document *document,
                         const struct dw_node *root, const struct dw_limits *limits, bool notes,
                         struct dw_error *error);

#endif
