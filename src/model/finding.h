/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings, statuses and evidence: what a run says, in the words of architecture.md, section 1. */
#ifndef DW_MODEL_FINDING_H
#define DW_MODEL_FINDING_H

#include "model/severity.h"
#include "model/subject.h"

enum dw_status {
    DW_STATUS_PASS,
    DW_STATUS_FAIL,
    DW_STATUS_EXCEPTED,
    DW_STATUS_NOT_APPLICABLE,
    DW_STATUS_NOT_DUE,
    DW_STATUS_NOT_EVALUATED,
    DW_STATUS_COUNT
};
/* "pass", "fail", "excepted", "not-applicable", "not-due", "not-evaluated". */
const char *dw_status_name(enum dw_status status);

enum dw_finding_kind {
    DW_FINDING_VULNERABILITY,
    DW_FINDING_CONFIGURATION, /* a rule of the catalogue */
    DW_FINDING_EXCEPTION,     /* EXC-…: about an exception itself */
    DW_FINDING_KIND_COUNT
};
/* "vulnerability", "configuration", "exception". */
const char *dw_finding_kind_name(enum dw_finding_kind kind);

enum dw_fix_state {
    DW_FIX_UNKNOWN,
    DW_FIX_FIXED,
    DW_FIX_AFFECTED, /* no fix yet */
    DW_FIX_WONT_FIX,
    DW_FIX_DEFERRED,
    DW_FIX_END_OF_LIFE,
};
const char *dw_fix_state_name(enum dw_fix_state state);

/* One change of a file's text: bytes START to END (exclusive) become TEXT; START == END inserts. */
struct dw_edit {
    struct dw_slice path; /* the file */
    size_t start, end;
    struct dw_slice text;
};

/* What a repair may do to the build or the container. */
enum dw_repair {
    DW_REPAIR_NONE,   /* no edits */
    DW_REPAIR_SAFE,   /* keeps behaviour */
    DW_REPAIR_REVIEW, /* changes what the build or container may do: only when asked for */
};

/* All slices belong to the verdict's arena, or to the subject. */
struct dw_finding {
    enum dw_finding_kind kind;
    enum dw_status status;            /* fail, excepted, or not-evaluated; pass: information that fails nothing */
    enum dw_severity severity;
    struct dw_slice rule;             /* primary advisory id (CVE, else GHSA, else its own), or "BASE-001" */
    struct dw_slice variant;          /* "implicit" of USR-001.implicit; "" for none */
    struct dw_slice *aliases;
    size_t alias_count;
    struct dw_subject *subject;       /* never NULL */
    struct dw_slice title;            /* one line: the advisory's summary or the rule's title */
    struct dw_slice message;          /* what is wrong here */
    struct dw_slice fix;              /* what to do, ready to run; "" if there is none */
    const struct dw_package *package; /* vulnerability; else NULL */
    struct dw_slice *fixed;           /* versions that fix it, lowest that applies first */
    size_t fixed_count;
    enum dw_fix_state fix_state;
    unsigned score;                   /* CVSS score in tenths, 0 if none */
    struct dw_slice vector;           /* CVSS vector, "" if none */
    struct dw_slice severity_source;  /* which record and word or vector gave the severity */
    struct dw_slice *records;         /* ids of the source records */
    size_t record_count;
    int64_t published;                /* DW_TIME_UNKNOWN if not known */
    bool malicious;                   /* MAL-…: critical whatever the gate says */
    bool informational;               /* unmaintained, unsound, notice: its own class */
    struct dw_place place;            /* the first place */
    struct dw_slice source_line;      /* configuration: the line of the file at place, without its end; "" if none */
    unsigned end_column;              /* exclusive end of what is meant on that line; 0: not known */
    struct dw_edit *edits;            /* the repair: applied together or not at all */
    size_t edit_count;
    enum dw_repair repair;
    struct dw_slice repair_note;      /* review: what the change does, one line; none: why it cannot be made, "" where nothing is known */
    struct dw_place *occurrences;     /* every further place */
    size_t occurrence_count;
    const struct dw_exception *exception; /* the one that covers it, or NULL */
    struct dw_slice fingerprint;      /* 64 hex digits (architecture.md, section 7) */
};

/* Computes and sets the fingerprint: SHA-256 over rule id with variant, the subject's name without digest, the
 * package URL without version, and the path, each followed by a NUL. */
void dw_finding_fingerprint(struct dw_arena *arena, struct dw_finding *finding);

enum dw_disposition { DW_DISPOSITION_ACCEPTED, DW_DISPOSITION_FALSE_POSITIVE };

enum dw_exception_state {
    DW_EXCEPTION_ACTIVE,
    DW_EXCEPTION_EXPIRING, /* active, but fewer than 14 days are left */
    DW_EXCEPTION_EXPIRED,
    DW_EXCEPTION_UNUSED,   /* active, but matches nothing */
    DW_EXCEPTION_MALFORMED,
    DW_EXCEPTION_TOO_BROAD,
    DW_EXCEPTION_STATE_COUNT
};
const char *dw_exception_state_name(enum dw_exception_state state);

/* A documented acceptance of findings (interface.md, "Exceptions file"). Empty slices where a key is absent. */
struct dw_exception {
    struct dw_slice id, ticket, owner, approved_by, reason, justification;
    enum dw_disposition disposition;
    struct dw_slice kind; /* "vulnerability", "secret", "config", "license", "control"; "" if not given */
    struct {
        struct dw_slice rule, advisory, package, path, image, digest, layer, fingerprint;
    } match;
    int64_t created, expires; /* DW_TIME_UNKNOWN if absent or malformed */
    unsigned line;            /* in the exceptions file */
    enum dw_exception_state state;
    struct dw_slice problem;  /* malformed or too broad: what is wrong */
    size_t used;              /* findings it covers */
};

/* One piece of evidence; empty slices are left out of the output. */
struct dw_evidence {
    const char *kind; /* "scan", "file", "image-config", "exception", "policy", … */
    const struct dw_subject *subject; /* or NULL */
    struct dw_slice digest, path, text;
    unsigned line;
};

/* What one rule said of one subject: controls are decided from these and from the rule's findings. */
struct dw_rule_result {
    const char *rule; /* "BASE-001"; a string that lives for the whole run */
    struct dw_subject *subject;
    enum dw_status status;  /* pass, fail (then there are findings), not-evaluated, not-applicable */
    struct dw_slice reason; /* one line; for not-evaluated with what would judge it */
    DW_VECTOR(struct dw_evidence) evidence;
};

#endif
