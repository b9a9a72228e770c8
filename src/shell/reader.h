/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to shell/: the state of reading one text, and the steps of it. */
#ifndef DW_SHELL_READER_H
#define DW_SHELL_READER_H

#include "shell/shell.h"

/* What is true of the commands that are being read. */
struct dw_shell_context {
    enum dw_shell_role role;
    size_t parent, segment;
    bool condition, function, after_and;
    bool pipefail, errexit;
};

/* A here-document whose body begins behind the next line's end. */
struct dw_shell_pending {
    size_t command, redirection; /* SIZE_MAX: of a command that is not told; the body is only passed over */
    struct dw_slice delimiter;
    bool chomp; /* "<<-" */
};

/* What all readers of one script share. */
struct dw_shell_work {
    struct dw_shell_scripts *out;
    struct dw_buffer value;  /* words under construction, one above the other */
    DW_VECTOR(struct dw_shell_word) words;
    DW_VECTOR(struct dw_shell_assignment) assignments;
    DW_VECTOR(struct dw_shell_redirection) redirections;
    uint64_t budget;         /* bytes that may be looked at more than once */
    size_t statements;
    const char *problem;     /* the first */
    struct dw_slice place;
};

struct dw_shell_reader {
    struct dw_shell_work *work;
    struct dw_slice text;
    size_t at;
    struct dw_slice place;   /* TEXT is a copy: words are placed here; else its length is 0 */
    const struct dw_heredoc *given; /* bodies that do not stand in TEXT, in order */
    size_t given_count;
    DW_VECTOR(struct dw_shell_pending) pending;
    struct dw_shell_context context;
    unsigned depth;
    bool top;                /* statements are counted */
    bool mute;               /* the substitutions of TEXT were read before: they are not told again */
};

/* Marks the script uncertain at the reader's place. */
void dw_shell_doubt(struct dw_shell_reader *reader, const char *problem);
/* A reader of TEXT within READER, one level deeper; false beyond the depth. COPY: TEXT is no part of READER's text, its words are
 * placed at PLACE. Freed by dw_shell_reader_end. */
bool dw_shell_reader_within(struct dw_shell_reader *reader, struct dw_slice text, bool copy, struct dw_slice place,
                            struct dw_shell_reader *inner);
void dw_shell_reader_end(struct dw_shell_reader *reader);

/* Reads the whole text (parse.c). */
void dw_shell_read_all(struct dw_shell_reader *reader);
/* Reads a list up to the ")" that ends it, which is taken too (parse.c). */
void dw_shell_read_parenthesis(struct dw_shell_reader *reader);

/* A word begins here: reads it (word.c). */
void dw_shell_read_word(struct dw_shell_reader *reader, struct dw_shell_word *word);
/* Reads the substitutions of the whole text, in which quotes mean nothing: a here-document's body (word.c). */
void dw_shell_read_expansions(struct dw_shell_reader *reader);
/* Can C stand in a word without quotes? */
bool dw_shell_is_word(char c);
bool dw_shell_is_blank(char c);
/* The length of a variable's name at the start of TEXT, or 0. */
size_t dw_shell_name_length(struct dw_slice text);

/* Looks at what the simple command at INDEX runs itself: the command behind sudo, the script behind sh -c (wrapper.c). */
void dw_shell_look_through(struct dw_shell_reader *reader, size_t index);
/* A command of WORDS that its parent runs, or that stands alone (exec form). */
void dw_shell_add_words(struct dw_shell_reader *reader, const struct dw_shell_command *parent, size_t parent_index,
                        struct dw_shell_word *words, size_t count);
/* Here-document or here-string of the command at INDEX: a script if the command is a shell that reads it. */
void dw_shell_read_input(struct dw_shell_reader *reader, size_t index, struct dw_slice body, bool expand, bool copy,
                         struct dw_slice place);

/* The options of a shell, argv or the words of a command: what begins behind them. */
struct dw_shell_options {
    size_t operand;     /* index of the first word that is no option */
    bool script;        /* -c: it is a script */
    bool standard_input; /* -s */
    bool pipefail, errexit;
};
struct dw_shell_options dw_shell_options_read(const struct dw_shell_word *words, size_t count);

#endif
