/* SPDX-License-Identifier: Apache-2.0
 *
 * Shell code as a list of commands: what the shell forms of a Dockerfile run (POSIX.1-2017, volume 3, section 2 "Shell Command
 * Language", and the extensions of bash that Dockerfiles use). Rules speak of commands and their words, never of substrings.
 *
 * The reader never fails: what it cannot make sense of marks the script uncertain, and it goes on behind it. Nothing is
 * executed or expanded. */
#ifndef DW_SHELL_SHELL_H
#define DW_SHELL_SHELL_H

#include "base/memory.h"
#include "dockerfile/dockerfile.h"
#include "shell/program.h"

/* One word, as written and after quote removal. */
struct dw_shell_word {
    struct dw_slice text;  /* as written */
    struct dw_slice place; /* where to point: a part of the instruction's logical line or of the file. TEXT itself, unless the word
                            * comes of a script that stands in a word with escapes: then that word */
    struct dw_slice value; /* quotes and escapes removed; expansions stay as they are written: $x, ${x:-y}, $(…) */
    bool literal;          /* no expansion in it: VALUE is what the command gets (pathname expansion apart) */
    bool quoted;           /* some of it is quoted or escaped */
};

struct dw_shell_assignment {
    struct dw_slice name;
    struct dw_shell_word value; /* of an array: the first word */
};

enum dw_shell_redirect {
    DW_SHELL_READ,         /* <, <>, <& */
    DW_SHELL_WRITE,        /* >, >|, &>, >& */
    DW_SHELL_APPEND,       /* >>, &>> */
    DW_SHELL_HERE_DOCUMENT,
    DW_SHELL_HERE_STRING,  /* <<< */
};
struct dw_shell_redirection {
    enum dw_shell_redirect kind;
    unsigned descriptor;         /* the number before it, or 0 for what reads and 1 for what writes */
    bool duplicates;             /* <& and >&: the target is a descriptor */
    struct dw_shell_word target; /* file, or the here-document's delimiter */
    struct dw_slice body;        /* here-document: its lines; "" where it has no end */
    bool expand;                 /* here-document: expansions take place in it */
};

enum dw_shell_kind {
    DW_SHELL_SIMPLE,   /* words, assignments, redirections; without words: assignments alone */
    DW_SHELL_LOOP,     /* the words that a for or select goes through, its name first; the word of a case */
    DW_SHELL_TEST,     /* what stands between [[ and ]] */
    DW_SHELL_COMPOUND, /* the redirections of a group, subshell, loop or condition, behind the commands in it */
};

/* How a command comes to run. */
enum dw_shell_role {
    DW_SHELL_PLAIN,        /* it stands in the script */
    DW_SHELL_SUBSTITUTION, /* in $(…) or `…` of a word or here-document of its parent */
    DW_SHELL_PROCESS,      /* in <(…) or >(…) */
    DW_SHELL_WRAPPED,      /* its parent runs it: sudo, env, exec, xargs, find -exec, … */
    DW_SHELL_STRING,       /* it stands in a script that its parent is given as a word: sh -c '…', eval '…' */
    DW_SHELL_STANDARD_INPUT, /* it stands in a here-document or here-string that its parent, a shell, reads */
};

/* One element of a pipeline: a run of commands whose output goes into the next one's input. */
struct dw_shell_segment {
    size_t parent;     /* the segment it stands in, or SIZE_MAX */
    size_t previous;   /* the segment that writes into it, or SIZE_MAX */
    size_t first, end; /* its commands, as indices into the commands of all scripts */
    bool piped;        /* its output goes into a further segment */
};

struct dw_shell_command {
    enum dw_shell_kind kind;
    enum dw_shell_role role;
    enum dw_shell_program program; /* what the first word names, if it is one that rules know */
    size_t parent;     /* index of the command it belongs to by its role, or SIZE_MAX; always smaller than its own */
    size_t segment;    /* index */
    struct dw_shell_word *words;
    size_t word_count;
    struct dw_shell_assignment *assignments;
    size_t assignment_count;
    struct dw_shell_redirection *redirections;
    size_t redirection_count;
    bool condition;    /* between if, while or until and then or do, or behind "!" */
    bool function;     /* in the body of a function */
    bool after_and;    /* runs only when the one before it succeeded: && before it */
    bool before_or;    /* || behind it: its failure is dealt with */
    bool pipefail, errexit; /* set when it runs, as far as the text tells */
};

enum dw_shell_language {
    DW_SHELL_POSIX,       /* sh, bash, dash, ash, zsh, ksh: read */
    DW_SHELL_NO_SHELL,    /* exec form: one command */
    DW_SHELL_POWERSHELL,  /* not read */
    DW_SHELL_CMD,         /* not read */
    DW_SHELL_OTHER,       /* a #! line or SHELL of something else: not read */
};
/* "PowerShell". */
const char *dw_shell_language_name(enum dw_shell_language language);

/* What one instruction runs. */
struct dw_shell_script {
    const struct dw_instruction *instruction; /* as the file has it: ONBUILD for what stands behind one */
    const struct dw_instruction *runs;        /* the RUN, CMD, ENTRYPOINT or HEALTHCHECK itself */
    enum dw_shell_language language;
    struct dw_slice shell;     /* the program that reads it: "/bin/sh"; "" for the exec form */
    const struct dw_shell_command *commands;
    size_t first, count;       /* index of the first command among all scripts' */
    size_t statements;         /* commands and pipelines that ; && || & or a line's end separate, at the top */
    bool pipefail, errexit;    /* of SHELL or the #! line */
    bool uncertain;            /* some of it was not understood: PROBLEM says what, at PLACE */
    const char *problem;
    struct dw_slice place;
};

/* All scripts of a Dockerfile, in the order of the file. */
struct dw_shell_scripts {
    struct dw_arena arena;
    DW_VECTOR(struct dw_shell_script) scripts;
    DW_VECTOR(struct dw_shell_command) commands;
    DW_VECTOR(struct dw_shell_segment) segments;
    struct dw_program_set programs; /* of all commands that RUN instructions run */
    size_t run_count;               /* RUN instructions, those behind ONBUILD too */
    bool unread;                    /* one of them is uncertain, or of a language that is not read */
};

/* Commands of one file; more leave the script uncertain. */
#define DW_SHELL_COMMANDS_MOST 200000
/* Constructs within constructs; deeper ones leave the script uncertain. */
#define DW_SHELL_DEPTH_MOST 60

/* Reads the scripts of RUN, CMD, ENTRYPOINT and HEALTHCHECK instructions, and of those behind ONBUILD, by the SHELL that holds
 * for each. What it gives points into DOCKERFILE. */
struct dw_shell_scripts *dw_shell_scripts_read(const struct dw_dockerfile *dockerfile);
/* Reads TEXT as one script, that stays the caller's and must outlive the result. */
struct dw_shell_scripts *dw_shell_text_read(struct dw_slice text);
void dw_shell_scripts_free(struct dw_shell_scripts *scripts);

/* The last component of the first word, if it is literal; else "". */
struct dw_slice dw_shell_name(const struct dw_shell_command *command);
/* Word INDEX's value, or "" if there is none. */
struct dw_slice dw_shell_value(const struct dw_shell_command *command, size_t index);
/* The next variable that WORD expands ("$name", "${name…}"), from *AT on, which begins at 0; false when there is none. */
bool dw_shell_variable_next(const struct dw_shell_word *word, size_t *at, struct dw_slice *name);
/* The same in text in which nothing is quoted, as an expanding here-document's body. */
bool dw_shell_variable_in(struct dw_slice text, size_t *at, struct dw_slice *name);
/* Is the standard input of COMMAND a pipe? Gives the segment that writes into it, or SIZE_MAX. */
size_t dw_shell_input(const struct dw_shell_scripts *scripts, const struct dw_shell_command *command);

#endif
