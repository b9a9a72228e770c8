/* SPDX-License-Identifier: Apache-2.0
 *
 * PKG: how RUN instructions use package managers. */
#include "rule/chapters.h"
#include "rule/package_cache.h"
#include "rule/package_manager.h"

#define PINNED_VARIANT(name_, alias, what_) {.name = name_, .severity = DW_SEVERITY_UNKNOWN, .aliases = alias, .what = what_}

/* --- PKG-001 --- */

/* What one command installs without a version. */
struct free_words {
    const struct dw_shell_word *first;
    size_t count;
    char names[160];
    size_t length;
};

static void add_free(struct free_words *words, const struct dw_shell_word *word)
{
    if (words->count++ == 0)
        words->first = word;
    size_t need = word->value.len + (words->length > 0 ? 2 : 0);
    if (words->length + need >= sizeof(words->names) || words->count > 5)
        return;
    if (words->length > 0) {
        memcpy(words->names + words->length, ", ", 2);
        words->length += 2;
    }
    memcpy(words->names + words->length, word->value.at, word->value.len);
    words->length += word->value.len;
}

static void tell_free(struct dw_judge *judge, const struct dw_run *run, const struct dw_package_command *package,
                      const struct free_words *words)
{
    const struct dw_package_manager_row *row = dw_package_manager_row(package->manager);
    struct dw_judge_finding finding = dw_judge_at_code(run, words->first->place);
    struct dw_slice names = dw_slice_make(words->names, words->length);
    size_t shown = words->length > 0;
    for (size_t i = 0; i < words->length; i++)
        shown += words->names[i] == ',';
    finding.variant = row->variant;
    if (shown == 0)
        names = dw_slice_part(words->first->value, 0, 100);
    if (words->count <= 1)
        finding.message = dw_judge_text(judge, "%.*s is installed without a version", DW_SLICE_ARG(names));
    else if (shown < words->count)
        finding.message = dw_judge_text(judge, "%.*s and %zu more are installed without a version", DW_SLICE_ARG(names),
                                        words->count - (shown > 0 ? shown : 1));
    else
        finding.message = dw_judge_text(judge, "%.*s are installed without a version", DW_SLICE_ARG(names));
    finding.fix = dw_judge_text(judge, "name the version, as in %s", row->example);
    dw_judge_fail(judge, finding);
}

/* The words of a variable's value, judged in its place: "curl git" of ENV PACKAGES="curl git". */
static enum dw_pin pin_of_variable(const struct dw_run *run, const struct dw_package_command *package, const struct dw_shell_word *word)
{
    struct dw_slice name = DW_SLICE(""), value, piece;
    size_t at = 0;
    enum dw_pin all = DW_PIN_NOT_A_PACKAGE;
    char text[64];
    if (!dw_shell_variable_next(word, &at, &name) || name.len >= sizeof(text) ||
        (name.len + 1 != word->value.len && name.len + 3 != word->value.len))
        return DW_PIN_UNKNOWN; /* more than the variable alone */
    memcpy(text, name.at, name.len);
    text[name.len] = '\0';
    if (!dw_run_variable(run, package->command, text, &value))
        return DW_PIN_UNKNOWN;
    if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\'') && value.at[value.len - 1] == value.at[0])
        value = dw_slice_part(value, 1, value.len - 2);
    bool more = true;
    for (size_t i = 0; i < value.len; i++)
        if (strchr("$`\\'\"", value.at[i]) != NULL)
            return DW_PIN_UNKNOWN;
    for (size_t i = 0; more && i < 400; i++) {
        dw_slice_split(&value, ' ', &more, &piece);
        piece = dw_slice_trim(piece);
        if (piece.len == 0 || piece.at[0] == '-')
            continue;
        struct dw_shell_word one = {.text = piece, .place = word->place, .value = piece, .literal = true};
        enum dw_pin pin = dw_package_pin(package, &one);
        if (pin == DW_PIN_FREE)
            return pin;
        if (pin == DW_PIN_BOUND)
            all = pin;
    }
    return all;
}

static void judge_pins(struct dw_judge *judge, const struct dw_run *run, struct dw_package_command *package)
{
    const struct dw_package_manager_row *row = dw_package_manager_row(package->manager);
    const struct dw_shell_word *word, *unknown = NULL;
    struct free_words words = {.count = 0};
    size_t at = package->at, variables = 0;
    while ((word = dw_words_operand(package->command, &row->grammar, &at)) != NULL) {
        /* gem: what stands behind "--" is for the gem's own build. */
        if (package->manager == DW_MANAGER_GEM && dw_slice_is(word[-1].value, "--"))
            break;
        enum dw_pin pin = dw_package_pin(package, word);
        if (pin == DW_PIN_UNKNOWN && variables++ < 20)
            pin = pin_of_variable(run, package, word);
        if (pin == DW_PIN_FREE)
            add_free(&words, word);
        else if (pin == DW_PIN_UNKNOWN)
            unknown = word;
        if (package->manager == DW_MANAGER_GO && dw_slice_is(package->subcommand->value, "run"))
            break; /* the rest is for the program */
    }
    if (words.count > 0) {
        tell_free(judge, run, package, &words);
    } else if (unknown != NULL && dw_judge_variant_on(judge, row->variant)) {
        struct dw_judge_finding place = dw_judge_at_code(run, unknown->place);
        dw_judge_unknown(judge, place.path, place.line,
                         dw_judge_text(judge, "what %.*s installs cannot be told", DW_SLICE_ARG(unknown->value)));
    }
}

static void look_at_pins(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        if (dw_package_command_read(&run->script->commands[i], &package) && package.installs &&
            package.manager != DW_MANAGER_YARN && !dw_package_all_bound(&package))
            judge_pins(judge, run, &package);
    }
}

static void pinned(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_BUILT, dw_package_programs, dw_package_program_count, look_at_pins);
}

/* --- PKG-002 --- */

/* Two times quiet, or quiet at level 2, assumes yes (apt-get(8)). */
static bool is_quiet(const struct dw_shell_command *command)
{
    unsigned level = 0;
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        if (dw_slice_is(word, "--quiet"))
            level++;
        if (dw_slice_starts_with(word, "--quiet=") || dw_slice_starts_with(word, "-q="))
            level += word.at[word.len - 1] >= '2' && word.at[word.len - 1] <= '9' ? 2 : 1;
        else if (word.len > 1 && word.at[0] == '-' && word.at[1] != '-')
            for (size_t j = 1; j < word.len; j++)
                level += word.at[j] == 'q';
    }
    return level >= 2;
}

static bool says_yes(const struct dw_run *run, const struct dw_package_command *package)
{
    const struct dw_shell_command *command = package->command;
    const struct dw_option_grammar *grammar = &dw_package_manager_row(package->manager)->grammar;
    static const char *const longs[] = {"--yes", "--assume-yes", "--assumeyes", "--force-yes", "--non-interactive", "--no-confirm"};
    for (size_t i = 0; i < sizeof(longs) / sizeof(longs[0]); i++)
        if (dw_words_option_long(command, longs[i]) != NULL)
            return true;
    if (dw_words_option_letter(command, grammar, 'y') != NULL ||
        (package->manager == DW_MANAGER_ZYPPER && dw_words_option_letter(command, grammar, 'n') != NULL))
        return true;
    for (size_t i = 1; package->manager == DW_MANAGER_APT && i < command->word_count; i++)
        if (dw_slice_find_slice(command->words[i].value, DW_SLICE("Assume-Yes")) != SIZE_MAX)
            return true;
    if (package->manager == DW_MANAGER_APT && is_quiet(command))
        return true;
    /* "yes | apt-get install x" */
    size_t input = dw_shell_input(run->view->scripts, command);
    return input != SIZE_MAX &&
           dw_slice_is(dw_shell_name(&run->view->scripts->commands.at[run->view->scripts->segments.at[input].first]), "yes");
}

static bool asks(const struct dw_package_command *package)
{
    return package->manager == DW_MANAGER_APT || package->manager == DW_MANAGER_YUM || package->manager == DW_MANAGER_DNF ||
           package->manager == DW_MANAGER_ZYPPER;
}

static void look_at_questions(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        if (!dw_package_command_read(&run->script->commands[i], &package) || !package.installs || !asks(&package) ||
            says_yes(run, &package))
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, package.command);
        struct dw_slice name = dw_shell_name(package.command);
        finding.variant = dw_package_manager_row(package.manager)->variant;
        finding.message = dw_judge_text(judge, "%.*s %.*s asks a question that nobody answers in a build", DW_SLICE_ARG(name),
                                        DW_SLICE_ARG(package.subcommand->value));
        finding.fix = dw_judge_text(judge, "%.*s %.*s -y", DW_SLICE_ARG(name), DW_SLICE_ARG(package.subcommand->value));
        struct dw_run_repair repair = {.count = 0};
        dw_run_insert_behind(&repair, run, package.subcommand, " -y");
        dw_run_repair_end(judge, &finding, &repair, DW_REPAIR_SAFE, "");
        dw_judge_fail(judge, finding);
    }
}

static void unattended(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_APT,      DW_PROGRAM_APT_GET, DW_PROGRAM_APTITUDE,
                                                     DW_PROGRAM_YUM,      DW_PROGRAM_ZYPPER,  DW_PROGRAM_DNF,
                                                     DW_PROGRAM_MICRODNF, DW_PROGRAM_DNF5,    DW_PROGRAM_TDNF};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, sizeof(programs) / sizeof(programs[0]), look_at_questions);
}

/* --- PKG-004 --- */

static const enum dw_shell_program apt_programs[] = {DW_PROGRAM_APT, DW_PROGRAM_APT_GET, DW_PROGRAM_APTITUDE};
#define APT_COUNT (sizeof(apt_programs) / sizeof(apt_programs[0]))

/* "APT::Install-Recommends", as an option or as text that goes into a file of apt's configuration. */
static bool configures(const struct dw_shell_command *command)
{
    for (size_t i = 1; i < command->word_count; i++)
        if (dw_slice_find_slice(command->words[i].value, DW_SLICE("Install-Recommends")) != SIZE_MAX)
            return true;
    return false;
}

/* Was apt configured by a RUN before? */
static bool is_configured_before(const struct dw_run *run)
{
    const struct dw_shell_scripts *scripts = run->view->scripts;
    for (size_t i = run->script->first, looked = 0; i-- > 0 && looked < DW_RUN_LOOK; looked++)
        if (configures(&scripts->commands.at[i]))
            return true;
    return false;
}

static void look_at_extras(struct dw_judge *judge, const struct dw_run *run)
{
    enum { NOT_ASKED, YES, NO } configured = NOT_ASKED;
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        const struct dw_shell_command *command = &run->script->commands[i];
        if (configured != YES && configures(command))
            configured = YES;
        if (!dw_package_command_read(command, &package) || package.manager != DW_MANAGER_APT || !package.installs)
            continue;
        if (configured == NOT_ASKED)
            configured = is_configured_before(run) ? YES : NO;
        bool without = dw_words_option_long(command, "--no-install-recommends") != NULL ||
                       dw_words_option_long(command, "--without-recommends") != NULL ||
                       (command->program == DW_PROGRAM_APTITUDE &&
                        dw_words_option_letter(command, &dw_package_manager_row(DW_MANAGER_APT)->grammar, 'R') != NULL);
        if (without || configured == YES)
            continue;
        struct dw_slice name = dw_shell_name(command);
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = dw_judge_text(judge, "%.*s %.*s also installs what the packages only recommend", DW_SLICE_ARG(name),
                                        DW_SLICE_ARG(package.subcommand->value));
        finding.fix = dw_judge_text(judge, "%.*s %.*s --no-install-recommends", DW_SLICE_ARG(name),
                                    DW_SLICE_ARG(package.subcommand->value));
        struct dw_run_repair repair = {.count = 0};
        dw_run_insert_behind(&repair, run, package.subcommand, " --no-install-recommends");
        dw_run_repair_end(judge, &finding, &repair, DW_REPAIR_REVIEW, "packages that are only recommended are no longer installed");
        dw_judge_fail(judge, finding);
    }
}

static void without_extras(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_SHIPPED, apt_programs, APT_COUNT, look_at_extras);
}

/* --- PKG-005 --- */

static const char *const index_folders[DW_MANAGER_COUNT] = {[DW_MANAGER_APT] = "/var/lib/apt/lists",
                                                            [DW_MANAGER_APK] = "/var/cache/apk",
                                                            [DW_MANAGER_YUM] = "/var/cache/yum",
                                                            [DW_MANAGER_DNF] = "/var/cache/dnf",
                                                            [DW_MANAGER_ZYPPER] = "/var/cache/zypp"};

/* A program of the build's own, or one that cannot be told: it may be what installs. */
static bool may_install(const struct dw_shell_command *command)
{
    if (command->kind != DW_SHELL_SIMPLE || command->word_count == 0)
        return false;
    struct dw_slice name = command->words[0].value;
    if (!command->words[0].literal)
        return true;
    if (dw_program_is_shell(command->program)) {
        struct dw_slice operand = dw_shell_value(command, command->word_count - 1);
        return command->word_count > 1 && operand.len > 0 && operand.at[0] != '-' && dw_slice_find(operand, ' ') == SIZE_MAX;
    }
    return dw_slice_find(name, '/') != SIZE_MAX && !dw_slice_starts_with(name, "/bin/") && !dw_slice_starts_with(name, "/usr/bin/") &&
           !dw_slice_starts_with(name, "/sbin/") && !dw_slice_starts_with(name, "/usr/sbin/");
}

static void look_at_updates(struct dw_judge *judge, const struct dw_run *run)
{
    bool unknown = false;
    bool used[DW_MANAGER_COUNT] = {false};
    const struct dw_shell_command *updates[DW_MANAGER_COUNT] = {NULL};
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        unknown |= may_install(&run->script->commands[i]);
        if (!dw_package_command_read(&run->script->commands[i], &package))
            continue;
        used[package.manager] |= package.installs || package.upgrades;
        if (package.updates && updates[package.manager] == NULL)
            updates[package.manager] = package.command;
    }
    for (size_t i = 0; i < DW_MANAGER_COUNT; i++) {
        if (updates[i] == NULL || used[i] || unknown || (index_folders[i] != NULL && dw_run_mounts(run, index_folders[i])))
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, updates[i]);
        finding.message =
            dw_judge_text(judge, "\"%.*s\" stands in a RUN that installs nothing: its layer is reused when the next one changes, "
                                 "and packages then come from an old index",
                          DW_SLICE_ARG(dw_command_text(judge, updates[i])));
        finding.fix = dw_judge_text(judge, "write it before the installation in the same RUN: %.*s && … install …",
                                    DW_SLICE_ARG(dw_command_text(judge, updates[i])));
        dw_judge_fail(judge, finding);
    }
}

static void update_with_install(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_BUILT, dw_package_programs, dw_package_program_count, look_at_updates);
}

/* --- PKG-006 --- */

static void look_at_upgrades(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        if (!dw_package_command_read(&run->script->commands[i], &package) || !package.upgrades ||
            package.manager == DW_MANAGER_NPM || package.manager == DW_MANAGER_GEM || package.manager == DW_MANAGER_YARN)
            continue;
        /* "dnf upgrade openssl" is about openssl. */
        const struct dw_option_grammar *grammar = &dw_package_manager_row(package.manager)->grammar;
        if (dw_words_operand(package.command, grammar, &package.at) != NULL)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, package.command);
        finding.message = dw_judge_text(judge, "\"%.*s\" makes the image depend on the day it is built",
                                        DW_SLICE_ARG(dw_command_text(judge, package.command)));
        finding.fix = DW_SLICE("take a newer base image by its digest; upgrade single packages where a fix is needed before");
        dw_judge_fail(judge, finding);
    }
}

static void no_upgrade(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_BUILT, dw_package_programs, dw_package_program_count, look_at_upgrades);
}

/* --- PKG-007 --- */

static void look_at_apt(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        if (command->program != DW_PROGRAM_APT || command->word_count < 2)
            continue;
        struct dw_judge_finding finding = dw_judge_at_command(run, command);
        finding.message = DW_SLICE("apt is made for people: its options and output may change with any version");
        finding.fix = dw_judge_text(judge, "apt-get %.*s", DW_SLICE_ARG(dw_shell_value(command, 1)));
        /* Where apt-get has the same subcommand under the same name. */
        struct dw_package_command package;
        struct dw_run_repair repair = {.count = 0};
        if (dw_package_command_read(command, &package) && package.subcommand != NULL &&
            dw_word_in(package.subcommand->value, " install update upgrade remove purge autoremove autoclean clean reinstall source build-dep ")) {
            dw_run_insert_behind(&repair, run, &command->words[0], "-get");
            dw_run_repair_end(judge, &finding, &repair, DW_REPAIR_SAFE, "");
        }
        dw_judge_fail(judge, finding);
    }
}

static void apt_get(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {DW_PROGRAM_APT};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, 1, look_at_apt);
}

/* --- the rows --- */

static const struct dw_rule_variant pinned_variants[] = {
    PINNED_VARIANT("apt", "DL3008", "apt-get, apt, aptitude"),
    PINNED_VARIANT("pip", "DL3013", "pip, pipx"),
    PINNED_VARIANT("npm", "DL3016", "npm"),
    PINNED_VARIANT("apk", "DL3018", "apk"),
    PINNED_VARIANT("gem", "DL3028", "gem"),
    PINNED_VARIANT("yum", "DL3033", "yum"),
    PINNED_VARIANT("zypper", "DL3037", "zypper"),
    PINNED_VARIANT("dnf", "DL3041", "dnf, microdnf, tdnf"),
    PINNED_VARIANT("go", "DL3062", "go install, go get, go run"),
    {0},
};
static const struct dw_rule_variant unattended_variants[] = {
    PINNED_VARIANT("apt", "DL3014|DS-0021", "apt-get, apt, aptitude without -y"),
    PINNED_VARIANT("yum", "DL3030", "yum without -y"),
    PINNED_VARIANT("zypper", "DL3034", "zypper without -n or -y"),
    PINNED_VARIANT("dnf", "DL3038", "dnf, microdnf, tdnf without -y"),
    {0},
};
static const struct dw_rule_variant cache_variants[] = {
    PINNED_VARIANT("apt", "DL3009|DKL-DI-0005", "/var/lib/apt/lists"),
    PINNED_VARIANT("apk", "DL3019|DS-0025|DKL-DI-0004", "/var/cache/apk"),
    PINNED_VARIANT("yum", "DL3032|DS-0015", "/var/cache/yum"),
    PINNED_VARIANT("zypper", "DL3036|DS-0020", "/var/cache/zypp"),
    PINNED_VARIANT("dnf", "DL3040|DS-0019", "/var/cache/dnf, /var/cache/libdnf5"),
    PINNED_VARIANT("microdnf", "DL3040|DS-0027", "the same, filled by microdnf"),
    PINNED_VARIANT("pip", "DL3042", "~/.cache/pip"),
    PINNED_VARIANT("yarn", "DL3060", "yarn's cache folder"),
    {0},
};

static const struct dw_rule_example pinned_examples[] = {
    {"Dockerfile",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10+deb12u5 && rm -rf "
     "/var/lib/apt/lists/*\n"},
    {"Dockerfile", "FROM python:3.12-slim\nRUN pip install --no-cache-dir flask\n",
     "FROM python:3.12-slim\nRUN pip install --no-cache-dir flask==3.0.3\n"},
    {0},
};
static const struct dw_rule_example unattended_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN apt-get update && apt-get install curl=7.88.1-10+deb12u5\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u5\n"},
    {0},
};
static const struct dw_rule_example cache_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10+deb12u5\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10+deb12u5 \\\n    && rm -rf "
     "/var/lib/apt/lists/*\n"},
    {"Dockerfile", "FROM alpine:3.20\nRUN apk add curl=8.9.1-r1\n", "FROM alpine:3.20\nRUN apk add --no-cache curl=8.9.1-r1\n"},
    {0},
};
static const struct dw_rule_example extras_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u5\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.1-10+deb12u5\n"},
    {0},
};
static const struct dw_rule_example update_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN apt-get update\nRUN apt-get install -y curl=7.88.1-10+deb12u5\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u5\n"},
    {0},
};
static const struct dw_rule_example upgrade_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN apt-get update && apt-get -y dist-upgrade\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y openssl=3.0.14-1~deb12u2\n"},
    {0},
};
static const struct dw_rule_example apt_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN apt update && apt install -y curl=7.88.1-10+deb12u5\n",
     "FROM debian:12.5\nRUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u5\n"},
    {0},
};

#define NO_RUN "no RUN instruction"

const struct dw_rule dw_package_rules[] = {
    {.id = "PKG-001",
     .title = "Package versions pinned",
     .chapter = 1,
     .severity = DW_SEVERITY_LOW,
     .what = "Every package that a RUN instruction installs is bound to a version, by itself or by a requirements, constraints or lock "
             "file. A local file, a variable as version and a target release pass.",
     .why = "Without a version two builds of one Dockerfile give two images, and nobody can tell which package was reviewed.",
     .fix = "Write the version: name=version (apt, apk, zypper), name-version (yum, dnf), name==version (pip), name@version (npm, go), "
            "name:version (gem).",
     .aliases = "",
     .pass = "every package that is installed has a version",
     .none = NO_RUN,
     .variants = pinned_variants,
     .examples = pinned_examples,
     .dockerfile = pinned},
    {.id = "PKG-002",
     .title = "Non-interactive switch",
     .chapter = 0,
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_SAFE,
     .what = "Package managers that ask before they install are told to assume yes.",
     .why = "Nobody answers in a build: it stops, or goes on without the package.",
     .fix = "Add -y (zypper: -n before the subcommand, or -y).",
     .aliases = "",
     .pass = "no package manager asks a question",
     .none = NO_RUN,
     .variants = unattended_variants,
     .examples = unattended_examples,
     .dockerfile = unattended},
    {.id = "PKG-003",
     .title = "Cache removed in the same layer",
     .chapter = 0,
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_REVIEW,
     .what = "What a package manager downloads is not left in a layer of the image: it is not kept, is removed in the same RUN, or lies on "
             "a cache mount.",
     .why = "A later layer cannot make an earlier one smaller; stale indexes and archives are carried along with every pull.",
     .fix = "Remove the cache at the end of the same RUN, switch it off (apk --no-cache, pip --no-cache-dir), or mount it: RUN "
            "--mount=type=cache,target=….",
     .aliases = "",
     .pass = "no package cache stays in the image",
     .none = NO_RUN,
     .variants = cache_variants,
     .examples = cache_examples,
     .on_image = true,
     .dockerfile = dw_package_cache_judge},
    {.id = "PKG-004",
     .title = "No recommended extras",
     .chapter = 0,
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_REVIEW,
     .what = "apt-get installs what is named and what that depends on, not what is merely recommended.",
     .why = "Packages that nobody asked for are bytes to pull and programs to attack and to update.",
     .fix = "Add --no-install-recommends, and name what was missed.",
     .aliases = "DL3015|DS-0029|cis:4.3|CIS-DI-0003",
     .pass = "no recommended packages are installed",
     .none = NO_RUN,
     .examples = extras_examples,
     .dockerfile = without_extras},
    {.id = "PKG-005",
     .title = "Index update not alone",
     .chapter = 0,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "The package index is fetched in the RUN that installs from it.",
     .why = "A layer that only updates the index is taken from the build cache for months: what is installed behind it is old, and its "
            "known holes with it.",
     .fix = "Join them: RUN apt-get update && apt-get install -y ….",
     .aliases = "DS-0017|CKV_DOCKER_5|CIS-DI-0007|cis:4.7",
     .pass = "every index update stands beside the installation",
     .none = NO_RUN,
     .examples = update_examples,
     .on_image = true,
     .dockerfile = update_with_install},
    {.id = "PKG-006",
     .title = "No distribution upgrade",
     .chapter = 0,
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "No RUN brings all packages of the base to newer versions.",
     .why = "The image then depends on the day it is built, and differs from the base that was reviewed. It does close holes: information only.",
     .fix = "Take a newer base image by digest.",
     .aliases = "DL3035|DS-0024|DKL-DI-0003",
     .pass = "no RUN upgrades the whole system",
     .none = NO_RUN,
     .examples = upgrade_examples,
     .dockerfile = no_upgrade},
    {.id = "PKG-007",
     .title = "apt-get instead of apt",
     .chapter = 0,
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_SAFE,
     .what = "Builds use apt-get and apt-cache, whose command lines are kept stable; apt is for the terminal.",
     .why = "apt(8) says itself that its command line may change between versions.",
     .fix = "Write apt-get.",
     .aliases = "DL3027|CKV_DOCKER_9",
     .pass = "apt is not used",
     .none = NO_RUN,
     .examples = apt_examples,
     .dockerfile = apt_get},
};
const size_t dw_package_rule_count = DW_RULE_COUNT(dw_package_rules);
