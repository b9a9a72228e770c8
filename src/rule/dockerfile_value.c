/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-021, DF-022, DF-032, DF-034, DF-035: values of EXPOSE, ENV and LABEL, and the variables in them (Dockerfile reference,
 * "Environment replacement"; BuildKit's build checks). */
#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"
#include "rule/repair.h"

#include "base/map.h"

/* ---- DF-021, DF-022 ----------------------------------------------------------------------------------------------- */

/* "127.0.0.1:8080-8090:80/tcp" cut up. */
struct exposed {
    struct dw_slice host;     /* before the last ":", "" if there is none */
    struct dw_slice port;     /* "80" or "8080-8090" */
    struct dw_slice protocol; /* behind "/", "" if there is none */
    bool mapped;              /* there is a ":" */
};

static struct exposed cut_exposed(struct dw_slice text)
{
    struct exposed exposed = {.host = DW_SLICE(""), .protocol = DW_SLICE("")};
    size_t slash = dw_slice_find(text, '/');
    if (slash != SIZE_MAX)
        exposed.protocol = dw_slice_from(text, slash + 1);
    text = dw_slice_part(text, 0, slash);
    size_t colon = dw_slice_find_last(text, ':');
    exposed.mapped = colon != SIZE_MAX && dw_slice_find(text, '$') == SIZE_MAX;
    if (exposed.mapped) {
        exposed.host = dw_slice_part(text, 0, colon);
        text = dw_slice_from(text, colon + 1);
    }
    exposed.port = text;
    return exposed;
}

static bool is_number(struct dw_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!dw_is_digit(text.at[i]))
            return false;
    return text.len > 0;
}

static void judge_port(struct dw_judge *judge, struct dw_slice port, bool *good)
{
    uint64_t number;
    (void)judge;
    if (is_number(port) && (!dw_parse_u64(port, &number) || number > 65535))
        *good = false;
}

static void judge_range(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        for (size_t i = 0; runs->kind == DW_INSTRUCTION_EXPOSE && i < runs->argument_count; i++) {
            struct exposed exposed = cut_exposed(dw_rule_unquoted(judge, runs->arguments[i], dockerfile->escape));
            size_t dash = dw_slice_find(exposed.port, '-');
            bool good = true;
            judge_port(judge, dw_slice_part(exposed.port, 0, dash), &good);
            if (dash != SIZE_MAX)
                judge_port(judge, dw_slice_from(exposed.port, dash + 1), &good);
            if (good) {
                dw_judge_pass_quietly(judge);
                continue;
            }
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->arguments[i]);
            at.message = dw_judge_text(judge, "EXPOSE %.*s: ports end at 65535", DW_SLICE_ARG(runs->arguments[i]));
            at.fix = DW_SLICE("write the port that the service listens on, 0 to 65535");
            dw_judge_fail(judge, at);
        }
    }
}

static void judge_exposed(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        for (size_t i = 0; runs->kind == DW_INSTRUCTION_EXPOSE && i < runs->argument_count; i++) {
            struct dw_slice written = runs->arguments[i];
            struct exposed exposed = cut_exposed(dw_rule_unquoted(judge, written, dockerfile->escape));
            bool capital = false;
            for (size_t j = 0; j < exposed.protocol.len && dw_slice_find(exposed.protocol, '$') == SIZE_MAX; j++)
                capital |= exposed.protocol.at[j] >= 'A' && exposed.protocol.at[j] <= 'Z';
            if (!capital && !exposed.mapped)
                dw_judge_pass_quietly(judge);
            if (capital) {
                char low[16] = "";
                for (size_t j = 0; j < exposed.protocol.len && j < sizeof(low) - 1; j++)
                    low[j] = dw_to_lower(exposed.protocol.at[j]);
                struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, written);
                at.variant = "proto-case";
                at.message = dw_judge_text(judge, "EXPOSE %.*s: the protocol is not in lower case", DW_SLICE_ARG(written));
                at.fix = dw_judge_text(judge, "EXPOSE %.*s/%s", DW_SLICE_ARG(exposed.port), low);
                size_t slash = dw_slice_find(written, '/');
                at.repair = DW_REPAIR_SAFE;
                if (dw_slice_equal(dw_slice_from(written, slash == SIZE_MAX ? written.len : slash + 1), exposed.protocol))
                    dw_repair_part(judge, &at, dockerfile, instruction, dw_slice_from(written, slash + 1), dw_slice_of(low));
                dw_judge_fail(judge, at);
            }
            if (exposed.mapped) {
                struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, written);
                at.variant = "host-part";
                at.message = dw_judge_text(judge, "EXPOSE %.*s names an address or a port of the host, which has no effect here",
                                           DW_SLICE_ARG(written));
                at.fix = dw_judge_text(judge, "EXPOSE %.*s, and publish the port when the container is run", DW_SLICE_ARG(exposed.port));
                at.repair_note = DW_SLICE("the address or port of the host goes: give it to docker run -p or to Compose's ports");
                if (exposed.port.len > 0)
                    dw_repair_part(judge, &at, dockerfile, instruction, written,
                                   exposed.protocol.len > 0 ? dw_judge_text(judge, "%.*s/%.*s", DW_SLICE_ARG(exposed.port),
                                                                            DW_SLICE_ARG(exposed.protocol))
                                                            : exposed.port);
                dw_judge_fail(judge, at);
            }
        }
    }
}

/* ---- DF-032 ------------------------------------------------------------------------------------------------------- */

/* How often an ENV instruction sets NAME, other than in pair EXCEPT. */
static bool sets_beside(const struct dw_instruction *runs, struct dw_slice name, size_t except)
{
    for (size_t i = 0; i + 2 < runs->argument_count; i += 3)
        if (i != except && dw_slice_equal(runs->arguments[i], name))
            return true;
    return false;
}

static void judge_own_variables(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (runs->kind != DW_INSTRUCTION_ENV)
            continue;
        dw_judge_pass_quietly(judge);
        /* One pair has no other that it could mean; many are read only if there is a variable at all. */
        if (runs->argument_count <= 3 || dw_slice_find(runs->rest, '$') == SIZE_MAX)
            continue;
        for (size_t i = 0; i + 2 < runs->argument_count; i += 3) {
            struct dw_rule_variables variables = {.text = runs->arguments[i + 1], .escape = dockerfile->escape};
            struct dw_slice name;
            while (dw_rule_variable_next(&variables, &name)) {
                if (!sets_beside(runs, name, i))
                    continue;
                struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, name);
                at.message = dw_judge_text(judge, "%.*s uses \"%.*s\", which the same ENV sets: it gets the value from before",
                                           DW_SLICE_ARG(runs->arguments[i]), DW_SLICE_ARG(name));
                at.fix = dw_judge_text(judge, "set %.*s in an ENV of its own, behind this one", DW_SLICE_ARG(runs->arguments[i]));
                dw_judge_fail(judge, at);
            }
        }
    }
}

/* ---- DF-034 ------------------------------------------------------------------------------------------------------- */

/* Names that hold in a stage: its own, or those of the stage it is built on. */
struct scope {
    struct dw_map names;
    size_t parent;   /* stage, or SIZE_MAX */
    bool base_known; /* nothing else can be set: it begins with the empty image */
};

static bool is_set(const struct scope *scopes, size_t stage, struct dw_slice name)
{
    for (; stage != SIZE_MAX; stage = scopes[stage].parent)
        if (dw_map_find(&scopes[stage].names, name) != NULL)
            return true;
    return false;
}

/* Set without anybody's doing. */
static bool is_predefined(struct dw_slice name)
{
    static const char *const proxies[] = {"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"};
    for (size_t i = 0; i < sizeof(proxies) / sizeof(*proxies); i++)
        if (dw_slice_equal_nocase(name, dw_slice_of(proxies[i])))
            return true;
    return dw_slice_is(name, "PATH");
}

struct undefined {
    struct dw_judge *judge;
    const struct dw_dockerfile_view *view;
    struct scope *scopes;
    struct dw_map global; /* ARG before the first FROM */
    size_t stage;
};

static bool in_image(const struct dw_dockerfile_view *view, struct dw_slice name)
{
    const struct dw_subject *image = view->image;
    for (size_t i = 0; image != NULL && i < image->image.environment_count; i++) {
        struct dw_slice pair = image->image.environment[i];
        if (dw_slice_equal(dw_slice_part(pair, 0, dw_slice_find(pair, '=')), name))
            return true;
    }
    return false;
}

static struct dw_slice nearest(const struct undefined *undefined, struct dw_slice name)
{
    struct dw_rule_nearest near = {.name = name, .best = DW_SLICE("")};
    for (size_t stage = undefined->stage; stage != SIZE_MAX; stage = undefined->scopes[stage].parent) {
        const struct dw_map_entry *entry;
        for (size_t at = 0; (entry = dw_map_next(&undefined->scopes[stage].names, &at)) != NULL;)
            dw_rule_nearest_offer(&near, entry->key);
    }
    return near.best;
}

static void judge_defined(struct undefined *undefined, const struct dw_instruction *instruction, struct dw_slice text)
{
    struct dw_judge *judge = undefined->judge;
    const struct dw_dockerfile *dockerfile = undefined->view->dockerfile;
    struct dw_rule_variables variables = {.text = text, .escape = dockerfile->escape};
    struct dw_slice name;
    while (dw_rule_variable_next(&variables, &name)) {
        if (is_predefined(name) || is_set(undefined->scopes, undefined->stage, name) || in_image(undefined->view, name)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, name);
        size_t first = undefined->stage;
        while (undefined->scopes[first].parent != SIZE_MAX)
            first = undefined->scopes[first].parent;
        struct dw_slice near = nearest(undefined, name);
        bool global = dw_map_find(&undefined->global, name) != NULL || dw_rule_is_platform_argument(name);
        if (global) {
            at.message = dw_judge_text(judge, "the variable \"%.*s\" is not declared in this stage, and is empty: what stands before the "
                                              "first FROM holds for FROM alone",
                                       DW_SLICE_ARG(name));
            at.fix = dw_judge_text(judge, "ARG %.*s in the stage, above this line", DW_SLICE_ARG(name));
        } else if (near.len > 0) {
            at.message = dw_judge_text(judge, "the variable \"%.*s\" is not defined; did you mean \"%.*s\"?", DW_SLICE_ARG(name),
                                       DW_SLICE_ARG(near));
            at.fix = dw_judge_text(judge, "write ${%.*s}", DW_SLICE_ARG(near));
        } else if (undefined->scopes[first].base_known) {
            at.message = dw_judge_text(judge, "the variable \"%.*s\" is not defined, and is empty", DW_SLICE_ARG(name));
            at.fix = dw_judge_text(judge, "ARG %.*s=<value> in the stage, above this line", DW_SLICE_ARG(name));
        } else {
            dw_judge_unknown(judge, at.path, at.line,
                             dw_judge_text(judge, "only the base image can define the variable \"%.*s\": write ARG or ENV %.*s above it",
                                           DW_SLICE_ARG(name), DW_SLICE_ARG(name)));
            continue;
        }
        dw_judge_fail(judge, at);
    }
}

static void define(struct undefined *undefined, struct dw_slice name)
{
    dw_map_insert(&undefined->scopes[undefined->stage].names, name, NULL);
}

static void judge_instruction(struct undefined *undefined, const struct dw_instruction *instruction)
{
    switch (instruction->kind) {
    case DW_INSTRUCTION_ARG:
        for (size_t i = 0; i < instruction->argument_count; i++) {
            struct dw_slice argument = instruction->arguments[i];
            define(undefined, dw_slice_part(argument, 0, dw_slice_find(argument, '=')));
        }
        return;
    case DW_INSTRUCTION_ENV:
        for (size_t i = 0; i + 2 < instruction->argument_count; i += 3)
            judge_defined(undefined, instruction, instruction->arguments[i + 1]);
        for (size_t i = 0; i + 2 < instruction->argument_count; i += 3)
            define(undefined, instruction->arguments[i]);
        return;
    case DW_INSTRUCTION_ADD:
    case DW_INSTRUCTION_COPY:
    case DW_INSTRUCTION_VOLUME:
        /* Strings of the JSON form are decoded; the line as a whole has the same variables. */
        if (dw_slice_find(instruction->logical, '$') == SIZE_MAX)
            return;
        for (size_t i = 0; i < instruction->flag_count; i++)
            if (dw_slice_starts_with(instruction->flags[i], "--ch"))
                judge_defined(undefined, instruction, instruction->flags[i]);
        for (size_t i = 0; i < instruction->argument_count; i++)
            judge_defined(undefined, instruction, instruction->arguments[i]);
        return;
    case DW_INSTRUCTION_EXPOSE:
    case DW_INSTRUCTION_LABEL:
    case DW_INSTRUCTION_STOPSIGNAL:
    case DW_INSTRUCTION_USER:
    case DW_INSTRUCTION_WORKDIR:
        for (size_t i = 0; i < instruction->argument_count; i++)
            judge_defined(undefined, instruction, instruction->arguments[i]);
        return;
    default:
        return;
    }
}

static void judge_variables(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    struct undefined undefined = {.judge = judge, .view = view};
    undefined.scopes = dw_alloc(dockerfile->stages.len, sizeof(*undefined.scopes));
    for (size_t i = 0; i < dockerfile->instructions.len && dockerfile->instructions.at[i].stage == SIZE_MAX; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        for (size_t j = 0; instruction->kind == DW_INSTRUCTION_ARG && j < instruction->argument_count; j++) {
            struct dw_slice argument = instruction->arguments[j];
            dw_map_insert(&undefined.global, dw_slice_part(argument, 0, dw_slice_find(argument, '=')), NULL);
        }
    }
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        const struct dw_image_use *use = &dockerfile->uses.at[stage->use];
        bool inherits = use->kind == DW_BASE_STAGE && use->target < i;
        undefined.stage = i;
        undefined.scopes[i].parent = inherits ? use->target : SIZE_MAX;
        undefined.scopes[i].base_known = use->kind == DW_BASE_SCRATCH;
        for (size_t j = 1; j < stage->count; j++)
            judge_instruction(&undefined, &dockerfile->instructions.at[stage->first + j]);
    }
    for (size_t i = 0; i < dockerfile->stages.len; i++)
        dw_map_free(&undefined.scopes[i].names);
    dw_map_free(&undefined.global);
    free(undefined.scopes);
}

/* ---- DF-035 ------------------------------------------------------------------------------------------------------- */

/* Is VALUE one quoted text? */
static bool is_quoted(struct dw_slice value)
{
    if (value.len < 2 || (value.at[0] != '"' && value.at[0] != '\''))
        return false;
    struct dw_slice rest = dw_slice_from(value, 1);
    return dw_slice_find(rest, value.at[0]) == rest.len - 1 && dw_slice_find(value, '\\') == SIZE_MAX;
}

/* "KEY value" becomes "KEY=value", with quotes round blanks. */
static void repair_form(struct dw_judge *judge, struct dw_judge_finding *at, const struct dw_dockerfile *dockerfile,
                        const struct dw_instruction *instruction, const struct dw_instruction *runs)
{
    struct dw_slice key = runs->arguments[0], value = runs->arguments[1];
    bool blank = false, special = false;
    for (size_t i = 0; i < value.len; i++) {
        blank |= value.at[i] == ' ' || value.at[i] == '\t';
        special |= value.at[i] == '"' || value.at[i] == '\'' || value.at[i] == dockerfile->escape;
    }
    if (value.len == 0 || value.at < key.at + key.len || (special && !is_quoted(value)) || dw_slice_find(key, '=') != SIZE_MAX)
        return;
    struct dw_slice between = dw_slice_make(key.at + key.len, (size_t)(value.at - (key.at + key.len)));
    bool quotes = blank && !special;
    if (dw_repair_part(judge, at, dockerfile, instruction, between, quotes ? DW_SLICE("=\"") : DW_SLICE("=")) && quotes)
        dw_repair_after_part(judge, at, dockerfile, instruction, dw_slice_from(value, value.len - 1), DW_SLICE("\""));
}

static void judge_form(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if ((runs->kind != DW_INSTRUCTION_ENV && runs->kind != DW_INSTRUCTION_LABEL) || runs->argument_count < 3)
            continue;
        if (runs->arguments[2].len > 0) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        const char *name = dw_instruction_name(runs->kind);
        struct dw_slice key = runs->arguments[0], value = runs->arguments[1];
        bool plain = true;
        for (size_t i = 0; i < value.len; i++)
            plain &= strchr(" \t\"'", value.at[i]) == NULL;
        bool quoted = is_quoted(value);
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->rest);
        at.message = dw_judge_text(judge, "%s %.*s is written without \"=\", a form that is no longer advised", name, DW_SLICE_ARG(key));
        repair_form(judge, &at, dockerfile, instruction, runs);
        at.fix = plain || quoted ? dw_judge_text(judge, "%s %.*s=%.*s", name, DW_SLICE_ARG(key), DW_SLICE_ARG(value))
                                 : dw_judge_text(judge, "%s %.*s=\"…\"", name, DW_SLICE_ARG(key));
        dw_judge_fail(judge, at);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_variant exposed_variants[] = {
    {"proto-case", DW_SEVERITY_UNKNOWN, "bk:ExposeProtoCasing", "the protocol is not in lower case"},
    {"host-part", DW_SEVERITY_UNKNOWN, "bk:ExposeInvalidFormat", "an address or port of the host"},
    {NULL},
};

static const struct dw_rule_example range_examples[] = {
    {"Dockerfile", "FROM node:22\nEXPOSE 80800\n", "FROM node:22\nEXPOSE 8080\n"},
    {NULL},
};
static const struct dw_rule_example exposed_examples[] = {
    {"Dockerfile", "FROM node:22\nEXPOSE 8080/TCP\n", "FROM node:22\nEXPOSE 8080/tcp\n"},
    {"Dockerfile", "FROM node:22\nEXPOSE 127.0.0.1:80:8080\n", "FROM node:22\nEXPOSE 8080\n"},
    {NULL},
};
static const struct dw_rule_example own_examples[] = {
    {"Dockerfile", "FROM node:22\nENV HOME=/app CACHE=$HOME/cache\n", "FROM node:22\nENV HOME=/app\nENV CACHE=$HOME/cache\n"},
    {NULL},
};
static const struct dw_rule_example variable_examples[] = {
    {"Dockerfile", "FROM scratch\nARG VERSION=1\nLABEL version=$VERSON\n", "FROM scratch\nARG VERSION=1\nLABEL version=$VERSION\n"},
    {"Dockerfile", "ARG VERSION=1\nFROM node:22\nLABEL version=$VERSION\n",
     "ARG VERSION=1\nFROM node:22\nARG VERSION\nLABEL version=$VERSION\n"},
    {NULL},
};
static const struct dw_rule_example form_examples[] = {
    {"Dockerfile", "FROM node:22\nENV NODE_ENV production\n", "FROM node:22\nENV NODE_ENV=production\n"},
    {NULL},
};

const struct dw_rule dw_value_rules[] = {
    {.id = "DF-021",
     .title = "Ports in range",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "EXPOSE names ports from 0 to 65535, also in ranges.",
     .why = "There are no others: the line says something wrong about the service.",
     .fix = "Write the port that the service listens on.",
     .aliases = "DL3011|DS-0008",
     .pass = "every port is in range",
     .none = "no EXPOSE",
     .examples = range_examples,
     .dockerfile = judge_range},
    {.id = "DF-022",
     .title = "EXPOSE format",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "EXPOSE names a port of the container, with a protocol in lower case, and nothing of the host.",
     .why = "EXPOSE publishes nothing: an address or port of the host in it looks as if it did; BuildKit will refuse both.",
     .fix = "Write PORT or PORT/tcp; publish it when the container is run.",
     .aliases = "",
     .pass = "every EXPOSE names a port of the container",
     .none = "no EXPOSE",
     .variants = exposed_variants,
     .examples = exposed_examples,
     .dockerfile = judge_exposed},
    {.id = "DF-032",
     .title = "ENV refers to itself",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No ENV uses a variable that the same ENV sets beside it.",
     .why = "One instruction sees the values from before it: the new value is not used.",
     .fix = "Use two ENV instructions.",
     .aliases = "DL3044",
     .pass = "no ENV uses what it sets",
     .none = "no ENV",
     .examples = own_examples,
     .dockerfile = judge_own_variables},
    {.id = "DF-034",
     .title = "Variable defined",
     .severity = DW_SEVERITY_LOW,
     .what = "Every variable that the build replaces is set by an ARG or ENV of the stage or of one it is built on, or by the base image "
             "where it is known.",
     .why = "An undefined variable is empty, without an error: a path or label is not what it looks like.",
     .fix = "Declare it with ARG or ENV above, in the same stage.",
     .aliases = "bk:UndefinedVar",
     .pass = "every variable is defined",
     .none = "no variable is used",
     .examples = variable_examples,
     .dockerfile = judge_variables},
    {.id = "DF-035",
     .title = "key=value form",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_SAFE,
     .what = "ENV and LABEL are written with \"=\".",
     .why = "Without it the whole rest of the line is one value, which is easily read otherwise; BuildKit no longer advises it.",
     .fix = "Write KEY=value, with quotes where the value has blanks.",
     .aliases = "bk:LegacyKeyValueFormat",
     .pass = "ENV and LABEL are written with \"=\"",
     .none = "no ENV or LABEL",
     .examples = form_examples,
     .dockerfile = judge_form},
};
const size_t dw_value_rule_count = DW_RULE_COUNT(dw_value_rules);
