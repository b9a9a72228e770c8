/* SPDX-License-Identifier: Apache-2.0
 *
 * PKG-003: what package managers download does not stay in a layer. */
#include "rule/package_cache.h"

#include "rule/package_manager.h"

/* One cache: who fills it, where it lies, what empties it. */
struct cache {
    const char *variant;
    enum dw_package_manager manager;
    enum dw_shell_program only;   /* of the manager's programs; DW_PROGRAM_UNKNOWN: all others */
    const char *fills;            /* subcommands; "" for one that is no subcommand: a bare "yarn" */
    const char *folders[5];       /* one of them emptied or mounted is enough */
    const char *cleans;           /* a subcommand of the manager's: " clean " */
    const char *clean_what;       /* words that may stand behind it; "" for none needed */
    const char *fix;
};

static const struct cache caches[] = {
    {"apk", DW_MANAGER_APK, DW_PROGRAM_UNKNOWN, " add ", {"/var/cache/apk"}, "", "", "apk add --no-cache …"},
    {"yum", DW_MANAGER_YUM, DW_PROGRAM_UNKNOWN, " install localinstall update upgrade reinstall ", {"/var/cache/yum", "/var/cache/dnf"}, " clean ",
     " all ", "… && yum clean all && rm -rf /var/cache/yum"},
    {"zypper", DW_MANAGER_ZYPPER, DW_PROGRAM_UNKNOWN, " install in ", {"/var/cache/zypp"}, " clean cc ", "", "… && zypper clean --all"},
    {"dnf", DW_MANAGER_DNF, DW_PROGRAM_UNKNOWN, " install in upgrade up update upgrade-minimal up-min reinstall rei ",
     {"/var/cache/libdnf5", "/var/cache/dnf", "/var/cache/yum", "/var/cache/tdnf"}, " clean ", " all ", "… && dnf clean all"},
    {"microdnf", DW_MANAGER_DNF, DW_PROGRAM_MICRODNF, " install in upgrade up update upgrade-minimal up-min reinstall rei ",
     {"/var/cache/libdnf5", "/var/cache/dnf", "/var/cache/yum", "/var/cache/tdnf"}, " clean ", " all ", "… && microdnf clean all"},
    {"pip", DW_MANAGER_PIP, DW_PROGRAM_UNKNOWN, " install ", {"/root/.cache/pip"}, "", "", "pip install --no-cache-dir …"},
    {"yarn", DW_MANAGER_YARN, DW_PROGRAM_UNKNOWN, " install add ", {"/root/.cache/yarn", "/usr/local/share/.cache/yarn"}, " cache ", " clean ",
     "… && yarn cache clean"},
};
#define CACHE_COUNT (sizeof(caches) / sizeof(caches[0]))

static bool is_filled_by(const struct cache *cache, const struct dw_package_command *package)
{
    if (package->manager != cache->manager)
        return false;
    bool micro = package->command->program == DW_PROGRAM_MICRODNF;
    if (package->manager == DW_MANAGER_DNF && micro != (cache->only == DW_PROGRAM_MICRODNF))
        return false;
    if (package->command->program == DW_PROGRAM_PIPX)
        return false; /* keeps nothing but what it installs */
    if (package->subcommand == NULL)
        return package->manager == DW_MANAGER_YARN && package->command->word_count == 1;
    return dw_word_in(package->subcommand->value, cache->fills);
}

static bool empties(const struct cache *cache, const struct dw_package_command *package)
{
    /* Where yum is a name of dnf they share a cache; microdnf has its own. */
    bool rpm = cache->manager == DW_MANAGER_DNF || cache->manager == DW_MANAGER_YUM;
    bool other = rpm && (package->manager == DW_MANAGER_DNF || package->manager == DW_MANAGER_YUM);
    bool micro = package->command->program == DW_PROGRAM_MICRODNF;
    if ((package->manager != cache->manager && !other) || (rpm && micro != (cache->only == DW_PROGRAM_MICRODNF)) ||
        package->subcommand == NULL ||
        !dw_word_in(package->subcommand->value, cache->cleans))
        return false;
    if (cache->clean_what[0] == '\0')
        return true;
    size_t at = package->at;
    const struct dw_shell_word *what =
        dw_words_operand(package->command, &dw_package_manager_row(package->manager)->grammar, &at);
    return what != NULL && dw_word_in(what->value, cache->clean_what);
}

/* --no-cache, --no-cache-dir, PIP_NO_CACHE_DIR */
static bool keeps_nothing(const struct dw_run *run, const struct dw_package_command *package)
{
    static const char *const no[] = {"0", "off", "no", "false", ""};
    struct dw_slice value;
    if (package->manager == DW_MANAGER_APK)
        return dw_words_option_long(package->command, "--no-cache") != NULL;
    if (package->manager != DW_MANAGER_PIP)
        return false;
    if (dw_words_option_long(package->command, "--no-cache-dir") != NULL)
        return true;
    if (!dw_run_variable(run, package->command, "PIP_NO_CACHE_DIR", &value))
        return false;
    if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\''))
        value = dw_slice_part(value, 1, value.len - 2);
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        if (dw_slice_equal_nocase(value, dw_slice_of(no[i])))
            return false;
    return true;
}

static bool is_mounted(const struct dw_run *run, const struct cache *cache)
{
    for (size_t i = 0; cache->folders[i] != NULL; i++)
        if (dw_run_mounts(run, cache->folders[i]))
            return true;
    /* Another user's home. */
    const struct dw_instruction *runs = run->script->runs;
    const char *end = cache->manager == DW_MANAGER_PIP ? "/.cache/pip" : cache->manager == DW_MANAGER_YARN ? "/.cache/yarn" : NULL;
    for (size_t i = 0; end != NULL && i < runs->flag_count; i++)
        if (dw_slice_find_slice(runs->flags[i], dw_slice_of(end)) != SIZE_MAX &&
            dw_slice_find_slice(runs->flags[i], DW_SLICE("type=cache")) != SIZE_MAX)
            return true;
    return false;
}

static bool is_removed(const struct dw_run *run, size_t index, const struct cache *cache)
{
    for (size_t i = 0; cache->folders[i] != NULL; i++)
        if (dw_run_removes(run, index, cache->folders[i]))
            return true;
    const char *home = cache->manager == DW_MANAGER_PIP || cache->manager == DW_MANAGER_YARN ? "/.cache" : NULL;
    for (size_t i = index + 1; home != NULL && i < run->script->count; i++)
        for (size_t j = 1; run->script->commands[i].program == DW_PROGRAM_RM && j < run->script->commands[i].word_count; j++)
            if (dw_slice_find_slice(run->script->commands[i].words[j].value, dw_slice_of(home)) != SIZE_MAX)
                return true;
    for (size_t i = index + 1; i < run->script->count; i++) {
        struct dw_package_command package;
        if (dw_package_command_read(&run->script->commands[i], &package) && empties(cache, &package))
            return true;
    }
    return false;
}

/* Fills CACHE, and is not told to keep nothing. */
static bool fills(const struct dw_run *run, const struct cache *cache, const struct dw_shell_command *command,
                  struct dw_package_command *package)
{
    return dw_package_command_read(command, package) && is_filled_by(cache, package) &&
           !(package->manager == DW_MANAGER_APK && keeps_nothing(run, package)) &&
           !(package->manager == DW_MANAGER_PIP && dw_words_option_long(command, "--no-cache-dir") != NULL);
}

/* An option for every command that fills the cache where there is one, else FIX's command at the end of the RUN. */
static void mend(struct dw_judge *judge, const struct dw_run *run, const struct cache *cache, const struct dw_shell_command *command,
                 const char *fix, struct dw_judge_finding *finding, struct dw_run_repair *repair)
{
    struct dw_package_command package;
    bool sudo = command->role == DW_SHELL_WRAPPED &&
                run->view->scripts->commands.at[command->parent].program == DW_PROGRAM_SUDO;
    const char *option = cache == NULL                       ? NULL
                         : cache->manager == DW_MANAGER_APK ? " --no-cache"
                         : cache->manager == DW_MANAGER_PIP ? " --no-cache-dir"
                                                             : NULL;
    for (size_t i = 0; option != NULL && i < run->script->count; i++)
        if (fills(run, cache, &run->script->commands[i], &package) && package.subcommand != NULL)
            dw_run_insert_behind(repair, run, package.subcommand, option);
    if (option == NULL && !sudo && command->role == DW_SHELL_PLAIN)
        dw_run_append(repair, run, fix + strlen("…"));
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW, "what later steps would find in the cache is fetched again");
}

static void tell(struct dw_judge *judge, const struct dw_run *run, const struct cache *cache, const struct dw_shell_command *command,
                 const char *variant, const char *folder, const char *fix)
{
    struct dw_run_repair repair = {.count = 0};
    struct dw_judge_finding finding = dw_judge_at_command(run, command);
    struct dw_slice name = dw_shell_name(command);
    finding.variant = variant;
    finding.message = dw_judge_text(judge, "what %.*s downloads stays in this layer (%s)", DW_SLICE_ARG(name), folder);
    finding.fix = dw_slice_of(fix);
    mend(judge, run, cache, command, fix, &finding, &repair);
    dw_judge_fail(judge, finding);
}

static void judge_cache(struct dw_judge *judge, const struct dw_run *run, const struct cache *cache)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        if (fills(run, cache, &run->script->commands[i], &package))
            last = i;
    }
    if (last == SIZE_MAX)
        return;
    struct dw_package_command package;
    dw_package_command_read(&run->script->commands[last], &package);
    if (!keeps_nothing(run, &package) && !is_mounted(run, cache) && !is_removed(run, last, cache))
        tell(judge, run, cache, package.command, cache->variant, cache->folders[0], cache->fix);
}

/* --- apt: the index in /var/lib/apt/lists, and the archives in /var/cache/apt unless the base's docker-clean hook removes them --- */

static bool removes_hook(const struct dw_shell_command *command)
{
    if (command->program != DW_PROGRAM_RM)
        return false;
    for (size_t i = 1; i < command->word_count; i++)
        if (dw_slice_ends_with(command->words[i].value, "docker-clean"))
            return true;
    return false;
}

/* Is the hook gone when the command at INDEX runs? */
static bool is_hook_removed(const struct dw_run *run, size_t index)
{
    const struct dw_shell_scripts *scripts = run->view->scripts;
    if (!dw_program_in(&scripts->programs, DW_PROGRAM_RM))
        return false;
    size_t last = run->script->first + index, from = last > 1000 ? last - 1000 : 0;
    for (size_t i = from; i < last; i++)
        if (removes_hook(&scripts->commands.at[i]))
            return true;
    return false;
}

static void judge_apt(struct dw_judge *judge, const struct dw_run *run)
{
    size_t update = SIZE_MAX, install = SIZE_MAX, clean = SIZE_MAX;
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        if (!dw_package_command_read(&run->script->commands[i], &package) || package.manager != DW_MANAGER_APT ||
            package.subcommand == NULL)
            continue;
        if (package.updates)
            update = i;
        if (package.installs || package.upgrades)
            install = i;
        if (dw_slice_is(package.subcommand->value, "clean") || dw_slice_is(package.subcommand->value, "distclean"))
            clean = i;
    }
    if (update != SIZE_MAX && !dw_run_mounts(run, "/var/lib/apt/lists") && !dw_run_removes(run, update, "/var/lib/apt/lists")) {
        tell(judge, run, NULL, &run->script->commands[update], "apt", "/var/lib/apt/lists", "… && rm -rf /var/lib/apt/lists/*");
        return;
    }
    if (install != SIZE_MAX && !(clean != SIZE_MAX && clean > install) && is_hook_removed(run, install) &&
        !dw_run_mounts(run, "/var/cache/apt") && !dw_run_removes(run, install, "/var/cache/apt/archives"))
        tell(judge, run, NULL, &run->script->commands[install], "apt", "/var/cache/apt/archives", "… && apt-get clean");
}

static void look(struct dw_judge *judge, const struct dw_run *run)
{
    bool used[DW_MANAGER_COUNT] = {false};
    for (size_t i = 0; i < run->script->count; i++) {
        struct dw_package_command package;
        if (dw_package_command_read(&run->script->commands[i], &package))
            used[package.manager] = true;
    }
    if (used[DW_MANAGER_APT])
        judge_apt(judge, run);
    for (size_t i = 0; i < CACHE_COUNT; i++)
        if (used[caches[i].manager])
            judge_cache(judge, run, &caches[i]);
}

void dw_package_cache_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    dw_judge_runs(judge, view, DW_RUN_SHIPPED, dw_package_programs, dw_package_program_count, look);
}
