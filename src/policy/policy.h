/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy file `dockworthy.yaml` (interface.md, "Policy file"; docs/policy-file.md), typed. Every key is
 * one row of the table in keys.c; schema/dockworthy.schema.json lists the same keys. */
#ifndef DW_POLICY_POLICY_H
#define DW_POLICY_POLICY_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "model/verdict.h"
#include "policy/gate.h"
#include "policy/pattern.h"
#include "rule/rule.h"

/* A text of the file with its line; a path is as written: see dw_policy_path. */
struct dw_policy_text {
    struct dw_slice text;
    unsigned line;
};
struct dw_policy_texts {
    struct dw_policy_text *at;
    size_t len, capacity;
};

struct dw_policy_image {
    struct dw_policy_text image;      /* a reference (interface.md, "Conventions") */
    struct dw_policy_text dockerfile; /* path; "" if not given */
    unsigned line;
};
/* base-images.families: which bases a runtime may stand on. */
struct dw_policy_family {
    struct dw_slice runtime; /* "node" */
    unsigned line;
    struct dw_policy_texts families; /* "distroless", "alpine", … */
};
struct dw_policy_identity {
    struct dw_policy_text issuer, subject;
    unsigned line;
};
struct dw_policy_control {
    struct dw_slice id; /* "1.1"; first, as the reader of keys expects */
    unsigned line;
    enum dw_level level;
};
struct dw_policy_rule {
    struct dw_slice id; /* "DF-012", "USR-001.implicit"; first, likewise */
    unsigned line;
    enum dw_severity severity; /* DW_SEVERITY_UNKNOWN: not given */
    enum { DW_POLICY_SWITCH_UNSET, DW_POLICY_SWITCH_OFF, DW_POLICY_SWITCH_ON } enabled;
    DW_VECTOR(struct dw_rule_values) parameters; /* in the policy's arena once read */
};

enum dw_policy_scanner {
    DW_SCANNER_DOCKWORTHY,
    DW_SCANNER_TRIVY,
    DW_SCANNER_SCOUT,
    DW_SCANNER_GITHUB,
    DW_SCANNER_COUNT
};
/* "dockworthy", "trivy", … */
const char *dw_policy_scanner_name(enum dw_policy_scanner scanner);

/* Words of secrets.allow. */
enum dw_policy_secret_way {
    DW_SECRETS_COMPOSE = 1,
    DW_SECRETS_COMPOSE_ENVIRONMENT = 2,
    DW_SECRETS_MOUNTED_FILES = 4,
    DW_SECRETS_BUILD = 8,
    DW_SECRETS_KUBERNETES_ENVIRONMENT = 16,
};

/* A key that the file sets and that nothing in this version acts upon. */
struct dw_policy_note {
    struct dw_slice key; /* "custom-rules" */
    unsigned line;
    struct dw_slice text; /* what that means, one line */
};

struct dw_policy {
    struct dw_arena arena;  /* owns all texts and lists */
    struct dw_slice path;   /* of the file as it was given; "" for the built-in policy */
    struct dw_slice folder; /* that paths are relative to; "" means the current one */
    struct dw_slice digest; /* "sha256:…" of the file's bytes; "" for the built-in policy */

    int64_t version;
    struct dw_slice service;
    DW_VECTOR(struct dw_policy_image) images;
    struct dw_policy_texts compose_files, kubernetes_files; /* paths of files and folders */

    DW_VECTOR(struct dw_policy_family) families;
    int64_t upgrade_every; /* seconds */
    struct dw_policy_text license_review;
    struct dw_policy_texts license_allow, license_deny;

    struct dw_gate *fail_on;
    unsigned unknown_severity;              /* 0: not evaluated, 1: fails */
    struct dw_slice severity_source;        /* "auto" */
    int64_t time_to_fix[DW_SEVERITY_COUNT]; /* seconds; 0: none */
    int64_t database_max_age, scan_max_age; /* seconds */
    struct dw_policy_texts vex;
    bool scanners[DW_SCANNER_COUNT];
    struct dw_policy_text exceptions;    /* path; line 0: the default, which need not exist */
    struct dw_pattern *ticket;           /* must match a ticket whole */
    struct dw_slice ticket_text;         /* the expression as written */
    int64_t max_life[DW_SEVERITY_COUNT]; /* seconds; 0: none of its own */

    DW_VECTOR(struct dw_policy_identity) identities;
    struct dw_policy_texts keys;
    struct dw_policy_text trusted_root;

    uint32_t user_lowest, user_highest;
    bool read_only_root;
    struct dw_policy_texts capabilities_drop, capabilities_add; /* names without "CAP_", upper case */
    struct dw_policy_text seccomp;

    unsigned secret_ways; /* enum dw_policy_secret_way */
    struct dw_policy_texts secret_rules;
    struct dw_policy_text secret_baseline;

    bool scan_logs;
    bool approvals_codeowners;
    struct dw_policy_text approvals_reviews; /* "forge" or "records" */
    struct dw_policy_texts monitoring;
    struct dw_policy_text sbom_format;

    bool suppress_inline, suppress_foreign;
    struct dw_policy_texts suppress_never; /* rule ids that nothing suppresses */
    struct dw_policy_texts custom_rules;
    struct dw_slice rule_set;
    struct dw_policy_text daemon; /* "" if the daemon is no subject */
    bool host;
    struct dw_policy_texts containers;
    struct dw_policy_texts registries_allow;
    enum dw_stage stage;
    DW_VECTOR(struct dw_policy_control) controls;
    DW_VECTOR(struct dw_policy_rule) rules;

    DW_VECTOR(struct dw_policy_note) notes; /* in the order of the file */
};

/* Reads PATH over the built-in policy: a key of the file replaces the default of that key (a list as a whole,
 * a map entry by entry). DW_ERROR_USAGE with "PATH:LINE:COLUMN: …" for anything that is not exactly right
 * (unknown key with the nearest name, wrong type, bad value, duplicate); DW_ERROR_INPUT if the file cannot be
 * read. Freed with dw_policy_free. */
struct dw_policy *dw_policy_read(const char *path, const struct dw_limits *limits, struct dw_error *error);
/* The same from bytes; NAME for messages, FOLDER for relative paths. */
struct dw_policy *dw_policy_parse(struct dw_slice bytes, const char *name, const char *folder,
                                  const struct dw_limits *limits, struct dw_error *error);
/* The policy's own words; relative paths are below FOLDER. */
struct dw_policy *dw_policy_builtin(const char *folder);
void dw_policy_free(struct dw_policy *policy);

/* PATH of the policy as a path from the current folder; freed with free(). */
char *dw_policy_path(const struct dw_policy *policy, struct dw_slice path) __attribute__((returns_nonnull));
/* An image reference of the policy: what follows "oci:", "docker-archive:", "dir:" and "sbom:" is a path, and
 * treated as one; every other reference as it is. Freed with free(). */
char *dw_policy_reference(const struct dw_policy *policy, struct dw_slice reference)
    __attribute__((returns_nonnull));

/* The life an exception of SEVERITY may have, in seconds; a severity without an entry takes that of the next
 * worse one that has one, unknown that of critical; 0: not limited. */
int64_t dw_policy_max_life(const struct dw_policy *policy, enum dw_severity severity);

/* What the policy says to the rules, for judging at NOW; lists are in ARENA, texts the policy's. */
struct dw_rule_settings dw_policy_rule_settings(const struct dw_policy *policy, struct dw_arena *arena, int64_t now);

/* Sets the severities that `rules:` asks for on findings of kind configuration: an entry "ID.variant" before
 * one "ID". It changes no status and therefore no control. */
void dw_policy_override_severities(const struct dw_policy *policy, struct dw_verdict *verdict);

/* One key of the policy file, for documents and tests: "vulnerabilities.database.max-age", "images[].image",
 * "controls.*.level". */
struct dw_policy_key {
    const char *path;
    const char *kind; /* "text", "duration", "list of mappings", … */
    bool leaf;        /* no keys of the table below it */
};
/* The key at INDEX, in the order of the table; false at the end. */
bool dw_policy_key_at(size_t index, struct dw_policy_key *key);

#endif
