/* SPDX-License-Identifier: Apache-2.0
 *
 * The grammar: lists, pipelines, compound commands (POSIX.1-2017, volume 3, sections 2.9 and 2.10; of bash:
 * function, select, [[ ]], (( )), |&). */
#include "shell/grammar.h"

/* What ends a list, beside the end of the text. */
enum {
    END_PARENTHESIS = 1 << 0,
    END_BRACE = 1 << 1,
    END_THEN = 1 << 2,
    END_ELIF = 1 << 3,
    END_ELSE = 1 << 4,
    END_FI = 1 << 5,
    END_DO = 1 << 6,
    END_DONE = 1 << 7,
    END_ESAC = 1 << 8,
    END_CLAUSE = 1 << 9, /* ";;" */
};

/* Words that mean something where a command begins. */
enum reserved {
    NONE,
    WORD_IF,
    WORD_THEN,
    WORD_ELIF,
    WORD_ELSE,
    WORD_FI,
    WORD_WHILE,
    WORD_UNTIL,
    WORD_FOR,
    WORD_SELECT,
    WORD_DO,
    WORD_DONE,
    WORD_CASE,
    WORD_ESAC,
    WORD_FUNCTION,
    WORD_BRACE,
    WORD_BRACE_END,
    WORD_NOT,
    WORD_TEST,
    WORD_COUNT
};

static const struct {
    struct dw_slice text;
    unsigned ends;
} reserved[WORD_COUNT] = {
    [WORD_IF] = {DW_SLICE_INIT("if"), 0},
    [WORD_THEN] = {DW_SLICE_INIT("then"), END_THEN},
    [WORD_ELIF] = {DW_SLICE_INIT("elif"), END_ELIF},
    [WORD_ELSE] = {DW_SLICE_INIT("else"), END_ELSE},
    [WORD_FI] = {DW_SLICE_INIT("fi"), END_FI},
    [WORD_WHILE] = {DW_SLICE_INIT("while"), 0},
    [WORD_UNTIL] = {DW_SLICE_INIT("until"), 0},
    [WORD_FOR] = {DW_SLICE_INIT("for"), 0},
    [WORD_SELECT] = {DW_SLICE_INIT("select"), 0},
    [WORD_DO] = {DW_SLICE_INIT("do"), END_DO},
    [WORD_DONE] = {DW_SLICE_INIT("done"), END_DONE},
    [WORD_CASE] = {DW_SLICE_INIT("case"), 0},
    [WORD_ESAC] = {DW_SLICE_INIT("esac"), END_ESAC},
    [WORD_FUNCTION] = {DW_SLICE_INIT("function"), 0},
    [WORD_BRACE] = {DW_SLICE_INIT("{"), 0},
    [WORD_BRACE_END] = {DW_SLICE_INIT("}"), END_BRACE},
    [WORD_NOT] = {DW_SLICE_INIT("!"), 0},
    [WORD_TEST] = {DW_SLICE_INIT("[["), 0},
};

static void read_list(struct dw_shell_reader *reader, unsigned ends);

/* --- words that mean something --- */

static enum reserved peek_reserved(struct dw_shell_reader *reader)
{
    struct dw_slice rest = dw_slice_part(reader->text, reader->at, 9);
    size_t length = 0;
    if (rest.len == 0 || strchr("itefwusdc{}![", rest.at[0]) == NULL)
        return NONE;
    while (length < rest.len && dw_shell_is_word(rest.at[length]))
        length++;
    rest.len = length;
    for (unsigned i = 1; i < WORD_COUNT; i++)
        if (dw_slice_equal(rest, reserved[i].text))
            return (enum reserved)i;
    return NONE;
}

static bool take_reserved(struct dw_shell_reader *reader, enum reserved word)
{
    dw_shell_skip_lines(reader);
    if (peek_reserved(reader) != word)
        return false;
    reader->at += reserved[word].text.len;
    return true;
}

static void expect(struct dw_shell_reader *reader, enum reserved word, const char *problem)
{
    if (!take_reserved(reader, word))
        dw_shell_doubt(reader, problem);
}

static unsigned end_here(struct dw_shell_reader *reader)
{
    if (dw_shell_peek(reader, 0) == ')')
        return END_PARENTHESIS;
    if (dw_shell_peek(reader, 0) == ';' && dw_shell_peek(reader, 1) == ';')
        return END_CLAUSE;
    return reserved[peek_reserved(reader)].ends;
}

/* --- compound commands --- */

static void read_if(struct dw_shell_reader *reader)
{
    bool condition = reader->context.condition;
    for (;;) {
        reader->context.condition = true;
        read_list(reader, END_THEN);
        reader->context.condition = condition;
        expect(reader, WORD_THEN, "an if has no then");
        read_list(reader, END_ELIF | END_ELSE | END_FI);
        if (!take_reserved(reader, WORD_ELIF))
            break;
    }
    if (take_reserved(reader, WORD_ELSE))
        read_list(reader, END_FI);
    expect(reader, WORD_FI, "an if has no fi");
}

static void read_do(struct dw_shell_reader *reader)
{
    expect(reader, WORD_DO, "a loop has no do");
    read_list(reader, END_DONE);
    expect(reader, WORD_DONE, "a loop has no done");
}

static void read_while(struct dw_shell_reader *reader)
{
    bool condition = reader->context.condition;
    reader->context.condition = true;
    read_list(reader, END_DO);
    reader->context.condition = condition;
    read_do(reader);
}

/* "((…))": its substitutions are told, its numbers are nobody's business. */
static void skip_arithmetic(struct dw_shell_reader *reader)
{
    size_t depth = 0, start = reader->at;
    for (; !dw_shell_at_end(reader); reader->at++) {
        char c = reader->text.at[reader->at];
        depth += c == '(';
        if (c == ')' && --depth == 0) {
            reader->at++;
            break;
        }
    }
    if (depth > 0)
        dw_shell_doubt(reader, "a (( has no end");
    struct dw_shell_reader inner;
    if (dw_shell_reader_within(reader, dw_slice_part(reader->text, start, reader->at - start), reader->place.len > 0, reader->place,
                               &inner)) {
        inner.context.role = DW_SHELL_SUBSTITUTION;
        dw_shell_read_expansions(&inner);
        dw_shell_reader_end(&inner);
    }
}

/* Words up to an operator or a line's end become the command's. */
static void read_words(struct dw_shell_reader *reader)
{
    for (;;) {
        dw_shell_skip_blanks(reader);
        if (dw_shell_at_end(reader) || !dw_shell_is_word(reader->text.at[reader->at]))
            return;
        struct dw_shell_word word;
        dw_shell_read_word(reader, &word);
        *dw_vector_push(&reader->work->words) = word;
    }
}

static void read_for(struct dw_shell_reader *reader)
{
    dw_shell_skip_blanks(reader);
    if (dw_shell_peek(reader, 0) == '(' && dw_shell_peek(reader, 1) == '(') {
        skip_arithmetic(reader);
    } else {
        struct dw_shell_base base = dw_shell_begin(reader->work);
        size_t index = dw_shell_add_command(reader, DW_SHELL_LOOP), parent = reader->context.parent;
        reader->context.parent = index;
        read_words(reader);
        reader->context.parent = parent;
        dw_shell_finish(reader, index, base);
    }
    dw_shell_skip_blanks(reader);
    if (dw_shell_peek(reader, 0) == ';')
        reader->at++;
    /* "for x { … }" is bash's and old. */
    if (take_reserved(reader, WORD_BRACE)) {
        read_list(reader, END_BRACE);
        expect(reader, WORD_BRACE_END, "a { has no }");
        return;
    }
    read_do(reader);
}

static void read_pattern(struct dw_shell_reader *reader)
{
    if (dw_shell_peek(reader, 0) == '(')
        reader->at++;
    while (!dw_shell_at_end(reader) && dw_shell_peek(reader, 0) != ')') {
        size_t before = reader->at;
        struct dw_shell_word word;
        dw_shell_skip_blanks(reader);
        if (!dw_shell_at_end(reader) && dw_shell_is_word(reader->text.at[reader->at]))
            dw_shell_read_word(reader, &word);
        else if (dw_shell_peek(reader, 0) == '|')
            reader->at++;
        if (reader->at == before) {
            dw_shell_doubt(reader, "a pattern of case has no )");
            return;
        }
    }
    if (!dw_shell_at_end(reader))
        reader->at++;
}

static void read_case(struct dw_shell_reader *reader)
{
    struct dw_shell_base base = dw_shell_begin(reader->work);
    size_t index = dw_shell_add_command(reader, DW_SHELL_LOOP), parent = reader->context.parent;
    struct dw_shell_word word = {0};
    reader->context.parent = index;
    dw_shell_skip_blanks(reader);
    if (!dw_shell_at_end(reader) && dw_shell_is_word(reader->text.at[reader->at])) {
        dw_shell_read_word(reader, &word);
        *dw_vector_push(&reader->work->words) = word;
    }
    reader->context.parent = parent;
    dw_shell_finish(reader, index, base);
    dw_shell_skip_lines(reader);
    if (!dw_slice_starts_with(dw_slice_from(reader->text, reader->at), "in")) {
        dw_shell_doubt(reader, "a case has no in");
        return;
    }
    reader->at += 2;
    for (;;) {
        if (take_reserved(reader, WORD_ESAC))
            return;
        if (dw_shell_at_end(reader)) {
            dw_shell_doubt(reader, "a case has no esac");
            return;
        }
        size_t before = reader->at;
        read_pattern(reader);
        read_list(reader, END_CLAUSE | END_ESAC);
        while (dw_shell_peek(reader, 0) == ';' || dw_shell_peek(reader, 0) == '&')
            reader->at++;
        if (reader->at == before) {
            dw_shell_doubt(reader, "a case has no esac");
            return;
        }
    }
}

/* "[[ … ]]": operators are words of it. */
static void read_test(struct dw_shell_reader *reader)
{
    struct dw_shell_base base = dw_shell_begin(reader->work);
    size_t index = dw_shell_add_command(reader, DW_SHELL_TEST), parent = reader->context.parent;
    bool closed = false;
    reader->context.parent = index;
    while (!closed) {
        dw_shell_skip_lines(reader);
        if (dw_shell_at_end(reader))
            break;
        struct dw_shell_word word;
        size_t before = reader->at;
        dw_shell_read_word(reader, &word);
        if (reader->at == before) {
            reader->at++;
            continue;
        }
        closed = dw_slice_is(word.text, "]]");
        if (!closed)
            *dw_vector_push(&reader->work->words) = word;
    }
    if (!closed)
        dw_shell_doubt(reader, "a [[ has no ]]");
    reader->context.parent = parent;
    dw_shell_finish(reader, index, base);
}

static void read_subshell(struct dw_shell_reader *reader)
{
    struct dw_shell_context saved = reader->context;
    reader->at++;
    dw_shell_read_parenthesis(reader);
    reader->context = saved;
}

static void read_function(struct dw_shell_reader *reader)
{
    struct dw_shell_word name;
    dw_shell_skip_blanks(reader);
    if (!dw_shell_at_end(reader) && dw_shell_is_word(reader->text.at[reader->at]))
        dw_shell_read_word(reader, &name);
    dw_shell_skip_blanks(reader);
    dw_shell_is_function(reader, 1);
    dw_shell_read_function_body(reader);
}

static void read_compound(struct dw_shell_reader *reader, enum reserved word)
{
    reader->at += reserved[word].text.len;
    switch (word) {
    case WORD_IF:
        read_if(reader);
        break;
    case WORD_WHILE:
    case WORD_UNTIL:
        read_while(reader);
        break;
    case WORD_FOR:
    case WORD_SELECT:
        read_for(reader);
        break;
    case WORD_CASE:
        read_case(reader);
        break;
    case WORD_TEST:
        read_test(reader);
        break;
    case WORD_FUNCTION:
        read_function(reader);
        break;
    default:
        read_list(reader, END_BRACE);
        expect(reader, WORD_BRACE_END, "a { has no }");
        break;
    }
}

void dw_shell_read_command(struct dw_shell_reader *reader)
{
    static const bool compound[WORD_COUNT] = {[WORD_IF] = true,  [WORD_WHILE] = true,  [WORD_UNTIL] = true, [WORD_FOR] = true,
                                              [WORD_SELECT] = true, [WORD_CASE] = true, [WORD_TEST] = true,
                                              [WORD_FUNCTION] = true, [WORD_BRACE] = true};
    if (reader->depth >= DW_SHELL_DEPTH_MOST || reader->work->out->commands.len >= DW_SHELL_COMMANDS_MOST) {
        dw_shell_doubt(reader, reader->depth >= DW_SHELL_DEPTH_MOST ? "too many constructs within one another"
                                                                    : "too many commands");
        reader->at = reader->text.len;
        return;
    }
    enum reserved word = peek_reserved(reader);
    bool top = reader->top;
    reader->depth++;
    if (compound[word] || dw_shell_peek(reader, 0) == '(') {
        reader->top = false;
        if (compound[word])
            read_compound(reader, word);
        else if (dw_shell_peek(reader, 1) == '(')
            skip_arithmetic(reader);
        else
            read_subshell(reader);
        reader->top = top;
        dw_shell_take_redirections(reader);
    } else {
        dw_shell_read_simple(reader);
    }
    reader->depth--;
}

/* --- pipelines and lists --- */

static size_t read_element(struct dw_shell_reader *reader, size_t previous)
{
    struct dw_shell_scripts *out = reader->work->out;
    size_t segment = out->segments.len, outer = reader->context.segment;
    *dw_vector_push(&out->segments) =
        (struct dw_shell_segment){.parent = outer, .previous = previous, .first = out->commands.len};
    reader->context.segment = segment;
    dw_shell_skip_lines(reader);
    dw_shell_read_command(reader);
    reader->context.segment = outer;
    out->segments.at[segment].end = out->commands.len;
    return segment;
}

static void read_pipeline(struct dw_shell_reader *reader)
{
    struct dw_shell_context saved = reader->context;
    bool piped = false;
    reader->work->statements += reader->top;
    while (take_reserved(reader, WORD_NOT))
        reader->context.condition = true;
    size_t previous = SIZE_MAX;
    for (;;) {
        previous = read_element(reader, previous);
        dw_shell_skip_blanks(reader);
        if (dw_shell_peek(reader, 0) != '|' || dw_shell_peek(reader, 1) == '|')
            break;
        reader->at += dw_shell_peek(reader, 1) == '&' ? 2 : 1;
        reader->work->out->segments.at[previous].piped = true;
        piped = true;
    }
    /* What "set" does in a pipeline stays there. */
    if (!piped) {
        saved.pipefail = reader->context.pipefail;
        saved.errexit = reader->context.errexit;
    }
    reader->context = saved;
}

static void read_list(struct dw_shell_reader *reader, unsigned ends)
{
    struct dw_shell_scripts *out = reader->work->out;
    reader->context.after_and = false;
    for (;;) {
        dw_shell_skip_lines(reader);
        if (dw_shell_at_end(reader))
            return;
        unsigned end = end_here(reader);
        if (end & ends)
            return;
        size_t before = reader->at, first = out->commands.len;
        char c = dw_shell_peek(reader, 0);
        if (end != 0 || c == ';' || c == '&' || c == '|') {
            dw_shell_doubt(reader, "an operator or word stands where a command is expected");
            reader->at += end > END_BRACE && end != END_CLAUSE ? reserved[peek_reserved(reader)].text.len : 1;
            continue;
        }
        read_pipeline(reader);
        reader->context.after_and = false;
        dw_shell_skip_blanks(reader);
        c = dw_shell_peek(reader, 0);
        if (c == '&' && dw_shell_peek(reader, 1) == '&') {
            reader->at += 2;
            reader->context.after_and = true;
        } else if (c == '|' && dw_shell_peek(reader, 1) == '|') {
            reader->at += 2;
            for (size_t i = first; i < out->commands.len; i++)
                out->commands.at[i].before_or = true;
        } else if ((c == ';' && dw_shell_peek(reader, 1) != ';') || c == '&') {
            reader->at++;
        } else if (!dw_shell_at_end(reader) && c != '\n' && c != '#' && !(end_here(reader) & ends)) {
            dw_shell_doubt(reader, "something stands behind a command where an operator is expected");
            reader->at += reader->at == before;
        }
    }
}

void dw_shell_read_all(struct dw_shell_reader *reader)
{
    read_list(reader, 0);
}

void dw_shell_read_parenthesis(struct dw_shell_reader *reader)
{
    read_list(reader, END_PARENTHESIS);
    if (dw_shell_peek(reader, 0) == ')')
        reader->at++;
    else
        dw_shell_doubt(reader, "a ( has no )");
}
