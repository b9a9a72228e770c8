/* SPDX-License-Identifier: Apache-2.0
 * What the gate says of a finding: three-valued logic (Kleene's), so that what is not known never becomes a
 * pass. */
#include "policy/gate_tree.h"

#include "base/clock.h"

enum truth { NO, YES, UNKNOWN };

struct sight {
    const struct dw_gate *gate;
    const struct dw_finding *finding;
    const struct dw_place *place; /* the place under judgement */
    int64_t now;
    bool unknown_severity_fails;
};

static enum truth truth_of(bool value)
{
    return value ? YES : NO;
}

static enum truth negate(enum truth truth)
{
    return truth == UNKNOWN ? UNKNOWN : truth_of(truth == NO);
}

static bool order_holds(enum dw_gate_operator operator, int order)
{
    switch (operator) {
    case GATE_EQUAL:
        return order == 0;
    case GATE_UNEQUAL:
        return order != 0;
    case GATE_LESS:
        return order < 0;
    case GATE_AT_MOST:
        return order <= 0;
    case GATE_MORE:
        return order > 0;
    default:
        return order >= 0;
    }
}

/* For ==, != and lists: IS(value) of each value, joined; != and "not in" turned round. */
static enum truth any_value(const struct gate_node *test,
                            enum truth (*is)(const struct sight *, const struct gate_node *,
                                             const struct gate_value *),
                            const struct sight *sight)
{
    enum truth result = NO;
    for (size_t i = 0; i < test->value_count && result != YES; i++) {
        enum truth one = is(sight, test, &test->values[i]);
        if (one != NO)
            result = one;
    }
    return test->operator== GATE_UNEQUAL || test->operator== GATE_NOT_IN ? negate(result) : result;
}

static enum truth is_severity(const struct sight *sight, const struct gate_node *test,
                              const struct gate_value *value)
{
    (void)test;
    enum dw_severity severity = sight->finding->severity;
    if (value->severity == DW_SEVERITY_UNKNOWN || severity != DW_SEVERITY_UNKNOWN)
        return truth_of(severity == value->severity);
    return sight->unknown_severity_fails ? truth_of(value->severity == sight->gate->worst) : UNKNOWN;
}

static enum truth judge_severity(const struct sight *sight, const struct gate_node *test)
{
    enum dw_severity severity = sight->finding->severity;
    if (test->operator<GATE_LESS || test->operator> GATE_AT_LEAST)
        return any_value(test, is_severity, sight);
    if (severity == DW_SEVERITY_UNKNOWN) {
        if (!sight->unknown_severity_fails)
            return UNKNOWN;
        severity = sight->gate->worst;
    }
    return truth_of(order_holds(test->operator,(int) severity - (int)test->values->severity));
}

static enum truth is_fix(const struct sight *sight, const struct gate_node *test,
                         const struct gate_value *value)
{
    (void)test;
    enum dw_fix_state state = sight->finding->fix_state;
    if ((value->states >> state & 1) != 0)
        return YES;
    /* "unknown" itself is a word of the expression; anything else cannot be told of a state that is not
     * known. */
    return state == DW_FIX_UNKNOWN ? UNKNOWN : NO;
}

static enum truth judge_age(const struct sight *sight, const struct gate_node *test)
{
    int64_t age = INT64_MAX; /* a date that is not known counts as old */
    if (sight->finding->published != DW_TIME_UNKNOWN)
        age = sight->now > sight->finding->published ? sight->now - sight->finding->published : 0;
    int64_t limit = test->values->seconds;
    return truth_of(order_holds(test->operator,(age > limit) - (age < limit)));
}

/* YES: a layer of the base image; NO: the application's; UNKNOWN where the image does not say where its base
 * ends. */
static enum truth in_base(const struct sight *sight)
{
    const struct dw_image_summary *image = &sight->finding->subject->image;
    bool base_known = false;
    for (size_t i = 0; i < image->layer_count; i++)
        base_known = base_known || image->layers[i].base;
    for (size_t i = 0; base_known && i < image->layer_count; i++)
        if (sight->place->layer.len > 0 && dw_slice_equal(image->layers[i].diff_id, sight->place->layer))
            return truth_of(image->layers[i].base);
    return UNKNOWN;
}

static enum truth is_layer(const struct sight *sight, const struct gate_node *test,
                           const struct gate_value *value)
{
    (void)test;
    enum truth base = in_base(sight);
    return value->flag ? base : negate(base);
}

static enum truth flag_value(const struct sight *sight, enum dw_gate_field field)
{
    switch (field) {
    case DW_GATE_MALICIOUS:
        return truth_of(sight->finding->malicious);
    case DW_GATE_HEADERS:
        return sight->finding->package ? truth_of(dw_package_headers_only(sight->finding->package)) : UNKNOWN;
    default: /* kev, new: no such data in this version */
        return UNKNOWN;
    }
}

static enum truth is_flag(const struct sight *sight, const struct gate_node *test,
                          const struct gate_value *value)
{
    enum truth flag = flag_value(sight, test->field);
    return value->flag ? flag : negate(flag);
}

static struct dw_slice package_type(const struct dw_package *package)
{
    return package->type == DW_PACKAGE_OTHER ? package->other_type
                                             : dw_slice_of(dw_package_type_name(package->type));
}

static enum truth text_is(const struct gate_node *test, const struct gate_value *value, struct dw_slice text)
{
    if (test->pattern != NULL) {
        enum dw_match match = dw_pattern_match(test->pattern, text, false);
        return match == DW_MATCH_UNKNOWN ? UNKNOWN : truth_of(match == DW_MATCH_YES);
    }
    return truth_of(test->field == DW_GATE_ID ? dw_slice_equal_nocase(text, value->text)
                                              : dw_slice_equal(text, value->text));
}

static enum truth is_text(const struct sight *sight, const struct gate_node *test,
                          const struct gate_value *value)
{
    const struct dw_finding *finding = sight->finding;
    if (test->field == DW_GATE_PATH)
        return text_is(test, value, sight->place->path);
    if (test->field == DW_GATE_TYPE)
        return finding->package ? text_is(test, value, package_type(finding->package)) : UNKNOWN;
    enum truth result = text_is(test, value, finding->rule);
    for (size_t i = 0; i < finding->alias_count && result != YES; i++) {
        enum truth one = text_is(test, value, finding->aliases[i]);
        if (one != NO)
            result = one;
    }
    return result;
}

static enum truth judge_test(const struct sight *sight, const struct gate_node *test)
{
    switch (test->field) {
    case DW_GATE_SEVERITY:
        return judge_severity(sight, test);
    case DW_GATE_FIX:
        return any_value(test, is_fix, sight);
    case DW_GATE_AGE:
        return judge_age(sight, test);
    case DW_GATE_LAYER:
        return any_value(test, is_layer, sight);
    case DW_GATE_KEV:
    case DW_GATE_NEW:
    case DW_GATE_MALICIOUS:
    case DW_GATE_HEADERS:
        return test->operator== GATE_FLAG ? flag_value(sight, test->field) : any_value(test, is_flag, sight);
    case DW_GATE_TYPE:
    case DW_GATE_PATH:
    case DW_GATE_ID:
        return test->pattern != NULL ? is_text(sight, test, NULL) : any_value(test, is_text, sight);
    default: /* epss: no such data in this version */
        return UNKNOWN;
    }
}

/* The parser bounds the depth of the tree. */
static enum truth judge_node(const struct sight *sight, const struct gate_node *node)
{
    if (node->kind == GATE_NODE_TEST)
        return judge_test(sight, node);
    if (node->kind == GATE_NODE_NOT)
        return negate(judge_node(sight, node->child));
    enum truth decides = truth_of(node->kind == GATE_NODE_OR), result = negate(decides);
    for (const struct gate_node *child = node->child; child != NULL && result != decides;
         child = child->next) {
        enum truth one = judge_node(sight, child);
        if (one == decides || one == UNKNOWN)
            result = one;
    }
    return result;
}

static void write_value(const struct sight *sight, const struct gate_node *test, struct dw_buffer *out)
{
    const struct dw_finding *finding = sight->finding;
    char date[DW_TIME_TEXT];
    switch (test->field) {
    case DW_GATE_SEVERITY:
        dw_buffer_append_string(out, dw_severity_name(finding->severity));
        break;
    case DW_GATE_FIX:
        dw_buffer_append_string(out, dw_fix_state_name(finding->fix_state));
        break;
    case DW_GATE_AGE:
        if (finding->published == DW_TIME_UNKNOWN)
            dw_buffer_append_string(out, "unknown date counts as old");
        else
            dw_buffer_printf(out, "published %s", dw_date_format(finding->published, date));
        break;
    case DW_GATE_LAYER: {
        enum truth base = in_base(sight);
        dw_buffer_append_string(out, base == UNKNOWN ? "unknown where the base ends"
                                     : base          ? "base"
                                                     : "application");
        break;
    }
    case DW_GATE_TYPE:
        dw_buffer_append(out, finding->package ? package_type(finding->package) : DW_SLICE("no package"));
        break;
    case DW_GATE_PATH:
        dw_buffer_append(out, sight->place->path);
        break;
    case DW_GATE_ID:
        dw_buffer_append(out, finding->rule);
        break;
    case DW_GATE_EPSS:
    case DW_GATE_KEV:
    case DW_GATE_NEW:
        dw_buffer_append_string(out, "unknown: not available in this version");
        break;
    default:
        dw_buffer_append_string(out, flag_value(sight, test->field) == YES ? "yes" : "no");
        break;
    }
}

/* Appends the tests that made NODE's answer ANSWER. */
static void explain(const struct sight *sight, const struct gate_node *node, enum truth answer,
                    struct dw_buffer *out)
{
    if (node->kind == GATE_NODE_TEST) {
        dw_buffer_append(out, node->text);
        dw_buffer_append_string(out, " (");
        write_value(sight, node, out);
        dw_buffer_append_byte(out, ')');
        return;
    }
    if (node->kind == GATE_NODE_NOT) {
        dw_buffer_append_string(out, "not (");
        explain(sight, node->child, negate(answer), out);
        dw_buffer_append_byte(out, ')');
        return;
    }
    /* One side decides an "or" that holds and an "and" that does not; otherwise every side that gave the
     * answer counts. */
    bool one_decides = answer == truth_of(node->kind == GATE_NODE_OR), first = true;
    for (const struct gate_node *child = node->child; child != NULL; child = child->next) {
        if (judge_node(sight, child) != answer)
            continue;
        if (!first)
            dw_buffer_append_string(out, node->kind == GATE_NODE_OR ? " or " : " and ");
        explain(sight, child, answer, out);
        first = false;
        if (one_decides)
            break;
    }
}

enum dw_gate_answer dw_gate_judge(const struct dw_gate *gate, const struct dw_finding *finding, int64_t now,
                                  bool unknown_severity_fails, struct dw_buffer *clause)
{
    static const enum dw_gate_answer answers[] = {
        [NO] = DW_GATE_PASS, [YES] = DW_GATE_FAIL, [UNKNOWN] = DW_GATE_UNKNOWN};
    const char *outside = NULL;
    enum truth answer = NO;
    if (finding->malicious) {
        outside = "a malicious package fails every gate";
        answer = YES;
    } else if (finding->informational)
        outside = "an informational advisory fails no gate";
    else if (finding->package != NULL && dw_package_headers_only(finding->package) &&
             !dw_gate_names(gate, DW_GATE_HEADERS))
        outside = "the package holds no running code (headers only)";
    if (outside != NULL) {
        if (clause != NULL)
            dw_buffer_append_string(clause, outside);
        return answers[answer];
    }
    /* Each place is judged by itself: a package below test/ and below app/ is not excused by either. */
    struct sight sight = {gate, finding, NULL, now, unknown_severity_fails};
    const struct dw_place *decided = &finding->place;
    for (size_t i = 0; i <= finding->occurrence_count && answer != YES; i++) {
        sight.place = i == 0 ? &finding->place : &finding->occurrences[i - 1];
        enum truth one = judge_node(&sight, gate->root);
        if (one == NO || (one == UNKNOWN && answer == UNKNOWN))
            continue;
        answer = one;
        decided = sight.place;
    }
    if (clause != NULL) {
        sight.place = decided;
        explain(&sight, gate->root, answer, clause);
    }
    return answers[answer];
}

bool dw_package_headers_only(const struct dw_package *package)
{
    static const char *const prefixes[] = {"linux-headers-", "linux-kbuild-", "linux-image-"};
    static const char *const names[] = {"kernel-headers", "linux-headers", "linux-libc-dev"};
    if (!dw_package_is_os(package->type))
        return false;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (dw_slice_starts_with(package->name, prefixes[i]))
            return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (dw_slice_is(package->name, names[i]))
            return true;
    return false;
}
