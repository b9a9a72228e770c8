/* SPDX-License-Identifier: Apache-2.0
 *
 * Shell code and the commands in it. What is expected was written by hand after POSIX.1-2017 and the manual of bash. */
#include "shell/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void dump_word(struct dw_buffer *out, const struct dw_shell_word *word)
{
    dw_buffer_printf(out, "[%.*s]%s", DW_SLICE_ARG(word->value), word->literal ? "" : "~");
}

/* "role[word][word]~ NAME=[value] >[file]", one a command, "; " between them; "|" before one that reads a pipe. */
static void dump(struct dw_buffer *out, const struct dw_shell_scripts *scripts)
{
    static const char *const roles[] = {"", "$", "<", "^", "'", "<<"};
    static const char *const kinds[] = {"", "loop", "test", "compound"};
    static const char *const redirections[] = {"<", ">", ">>", "<<", "<<<"};
    for (size_t i = 0; i < scripts->commands.len; i++) {
        const struct dw_shell_command *command = &scripts->commands.at[i];
        if (i > 0)
            dw_buffer_append_string(out, "; ");
        if (dw_shell_input(scripts, command) != SIZE_MAX && command->role == DW_SHELL_PLAIN)
            dw_buffer_append_string(out, "| ");
        dw_buffer_printf(out, "%s%s", kinds[command->kind], roles[command->role]);
        for (size_t j = 0; j < command->word_count; j++)
            dump_word(out, &command->words[j]);
        for (size_t j = 0; j < command->assignment_count; j++) {
            dw_buffer_printf(out, " %.*s=", DW_SLICE_ARG(command->assignments[j].name));
            dump_word(out, &command->assignments[j].value);
        }
        for (size_t j = 0; j < command->redirection_count; j++) {
            const struct dw_shell_redirection *redirection = &command->redirections[j];
            dw_buffer_printf(out, " %u%s%s", redirection->descriptor, redirections[redirection->kind],
                             redirection->duplicates ? "&" : "");
            dump_word(out, &redirection->target);
            if (redirection->kind == DW_SHELL_HERE_DOCUMENT)
                dw_buffer_printf(out, "{%.*s}", DW_SLICE_ARG(redirection->body));
        }
    }
}

static const struct {
    const char *text, *expected;
    bool uncertain;
} cases[] = {
    {"", "", false},
    {"  # nothing", "", false},
    {"a b  c", "[a][b][c]", false},
    {"a; b && c || d & e", "[a]; [b]; [c]; [d]; [e]", false},
    {"a#b #c", "[a#b]", false},
    {"echo 'a b' \"c $x\" d\\ e", "[echo][a b][c $x]~[d e]", false},
    {"echo 'it'\\''s' \"\\\"\\a\"", "[echo][it's][\"\\a]", false},
    {"echo $'a\\tb' $\"c\"", "[echo][a\tb][c]", false},
    {"a=1 b='2 3' cmd x=4", "[cmd][x=4] a=[1] b=[2 3]", false},
    {"x+=1; y=(a 'b c' d); z=", " x=[1];  y=[a];  z=[]", false},
    {"a | b |& c", "[a]; | [b]; | [c]", false},
    {"a > f 2>&1 >> g < h &> i 3<> j", "[a] 1>[f] 2>&[1] 1>>[g] 0<[h] 1>[i] 3<[j]", false},
    {"2>err a1 2x>f", "[a1][2x] 2>[err] 1>[f]", false},
    {"(a; b) | { c; }", "[a]; [b]; | [c]", false},
    {"(a) > f", "[a]; compound 1>[f]", false},
    {"if a; then b; elif c; then d; else e; fi", "[a]; [b]; [c]; [d]; [e]", false},
    {"while a; do b; done; until c; do d; done", "[a]; [b]; [c]; [d]", false},
    {"for x in 1 $y; do a $x; done", "loop[x][in][1][$y]~; [a][$x]~", false},
    {"for ((i = 0; i < $(n); i++)); do a; done", "$[n]; [a]", false},
    {"case $x in a|b) c;; (d) e ;; *) f; esac", "loop[$x]~; [c]; [e]; [f]", false},
    {"[[ $a == b && c < d ]] && e", "test[$a]~[==][b][c][d]; [e]", false},
    {"f() { a; }; function g { b; }; f", "compound; [a]; [b]; [f]", false},
    {"! a", "[a]", false},
    {"echo if then", "[echo][if][then]", false},
    {"a $(b `c` \"$(d)\") e", "[a][$(b `c` \"$(d)\")]~[e]; $[b][`c`]~[$(d)]~; $[c]; $[d]", false},
    {"a `b \\`c\\``", "[a][`b \\`c\\``]~; $[b][`c`]~; $[c]", false},
    {"a ${x:-$(b)} ${y#'}'}", "[a][${x:-$(b)}]~[${y#'}'}]~; $[b]", false},
    {"a $((1 + (2 * $(b)))) c", "[a][$((1 + (2 * $(b))))]~[c]; $[b]", false},
    {"a $((b); c)", "[a][$((b); c)]~; $[b]; $[c]", false},
    {"((x++)) && a", "[a]", false},
    {"a <(b) >(c)", "[a][<(b)]~[>(c)]~; <[b]; <[c]", false},
    {"a $ \"$\" $1 $@", "[a][$][$][$1]~[$@]~", false},
    {"rm @(a|b)", "[rm][@(a|b)]", false},
    {"a \\\n b", "[a][b]", false},
    {"a\nb &&\n c |\n d", "[a]; [b]; [c]; | [d]", false},
    {"sudo -u root apt-get update", "[sudo][-u][root][apt-get][update]; ^[apt-get][update]", false},
    {"sudo -E A=1 b", "[sudo][-E][A=1][b]; ^[b] A=[1]", false},
    {"env -i A=1 B=2 c -x", "[env][-i][A=1][B=2][c][-x]; ^[c][-x] A=[1] B=[2]", false},
    {"timeout -s KILL 5 a", "[timeout][-s][KILL][5][a]; ^[a]", false},
    {"command -v a; command a", "[command][-v][a]; [command][a]; ^[a]", false},
    {"x | xargs -n 1 -0 rm -f", "[x]; | [xargs][-n][1][-0][rm][-f]; ^[rm][-f]", false},
    {"find . -type f -exec a {} \\; -exec b {} +",
     "[find][.][-type][f][-exec][a][{}][;][-exec][b][{}][+]; ^[a][{}]; ^[b][{}]", false},
    {"sh -c 'a; b'", "[sh][-c][a; b]; '[a]; '[b]", false},
    {"bash -exo pipefail -c \"a \\\"b c\\\" | d\"", "[bash][-exo][pipefail][-c][a \"b c\" | d]; '[a][b c]; '[d]", false},
    {"bash -c \"a $(b)\"", "[bash][-c][a $(b)]~; $[b]; '[a][$(b)]~", false},
    {"bash script -c x", "[bash][script][-c][x]", false},
    {"su - user -c 'a b'", "[su][-][user][-c][a b]; '[a][b]", false},
    {"eval a 'b c'", "[eval][a][b c]; '[a][b][c]", false},
    {"python3 -m pip install x", "[python3][-m][pip][install][x]; ^[pip][install][x]", false},
    {"cat <<E > f\nx $(y)\nE\na", "[cat] 0<<[E]{x $(y)\n} 1>[f]; $[y]; [a]", false},
    {"cat <<'E'\nx $(y)\nE", "[cat] 0<<[E]{x $(y)\n}", false},
    {"cat <<-E\n\ta\n\tE\nb", "[cat] 0<<[E]{\ta\n}; [b]", false},
    {"bash <<E\na | b\nE", "[bash] 0<<[E]{a | b\n}; <<[a]; <<[b]", false},
    {"cat <<E | sh -s x\na\nE", "[cat] 0<<[E]{a\n}; | [sh][-s][x]; <<[a]", false},
    {"a <<X <<Y\nx\nX\ny\nY\nb", "[a] 0<<[X]{x\n} 0<<[Y]{y\n}; [b]", false},
    {"bash <<< 'a b'", "[bash] 0<<<[a b]; <<[a][b]", false},
    /* Not understood, and said so. */
    {"a 'b", "[a][b]", true},
    {"a \"b", "[a][b]", true},
    {"a $(b", "[a][$(b]~; $[b]", true},
    {"a ${b", "[a][${b]~", true},
    {"a ) b", "[a]; [b]", true},
    {"if a; then b", "[a]; [b]", true},
    {"fi; a", "[a]", true},
    {"a ;; b", "[a]; [b]", true},
    {"echo a(b)", "[echo][a]; [b]", true},
    {"cat <<E\na", "[cat] 0<<[E]{a}", true},
    {"case x in a b", "loop[x]", true},
    {"&& a", "[a]", true},
    {"[[ a", "test[a]", true},
};

static void test_commands(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
        struct dw_shell_scripts *scripts = dw_shell_text_read(dw_slice_of(cases[i].text));
        dump(&out, scripts);
        const struct dw_shell_script *script = &scripts->scripts.at[0];
        if (!dw_slice_is(dw_buffer_slice(&out), cases[i].expected) || script->uncertain != cases[i].uncertain) {
            printf("%s\n  expected %s\n  found    %.*s (%s)\n", cases[i].text, cases[i].expected,
                   DW_SLICE_ARG(dw_buffer_slice(&out)), script->problem);
            failed++;
        }
        dw_shell_scripts_free(scripts);
    }
    assert_int_equal(failed, 0);
}

static const struct dw_shell_command *find(const struct dw_shell_scripts *scripts, const char *name)
{
    for (size_t i = 0; i < scripts->commands.len; i++)
        if (dw_slice_is(dw_shell_name(&scripts->commands.at[i]), name))
            return &scripts->commands.at[i];
    fail_msg("no command %s", name);
    return NULL;
}

static void test_state(void **state)
{
    (void)state;
    struct dw_shell_scripts *scripts = dw_shell_text_read(DW_SLICE("a; set -euo pipefail; b; (set +e; c); d; set +o pipefail; "
                                                                   "e | set -o pipefail; f; bash -eo pipefail -c 'g' || h; "
                                                                   "if i; then j; fi; k && l"));
    static const struct {
        const char *name;
        bool pipefail, errexit;
    } expected[] = {{"a", false, false}, {"b", true, true}, {"c", true, false}, {"d", true, true},
                    {"e", false, true},  {"f", false, true}, {"g", true, true}, {"h", false, true}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct dw_shell_command *command = find(scripts, expected[i].name);
        assert_int_equal(command->pipefail, expected[i].pipefail);
        assert_int_equal(command->errexit, expected[i].errexit);
    }
    assert_true(find(scripts, "bash")->before_or);
    assert_false(find(scripts, "h")->before_or);
    assert_true(find(scripts, "i")->condition);
    assert_false(find(scripts, "j")->condition);
    assert_false(find(scripts, "k")->after_and);
    assert_true(find(scripts, "l")->after_and);
    assert_int_equal(scripts->scripts.at[0].statements, 13);
    dw_shell_scripts_free(scripts);
}

static void test_pipes(void **state)
{
    (void)state;
    struct dw_shell_scripts *scripts = dw_shell_text_read(DW_SLICE("a | (b; sudo c) | d; e"));
    size_t from = dw_shell_input(scripts, &scripts->commands.at[3]);
    assert_int_equal(scripts->commands.at[3].role, DW_SHELL_WRAPPED);
    assert_ptr_equal(&scripts->commands.at[scripts->segments.at[from].first], find(scripts, "a"));
    from = dw_shell_input(scripts, find(scripts, "d"));
    assert_int_equal(scripts->segments.at[from].end - scripts->segments.at[from].first, 3);
    assert_int_equal(dw_shell_input(scripts, find(scripts, "a")), SIZE_MAX);
    assert_int_equal(dw_shell_input(scripts, find(scripts, "e")), SIZE_MAX);
    dw_shell_scripts_free(scripts);
}

static void test_variables(void **state)
{
    (void)state;
    struct dw_shell_scripts *scripts = dw_shell_text_read(DW_SLICE("x \"a$B'$C'\"'$D'${E:-$F}\\$G${#H} '$I'"));
    const char *names[] = {"B", "C", "E", "F", "H"};
    size_t at = 0, count = 0;
    struct dw_slice name;
    while (dw_shell_variable_next(&scripts->commands.at[0].words[1], &at, &name)) {
        assert_true(count < 5);
        assert_true(dw_slice_is(name, names[count++]));
    }
    assert_int_equal(count, 5);
    at = 0;
    assert_false(dw_shell_variable_next(&scripts->commands.at[0].words[2], &at, &name));
    dw_shell_scripts_free(scripts);
}

static void test_programs(void **state)
{
    (void)state;
    for (unsigned i = 1; i < DW_PROGRAM_COUNT; i++)
        assert_int_equal(dw_program_find(dw_slice_of(dw_program_name(i))), i); /* the table is sorted */
    assert_int_equal(dw_program_find(DW_SLICE("python3.11")), DW_PROGRAM_PYTHON3);
    assert_int_equal(dw_program_find(DW_SLICE("pip3.9")), DW_PROGRAM_PIP3);
    assert_int_equal(dw_program_find(DW_SLICE("php8.2")), DW_PROGRAM_PHP);
    assert_int_equal(dw_program_find(DW_SLICE("sh2")), DW_PROGRAM_UNKNOWN);
    assert_int_equal(dw_program_find(DW_SLICE("")), DW_PROGRAM_UNKNOWN);
}

/* --- Dockerfiles --- */

static struct dw_dockerfile *dockerfile;

static struct dw_shell_scripts *read_file(const char *text)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    dockerfile = dw_dockerfile_parse(dw_slice_of(text), "Dockerfile", &limits, &error);
    assert_non_null(dockerfile);
    return dw_shell_scripts_read(dockerfile);
}

static void free_file(struct dw_shell_scripts *scripts)
{
    dw_shell_scripts_free(scripts);
    dw_dockerfile_free(dockerfile);
}

static void expect_script(const struct dw_shell_scripts *scripts, size_t index, enum dw_shell_language language,
                          const char *first)
{
    assert_true(index < scripts->scripts.len);
    const struct dw_shell_script *script = &scripts->scripts.at[index];
    assert_int_equal(script->language, language);
    assert_int_equal(script->uncertain, false);
    if (first == NULL)
        assert_int_equal(script->count, 0);
    else
        assert_true(script->count > 0 && dw_slice_is(dw_shell_name(&script->commands[0]), first));
}

static void test_instructions(void **state)
{
    (void)state;
    struct dw_shell_scripts *scripts = read_file("FROM debian AS a\n"
                                                 "RUN one \\\n  # comment\n  && two\n"
                                                 "RUN [\"three\", \"x y\"]\n"
                                                 "SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\n"
                                                 "ONBUILD RUN four\n"
                                                 "FROM a\n"
                                                 "RUN five\n"
                                                 "SHELL [\"pwsh\", \"-c\"]\n"
                                                 "RUN Six | Seven\n"
                                                 "SHELL [\"cmd\", \"/S\", \"/C\"]\n"
                                                 "RUN eight\n"
                                                 "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
                                                 "RUN nine\n"
                                                 "FROM debian\n"
                                                 "RUN ten\n"
                                                 "HEALTHCHECK CMD eleven || exit 1\n"
                                                 "ENTRYPOINT [\"sh\", \"-c\", \"twelve 'a b'\"]\n"
                                                 "CMD thirteen $x\n");
    expect_script(scripts, 0, DW_SHELL_POSIX, "one");
    expect_script(scripts, 1, DW_SHELL_NO_SHELL, "three");
    assert_true(dw_slice_is(scripts->scripts.at[1].commands[0].words[1].value, "x y"));
    expect_script(scripts, 2, DW_SHELL_POSIX, "four");
    assert_int_equal(scripts->scripts.at[2].instruction->kind, DW_INSTRUCTION_ONBUILD);
    assert_true(scripts->scripts.at[2].pipefail && scripts->scripts.at[2].errexit);
    expect_script(scripts, 3, DW_SHELL_POSIX, "five");
    assert_true(scripts->scripts.at[3].commands[0].pipefail);
    expect_script(scripts, 4, DW_SHELL_POWERSHELL, NULL);
    expect_script(scripts, 5, DW_SHELL_CMD, NULL);
    expect_script(scripts, 6, DW_SHELL_CMD, NULL);
    expect_script(scripts, 7, DW_SHELL_POSIX, "ten");
    assert_false(scripts->scripts.at[7].commands[0].pipefail);
    expect_script(scripts, 8, DW_SHELL_POSIX, "eleven");
    expect_script(scripts, 9, DW_SHELL_NO_SHELL, "sh");
    assert_int_equal(scripts->scripts.at[9].count, 2);
    assert_true(dw_slice_is(scripts->scripts.at[9].commands[1].words[1].value, "a b"));
    expect_script(scripts, 10, DW_SHELL_POSIX, "thirteen");
    assert_int_equal(scripts->scripts.len, 11);
    /* Only what RUN runs counts as a program of the build. */
    assert_false(dw_program_in(&scripts->programs, DW_PROGRAM_SH));
    free_file(scripts);
}

/* The offset in the file of a word's place. */
static size_t offset_of(const struct dw_shell_script *script, struct dw_slice place)
{
    const struct dw_slice *source = &dockerfile->source;
    if (place.at >= source->at && place.at <= source->at + source->len)
        return (size_t)(place.at - source->at);
    return dw_instruction_offset(script->instruction, place);
}

static void test_places(void **state)
{
    (void)state;
    const char *text = "FROM debian\n"
                       "RUN one && \\\n    curl -k x\n"
                       "RUN sh -c 'a; wget y'\n"
                       "RUN [\"sh\", \"-c\", \"tar z\"]\n"
                       "RUN <<EOF\n"
                       "set -e\n"
                       "sudo me\n"
                       "EOF\n"
                       "ONBUILD RUN chpasswd\n";
    struct dw_shell_scripts *scripts = read_file(text);
    static const char *const names[] = {"curl", "wget", "tar", "sudo", "chpasswd"};
    for (size_t i = 0; i < 5; i++) {
        const struct dw_shell_command *command = find(scripts, names[i]);
        const struct dw_shell_script *script = &scripts->scripts.at[i];
        size_t offset = offset_of(script, command->words[0].place);
        assert_int_equal(offset, (size_t)(strstr(text, names[i]) - text));
    }
    free_file(scripts);
}

static void test_here_documents(void **state)
{
    (void)state;
    struct dw_shell_scripts *scripts = read_file("FROM debian\n"
                                                 "RUN <<EOF\n#!/usr/bin/env -S bash -eo pipefail\none | two\nEOF\n"
                                                 "RUN <<EOF\n#!/usr/bin/python3\nprint(1)\nEOF\n"
                                                 "RUN <<EOF bash\nthree\nEOF\n"
                                                 "RUN cat <<A > f && four <<'B'\n$(five)\nA\n$(six)\nB\n"
                                                 "RUN <<-EOF\n\tseven \\\n\t  eight\n\tEOF\n");
    expect_script(scripts, 0, DW_SHELL_POSIX, "one");
    assert_true(scripts->scripts.at[0].commands[0].pipefail && scripts->scripts.at[0].errexit);
    expect_script(scripts, 1, DW_SHELL_OTHER, NULL);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    dump(&out, scripts);
    assert_string_equal(out.at, "[one]; | [two]; [bash] 0<<[EOF]{three\n}; <<[three]; [cat] 0<<[A]{$(five)\n} 1>[f]; $[five]; "
                                "[four] 0<<[B]{$(six)\n}; [seven][eight]");
    free_file(scripts);
}

/* Every beginning of every case, and every bit of it flipped: nothing is read beyond the end, and all words lie within. */
static void read_odd(const char *text, size_t length)
{
    char *copy = malloc(length + 1); /* so that a read beyond the end is seen */
    memcpy(copy, text, length);
    struct dw_shell_scripts *scripts = dw_shell_text_read(dw_slice_make(copy, length));
    for (size_t i = 0; i < scripts->commands.len; i++) {
        const struct dw_shell_command *command = &scripts->commands.at[i];
        assert_true(command->parent == SIZE_MAX || command->parent < i);
        assert_true(command->segment < scripts->segments.len);
    }
    dw_shell_scripts_free(scripts);
    free(copy);
}

static void test_odd(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[256];
        size_t length = strlen(cases[i].text);
        assert_true(length < sizeof(text));
        memcpy(text, cases[i].text, length);
        for (size_t j = 0; j < length; j++) {
            read_odd(text, j);
            for (unsigned bit = 0; bit < 8; bit++) {
                text[j] = (char)(text[j] ^ (1 << bit));
                read_odd(text, length);
                text[j] = (char)(text[j] ^ (1 << bit));
            }
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    static const char *const pieces[] = {"$(", "(", "{ ", "`\\`", "\"$(", "${x:-", "if ", "sh -c '", "$((", "sudo ", "case x in a) "};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        for (size_t j = 0; j < 20001; j++)
            dw_buffer_append_string(&text, pieces[i]);
        struct dw_shell_scripts *scripts = dw_shell_text_read(dw_buffer_slice(&text));
        assert_true(scripts->scripts.at[0].uncertain || i == 9); /* many words behind sudo are nothing wrong */
        dw_shell_scripts_free(scripts);
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    for (size_t j = 0; j < DW_SHELL_COMMANDS_MOST + 10; j++)
        dw_buffer_append_string(&text, "a;");
    struct dw_shell_scripts *scripts = dw_shell_text_read(dw_buffer_slice(&text));
    assert_true(scripts->scripts.at[0].uncertain);
    dw_shell_scripts_free(scripts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),     cmocka_unit_test(test_state),  cmocka_unit_test(test_pipes),
        cmocka_unit_test(test_variables),    cmocka_unit_test(test_programs), cmocka_unit_test(test_instructions),
        cmocka_unit_test(test_places),       cmocka_unit_test(test_here_documents), cmocka_unit_test(test_odd),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
