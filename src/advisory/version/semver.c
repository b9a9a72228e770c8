/* SPDX-License-Identifier: Apache-2.0
 *
 * Semantic Versioning 2.0.0, item 11, read generously: an optional "v", any number of numeric parts with missing ones
 * as 0, numbers of any length. Build metadata does not order.
 *
 * Go (go.dev/ref/mod, "Versions"): "go1.21.3" is 1.21.3; "+incompatible" and what the toolchain puts behind it with a
 * second plus are build metadata; pseudo-versions order as pre-releases. */
#include "advisory/version/orders.h"
#include "advisory/version/trace.h"

struct parts {
    struct dw_slice numbers, pre_release, build;
    bool has_pre_release, has_build;
};

static struct parts split(struct dw_slice version)
{
    struct parts parts = {0};
    size_t plus = dw_slice_find(version, '+');
    if (plus != SIZE_MAX) {
        parts.has_build = true;
        parts.build = dw_slice_from(version, plus + 1);
        version = dw_slice_part(version, 0, plus);
    }
    size_t hyphen = dw_slice_find(version, '-');
    if (hyphen != SIZE_MAX) {
        parts.has_pre_release = true;
        parts.pre_release = dw_slice_from(version, hyphen + 1);
        version = dw_slice_part(version, 0, hyphen);
    }
    parts.numbers = version;
    return parts;
}

static struct dw_slice strip_v(struct dw_slice version)
{
    return dw_slice_from(version, version.len > 0 && dw_to_lower(version.at[0]) == 'v');
}

static struct dw_slice strip_go(struct dw_slice version)
{
    return dw_slice_starts_with(version, "go") ? dw_slice_from(version, 2) : strip_v(version);
}

/* Numbers before text; numbers by value, text by bytes. */
static int compare_identifiers(struct dw_slice a, struct dw_slice b)
{
    bool number_a = dw_digits_only(a), number_b = dw_digits_only(b);
    if (number_a != number_b)
        return number_a ? -1 : 1;
    return number_a ? dw_digits_compare(a, b) : dw_text_compare(a, b);
}

static int walk_list(const char *kind, struct dw_slice a, struct dw_slice b, struct dw_slice missing,
                     struct dw_version_trace *trace)
{
    bool more_a = true, more_b = true;
    for (;;) {
        struct dw_slice piece_a, piece_b;
        bool has_a = dw_slice_split(&a, '.', &more_a, &piece_a), has_b = dw_slice_split(&b, '.', &more_b, &piece_b);
        if (!has_a && !has_b)
            return 0;
        if (missing.len == 0 && has_a != has_b) /* more identifiers win */
            return dw_trace_decide(trace, kind, has_a ? piece_a : missing, has_b ? piece_b : missing, has_a ? 1 : -1);
        piece_a = has_a ? piece_a : missing;
        piece_b = has_b ? piece_b : missing;
        int result = compare_identifiers(piece_a, piece_b);
        if (result != 0)
            return dw_trace_decide(trace, kind, piece_a, piece_b, result);
        dw_trace_equal(trace, piece_a);
    }
}

static int walk_stripped(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace)
{
    struct parts parts_a = split(a), parts_b = split(b);
    int result = walk_list("number", parts_a.numbers, parts_b.numbers, DW_SLICE("0"), trace);
    if (result != 0)
        return result;
    if (parts_a.has_pre_release != parts_b.has_pre_release) {
        struct dw_slice release = DW_SLICE("release");
        return dw_trace_decide(trace, "pre-release", parts_a.has_pre_release ? parts_a.pre_release : release,
                               parts_b.has_pre_release ? parts_b.pre_release : release,
                               parts_a.has_pre_release ? -1 : 1);
    }
    if (!parts_a.has_pre_release)
        return 0;
    return walk_list("pre-release identifier", parts_a.pre_release, parts_b.pre_release, (struct dw_slice){0}, trace);
}

static bool valid_identifiers(struct dw_slice list, const char *further)
{
    struct dw_slice piece;
    for (bool more = true; dw_slice_split(&list, '.', &more, &piece);) {
        if (piece.len == 0)
            return false;
        for (size_t i = 0; i < piece.len; i++)
            if (!dw_is_digit(piece.at[i]) && !dw_is_alpha(piece.at[i]) && piece.at[i] != '-' &&
                (piece.at[i] == '\0' || strchr(further, piece.at[i]) == NULL))
                return false;
    }
    return true;
}

static bool valid_stripped(struct dw_slice version, const char *further)
{
    struct parts parts = split(version);
    struct dw_slice rest = parts.numbers, piece;
    for (bool more = true; dw_slice_split(&rest, '.', &more, &piece);)
        if (!dw_digits_only(piece))
            return false;
    return (!parts.has_pre_release || valid_identifiers(parts.pre_release, "")) &&
           (!parts.has_build || valid_identifiers(parts.build, further));
}

static int walk_semver(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace)
{
    return walk_stripped(strip_v(a), strip_v(b), trace);
}

static int compare_semver(struct dw_slice a, struct dw_slice b)
{
    return walk_semver(a, b, NULL);
}

static bool valid_semver(struct dw_slice version)
{
    return valid_stripped(strip_v(version), "");
}

static void explain_semver(struct dw_slice a, struct dw_slice b, struct dw_buffer *out)
{
    dw_trace_explain(walk_semver, a, b, out);
}

const struct dw_version_order dw_version_semver = {"semver", compare_semver, valid_semver, explain_semver};

static int walk_go(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace)
{
    return walk_stripped(strip_go(a), strip_go(b), trace);
}

static int compare_go(struct dw_slice a, struct dw_slice b)
{
    return walk_go(a, b, NULL);
}

static bool valid_go(struct dw_slice version)
{
    return valid_stripped(strip_go(version), "+");
}

static void explain_go(struct dw_slice a, struct dw_slice b, struct dw_buffer *out)
{
    dw_trace_explain(walk_go, a, b, out);
}

const struct dw_version_order dw_version_go = {"go", compare_go, valid_go, explain_go};
