/* SPDX-License-Identifier: Apache-2.0
 *
 * From matches to findings and notes. */
#include "advisory/match.h"

#include "base/clock.h"
#include "base/map.h"

#include <stdarg.h>
#include <stdio.h>

/* All packages of a subject that would get the same findings: one name and version at several places. */
struct bucket {
    const struct dw_package *first;
    DW_VECTOR(const struct dw_package *) others;
};
struct buckets {
    struct bucket *at;
    size_t len, capacity;
};

struct run {
    struct dw_matcher matcher;
    struct dw_verdict *verdict;
    struct dw_subject *subject;
    struct dw_error *error;
};

/* ---- notes ---- */

static void note(struct run *run, enum dw_note_kind kind, const struct dw_package *package,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

static void note(struct run *run, enum dw_note_kind kind, const struct dw_package *package,
                 const char *format, ...)
{
    char text[DW_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    dw_subject_note(run->subject, kind, package ? package->layer : -1, package ? package->path : DW_SLICE(""),
                    dw_slice_of(text));
}

/* A release that no record of the database speaks of: its packages are not known to be safe. */
static void note_releases(struct run *run)
{
    for (size_t i = 0; i < run->matcher.releases.len; i++) {
        const struct dw_match_release *release = &run->matcher.releases.at[i];
        const char *colon = release->release.len > 0 ? ":" : "";
        if (!release->covered)
            note(run, DW_NOTE_UNAVAILABLE, NULL,
                 "the advisory database has no records for %.*s%s%.*s: %zu package%s not evaluated; build it "
                 "with that "
                 "feed",
                 DW_SLICE_ARG(release->ecosystem), colon, DW_SLICE_ARG(release->release), release->packages,
                 release->packages == 1 ? " is" : "s are");
        else if (release->order == NULL)
            note(run, DW_NOTE_UNSUPPORTED, NULL,
                 "versions of %.*s cannot be compared here: %zu package%s not evaluated",
                 DW_SLICE_ARG(release->ecosystem), release->packages,
                 release->packages == 1 ? " is" : "s are");
    }
}

/* Records that might speak of the package, but cannot be decided: one note, naming the first. */
static bool note_unclear(struct run *run, struct dw_arena *arena, const struct dw_package *package,
                         const struct dw_package_match *match)
{
    size_t count = 0, first = 0;
    for (size_t i = 0; i < match->entry_count; i++)
        if (match->answers[i].answer == DW_ANSWER_UNCLEAR && count++ == 0)
            first = i;
    if (count == 0 || match->look_up.order == NULL)
        return true;
    struct dw_database_advisory advisory;
    if (!dw_database_advisory(run->matcher.database, arena, match->entries[first].advisory, &advisory,
                              run->error))
        return false;
    note(run, DW_NOTE_NOT_SCANNED, package, "%.*s %.*s cannot be compared with %zu record%s (%.*s%s): %s",
         DW_SLICE_ARG(package->name), DW_SLICE_ARG(package->version), count, count == 1 ? "" : "s",
         DW_SLICE_ARG(advisory.record.id), count == 1 ? "" : ", …", match->answers[first].reason);
    return true;
}

/* Is the package to be looked up at all? Says why not where that leaves something open. */
static bool is_matched(struct run *run, const struct dw_package *package)
{
    if (dw_package_owner_judges(package) || (package->flags & DW_PACKAGE_VIRTUAL))
        return false; /* the owner, or what the virtual package depends on, is matched */
    if (package->flags & DW_PACKAGE_FOREIGN) {
        note(run, DW_NOTE_NOT_SCANNED, package,
             "%.*s comes from a third party: the distribution's feed does not judge it",
             DW_SLICE_ARG(package->name));
        return false;
    }
    if ((package->flags & DW_PACKAGE_NO_VERSION) || package->version.len == 0) {
        note(run, DW_NOTE_NOT_SCANNED, package, "%.*s has no version: not scanned",
             DW_SLICE_ARG(package->name));
        return false;
    }
    return true;
}

/* ---- findings ---- */

static struct dw_slice keep(struct run *run, struct dw_slice text)
{
    return dw_arena_copy(&run->verdict->arena, text);
}

static struct dw_slice *keep_list(struct run *run, const struct dw_strings *strings)
{
    struct dw_slice *list = dw_arena_alloc(&run->verdict->arena, strings->count, sizeof(*list));
    for (size_t i = 0; i < strings->count; i++)
        list[i] = keep(run, strings->at[i]);
    return list;
}

/* Can the text stand in a shell command as it is? Names and versions come from images and feeds. */
static bool plain(struct dw_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!dw_is_alpha(text.at[i]) && !dw_is_digit(text.at[i]) && strchr("@/._+-~:", text.at[i]) == NULL)
            return false;
    return text.len > 0 && text.at[0] != '-';
}

static struct dw_slice fix_command(struct run *run, const struct dw_package *package,
                                   const struct dw_look_up *look_up, const struct dw_finding *finding)
{
    struct dw_arena *arena = &run->verdict->arena;
    if (finding->malicious)
        return plain(package->name) && package->type == DW_PACKAGE_NPM
                   ? dw_arena_printf(arena,
                                     "npm uninstall %.*s; then treat every secret it could read as stolen",
                                     DW_SLICE_ARG(package->name))
                   : DW_SLICE("remove the package; then treat every secret it could read as stolen");
    if (finding->fixed_count == 0)
        return DW_SLICE("");
    struct dw_slice fixed = finding->fixed[0];
    bool sound = plain(package->name) && plain(fixed);
    switch (sound ? package->type : DW_PACKAGE_TYPE_COUNT) {
    case DW_PACKAGE_NPM:
        return dw_arena_printf(arena, "npm install %.*s@%.*s", DW_SLICE_ARG(package->name),
                               DW_SLICE_ARG(fixed));
    case DW_PACKAGE_APK:
        return dw_arena_printf(arena, "apk add --upgrade '%.*s>=%.*s'", DW_SLICE_ARG(package->name),
                               DW_SLICE_ARG(fixed));
    case DW_PACKAGE_DEB:
        if (!plain(look_up->name) || dw_slice_equal(look_up->name, package->name))
            return dw_arena_printf(arena,
                                   "apt-get update && apt-get install --only-upgrade %.*s # to %.*s or later",
                                   DW_SLICE_ARG(package->name), DW_SLICE_ARG(fixed));
        return dw_arena_printf(
            arena, "apt-get update && apt-get install --only-upgrade %.*s # of source %.*s, to %.*s or later",
            DW_SLICE_ARG(package->name), DW_SLICE_ARG(look_up->name), DW_SLICE_ARG(fixed));
    case DW_PACKAGE_GENERIC:
    case DW_PACKAGE_OTHER:
    case DW_PACKAGE_TYPE_COUNT:
        break;
    }
    return dw_arena_printf(arena, "upgrade %.*s to %.*s", DW_SLICE_ARG(package->name), DW_SLICE_ARG(fixed));
}

static void set_severity(struct run *run, struct dw_finding *finding, const struct dw_match_group *group)
{
    struct dw_ranked_ratings ratings = {0};
    struct dw_arena *arena = &run->verdict->arena;
    dw_match_ratings(group, &ratings);
    const struct dw_ranked_rating *chosen = dw_rating_choose(&ratings),
                                  *score = dw_rating_score(&ratings, chosen);
    if (finding->malicious) {
        finding->severity = DW_SEVERITY_CRITICAL;
        finding->severity_source = DW_SLICE("a malicious package is always critical");
    } else if (chosen) {
        finding->severity = chosen->rating.severity;
        finding->severity_source =
            dw_arena_printf(arena, "%.*s (%s): %s %.*s", DW_SLICE_ARG(chosen->rating.source),
                            dw_rating_rank_name(chosen->rank), dw_severity_scheme_name(chosen->rating.scheme),
                            DW_SLICE_ARG(chosen->rating.value));
    }
    if (score) {
        finding->score = score->rating.score;
        if (dw_slice_find(score->rating.value, '/') != SIZE_MAX) /* a vector, not a score alone */
            finding->vector = keep(run, score->rating.value);
    }
    dw_vector_free(&ratings);
}

static void set_records(struct run *run, struct dw_finding *finding, const struct dw_match_group *group)
{
    struct dw_strings ids = {.at = dw_alloc(group->hits.len + 1, sizeof(struct dw_slice))};
    finding->informational = true;
    for (size_t i = 0; i < group->hits.len; i++) {
        const struct dw_match_hit *hit = &group->hits.at[i];
        const struct dw_advisory *record = &hit->advisory->record;
        bool there = false;
        for (size_t j = 0; j < ids.count && !there; j++)
            there = dw_slice_equal(ids.at[j], record->id);
        if (!there)
            ids.at[ids.count++] = record->id;
        finding->malicious = finding->malicious || dw_slice_starts_with(record->id, "MAL-");
        finding->informational = finding->informational && hit->entry->affected.informational.len > 0;
        if (record->published != DW_TIME_UNKNOWN &&
            (finding->published == DW_TIME_UNKNOWN || record->published < finding->published))
            finding->published = record->published;
        if (finding->title.len == 0)
            finding->title = record->summary;
    }
    if (group->group.summary.len > 0)
        finding->title = group->group.summary;
    finding->title = keep(run, finding->title.len > 0 ? finding->title : group->group.primary);
    finding->records = keep_list(run, &ids);
    finding->record_count = ids.count;
    free(ids.at);
}

static void set_fixes(struct run *run, struct dw_finding *finding, const struct dw_match_group *group,
                      const struct dw_look_up *look_up, struct dw_arena *scratch,
                      const struct dw_package *package)
{
    struct dw_strings fixes;
    bool partial;
    dw_match_fixes(look_up, group, scratch, &fixes, &partial);
    finding->fixed = keep_list(run, &fixes);
    finding->fixed_count = fixes.count;
    finding->fix_state = fixes.count > 0 ? DW_FIX_FIXED : DW_FIX_AFFECTED;
    const char *without = partial ? "no version fixes it for all records" : "no fixed version is known";
    struct dw_slice source = DW_SLICE("");
    if (look_up->source && (!dw_slice_equal(look_up->name, package->name) ||
                            !dw_slice_equal(look_up->version, package->version)))
        source = dw_arena_printf(scratch, " (source %.*s %.*s)", DW_SLICE_ARG(look_up->name),
                                 DW_SLICE_ARG(look_up->version));
    struct dw_slice informational = group->hits.at[0].entry->affected.informational;
    finding->message = dw_arena_printf(
        &run->verdict->arena, "%.*s %.*s%.*s %s %.*s%s%.*s; %s%.*s", DW_SLICE_ARG(package->name),
        DW_SLICE_ARG(package->version), DW_SLICE_ARG(source),
        finding->malicious ? "is malicious:" : "is affected by", DW_SLICE_ARG(group->group.primary),
        informational.len > 0 ? ", " : "", DW_SLICE_ARG(informational),
        fixes.count > 0 ? "fixed in " : without, DW_SLICE_ARG(fixes.count > 0 ? fixes.at[0] : DW_SLICE("")));
}

static void set_places(struct run *run, struct dw_finding *finding, const struct bucket *bucket)
{
    finding->place = dw_subject_place(run->subject, bucket->first);
    finding->occurrence_count = bucket->others.len;
    finding->occurrences =
        dw_arena_alloc(&run->verdict->arena, bucket->others.len, sizeof(*finding->occurrences));
    for (size_t i = 0; i < bucket->others.len; i++)
        finding->occurrences[i] = dw_subject_place(run->subject, bucket->others.at[i]);
}

static void add_finding(struct run *run, const struct bucket *bucket, const struct dw_package_match *match,
                        const struct dw_match_group *group, struct dw_arena *scratch)
{
    struct dw_finding *finding = dw_vector_push(&run->verdict->findings);
    finding->kind = DW_FINDING_VULNERABILITY;
    finding->subject = run->subject;
    finding->package = bucket->first;
    finding->rule = keep(run, group->group.primary);
    finding->aliases = keep_list(run, &group->group.aliases);
    finding->alias_count = group->group.aliases.count;
    finding->published = DW_TIME_UNKNOWN;
    set_records(run, finding, group);
    finding->status = finding->informational && !finding->malicious ? DW_STATUS_PASS : DW_STATUS_FAIL;
    set_severity(run, finding, group);
    set_fixes(run, finding, group, &match->look_up, scratch, bucket->first);
    finding->fix = fix_command(run, bucket->first, &match->look_up, finding);
    set_places(run, finding, bucket);
    dw_finding_fingerprint(&run->verdict->arena, finding);
}

/* ---- the subject ---- */

static bool match_bucket(struct run *run, const struct bucket *bucket)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
    DW_CLEANUP(dw_package_match_free) struct dw_package_match match;
    if (!dw_match_package(&run->matcher, &scratch, bucket->first, &match, run->error)) {
        match = (struct dw_package_match){0};
        return false;
    }
    if (match.release == NULL)
        note(run, DW_NOTE_NOT_SCANNED, bucket->first, "%.*s %.*s is not evaluated: %.*s",
             DW_SLICE_ARG(bucket->first->name), DW_SLICE_ARG(bucket->first->version),
             DW_SLICE_ARG(match.look_up.reason));
    else if (run->subject->kind == DW_SUBJECT_PURL && dw_package_is_os(bucket->first->type) &&
             match.entry_count == 0 && match.release->entries > 0 &&
             bucket->first->source_name.len == 0 && !dw_slice_is(bucket->first->architecture, "source"))
        note(run, DW_NOTE_INFORMATION, bucket->first,
             "no advisory names %.*s: if it is a binary package, name its source by the qualifier \"upstream=\"",
             DW_SLICE_ARG(bucket->first->name));
    if (!note_unclear(run, &scratch, bucket->first, &match))
        return false;
    for (size_t i = 0; i < match.groups.len; i++)
        add_finding(run, bucket, &match, &match.groups.at[i], &scratch);
    return true;
}

/* Sorts the packages into buckets, in the order of their first. */
static void fill_buckets(struct run *run, struct buckets *buckets)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena keys = {0};
    struct dw_map map = {0};
    for (size_t i = 0; i < run->subject->packages.len; i++) {
        const struct dw_package *package = run->subject->packages.at[i];
        bool added;
        if (!is_matched(run, package))
            continue;
        struct dw_slice key = dw_arena_printf(
            &keys, "%u %zu %zu %zu %zu %.*s%.*s%.*s%.*s%.*s", package->type, package->name.len,
            package->version.len, package->source_name.len, package->source_version.len,
            DW_SLICE_ARG(package->name), DW_SLICE_ARG(package->version), DW_SLICE_ARG(package->source_name),
            DW_SLICE_ARG(package->source_version), DW_SLICE_ARG(package->other_type));
        struct dw_map_entry *entry = dw_map_insert(&map, key, &added);
        if (added) {
            dw_vector_push(buckets)->first = package;
            entry->number = buckets->len;
        } else {
            *dw_vector_push(&buckets->at[entry->number - 1].others) = package;
        }
    }
    dw_map_free(&map);
}

bool dw_match_subject(const struct dw_database *database, struct dw_verdict *verdict,
                      struct dw_subject *subject, struct dw_error *error)
{
    struct run run = {
        .matcher = {.database = database, .subject = subject},
        .verdict = verdict,
        .subject = subject,
        .error = error,
    };
    struct buckets buckets = {0};
    bool matched = true;
    fill_buckets(&run, &buckets);
    for (size_t i = 0; i < buckets.len && matched; i++)
        matched = match_bucket(&run, &buckets.at[i]);
    if (matched)
        note_releases(&run);
    for (size_t i = 0; i < buckets.len; i++)
        dw_vector_free(&buckets.at[i].others);
    dw_vector_free(&buckets);
    dw_matcher_free(&run.matcher);
    return matched;
}
