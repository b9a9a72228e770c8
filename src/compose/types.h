/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to compose/: what every key of a Compose file may be (compose-spec, 05-services.md to 09-secrets.md and the pages for
 * build, deploy and develop), and how two files' values of it are merged (13-merge.md). */
#ifndef DW_COMPOSE_TYPES_H
#define DW_COMPOSE_TYPES_H

#include "compose/internal.h"

/* Kinds of values; a type accepts a set of them. */
enum {
    T_TEXT = 1u << 0,
    T_NUMBER = 1u << 1,
    T_INTEGER = 1u << 2,
    T_BOOL = 1u << 3,
    T_NULL = 1u << 4,
    T_LIST = 1u << 5,
    T_MAP = 1u << 6,
    T_ANY = 1u << 7, /* whatever it is */
};

/* Which values of a mapping with keys of the user's choice are good names. */
enum compose_names { NAMES_ANY, NAMES_RESOURCE /* [a-zA-Z0-9._-]+ */, NAMES_LOWER /* [a-z]+ */ };

enum compose_merge {
    MERGE_DEFAULT,   /* mappings by key, lists appended, scalars replaced */
    MERGE_REPLACE,   /* the later one wins whole */
    MERGE_KEYED,     /* list of NAME=value or mapping: by name */
    MERGE_LISTED,    /* a text or a list: appended */
    MERGE_LOGGING,   /* options are merged only for one driver */
    MERGE_BUILD,     /* a text is its context */
    MERGE_DEPENDS,   /* a list of names is a mapping */
    MERGE_NETWORKS,  /* likewise */
    MERGE_HOSTS,     /* a mapping is a list of NAME=value: a name may have several; appended */
    MERGE_POOLS,     /* items of one subnet are merged */
};

/* By what the items of a list are the same, so that the later one wins in the earlier one's place. */
enum compose_unique { UNIQUE_NO, UNIQUE_KEY, UNIQUE_VOLUME, UNIQUE_SECRET, UNIQUE_CONFIG, UNIQUE_PORT, UNIQUE_FILE,
                      UNIQUE_DEVICE };

struct compose_key;

struct compose_type {
    unsigned kinds;
    unsigned items_kinds;             /* of a list whose items are scalars only; 0: items */
    const struct compose_type *items; /* of a list */
    const struct compose_key *keys;   /* known keys of a mapping, sorted; NULL: any */
    size_t key_count;
    const struct compose_type *values; /* of a mapping with names of the user's choice; NULL: anything */
    enum compose_names names;
    bool strict;                       /* x- keys are not allowed */
    bool distinct;                     /* the same item twice is an error */
    enum compose_merge merge;
    enum compose_unique unique;
    const char *const *words;          /* what a text may be, ended by NULL */
    const char *const *required;       /* keys that must be there, ended by NULL */
};

struct compose_key {
    const char *name;
    const struct compose_type *type;
};

extern const struct compose_type compose_project_type, compose_service_type;

/* The type of member KEY of a mapping of TYPE, or NULL: unknown, or not told. */
const struct compose_type *compose_member_type(const struct compose_type *type, struct dw_slice key);

#endif
