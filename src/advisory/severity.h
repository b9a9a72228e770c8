/* SPDX-License-Identifier: Apache-2.0
 *
 * Which severity counts when several records speak of one vulnerability. */
#ifndef DW_ADVISORY_SEVERITY_H
#define DW_ADVISORY_SEVERITY_H

#include "advisory/advisory.h"

/* Sources in the order in which they are asked; the first that has a value decides. */
enum dw_rating_rank {
    DW_RATING_PACKAGE, /* the matched record's word for this package in this release */
    DW_RATING_RECORD,  /* the matched record's own */
    DW_RATING_GHSA,    /* borrowed from a GHSA record of the group */
    DW_RATING_CVE,     /* borrowed from the CVE's own record */
    DW_RATING_OTHER,   /* borrowed from any other record of the group */
    DW_RATING_RANKS
};
/* "the record's word for this package", … for explain. */
const char *dw_rating_rank_name(enum dw_rating_rank rank);
/* The rank of a rating that a record of the group lends. */
enum dw_rating_rank dw_rating_rank_borrowed(struct dw_slice source);

struct dw_ranked_rating {
    struct dw_rating rating;
    enum dw_rating_rank rank;
};
struct dw_ranked_ratings {
    struct dw_ranked_rating *at;
    size_t len, capacity;
};

/* The rating that decides, or NULL if none says a severity. Within a source a word beats a vector, then
 * CVSS 4.0, 3.1, 3.0, 2.0; between sources of one rank a GHSA record decides, then the higher severity. */
const struct dw_ranked_rating *dw_rating_choose(const struct dw_ranked_ratings *ratings);
/* The vector or score to show beside CHOSEN: its own, else the best of its source, else of any; NULL if there
 * is none. */
const struct dw_ranked_rating *dw_rating_score(const struct dw_ranked_ratings *ratings,
                                               const struct dw_ranked_rating *chosen);

#endif
