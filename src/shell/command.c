/* SPDX-License-Identifier: Apache-2.0
 *
 * Simple commands: words, assignments, redirections and here-documents (POSIX.1-2017, volume 3, sections 2.7 and 2.9.1; of bash:
 * &>, <<<, arrays). */
#include "shell/grammar.h"

void dw_shell_skip_blanks(struct dw_shell_reader *reader)
{
    while (!dw_shell_at_end(reader)) {
        if (dw_shell_is_blank(reader->text.at[reader->at]))
            reader->at++;
        else if (dw_shell_peek(reader, 0) == '\\' && dw_shell_peek(reader, 1) == '\n')
            reader->at += 2;
        else
            return;
    }
}

static void skip_comment(struct dw_shell_reader *reader)
{
    if (dw_shell_peek(reader, 0) != '#' || dw_shell_at_end(reader))
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
void dw_shell_skip_lines(struct dw_shell_reader *reader)
{
    for (;;) {
        dw_shell_skip_blanks(reader);
        skip_comment(reader);
        if (dw_shell_at_end(reader) || reader->text.at[reader->at] != '\n')
            return;
        take_newline(reader);
    }
}

/* --- commands --- */

size_t dw_shell_add_command(struct dw_shell_reader *reader, enum dw_shell_kind kind)
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

struct dw_shell_base dw_shell_begin(const struct dw_shell_work *work)
{
    return (struct dw_shell_base){work->words.len, work->assignments.len, work->redirections.len};
}

static void *take(struct dw_shell_work *work, const void *from, size_t count, size_t size)
{
    void *copy = dw_arena_alloc(&work->out->arena, count + 1, size);
    if (count > 0)
        memcpy(copy, from, count * size);
    return copy;
}

/* What was collected since BASE becomes the command's. */
void dw_shell_finish(struct dw_shell_reader *reader, size_t index, struct dw_shell_base base)
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
    char c = dw_shell_peek(reader, digits);
    if (c != '<' && c != '>' && (c != '&' || digits > 0 || dw_shell_peek(reader, 1) != '>'))
        return REDIRECTION_COUNT;
    struct dw_slice rest = dw_slice_from(reader->text, reader->at + digits);
    size_t row = 0;
    while (row < REDIRECTION_COUNT && !dw_slice_starts_with(rest, redirections[row].text))
        row++;
    /* "<(…)" is a word. */
    if (row < REDIRECTION_COUNT && redirections[row].text[1] == '\0' && dw_shell_peek(reader, digits + 1) == '(')
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
    while (dw_is_digit(dw_shell_peek(reader, digits)))
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
    dw_shell_skip_blanks(reader);
    if (!dw_shell_at_end(reader) && (dw_shell_is_word(reader->text.at[reader->at]) || dw_shell_peek(reader, 1) == '('))
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
void dw_shell_take_redirections(struct dw_shell_reader *reader)
{
    struct dw_shell_base base = dw_shell_begin(reader->work);
    dw_shell_skip_blanks(reader);
    while (take_redirection(reader))
        dw_shell_skip_blanks(reader);
    if (reader->work->redirections.len == base.redirections)
        return;
    size_t index = dw_shell_add_command(reader, DW_SHELL_COMPOUND);
    dw_shell_finish(reader, index, base);
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
    if (dw_shell_peek(reader, length) == '[') {
        size_t close = dw_slice_find(dw_slice_part(rest, 0, length + 200), ']');
        if (close == SIZE_MAX)
            return 0;
        length = close + 1;
    }
    if (dw_shell_peek(reader, length) == '+')
        length++;
    return dw_shell_peek(reader, length) == '=' ? length + 1 : 0;
}

/* Behind "NAME=" "(": the words of an array; the first is kept. */
static void read_array(struct dw_shell_reader *reader, struct dw_shell_word *first)
{
    bool any = false;
    for (reader->at++;;) {
        dw_shell_skip_lines(reader);
        if (dw_shell_at_end(reader)) {
            dw_shell_doubt(reader, "an array has no end");
            return;
        }
        if (dw_shell_peek(reader, 0) == ')') {
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
    if (dw_shell_peek(reader, 0) == '(')
        read_array(reader, &assignment.value);
    else if (!dw_shell_at_end(reader) && (dw_shell_is_word(reader->text.at[reader->at]) || dw_shell_peek(reader, 1) == '('))
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
bool dw_shell_is_function(struct dw_shell_reader *reader, size_t words)
{
    if (words != 1 || dw_shell_peek(reader, 0) != '(')
        return false;
    size_t ahead = 1;
    while (dw_shell_is_blank(dw_shell_peek(reader, ahead)))
        ahead++;
    if (dw_shell_peek(reader, ahead) != ')')
        return false;
    reader->at += ahead + 1;
    return true;
}

void dw_shell_read_function_body(struct dw_shell_reader *reader)
{
    struct dw_shell_context saved = reader->context;
    reader->context.function = true;
    dw_shell_skip_lines(reader);
    dw_shell_read_command(reader);
    reader->context = saved;
}

void dw_shell_read_simple(struct dw_shell_reader *reader)
{
    struct dw_shell_work *work = reader->work;
    struct dw_shell_base base = dw_shell_begin(work);
    size_t index = dw_shell_add_command(reader, DW_SHELL_SIMPLE), outer_parent = reader->context.parent;
    bool function = false;
    reader->context.parent = index; /* of substitutions */
    for (;;) {
        dw_shell_skip_blanks(reader);
        if (dw_shell_at_end(reader) || dw_shell_peek(reader, 0) == '#')
            break;
        if (take_redirection(reader))
            continue;
        if (work->words.len == base.words && take_assignment(reader))
            continue;
        bool substitution = (dw_shell_peek(reader, 0) == '<' || dw_shell_peek(reader, 0) == '>') && dw_shell_peek(reader, 1) == '(';
        if (!dw_shell_is_word(reader->text.at[reader->at]) && !substitution) {
            function = dw_shell_is_function(reader, work->words.len - base.words);
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
        dw_shell_read_function_body(reader);
        return;
    }
    dw_shell_finish(reader, index, base);
    const struct dw_shell_command *command = &work->out->commands.at[index];
    struct dw_slice name = dw_shell_name(command);
    work->out->commands.at[index].program = dw_program_find(name);
    if (command->program == DW_PROGRAM_SET)
        follow_set(reader, command);
    else if (command->word_count > 0)
        dw_shell_look_through(reader, index);
    read_inputs(reader, index);
}

