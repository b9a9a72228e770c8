/* SPDX-License-Identifier: Apache-2.0
 * The gate's grammar: a recursive descent over at most 4,096 bytes and 32 levels. Judgement is in
 * gate_judge.c. */
#include "policy/gate_tree.h"

#include "base/clock.h"
#include "base/encoding.h"

#define GATE_BYTES   4096
#define GATE_LEVELS  32
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    const char *name;
    enum dw_gate_value_kind kind;
} fields[DW_GATE_FIELD_COUNT] = {
    [DW_GATE_SEVERITY] = {"severity", GATE_VALUE_SEVERITY},
    [DW_GATE_FIX] = {"fix", GATE_VALUE_FIX},
    [DW_GATE_AGE] = {"age", GATE_VALUE_DURATION},
    [DW_GATE_EPSS] = {"epss", GATE_VALUE_PROBABILITY},
    [DW_GATE_KEV] = {"kev", GATE_VALUE_FLAG},
    [DW_GATE_LAYER] = {"layer", GATE_VALUE_LAYER},
    [DW_GATE_NEW] = {"new", GATE_VALUE_FLAG},
    [DW_GATE_TYPE] = {"type", GATE_VALUE_TEXT},
    [DW_GATE_PATH] = {"path", GATE_VALUE_TEXT},
    [DW_GATE_MALICIOUS] = {"malicious", GATE_VALUE_FLAG},
    [DW_GATE_ID] = {"id", GATE_VALUE_TEXT},
    [DW_GATE_HEADERS] = {"headers", GATE_VALUE_FLAG},
};

#define FIX_BIT(state) (1u << (state))
static const struct {
    const char *name;
    unsigned states;
} fixes[] = {
    {"fixed", FIX_BIT(DW_FIX_FIXED)},
    {"available", FIX_BIT(DW_FIX_FIXED)},
    {"none", FIX_BIT(DW_FIX_AFFECTED) | FIX_BIT(DW_FIX_WONT_FIX) | FIX_BIT(DW_FIX_DEFERRED) |
                 FIX_BIT(DW_FIX_END_OF_LIFE)},
    {"affected", FIX_BIT(DW_FIX_AFFECTED)},
    {"will-not-fix", FIX_BIT(DW_FIX_WONT_FIX)},
    {"fix-deferred", FIX_BIT(DW_FIX_DEFERRED)},
    {"end-of-life", FIX_BIT(DW_FIX_END_OF_LIFE)},
    {"unknown", FIX_BIT(DW_FIX_UNKNOWN)},
};

static const struct {
    const char *text;
    enum dw_gate_operator operator;
} operators[] = {
    /* Longer ones first. */
    {"==", GATE_EQUAL},    {"!=", GATE_UNEQUAL}, {"=~", GATE_MATCHES}, {"<=", GATE_AT_MOST},
    {">=", GATE_AT_LEAST}, {"<", GATE_LESS},     {">", GATE_MORE},
};

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    struct dw_slice text; /* a string without its quotes */
    size_t start, end;
};

struct parser {
    struct dw_gate *gate;
    struct dw_slice text;
    struct token token;  /* the current one */
    size_t previous_end; /* of the token before it */
    unsigned level;
    struct dw_error *error;
};

static bool fail_at(struct parser *parser, size_t at, const char *what, struct dw_slice word)
{
    if (word.len > 64)
        word.len = 64;
    return dw_fail(parser->error, DW_ERROR_USAGE, "gate expression, character %zu: %s%s%.*s%s", at + 1, what,
                   word.len ? " \"" : "", DW_SLICE_ARG(word), word.len ? "\"" : "");
}

/* The same with the nearest of NAMES. */
static bool fail_word(struct parser *parser, const char *what, const char *const *names, size_t count)
{
    const char *nearest = dw_nearest_name(parser->token.text, names, count);
    fail_at(parser, parser->token.start, what, parser->token.text);
    if (nearest != NULL && parser->error != NULL) {
        struct dw_error first = *parser->error;
        dw_fail(parser->error, DW_ERROR_USAGE, "%s; did you mean \"%s\"?", first.text, nearest);
    }
    return false;
}

static bool is_word_byte(char c)
{
    return dw_is_alpha(c) || dw_is_digit(c) || (c != 0 && strchr("_.:@/+%-", c) != NULL);
}

static bool advance(struct parser *parser)
{
    struct dw_slice text = parser->text;
    size_t at = parser->token.end;
    parser->previous_end = at;
    while (at < text.len &&
           (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '\n' || text.at[at] == '\r'))
        at++;
    parser->token = (struct token){.start = at, .end = at};
    if (at == text.len)
        return true;
    char c = text.at[at];
    size_t end = at + 1;
    if (c == '"' || c == '\'') {
        while (end < text.len && text.at[end] != c)
            end++;
        if (end == text.len)
            return fail_at(parser, at, "a string that is not closed", DW_SLICE(""));
        parser->token = (struct token){TOKEN_STRING, dw_slice_part(text, at + 1, end - at - 1), at, end + 1};
        return true;
    }
    if (is_word_byte(c)) {
        while (end < text.len && is_word_byte(text.at[end]))
            end++;
        parser->token = (struct token){TOKEN_WORD, dw_slice_part(text, at, end - at), at, end};
        return true;
    }
    static const char *const pairs[] = {"==", "!=", "=~", "<=", ">=", "&&", "||"};
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (dw_slice_starts_with(dw_slice_from(text, at), pairs[i]))
            end = at + 2;
    parser->token = (struct token){TOKEN_SIGN, dw_slice_part(text, at, end - at), at, end};
    return true;
}

static bool is_sign(const struct parser *parser, const char *sign)
{
    return parser->token.kind == TOKEN_SIGN && dw_slice_is(parser->token.text, sign);
}

static bool is_keyword(const struct parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD && dw_slice_equal_nocase(parser->token.text, dw_slice_of(word));
}

static struct gate_node *new_node(struct parser *parser, enum gate_node_kind kind, size_t start)
{
    struct gate_node *node = dw_arena_alloc(&parser->gate->arena, 1, sizeof(*node));
    node->kind = kind;
    node->text = dw_slice_from(parser->text, start);
    return node;
}

static void close_node(struct parser *parser, struct gate_node *node)
{
    node->text.len = (size_t)(parser->text.at + parser->previous_end - node->text.at);
}

static bool parse_probability(struct dw_slice text, double *value)
{
    bool percent = dw_slice_ends_with(text, "%");
    if (percent)
        text.len--;
    size_t digits = 0, points = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += dw_is_digit(text.at[i]);
        points += text.at[i] == '.';
    }
    if (digits == 0 || points > 1 || digits + points != text.len || text.len > 20)
        return false;
    char copy[24];
    memcpy(copy, text.at, text.len);
    copy[text.len] = 0;
    *value = strtod(copy, NULL) / (percent ? 100 : 1);
    return *value <= 1;
}

/* Reads one value of FIELD from the current token. */
static bool parse_value(struct parser *parser, enum dw_gate_field field, struct gate_value *value)
{
    struct dw_slice text = parser->token.text;
    static const char *const severities[] = {"critical", "high", "medium", "low", "negligible", "unknown"};
    static const char *const layers[] = {"base", "application"};
    static const char *const flags[] = {"true", "false"};
    if (parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_STRING)
        return fail_at(parser, parser->token.start, "expected a value", text);
    switch (fields[field].kind) {
    case GATE_VALUE_SEVERITY:
        if (!dw_severity_parse(text, &value->severity))
            return fail_word(parser, "unknown severity", severities, COUNT(severities));
        if (value->severity > parser->gate->worst)
            parser->gate->worst = value->severity;
        break;
    case GATE_VALUE_FIX: {
        const char *names[COUNT(fixes)];
        for (size_t i = 0; i < COUNT(fixes); i++) {
            names[i] = fixes[i].name;
            if (dw_slice_is(text, fixes[i].name))
                value->states = fixes[i].states;
        }
        if (value->states == 0)
            return fail_word(parser, "unknown fix state", names, COUNT(names));
        break;
    }
    case GATE_VALUE_DURATION:
        if (!dw_duration_parse(text, &value->seconds))
            return fail_at(parser, parser->token.start, "expected a duration such as 30d, not", text);
        break;
    case GATE_VALUE_PROBABILITY:
        if (!parse_probability(text, &value->probability))
            return fail_at(parser, parser->token.start, "expected a probability such as 0.1 or 10%, not",
                           text);
        break;
    case GATE_VALUE_LAYER:
        if (!dw_slice_is(text, "base") && !dw_slice_is(text, "application"))
            return fail_word(parser, "unknown layer", layers, COUNT(layers));
        value->flag = dw_slice_is(text, "base");
        break;
    case GATE_VALUE_FLAG:
        if (!dw_slice_is(text, "true") && !dw_slice_is(text, "false"))
            return fail_word(parser, "expected true or false, not", flags, COUNT(flags));
        value->flag = dw_slice_is(text, "true");
        break;
    case GATE_VALUE_TEXT:
        break;
    }
    value->text = text;
    return advance(parser);
}

static bool parse_list(struct parser *parser, struct gate_node *test)
{
    bool round = is_sign(parser, "(");
    DW_VECTOR(struct gate_value) values = {0};
    bool ok = round || is_sign(parser, "[") ||
              fail_at(parser, parser->token.start, "expected a list in parentheses after \"in\", not",
                      parser->token.text);
    ok = ok && advance(parser);
    while (ok) {
        ok = parse_value(parser, test->field, dw_vector_push(&values));
        if (!ok || !is_sign(parser, ","))
            break;
        ok = advance(parser);
    }
    if (ok && !is_sign(parser, round ? ")" : "]"))
        ok = fail_at(parser, parser->token.start, round ? "expected ',' or ')'" : "expected ',' or ']'",
                     DW_SLICE(""));
    ok = ok && advance(parser);
    if (ok) {
        test->values = dw_arena_alloc(&parser->gate->arena, values.len, sizeof(*test->values));
        memcpy(test->values, values.at, values.len * sizeof(*test->values));
        test->value_count = values.len;
    }
    dw_vector_free(&values);
    return ok;
}

static bool parse_pattern(struct parser *parser, struct gate_node *test)
{
    if (fields[test->field].kind != GATE_VALUE_TEXT)
        return fail_at(parser, parser->token.start, "\"=~\" is for type, path and id", DW_SLICE(""));
    if (!advance(parser))
        return false;
    if (parser->token.kind != TOKEN_STRING)
        return fail_at(parser, parser->token.start, "expected a regular expression in quotes, not",
                       parser->token.text);
    struct dw_error why = DW_ERROR_INIT;
    struct dw_pattern *pattern = dw_pattern_compile(parser->token.text, &why);
    if (pattern == NULL)
        return fail_at(parser, parser->token.start, why.text, DW_SLICE(""));
    *dw_vector_push(&parser->gate->patterns) = pattern;
    test->pattern = pattern;
    return advance(parser);
}

/* What follows a field: nothing (a flag), an operator with its value, or a list. */
static bool parse_comparison(struct parser *parser, struct gate_node *test)
{
    enum dw_gate_value_kind kind = fields[test->field].kind;
    bool negated = is_keyword(parser, "not");
    if (negated && !advance(parser))
        return false;
    if (is_keyword(parser, "in")) {
        if (kind == GATE_VALUE_DURATION || kind == GATE_VALUE_PROBABILITY)
            return fail_at(parser, parser->token.start, "\"in\" does not suit the field",
                           dw_slice_of(fields[test->field].name));
        test->operator= negated ? GATE_NOT_IN : GATE_IN;
        return advance(parser) && parse_list(parser, test);
    }
    if (negated)
        return fail_at(parser, parser->token.start, "expected \"in\" after \"not\", not", parser->token.text);
    for (size_t i = 0; i < COUNT(operators); i++) {
        if (!is_sign(parser, operators[i].text))
            continue;
        test->operator= operators[i].operator;
        if (test->operator== GATE_MATCHES)
            return parse_pattern(parser, test);
        bool ordered = test->operator!= GATE_EQUAL && test->operator!= GATE_UNEQUAL;
        bool has_order =
            kind == GATE_VALUE_SEVERITY || kind == GATE_VALUE_DURATION || kind == GATE_VALUE_PROBABILITY;
        if (ordered && !has_order)
            return fail_at(parser, parser->token.start, "no order is defined for the field",
                           dw_slice_of(fields[test->field].name));
        size_t at = parser->token.end;
        test->values = dw_arena_alloc(&parser->gate->arena, 1, sizeof(*test->values));
        test->value_count = 1;
        if (!advance(parser) || !parse_value(parser, test->field, test->values))
            return false;
        if (ordered && kind == GATE_VALUE_SEVERITY && test->values->severity == DW_SEVERITY_UNKNOWN)
            return fail_at(parser, at, "\"unknown\" is neither more nor less than a severity", DW_SLICE(""));
        return true;
    }
    if (kind != GATE_VALUE_FLAG)
        return fail_at(parser, parser->token.start, "expected a comparison after the field",
                       dw_slice_of(fields[test->field].name));
    test->operator= GATE_FLAG;
    return true;
}

static bool parse_test(struct parser *parser, struct gate_node **result)
{
    const char *names[DW_GATE_FIELD_COUNT];
    if (parser->token.kind != TOKEN_WORD)
        return fail_at(parser, parser->token.start,
                       parser->token.kind == TOKEN_END ? "something is missing at the end"
                                                       : "expected a field, not",
                       parser->token.text);
    for (size_t i = 0; i < DW_GATE_FIELD_COUNT; i++) {
        names[i] = fields[i].name;
        if (!dw_slice_is(parser->token.text, fields[i].name))
            continue;
        struct gate_node *test = new_node(parser, GATE_NODE_TEST, parser->token.start);
        test->field = (enum dw_gate_field)i;
        parser->gate->named |= 1u << i;
        if (!advance(parser) || !parse_comparison(parser, test))
            return false;
        close_node(parser, test);
        *result = test;
        return true;
    }
    return fail_word(parser, "unknown field", names, COUNT(names));
}

static bool parse_or(struct parser *parser, struct gate_node **result);

static bool parse_not(struct parser *parser, struct gate_node **result)
{
    bool ok;
    if (++parser->level > GATE_LEVELS)
        return fail_at(parser, parser->token.start, "nested too deeply (32 levels)", DW_SLICE(""));
    if (is_sign(parser, "!") || is_keyword(parser, "not")) {
        struct gate_node *node = new_node(parser, GATE_NODE_NOT, parser->token.start);
        ok = advance(parser) && parse_not(parser, &node->child);
        if (ok)
            close_node(parser, node);
        *result = node;
    } else if (is_sign(parser, "(")) {
        ok = advance(parser) && parse_or(parser, result);
        if (ok && !is_sign(parser, ")"))
            ok = fail_at(parser, parser->token.start, "expected ')'", DW_SLICE(""));
        ok = ok && advance(parser);
    } else
        ok = parse_test(parser, result);
    parser->level--;
    return ok;
}

/* One or more operands of the same operator; a single one stands for itself. */
static bool parse_chain(struct parser *parser, enum gate_node_kind kind, struct gate_node **result)
{
    bool disjunction = kind == GATE_NODE_OR;
    struct gate_node *chain = new_node(parser, kind, parser->token.start), **end = &chain->child;
    for (;;) {
        if (!(disjunction ? parse_chain(parser, GATE_NODE_AND, end) : parse_not(parser, end)))
            return false;
        end = &(*end)->next;
        if (!is_sign(parser, disjunction ? "||" : "&&") && !is_keyword(parser, disjunction ? "or" : "and"))
            break;
        if (!advance(parser))
            return false;
    }
    close_node(parser, chain);
    *result = chain->child->next == NULL ? chain->child : chain;
    return true;
}

static bool parse_or(struct parser *parser, struct gate_node **result)
{
    return parse_chain(parser, GATE_NODE_OR, result);
}

/* "high": this severity or worse. */
static struct gate_node *severity_gate(struct dw_gate *gate)
{
    static const char *const words[] = {"critical", "high", "medium", "low", "negligible", "info"};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (!dw_slice_equal_nocase(gate->text, dw_slice_of(words[i])))
            continue;
        struct gate_node *test = dw_arena_alloc(&gate->arena, 1, sizeof(*test));
        test->kind = GATE_NODE_TEST;
        test->field = DW_GATE_SEVERITY;
        test->operator= GATE_AT_LEAST;
        test->values = dw_arena_alloc(&gate->arena, 1, sizeof(*test->values));
        test->value_count = 1;
        dw_severity_parse(gate->text, &test->values->severity);
        test->text =
            dw_arena_printf(&gate->arena, "severity >= %s", dw_severity_name(test->values->severity));
        gate->worst = test->values->severity;
        gate->named = 1u << DW_GATE_SEVERITY;
        gate->bare = true;
        return test;
    }
    return NULL;
}

struct dw_gate *dw_gate_parse(struct dw_slice text, struct dw_error *error)
{
    text = dw_slice_trim(text);
    if (text.len == 0 || text.len > GATE_BYTES || !dw_utf8_valid(text)) {
        dw_fail(error, DW_ERROR_USAGE, "%s",
                text.len == 0           ? "the gate is empty: give a severity or an expression"
                : text.len > GATE_BYTES ? "the gate expression is longer than 4,096 bytes"
                                        : "the gate expression is not UTF-8");
        return NULL;
    }
    struct dw_gate *gate = dw_alloc(1, sizeof(*gate));
    gate->text = dw_arena_copy(&gate->arena, text);
    gate->root = severity_gate(gate);
    if (gate->root != NULL)
        return gate;
    struct parser parser = {.gate = gate, .text = gate->text, .error = error};
    if (advance(&parser) && parse_or(&parser, &gate->root)) {
        if (parser.token.kind == TOKEN_END)
            return gate;
        fail_at(&parser, parser.token.start, "expected \"and\", \"or\" or the end, not", parser.token.text);
    }
    dw_gate_free(gate);
    return NULL;
}

void dw_gate_free(struct dw_gate *gate)
{
    if (gate == NULL)
        return;
    for (size_t i = 0; i < gate->patterns.len; i++)
        dw_pattern_free(gate->patterns.at[i]);
    dw_vector_free(&gate->patterns);
    dw_arena_free(&gate->arena);
    free(gate);
}

struct dw_slice dw_gate_text(const struct dw_gate *gate)
{
    return gate->text;
}

bool dw_gate_is_severity(const struct dw_gate *gate, enum dw_severity *severity)
{
    if (gate->bare)
        *severity = gate->root->values->severity;
    return gate->bare;
}

bool dw_gate_names(const struct dw_gate *gate, enum dw_gate_field field)
{
    return (gate->named >> field & 1) != 0;
}
