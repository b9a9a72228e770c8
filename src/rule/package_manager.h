/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: package managers as their own manuals describe their command lines. */
#ifndef DW_RULE_PACKAGE_MANAGER_H
#define DW_RULE_PACKAGE_MANAGER_H

#include "rule/run.h"

enum dw_package_manager {
    DW_MANAGER_NONE,
    DW_MANAGER_APT,
    DW_MANAGER_PIP,
    DW_MANAGER_NPM,
    DW_MANAGER_APK,
    DW_MANAGER_GEM,
    DW_MANAGER_YUM,
    DW_MANAGER_ZYPPER,
    DW_MANAGER_DNF,
    DW_MANAGER_GO,
    DW_MANAGER_YARN,
    DW_MANAGER_COUNT
};

struct dw_package_manager_row {
    const char *variant;   /* of the PKG rules: "apt" */
    const char *install;   /* subcommands that install what they name: " install add " */
    const char *update;    /* that fetch the index: " update " */
    const char *upgrade;   /* that bring everything to a newer version */
    const char *example;   /* a pinned package, for the fix: "curl=8.5.0-2" */
    struct dw_option_grammar grammar;
};
const struct dw_package_manager_row *dw_package_manager_row(enum dw_package_manager manager);

/* What a command asks a package manager for. */
struct dw_package_command {
    const struct dw_shell_command *command;
    enum dw_package_manager manager;
    const struct dw_shell_word *subcommand; /* NULL: none */
    bool module;     /* dnf module install */
    bool group;      /* dnf group install */
    bool installs, updates, upgrades;
    size_t at;       /* for dw_words_operand: behind the subcommand */
};
/* False if COMMAND is no package manager. */
bool dw_package_command_read(const struct dw_shell_command *command, struct dw_package_command *package);

/* Whether what is installed is bound to a version. */
enum dw_pin {
    DW_PIN_BOUND,
    DW_PIN_FREE,
    DW_PIN_NOT_A_PACKAGE, /* a group, a value that looks like an operand */
    DW_PIN_UNKNOWN,       /* a variable whose content is not known */
};
enum dw_pin dw_package_pin(const struct dw_package_command *package, const struct dw_shell_word *word);
/* Do the command's options bind everything: a target release, a requirements or constraints file, --version? */
bool dw_package_all_bound(const struct dw_package_command *package);

/* The programs of all managers, for dw_judge_runs. */
extern const enum dw_shell_program dw_package_programs[];
extern const size_t dw_package_program_count;

#endif
