/* SPDX-License-Identifier: Apache-2.0
 *
 * The score of CVSS 4.0: Specification Document 4.0, section 8.2 (equivalence classes and macro vectors) and section 8.3
 * (interpolation within a macro vector), over FIRST's table of macro vector scores.
 *
 * All of it is done on integers: scores in tenths, distances in steps. */
#include "advisory/cvss_tables.h"

/* Score in tenths of macro vector EQ1 EQ2 (EQ3 and EQ6 together) EQ4 EQ5. */
static const unsigned char macro_scores[3][2][5][9] = {
    {
        {
            {100, 98, 95, 100, 93, 91, 93, 89, 81}, /* EQ3 0, EQ6 0 */
            {99, 95, 92, 96, 87, 81, 90, 80, 68}, /* EQ3 0, EQ6 1 */
            {98, 95, 90, 93, 89, 81, 88, 78, 69}, /* EQ3 1, EQ6 0 */
            {95, 92, 84, 92, 81, 65, 80, 70, 48}, /* EQ3 1, EQ6 1 */
            {92, 82, 72, 79, 69, 50, 69, 55, 27}, /* EQ3 2, EQ6 1 */
        },
        {
            {99, 95, 92, 95, 90, 84, 92, 82, 72}, /* EQ3 0, EQ6 0 */
            {97, 92, 85, 91, 83, 71, 81, 71, 53}, /* EQ3 0, EQ6 1 */
            {95, 92, 85, 92, 80, 70, 84, 71, 50}, /* EQ3 1, EQ6 0 */
            {93, 85, 73, 82, 72, 59, 70, 52, 30}, /* EQ3 1, EQ6 1 */
            {86, 75, 52, 71, 52, 29, 63, 29, 17}, /* EQ3 2, EQ6 1 */
        },
    },
    {
        {
            {98, 94, 91, 94, 86, 77, 87, 74, 63}, /* EQ3 0, EQ6 0 */
            {95, 87, 81, 89, 74, 64, 75, 63, 49}, /* EQ3 0, EQ6 1 */
            {94, 88, 76, 86, 74, 59, 72, 57, 52}, /* EQ3 1, EQ6 0 */
            {89, 77, 67, 76, 58, 50, 57, 52, 25}, /* EQ3 1, EQ6 1 */
            {83, 70, 54, 65, 58, 26, 53, 21, 13}, /* EQ3 2, EQ6 1 */
        },
        {
            {95, 88, 76, 90, 75, 61, 77, 68, 52}, /* EQ3 0, EQ6 0 */
            {90, 76, 70, 77, 62, 53, 66, 59, 30}, /* EQ3 0, EQ6 1 */
            {89, 76, 62, 74, 57, 47, 61, 57, 24}, /* EQ3 1, EQ6 0 */
            {78, 67, 58, 59, 57, 23, 52, 29, 16}, /* EQ3 1, EQ6 1 */
            {71, 59, 30, 58, 26, 15, 23, 13, 6}, /* EQ3 2, EQ6 1 */
        },
    },
    {
        {
            {93, 86, 75, 86, 74, 56, 70, 52, 40}, /* EQ3 0, EQ6 0 */
            {87, 72, 58, 74, 61, 34, 54, 40, 22}, /* EQ3 0, EQ6 1 */
            {85, 74, 62, 72, 55, 46, 53, 34, 19}, /* EQ3 1, EQ6 0 */
            {75, 55, 51, 57, 41, 19, 36, 19, 8}, /* EQ3 1, EQ6 1 */
            {64, 51, 20, 47, 21, 11, 24, 9, 4}, /* EQ3 2, EQ6 1 */
        },
        {
            {88, 73, 60, 73, 59, 41, 54, 45, 20}, /* EQ3 0, EQ6 0 */
            {75, 53, 50, 55, 40, 20, 43, 22, 11}, /* EQ3 0, EQ6 1 */
            {75, 58, 40, 61, 48, 20, 46, 17, 8}, /* EQ3 1, EQ6 0 */
            {55, 45, 21, 51, 18, 9, 18, 7, 2}, /* EQ3 1, EQ6 1 */
            {53, 24, 14, 24, 12, 5, 10, 3, 1}, /* EQ3 2, EQ6 1 */
        },
    },
};

/* Place of (EQ3, EQ6) in the table; a vector with EQ3 2 always has EQ6 1. */
static const unsigned char joint_place[3][2] = {{0, 1}, {2, 3}, {4, 4}};

/* The most severe vectors of each class. Values are levels: 0 the most severe one. */
static const unsigned char eq1_highest[3][3][3] = {
    /* AV PR UI */
    {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{3, 0, 0}, {1, 1, 1}, {1, 1, 1}},
};
static const unsigned char eq2_highest[2][2][2] = {
    /* AC AT */
    {{0, 0}, {0, 0}},
    {{1, 0}, {0, 1}},
};
static const unsigned char joint_highest[5][5][6] = {
    /* VC VI VA CR IR AR; a class with fewer repeats its last */
    {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}},
    {{0, 0, 1, 1, 1, 0}, {0, 0, 0, 1, 1, 1}, {0, 0, 0, 1, 1, 1}, {0, 0, 0, 1, 1, 1}, {0, 0, 0, 1, 1, 1}},
    {{1, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}},
    {{1, 0, 1, 0, 1, 0}, {1, 0, 0, 0, 1, 1}, {0, 1, 0, 1, 0, 1}, {0, 1, 1, 1, 0, 0}, {1, 1, 0, 0, 0, 1}},
    {{1, 1, 1, 0, 0, 0}, {1, 1, 1, 0, 0, 0}, {1, 1, 1, 0, 0, 0}, {1, 1, 1, 0, 0, 0}, {1, 1, 1, 0, 0, 0}},
};
static const unsigned char eq4_highest[3][3] = {
    /* SC SI SA, where level 0 is Safety, 1 High */
    {1, 0, 0},
    {1, 1, 1},
    {2, 2, 2},
};

/* Steps from the most to the least severe vector of a class ("depth"), per class. */
static const unsigned char eq1_depth[3] = {1, 4, 5}, eq2_depth[2] = {1, 2}, joint_depth[5] = {7, 6, 8, 8, 10},
                           eq4_depth[3] = {6, 5, 4};
/* A multiple of all depths. */
#define DEPTHS 840

struct levels {
    unsigned char eq1[3], eq2[2], joint[6], eq4[3], threat;
};

/* The level of a base metric, taken from its modified one if that is given. */
static unsigned char level(const unsigned char *metrics, unsigned base, unsigned modified)
{
    return (unsigned char)(metrics[modified] > 1 ? metrics[modified] - 2 : metrics[base] - 1);
}

/* The level of a metric whose default X means the most severe value. */
static unsigned char level_or_worst(const unsigned char *metrics, unsigned metric)
{
    return (unsigned char)(metrics[metric] > 1 ? metrics[metric] - 2 : 0);
}

/* Subsequent impacts have one level more, Safety, which only a modified metric can have. */
static unsigned char safety_level(const unsigned char *metrics, unsigned base, unsigned modified)
{
    return (unsigned char)(metrics[modified] > 1 ? metrics[modified] - 2 : metrics[base]);
}

static struct levels find_levels(const unsigned char *m)
{
    return (struct levels){
        .eq1 = {level(m, V4_AV, V4_MAV), level(m, V4_PR, V4_MPR), level(m, V4_UI, V4_MUI)},
        .eq2 = {level(m, V4_AC, V4_MAC), level(m, V4_AT, V4_MAT)},
        .joint = {level(m, V4_VC, V4_MVC), level(m, V4_VI, V4_MVI), level(m, V4_VA, V4_MVA),
                  level_or_worst(m, V4_CR), level_or_worst(m, V4_IR), level_or_worst(m, V4_AR)},
        .eq4 = {(unsigned char)(level(m, V4_SC, V4_MSC) + 1), safety_level(m, V4_SI, V4_MSI),
                safety_level(m, V4_SA, V4_MSA)},
        .threat = level_or_worst(m, V4_E),
    };
}

/* Steps from the first of the COUNT highest vectors that is at least as severe in every metric. */
static unsigned distance(const unsigned char *levels, const unsigned char *highest, unsigned count, unsigned width)
{
    for (unsigned i = 0; i < count; i++, highest += width) {
        unsigned sum = 0, metric = 0;
        for (; metric < width && levels[metric] >= highest[metric]; metric++)
            sum += (unsigned)(levels[metric] - highest[metric]);
        if (metric == width)
            return sum;
    }
    return 0; /* every vector is below one of its class's highest; no distance would be the severe side */
}

struct classes {
    unsigned eq1, eq2, eq3, eq4, eq5, eq6;
};

static struct classes classify(const struct levels *l)
{
    const unsigned char *joint = l->joint;
    struct classes c = {.eq5 = l->threat};
    bool av = l->eq1[0] == 0, pr = l->eq1[1] == 0, ui = l->eq1[2] == 0;
    c.eq1 = av && pr && ui ? 0 : (av || pr || ui) && l->eq1[0] != 3 ? 1 : 2;
    c.eq2 = l->eq2[0] == 0 && l->eq2[1] == 0 ? 0 : 1;
    c.eq3 = joint[0] == 0 && joint[1] == 0 ? 0 : joint[0] == 0 || joint[1] == 0 || joint[2] == 0 ? 1 : 2;
    c.eq4 = l->eq4[1] == 0 || l->eq4[2] == 0 ? 0 : l->eq4[0] == 1 || l->eq4[1] == 1 || l->eq4[2] == 1 ? 1 : 2;
    c.eq6 = 1;
    for (unsigned i = 0; i < 3; i++)
        if (joint[i] == 0 && joint[i + 3] == 0)
            c.eq6 = 0;
    return c;
}

static unsigned macro_score(struct classes c)
{
    return macro_scores[c.eq1][c.eq2][joint_place[c.eq3][c.eq6]][c.eq4 * 3 + c.eq5];
}

/* The score of the next lower macro vector in EQ3 and EQ6 together; false: there is none. */
static bool next_lower_joint(struct classes c, unsigned *score)
{
    struct classes below3 = c, below6 = c;
    below3.eq3++;
    below6.eq6++;
    if (c.eq3 == 2)
        return false;
    if (c.eq6 == 1) /* 01 → 11, 11 → 21 */
        *score = macro_score(below3);
    else if (c.eq3 == 1) /* 10 → 11 */
        *score = macro_score(below6);
    else /* 00 → 01 or 10, whichever is higher */
        *score = macro_score(below3) > macro_score(below6) ? macro_score(below3) : macro_score(below6);
    return true;
}

/* The mean over the classes of how far down their part of the score this vector lies. */
struct mean {
    unsigned sum; /* tenths × DEPTHS */
    unsigned count;
};

static void add(struct mean *mean, unsigned score, unsigned lower, unsigned steps, unsigned depth)
{
    if (lower > score)
        return;
    mean->sum += (score - lower) * steps * (DEPTHS / depth);
    mean->count++;
}

unsigned dw_cvss4_score(const unsigned char metrics[DW_CVSS_METRICS])
{
    struct levels l = find_levels(metrics);
    bool no_impact = true;
    for (unsigned i = 0; i < 3; i++)
        no_impact &= l.joint[i] == 2 && l.eq4[i] == 3;
    if (no_impact)
        return 0;

    struct classes c = classify(&l), below;
    unsigned joint = joint_place[c.eq3][c.eq6], score = macro_score(c), lower;
    struct mean mean = {0};
    below = c;
    if (++below.eq1 < 3)
        add(&mean, score, macro_score(below), distance(l.eq1, eq1_highest[c.eq1][0], 3, 3), eq1_depth[c.eq1]);
    below = c;
    if (++below.eq2 < 2)
        add(&mean, score, macro_score(below), distance(l.eq2, eq2_highest[c.eq2][0], 2, 2), eq2_depth[c.eq2]);
    if (next_lower_joint(c, &lower))
        add(&mean, score, lower, distance(l.joint, joint_highest[joint][0], 5, 6), joint_depth[joint]);
    below = c;
    if (++below.eq4 < 3)
        add(&mean, score, macro_score(below), distance(l.eq4, eq4_highest[c.eq4], 1, 3), eq4_depth[c.eq4]);
    below = c;
    if (++below.eq5 < 3) /* its classes have one value each: no way down within them, but they count */
        add(&mean, score, macro_score(below), 0, 1);
    if (mean.count == 0)
        return score;
    /* score - sum / (count × DEPTHS), to the nearest tenth, halves up */
    unsigned unit = mean.count * DEPTHS, whole = score * unit;
    return mean.sum >= whole ? 0 : (2 * (whole - mean.sum) + unit) / (2 * unit);
}
