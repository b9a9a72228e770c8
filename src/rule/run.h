/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: rules about what RUN instructions run. */
#ifndef DW_RULE_RUN_H
#define DW_RULE_RUN_H

#include "rule/judge.h"

/* One RUN, or the RUN behind an ONBUILD. */
struct dw_run {
    const struct dw_dockerfile_view *view;
    const struct dw_shell_script *script;
    const struct dw_build_stage *stage;
};

/* Which stages a rule looks at. */
enum dw_run_scope {
    DW_RUN_BUILT,   /* those that the build of the shipped stage needs */
    DW_RUN_SHIPPED, /* those whose layers are in the image */
};

/* Calls LOOK for every RUN within SCOPE of which at least one command is one of PROGRAMS (COUNT 0: for all). What LOOK finds
 * nothing wrong with passes. Code that was not understood makes the rule not evaluated; so does code of a language that is
 * not read, for a rule that the policy asks for. */
void dw_judge_runs(struct dw_judge *judge, const struct dw_dockerfile_view *view, enum dw_run_scope scope,
                   const enum dw_shell_program *programs, size_t count,
                   void (*look)(struct dw_judge *judge, const struct dw_run *run));

/* A finding at PLACE, the place of a word of RUN. */
struct dw_judge_finding dw_judge_at_code(const struct dw_run *run, struct dw_slice place);
/* At the first word of COMMAND; at its first assignment when it has no words. */
struct dw_judge_finding dw_judge_at_command(const struct dw_run *run, const struct dw_shell_command *command);
/* The byte offset of PLACE in the file; SIZE_MAX if it cannot be told. */
size_t dw_run_offset(const struct dw_run *run, struct dw_slice place);

/* How many commands or instructions are looked at, forwards or backwards, for what bears on one: so that a file of a million
 * commands takes no longer than a million times one. */
#define DW_RUN_LOOK 1000

/* --- words of a command --- */

/* The options of a program that take a value which may be a word of its own. */
struct dw_option_grammar {
    const char *letters; /* "to" of -t and -o */
    const char *longs;   /* " --target-release --option ": with blanks around each */
};
/* The next word from *AT on that is no option and no option's value; *AT begins at 1 and is
 * nobody else's to read. All behind "--" are. */
const struct dw_shell_word *dw_words_operand(const struct dw_shell_command *command, const struct dw_option_grammar *grammar,
                                            size_t *at);
/* The word that is "--NAME" or begins with "--NAME=", or NULL. */
const struct dw_shell_word *dw_words_option_long(const struct dw_shell_command *command, const char *name);
/* The word that is an option with LETTER among those behind one "-", before one that takes a value; or NULL. */
const struct dw_shell_word *dw_words_option_letter(const struct dw_shell_command *command, const struct dw_option_grammar *grammar,
                                             char letter);
/* The value of "--NAME VALUE", "--NAME=VALUE" (NAME "" for none), "-LVALUE" or "-L VALUE"; false if there is none. */
bool dw_words_option_value(const struct dw_shell_command *command, const struct dw_option_grammar *grammar, const char *name,
                     char letter, struct dw_slice *value);
/* Is WORD one of LIST, " a b c "? */
bool dw_word_in(struct dw_slice word, const char *list);
/* The command's words with one blank between, cut at 200 bytes: for messages. In the verdict's arena. */
struct dw_slice dw_command_text(struct dw_judge *judge, const struct dw_shell_command *command);

/* --- what is around a command --- */

/* Does RUN have a cache or tmpfs mount that PATH lies in? */
bool dw_run_mounts(const struct dw_run *run, const char *path);
/* Is PATH removed (rm, find -delete) by a command of RUN behind the one at INDEX of its commands? */
bool dw_run_removes(const struct dw_run *run, size_t index, const char *path);
/* Does PATTERN, as a word of rm, cover all of PATH? */
bool dw_path_covered(struct dw_slice pattern, const char *path);
/* The value of NAME that holds at COMMAND: its own assignments, those and exports before it in the script, then ENV and ARG of
 * the stage and of those it builds upon. As written, with quotes; false if there is none. */
bool dw_run_variable(const struct dw_run *run, const struct dw_shell_command *command, const char *name,
                     struct dw_slice *value);

/* --- repairs: edits of the file where a word stands --- */

/* Edits under construction. A word that does not stand in the file as it is read (an escape in it, the exec form, a line's end)
 * spoils them all: then the finding has none. */
struct dw_run_repair {
    struct dw_edit edits[16];
    size_t count;
    bool spoiled;
};
/* TEXT, which lives on, behind WORD. */
void dw_run_insert_behind(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_shell_word *word, const char *text);
/* WORD is taken away, with the blanks before it. */
void dw_run_remove(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_shell_word *word);
/* The bytes from START to END of the file become TEXT. */
void dw_run_replace(struct dw_run_repair *repair, const struct dw_run *run, size_t start, size_t end, struct dw_slice text);
/* TEXT at the end of a RUN in shell form without here-documents and comments. */
void dw_run_append(struct dw_run_repair *repair, const struct dw_run *run, const char *text);
/* TEXT, a line with its end, before the instruction; not for one behind ONBUILD. */
void dw_run_insert_line(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_instruction *instruction,
                        struct dw_slice text);
/* The whole of INSTRUCTION is taken away with its line, if it stands on one. */
void dw_run_delete(struct dw_run_repair *repair, const struct dw_run *run, const struct dw_instruction *instruction);
/* A flag for RUN, "--mount=…". */
void dw_run_add_flag(struct dw_run_repair *repair, const struct dw_run *run, struct dw_slice flag);
/* FINDING gets the edits, if they are wanted. REPAIR must live until the finding is told. */
void dw_run_repair_end(struct dw_judge *judge, struct dw_judge_finding *finding, struct dw_run_repair *repair, enum dw_repair kind,
                       const char *note);

/* The instructions of a stage and of those it builds upon, from the last on: *STAGE and *AT begin as the stage's index and
 * one behind its last instruction. NULL at the end. */
const struct dw_instruction *dw_chain_previous(const struct dw_dockerfile *dockerfile, size_t *stage, size_t *at);

#endif
