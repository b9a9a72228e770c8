/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/judge.h"

#include "base/file.h"
#include "base/mask.h"

#include <stdarg.h>
#include <stdio.h>

struct dw_judge dw_judge_begin(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const char *rule)
{
    return dw_judge_begin_rule(settings, verdict, subject, dw_rule_find(dw_slice_of(rule)));
}

struct dw_judge dw_judge_begin_rule(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                                    struct dw_subject *subject, const struct dw_rule *rule)
{
    return (struct dw_judge){.settings = settings,
                             .verdict = verdict,
                             .subject = subject,
                             .rule = rule,
                             .first_failed = DW_SLICE(""),
                             .first_unknown = DW_SLICE(""),
                             .kept_line = DW_SLICE("")};
}

struct dw_slice dw_judge_text(struct dw_judge *judge, const char *format, ...)
{
    char text[512];
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    struct dw_slice copy = DW_SLICE("");
    if (length > 0 && (size_t)length < sizeof(text)) {
        copy = dw_arena_copy(&judge->verdict->arena, dw_slice_make(text, (size_t)length));
    } else if (length > 0) { /* few messages are that long */
        char *whole = dw_arena_alloc(&judge->verdict->arena, (size_t)length + 1, 1);
        vsnprintf(whole, (size_t)length + 1, format, again);
        copy = dw_slice_make(whole, (size_t)length);
    }
    va_end(again);
    return copy;
}

static bool severity_of(const struct dw_judge *judge, const char *variant, enum dw_severity *severity)
{
    size_t length = strlen(judge->rule->id);
    bool whole = false;
    for (size_t i = 0; i < judge->settings->severity_count; i++) {
        const struct dw_rule_severity *own = &judge->settings->severities[i];
        if (!dw_slice_starts_with(own->id, judge->rule->id))
            continue;
        if (own->id.len == length && !whole) {
            *severity = own->severity;
            whole = true;
        }
        if (variant != NULL && own->id.len > length && own->id.at[length] == '.' &&
            dw_slice_is(dw_slice_from(own->id, length + 1), variant)) {
            *severity = own->severity;
            return true;
        }
    }
    return whole;
}

static size_t alias_count(const char *aliases)
{
    size_t count = *aliases != '\0';
    for (; *aliases != '\0'; aliases++)
        count += *aliases == '|';
    return count;
}

static void add_aliases(struct dw_finding *finding, const char *aliases)
{
    struct dw_slice rest = dw_slice_of(aliases), piece;
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, '|', &more, &piece);)
        finding->aliases[finding->alias_count++] = piece;
}

/* The rule's own, then the variant's. */
static void set_aliases(struct dw_judge *judge, const struct dw_rule_variant *variant, struct dw_finding *finding)
{
    const char *own = judge->rule->aliases, *more = variant != NULL ? variant->aliases : "";
    size_t count = alias_count(own) + alias_count(more);
    if (count == 0)
        return;
    finding->aliases = dw_arena_alloc(&judge->verdict->arena, count, sizeof(*finding->aliases));
    add_aliases(finding, own);
    add_aliases(finding, more);
}

/* Documents and Dockerfiles may go before the verdict does. */
static struct dw_slice keep(struct dw_judge *judge, struct dw_slice text)
{
    return text.len == 0 ? DW_SLICE("") : dw_arena_copy(&judge->verdict->arena, text);
}

/* A sentence that may name an address with a password. */
static struct dw_slice keep_sentence(struct dw_judge *judge, struct dw_slice text)
{
    if (dw_slice_find_slice(text, DW_SLICE("://")) == SIZE_MAX)
        return keep(judge, text);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer masked = {0};
    dw_mask_addresses(&masked, text);
    return keep(judge, dw_buffer_slice(&masked));
}

/* Line NUMBER of SOURCE, without its end. */
static struct dw_slice line_of(struct dw_slice source, unsigned number)
{
    struct dw_slice line = DW_SLICE("");
    for (unsigned i = 0; i < number; i++)
        if (!dw_slice_line(&source, &line))
            return DW_SLICE("");
    return line;
}

/* The line that OFFSET lies in, without its end. */
static struct dw_slice source_line_at(struct dw_slice source, size_t offset)
{
    struct dw_slice line;
    size_t start = offset;
    while (start > 0 && source.at[start - 1] != '\n')
        start--;
    source = dw_slice_from(source, start);
    return dw_slice_line(&source, &line) ? line : DW_SLICE("");
}

/* A longer line is cut: it is there to be read. */
#define SOURCE_LINE_MOST 4096

static void set_source(struct dw_judge *judge, const struct dw_judge_finding *from, struct dw_finding *finding)
{
    struct dw_arena *arena = &judge->verdict->arena;
    struct dw_slice line = from->source_line;
    if (line.len == 0 && from->line > 0)
        line = line_of(from->source, from->line);
    line = dw_slice_part(line, 0, SOURCE_LINE_MOST);
    /* Many findings in one long line share its copy. */
    if (line.at != judge->line.at || line.len != judge->line.len) {
        judge->line = line;
        judge->kept_line = keep(judge, line);
    }
    finding->source_line = judge->kept_line;
    finding->end_column = from->end_column;
    if (judge->settings->repairs && from->repair_refused)
        finding->repair_note = keep(judge, from->repair_note);
    if (!judge->settings->repairs || from->edit_count == 0)
        return;
    finding->edits = dw_arena_alloc(arena, from->edit_count, sizeof(*finding->edits));
    finding->edit_count = from->edit_count;
    finding->repair = from->repair;
    finding->repair_note = keep(judge, from->repair_note);
    for (size_t i = 0; i < from->edit_count; i++) {
        finding->edits[i] = from->edits[i];
        finding->edits[i].path = keep(judge, from->edits[i].path);
        finding->edits[i].text = keep(judge, from->edits[i].text);
    }
}

void dw_judge_next_container(struct dw_judge *judge, const struct dw_container *before, const struct dw_container *next)
{
    judge->container_first = judge->verdict->findings.len;
    if (before == NULL || next == NULL || next->pod == NULL || before->pod != next->pod)
        judge->pod_first = judge->container_first;
}

/* Was the same said at this place for a container of the same pod? */
static bool is_said(const struct dw_judge *judge, const struct dw_judge_finding *from)
{
    for (size_t i = judge->pod_first; i < judge->container_first; i++) {
        const struct dw_finding *finding = &judge->verdict->findings.at[i];
        if (finding->place.line == from->line && finding->place.column == from->column && from->column > 0 &&
            dw_slice_equal(finding->place.path, from->path) && dw_slice_equal(finding->variant, dw_slice_of(from->variant)))
            return true;
    }
    return false;
}

static void add_finding(struct dw_judge *judge, struct dw_judge_finding from, enum dw_severity severity,
                        bool information)
{
    if (is_said(judge, &from))
        return;
    struct dw_finding *finding = dw_verdict_finding(judge->verdict, judge->rule->id, judge->subject, severity);
    finding->variant = dw_slice_of(from.variant);
    finding->title = dw_slice_of(judge->rule->title);
    finding->message = keep_sentence(judge, from.message);
    finding->fix = keep_sentence(judge, from.fix);
    finding->place = (struct dw_place){.path = keep(judge, from.path),
                                       .line = from.line,
                                       .column = from.column,
                                       .pointer = keep(judge, from.pointer),
                                       .layer = DW_SLICE(""),
                                       .instruction = DW_SLICE("")};
    set_source(judge, &from, finding);
    set_aliases(judge, dw_rule_variant_find(judge->rule, finding->variant), finding);
    /* Information never fails a control. A severity of the policy file does not make it so: only levels, under "controls:",
     * take a control's weight away. */
    if (information) {
        finding->status = DW_STATUS_PASS;
    } else {
        judge->failed++;
        if (judge->first_failed.len == 0)
            judge->first_failed = finding->message;
    }
    dw_finding_fingerprint(&judge->verdict->arena, finding);
}

/* Is ID that of this rule's VARIANT? */
static bool is_variant(const struct dw_judge *judge, struct dw_slice id, const char *variant)
{
    size_t length = strlen(judge->rule->id);
    return dw_slice_starts_with(id, judge->rule->id) && id.len > length && id.at[length] == '.' &&
           dw_slice_is(dw_slice_from(id, length + 1), variant);
}

bool dw_judge_variant_on(const struct dw_judge *judge, const char *variant)
{
    for (size_t i = 0; i < judge->settings->switch_count; i++)
        if (is_variant(judge, judge->settings->switches[i].id, variant))
            return judge->settings->switches[i].enabled;
    return true;
}

void dw_judge_fail(struct dw_judge *judge, struct dw_judge_finding finding)
{
    if (finding.variant != NULL && !dw_judge_variant_on(judge, finding.variant))
        return;
    const struct dw_rule_variant *variant =
        finding.variant == NULL ? NULL : dw_rule_variant_find(judge->rule, dw_slice_of(finding.variant));
    if (variant != NULL && variant->severity == DW_SEVERITY_NEGLIGIBLE) {
        dw_judge_inform(judge, finding);
        return;
    }
    enum dw_severity severity = judge->rule->severity;
    bool information = severity == DW_SEVERITY_NEGLIGIBLE;
    if (variant != NULL && variant->severity != DW_SEVERITY_UNKNOWN) {
        severity = variant->severity;
        information = false;
    }
    if (finding.severity != DW_SEVERITY_UNKNOWN && !information)
        severity = finding.severity;
    severity_of(judge, finding.variant, &severity);
    add_finding(judge, finding, severity, information && severity == DW_SEVERITY_NEGLIGIBLE);
}

void dw_judge_unsettled(struct dw_judge *judge, struct dw_judge_finding finding)
{
    if (!judge->settings->repairs_unknown || (finding.variant != NULL && !dw_judge_variant_on(judge, finding.variant)))
        return;
    add_finding(judge, finding, judge->rule->severity, true);
    judge->verdict->findings.at[judge->verdict->findings.len - 1].status = DW_STATUS_NOT_EVALUATED;
}

void dw_judge_inform(struct dw_judge *judge, struct dw_judge_finding finding)
{
    /* Only a severity for the very variant can raise it. */
    enum dw_severity severity = DW_SEVERITY_NEGLIGIBLE, own;
    char id[64];
    if (finding.variant != NULL && !dw_judge_variant_on(judge, finding.variant))
        return;
    snprintf(id, sizeof(id), "%s.%s", judge->rule->id, finding.variant != NULL ? finding.variant : "");
    for (size_t i = 0; i < judge->settings->severity_count; i++)
        if (dw_slice_is(judge->settings->severities[i].id, id) && severity_of(judge, finding.variant, &own))
            severity = own;
    add_finding(judge, finding, severity, severity == DW_SEVERITY_NEGLIGIBLE);
}

struct dw_judge_finding dw_judge_at_node(const struct dw_node *node)
{
    if (node == NULL || node->document == NULL)
        return (struct dw_judge_finding){0};
    struct dw_judge_finding at = {.path = node->document->name,
                                  .line = node->line,
                                  .column = node->column,
                                  .source = node->document->source};
    at.source_line = source_line_at(at.source, node->start);
    /* A plain scalar of one line is shown whole; of the rest the beginning says where. */
    struct dw_slice text = dw_slice_part(node->document->source, node->start, node->end - node->start);
    if (node->kind == DW_NODE_SCALAR && node->style != DW_SCALAR_BLOCK && dw_slice_find(text, '\n') == SIZE_MAX)
        at.end_column = node->column + (unsigned)text.len;
    return at;
}

struct dw_judge_finding dw_judge_at_instruction(const struct dw_dockerfile *dockerfile,
                                                const struct dw_instruction *instruction)
{
    struct dw_judge_finding at = {
        .path = dockerfile->name, .line = instruction->line, .column = 1, .source = dockerfile->source};
    if (instruction->run_count > 0)
        at.source_line = source_line_at(dockerfile->source, instruction->runs[0].source);
    return at;
}

struct dw_judge_finding dw_judge_at_offset(const struct dw_dockerfile *dockerfile, const struct dw_instruction *instruction,
                                           size_t offset, struct dw_slice part)
{
    struct dw_judge_finding at = dw_judge_at_instruction(dockerfile, instruction);
    size_t first = instruction->run_count > 0 ? instruction->runs[0].source : SIZE_MAX;
    if (offset > dockerfile->source.len || offset < first)
        return at;
    /* Of a Dockerfile within another file the instruction's line is that file's. */
    unsigned line = dw_dockerfile_line(dockerfile, offset);
    size_t start = dockerfile->line_starts[line - 1];
    at.line += line - dw_dockerfile_line(dockerfile, first);
    at.column = (unsigned)(offset - start) + 1;
    at.source_line = source_line_at(dockerfile->source, offset);
    struct dw_slice written = dw_slice_part(dockerfile->source, offset, part.len);
    if (dw_slice_equal(written, part))
        at.end_column = at.column + (unsigned)part.len;
    return at;
}

struct dw_judge_finding dw_judge_at_part(const struct dw_dockerfile *dockerfile,
                                         const struct dw_instruction *instruction, struct dw_slice part)
{
    size_t offset = dw_instruction_offset(instruction, part);
    return dw_judge_at_offset(dockerfile, instruction, offset, part);
}

const struct dw_slice *dw_judge_parameter(struct dw_judge *judge, const char *name, size_t *count)
{
    const struct dw_rule_settings *settings = judge->settings;
    for (size_t i = 0; i < settings->value_count; i++) {
        const struct dw_rule_values *own = &settings->values[i];
        if (dw_slice_is(own->id, judge->rule->id) && dw_slice_is(own->name, name)) {
            *count = own->count;
            return own->values;
        }
    }
    *count = 0;
    const struct dw_rule_parameter *row = judge->rule->parameters;
    while (row != NULL && row->name != NULL && strcmp(row->name, name) != 0)
        row++;
    if (row == NULL || row->name == NULL || row->defaults == NULL)
        return NULL;
    size_t most = 0;
    while (row->defaults[most] != NULL)
        most++;
    struct dw_slice *values = dw_arena_alloc(&judge->verdict->arena, most + 1, sizeof(*values));
    for (; *count < most; (*count)++)
        values[*count] = dw_slice_of(row->defaults[*count]);
    return values;
}

bool dw_judge_has_dockerfile(const struct dw_judge *judge, struct dw_slice path)
{
    DW_CLEANUP(dw_cleanup_free) char *wanted = dw_path_normal(path);
    for (size_t i = 0; i < judge->verdict->subjects.len; i++) {
        const struct dw_subject *subject = judge->verdict->subjects.at[i];
        if (subject->kind != DW_SUBJECT_DOCKERFILE)
            continue;
        DW_CLEANUP(dw_cleanup_free) char *name = dw_path_normal(subject->name);
        if (strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

void dw_judge_unknown(struct dw_judge *judge, struct dw_slice path, unsigned line, struct dw_slice reason)
{
    judge->unknown++;
    if (judge->first_unknown.len > 0)
        return;
    judge->unknown_path = keep(judge, path);
    reason = keep_sentence(judge, reason);
    judge->unknown_reason = reason;
    judge->unknown_line = line;
    if (path.len == 0)
        judge->first_unknown = reason;
    else if (line == 0)
        judge->first_unknown = dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(path), DW_SLICE_ARG(reason));
    else
        judge->first_unknown =
            dw_judge_text(judge, "%.*s:%u: %.*s", DW_SLICE_ARG(path), line, DW_SLICE_ARG(reason));
}

void dw_judge_pass(struct dw_judge *judge, const char *kind, struct dw_slice path, unsigned line, struct dw_slice text)
{
    judge->passed++;
    *dw_vector_push(&judge->evidence) = (struct dw_evidence){.kind = kind,
                                                            .subject = judge->subject,
                                                            .digest = judge->subject->digest,
                                                            .path = keep(judge, path),
                                                            .line = line,
                                                            .text = keep(judge, text)};
}

void dw_judge_pass_quietly(struct dw_judge *judge)
{
    judge->passed++;
}

/* Without results an unknown is a finding of its own; what leaves several rules open is told once, by the first. */
static void tell_unknown(struct dw_judge *judge)
{
    struct dw_verdict *verdict = judge->verdict;
    for (size_t i = verdict->findings.len; i > 0 && verdict->findings.at[i - 1].subject == judge->subject; i--) {
        const struct dw_finding *other = &verdict->findings.at[i - 1];
        if (other->status == DW_STATUS_NOT_EVALUATED && other->place.line == judge->unknown_line &&
            dw_slice_equal(other->message, judge->unknown_reason))
            return;
    }
    struct dw_finding *finding =
        dw_verdict_finding(verdict, judge->rule->id, judge->subject, judge->rule->severity);
    finding->status = DW_STATUS_NOT_EVALUATED;
    finding->variant = DW_SLICE("");
    finding->title = dw_slice_of(judge->rule->title);
    finding->message = judge->unknown_reason;
    finding->place = (struct dw_place){.path = judge->unknown_path,
                                       .line = judge->unknown_line,
                                       .pointer = DW_SLICE(""),
                                       .layer = DW_SLICE(""),
                                       .instruction = DW_SLICE("")};
    finding->fix = finding->source_line = DW_SLICE("");
    set_aliases(judge, NULL, finding);
    dw_finding_fingerprint(&verdict->arena, finding);
}

void dw_judge_end(struct dw_judge *judge, const char *pass, const char *not_applicable)
{
    enum dw_status status = judge->failed > 0    ? DW_STATUS_FAIL
                            : judge->unknown > 0 ? DW_STATUS_NOT_EVALUATED
                            : judge->passed > 0  ? DW_STATUS_PASS
                                                 : DW_STATUS_NOT_APPLICABLE;
    struct dw_slice reason = status == DW_STATUS_FAIL            ? judge->first_failed
                             : status == DW_STATUS_NOT_EVALUATED ? judge->first_unknown
                             : dw_slice_of(status == DW_STATUS_PASS ? pass : not_applicable);
    size_t others = status == DW_STATUS_FAIL            ? judge->failed - 1
                    : status == DW_STATUS_NOT_EVALUATED ? judge->unknown - 1
                                                        : 0;
    judge->verdict->judged[status]++;
    if (judge->settings->findings_only) {
        if (status == DW_STATUS_NOT_EVALUATED && !judge->rule->needs_records)
            tell_unknown(judge);
        dw_vector_free(&judge->evidence);
        return;
    }
    if (others > 0)
        reason = dw_judge_text(judge, "%.*s (and %zu more)", DW_SLICE_ARG(reason), others);
    struct dw_rule_result *result = dw_verdict_result_with(judge->verdict, judge->rule->id, judge->subject, status, reason);
    result->evidence.at = judge->evidence.at; /* handed over */
    result->evidence.len = judge->evidence.len;
    result->evidence.capacity = judge->evidence.capacity;
}

void dw_rules_judge_unreadable(struct dw_verdict *verdict, struct dw_subject *subject, struct dw_slice reason)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
        if (dw_rule_subjects(rule) & 1u << subject->kind)
            dw_verdict_result(verdict, rule->id, subject, DW_STATUS_NOT_EVALUATED, "%.*s", DW_SLICE_ARG(reason));
}
