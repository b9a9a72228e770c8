/* SPDX-License-Identifier: Apache-2.0
 *
 * Debian's versions: [epoch:]upstream[-revision], deb-version(7), Debian Policy 5.6.12.
 *
 * Epoch, upstream and revision are compared one after the other by the same rule, so that an epoch that is no number
 * (an invalid version) has a place in the order too. */
#include "advisory/version/orders.h"
#include "advisory/version/trace.h"

struct parts {
    struct dw_slice epoch, upstream, revision;
    bool has_revision;
};

static struct parts split(struct dw_slice version)
{
    struct parts parts = {.epoch = DW_SLICE("0"), .upstream = version};
    size_t colon = dw_slice_find(version, ':');
    if (colon != SIZE_MAX) {
        parts.epoch = dw_slice_part(version, 0, colon);
        parts.upstream = dw_slice_from(version, colon + 1);
    }
    size_t hyphen = dw_slice_find_last(parts.upstream, '-');
    parts.has_revision = hyphen != SIZE_MAX;
    if (parts.has_revision) {
        parts.revision = dw_slice_from(parts.upstream, hyphen + 1);
        parts.upstream = dw_slice_part(parts.upstream, 0, hyphen);
    }
    return parts;
}

/* '~' before the end, which digits share, before letters, before everything else. */
static int weight(struct dw_slice text, size_t at)
{
    if (at >= text.len || dw_is_digit(text.at[at]))
        return 0;
    if (text.at[at] == '~')
        return -1;
    int byte = (unsigned char)text.at[at];
    return dw_is_alpha(text.at[at]) ? byte : byte + 256;
}

static size_t text_length(struct dw_slice text)
{
    size_t len = 0;
    while (len < text.len && !dw_is_digit(text.at[len]))
        len++;
    return len;
}

static int compare_text(struct dw_slice a, struct dw_slice b)
{
    for (size_t i = 0; i < a.len || i < b.len; i++) {
        int weight_a = weight(a, i), weight_b = weight(b, i);
        if (weight_a != weight_b)
            return weight_a < weight_b ? -1 : 1;
    }
    return 0;
}

static int walk_part(const char *name, struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace)
{
    while (a.len > 0 || b.len > 0) {
        struct dw_slice text_a = dw_slice_part(a, 0, text_length(a)), text_b = dw_slice_part(b, 0, text_length(b));
        int result = compare_text(text_a, text_b);
        if (result != 0)
            return dw_trace_decide(trace, name, text_a, text_b, result);
        dw_trace_equal(trace, text_a);
        a = dw_slice_from(a, text_a.len);
        b = dw_slice_from(b, text_b.len);
        struct dw_slice digits_a = dw_digits_prefix(a), digits_b = dw_digits_prefix(b);
        result = dw_digits_compare(digits_a, digits_b);
        if (result != 0)
            return dw_trace_decide(trace, name, digits_a, digits_b, result);
        dw_trace_equal(trace, digits_a);
        a = dw_slice_from(a, digits_a.len);
        b = dw_slice_from(b, digits_b.len);
    }
    return 0;
}

static int walk(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace)
{
    struct parts parts_a = split(a), parts_b = split(b);
    /* Equal epochs are hardly ever written: they are no part of the trace. */
    int result = walk_part("epoch", parts_a.epoch, parts_b.epoch, NULL);
    if (result != 0)
        return walk_part("epoch", parts_a.epoch, parts_b.epoch, trace);
    result = walk_part("upstream version", parts_a.upstream, parts_b.upstream, trace);
    return result != 0 ? result : walk_part("revision", parts_a.revision, parts_b.revision, trace);
}

static int compare(struct dw_slice a, struct dw_slice b)
{
    return walk(a, b, NULL);
}

/* dpkg itself takes characters that the policy forbids with a warning only and orders them all the same, so that no
 * more is asked for here than what splitting needs: an epoch that is a number, and no empty part. */
static bool valid(struct dw_slice version)
{
    for (size_t i = 0; i < version.len; i++)
        if (version.at[i] <= ' ' || version.at[i] > '~')
            return false;
    struct parts parts = split(version);
    return dw_digits_only(parts.epoch) && parts.upstream.len > 0 && (!parts.has_revision || parts.revision.len > 0);
}

static void explain(struct dw_slice a, struct dw_slice b, struct dw_buffer *out)
{
    dw_trace_explain(walk, a, b, out);
}

const struct dw_version_order dw_version_dpkg = {"dpkg", compare, valid, explain};
