/* SPDX-License-Identifier: Apache-2.0
 *
 * CVSS: vector strings of all versions, and the equations of "A Complete Guide to the Common Vulnerability Scoring System
 * Version 2.0" (section 3.2) and of the Specification Documents of versions 3.0 and 3.1 (section 7 and appendix A). */
#include "advisory/cvss.h"

#include "advisory/cvss_tables.h"

#include <math.h>

/* A metric and the values it can have, separated by spaces; the weights of 2.0 and 3.x in the same order. */
struct metric {
    const char *name, *values;
    double weights[6];
};

static const struct metric metrics2[] = {
    [V2_AV] = {"AV", "L A N", {0.395, 0.646, 1.0}},
    [V2_AC] = {"AC", "H M L", {0.35, 0.61, 0.71}},
    [V2_AU] = {"Au", "M S N", {0.45, 0.56, 0.704}},
    [V2_C] = {"C", "N P C", {0, 0.275, 0.660}},
    [V2_I] = {"I", "N P C", {0, 0.275, 0.660}},
    [V2_A] = {"A", "N P C", {0, 0.275, 0.660}},
    [V2_E] = {"E", "U POC F H ND", {0.85, 0.9, 0.95, 1.0, 1.0}},
    [V2_RL] = {"RL", "OF TF W U ND", {0.87, 0.90, 0.95, 1.0, 1.0}},
    [V2_RC] = {"RC", "UC UR C ND", {0.90, 0.95, 1.0, 1.0}},
    [V2_CDP] = {"CDP", "N L LM MH H ND", {0, 0.1, 0.3, 0.4, 0.5, 0}},
    [V2_TD] = {"TD", "N L M H ND", {0, 0.25, 0.75, 1.0, 1.0}},
    [V2_CR] = {"CR", "L M H ND", {0.5, 1.0, 1.51, 1.0}},
    [V2_IR] = {"IR", "L M H ND", {0.5, 1.0, 1.51, 1.0}},
    [V2_AR] = {"AR", "L M H ND", {0.5, 1.0, 1.51, 1.0}},
};

/* "X" comes first, so that it and a metric that is not given are easy to tell from the rest. */
static const struct metric metrics3[] = {
    [V3_AV] = {"AV", "N A L P", {0.85, 0.62, 0.55, 0.2}},
    [V3_AC] = {"AC", "L H", {0.77, 0.44}},
    [V3_PR] = {"PR", "N L H", {0.85, 0.62, 0.27}},
    [V3_UI] = {"UI", "N R", {0.85, 0.62}},
    [V3_S] = {"S", "U C", {0}},
    [V3_C] = {"C", "H L N", {0.56, 0.22, 0}},
    [V3_I] = {"I", "H L N", {0.56, 0.22, 0}},
    [V3_A] = {"A", "H L N", {0.56, 0.22, 0}},
    [V3_E] = {"E", "X U P F H", {1.0, 0.91, 0.94, 0.97, 1.0}},
    [V3_RL] = {"RL", "X O T W U", {1.0, 0.95, 0.96, 0.97, 1.0}},
    [V3_RC] = {"RC", "X U R C", {1.0, 0.92, 0.96, 1.0}},
    [V3_CR] = {"CR", "X L M H", {1.0, 0.5, 1.0, 1.5}},
    [V3_IR] = {"IR", "X L M H", {1.0, 0.5, 1.0, 1.5}},
    [V3_AR] = {"AR", "X L M H", {1.0, 0.5, 1.0, 1.5}},
    [V3_MAV] = {"MAV", "X N A L P", {0}},
    [V3_MAC] = {"MAC", "X L H", {0}},
    [V3_MPR] = {"MPR", "X N L H", {0}},
    [V3_MUI] = {"MUI", "X N R", {0}},
    [V3_MS] = {"MS", "X U C", {0}},
    [V3_MC] = {"MC", "X H L N", {0}},
    [V3_MI] = {"MI", "X H L N", {0}},
    [V3_MA] = {"MA", "X H L N", {0}},
};

/* The order of values in 4.0 is their severity level, the most severe first (Specification Document 4.0, table 30). */
static const struct metric metrics4[] = {
    [V4_AV] = {"AV", "N A L P", {0}},
    [V4_AC] = {"AC", "L H", {0}},
    [V4_AT] = {"AT", "N P", {0}},
    [V4_PR] = {"PR", "N L H", {0}},
    [V4_UI] = {"UI", "N P A", {0}},
    [V4_VC] = {"VC", "H L N", {0}},
    [V4_VI] = {"VI", "H L N", {0}},
    [V4_VA] = {"VA", "H L N", {0}},
    [V4_SC] = {"SC", "H L N", {0}},
    [V4_SI] = {"SI", "H L N", {0}},
    [V4_SA] = {"SA", "H L N", {0}},
    [V4_E] = {"E", "X A P U", {0}},
    [V4_CR] = {"CR", "X H M L", {0}},
    [V4_IR] = {"IR", "X H M L", {0}},
    [V4_AR] = {"AR", "X H M L", {0}},
    [V4_MAV] = {"MAV", "X N A L P", {0}},
    [V4_MAC] = {"MAC", "X L H", {0}},
    [V4_MAT] = {"MAT", "X N P", {0}},
    [V4_MPR] = {"MPR", "X N L H", {0}},
    [V4_MUI] = {"MUI", "X N P A", {0}},
    [V4_MVC] = {"MVC", "X H L N", {0}},
    [V4_MVI] = {"MVI", "X H L N", {0}},
    [V4_MVA] = {"MVA", "X H L N", {0}},
    [V4_MSC] = {"MSC", "X H L N", {0}},
    [V4_MSI] = {"MSI", "X S H L N", {0}},
    [V4_MSA] = {"MSA", "X S H L N", {0}},
    [V4_S] = {"S", "X N P", {0}},
    [V4_AU] = {"AU", "X N Y", {0}},
    [V4_R] = {"R", "X A U I", {0}},
    [V4_V] = {"V", "X D C", {0}},
    [V4_RE] = {"RE", "X L M H", {0}},
    [V4_U] = {"U", "X Clear Green Amber Red", {0}},
};
_Static_assert(sizeof(metrics4) / sizeof(metrics4[0]) == DW_CVSS_METRICS, "every metric has its place");

#define COUNT(array) (unsigned char)(sizeof(array) / sizeof((array)[0]))

static const struct version {
    unsigned major, minor;
    const char *name, *prefix;
    const struct metric *metrics;
    unsigned char count, base; /* metrics in all; the first BASE of them are required */
    bool ordered;
} versions[] = {
    {2, 0, "2.0", "", metrics2, COUNT(metrics2), V2_A + 1, true},
    {3, 0, "3.0", "CVSS:3.0/", metrics3, COUNT(metrics3), V3_A + 1, false},
    {3, 1, "3.1", "CVSS:3.1/", metrics3, COUNT(metrics3), V3_A + 1, false},
    {4, 0, "4.0", "CVSS:4.0/", metrics4, COUNT(metrics4), V4_SA + 1, true},
};
#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

static const struct version *version_of(const struct dw_cvss *cvss)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (versions[i].major == cvss->major && versions[i].minor == cvss->minor)
            return &versions[i];
    return NULL;
}

/* ---- vector strings ---- */

static const struct version *find_version(struct dw_slice vector)
{
    for (size_t i = VERSIONS; i-- > 1;)
        if (dw_slice_starts_with(vector, versions[i].prefix))
            return &versions[i];
    return dw_slice_starts_with(vector, "CVSS") ? NULL : &versions[0];
}

static unsigned char find_value(const struct metric *metric, struct dw_slice value)
{
    struct dw_slice rest = dw_slice_of(metric->values), word;
    unsigned char number = 0;
    for (bool more = true; dw_slice_split(&rest, ' ', &more, &word);) {
        number++;
        if (dw_slice_equal(word, value))
            return number;
    }
    return 0;
}

static bool parse_metric(const struct version *version, struct dw_slice piece, unsigned char *last,
                         struct dw_cvss *cvss, struct dw_error *error)
{
    size_t colon = dw_slice_find(piece, ':');
    struct dw_slice name = dw_slice_part(piece, 0, colon);
    unsigned char at = 0;
    while (at < version->count && !dw_slice_is(name, version->metrics[at].name))
        at++;
    if (colon == SIZE_MAX || at == version->count)
        return dw_fail(error, DW_ERROR_INPUT, "CVSS %s has no metric \"%.*s\"", version->name,
                       DW_SLICE_ARG(dw_slice_part(piece, 0, 40)));
    if (cvss->metrics[at] != 0)
        return dw_fail(error, DW_ERROR_INPUT, "CVSS %s: metric %s stands twice", version->name,
                       version->metrics[at].name);
    if (version->ordered && at < *last)
        return dw_fail(error, DW_ERROR_INPUT, "CVSS %s: metric %s is out of order", version->name,
                       version->metrics[at].name);
    *last = at;
    cvss->metrics[at] = find_value(&version->metrics[at], dw_slice_from(piece, colon + 1));
    if (cvss->metrics[at] == 0)
        return dw_fail(error, DW_ERROR_INPUT, "CVSS %s: metric %s has no value \"%.*s\"", version->name,
                       version->metrics[at].name, DW_SLICE_ARG(dw_slice_part(piece, colon + 1, 40)));
    return true;
}

/* All of metrics FIRST to LAST or none of them. */
static bool whole_group(const struct dw_cvss *cvss, unsigned first, unsigned last)
{
    bool any = false, all = true;
    for (unsigned i = first; i <= last; i++) {
        any |= cvss->metrics[i] != 0;
        all &= cvss->metrics[i] != 0;
    }
    return any == all;
}

static bool parse(struct dw_slice vector, struct dw_cvss *cvss, struct dw_error *error)
{
    const struct version *version = find_version(vector);
    *cvss = (struct dw_cvss){0};
    if (version == NULL)
        return dw_fail(error, DW_ERROR_INPUT, "\"%.*s\" is no CVSS vector of version 2.0, 3.0, 3.1 or 4.0",
                       DW_SLICE_ARG(dw_slice_part(vector, 0, 80)));
    cvss->major = version->major;
    cvss->minor = version->minor;
    struct dw_slice rest = dw_slice_from(vector, strlen(version->prefix)), piece;
    unsigned char last = 0;
    for (bool more = true; dw_slice_split(&rest, '/', &more, &piece);)
        if (!parse_metric(version, piece, &last, cvss, error))
            return false;
    for (unsigned i = 0; i < version->base; i++)
        if (cvss->metrics[i] == 0)
            return dw_fail(error, DW_ERROR_INPUT, "CVSS %s: base metric %s is missing", version->name,
                           version->metrics[i].name);
    if (version->major == 2 && (!whole_group(cvss, V2_E, V2_RC) || !whole_group(cvss, V2_CDP, V2_AR)))
        return dw_fail(error, DW_ERROR_INPUT, "CVSS 2.0: a group of metrics is not complete");
    return true;
}

void dw_cvss_format(const struct dw_cvss *cvss, struct dw_buffer *out)
{
    const struct version *version = version_of(cvss);
    if (version == NULL)
        return;
    dw_buffer_append_string(out, version->prefix);
    bool first = true;
    for (unsigned i = 0; i < version->count; i++) {
        if (cvss->metrics[i] == 0)
            continue;
        struct dw_slice rest = dw_slice_of(version->metrics[i].values), word = {0};
        bool more = true;
        for (unsigned char n = 0; n < cvss->metrics[i]; n++)
            dw_slice_split(&rest, ' ', &more, &word);
        dw_buffer_printf(out, "%s%s:%.*s", first ? "" : "/", version->metrics[i].name, DW_SLICE_ARG(word));
        first = false;
    }
}

const char *dw_cvss_version_name(const struct dw_cvss *cvss)
{
    const struct version *version = version_of(cvss);
    return version ? version->name : "unknown";
}

/* ---- version 2.0 ---- */

static double weight2(const struct dw_cvss *cvss, unsigned metric)
{
    return cvss->metrics[metric] == 0 ? 1.0 : metrics2[metric].weights[cvss->metrics[metric] - 1];
}

/* To the nearest tenth. The sums are of decimals with few digits: what binary fractions lose is far below the margin. */
static double round1(double value)
{
    return floor(value * 10 + 0.5 + 1e-9) / 10;
}

static double base2(const struct dw_cvss *cvss, double impact)
{
    double exploitability = 20 * weight2(cvss, V2_AV) * weight2(cvss, V2_AC) * weight2(cvss, V2_AU);
    return round1((0.6 * impact + 0.4 * exploitability - 1.5) * (impact > 0 ? 1.176 : 0));
}

static double score2(const struct dw_cvss *cvss)
{
    double c = weight2(cvss, V2_C), i = weight2(cvss, V2_I), a = weight2(cvss, V2_A);
    double temporal = weight2(cvss, V2_E) * weight2(cvss, V2_RL) * weight2(cvss, V2_RC);
    bool has_temporal = cvss->metrics[V2_E] != 0;
    if (cvss->metrics[V2_CDP] == 0) {
        double base = base2(cvss, 10.41 * (1 - (1 - c) * (1 - i) * (1 - a)));
        return has_temporal ? round1(base * temporal) : base;
    }
    double impact = 10.41 * (1 - (1 - c * weight2(cvss, V2_CR)) * (1 - i * weight2(cvss, V2_IR)) *
                                     (1 - a * weight2(cvss, V2_AR)));
    double adjusted = round1(base2(cvss, fmin(10, impact)) * temporal);
    return round1((adjusted + (10 - adjusted) * weight2(cvss, V2_CDP)) * weight2(cvss, V2_TD));
}

/* ---- versions 3.0 and 3.1 ---- */

static double weight3(const struct dw_cvss *cvss, unsigned metric)
{
    return cvss->metrics[metric] == 0 ? 1.0 : metrics3[metric].weights[cvss->metrics[metric] - 1];
}

/* The number of a base metric's value, or of its modified one if that is given and not X. */
static unsigned char modified3(const struct dw_cvss *cvss, unsigned base, unsigned modified)
{
    return cvss->metrics[modified] > 1 ? (unsigned char)(cvss->metrics[modified] - 1) : cvss->metrics[base];
}

static bool any_defined(const struct dw_cvss *cvss, unsigned first, unsigned last)
{
    for (unsigned i = first; i <= last; i++)
        if (cvss->metrics[i] > 1)
            return true;
    return false;
}

/* Up to the next tenth. 3.0 says so and no more; 3.1 gives an algorithm on integers (appendix A), so that all agree. */
static double round_up(const struct dw_cvss *cvss, double value)
{
    if (cvss->minor == 0)
        return ceil(value * 10 - 1e-9) / 10;
    int64_t number = (int64_t)llround(value * 100000);
    return number % 10000 == 0 ? (double)number / 100000 : (double)(number / 10000 + 1) / 10;
}

/* The parts of the equations that base and environmental score share. */
struct parts3 {
    double exploitability;
    bool changed; /* scope */
};

static struct parts3 exploitability3(unsigned char av, unsigned char ac, unsigned char pr, unsigned char ui,
                                     unsigned char scope)
{
    bool changed = scope == 2;
    double privileges = metrics3[V3_PR].weights[pr - 1];
    if (changed && pr == 2)
        privileges = 0.68;
    else if (changed && pr == 3)
        privileges = 0.5;
    return (struct parts3){8.22 * metrics3[V3_AV].weights[av - 1] * metrics3[V3_AC].weights[ac - 1] * privileges *
                               metrics3[V3_UI].weights[ui - 1],
                           changed};
}

static double sum3(const struct dw_cvss *cvss, struct parts3 parts, double impact)
{
    if (impact <= 0)
        return 0;
    return round_up(cvss, fmin((parts.changed ? 1.08 : 1.0) * (impact + parts.exploitability), 10));
}

static double base3(const struct dw_cvss *cvss)
{
    const unsigned char *m = cvss->metrics;
    struct parts3 parts = exploitability3(m[V3_AV], m[V3_AC], m[V3_PR], m[V3_UI], m[V3_S]);
    double iss = 1 - (1 - weight3(cvss, V3_C)) * (1 - weight3(cvss, V3_I)) * (1 - weight3(cvss, V3_A));
    return sum3(cvss, parts, parts.changed ? 7.52 * (iss - 0.029) - 3.25 * pow(iss - 0.02, 15) : 6.42 * iss);
}

static double environmental3(const struct dw_cvss *cvss)
{
    struct parts3 parts = exploitability3(modified3(cvss, V3_AV, V3_MAV), modified3(cvss, V3_AC, V3_MAC),
                                          modified3(cvss, V3_PR, V3_MPR), modified3(cvss, V3_UI, V3_MUI),
                                          modified3(cvss, V3_S, V3_MS));
    double c = metrics3[V3_C].weights[modified3(cvss, V3_C, V3_MC) - 1] * weight3(cvss, V3_CR);
    double i = metrics3[V3_I].weights[modified3(cvss, V3_I, V3_MI) - 1] * weight3(cvss, V3_IR);
    double a = metrics3[V3_A].weights[modified3(cvss, V3_A, V3_MA) - 1] * weight3(cvss, V3_AR);
    double miss = fmin(1 - (1 - c) * (1 - i) * (1 - a), 0.915);
    double impact = 6.42 * miss;
    if (parts.changed)
        impact = 7.52 * (miss - 0.029) -
                 3.25 * (cvss->minor == 0 ? pow(miss - 0.02, 15) : pow(miss * 0.9731 - 0.02, 13));
    return sum3(cvss, parts, impact);
}

static double score3(const struct dw_cvss *cvss)
{
    double temporal = weight3(cvss, V3_E) * weight3(cvss, V3_RL) * weight3(cvss, V3_RC);
    if (any_defined(cvss, V3_CR, V3_MA))
        return round_up(cvss, environmental3(cvss) * temporal);
    return any_defined(cvss, V3_E, V3_RC) ? round_up(cvss, base3(cvss) * temporal) : base3(cvss);
}

bool dw_cvss_parse_score(struct dw_slice vector, struct dw_cvss *cvss, struct dw_error *error)
{
    if (!parse(vector, cvss, error))
        return false;
    switch (cvss->major) {
    case 2:
        cvss->score_tenths = (unsigned)lround(fmax(0, score2(cvss)) * 10);
        /* NVD's bands for 2.0: low from 0.0, and high from 7.0 without end. */
        cvss->severity = cvss->score_tenths < 40   ? DW_SEVERITY_LOW
                         : cvss->score_tenths < 70 ? DW_SEVERITY_MEDIUM
                                                   : DW_SEVERITY_HIGH;
        return true;
    case 3:
        cvss->score_tenths = (unsigned)lround(score3(cvss) * 10);
        break;
    default:
        cvss->score_tenths = dw_cvss4_score(cvss->metrics);
        break;
    }
    cvss->severity = dw_severity_of_score(cvss->score_tenths);
    return true;
}
