/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages of a subject against the advisory database. */
#ifndef DW_ADVISORY_MATCH_H
#define DW_ADVISORY_MATCH_H

#include "advisory/database.h"
#include "advisory/ecosystem.h"
#include "advisory/range.h"
#include "advisory/severity.h"
#include "base/map.h"

/* Adds the findings of every package of SUBJECT to VERDICT: kind vulnerability, one a (package name and
 * version, primary id), with all places; status fail, or pass for informational ones (unmaintained and the
 * like), in the order of the packages and then of the ids. The caller judges them by gate and exceptions. A
 * package that the OS owns, and a virtual one, is not matched. What cannot be judged becomes a note of
 * SUBJECT: a package without a version or with one that is none; a distribution, release or ecosystem without
 * records in the database or without a version order; a record whose range cannot be compared. False only if
 * the database is damaged. */
bool dw_match_subject(const struct dw_database *database, struct dw_verdict *verdict,
                      struct dw_subject *subject, struct dw_error *error);

/* ---- the parts, which explain shares ---- */

/* One feed's release, asked for once a subject. */
struct dw_match_release {
    struct dw_slice ecosystem, release;
    uint64_t entries; /* in the database, those without a release included */
    bool everywhere;  /* the ecosystem also has entries without a release */
    bool covered;     /* there are entries of the release itself: only then "no entry" means "not affected" */
    const struct dw_version_order *order;
    size_t packages; /* of the subject that were looked up in it */
};

struct dw_matcher {
    const struct dw_database *database;
    const struct dw_subject *subject;
    struct dw_arena arena; /* of the releases' names */
    DW_VECTOR(struct dw_match_release) releases;
};
void dw_matcher_free(struct dw_matcher *matcher);

struct dw_match_hit {
    struct dw_database_entry *entry;
    struct dw_range_answer answer;
    struct dw_database_advisory *advisory;
};

/* The hits of one package under one primary id. */
struct dw_match_group {
    uint64_t offset; /* of the group's item */
    struct dw_advisory_group group;
    DW_VECTOR(struct dw_match_hit) hits;
};

struct dw_package_match {
    struct dw_look_up look_up;
    struct dw_match_release *release; /* NULL: no feed judges the package */
    struct dw_database_entry *entries;
    size_t entry_count;
    struct dw_range_answer *answers;         /* beside entries */
    DW_VECTOR(struct dw_match_group) groups; /* sorted by primary id */
    struct dw_map by_offset; /* places of groups while they are collected */
};

/* Looks PACKAGE up and evaluates what is there; everything lives in ARENA but the groups' vectors. */
bool dw_match_package(struct dw_matcher *matcher, struct dw_arena *arena, const struct dw_package *package,
                      struct dw_package_match *match, struct dw_error *error);
void dw_package_match_free(struct dw_package_match *match);

/* All that is known of the severity of GROUP's hits: the matched records' own, then what the group lends. */
void dw_match_ratings(const struct dw_match_group *group, struct dw_ranked_ratings *ratings);

/* The versions that remove GROUP's hits, ascending: those fixes above the package's version at which no
 * matched record affects the package any more. With none, *PARTIAL tells whether some record names a fix that
 * the others do not share. */
void dw_match_fixes(const struct dw_look_up *look_up, const struct dw_match_group *group,
                    struct dw_arena *arena, struct dw_strings *fixes, bool *partial);

#endif
