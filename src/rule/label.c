/* SPDX-License-Identifier: Apache-2.0
 *
 * LBL-001 to LBL-005: labels that a Dockerfile sets (Docker's "Label key format"; the OCI image specification's annotations). */
#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"
#include "rule/label_value.h"

/* ---- the schema --------------------------------------------------------------------------------------------------- */

/* Item INDEX of LBL-002's parameter "labels": "name" or "name:type". */
struct schema {
    const struct dw_slice *items;
    size_t count;
};

static struct schema schema_of(struct dw_judge *judge)
{
    /* The parameter is LBL-002's; the others go by it. */
    struct dw_judge other = *judge;
    struct schema schema;
    other.rule = &dw_label_rules[1];
    schema.items = dw_judge_parameter(&other, "labels", &schema.count);
    return schema;
}

static struct dw_slice item_name(struct dw_slice item)
{
    return dw_slice_part(item, 0, dw_slice_find_last(item, ':'));
}

static struct dw_slice item_type(struct dw_slice item)
{
    size_t colon = dw_slice_find_last(item, ':');
    return colon == SIZE_MAX ? DW_SLICE("text") : dw_slice_from(item, colon + 1);
}

static const struct dw_slice *find_item(const struct schema *schema, struct dw_slice name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (dw_slice_equal(item_name(schema->items[i]), name))
            return &schema->items[i];
    return NULL;
}

/* ---- labels of the file ------------------------------------------------------------------------------------------- */

struct label {
    const struct dw_instruction *instruction; /* as the file has it */
    struct dw_slice name, value;              /* unquoted */
    struct dw_slice at;                       /* the name as written */
};

/* The next label from *INDEX (of the instruction) and *PAIR on. */
static bool next_label(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, size_t *index, size_t *pair,
                       struct label *label)
{
    const struct dw_instruction *runs;
    while (*index < dockerfile->instructions.len) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[*index];
        runs = instruction->inner != NULL ? instruction->inner : instruction;
        if (runs->kind != DW_INSTRUCTION_LABEL || 3 * *pair + 2 >= runs->argument_count) {
            ++*index;
            *pair = 0;
            continue;
        }
        label->instruction = instruction;
        label->at = runs->arguments[3 * *pair];
        label->name = dw_rule_unquoted(judge, label->at, dockerfile->escape);
        label->value = dw_rule_unquoted(judge, runs->arguments[3 * *pair + 1], dockerfile->escape);
        ++*pair;
        return true;
    }
    return false;
}

/* ---- LBL-001 ------------------------------------------------------------------------------------------------------ */

static const char *problem_of_name(struct dw_slice name)
{
    static const char *const reserved[] = {"com.docker.", "io.docker.", "org.dockerproject."};
    for (size_t i = 0; i < 3; i++)
        if (dw_slice_starts_with(name, reserved[i]))
            return "lies in a name space that Docker keeps to itself";
    if (name.len == 0 || name.at[0] < 'a' || name.at[0] > 'z')
        return "does not begin with a lower-case letter";
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool separator = c == '.' || c == '-';
        if (!separator && !dw_is_digit(c) && !(c >= 'a' && c <= 'z') && c != '_' && c != '/')
            return "holds a character that is no lower-case letter, digit, \".\" or \"-\"";
        if (separator && i + 1 < name.len && name.at[i + 1] == c)
            return "has two separators in a row";
    }
    if (!dw_is_digit(name.at[name.len - 1]) && !dw_is_alpha(name.at[name.len - 1]))
        return "does not end with a letter or digit";
    return NULL;
}

static void judge_names(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct label label;
    for (size_t index = 0, pair = 0; next_label(judge, dockerfile, &index, &pair, &label);) {
        const char *problem = problem_of_name(label.name);
        if (problem == NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, label.instruction, label.at);
        at.message = dw_judge_text(judge, "the label's name \"%.*s\" %s", DW_SLICE_ARG(label.name), problem);
        at.fix = DW_SLICE("use a name like org.example.component: a domain of one's own in reverse, in lower case");
        dw_judge_fail(judge, at);
    }
}

/* ---- LBL-002 to LBL-005 ------------------------------------------------------------------------------------------- */

/* Does a stage that ends up in the shipped image set NAME? */
static bool is_set(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, struct dw_slice name)
{
    struct label label;
    for (size_t index = 0, pair = 0; next_label(judge, dockerfile, &index, &pair, &label);)
        if (label.instruction->inner == NULL && label.instruction->stage < dockerfile->stages.len &&
            dockerfile->stages.at[label.instruction->stage].chain && dw_slice_equal(label.name, name))
            return true;
    return false;
}

static bool in_image(const struct dw_dockerfile_view *view, struct dw_slice name)
{
    for (size_t i = 0; view->image != NULL && i < view->image->image.label_count; i++)
        if (dw_slice_equal(view->image->image.label_names[i], name))
            return true;
    return false;
}

static void judge_required(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct schema schema = schema_of(judge);
    const struct dw_instruction *from = dockerfile->stages.at[dockerfile->shipped].from;
    for (size_t i = 0; i < schema.count; i++) {
        struct dw_slice name = item_name(schema.items[i]);
        if (is_set(judge, dockerfile, name) || in_image(view, name)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_judge_at_instruction(dockerfile, from);
        at.message = dw_judge_text(judge, "the label \"%.*s\" is missing", DW_SLICE_ARG(name));
        at.fix = dw_judge_text(judge, "LABEL %.*s=\"…\"", DW_SLICE_ARG(name));
        dw_judge_fail(judge, at);
    }
}

static void judge_strict(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct schema schema = schema_of(judge);
    struct label label;
    for (size_t index = 0, pair = 0; next_label(judge, dockerfile, &index, &pair, &label);) {
        if (find_item(&schema, label.name) != NULL) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, label.instruction, label.at);
        at.message = dw_judge_text(judge, "the label \"%.*s\" is none of those that the policy lists", DW_SLICE_ARG(label.name));
        at.fix = DW_SLICE("leave it out, or list it under LBL-002's parameter \"labels\" in the policy");
        dw_judge_fail(judge, at);
    }
}

static void judge_empty(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct schema schema = schema_of(judge);
    struct label label;
    for (size_t index = 0, pair = 0; schema.count > 0 && next_label(judge, dockerfile, &index, &pair, &label);) {
        if (find_item(&schema, label.name) == NULL)
            continue;
        if (label.value.len > 0) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, label.instruction, label.at);
        at.message = dw_judge_text(judge, "the label \"%.*s\" is empty", DW_SLICE_ARG(label.name));
        at.fix = dw_judge_text(judge, "give it a value: LABEL %.*s=\"…\"", DW_SLICE_ARG(label.name));
        dw_judge_fail(judge, at);
    }
}

/* What the OCI image specification says of its own annotations. */
static const struct {
    const char *name, *type;
} well_known[] = {
    {"org.opencontainers.image.created", "rfc3339"}, {"org.opencontainers.image.url", "url"},
    {"org.opencontainers.image.documentation", "url"}, {"org.opencontainers.image.source", "url"},
    {"org.opencontainers.image.licenses", "spdx"},
};

static struct dw_slice type_of(const struct schema *schema, struct dw_slice name)
{
    const struct dw_slice *item = find_item(schema, name);
    if (item != NULL)
        return item_type(*item);
    for (size_t i = 0; i < sizeof(well_known) / sizeof(*well_known); i++)
        if (dw_slice_is(name, well_known[i].name))
            return dw_slice_of(well_known[i].type);
    return DW_SLICE("text");
}

static void judge_values(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct schema schema = schema_of(judge);
    struct label label;
    for (size_t index = 0, pair = 0; next_label(judge, dockerfile, &index, &pair, &label);) {
        const struct dw_label_type *type = dw_label_type_find(type_of(&schema, label.name));
        /* What a variable gives is known when it is built. */
        if (type == NULL || label.value.len == 0 || dw_slice_find(label.value, '$') != SIZE_MAX)
            continue;
        if (type->fits(label.value)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, label.instruction, label.at);
        at.variant = type->variant;
        at.message = dw_judge_text(judge, "the label \"%.*s\" is \"%.*s\", which is no %s", DW_SLICE_ARG(label.name),
                                   DW_SLICE_ARG(dw_slice_part(label.value, 0, 200)), type->what);
        at.fix = dw_judge_text(judge, "write it like %s", type->example);
        dw_judge_fail(judge, at);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_variant value_variants[] = {
    {"url", DW_SEVERITY_UNKNOWN, "DL3052", "no URL"},
    {"rfc3339", DW_SEVERITY_UNKNOWN, "DL3053", "no time as RFC 3339 writes it"},
    {"spdx", DW_SEVERITY_UNKNOWN, "DL3054", "no SPDX licence expression"},
    {"git-hash", DW_SEVERITY_UNKNOWN, "DL3055", "no git commit"},
    {"semver", DW_SEVERITY_UNKNOWN, "DL3056", "no semantic version"},
    {"email", DW_SEVERITY_UNKNOWN, "DL3058", "no e-mail address"},
    {NULL},
};
static const struct dw_rule_parameter schema_parameters[] = {
    {"labels",
     "labels that the image must have: \"name\" or \"name:type\", where the type is text, url, rfc3339, spdx, git-hash, semver or "
     "email; LBL-003 to LBL-005 go by the same list",
     NULL, true},
    {NULL},
};

static const struct dw_rule_example name_examples[] = {
    {"Dockerfile", "FROM node:22\nLABEL Version=1\n", "FROM node:22\nLABEL org.opencontainers.image.version=1\n"},
    {NULL},
};
static const struct dw_rule_example value_examples[] = {
    {"Dockerfile", "FROM node:22\nLABEL org.opencontainers.image.created=\"yesterday\"\n",
     "FROM node:22\nLABEL org.opencontainers.image.created=\"2027-01-31T12:00:00Z\"\n"},
    {NULL},
};

const struct dw_rule dw_label_rules[] = {
    {.id = "LBL-001",
     .title = "Label name valid",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "Names of labels are of lower-case letters, digits, \".\" and \"-\", begin and end with a letter or digit, and lie outside "
             "com.docker., io.docker. and org.dockerproject.",
     .why = "Tools look labels up by their names; other characters are refused by some, and Docker's name spaces have meanings of "
            "their own.",
     .fix = "Use a reversed domain of one's own, in lower case.",
     .aliases = "DL3048",
     .pass = "every label has a valid name",
     .none = "no label",
     .examples = name_examples,
     .dockerfile = judge_names,
     .on_image = true},
    {.id = "LBL-002",
     .title = "Required label present",
     .chapter = 6,
     .severity = DW_SEVERITY_LOW,
     .what = "The shipped stage, or one that it is built on, sets every label that the policy lists.",
     .why = "Who is responsible for an image, and where it comes from, must be found when something happens.",
     .fix = "Set the label.",
     .aliases = "DL3049",
     .pass = "every required label is set",
     .none = "the policy requires no labels",
     .parameters = schema_parameters,
     .dockerfile = judge_required,
     .on_image = true},
    {.id = "LBL-003",
     .title = "No label outside the list",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .off = true,
     .what = "The file sets no label that LBL-002's list does not name. Judged only where the policy enables it.",
     .why = "Where labels control tools, an unknown one is a mistake.",
     .fix = "Leave the label out, or list it.",
     .aliases = "DL3050",
     .pass = "every label is listed",
     .none = "no label",
     .dockerfile = judge_strict,
     .on_image = true},
    {.id = "LBL-004",
     .title = "Label not empty",
     .chapter = 6,
     .severity = DW_SEVERITY_LOW,
     .what = "No label of LBL-002's list is empty.",
     .why = "An empty label says nothing.",
     .fix = "Give the label a value.",
     .aliases = "DL3051",
     .pass = "no listed label is empty",
     .none = "no listed label is set",
     .dockerfile = judge_empty,
     .on_image = true},
    {.id = "LBL-005",
     .title = "Label value format",
     .chapter = 6,
     .severity = DW_SEVERITY_LOW,
     .what = "Labels of LBL-002's list have values of their type, and org.opencontainers.image.created, url, documentation, source and "
             "licenses have those of the OCI image specification.",
     .why = "Tools that read the label fail, or read something else.",
     .fix = "Write the value in the form that is named.",
     .aliases = "",
     .pass = "every label has a value of its type",
     .none = "no label of a known type",
     .variants = value_variants,
     .examples = value_examples,
     .dockerfile = judge_values,
     .on_image = true},
};
const size_t dw_label_rule_count = DW_RULE_COUNT(dw_label_rules);
