/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/explain.h"

#include "base/clock.h"

struct explanation {
    struct dw_matcher matcher;
    struct dw_arena arena;
    struct dw_buffer *out;
    struct dw_slice id;
    struct dw_id_hits hits;
    struct dw_database_advisory *records; /* beside hits.advisories */
    struct dw_error *error;
};

static void put_list(struct dw_buffer *out, const char *label, const struct dw_strings *list)
{
    if (list->count == 0)
        return;
    dw_buffer_printf(out, "  %s:", label);
    for (size_t i = 0; i < list->count; i++)
        dw_buffer_printf(out, "%s %.*s", i > 0 ? "," : "", DW_SLICE_ARG(list->at[i]));
    dw_buffer_append_byte(out, '\n');
}

static void put_time(struct dw_buffer *out, const char *label, int64_t time)
{
    char text[DW_TIME_TEXT];
    dw_buffer_printf(out, "  %s: %s\n", label,
                     time == DW_TIME_UNKNOWN ? "unknown" : dw_time_format(time, text));
}

static void put_record_head(struct dw_buffer *out, const struct dw_database_advisory *advisory)
{
    const struct dw_advisory *record = &advisory->record;
    dw_buffer_printf(out, "record %.*s of feed %.*s\n", DW_SLICE_ARG(record->id),
                     DW_SLICE_ARG(advisory->feed));
    if (record->summary.len > 0)
        dw_buffer_printf(out, "  summary: %.*s\n", DW_SLICE_ARG(record->summary));
    if (record->url.len > 0)
        dw_buffer_printf(out, "  url: %.*s\n", DW_SLICE_ARG(record->url));
    put_time(out, "published", record->published);
    put_time(out, "modified", record->modified);
    put_list(out, "aliases", &record->aliases);
    put_list(out, "upstream", &record->upstream);
    put_list(out, "related (never used for matching)", &record->related);
    put_list(out, "weaknesses", &record->cwes);
    if (record->withdrawn)
        put_time(out, "withdrawn", record->withdrawn_at);
}

/* ---- package and look-up ---- */

static void put_package(struct explanation *explanation, const struct dw_package *package)
{
    struct dw_buffer *out = explanation->out;
    struct dw_place place = dw_subject_place(explanation->matcher.subject, package);
    dw_buffer_printf(out, "package %.*s %.*s\n", DW_SLICE_ARG(package->name), DW_SLICE_ARG(package->version));
    if (package->source_name.len > 0 || package->source_version.len > 0)
        dw_buffer_printf(
            out, "  source: %.*s %.*s\n",
            DW_SLICE_ARG(package->source_name.len > 0 ? package->source_name : package->name),
            DW_SLICE_ARG(package->source_version.len > 0 ? package->source_version : package->version));
    if (package->purl.len > 0)
        dw_buffer_printf(out, "  purl: %.*s\n", DW_SLICE_ARG(package->purl));
    if (place.path.len > 0)
        dw_buffer_printf(out, "  read from: %.*s\n", DW_SLICE_ARG(place.path));
    if (place.layer.len > 0)
        dw_buffer_printf(out, "  layer: %.*s\n", DW_SLICE_ARG(place.layer));
    if (place.instruction.len > 0)
        dw_buffer_printf(out, "  instruction%s: %.*s\n", place.instruction_uncertain ? " (probably)" : "",
                         DW_SLICE_ARG(place.instruction));
}

static void put_look_up(struct explanation *explanation, const struct dw_package_match *match)
{
    const struct dw_look_up *look_up = &match->look_up;
    size_t withdrawn = 0;
    dw_buffer_printf(explanation->out, "look-up\n");
    if (match->release == NULL) {
        dw_buffer_printf(explanation->out, "  none: %.*s\n", DW_SLICE_ARG(look_up->reason));
        return;
    }
    dw_buffer_printf(explanation->out, "  ecosystem: %.*s%s%.*s, by %s\n", DW_SLICE_ARG(look_up->ecosystem),
                     look_up->release.len > 0 ? ":" : "", DW_SLICE_ARG(look_up->release), look_up->decided);
    dw_buffer_printf(explanation->out, "  key: %.*s %.*s%s\n", DW_SLICE_ARG(look_up->name),
                     DW_SLICE_ARG(look_up->version), look_up->source ? " (source package)" : "");
    for (size_t i = 0; i < match->entry_count; i++)
        withdrawn += match->entries[i].withdrawn;
    if (match->release->entries == 0)
        dw_buffer_printf(explanation->out,
                         "  the database has no records of this ecosystem and release: not evaluated\n");
    else
        dw_buffer_printf(explanation->out, "  entries of it: %zu, of them withdrawn: %zu\n",
                         match->entry_count, withdrawn);
    if (look_up->order == NULL)
        dw_buffer_printf(explanation->out,
                         "  versions of this ecosystem cannot be compared here: not evaluated\n");
    else
        dw_buffer_printf(explanation->out, "  version order: %s\n", look_up->order->name);
}

/* ---- records ---- */

static const char *answer_text(enum dw_answer answer)
{
    static const char *const texts[] = {"not affected", "affected", "not decided"};
    return texts[answer];
}

static void put_filters(struct dw_buffer *out, const struct dw_affected *affected)
{
    if (affected->informational.len > 0)
        dw_buffer_printf(out, "  class: %.*s (informational)\n", DW_SLICE_ARG(affected->informational));
    for (size_t i = 0; i < affected->imports.count; i++)
        dw_buffer_printf(out, "  concerns only: %.*s (what of it is used is not known here, so it counts)\n",
                         DW_SLICE_ARG(affected->imports.at[i]));
}

/* Every entry of the package that belongs to the record at AT. */
static size_t put_entries(struct explanation *explanation, const struct dw_package_match *match,
                          const struct dw_database_advisory *advisory, uint64_t at, bool *affected)
{
    struct dw_buffer *out = explanation->out;
    size_t count = 0;
    for (size_t i = 0; i < match->entry_count; i++) {
        const struct dw_database_entry *entry = &match->entries[i];
        if (entry->advisory.offset != at)
            continue;
        if (count++ == 0)
            put_record_head(out, advisory);
        put_filters(out, &entry->affected);
        if (entry->withdrawn) {
            dw_buffer_append_string(out, "  answer: the record is withdrawn, so it matches nothing\n");
            continue;
        }
        if (match->look_up.order == NULL) {
            dw_buffer_append_string(out, "  answer: not decided, without a version order\n");
            continue;
        }
        struct dw_range_answer answer =
            dw_affected_evaluate(match->look_up.order, &entry->affected, match->look_up.version, out);
        dw_buffer_printf(out, "  answer: %s%s%s\n", answer_text(answer.answer), answer.reason ? ": " : "",
                         answer.reason ? answer.reason : "");
        *affected = *affected || answer.answer == DW_ANSWER_AFFECTED;
    }
    return count;
}

static void put_severity(struct dw_buffer *out, const struct dw_match_group *group)
{
    struct dw_ranked_ratings ratings = {0};
    dw_match_ratings(group, &ratings);
    const struct dw_ranked_rating *chosen = dw_rating_choose(&ratings);
    dw_buffer_printf(out, "severity of %.*s: %s\n", DW_SLICE_ARG(group->group.primary),
                     dw_severity_name(chosen ? chosen->rating.severity : DW_SEVERITY_UNKNOWN));
    for (size_t i = 0; i < ratings.len; i++) {
        const struct dw_ranked_rating *rating = &ratings.at[i];
        dw_buffer_printf(out, "  %s %.*s: %s %.*s = %s", rating == chosen ? "*" : " ",
                         DW_SLICE_ARG(rating->rating.source), dw_severity_scheme_name(rating->rating.scheme),
                         DW_SLICE_ARG(rating->rating.value), dw_severity_name(rating->rating.severity));
        if (rating->rating.score > 0)
            dw_buffer_printf(out, " (%u.%u)", rating->rating.score / 10, rating->rating.score % 10);
        dw_buffer_printf(out, ", %s\n", dw_rating_rank_name(rating->rank));
    }
    if (ratings.len == 0)
        dw_buffer_append_string(out, "  no record of the group says any\n");
    dw_vector_free(&ratings);
}

static void put_fix(struct explanation *explanation, const struct dw_package_match *match,
                    const struct dw_match_group *group)
{
    struct dw_strings fixes;
    bool partial;
    dw_match_fixes(&match->look_up, group, &explanation->arena, &fixes, &partial);
    dw_buffer_printf(explanation->out, "fix of %.*s:", DW_SLICE_ARG(group->group.primary));
    for (size_t i = 0; i < fixes.count; i++)
        dw_buffer_printf(explanation->out, "%s %.*s", i > 0 ? "," : "", DW_SLICE_ARG(fixes.at[i]));
    dw_buffer_append_string(explanation->out, fixes.count > 0 ? "\n"
                                              : partial       ? " no version fixes it for all records\n"
                                                              : " no fixed version is known\n");
}

static bool is_hit_group(const struct explanation *explanation, uint64_t offset)
{
    for (size_t i = 0; i < explanation->hits.group_count; i++)
        if (explanation->hits.groups[i].offset == offset)
            return true;
    return false;
}

static bool explain_package(struct explanation *explanation, const struct dw_package *package)
{
    DW_CLEANUP(dw_package_match_free) struct dw_package_match match = {0};
    struct dw_buffer *out = explanation->out;
    bool affected = false, any = false;
    if (!dw_match_package(&explanation->matcher, &explanation->arena, package, &match, explanation->error)) {
        match = (struct dw_package_match){0};
        return false;
    }
    put_package(explanation, package);
    put_look_up(explanation, &match);
    for (size_t i = 0; i < explanation->hits.advisory_count; i++)
        if (put_entries(explanation, &match, &explanation->records[i], explanation->hits.advisories[i].offset,
                        &affected))
            any = true;
    for (size_t i = 0; i < match.groups.len; i++) {
        if (!is_hit_group(explanation, match.groups.at[i].offset))
            continue;
        put_fix(explanation, &match, &match.groups.at[i]);
        put_severity(out, &match.groups.at[i]);
    }
    if (dw_package_owner_judges(package))
        dw_buffer_printf(
            out,
            "answer: not matched, because the files belong to %.*s %.*s, which the distribution judges\n\n",
            DW_SLICE_ARG(package->owner->name), DW_SLICE_ARG(package->owner->version));
    else if (package->flags & (DW_PACKAGE_VIRTUAL | DW_PACKAGE_FOREIGN))
        dw_buffer_printf(out, "answer: not matched: %s\n\n",
                         package->flags & DW_PACKAGE_VIRTUAL
                             ? "a virtual package has no files"
                             : "the distribution's feed does not judge third parties");
    else if (!any)
        dw_buffer_printf(out, "answer: %s %.*s names this package\n\n",
                         match.release && match.release->covered ? "not affected: no record of"
                                                                     : "not evaluated; no record of",
                         DW_SLICE_ARG(explanation->id));
    else
        dw_buffer_printf(out, "answer: %.*s %.*s is %s by %.*s\n\n", DW_SLICE_ARG(package->name),
                         DW_SLICE_ARG(package->version), affected ? "affected" : "not found affected",
                         DW_SLICE_ARG(explanation->id));
    return true;
}

/* ---- which packages ---- */

/* Does a record of the id name the package? */
static bool is_named(struct explanation *explanation, const struct dw_package *package)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer own = {0}, named = {0};
    struct dw_look_up look_up = dw_look_up_of(&scratch, explanation->matcher.subject, package);
    dw_ecosystem_name(look_up.ecosystem, look_up.name, &own);
    for (size_t i = 0; i < explanation->hits.advisory_count; i++) {
        const struct dw_database_advisory *record = &explanation->records[i];
        for (size_t j = 0; j < record->package_count; j++) {
            const struct dw_package_key *key = &record->packages[j];
            if (!dw_slice_equal(key->ecosystem, look_up.ecosystem))
                continue;
            dw_buffer_clear(&named);
            dw_ecosystem_name(key->ecosystem, key->name, &named);
            if (dw_slice_equal(dw_buffer_slice(&named), dw_buffer_slice(&own)))
                return true;
        }
    }
    return false;
}

static bool is_asked(const struct dw_package *package, struct dw_slice wanted)
{
    return dw_slice_equal(package->name, wanted) || dw_slice_equal(package->purl, wanted) ||
           (package->source_name.len > 0 && dw_slice_equal(package->source_name, wanted));
}

/* What the records name, when nothing of the subject is concerned. */
static void put_elsewhere(struct explanation *explanation)
{
    enum { SHOWN = 12 };
    for (size_t i = 0; i < explanation->hits.advisory_count; i++) {
        const struct dw_database_advisory *record = &explanation->records[i];
        put_record_head(explanation->out, record);
        for (size_t j = 0; j < record->package_count && j < SHOWN; j++)
            dw_buffer_printf(
                explanation->out, "  names: %.*s%s%.*s %.*s\n", DW_SLICE_ARG(record->packages[j].ecosystem),
                record->packages[j].release.len > 0 ? ":" : "", DW_SLICE_ARG(record->packages[j].release),
                DW_SLICE_ARG(record->packages[j].name));
        if (record->package_count > SHOWN)
            dw_buffer_printf(explanation->out, "  … and %zu more\n", record->package_count - SHOWN);
    }
}

static bool explain(struct explanation *explanation, struct dw_slice package)
{
    const struct dw_subject *subject = explanation->matcher.subject;
    size_t explained = 0;
    for (size_t i = 0; i < explanation->hits.advisory_count; i++)
        if (!dw_database_advisory(explanation->matcher.database, &explanation->arena,
                                  explanation->hits.advisories[i], &explanation->records[i],
                                  explanation->error))
            return false;
    for (size_t i = 0; i < subject->packages.len; i++) {
        const struct dw_package *candidate = subject->packages.at[i];
        if (package.len > 0 ? !is_asked(candidate, package) : !is_named(explanation, candidate))
            continue;
        if (!explain_package(explanation, candidate))
            return false;
        explained++;
    }
    if (explained > 0)
        return true;
    if (package.len > 0)
        dw_buffer_printf(explanation->out, "%.*s has no package %.*s\n", DW_SLICE_ARG(subject->name),
                         DW_SLICE_ARG(package));
    else if (subject->name.len > 0)
        dw_buffer_printf(explanation->out,
                         "%.*s has no package that a record of %.*s names; the records are about:\n",
                         DW_SLICE_ARG(subject->name), DW_SLICE_ARG(explanation->id));
    put_elsewhere(explanation);
    return true;
}

bool dw_match_explain(const struct dw_database *database, const struct dw_subject *subject,
                      struct dw_slice id, struct dw_slice package, struct dw_buffer *out, bool *known,
                      struct dw_error *error)
{
    struct explanation explanation = {
        .matcher = {.database = database, .subject = subject},
        .out = out,
        .id = id,
        .error = error,
    };
    bool good = dw_database_find_id(database, &explanation.arena, id, &explanation.hits, error);
    *known = good && explanation.hits.advisory_count > 0;
    if (*known) {
        explanation.records =
            dw_arena_alloc(&explanation.arena, explanation.hits.advisory_count, sizeof(*explanation.records));
        good = explain(&explanation, package);
    } else if (good) {
        dw_buffer_printf(out, "%.*s: no record of the advisory database has this id\n", DW_SLICE_ARG(id));
    }
    dw_matcher_free(&explanation.matcher);
    dw_arena_free(&explanation.arena);
    return good;
}
