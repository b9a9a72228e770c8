/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/severity.h"

const char *dw_rating_rank_name(enum dw_rating_rank rank)
{
    static const char *const names[DW_RATING_RANKS] = {
        [DW_RATING_PACKAGE] = "the matched record, for this package",
        [DW_RATING_RECORD] = "the matched record",
        [DW_RATING_GHSA] = "borrowed from a GHSA record",
        [DW_RATING_CVE] = "borrowed from the CVE's record",
        [DW_RATING_OTHER] = "borrowed from another record",
    };
    return names[rank];
}

enum dw_rating_rank dw_rating_rank_borrowed(struct dw_slice source)
{
    if (dw_slice_starts_with(source, "GHSA-"))
        return DW_RATING_GHSA;
    return dw_slice_starts_with(source, "CVE-") ? DW_RATING_CVE : DW_RATING_OTHER;
}

/* Does A come before B among ratings of one rank? Sources differ: only each source's best value is compared.
 */
static bool between_sources(const struct dw_ranked_rating *a, const struct dw_ranked_rating *b)
{
    bool a_ghsa = dw_slice_starts_with(a->rating.source, "GHSA-");
    bool b_ghsa = dw_slice_starts_with(b->rating.source, "GHSA-");
    if (a_ghsa != b_ghsa)
        return a_ghsa;
    if (a->rating.severity != b->rating.severity)
        return a->rating.severity > b->rating.severity;
    return dw_slice_compare(a->rating.source, b->rating.source) < 0;
}

static bool within_source(const struct dw_ranked_rating *a, const struct dw_ranked_rating *b)
{
    if (a->rating.scheme != b->rating.scheme)
        return a->rating.scheme < b->rating.scheme;
    if (a->rating.severity != b->rating.severity)
        return a->rating.severity > b->rating.severity;
    return dw_slice_compare(a->rating.value, b->rating.value) < 0;
}

static const struct dw_ranked_rating *best_of_source(const struct dw_ranked_ratings *ratings,
                                                     enum dw_rating_rank rank, struct dw_slice source)
{
    const struct dw_ranked_rating *best = NULL;
    for (size_t i = 0; i < ratings->len; i++) {
        const struct dw_ranked_rating *rating = &ratings->at[i];
        if (rating->rank == rank && rating->rating.severity != DW_SEVERITY_UNKNOWN &&
            dw_slice_equal(rating->rating.source, source) && (best == NULL || within_source(rating, best)))
            best = rating;
    }
    return best;
}

const struct dw_ranked_rating *dw_rating_choose(const struct dw_ranked_ratings *ratings)
{
    const struct dw_ranked_rating *chosen = NULL;
    for (unsigned rank = 0; rank < DW_RATING_RANKS && chosen == NULL; rank++) {
        for (size_t i = 0; i < ratings->len; i++) {
            if (ratings->at[i].rank != rank)
                continue;
            const struct dw_ranked_rating *best =
                best_of_source(ratings, (enum dw_rating_rank)rank, ratings->at[i].rating.source);
            if (best && (chosen == NULL || between_sources(best, chosen)))
                chosen = best;
        }
    }
    return chosen;
}

static bool has_score(const struct dw_ranked_rating *rating)
{
    return rating->rating.scheme != DW_SCHEME_WORD && rating->rating.scheme != DW_SCHEME_OTHER;
}

const struct dw_ranked_rating *dw_rating_score(const struct dw_ranked_ratings *ratings,
                                               const struct dw_ranked_rating *chosen)
{
    const struct dw_ranked_rating *best = NULL;
    if (chosen && has_score(chosen))
        return chosen;
    for (size_t i = 0; i < ratings->len; i++) {
        const struct dw_ranked_rating *rating = &ratings->at[i];
        if (!has_score(rating))
            continue;
        bool own = chosen && dw_slice_equal(rating->rating.source, chosen->rating.source);
        bool best_own = best && chosen && dw_slice_equal(best->rating.source, chosen->rating.source);
        if (best == NULL || (own && !best_own) ||
            (own == best_own &&
             (rating->rank < best->rank || (rating->rank == best->rank && within_source(rating, best)))))
            best = rating;
    }
    return best;
}
