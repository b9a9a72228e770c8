/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the frame: what its files share and commands need not know. */
#ifndef DW_COMMAND_FRAME_H
#define DW_COMMAND_FRAME_H

#include "command/command.h"

/* An option that more than one command takes. */
struct dw_common_option {
    struct dw_option option;
    unsigned takes; /* 0: every command takes it */
    /* Puts a value into the context; NULL: looked at by the frame itself. VALUE is NULL for a flag. */
    bool (*set)(struct dw_context *context, const char *value, struct dw_error *error);
};

extern const struct dw_common_option dw_common_options[];
extern const size_t dw_common_option_count;

/* The takes-bits of a command, with the one that follows from its formats. */
unsigned dw_command_takes(const struct dw_command *command);
/* The option of COMMAND called NAME: its own or a common one it takes; NULL if there is none. */
const struct dw_option *dw_command_option(const struct dw_command *command, struct dw_slice name);

/* Calls VISIT for every option that COMMAND takes: its own first, then the common ones, each time in table order. */
void dw_command_each_option(const struct dw_command *command, bool common,
                            void (*visit)(void *context, const struct dw_option *option), void *context);

/* The command or subcommand of a list by name, or NULL. */
const struct dw_command *dw_command_find(const struct dw_command *const *list, struct dw_slice name);
/* Fails with the nearest name. WHAT says what NAME should have been: "command", "db command". */
bool dw_command_unknown(const struct dw_command *const *list, const char *what, struct dw_slice name,
                        struct dw_error *error);

/* Everything that does not depend on the command line: streams, terminal, limits, time, processors. */
void dw_context_init(struct dw_context *context, FILE *in, FILE *out, FILE *err);
void dw_context_free(struct dw_context *context);
/* Parses the command line into CONTEXT; LIST is dw_commands but in tests. On success context->command is set unless only
 * help or nothing was asked for. */
bool dw_command_parse(struct dw_context *context, const struct dw_command *const *list, int argc, char *const *argv,
                      struct dw_error *error);

/* Help as text for a terminal, wrapped to WIDTH (0: 80). COMMAND NULL: the overview. */
void dw_help_text(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *command,
                  unsigned width);
/* The source of a manual page for scdoc(1). COMMAND NULL: dockworthy(1). */
void dw_help_man(struct dw_buffer *out, const struct dw_command *parent, const struct dw_command *command);
/* The completion script of SHELL for the commands of LIST; false: there is none for this shell. */
bool dw_completion_script(struct dw_buffer *out, const char *shell, const struct dw_command *const *list);
/* "DOCKWORTHY_CACHE_DIR". */
void dw_option_variable(struct dw_buffer *out, const struct dw_option *option);

extern const struct dw_command dw_command_check;
extern const struct dw_command dw_command_completion;
extern const struct dw_command dw_command_db;
extern const struct dw_command dw_command_explain;
extern const struct dw_command dw_command_harden;
extern const struct dw_command dw_command_help;
extern const struct dw_command dw_command_lint;
extern const struct dw_command dw_command_sbom;
extern const struct dw_command dw_command_scan;
extern const struct dw_command dw_command_seccomp;
extern const struct dw_command dw_command_show;
extern const struct dw_command dw_command_version;
extern const struct dw_command dw_command_version_compare;

#endif
