/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/range.h"

/* One event while a range is evaluated. */
struct step {
    const struct dw_range_event *event;
    size_t listed; /* its place in the list: keeps the sort stable */
    const struct dw_version_order *order;
};

static bool is_zero(const struct dw_range_event *event)
{
    return event->kind == DW_EVENT_INTRODUCED && dw_slice_is(event->version, "0");
}

static int compare_steps(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    int order = (int)is_zero(y->event) - (int)is_zero(x->event);
    if (order == 0)
        order = x->order->compare(x->event->version, y->event->version);
    return order ? order : (x->listed > y->listed) - (x->listed < y->listed);
}

static void say(struct dw_buffer *trace, const char *before, struct dw_slice text, const char *after)
{
    if (trace == NULL)
        return;
    dw_buffer_append_string(trace, before);
    dw_buffer_append(trace, text);
    dw_buffer_append_string(trace, after);
}

static void say_step(struct dw_buffer *trace, const struct dw_version_order *order,
                     const struct dw_range_event *event, struct dw_slice version, const char *effect)
{
    if (trace == NULL)
        return;
    dw_buffer_printf(trace, "    %s %.*s: ", dw_event_kind_name(event->kind), DW_SLICE_ARG(event->version));
    if (is_zero(event))
        dw_buffer_append_string(trace, "every version is at or above it");
    else
        order->explain(version, event->version, trace);
    dw_buffer_printf(trace, "; %s\n", effect);
}

/* "<= 1.2.3" or "< 1.2.3" of last_known_affected_version_range. */
struct bound {
    bool given, inclusive;
    struct dw_slice version;
};

static struct bound parse_bound(const struct dw_version_order *order, struct dw_slice text)
{
    struct bound bound = {0};
    if (dw_slice_starts_with(text, "<=")) {
        bound.inclusive = true;
        bound.version = dw_slice_trim(dw_slice_from(text, 2));
    } else if (dw_slice_starts_with(text, "<")) {
        bound.version = dw_slice_trim(dw_slice_from(text, 1));
    }
    bound.given = bound.version.len > 0 && order->valid(bound.version);
    return bound;
}

static bool has_event(const struct dw_range *range, enum dw_event_kind kind)
{
    for (size_t i = 0; i < range->event_count; i++)
        if (range->events[i].kind == kind)
            return true;
    return false;
}

/* Nothing but introduced "0": every version. */
static bool says_all(const struct dw_range *range)
{
    for (size_t i = 0; i < range->event_count; i++)
        if (!is_zero(&range->events[i]))
            return false;
    return range->event_count > 0;
}

static bool all_comparable(const struct dw_version_order *order, const struct dw_range *range)
{
    for (size_t i = 0; i < range->event_count; i++) {
        const struct dw_range_event *event = &range->events[i];
        bool anything = is_zero(event) || (event->kind == DW_EVENT_LIMIT && dw_slice_is(event->version, "*"));
        if (!anything && !order->valid(event->version))
            return false;
    }
    return true;
}

static bool below_a_limit(const struct dw_version_order *order, const struct dw_range *range,
                          struct dw_slice version, struct dw_buffer *trace)
{
    bool any = false;
    for (size_t i = 0; i < range->event_count; i++) {
        const struct dw_range_event *event = &range->events[i];
        if (event->kind != DW_EVENT_LIMIT)
            continue;
        any = true;
        if (dw_slice_is(event->version, "*") || order->compare(version, event->version) < 0)
            return true;
        say_step(trace, order, event, version, "not below this limit");
    }
    return !any;
}

/* Walks the sorted events; *FIXED gets the one that would close the pair that is open at VERSION. */
static bool walk(const struct dw_version_order *order, const struct step *steps, size_t count,
                 struct dw_slice version, struct dw_slice *fixed, struct dw_buffer *trace)
{
    bool open = false, closed_later = false;
    *fixed = DW_SLICE("");
    for (size_t i = 0; i < count; i++) {
        const struct dw_range_event *event = steps[i].event;
        int side = is_zero(event) ? -1 : order->compare(event->version, version);
        switch (event->kind) {
        case DW_EVENT_INTRODUCED:
            if (side <= 0)
                open = true;
            say_step(trace, order, event, version, side <= 0 ? "opens" : "not yet reached");
            break;
        case DW_EVENT_FIXED:
            if (side <= 0)
                open = false;
            else if (open && !closed_later)
                *fixed = event->version;
            closed_later = closed_later || side > 0;
            say_step(trace, order, event, version, side <= 0 ? "closes" : "not yet reached");
            break;
        case DW_EVENT_LAST_AFFECTED:
            if (side < 0)
                open = false;
            closed_later = closed_later || side >= 0;
            say_step(trace, order, event, version, side < 0 ? "closes" : "not yet passed");
            break;
        case DW_EVENT_LIMIT:
        case DW_EVENT_KIND_COUNT:
            break;
        }
    }
    return open;
}

static struct dw_range_answer evaluate_range(const struct dw_version_order *order,
                                             const struct dw_range *range, const struct bound *last_known,
                                             struct dw_slice version, struct dw_buffer *trace)
{
    struct dw_range_answer answer = {.answer = DW_ANSWER_NOT_AFFECTED};
    size_t count = 0;
    if (trace)
        dw_buffer_printf(trace, "  range of kind %s:\n", dw_range_kind_name(range->kind));
    if (says_all(range) && !last_known->given) {
        say(trace, "    introduced 0, never closed: all versions", DW_SLICE(""), "\n");
        answer.answer = DW_ANSWER_AFFECTED;
        return answer;
    }
    if (!order->valid(version)) {
        answer.answer = DW_ANSWER_UNCLEAR;
        answer.reason = "the package's version is none that this ecosystem knows";
        return answer;
    }
    static const char no_version[] = "a version in the record's range is none that this ecosystem knows";
    bool comparable = all_comparable(order, range);
    if (!comparable && range->kind == DW_RANGE_CUSTOM) {
        answer.answer = DW_ANSWER_UNCLEAR;
        answer.reason = no_version;
        return answer;
    }
    struct step *steps = dw_alloc(range->event_count + 1, sizeof(*steps));
    for (size_t i = 0; i < range->event_count; i++)
        if (range->events[i].kind != DW_EVENT_LIMIT)
            steps[count++] = (struct step){&range->events[i], i, order};
    if (count > 1)
        qsort(steps, count, sizeof(*steps), compare_steps);
    bool open = walk(order, steps, count, version, &answer.fixed, trace);
    free(steps);
    if (open && last_known->given && !has_event(range, DW_EVENT_LAST_AFFECTED)) {
        int side = order->compare(version, last_known->version);
        open = last_known->inclusive ? side <= 0 : side < 0;
        say(trace, last_known->inclusive ? "    last known affected <= " : "    last known affected < ",
            last_known->version, open ? ": within\n" : ": beyond it\n");
    }
    if (open)
        open = below_a_limit(order, range, version, trace);
    answer.answer = open ? DW_ANSWER_AFFECTED : DW_ANSWER_NOT_AFFECTED;
    if (!open && !comparable) {
        /* The order has a place for every text, so a match stands; but a text that is no version takes none
         * away. */
        say(trace, "    but the range has a version that is none: not decided", DW_SLICE(""), "\n");
        answer.answer = DW_ANSWER_UNCLEAR;
        answer.reason = no_version;
        return answer;
    }
    say(trace, open ? "    open at the end: affected" : "    not open at the end: not affected", DW_SLICE(""),
        "\n");
    return answer;
}

static bool is_listed(const struct dw_version_order *order, const struct dw_affected *affected,
                      struct dw_slice version, struct dw_buffer *trace)
{
    for (size_t i = 0; i < affected->versions.count; i++) {
        if (dw_slice_equal(affected->versions.at[i], version) ||
            (order->valid(version) && order->compare(affected->versions.at[i], version) == 0)) {
            say(trace, "  listed among the affected versions, as ", affected->versions.at[i], "\n");
            return true;
        }
    }
    if (trace && affected->versions.count > 0)
        dw_buffer_printf(trace, "  not among the %zu listed versions\n", affected->versions.count);
    return false;
}

/* What the ranges say together: affected wins over unclear, unclear over not affected. */
static void combine(struct dw_range_answer *whole, struct dw_range_answer part)
{
    if (part.answer == DW_ANSWER_AFFECTED && whole->answer == DW_ANSWER_AFFECTED) {
        if (whole->fixed.len == 0)
            whole->fixed = part.fixed;
    } else if (part.answer == DW_ANSWER_AFFECTED || whole->answer == DW_ANSWER_NOT_AFFECTED) {
        *whole = part;
    }
}

struct dw_range_answer dw_affected_evaluate(const struct dw_version_order *order,
                                            const struct dw_affected *affected, struct dw_slice version,
                                            struct dw_buffer *trace)
{
    struct dw_range_answer answer = {.answer = DW_ANSWER_NOT_AFFECTED};
    struct bound last_known = {0};
    bool custom = false, fixed = false;
    size_t evaluated = 0;
    if (affected->range_count == 0 && affected->versions.count == 0) {
        say(trace, "  neither ranges nor versions: all versions are affected", DW_SLICE(""), "\n");
        answer.answer = DW_ANSWER_AFFECTED;
        return answer;
    }
    for (size_t i = 0; i < affected->range_count; i++) {
        custom = custom || affected->ranges[i].kind == DW_RANGE_CUSTOM;
        fixed = fixed || has_event(&affected->ranges[i], DW_EVENT_FIXED);
    }
    if (!fixed)
        last_known = parse_bound(order, affected->last_known);
    for (size_t i = 0; i < affected->range_count; i++) {
        const struct dw_range *range = &affected->ranges[i];
        if (range->kind == DW_RANGE_GIT) {
            say(trace, "  range of kind GIT: commits, not compared", DW_SLICE(""), "\n");
            continue;
        }
        evaluated++;
        if (custom && range->kind != DW_RANGE_CUSTOM && says_all(range)) {
            say(trace, "  range \"all versions\": the custom range stands in its place", DW_SLICE(""), "\n");
            continue;
        }
        combine(&answer, evaluate_range(order, range, &last_known, version, trace));
    }
    if (answer.answer != DW_ANSWER_AFFECTED && is_listed(order, affected, version, trace))
        answer = (struct dw_range_answer){.answer = DW_ANSWER_AFFECTED};
    if (evaluated == 0 && affected->versions.count == 0) {
        answer.answer = DW_ANSWER_UNCLEAR;
        answer.reason = "the record has commit ranges only";
    } else if (answer.answer == DW_ANSWER_NOT_AFFECTED && !order->valid(version)) {
        answer.answer = DW_ANSWER_UNCLEAR;
        answer.reason = "the package's version is none that this ecosystem knows";
    }
    return answer;
}
