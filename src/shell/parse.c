/* SPDX-License-Identifier: Apache-2.0
 *
 * The grammar: lists, pipelines, compound commands, simple commands (POSIX.1-2017, volume 3, sections 2.9 and 2.10; of bash:
 * function, select, [[ ]], (( )), |&, &>, <<<). */
#include "shell/reader.h"

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

static char peek(const struct dw_shell_reader *reader, size_t ahead)
{
    return reader->at + ahead < reader->text.len ? reader->text.at[reader->at + ahead] : '\0';
}

static bool at_end(const struct dw_shell_reader *reader)
{
    return reader->at >= reader->text.len;
}

static void skip_blanks(struct dw_shell_reader *reader)
{
    while (!at_end(reader)) {
        if (dw_shell_is_blank(reader->text.at[reader->at]))
            reader->at++;
        else if (peek(reader, 0) == '\\' && peek(reader, 1) == '\n')
            reader->at += 2;
        else
            return;
    }
}

static void skip_comment(struct dw_shell_reader *reader)
{
    if (peek(reader, 0) != '#' || at_end(reader))
        return;
    size_t end = dw_slice_find(dw_slice_from(reader->text, reader->at), '\n');
    reader->at = end == SIZE_MAX ? reader->text.len : reader->at + end;
}

/* --- here-documents --- */

/* The lines up to one that is DELIMITER; leading tabs do not count where CHOMP. */
static struct dw_slice take_body(struct dw_shell_reader *reader, struct dw_slice delimiter, bool chomp)
{
    struct dw_slice rest = dw_slice_from(reader->text, reader->at), line;
    size_t start = reader->at, end = start;
    while (dw_slice_line(&rest, &line)) {
        while (chomp && line.len > 0 && line.at[0] == '\t')
            line = dw_slice_from(line, 1);
        size_t next = reader->text.len - rest.len;
        if (dw_slice_equal(line, delimiter)) {
            reader->at = next;
            return dw_slice_part(reader->text, start, end - start);
        }
        end = next;
    }
    dw_shell_doubt(reader, "a here-document has no end");
    reader->at = reader->text.len;
    return dw_slice_part(reader->text, start, reader->text.len - start);
}

/* At the start of a line: the bodies that were announced on the one before. */
static void read_bodies(struct dw_shell_reader *reader)
{
    for (size_t i = 0; i < reader->pending.len; i++) {
        struct dw_shell_pending pending = reader->pending.at[i];
        struct dw_slice body = take_body(reader, pending.delimiter, pending.chomp);
        if (pending.command == SIZE_MAX)
            continue;
        struct dw_shell_redirection *redirection =
            &reader->work->out->commands.at[pending.command].redirections[pending.redirection];
        redirection->body = body;
        dw_shell_read_input(reader, pending.command, body, redirection->expand, false, DW_SLICE(""));
    }
    reader->pending.len = 0;
}

/* A newline was met: takes it, and the bodies behind it. */
static void take_newline(struct dw_shell_reader *reader)
{
    reader->at++;
    if (reader->pending.len > 0)
        read_bodies(reader);
}

/* Blanks, comments and empty lines. */
static void skip_lines(struct dw_shell_reader *reader)
{
    for (;;) {
        skip_blanks(reader);
        skip_comment(reader);
        if (at_end(reader) || reader->text.at[reader->at] != '\n')
            return;
        take_newline(reader);
    }
}

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
    skip_lines(reader);
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
    if (peek(reader, 0) == ')')
        return END_PARENTHESIS;
    if (peek(reader, 0) == ';' && peek(reader, 1) == ';')
        return END_CLAUSE;
    return reserved[peek_reserved(reader)].ends;
}

/* --- commands --- */

static size_t add_command(struct dw_shell_reader *reader, enum dw_shell_kind kind)
{
    struct dw_shell_scripts *out = reader->work->out;
    struct dw_shell_command *command = dw_vector_push(&out->commands);
    command->kind = kind;
    command->role = reader->context.role;
    command->parent = reader->context.parent;
    command->segment = reader->context.segment;
    command->condition = reader->context.condition;
    command->function = reader->context.function;
    command->after_and = reader->context.after_and;
    command->pipefail = reader->context.pipefail;
    command->errexit = reader->context.errexit;
    return out->commands.len - 1;
}

struct base {
    size_t words, assignments, redirections;
};

static struct base begin(const struct dw_shell_work *work)
{
    return (struct base){work->words.len, work->assignments.len, work->redirections.len};
}

static void *take(struct dw_shell_work *work, const void *from, size_t count, size_t size)
{
    void *copy = dw_arena_alloc(&work->out->arena, count + 1, size);
    if (count > 0)
        memcpy(copy, from, count * size);
    return copy;
}

/* What was collected since BASE becomes the command's. */
static void finish(struct dw_shell_reader *reader, size_t index, struct base base)
{
    struct dw_shell_work *work = reader->work;
    struct dw_shell_command *command = &work->out->commands.at[index];
    command->word_count = work->words.len - base.words;
    command->assignment_count = work->assignments.len - base.assignments;
    command->redirection_count = work->redirections.len - base.redirections;
    if (command->word_count > 0)
        command->words = take(work, work->words.at + base.words, command->word_count, sizeof(*command->words));
    if (command->assignment_count > 0)
        command->assignments = take(work, work->assignments.at + base.assignments, command->assignment_count,
                                    sizeof(*command->assignments));
    if (command->redirection_count > 0)
        command->redirections = take(work, work->redirections.at + base.redirections, command->redirection_count,
                                     sizeof(*command->redirections));
    work->words.len = base.words;
    work->assignments.len = base.assignments;
    work->redirections.len = base.redirections;
    for (size_t i = 0; i < command->redirection_count; i++) {
        struct dw_shell_redirection *redirection = &command->redirections[i];
        if (redirection->kind != DW_SHELL_HERE_DOCUMENT)
            continue;
        if (redirection->body.at == NULL)
            *dw_vector_push(&reader->pending) = (struct dw_shell_pending){
                .command = index, .redirection = i, .delimiter = redirection->target.value, .chomp = redirection->duplicates};
        redirection->duplicates = false; /* it said "<<-" */
    }
}

/* What the shell reads from bodies that stand outside the text, and from here-strings. */
static void read_inputs(struct dw_shell_reader *reader, size_t index)
{
    for (size_t i = 0; i < reader->work->out->commands.at[index].redirection_count; i++) {
        struct dw_shell_redirection input = reader->work->out->commands.at[index].redirections[i];
        if (input.kind == DW_SHELL_HERE_STRING)
            dw_shell_read_input(reader, index, input.target.value, false, true, input.target.place);
        else if (input.kind == DW_SHELL_HERE_DOCUMENT && input.body.at != NULL)
            dw_shell_read_input(reader, index, input.body, input.expand, false, DW_SLICE(""));
    }
}

/* --- redirections --- */

static const struct {
    const char *text;
    enum dw_shell_redirect kind;
    bool duplicates;
} redirections[] = {
    {"<<<", DW_SHELL_HERE_STRING, false},
    {"<<-", DW_SHELL_HERE_DOCUMENT, true},
    {"<<", DW_SHELL_HERE_DOCUMENT, false},
    {"<&", DW_SHELL_READ, true},
    {"<>", DW_SHELL_READ, false},
    {"<", DW_SHELL_READ, false},
    {"&>>", DW_SHELL_APPEND, false},
    {"&>", DW_SHELL_WRITE, false},
    {">>", DW_SHELL_APPEND, false},
    {">&", DW_SHELL_WRITE, true},
    {">|", DW_SHELL_WRITE, false},
    {">", DW_SHELL_WRITE, false},
};
#define REDIRECTION_COUNT (sizeof(redirections) / sizeof(redirections[0]))

/* The row of the operator that begins behind DIGITS bytes, or REDIRECTION_COUNT. */
static size_t find_redirection(const struct dw_shell_reader *reader, size_t digits)
{
    char c = peek(reader, digits);
    if (c != '<' && c != '>' && (c != '&' || digits > 0 || peek(reader, 1) != '>'))
        return REDIRECTION_COUNT;
    struct dw_slice rest = dw_slice_from(reader->text, reader->at + digits);
    size_t row = 0;
    while (row < REDIRECTION_COUNT && !dw_slice_starts_with(rest, redirections[row].text))
        row++;
    /* "<(…)" is a word. */
    if (row < REDIRECTION_COUNT && redirections[row].text[1] == '\0' && peek(reader, digits + 1) == '(')
        return REDIRECTION_COUNT;
    return row;
}

static void set_given_body(struct dw_shell_reader *reader, struct dw_shell_redirection *redirection)
{
    if (reader->given_count == 0)
        return;
    redirection->body = reader->given->text;
    redirection->expand = reader->given->expand;
    reader->given++;
    reader->given_count--;
}

/* A redirection, if one begins here. */
static bool take_redirection(struct dw_shell_reader *reader)
{
    size_t digits = 0;
    while (dw_is_digit(peek(reader, digits)))
        digits++;
    size_t row = find_redirection(reader, digits);
    if (row == REDIRECTION_COUNT)
        return false;
    struct dw_shell_redirection redirection = {.kind = redirections[row].kind, .duplicates = redirections[row].duplicates};
    uint64_t number = 0;
    if (digits == 0 || !dw_parse_u64(dw_slice_part(reader->text, reader->at, digits), &number) || number > UINT16_MAX)
        number = redirections[row].kind == DW_SHELL_WRITE || redirections[row].kind == DW_SHELL_APPEND;
    redirection.descriptor = (unsigned)number;
    reader->at += digits + strlen(redirections[row].text);
    skip_blanks(reader);
    if (!at_end(reader) && (dw_shell_is_word(reader->text.at[reader->at]) || peek(reader, 1) == '('))
        dw_shell_read_word(reader, &redirection.target);
    else
        dw_shell_doubt(reader, "a redirection has no target");
    /* "2>&1", but "&>file" and ">& file" write to a file. */
    if (redirection.kind == DW_SHELL_WRITE && redirection.duplicates) {
        struct dw_slice target = redirection.target.value;
        redirection.duplicates = target.len > 0 && (dw_is_digit(target.at[0]) || target.at[0] == '-' || target.at[0] == '$');
    }
    if (redirection.kind == DW_SHELL_HERE_DOCUMENT) {
        redirection.expand = !redirection.target.quoted;
        set_given_body(reader, &redirection);
    }
    *dw_vector_push(&reader->work->redirections) = redirection;
    return true;
}

/* Those of a compound command. */
static void take_redirections(struct dw_shell_reader *reader)
{
    struct base base = begin(reader->work);
    skip_blanks(reader);
    while (take_redirection(reader))
        skip_blanks(reader);
    if (reader->work->redirections.len == base.redirections)
        return;
    size_t index = add_command(reader, DW_SHELL_COMPOUND);
    finish(reader, index, base);
    read_inputs(reader, index);
}

/* --- simple commands --- */

/* The length of "NAME=" or "NAME+=" or "NAME[…]=" here, or 0. */
static size_t assignment_length(struct dw_shell_reader *reader)
{
    struct dw_slice rest = dw_slice_from(reader->text, reader->at);
    size_t length = dw_shell_name_length(rest);
    if (length == 0)
        return 0;
    if (peek(reader, length) == '[') {
        size_t close = dw_slice_find(dw_slice_part(rest, 0, length + 200), ']');
        if (close == SIZE_MAX)
            return 0;
        length = close + 1;
    }
    if (peek(reader, length) == '+')
        length++;
    return peek(reader, length) == '=' ? length + 1 : 0;
}

/* Behind "NAME=" "(": the words of an array; the first is kept. */
static void read_array(struct dw_shell_reader *reader, struct dw_shell_word *first)
{
    bool any = false;
    for (reader->at++;;) {
        skip_lines(reader);
        if (at_end(reader)) {
            dw_shell_doubt(reader, "an array has no end");
            return;
        }
        if (peek(reader, 0) == ')') {
            reader->at++;
            return;
        }
        struct dw_shell_word word;
        size_t before = reader->at;
        dw_shell_read_word(reader, &word);
        if (!any)
            *first = word;
        any = true;
        if (reader->at == before) {
            dw_shell_doubt(reader, "an array holds an operator");
            reader->at++;
        }
    }
}

static bool take_assignment(struct dw_shell_reader *reader)
{
    size_t length = assignment_length(reader);
    if (length == 0)
        return false;
    size_t name = dw_shell_name_length(dw_slice_from(reader->text, reader->at));
    struct dw_shell_assignment assignment = {.name = dw_slice_part(reader->text, reader->at, name)};
    reader->at += length;
    assignment.value.value = assignment.value.text = dw_slice_part(reader->text, reader->at, 0);
    assignment.value.place = reader->place.len > 0 ? reader->place : assignment.value.text;
    assignment.value.literal = true;
    if (peek(reader, 0) == '(')
        read_array(reader, &assignment.value);
    else if (!at_end(reader) && (dw_shell_is_word(reader->text.at[reader->at]) || peek(reader, 1) == '('))
        dw_shell_read_word(reader, &assignment.value);
    *dw_vector_push(&reader->work->assignments) = assignment;
    return true;
}

/* "set -eo pipefail" */
static void follow_set(struct dw_shell_reader *reader, const struct dw_shell_command *command)
{
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (word.len < 2 || (word.at[0] != '-' && word.at[0] != '+'))
            continue;
        bool on = word.at[0] == '-';
        for (size_t j = 1; j < word.len; j++) {
            if (word.at[j] == 'e')
                reader->context.errexit = on;
            if (word.at[j] != 'o' || i + 1 >= command->word_count)
                continue;
            struct dw_slice option = command->words[++i].value;
            if (dw_slice_is(option, "pipefail"))
                reader->context.pipefail = on;
            else if (dw_slice_is(option, "errexit"))
                reader->context.errexit = on;
        }
    }
}

/* NAME "(" ")": a function. */
static bool is_function(struct dw_shell_reader *reader, size_t words)
{
    if (words != 1 || peek(reader, 0) != '(')
        return false;
    size_t ahead = 1;
    while (dw_shell_is_blank(peek(reader, ahead)))
        ahead++;
    if (peek(reader, ahead) != ')')
        return false;
    reader->at += ahead + 1;
    return true;
}

static void read_command(struct dw_shell_reader *reader);

static void read_function_body(struct dw_shell_reader *reader)
{
    struct dw_shell_context saved = reader->context;
    reader->context.function = true;
    skip_lines(reader);
    read_command(reader);
    reader->context = saved;
}

static void read_simple(struct dw_shell_reader *reader)
{
    struct dw_shell_work *work = reader->work;
    struct base base = begin(work);
    size_t index = add_command(reader, DW_SHELL_SIMPLE), outer_parent = reader->context.parent;
    bool function = false;
    reader->context.parent = index; /* of substitutions */
    for (;;) {
        skip_blanks(reader);
        if (at_end(reader) || peek(reader, 0) == '#')
            break;
        if (take_redirection(reader))
            continue;
        if (work->words.len == base.words && take_assignment(reader))
            continue;
        bool substitution = (peek(reader, 0) == '<' || peek(reader, 0) == '>') && peek(reader, 1) == '(';
        if (!dw_shell_is_word(reader->text.at[reader->at]) && !substitution) {
            function = is_function(reader, work->words.len - base.words);
            break;
        }
        struct dw_shell_word word;
        dw_shell_read_word(reader, &word);
        *dw_vector_push(&work->words) = word;
    }
    reader->context.parent = outer_parent;
    if (function) {
        work->words.len = base.words;
        work->out->commands.at[index].kind = DW_SHELL_COMPOUND;
        read_function_body(reader);
        return;
    }
    finish(reader, index, base);
    const struct dw_shell_command *command = &work->out->commands.at[index];
    struct dw_slice name = dw_shell_name(command);
    work->out->commands.at[index].program = dw_program_find(name);
    if (command->program == DW_PROGRAM_SET)
        follow_set(reader, command);
    else if (command->word_count > 0)
        dw_shell_look_through(reader, index);
    read_inputs(reader, index);
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
    for (; !at_end(reader); reader->at++) {
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
        skip_blanks(reader);
        if (at_end(reader) || !dw_shell_is_word(reader->text.at[reader->at]))
            return;
        struct dw_shell_word word;
        dw_shell_read_word(reader, &word);
        *dw_vector_push(&reader->work->words) = word;
    }
}

static void read_for(struct dw_shell_reader *reader)
{
    skip_blanks(reader);
    if (peek(reader, 0) == '(' && peek(reader, 1) == '(') {
        skip_arithmetic(reader);
    } else {
        struct base base = begin(reader->work);
        size_t index = add_command(reader, DW_SHELL_LOOP), parent = reader->context.parent;
        reader->context.parent = index;
        read_words(reader);
        reader->context.parent = parent;
        finish(reader, index, base);
    }
    skip_blanks(reader);
    if (peek(reader, 0) == ';')
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
    if (peek(reader, 0) == '(')
        reader->at++;
    while (!at_end(reader) && peek(reader, 0) != ')') {
        size_t before = reader->at;
        struct dw_shell_word word;
        skip_blanks(reader);
        if (!at_end(reader) && dw_shell_is_word(reader->text.at[reader->at]))
            dw_shell_read_word(reader, &word);
        else if (peek(reader, 0) == '|')
            reader->at++;
        if (reader->at == before) {
            dw_shell_doubt(reader, "a pattern of case has no )");
            return;
        }
    }
    if (!at_end(reader))
        reader->at++;
}

static void read_case(struct dw_shell_reader *reader)
{
    struct base base = begin(reader->work);
    size_t index = add_command(reader, DW_SHELL_LOOP), parent = reader->context.parent;
    struct dw_shell_word word = {0};
    reader->context.parent = index;
    skip_blanks(reader);
    if (!at_end(reader) && dw_shell_is_word(reader->text.at[reader->at])) {
        dw_shell_read_word(reader, &word);
        *dw_vector_push(&reader->work->words) = word;
    }
    reader->context.parent = parent;
    finish(reader, index, base);
    skip_lines(reader);
    if (!dw_slice_starts_with(dw_slice_from(reader->text, reader->at), "in")) {
        dw_shell_doubt(reader, "a case has no in");
        return;
    }
    reader->at += 2;
    for (;;) {
        if (take_reserved(reader, WORD_ESAC))
            return;
        if (at_end(reader)) {
            dw_shell_doubt(reader, "a case has no esac");
            return;
        }
        size_t before = reader->at;
        read_pattern(reader);
        read_list(reader, END_CLAUSE | END_ESAC);
        while (peek(reader, 0) == ';' || peek(reader, 0) == '&')
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
    struct base base = begin(reader->work);
    size_t index = add_command(reader, DW_SHELL_TEST), parent = reader->context.parent;
    bool closed = false;
    reader->context.parent = index;
    while (!closed) {
        skip_lines(reader);
        if (at_end(reader))
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
    finish(reader, index, base);
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
    skip_blanks(reader);
    if (!at_end(reader) && dw_shell_is_word(reader->text.at[reader->at]))
        dw_shell_read_word(reader, &name);
    skip_blanks(reader);
    is_function(reader, 1);
    read_function_body(reader);
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

static void read_command(struct dw_shell_reader *reader)
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
    if (compound[word] || peek(reader, 0) == '(') {
        reader->top = false;
        if (compound[word])
            read_compound(reader, word);
        else if (peek(reader, 1) == '(')
            skip_arithmetic(reader);
        else
            read_subshell(reader);
        reader->top = top;
        take_redirections(reader);
    } else {
        read_simple(reader);
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
    skip_lines(reader);
    read_command(reader);
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
        skip_blanks(reader);
        if (peek(reader, 0) != '|' || peek(reader, 1) == '|')
            break;
        reader->at += peek(reader, 1) == '&' ? 2 : 1;
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
        skip_lines(reader);
        if (at_end(reader))
            return;
        unsigned end = end_here(reader);
        if (end & ends)
            return;
        size_t before = reader->at, first = out->commands.len;
        char c = peek(reader, 0);
        if (end != 0 || c == ';' || c == '&' || c == '|') {
            dw_shell_doubt(reader, "an operator or word stands where a command is expected");
            reader->at += end > END_BRACE && end != END_CLAUSE ? reserved[peek_reserved(reader)].text.len : 1;
            continue;
        }
        read_pipeline(reader);
        reader->context.after_and = false;
        skip_blanks(reader);
        c = peek(reader, 0);
        if (c == '&' && peek(reader, 1) == '&') {
            reader->at += 2;
            reader->context.after_and = true;
        } else if (c == '|' && peek(reader, 1) == '|') {
            reader->at += 2;
            for (size_t i = first; i < out->commands.len; i++)
                out->commands.at[i].before_or = true;
        } else if ((c == ';' && peek(reader, 1) != ';') || c == '&') {
            reader->at++;
        } else if (!at_end(reader) && c != '\n' && c != '#' && !(end_here(reader) & ends)) {
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
    if (peek(reader, 0) == ')')
        reader->at++;
    else
        dw_shell_doubt(reader, "a ( has no )");
}
