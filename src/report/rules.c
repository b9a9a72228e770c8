/* SPDX-License-Identifier: Apache-2.0 */
#include "report/rules.h"

#include "document/json_writer.h"
#include "policy/controls.h"
#include "report/text.h"

const char *dw_rule_severity_name(enum dw_severity severity)
{
    return severity == DW_SEVERITY_NEGLIGIBLE ? "info" : dw_severity_name(severity);
}

void dw_rule_subjects_text(const struct dw_rule *rule, struct dw_buffer *out)
{
    unsigned subjects = dw_rule_subjects(rule);
    bool first = true;
    for (int kind = 0; kind < DW_SUBJECT_KIND_COUNT; kind++)
        if (subjects & 1u << kind) {
            dw_buffer_printf(out, "%s%s", first ? "" : ", ", dw_subject_kind_name((enum dw_subject_kind)kind));
            first = false;
        }
}

static const char *repair_text(enum dw_repair repair)
{
    static const char *const texts[] = {[DW_REPAIR_NONE] = "no",
                                        [DW_REPAIR_SAFE] = "yes, keeping behaviour",
                                        [DW_REPAIR_REVIEW] = "yes, for review: it changes what the build or the container may do"};
    return texts[repair];
}

/* The catalogue keeps other tools' ids in one text, with | between them. */
static void put_aliases(struct dw_buffer *out, const char *aliases, const char *before, const char *behind)
{
    struct dw_slice rest = dw_slice_of(aliases), alias;
    bool first = true;
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, '|', &more, &alias); first = false)
        dw_buffer_printf(out, "%s%s%.*s%s", first ? "" : ", ", before, DW_SLICE_ARG(alias), behind);
}

static bool decides(const struct dw_control *control, const struct dw_rule *rule)
{
    for (size_t j = 0; j < DW_CONTROL_RULES && control->rules[j] != NULL; j++)
        if (strcmp(control->rules[j], rule->id) == 0)
            return true;
    return false;
}

/* ---- lists --------------------------------------------------------------------------------------------------------------- */

void dw_rules_list_text(struct dw_buffer *out)
{
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer subjects = {0};
        dw_rule_subjects_text(rule, &subjects);
        dw_buffer_printf(out, "%-9s %-9s %-48s %s%s\n", rule->id, dw_rule_severity_name(rule->severity),
                         subjects.at != NULL ? subjects.at : "", rule->title, rule->off ? " (off by default)" : "");
    }
}

static void write_aliases(struct dw_json_writer *json, const char *aliases)
{
    struct dw_slice rest = dw_slice_of(aliases), alias;
    dw_json_array_begin(json, "aliases");
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, '|', &more, &alias);)
        dw_json_string(json, NULL, alias);
    dw_json_array_end(json);
}

static void write_rule(struct dw_json_writer *json, const struct dw_rule *rule)
{
    static const char *const repairs[] = {"no", "safe", "review"};
    unsigned subjects = dw_rule_subjects(rule);
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "id", rule->id);
    dw_json_text(json, "title", rule->title);
    dw_json_text(json, "severity", dw_rule_severity_name(rule->severity));
    dw_json_integer(json, "chapter", rule->chapter);
    dw_json_bool(json, "enabled", !rule->off);
    dw_json_array_begin(json, "subjects");
    for (int kind = 0; kind < DW_SUBJECT_KIND_COUNT; kind++)
        if (subjects & 1u << kind)
            dw_json_text(json, NULL, dw_subject_kind_name((enum dw_subject_kind)kind));
    dw_json_array_end(json);
    dw_json_text(json, "repair", repairs[rule->repair]);
    dw_json_text(json, "what", rule->what);
    dw_json_text(json, "why", rule->why);
    dw_json_text(json, "fix", rule->fix);
    write_aliases(json, rule->aliases);
    dw_json_array_begin(json, "variants");
    for (const struct dw_rule_variant *variant = rule->variants; variant != NULL && variant->name != NULL; variant++) {
        enum dw_severity severity = variant->severity == DW_SEVERITY_UNKNOWN ? rule->severity : variant->severity;
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "name", variant->name);
        dw_json_text(json, "severity", dw_rule_severity_name(severity));
        dw_json_text(json, "what", variant->what);
        write_aliases(json, variant->aliases);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_json_array_begin(json, "parameters");
    for (const struct dw_rule_parameter *row = rule->parameters; row != NULL && row->name != NULL; row++) {
        dw_json_object_begin(json, NULL);
        dw_json_text(json, "name", row->name);
        dw_json_text(json, "what", row->what);
        dw_json_bool(json, "list", row->list);
        dw_json_array_begin(json, "defaults");
        for (size_t i = 0; row->defaults != NULL && row->defaults[i] != NULL; i++)
            dw_json_text(json, NULL, row->defaults[i]);
        dw_json_array_end(json);
        dw_json_object_end(json);
    }
    dw_json_array_end(json);
    dw_json_array_begin(json, "controls");
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        if (decides(&dw_controls[i], rule))
            dw_json_text(json, NULL, dw_controls[i].id);
    dw_json_array_end(json);
    dw_json_object_end(json);
}

void dw_rules_list_json(struct dw_buffer *out)
{
    const struct dw_rule *rule;
    struct dw_json_writer json = {.out = out, .indent = true};
    dw_json_array_begin(&json, NULL);
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
        write_rule(&json, rule);
    dw_json_array_end(&json);
}

/* ---- for a terminal ---------------------------------------------------------------------------------------------------------- */

static void put_line(struct dw_text *text, const char *label, struct dw_slice what)
{
    if (what.len == 0)
        return;
    dw_text_printf(text, DW_TONE_PLAIN, "%-11s", label);
    dw_text_wrap(text, DW_TONE_PLAIN, what, 11, 0);
    dw_text_end(text);
}

static void put_example(struct dw_buffer *out, const char *word, const char *file, const char *text)
{
    struct dw_slice rest = dw_slice_of(text), line;
    dw_buffer_printf(out, "\n%s, %s:\n", word, file);
    while (dw_slice_line(&rest, &line))
        dw_buffer_printf(out, "%s%.*s\n", line.len > 0 ? "    " : "", DW_SLICE_ARG(line));
}

static void put_defaults(const struct dw_rule_parameter *row, struct dw_buffer *out)
{
    for (size_t i = 0; row->defaults != NULL && row->defaults[i] != NULL; i++)
        dw_buffer_printf(out, "%s%s", i == 0 ? "" : ", ", row->defaults[i]);
}

void dw_rule_text(const struct dw_rule *rule, unsigned width, struct dw_buffer *out)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer part = {0};
    struct dw_text text = {.out = out, .width = width == 0 ? 80 : width};
    dw_buffer_printf(out, "%s  %s\n\n", rule->id, rule->title);
    put_line(&text, "severity", dw_slice_of(dw_rule_severity_name(rule->severity)));
    dw_rule_subjects_text(rule, &part);
    put_line(&text, "judges", dw_buffer_slice(&part));
    if (rule->off)
        put_line(&text, "default", DW_SLICE("off: the policy file switches it on"));
    put_line(&text, "checks", dw_slice_of(rule->what));
    put_line(&text, "why", dw_slice_of(rule->why));
    put_line(&text, "fix", dw_slice_of(rule->fix));
    put_line(&text, "repaired", dw_slice_of(repair_text(rule->repair)));
    for (const struct dw_rule_variant *variant = rule->variants; variant != NULL && variant->name != NULL; variant++) {
        enum dw_severity severity = variant->severity == DW_SEVERITY_UNKNOWN ? rule->severity : variant->severity;
        dw_buffer_clear(&part);
        dw_buffer_printf(&part, "%s.%s (%s): %s", rule->id, variant->name, dw_rule_severity_name(severity),
                         variant->what != NULL ? variant->what : "");
        if (variant->aliases[0] != '\0')
            dw_buffer_append_string(&part, "; elsewhere ");
        put_aliases(&part, variant->aliases, "", "");
        put_line(&text, "variant", dw_buffer_slice(&part));
    }
    for (const struct dw_rule_parameter *row = rule->parameters; row != NULL && row->name != NULL; row++) {
        dw_buffer_clear(&part);
        dw_buffer_printf(&part, "%s%s: %s (default: ", row->name, row->list ? " (list)" : "", row->what);
        put_defaults(row, &part);
        dw_buffer_append_string(&part, ")");
        put_line(&text, "parameter", dw_buffer_slice(&part));
    }
    dw_buffer_clear(&part);
    put_aliases(&part, rule->aliases, "", "");
    put_line(&text, "elsewhere", dw_buffer_slice(&part));
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        if (decides(&dw_controls[i], rule)) {
            dw_buffer_clear(&part);
            dw_buffer_printf(&part, "control %s: %s", dw_controls[i].id, dw_controls[i].title);
            put_line(&text, "decides", dw_buffer_slice(&part));
        }
    for (const struct dw_rule_example *example = rule->examples; example != NULL && example->file != NULL; example++) {
        put_example(out, "bad", example->file, example->bad);
        put_example(out, "good", example->file, example->good);
    }
}

/* ---- Markdown ------------------------------------------------------------------------------------------------------------------ */

/* TEXT of the table as Markdown shows it: angle brackets, stars and underscores are no markup. In a table's CELL also the bar. */
static void put_plain(struct dw_buffer *out, const char *text, bool cell)
{
    bool code = false;
    for (; *text != '\0'; text++) {
        code = code != (*text == '`');
        if ((!code && strchr("<>*_", *text) != NULL) || (cell && *text == '|'))
            dw_buffer_append_byte(out, '\\');
        dw_buffer_append_byte(out, *text);
    }
}

static void put_paragraph(struct dw_buffer *out, const char *head, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    dw_buffer_printf(out, "## %s\n\n", head);
    put_plain(out, text, false);
    dw_buffer_append_string(out, "\n\n");
}

static void put_block(struct dw_buffer *out, const char *word, const char *file, const char *text)
{
    bool document = dw_slice_ends_with(dw_slice_of(file), ".yaml") || dw_slice_ends_with(dw_slice_of(file), ".yml");
    size_t length = strlen(text);
    dw_buffer_printf(out, "%s (`%s`):\n\n```%s\n%s%s```\n\n", word, file, document ? "yaml" : "dockerfile", text,
                     length > 0 && text[length - 1] != '\n' ? "\n" : "");
}

void dw_rule_markdown(const struct dw_rule *rule, struct dw_buffer *out)
{
    dw_buffer_printf(out, "<!-- Made from the catalogue by scripts/make-rule-pages; edits are lost. -->\n# %s: ", rule->id);
    put_plain(out, rule->title, false);
    dw_buffer_printf(out, "\n\n| | |\n|---|---|\n| severity | %s%s |\n| judges | ", dw_rule_severity_name(rule->severity),
                     rule->off ? ", off unless the policy file switches it on" : "");
    dw_rule_subjects_text(rule, out);
    dw_buffer_printf(out, " |\n| repaired by `harden` | %s |\n", repair_text(rule->repair));
    if (rule->aliases[0] != '\0') {
        dw_buffer_append_string(out, "| known elsewhere as | ");
        put_aliases(out, rule->aliases, "`", "`");
        dw_buffer_append_string(out, " |\n");
    }
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        if (decides(&dw_controls[i], rule)) {
            dw_buffer_printf(out, "| decides | control %s: ", dw_controls[i].id);
            put_plain(out, dw_controls[i].title, true);
            dw_buffer_append_string(out, " |\n");
        }
    dw_buffer_append_string(out, "\n");
    put_paragraph(out, "What it checks", rule->what);
    put_paragraph(out, "Why it matters", rule->why);
    put_paragraph(out, "How to fix it", rule->fix);
    if (rule->variants != NULL) {
        dw_buffer_append_string(out, "## Variants\n\n| id | severity | what it means | known elsewhere as |\n|---|---|---|---|\n");
        for (const struct dw_rule_variant *variant = rule->variants; variant->name != NULL; variant++) {
            enum dw_severity severity = variant->severity == DW_SEVERITY_UNKNOWN ? rule->severity : variant->severity;
            dw_buffer_printf(out, "| `%s.%s` | %s | ", rule->id, variant->name, dw_rule_severity_name(severity));
            put_plain(out, variant->what != NULL ? variant->what : "", true);
            dw_buffer_append_string(out, " | ");
            put_aliases(out, variant->aliases, "`", "`");
            dw_buffer_append_string(out, " |\n");
        }
        dw_buffer_append_string(out, "\n");
    }
    if (rule->parameters != NULL) {
        dw_buffer_printf(out, "## Parameters\n\nUnder `rules: %s:` of the policy file.\n\n| key | default | what it is |\n|---|---|---|\n",
                         rule->id);
        for (const struct dw_rule_parameter *row = rule->parameters; row->name != NULL; row++) {
            dw_buffer_printf(out, "| `%s`%s | ", row->name, row->list ? " (list)" : "");
            DW_CLEANUP(dw_buffer_free) struct dw_buffer values = {0};
            put_defaults(row, &values);
            put_plain(out, values.at != NULL ? values.at : "", true);
            dw_buffer_append_string(out, " | ");
            put_plain(out, row->what, true);
            dw_buffer_append_string(out, " |\n");
        }
        dw_buffer_append_string(out, "\n");
    }
    if (rule->examples != NULL) {
        dw_buffer_append_string(out, "## Examples\n\n");
        for (const struct dw_rule_example *example = rule->examples; example->file != NULL; example++) {
            put_block(out, "Bad", example->file, example->bad);
            put_block(out, "Good", example->file, example->good);
        }
    }
    while (out->len > 1 && out->at[out->len - 1] == '\n' && out->at[out->len - 2] == '\n')
        out->at[--out->len] = '\0';
}

void dw_rules_index_markdown(struct dw_buffer *out)
{
    const struct dw_rule *rule;
    dw_buffer_append_string(out, "<!-- Made from the catalogue by scripts/make-rule-pages; edits are lost. -->\n# Rules\n\n"
                                 "| id | title | severity | judges |\n|---|---|---|---|\n");
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++) {
        dw_buffer_printf(out, "| [%s](%s.md) | ", rule->id, rule->id);
        put_plain(out, rule->title, true);
        dw_buffer_printf(out, " | %s | ", dw_rule_severity_name(rule->severity));
        dw_rule_subjects_text(rule, out);
        dw_buffer_append_string(out, " |\n");
    }
}
