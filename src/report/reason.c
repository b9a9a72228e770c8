/* SPDX-License-Identifier: Apache-2.0 */
#include "report/reason.h"

#define DIGITS 3 /* of a rule's number */

struct part {
    struct dw_slice rule, text; /* rule: "" for a part without one */
};

struct parts {
    DW_VECTOR(struct part) at;
    struct dw_slice more; /* "and 2 more", or "" */
};

/* Length of "RT-002: " at the start of TEXT, 0 if there is none; the rule itself is all but the last two bytes. */
static size_t rule_length(struct dw_slice text)
{
    size_t at = 0, digits = 0;
    while (at < text.len && ((text.at[at] >= 'A' && text.at[at] <= 'Z') || dw_is_digit(text.at[at])))
        at++;
    if (at < 2 || at >= text.len || text.at[at] != '-')
        return 0;
    for (at++; at < text.len && dw_is_digit(text.at[at]); at++)
        digits++;
    return digits == DIGITS && dw_slice_starts_with(dw_slice_from(text, at), ": ") ? at + 2 : 0;
}

static void split(struct dw_slice reason, struct parts *parts)
{
    struct dw_slice semicolon = DW_SLICE("; "), more = DW_SLICE("; and ");
    size_t last = reason.len;
    for (size_t at = reason.len; at-- > 0;)
        if (dw_slice_starts(dw_slice_from(reason, at), semicolon)) {
            last = at;
            break;
        }
    if (dw_slice_starts(dw_slice_from(reason, last), more) && dw_slice_ends_with(reason, " more")) {
        parts->more = dw_slice_from(reason, last + semicolon.len);
        reason.len = last;
    }
    while (reason.len > 0) {
        struct part *part = dw_vector_push(&parts->at);
        size_t rule = rule_length(reason), end = rule;
        if (rule > 0)
            part->rule = dw_slice_part(reason, 0, rule - 2);
        /* Up to the next "; " behind which a rule stands: a text has semicolons of its own. */
        while (end < reason.len && !(dw_slice_starts(dw_slice_from(reason, end), semicolon) &&
                                     rule_length(dw_slice_from(reason, end + semicolon.len)) > 0))
            end++;
        part->text = dw_slice_part(reason, rule, end - rule);
        reason = dw_slice_from(reason, end + semicolon.len);
    }
}

static bool said_before(const struct parts *parts, size_t which)
{
    for (size_t i = 0; i < which; i++)
        if (dw_slice_equal(parts->at.at[i].text, parts->at.at[which].text))
            return true;
    return false;
}

static void write(struct dw_buffer *out, struct dw_slice reason, bool rules)
{
    struct parts parts = {0};
    size_t start = out->len;
    split(reason, &parts);
    for (size_t i = 0; i < parts.at.len; i++) {
        const struct part *part = &parts.at.at[i];
        bool any = false;
        if (said_before(&parts, i))
            continue;
        if (out->len > start)
            dw_buffer_append_string(out, "; ");
        for (size_t j = i; rules && j < parts.at.len; j++)
            if (parts.at.at[j].rule.len > 0 && dw_slice_equal(parts.at.at[j].text, part->text)) {
                dw_buffer_append_string(out, any ? ", " : "");
                dw_buffer_append(out, parts.at.at[j].rule);
                any = true;
            }
        dw_buffer_append_string(out, any ? ": " : "");
        dw_buffer_append(out, part->text);
    }
    if (rules && parts.more.len > 0) {
        dw_buffer_append_string(out, out->len > start ? "; " : "");
        dw_buffer_append(out, parts.more);
    }
    dw_vector_free(&parts.at);
}

void dw_reason_by_rule(struct dw_buffer *out, struct dw_slice reason)
{
    write(out, reason, true);
}

void dw_reason_plain(struct dw_buffer *out, struct dw_slice reason)
{
    write(out, reason, false);
}
