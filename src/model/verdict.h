/* SPDX-License-Identifier: Apache-2.0
 *
 * The verdict: one run's whole answer, which every report format renders. */
#ifndef DW_MODEL_VERDICT_H
#define DW_MODEL_VERDICT_H

#include "model/finding.h"

enum dw_stage { DW_STAGE_BUILD, DW_STAGE_RELEASE, DW_STAGE_DEPLOY, DW_STAGE_COUNT };
const char *dw_stage_name(enum dw_stage stage);
bool dw_stage_parse(struct dw_slice word, enum dw_stage *stage);

enum dw_level { DW_LEVEL_REQUIRED, DW_LEVEL_PREFERRED };
const char *dw_level_name(enum dw_level level);

struct dw_control_result {
    const char *id;      /* "2.2" */
    const char *title;
    unsigned chapter;    /* 1–8 */
    enum dw_level level;
    enum dw_stage stage;
    bool chosen;         /* not left out by --only */
    enum dw_status status;
    struct dw_slice reason; /* one line for a person; for not-evaluated with what would judge it */
    DW_VECTOR(struct dw_evidence) evidence;
};

struct dw_database_summary {
    bool present;
    struct dw_slice digest; /* "sha256:…" */
    struct dw_slice path;
    int64_t built;          /* time of the build or last update */
    int64_t newest;         /* newest record's date, DW_TIME_UNKNOWN if none */
    uint64_t records;
    bool stale;
};

struct dw_chapter {
    unsigned number;
    const char *title; /* "Base images" */
};
extern const struct dw_chapter dw_chapters[8];

struct dw_verdict {
    struct dw_arena arena;
    const char *command;      /* "check", "scan", "show" */
    int64_t started;          /* --now */
    struct dw_slice service;  /* policy's service, or "" */
    struct dw_slice policy_path, policy_digest; /* "" when the built-in policy was used */
    struct dw_slice exceptions_path;            /* "" if none */
    enum dw_stage stage;
    struct dw_database_summary database;
    DW_VECTOR(struct dw_subject *) subjects;
    DW_VECTOR(struct dw_control_result) controls; /* empty for scan */
    size_t judged[DW_STATUS_COUNT];               /* results of rules by status, those not kept too */
    DW_VECTOR(struct dw_rule_result) results;     /* what each rule said of each subject */
    DW_VECTOR(struct dw_finding) findings;        /* sorted by dw_verdict_sort */
    struct dw_exception *exceptions;              /* all of the file, with their states */
    size_t exception_count;
    DW_VECTOR(struct dw_slice) errors;            /* inputs that could not be read at all, as messages */
    int worst_error;                              /* exit code of those: 0, 3 or 4 */
    bool violated;
    int exit_code;
    struct dw_slice next; /* the next useful command, "" if none */
};

/* A new rule result; REASON is formatted into the verdict's arena. The pointer holds until the next one. */
struct dw_rule_result *dw_verdict_result(struct dw_verdict *verdict, const char *rule, struct dw_subject *subject,
                                         enum dw_status status, const char *reason, ...)
    __attribute__((format(printf, 5, 6)));
/* The same with a reason that is there already, in the verdict's arena or a string that lives on. */
struct dw_rule_result *dw_verdict_result_with(struct dw_verdict *verdict, const char *rule, struct dw_subject *subject,
                                              enum dw_status status, struct dw_slice reason);
/* A new piece of evidence of RESULT. */
struct dw_evidence *dw_result_evidence(struct dw_rule_result *result, const char *kind,
                                       const struct dw_subject *subject);
/* A new finding of kind configuration and status fail; the caller fills the rest and sets the fingerprint. */
struct dw_finding *dw_verdict_finding(struct dw_verdict *verdict, const char *rule, struct dw_subject *subject,
                                      enum dw_severity severity);

struct dw_verdict *dw_verdict_new(const char *command, int64_t now);
/* Frees the verdict and its subjects. */
void dw_verdict_free(struct dw_verdict *verdict);
/* Order of output: subject number, then status (fail, not-evaluated, excepted, information), severity falling,
 * rule id, package, version, path. */
void dw_verdict_sort(struct dw_verdict *verdict);

#endif
