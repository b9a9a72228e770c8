/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that run another one: their options by their own manuals (sudo(8), env(1), xargs(1), timeout(1), find(1), sh(1), …).
 * What stands behind an option that is not in the table is taken for the command. */
#include "shell/reader.h"

struct wrapper {
    enum dw_shell_program program;
    const char *second;   /* a further word that must follow: "run" of "poetry run"; NULL for none */
    const char *letters;  /* short options that take a value */
    const char *longs;    /* long options whose value is a word of its own, each with blanks around */
    unsigned skip;        /* words between the options and the command: the duration of timeout */
    bool assignments;     /* NAME=value may stand before the command */
};

static const struct wrapper wrappers[] = {
    {DW_PROGRAM_SUDO, NULL, "ughpCrtTUDR", " --user --group --host --prompt --chdir --chroot --close-from --role --type ", 0, true},
    {DW_PROGRAM_DOAS, NULL, "uC", "", 0, false},
    {DW_PROGRAM_ENV, NULL, "uC", " --unset --chdir ", 0, true},
    {DW_PROGRAM_EXEC, NULL, "a", "", 0, false},
    {DW_PROGRAM_COMMAND, NULL, "", "", 0, false},
    {DW_PROGRAM_BUILTIN, NULL, "", "", 0, false},
    {DW_PROGRAM_TIME, NULL, "fo", " --format --output ", 0, false},
    {DW_PROGRAM_NICE, NULL, "n", " --adjustment ", 0, false},
    {DW_PROGRAM_IONICE, NULL, "cn", " --class --classdata ", 0, false},
    {DW_PROGRAM_NOHUP, NULL, "", "", 0, false},
    {DW_PROGRAM_SETSID, NULL, "", "", 0, false},
    {DW_PROGRAM_STDBUF, NULL, "ioe", " --input --output --error ", 0, false},
    {DW_PROGRAM_TIMEOUT, NULL, "sk", " --signal --kill-after ", 1, false},
    {DW_PROGRAM_CHROOT, NULL, "", " --userspec --groups ", 1, false},
    {DW_PROGRAM_XARGS, NULL, "InPdLsaE", " --replace --max-args --max-procs --delimiter --max-lines --max-chars --arg-file ", 0, false},
    {DW_PROGRAM_FLOCK, NULL, "wE", " --wait --timeout --conflict-exit-code ", 1, false},
    {DW_PROGRAM_GOSU, NULL, "", "", 1, false},
    {DW_PROGRAM_SU_EXEC, NULL, "", "", 1, false},
    {DW_PROGRAM_S6_SETUIDGID, NULL, "", "", 1, false},
    {DW_PROGRAM_FAKEROOT, NULL, "lsib", "", 0, false},
    {DW_PROGRAM_EATMYDATA, NULL, "", "", 0, false},
    {DW_PROGRAM_BUSYBOX, NULL, "", "", 0, false},
    {DW_PROGRAM_TINI, NULL, "pe", "", 0, false},
    {DW_PROGRAM_DUMB_INIT, NULL, "r", " --rewrite ", 0, false},
    {DW_PROGRAM_UNBUFFER, NULL, "", "", 0, false},
    {DW_PROGRAM_CHRONIC, NULL, "", "", 0, false},
    {DW_PROGRAM_LINUX32, NULL, "", "", 0, false},
    {DW_PROGRAM_LINUX64, NULL, "", "", 0, false},
    {DW_PROGRAM_SETARCH, NULL, "", "", 1, false},
    {DW_PROGRAM_XVFB_RUN, NULL, "efnpsw", " --server-num --server-args --error-file --auth-file ", 0, false},
    {DW_PROGRAM_DBUS_RUN_SESSION, NULL, "", " --config-file --dbus-daemon ", 0, false},
    {DW_PROGRAM_BUNDLE, "exec", "", "", 0, false},
    {DW_PROGRAM_POETRY, "run", "", "", 0, false},
    {DW_PROGRAM_PIPENV, "run", "", "", 0, false},
    {DW_PROGRAM_UV, "run", "p", " --python --with --extra --group --project --directory ", 0, false},
    {DW_PROGRAM_CONDA, "run", "np", " --name --prefix --cwd ", 0, false},
    {DW_PROGRAM_MAMBA, "run", "np", " --name --prefix --cwd ", 0, false},
    {DW_PROGRAM_MICROMAMBA, "run", "np", " --name --prefix --cwd ", 0, false},
};
#define WRAPPER_COUNT (sizeof(wrappers) / sizeof(wrappers[0]))

static bool is_assignment(struct dw_slice word)
{
    size_t length = dw_shell_name_length(word);
    return length > 0 && length < word.len && word.at[length] == '=';
}

/* Does WORD, an option, take the next word for its value? */
static bool takes_next(const struct wrapper *wrapper, struct dw_slice word)
{
    if (word.at[1] == '-') {
        char padded[40];
        if (word.len + 2 >= sizeof(padded) || dw_slice_find(word, '=') != SIZE_MAX)
            return false;
        padded[0] = padded[word.len + 1] = ' ';
        memcpy(padded + 1, word.at, word.len);
        padded[word.len + 2] = '\0';
        return strstr(wrapper->longs, padded) != NULL;
    }
    for (size_t i = 1; i < word.len; i++)
        if (word.at[i] != '\0' && strchr(wrapper->letters, word.at[i]) != NULL)
            return i + 1 == word.len;
    return false;
}

/* The index of the first word of the wrapped command; the command's word count if there is none. */
static size_t wrapped_at(const struct wrapper *wrapper, const struct dw_shell_command *command)
{
    size_t i = wrapper->second != NULL ? 2 : 1;
    for (; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (dw_slice_is(word, "--")) {
            i++;
            break;
        }
        if (word.len > 1 && word.at[0] == '-')
            i += takes_next(wrapper, word);
        else if (!wrapper->assignments || !is_assignment(word))
            break;
    }
    return i + wrapper->skip < command->word_count ? i + wrapper->skip : command->word_count;
}

void dw_shell_add_words(struct dw_shell_reader *reader, const struct dw_shell_command *parent, size_t parent_index,
                        struct dw_shell_word *words, size_t count)
{
    struct dw_shell_scripts *out = reader->work->out;
    struct dw_shell_command command = {.parent = SIZE_MAX, .segment = reader->context.segment};
    if (parent != NULL) {
        command = *parent;
        command.role = DW_SHELL_WRAPPED;
        command.parent = parent_index;
        command.assignment_count = command.redirection_count = 0;
    }
    command.kind = DW_SHELL_SIMPLE;
    command.words = words;
    command.word_count = count;
    command.program = dw_program_find(dw_shell_name(&command));
    size_t index = out->commands.len;
    *dw_vector_push(&out->commands) = command;
    dw_shell_look_through(reader, index);
}

/* NAME=value words before the wrapped command are its assignments. */
static void take_assignments(struct dw_shell_reader *reader, size_t wrapper, size_t index, size_t from, size_t to)
{
    struct dw_shell_scripts *out = reader->work->out;
    size_t count = 0;
    const struct dw_shell_word *words = out->commands.at[wrapper].words;
    struct dw_shell_assignment *list = NULL;
    for (size_t i = from; i < to; i++) {
        size_t length = is_assignment(words[i].value) ? dw_shell_name_length(words[i].value) : 0;
        if (length == 0)
            continue;
        if (list == NULL)
            list = dw_arena_alloc(&out->arena, to - from, sizeof(*list));
        list[count].name = dw_slice_part(words[i].value, 0, length);
        list[count].value = words[i];
        list[count++].value.value = dw_slice_from(words[i].value, length + 1);
    }
    if (index < out->commands.len) {
        out->commands.at[index].assignments = list;
        out->commands.at[index].assignment_count = count;
    } else if (count > 0) { /* "env NAME=value" alone */
        out->commands.at[wrapper].assignments = list;
        out->commands.at[wrapper].assignment_count = count;
    }
}

static void look_behind(struct dw_shell_reader *reader, size_t index, const struct wrapper *wrapper)
{
    struct dw_shell_scripts *out = reader->work->out;
    struct dw_shell_command command = out->commands.at[index];
    size_t at = wrapped_at(wrapper, &command), next = out->commands.len;
    if (wrapper->program == DW_PROGRAM_COMMAND && command.word_count > 1 && command.words[1].value.len == 2 &&
        (command.words[1].value.at[1] == 'v' || command.words[1].value.at[1] == 'V'))
        return; /* asks whether a command exists */
    if (at < command.word_count)
        dw_shell_add_words(reader, &command, index, command.words + at, command.word_count - at);
    if (wrapper->assignments)
        take_assignments(reader, index, next, 1, at);
}

/* --- scripts in words --- */

struct dw_shell_options dw_shell_options_read(const struct dw_shell_word *words, size_t count)
{
    struct dw_shell_options options = {.operand = 1};
    for (; options.operand < count; options.operand++) {
        struct dw_slice word = words[options.operand].value;
        if (word.len < 2 || (word.at[0] != '-' && word.at[0] != '+'))
            break;
        bool on = word.at[0] == '-';
        if (dw_slice_is(word, "--")) {
            options.operand++;
            break;
        }
        if (word.at[1] == '-') {
            if (dw_slice_is(word, "--rcfile") || dw_slice_is(word, "--init-file"))
                options.operand++;
            continue;
        }
        for (size_t i = 1; i < word.len; i++) {
            options.script |= on && word.at[i] == 'c';
            options.standard_input |= on && word.at[i] == 's';
            if (word.at[i] == 'e')
                options.errexit = on;
            if ((word.at[i] != 'o' && word.at[i] != 'O') || options.operand + 1 >= count)
                continue;
            struct dw_slice name = words[++options.operand].value;
            if (dw_slice_is(name, "pipefail"))
                options.pipefail = on;
            else if (dw_slice_is(name, "errexit"))
                options.errexit = on;
        }
    }
    if (options.operand > count)
        options.operand = count;
    return options;
}

/* The script that WORD is. In one pair of quotes without an escape it stands in the file as it is. */
static void read_string(struct dw_shell_reader *reader, size_t index, const struct dw_shell_word *word, bool pipefail, bool errexit)
{
    struct dw_slice text = word->text, value = word->value;
    bool copy = true;
    if (text.at == value.at && text.len == value.len) {
        copy = false;
    } else if (text.len >= 2 && (text.at[0] == '\'' || text.at[0] == '"') && text.at[text.len - 1] == text.at[0] &&
               value.len == text.len - 2) {
        value = dw_slice_part(text, 1, text.len - 2);
        copy = !dw_slice_equal(value, word->value);
        value = copy ? word->value : value;
    }
    /* A copy already: its words are placed where it is. */
    bool placed = copy || (word->place.len > 0 && word->place.at != word->text.at);
    struct dw_shell_reader inner;
    if (!dw_shell_reader_within(reader, value, placed, word->place, &inner))
        return;
    inner.mute |= !word->literal;
    inner.context.role = DW_SHELL_STRING;
    inner.context.parent = index;
    inner.context.pipefail = pipefail;
    inner.context.errexit = errexit;
    dw_shell_read_all(&inner);
    dw_shell_reader_end(&inner);
}

/* eval a 'b c': one script of all words. */
static void read_eval(struct dw_shell_reader *reader, size_t index)
{
    struct dw_shell_command command = reader->work->out->commands.at[index];
    if (command.word_count == 2) {
        read_string(reader, index, &command.words[1], command.pipefail, command.errexit);
        return;
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer joined = {0};
    struct dw_shell_word all = {.literal = true, .quoted = true};
    for (size_t i = 1; i < command.word_count; i++) {
        if (i > 1)
            dw_buffer_append_byte(&joined, ' ');
        dw_buffer_append(&joined, command.words[i].value);
        all.literal &= command.words[i].literal;
    }
    if (command.word_count < 2)
        return;
    all.value = dw_arena_copy(&reader->work->out->arena, dw_buffer_slice(&joined));
    all.text = all.place = command.words[1].place;
    read_string(reader, index, &all, command.pipefail, command.errexit);
}

static void look_into_shell(struct dw_shell_reader *reader, size_t index)
{
    struct dw_shell_command command = reader->work->out->commands.at[index];
    struct dw_shell_options options = dw_shell_options_read(command.words, command.word_count);
    if (options.script && options.operand < command.word_count)
        read_string(reader, index, &command.words[options.operand], options.pipefail, options.errexit);
}

/* su user -c '…', runuser -c, flock -c */
static void look_into_user_shell(struct dw_shell_reader *reader, size_t index)
{
    struct dw_shell_command command = reader->work->out->commands.at[index];
    for (size_t i = 1; i + 1 < command.word_count; i++) {
        struct dw_slice word = command.words[i].value;
        bool cluster = word.len >= 2 && word.at[0] == '-' && word.at[1] != '-' && word.at[word.len - 1] == 'c';
        if (cluster || dw_slice_is(word, "--command")) {
            read_string(reader, index, &command.words[i + 1], false, false);
            return;
        }
    }
    if (command.program == DW_PROGRAM_SU)
        return;
    /* runuser -u user [--] command */
    static const struct wrapper plain = {DW_PROGRAM_RUNUSER, NULL, "ugGs", " --user --group --supp-group --shell ", 0, false};
    for (size_t i = 1; i < command.word_count; i++)
        if (dw_slice_starts_with(command.words[i].value, "-u") || dw_slice_starts_with(command.words[i].value, "--user"))
            look_behind(reader, index, &plain);
}

static void look_into_find(struct dw_shell_reader *reader, size_t index)
{
    struct dw_shell_command command = reader->work->out->commands.at[index];
    for (size_t i = 1; i < command.word_count; i++) {
        struct dw_slice word = command.words[i].value;
        if (!dw_slice_is(word, "-exec") && !dw_slice_is(word, "-execdir") && !dw_slice_is(word, "-ok") &&
            !dw_slice_is(word, "-okdir"))
            continue;
        size_t first = ++i;
        while (i < command.word_count && !dw_slice_is(command.words[i].value, ";") && !dw_slice_is(command.words[i].value, "+"))
            i++;
        if (i > first)
            dw_shell_add_words(reader, &command, index, command.words + first, i - first);
    }
}

void dw_shell_look_through(struct dw_shell_reader *reader, size_t index)
{
    struct dw_shell_scripts *out = reader->work->out;
    const struct dw_shell_command *command = &out->commands.at[index];
    enum dw_shell_program program = command->program;
    if (program == DW_PROGRAM_UNKNOWN || command->word_count < 2 || reader->depth >= DW_SHELL_DEPTH_MOST)
        return;
    reader->depth++;
    if (dw_program_is_shell(program)) {
        look_into_shell(reader, index);
    } else if (program == DW_PROGRAM_EVAL) {
        read_eval(reader, index);
    } else if (program == DW_PROGRAM_SU || program == DW_PROGRAM_RUNUSER) {
        look_into_user_shell(reader, index);
    } else if (program == DW_PROGRAM_FIND) {
        look_into_find(reader, index);
    } else if ((program == DW_PROGRAM_PYTHON || program == DW_PROGRAM_PYTHON2 || program == DW_PROGRAM_PYTHON3) &&
               dw_slice_is(command->words[1].value, "-m")) {
        if (command->word_count > 2)
            dw_shell_add_words(reader, command, index, command->words + 2, command->word_count - 2);
    } else {
        for (size_t i = 0; i < WRAPPER_COUNT; i++) {
            if (wrappers[i].program != program)
                continue;
            if (wrappers[i].second == NULL || dw_slice_is(command->words[1].value, wrappers[i].second))
                look_behind(reader, index, &wrappers[i]);
            break;
        }
    }
    reader->depth--;
}

/* The shell that reads what the command at INDEX is given: itself, or for "cat <<EOF | sh" the one it is piped into. */
static bool find_reader(const struct dw_shell_scripts *out, size_t index, size_t *shell)
{
    const struct dw_shell_command *command = &out->commands.at[index];
    if (command->kind != DW_SHELL_SIMPLE)
        return false;
    /* "sudo bash <<EOF": the last command that the wrapper runs. */
    size_t last = index;
    while (last + 1 < out->commands.len && out->commands.at[last + 1].role == DW_SHELL_WRAPPED && out->commands.at[last + 1].parent == last)
        last++;
    command = &out->commands.at[last];
    if (dw_program_is_shell(command->program)) {
        struct dw_shell_options options = dw_shell_options_read(command->words, command->word_count);
        *shell = last;
        return !options.script && (options.standard_input || options.operand >= command->word_count ||
                                   dw_slice_is(command->words[options.operand].value, "-"));
    }
    if (command->program != DW_PROGRAM_CAT || command->word_count > 1 || !out->segments.at[command->segment].piped)
        return false;
    for (size_t i = command->segment + 1; i < out->segments.len; i++)
        if (out->segments.at[i].previous == command->segment && out->segments.at[i].first < out->commands.len)
            return find_reader(out, out->segments.at[i].first, shell);
    return false;
}

void dw_shell_read_input(struct dw_shell_reader *reader, size_t index, struct dw_slice body, bool expand, bool copy,
                         struct dw_slice place)
{
    struct dw_shell_scripts *out = reader->work->out;
    struct dw_shell_reader inner;
    size_t shell;
    if (expand && dw_shell_reader_within(reader, body, copy, place, &inner)) {
        inner.context.role = DW_SHELL_SUBSTITUTION;
        inner.context.parent = index;
        inner.context.segment = out->commands.at[index].segment;
        dw_shell_read_expansions(&inner);
        dw_shell_reader_end(&inner);
    }
    if (!find_reader(out, index, &shell) || !dw_shell_reader_within(reader, body, copy, place, &inner))
        return;
    struct dw_shell_options options =
        dw_shell_options_read(out->commands.at[shell].words, out->commands.at[shell].word_count);
    inner.mute |= expand;
    inner.context.role = DW_SHELL_STANDARD_INPUT;
    inner.context.parent = shell;
    inner.context.segment = out->commands.at[shell].segment;
    inner.context.pipefail = options.pipefail;
    inner.context.errexit = options.errexit;
    dw_shell_read_all(&inner);
    dw_shell_reader_end(&inner);
}
