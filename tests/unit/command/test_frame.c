/* SPDX-License-Identifier: Apache-2.0
 *
 * The frame with commands of its own: what the command line becomes in the context. */
#include "base/clock.h"
#include "command/frame.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int run_nothing(struct dw_context *context)
{
    (void)context;
    return 0;
}

static const char *const formats[] = {"table", "json", "sarif", NULL};
static const char *const flavours[] = {"sweet", "sour", NULL};
static const struct dw_option scan_options[] = {
    {.name = "packages", .letter = 'p', .help = "list packages too"},
    {.name = "only", .argument = "IDS", .repeatable = true, .help = "only these"},
    {.name = "flavour", .argument = "WORD", .choices = flavours, .help = "it's [a] flavour: any"},
    {.name = "depth", .argument = "N", .help = "how deep"},
    {0},
};
static const struct dw_command scan = {
    .name = "scan", .summary = "scans", .synopsis = "REF", .description = "Scans.\n", .options = scan_options,
    .formats = formats, .takes = DW_TAKES_PLATFORM | DW_TAKES_FAIL_ON | DW_TAKES_POLICY | DW_TAKES_DATABASE,
    .arguments_min = 1, .arguments_max = 1, .argument = DW_VALUE_FILE, .run = run_nothing,
};
static const struct dw_option build_options[] = {
    {.name = "from", .argument = "FOLDER", .value = DW_VALUE_FOLDER, .help = "read this"},
    {0},
};
static const struct dw_command build = {.name = "build", .summary = "builds", .description = "Builds.\n",
                                        .options = build_options, .run = run_nothing};
static const struct dw_command status = {.name = "status", .summary = "tells the status",
                                         .description = "Tells.\n", .run = run_nothing};
static const struct dw_command *const db_commands[] = {&build, &status, NULL};
static const struct dw_command db = {.name = "db", .summary = "works on the database", .description = "Works.\n",
                                     .subcommands = db_commands};
static const struct dw_command *const commands[] = {&scan, &db, NULL};

struct parsed {
    struct dw_context context;
    struct dw_error error;
    bool good;
};

/* Words end with NULL. */
static struct parsed parse(const char *first, ...)
{
    struct parsed parsed = {.error = DW_ERROR_INIT};
    char *words[32] = {"dockworthy"};
    int count = 1;
    va_list list;
    va_start(list, first);
    for (const char *word = first; word != NULL && count < 31; word = va_arg(list, const char *))
        words[count++] = (char *)(uintptr_t)word;
    va_end(list);
    dw_context_init(&parsed.context, stdin, stdout, stderr);
    parsed.good = dw_command_parse(&parsed.context, commands, count, words, &parsed.error);
    return parsed;
}

static void free_parsed(struct parsed *parsed)
{
    dw_context_free(&parsed->context);
}

#define PARSED DW_CLEANUP(free_parsed) struct parsed

static void expect_error(const struct parsed *parsed, const char *text)
{
    assert_false(parsed->good);
    assert_int_equal(parsed->error.kind, DW_ERROR_USAGE);
    if (strstr(parsed->error.text, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", parsed->error.text, text);
}

static void test_typed_options(void **state)
{
    (void)state;
    PARSED p = parse("scan", "oci:x", "--platform", "linux/arm64", "--fail-on=high", "--policy", "p.yaml", "--now",
                     "2026-11-24T08:00:00Z", "-j3", "--offline", "-q", "--database=db", "--cache-dir", "/c", "--limit",
                     "layers=7", "--limit=layer-bytes=2K", NULL);
    if (!p.good)
        fail_msg("%s", p.error.text);
    struct dw_context *c = &p.context;
    assert_ptr_equal(c->command, &scan);
    assert_int_equal(c->argument_count, 1);
    assert_string_equal(c->arguments[0], "oci:x");
    assert_string_equal(c->platform, "linux/arm64");
    assert_string_equal(c->policy, "p.yaml");
    assert_string_equal(c->database, "db");
    assert_string_equal(c->cache_dir, "/c");
    assert_true(c->fail_on_given && c->fail_on == DW_SEVERITY_HIGH);
    assert_int_equal(c->now, 1795507200);
    assert_int_equal(c->jobs, 3);
    assert_true(c->offline && c->quiet && !c->progress && !c->verbose);
    assert_int_equal(c->limits.value[DW_LIMIT_LAYERS], 7);
    assert_int_equal(c->limits.value[DW_LIMIT_LAYER_BYTES], 2048);
    assert_int_equal(c->outputs.len, 1);
    assert_string_equal(c->outputs.at[0].format, "table");
    assert_null(c->outputs.at[0].path);
}

static void test_defaults(void **state)
{
    (void)state;
    setenv("XDG_CACHE_HOME", "/xdg", 1);
    PARSED p = parse("scan", "x", NULL);
    assert_true(p.good);
    assert_string_equal(p.context.cache_dir, "/xdg/dockworthy");
    assert_true(p.context.jobs >= 1 && p.context.now > 1700000000);
    assert_false(p.context.fail_on_given);
    assert_null(p.context.policy);
    assert_int_equal(p.context.source_date, DW_TIME_UNKNOWN);
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", "/home/a", 1);
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    PARSED q = parse("scan", "x", NULL);
    assert_string_equal(q.context.cache_dir, "/home/a/.cache/dockworthy");
    assert_int_equal(q.context.source_date, 1700000000);
    assert_true(q.context.now > 1700000001);
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    unsetenv("SOURCE_DATE_EPOCH");
    PARSED r = parse("scan", "x", NULL);
    assert_null(r.context.cache_dir);
}

static void test_own_options(void **state)
{
    (void)state;
    PARSED p = parse("scan", "--only", "1.1", "x", "-p", "--only=2.2", "--depth", "12", NULL);
    assert_true(p.good);
    assert_true(dw_option_given(&p.context, "packages"));
    assert_false(dw_option_given(&p.context, "flavour"));
    assert_null(dw_option_value(&p.context, "flavour"));
    assert_string_equal(dw_option_value(&p.context, "only"), "2.2");
    size_t count;
    const char *const *only = dw_option_values(&p.context, "only", &count);
    assert_int_equal(count, 2);
    assert_string_equal(only[0], "1.1");
    uint64_t depth;
    assert_true(dw_option_number(&p.context, "depth", 1, 12, 5, &depth, &p.error));
    assert_int_equal(depth, 12);
    assert_false(dw_option_number(&p.context, "depth", 1, 11, 5, &depth, &p.error));
    assert_non_null(strstr(p.error.text, "--depth 12: give a number from 1 to 11"));
    PARSED q = parse("scan", "x", NULL);
    assert_true(dw_option_number(&q.context, "depth", 1, 12, 5, &depth, &q.error));
    assert_int_equal(depth, 5);
}

static void test_wrong_lines(void **state)
{
    (void)state;
    static const struct {
        const char *words[6], *message;
    } rows[] = {
        {{"scan"}, "scan: something is missing: dockworthy scan REF"},
        {{"scan", "a", "b"}, "scan: \"b\" is one argument too many"},
        {{"scan", "x", "--flavour", "swet"}, "--flavour swet: give one of sweet, sour; did you mean sweet?"},
        {{"scan", "x", "--depth"}, "--depth needs a value: --depth N"},
        {{"scan", "x", "--depth", ""}, "--depth needs a value that is not empty"},
        {{"scan", "x", "--depth", "1", "--depth=2"}, "--depth is given twice"},
        {{"scan", "x", "--packages=1"}, "--packages takes no value"},
        {{"scan", "x", "--fail-on", "hihg"}, "did you mean high?"},
        {{"scan", "x", "--format", "jsn"}, "--format jsn: give one of table, json, sarif; did you mean json?"},
        {{"scan", "x", "--from", "y"}, "unknown option --from"},
        {{"scan", "x", "-pq"}, "--packages takes no value"},
        {{"db"}, "db: say what to do: build, status"},
        {{"db", "biuld"}, "there is no db command \"biuld\"; did you mean \"build\"?"},
        {{"db", "status", "x"}, "status: \"x\" is one argument too many"},
        {{"--platform", "a/b", "db", "status"}, "status takes no option --platform"},
        {{"scna"}, "there is no command \"scna\"; did you mean \"scan\"?"},
        {{"--limit", "x=1", "scan", "y"}, "there is no limit \"x\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *w = rows[i].words;
        PARSED p = parse(w[0], w[1], w[2], w[3], w[4], w[5], NULL);
        expect_error(&p, rows[i].message);
    }
}

static void test_subcommands(void **state)
{
    (void)state;
    PARSED p = parse("--offline", "db", "--quiet", "build", "--from", "f", NULL);
    assert_true(p.good);
    assert_ptr_equal(p.context.parent, &db);
    assert_ptr_equal(p.context.command, &build);
    assert_string_equal(dw_option_value(&p.context, "from"), "f");
    assert_true(p.context.offline && p.context.quiet);
    PARSED help = parse("db", "build", "--help", NULL);
    assert_true(help.good && dw_option_given(&help.context, "help"));
    PARSED incomplete = parse("scan", "-h", NULL); /* help needs no arguments */
    assert_true(incomplete.good);
}

static void test_environment(void **state)
{
    (void)state;
    setenv("DOCKWORTHY_ONLY", "1.1,2.2", 1);
    setenv("DOCKWORTHY_PACKAGES", "yes", 1);
    setenv("DOCKWORTHY_OFFLINE", "0", 1);
    setenv("DOCKWORTHY_FAIL_ON", "low", 1);
    setenv("DOCKWORTHY_HELP", "1", 1);
    PARSED p = parse("scan", "x", "--fail-on", "critical", NULL);
    assert_true(p.good);
    size_t count;
    const char *const *only = dw_option_values(&p.context, "only", &count);
    assert_int_equal(count, 2);
    assert_string_equal(only[1], "2.2");
    assert_true(dw_option_given(&p.context, "packages"));
    assert_false(dw_option_given(&p.context, "help"));
    assert_false(p.context.offline);
    assert_int_equal(p.context.fail_on, DW_SEVERITY_CRITICAL);
    setenv("DOCKWORTHY_FLAVOUR", "bitter", 1);
    PARSED q = parse("scan", "x", NULL);
    expect_error(&q, "environment variable DOCKWORTHY_FLAVOUR: --flavour bitter");
    PARSED r = parse("db", "status", NULL); /* not its option */
    assert_true(r.good);
    static const char *const names[] = {"ONLY", "PACKAGES", "OFFLINE", "FAIL_ON", "HELP", "FLAVOUR"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char name[64];
        snprintf(name, sizeof(name), "DOCKWORTHY_%s", names[i]);
        unsetenv(name);
    }
}

static void test_outputs(void **state)
{
    (void)state;
    PARSED p = parse("scan", "x", "--format", "sarif", "--output", "scan.sarif", "--format", "table", NULL);
    assert_true(p.good);
    assert_int_equal(p.context.outputs.len, 2);
    assert_string_equal(p.context.outputs.at[0].format, "sarif");
    assert_string_equal(p.context.outputs.at[0].path, "scan.sarif");
    assert_string_equal(p.context.outputs.at[1].format, "table");
    assert_null(p.context.outputs.at[1].path);
    PARSED q = parse("scan", "x", "-o", "a", "-f", "json", "-o", "b", "-f", "sarif", NULL);
    assert_true(q.good);
    assert_string_equal(q.context.outputs.at[0].path, "a");
    assert_string_equal(q.context.outputs.at[0].format, "json");
    assert_string_equal(q.context.outputs.at[1].path, "b");
    assert_string_equal(q.context.outputs.at[1].format, "sarif");
    PARSED r = parse("scan", "x", "-o", "a", "-o", "b", NULL);
    expect_error(&r, "--output a has no --format of its own");
    PARSED s = parse("scan", "x", "-f", "json", "-f", "table", NULL);
    expect_error(&s, "formats json and table both go to standard output");
}

static void test_help_and_completion(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0}, man = {0}, list = {0};
    dw_help_text(&text, &db, &build, 60);
    assert_non_null(strstr(text.at, "dockworthy db build: builds"));
    assert_non_null(strstr(text.at, "--from FOLDER"));
    dw_help_text(&list, NULL, &db, 60);
    assert_non_null(strstr(list.at, "status  tells the status"));
    dw_help_man(&man, &db, &build);
    assert_non_null(strstr(man.at, "dockworthy-db-build(1)"));
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t i = 0; i < 3; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer script = {0};
        assert_true(dw_completion_script(&script, shells[i], commands));
        assert_non_null(strstr(script.at, "status"));
        assert_non_null(strstr(script.at, "sweet sour"));
        assert_non_null(strstr(script.at, "table json sarif"));
    }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bash = {0}, zsh = {0}, fish = {0};
    dw_completion_script(&bash, "bash", commands);
    assert_non_null(strstr(bash.at, ":scan|:db) command=$word"));
    assert_non_null(strstr(bash.at, "db:build|db:status) command=\"$command $word\""));
    dw_completion_script(&zsh, "zsh", commands);
    assert_non_null(strstr(zsh.at, "[it'\\''s \\[a\\] flavour\\: any]"));
    dw_completion_script(&fish, "fish", commands);
    assert_non_null(strstr(fish.at, "'it\\'s [a] flavour: any'"));
    assert_false(dw_completion_script(&bash, "tcsh", commands));
}

/* What commands print from input cannot steer a terminal. */
static void test_escaped_output(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *err = open_memstream(&text, &size);
    struct dw_context context;
    dw_context_init(&context, stdin, err, err);
    struct dw_error error = DW_ERROR_INIT;
    dw_fail(&error, DW_ERROR_INPUT, "layer \033[2Jx");
    assert_int_equal(dw_context_error(&context, &error), 3);
    dw_context_warn(&context, "a%sb", "\007");
    dw_context_print(&context, DW_SLICE("\033]0;t\n"));
    dw_context_detail(&context, "not shown");
    context.quiet = true;
    dw_context_note(&context, "not shown");
    fclose(err);
    assert_string_equal(text, "dockworthy: layer \\x1b[2Jx\ndockworthy: warning: a\\x07b\n\\x1b]0;t\\x0a");
    free(text);
    dw_context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed_options), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_own_options),   cmocka_unit_test(test_wrong_lines),
        cmocka_unit_test(test_subcommands),   cmocka_unit_test(test_environment),
        cmocka_unit_test(test_outputs),       cmocka_unit_test(test_help_and_completion),
        cmocka_unit_test(test_escaped_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
