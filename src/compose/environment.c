/* SPDX-License-Identifier: Apache-2.0
 *
 * Environment files as Compose reads them (docs.docker.com, "Set environment variables: interpolation, .env file syntax"): lines
 * NAME=value, with "export" before or ":" for "="; comments; single quotes keep, double quotes know escapes, both may span lines;
 * what is not single-quoted is substituted. */
#include "compose/interpolate.h"
#include "compose/internal.h"

#include "base/file.h"

struct parser {
    struct dw_arena *arena;
    struct dw_slice text;
    size_t at;
    unsigned line;
    const char *name;
    const struct compose_variables *outer;
    struct dw_map own; /* name -> value read so far */
    uint64_t budget;
    struct compose_assignments *out;
    struct dw_error *error;
};

static char peek(const struct parser *parser)
{
    return parser->at < parser->text.len ? parser->text.at[parser->at] : '\0';
}

static void advance(struct parser *parser)
{
    parser->line += peek(parser) == '\n';
    parser->at++;
}

static bool at_end(const struct parser *parser)
{
    return parser->at >= parser->text.len;
}

static bool fail(struct parser *parser, unsigned line, const char *what)
{
    return dw_fail(parser->error, DW_ERROR_INPUT, "%s:%u: %s", parser->name, line, what);
}

static bool find(const void *context, struct dw_slice name, struct dw_slice *value)
{
    const struct parser *parser = context;
    if (compose_variable(parser->outer, name, value))
        return true;
    const struct dw_slice *found = dw_map_get(&parser->own, name);
    if (found != NULL)
        *value = *found;
    return found != NULL;
}

static bool substitute(struct parser *parser, struct dw_slice text, struct dw_slice *value)
{
    struct dw_compose_lookup lookup = {.find = find, .context = parser};
    struct dw_compose_substitution result = dw_compose_substitute(parser->arena, text, &lookup, parser->budget);
    if (result.too_long)
        return dw_fail(parser->error, DW_ERROR_LIMIT, "%s:%u: %s", parser->name, parser->line, result.problem);
    if (result.problem != NULL)
        return fail(parser, parser->line, result.problem);
    parser->budget -= result.text.len < parser->budget ? result.text.len : parser->budget;
    *value = result.text.at == text.at ? dw_arena_copy(parser->arena, text) : result.text;
    return true;
}

static void skip_line(struct parser *parser)
{
    while (!at_end(parser) && peek(parser) != '\n')
        advance(parser);
}

static void skip_blanks(struct parser *parser)
{
    while (!at_end(parser) && (peek(parser) == ' ' || peek(parser) == '\t' || peek(parser) == '\r'))
        advance(parser);
}

static char unescape(char c)
{
    static const char from[] = "nrtabfv", to[] = "\n\r\t\a\b\f\v";
    const char *found = c == '\0' ? NULL : strchr(from, c);
    return found == NULL ? c : to[found - from];
}

/* At the opening quote. */
static bool quoted(struct parser *parser, struct dw_slice *value)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    char quote = peek(parser);
    unsigned line = parser->line;
    for (advance(parser); !at_end(parser) && peek(parser) != quote; advance(parser)) {
        char c = peek(parser);
        if (c != '\\' || parser->at + 1 >= parser->text.len) {
            dw_buffer_append_byte(&out, c);
            continue;
        }
        char next = parser->text.at[parser->at + 1];
        if (quote == '\'' && next != '\'') {
            dw_buffer_append_byte(&out, c);
            continue;
        }
        advance(parser);
        if (next == '$')
            dw_buffer_append_string(&out, "$$"); /* kept from substitution */
        else
            dw_buffer_append_byte(&out, quote == '"' ? unescape(next) : next);
    }
    if (at_end(parser))
        return fail(parser, line, "a quoted value is not closed");
    advance(parser);
    if (quote == '"')
        return substitute(parser, dw_buffer_slice(&out), value);
    *value = dw_arena_copy(parser->arena, dw_buffer_slice(&out));
    return true;
}

static bool plain(struct parser *parser, struct dw_slice *value)
{
    size_t start = parser->at;
    while (!at_end(parser) && peek(parser) != '\n') {
        if (peek(parser) == '#' && (parser->at == start || parser->text.at[parser->at - 1] == ' ' ||
                                    parser->text.at[parser->at - 1] == '\t'))
            break;
        advance(parser);
    }
    struct dw_slice text = dw_slice_trim(dw_slice_part(parser->text, start, parser->at - start));
    skip_line(parser);
    return substitute(parser, text, value);
}

static bool is_name(char c)
{
    return dw_is_alpha(c) || dw_is_digit(c) || c == '_' || c == '.' || c == '-' || c == '[' || c == ']';
}

static void add(struct parser *parser, struct compose_assignment assignment)
{
    *dw_vector_push(parser->out) = assignment;
    if (assignment.inherited)
        return;
    struct dw_slice *value = dw_arena_alloc(parser->arena, 1, sizeof(*value));
    *value = assignment.value;
    dw_map_insert(&parser->own, assignment.name, NULL)->pointer = value;
}

/* At the first character of a statement. */
static bool statement(struct parser *parser)
{
    struct dw_slice export = DW_SLICE("export"), rest = dw_slice_from(parser->text, parser->at);
    if (dw_slice_starts(rest, export) && rest.len > export.len && (rest.at[export.len] == ' ' || rest.at[export.len] == '\t')) {
        parser->at += export.len;
        skip_blanks(parser);
    }
    size_t start = parser->at;
    while (is_name(peek(parser)))
        advance(parser);
    struct compose_assignment assignment = {.line = parser->line, .value = DW_SLICE("")};
    assignment.name = dw_arena_copy(parser->arena, dw_slice_part(parser->text, start, parser->at - start));
    skip_blanks(parser);
    char c = peek(parser);
    if (assignment.name.len == 0)
        return fail(parser, parser->line, "a variable's name was expected");
    if (at_end(parser) || c == '\n' || c == '#') {
        skip_line(parser);
        assignment.inherited = true;
        add(parser, assignment);
        return true;
    }
    if (c != '=' && c != ':')
        return fail(parser, parser->line, "a character that no variable's name has: NAME=value was expected");
    advance(parser);
    skip_blanks(parser);
    c = peek(parser);
    if (!(c == '"' || c == '\'' ? quoted(parser, &assignment.value) : plain(parser, &assignment.value)))
        return false;
    skip_blanks(parser);
    if (!at_end(parser) && peek(parser) == '#')
        skip_line(parser);
    add(parser, assignment);
    return true;
}

/* The format "raw": every line is NAME=value as it stands. */
static void raw_lines(struct parser *parser)
{
    struct dw_slice rest = parser->text, line;
    for (unsigned number = 1; dw_slice_line(&rest, &line); number++) {
        struct dw_slice text = dw_slice_trim(line);
        size_t equals = dw_slice_find(text, '=');
        if (text.len == 0 || text.at[0] == '#')
            continue;
        add(parser, (struct compose_assignment){
                        .name = dw_arena_copy(parser->arena, dw_slice_part(text, 0, equals)),
                        .value = equals == SIZE_MAX ? DW_SLICE("")
                                                    : dw_arena_copy(parser->arena, dw_slice_from(text, equals + 1)),
                        .line = number,
                        .inherited = equals == SIZE_MAX});
    }
}

bool compose_dotenv(struct dw_arena *arena, struct dw_slice text, const char *name, bool raw,
                    const struct compose_variables *outer, uint64_t budget, struct compose_assignments *out,
                    struct dw_error *error)
{
    if (dw_slice_starts_with(text, "\xef\xbb\xbf"))
        text = dw_slice_from(text, 3);
    struct parser parser = {.arena = arena, .text = text, .line = 1, .name = name, .outer = outer, .budget = budget, .out = out,
                            .error = error};
    bool good = memchr(text.at == NULL ? "" : text.at, '\0', text.len) == NULL || fail(&parser, 1, "it has a NUL byte");
    if (good && raw) {
        raw_lines(&parser);
    } else {
        while (good) {
            skip_blanks(&parser);
            if (at_end(&parser))
                break;
            if (peek(&parser) == '#')
                skip_line(&parser);
            else if (peek(&parser) == '\n')
                advance(&parser);
            else
                good = statement(&parser);
        }
    }
    dw_map_free(&parser.own);
    return good;
}

/* ---- sets of variables ---------------------------------------------------------------------------------------------- */

struct compose_variables *compose_variables_new(struct compose_loader *loader, const struct compose_variables *outer)
{
    struct compose_variables *variables = dw_arena_alloc(loader->arena, 1, sizeof(*variables));
    variables->outer = outer;
    *dw_vector_push(&loader->variables) = variables;
    return variables;
}

static void set(struct compose_loader *loader, struct compose_variables *variables, struct dw_slice name,
                struct dw_slice value)
{
    struct dw_slice *copy = dw_arena_alloc(loader->arena, 1, sizeof(*copy));
    *copy = value;
    dw_map_insert(&variables->values, name, NULL)->pointer = copy;
}

void compose_variables_set(struct compose_loader *loader, struct compose_variables *variables,
                           const char *const *environment)
{
    for (size_t i = 0; environment != NULL && environment[i] != NULL; i++) {
        struct dw_slice text = dw_slice_of(environment[i]);
        size_t equals = dw_slice_find(text, '=');
        if (equals != SIZE_MAX && equals > 0)
            set(loader, variables, dw_slice_part(text, 0, equals), dw_slice_from(text, equals + 1));
    }
}

bool compose_variables_read(struct compose_loader *loader, struct compose_variables *variables, const char *path,
                            struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    struct compose_assignments assignments = {0};
    bool good = dw_file_read_within(path, loader->limits, DW_LIMIT_DOCUMENT_BYTES, &text, error);
    loader->bytes += text.len;
    good = good && dw_limit_check(loader->limits, DW_LIMIT_DOCUMENT_BYTES, loader->bytes, error) &&
           compose_dotenv(loader->arena, dw_buffer_slice(&text), path, false, variables,
                          loader->limits->value[DW_LIMIT_DOCUMENT_BYTES] - loader->bytes, &assignments, error);
    for (size_t i = 0; good && i < assignments.len; i++)
        if (!assignments.at[i].inherited)
            set(loader, variables, assignments.at[i].name, assignments.at[i].value);
    dw_vector_free(&assignments);
    return good;
}
