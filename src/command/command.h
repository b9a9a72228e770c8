/* SPDX-License-Identifier: Apache-2.0
 *
 * The frame that all commands stand in.
 *
 * A command is one file with one static descriptor (struct dw_command) and one line in commands.c. The frame parses the
 * command line and the environment by the descriptors, and makes help, completions and manual pages from them; RUN gets
 * a context in which everything is parsed and checked.
 *
 *     static const struct dw_option options[] = {
 *         {.name = "packages", .help = "list the packages too"},
 *         {.name = "from", .argument = "FOLDER", .value = DW_VALUE_FOLDER, .help = "folder of <Ecosystem>/all.zip"},
 *         {0}};
 *     static int run(struct dw_context *context)
 *     {
 *         const char *from = dw_option_value(context, "from");
 *         if (!dw_thing_do(from, &error))
 *             return dw_context_error(context, &error);
 *         return dw_context_write(context, &context->outputs.at[0], text);
 *     }
 *     const struct dw_command dw_command_thing = {.name = "thing", …, .options = options, .run = run};
 */
#ifndef DW_COMMAND_COMMAND_H
#define DW_COMMAND_COMMAND_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "model/severity.h"

#include <stdio.h>

/* ---- descriptors -------------------------------------------------------------------------------------------- */

/* What an option's or command's argument is, for completions. */
enum dw_value { DW_VALUE_TEXT, DW_VALUE_FILE, DW_VALUE_FOLDER };

/* Arrays of options end with one without a name. Every option is also an environment variable: DOCKWORTHY_ and the name
 * in upper case with '_' for '-'; the command line wins. A flag's variable is 1, true, yes or on, or 0, false, no, off
 * or empty; a repeatable option's variable holds its values with commas between them. */
struct dw_option {
    const char *name;     /* "cache-dir", for --cache-dir */
    const char *argument; /* "FOLDER"; NULL: a flag, which takes none */
    const char *help;     /* one sentence without a capital or full stop */
    char letter;          /* 'j' for -j, or 0 */
    bool repeatable;      /* otherwise giving it twice is an error */
    enum dw_value value;
    const char *const *choices; /* the only values that are allowed, ended by NULL; or NULL */
};

/* Options with one meaning that not every command takes. */
enum dw_takes {
    DW_TAKES_POLICY = 1,   /* --policy → context->policy */
    DW_TAKES_PLATFORM = 2, /* --platform → context->platform */
    DW_TAKES_FAIL_ON = 4,  /* --fail-on → context->fail_on */
    DW_TAKES_DATABASE = 8, /* --database → context->database */
    DW_TAKES_FORMAT = 16,  /* --format, --output → context->outputs; set by the frame for commands with formats */
};

#define DW_ARGUMENTS_ANY SIZE_MAX

struct dw_context;

struct dw_command {
    const char *name;        /* "check", "db", "build" */
    const char *summary;     /* one line without a capital or full stop, for lists */
    const char *synopsis;    /* the arguments: "[DIR]"; NULL for none */
    const char *description; /* paragraphs with empty lines between them; wrapped when shown */
    const char *examples;    /* lines "$ command" and beneath each what it does; shown as they are */
    const struct dw_option *options;
    const char *const *formats; /* the words --format takes, the default first, ended by NULL; NULL: no --format */
    unsigned takes;             /* enum dw_takes */
    size_t arguments_min, arguments_max;
    enum dw_value argument; /* what the arguments are */
    const char *const *argument_choices; /* words the first argument can be, for completions; or NULL */
    /* The command's answer is its exit code (architecture.md, section 1). */
    int (*run)(struct dw_context *context);
    /* For `db build` and the like: the further words, ended by NULL; then RUN is NULL. */
    const struct dw_command *const *subcommands;
};

/* All commands in the order of help, ended by NULL (commands.c). */
extern const struct dw_command *const dw_commands[];

/* ---- the context of one run ----------------------------------------------------------------------------------- */

struct dw_output {
    const char *format; /* one of the command's */
    const char *path;   /* NULL: standard output */
};

struct dw_given {
    const struct dw_option *option;
    const char *value; /* NULL for a flag */
};

struct dw_context {
    const struct dw_command *command; /* the one that runs */
    const struct dw_command *parent;  /* of a subcommand, else NULL */
    FILE *in, *out, *err;
    struct dw_arena arena; /* for what lives as long as the run */

    /* The arguments that are no options. */
    const char **arguments;
    size_t argument_count;

    /* --format and --output in pairs, in the order given; at least one if the command has formats. No two go to the
     * same place. */
    DW_VECTOR(struct dw_output) outputs;

    struct dw_limits limits;   /* defaults and --limit */
    int64_t now;               /* --now, else the system's clock at start; the only place that asks it */
    int64_t source_date;       /* SOURCE_DATE_EPOCH, for the dates inside documents (never for judging), else
                                * DW_TIME_UNKNOWN */
    bool offline;              /* --offline: no network at all */
    bool quiet;                /* --quiet: no notes, no progress */
    bool verbose;              /* --verbose */
    bool color, color_err;     /* may standard output, standard error have colour */
    bool progress;             /* show progress: standard error is a terminal, and not --quiet */
    unsigned width;            /* columns of standard output; 0: no terminal, do not cut */
    unsigned jobs;             /* --jobs, else the processors this process may use; at least 1 */
    const char *cache_dir;     /* --cache-dir, $XDG_CACHE_HOME/dockworthy, ~/.cache/dockworthy; NULL: none of them */
    const char *policy;        /* --policy; NULL: not given */
    const char *platform;      /* --platform; NULL: not given */
    const char *database;      /* --database; NULL: not given */
    bool fail_on_given;
    enum dw_severity fail_on;  /* --fail-on */

    DW_VECTOR(struct dw_given) given; /* every option as given, the environment's after the command line's */
};

/* Was the option given (by a flag's variable: and not switched off)? NAME must be one that the command takes. */
bool dw_option_given(const struct dw_context *context, const char *name);
/* Its value, the last one if it is repeatable; NULL if it was not given. */
const char *dw_option_value(const struct dw_context *context, const char *name);
/* Its values in order, *COUNT of them, in the context's arena. */
const char *const *dw_option_values(struct dw_context *context, const char *name, size_t *count);
/* Its value as a number from LEAST to MOST, or FALLBACK if it was not given; false with a usage error otherwise. */
bool dw_option_number(const struct dw_context *context, const char *name, uint64_t least, uint64_t most,
                      uint64_t fallback, uint64_t *value, struct dw_error *error);

/* Prints "dockworthy: MESSAGE" to standard error, control characters escaped, with a hint at the help for a usage
 * error; returns the exit code of the error's kind. */
int dw_context_error(struct dw_context *context, const struct dw_error *error);
/* Prints one line to standard error, escaped: a warning always, a note unless --quiet, detail only with --verbose. */
void dw_context_warn(struct dw_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dw_context_note(struct dw_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dw_context_detail(struct dw_context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends text from input to what goes to standard output: escaped as dw_escape_terminal does, one line. */
void dw_context_print(struct dw_context *context, struct dw_slice text);

/* Writes a whole document to where OUTPUT says (a file: atomically, mode 0666 less the umask). TEXT goes out as it is:
 * what came from input must have been escaped or encoded. Returns false with ERROR (kind system) if it could not be. */
bool dw_context_write(struct dw_context *context, const struct dw_output *output, struct dw_slice text,
                      struct dw_error *error);

/* ---- the frame -------------------------------------------------------------------------------------------------- */

/* Parses, runs, flushes; returns the exit code. Nothing global is changed, so that tests can call it. */
int dw_command_main(int argc, char *const *argv, FILE *in, FILE *out, FILE *err);

#endif
