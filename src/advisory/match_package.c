/* SPDX-License-Identifier: Apache-2.0
 *
 * One package: look-up, ranges, groups, severity, fixes. */
#include "advisory/match.h"

void dw_matcher_free(struct dw_matcher *matcher)
{
    dw_vector_free(&matcher->releases);
    dw_arena_free(&matcher->arena);
}

void dw_package_match_free(struct dw_package_match *match)
{
    for (size_t i = 0; i < match->groups.len; i++)
        dw_vector_free(&match->groups.at[i].hits);
    dw_vector_free(&match->groups);
    dw_map_free(&match->by_offset);
}

static bool find_release(struct dw_matcher *matcher, const struct dw_look_up *look_up,
                         struct dw_match_release **found, struct dw_error *error)
{
    for (size_t i = 0; i < matcher->releases.len; i++) {
        *found = &matcher->releases.at[i];
        if (dw_slice_equal((*found)->ecosystem, look_up->ecosystem) &&
            dw_slice_equal((*found)->release, look_up->release))
            return true;
    }
    struct dw_match_release release = {
        .ecosystem = dw_arena_copy(&matcher->arena, look_up->ecosystem),
        .release = dw_arena_copy(&matcher->arena, look_up->release),
        .order = look_up->order,
    };
    if (!dw_database_count_release(matcher->database, release.ecosystem, release.release, &release.entries,
                                   error))
        return false;
    release.covered = release.entries > 0;
    if (release.release.len > 0) {
        uint64_t everywhere;
        if (!dw_database_count_release(matcher->database, release.ecosystem, DW_SLICE(""), &everywhere,
                                       error))
            return false;
        release.everywhere = everywhere > 0;
        release.entries += everywhere;
    }
    *found = dw_vector_push(&matcher->releases);
    **found = release;
    return true;
}

/* The entries of the release and, where a feed speaks of all releases at once, those too. */
static bool find_entries(struct dw_matcher *matcher, struct dw_arena *arena, struct dw_package_match *match,
                         struct dw_error *error)
{
    const struct dw_look_up *look_up = &match->look_up;
    struct dw_database_entry *everywhere;
    size_t more;
    if (!dw_database_find_package(matcher->database, arena, look_up->ecosystem, look_up->release,
                                  look_up->name, &match->entries, &match->entry_count, error))
        return false;
    if (!match->release->everywhere)
        return true;
    if (!dw_database_find_package(matcher->database, arena, look_up->ecosystem, DW_SLICE(""), look_up->name,
                                  &everywhere, &more, error))
        return false;
    if (more == 0)
        return true;
    struct dw_database_entry *all = dw_arena_alloc(arena, match->entry_count + more, sizeof(*all));
    if (match->entry_count > 0)
        memcpy(all, match->entries, match->entry_count * sizeof(*all));
    memcpy(all + match->entry_count, everywhere, more * sizeof(*all));
    match->entries = all;
    match->entry_count += more;
    return true;
}

/* The group whose item stands at OFFSET, added with that alone if it is new. */
static struct dw_match_group *group_at(struct dw_package_match *match, struct dw_arena *arena, uint64_t offset,
                                       bool *added)
{
    struct dw_slice key = dw_arena_copy(arena, dw_slice_make(&offset, sizeof(offset)));
    struct dw_map_entry *entry = dw_map_insert(&match->by_offset, key, added);
    if (*added) {
        dw_vector_push(&match->groups)->offset = offset;
        entry->number = match->groups.len;
    }
    return &match->groups.at[entry->number - 1];
}

static bool add_hit(struct dw_matcher *matcher, struct dw_arena *arena, struct dw_package_match *match,
                    struct dw_match_hit hit, struct dw_error *error)
{
    hit.advisory = dw_arena_alloc(arena, 1, sizeof(*hit.advisory));
    if (!dw_database_advisory(matcher->database, arena, hit.entry->advisory, hit.advisory, error))
        return false;
    for (size_t i = 0; i < hit.advisory->group_count; i++) {
        struct dw_item_reference at = hit.advisory->groups[i];
        bool added;
        struct dw_match_group *group = group_at(match, arena, at.offset, &added);
        if (added && !dw_database_group(matcher->database, arena, at, &group->group, error))
            return false;
        *dw_vector_push(&group->hits) = hit;
    }
    return true;
}

static int compare_groups(const void *a, const void *b)
{
    const struct dw_match_group *x = a, *y = b;
    return dw_slice_compare(x->group.primary, y->group.primary);
}

bool dw_match_package(struct dw_matcher *matcher, struct dw_arena *arena, const struct dw_package *package,
                      struct dw_package_match *match, struct dw_error *error)
{
    *match = (struct dw_package_match){.look_up = dw_look_up_of(arena, matcher->subject, package)};
    if (match->look_up.ecosystem.len == 0)
        return true;
    if (!find_release(matcher, &match->look_up, &match->release, error))
        return false;
    match->release->packages++;
    if (match->release->entries == 0 || !find_entries(matcher, arena, match, error))
        return match->release->entries == 0;
    match->answers = dw_arena_alloc(arena, match->entry_count, sizeof(*match->answers));
    for (size_t i = 0; i < match->entry_count; i++) {
        struct dw_database_entry *entry = &match->entries[i];
        if (entry->withdrawn)
            continue;
        if (match->look_up.order == NULL) {
            match->answers[i].answer = DW_ANSWER_UNCLEAR;
            match->answers[i].reason = "there is no version order for this ecosystem";
            continue;
        }
        match->answers[i] =
            dw_affected_evaluate(match->look_up.order, &entry->affected, match->look_up.version, NULL);
        if (match->answers[i].answer != DW_ANSWER_AFFECTED)
            continue;
        struct dw_match_hit hit = {.entry = entry, .answer = match->answers[i]};
        if (!add_hit(matcher, arena, match, hit, error)) {
            dw_package_match_free(match);
            return false;
        }
    }
    if (match->groups.len > 1)
        qsort(match->groups.at, match->groups.len, sizeof(match->groups.at[0]), compare_groups);
    return true;
}

/* ---- severity ---- */

static void add_ratings(struct dw_ranked_ratings *ratings, const struct dw_rating *list, size_t count,
                        enum dw_rating_rank rank, struct dw_slice source)
{
    for (size_t i = 0; i < count; i++) {
        struct dw_ranked_rating *rating = dw_vector_push(ratings);
        rating->rating = list[i];
        rating->rank = rank;
        if (source.len > 0)
            rating->rating.source = source;
    }
}

void dw_match_ratings(const struct dw_match_group *group, struct dw_ranked_ratings *ratings)
{
    for (size_t i = 0; i < group->hits.len; i++) {
        const struct dw_match_hit *hit = &group->hits.at[i];
        const struct dw_advisory *record = &hit->advisory->record;
        add_ratings(ratings, hit->entry->affected.ratings, hit->entry->affected.rating_count,
                    DW_RATING_PACKAGE, record->id);
        add_ratings(ratings, record->ratings, record->rating_count, DW_RATING_RECORD, record->id);
    }
    for (size_t i = 0; i < group->group.rating_count; i++) {
        const struct dw_rating *lent = &group->group.ratings[i];
        bool own = false;
        for (size_t j = 0; j < group->hits.len && !own; j++)
            own = dw_slice_equal(group->hits.at[j].advisory->record.id, lent->source);
        if (!own)
            add_ratings(ratings, lent, 1, dw_rating_rank_borrowed(lent->source), DW_SLICE(""));
    }
}

/* ---- fixes ---- */

static bool affected_at(const struct dw_look_up *look_up, const struct dw_match_group *group,
                        struct dw_slice version)
{
    for (size_t i = 0; i < group->hits.len; i++)
        if (dw_affected_evaluate(look_up->order, &group->hits.at[i].entry->affected, version, NULL).answer !=
            DW_ANSWER_NOT_AFFECTED)
            return true;
    return false;
}

/* Puts VERSION in its place among FIXES, once. */
static void add_fix(const struct dw_look_up *look_up, struct dw_strings *fixes, struct dw_slice version)
{
    size_t at = 0;
    int order = 1;
    while (at < fixes->count && (order = look_up->order->compare(fixes->at[at], version)) < 0)
        at++;
    if (at < fixes->count && order == 0)
        return;
    memmove(fixes->at + at + 1, fixes->at + at, (fixes->count - at) * sizeof(*fixes->at));
    fixes->at[at] = version;
    fixes->count++;
}

void dw_match_fixes(const struct dw_look_up *look_up, const struct dw_match_group *group,
                    struct dw_arena *arena, struct dw_strings *fixes, bool *partial)
{
    size_t events = 0;
    *partial = false;
    *fixes = (struct dw_strings){0};
    for (size_t i = 0; i < group->hits.len; i++)
        for (size_t j = 0; j < group->hits.at[i].entry->affected.range_count; j++)
            events += group->hits.at[i].entry->affected.ranges[j].event_count;
    fixes->at = dw_arena_alloc(arena, events + group->hits.len + 1, sizeof(*fixes->at));
    /* First what closes the branch the package is on; only without such a fix the later ones of other
     * branches. */
    for (size_t i = 0; i < group->hits.len; i++) {
        struct dw_slice fixed = group->hits.at[i].answer.fixed;
        if (fixed.len == 0 || !look_up->order->valid(fixed))
            continue;
        if (affected_at(look_up, group, fixed))
            *partial = true;
        else
            add_fix(look_up, fixes, fixed);
    }
    for (size_t i = 0; i < group->hits.len && (fixes->count == 0 || *partial); i++) {
        const struct dw_affected *affected = &group->hits.at[i].entry->affected;
        for (size_t j = 0; j < affected->range_count; j++) {
            const struct dw_range *range = &affected->ranges[j];
            for (size_t k = 0; k < range->event_count && range->kind != DW_RANGE_GIT; k++) {
                struct dw_slice version = range->events[k].version;
                if (range->events[k].kind == DW_EVENT_FIXED && look_up->order->valid(version) &&
                    look_up->order->compare(version, look_up->version) > 0 &&
                    !affected_at(look_up, group, version))
                    add_fix(look_up, fixes, version);
            }
        }
    }
    *partial = *partial && fixes->count == 0;
}
