/* SPDX-License-Identifier: Apache-2.0
 *
 * Dockerfiles as BuildKit's frontend reads them: every instruction with its flags, arguments, here-documents and places,
 * and the stages with what their FROM lines really name. */
#ifndef DW_DOCKERFILE_DOCKERFILE_H
#define DW_DOCKERFILE_DOCKERFILE_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

enum dw_instruction_kind {
    DW_INSTRUCTION_ADD,
    DW_INSTRUCTION_ARG,
    DW_INSTRUCTION_CMD,
    DW_INSTRUCTION_COPY,
    DW_INSTRUCTION_ENTRYPOINT,
    DW_INSTRUCTION_ENV,
    DW_INSTRUCTION_EXPOSE,
    DW_INSTRUCTION_FROM,
    DW_INSTRUCTION_HEALTHCHECK,
    DW_INSTRUCTION_LABEL,
    DW_INSTRUCTION_MAINTAINER,
    DW_INSTRUCTION_ONBUILD,
    DW_INSTRUCTION_RUN,
    DW_INSTRUCTION_SHELL,
    DW_INSTRUCTION_STOPSIGNAL,
    DW_INSTRUCTION_USER,
    DW_INSTRUCTION_VOLUME,
    DW_INSTRUCTION_WORKDIR,
    DW_INSTRUCTION_COUNT
};
/* "ADD". */
const char *dw_instruction_name(enum dw_instruction_kind kind);

struct dw_heredoc {
    struct dw_slice name;     /* the delimiter, unquoted */
    struct dw_slice text;     /* the body as it stands in the file, without the delimiter's line */
    uint64_t descriptor;      /* "3<<EOF": 3; 0 if none is written */
    bool expand;              /* the delimiter was not quoted */
    bool chomp;               /* "<<-": leading tabs do not count */
    unsigned line;            /* of the body's first line */
};

/* Where a piece of the logical line lies in the file. */
struct dw_text_run {
    size_t logical, source;
};

/* Arguments: FROM, EXPOSE: words. COPY, ADD, VOLUME: words, or the strings of the JSON form. RUN, CMD, ENTRYPOINT,
 * SHELL: the strings of the JSON form, or one argument, the whole rest. WORKDIR, USER, STOPSIGNAL, MAINTAINER: the
 * whole rest. ENV, LABEL: three for each pair: name, value, "=" ("" in the form without it). ARG: "name" or
 * "name=value" each. HEALTHCHECK: its first word, then as CMD. ONBUILD: none, see inner. Nothing is expanded, and quotes
 * are as written. */
struct dw_instruction {
    enum dw_instruction_kind kind;
    bool json;                /* the arguments come from the JSON form */
    struct dw_slice keyword;  /* as written */
    struct dw_slice *flags;   /* "--name=value", quotes removed */
    size_t flag_count;
    struct dw_slice rest;     /* what follows the flags, as part of logical; heredoc bodies apart */
    struct dw_slice *arguments;
    size_t argument_count;
    struct dw_heredoc *heredocs;
    size_t heredoc_count;
    struct dw_instruction *inner; /* ONBUILD: the instruction behind it; its logical line is part of this one */
    unsigned line, end_line;  /* 1-based; end_line includes continuations and here-documents */
    size_t stage;             /* index; SIZE_MAX before the first FROM */
    struct dw_slice logical;  /* the line with continuations joined */
    struct dw_text_run *runs; /* one a physical line, rising */
    size_t run_count;
};

enum dw_base_kind {
    DW_BASE_IMAGE,
    DW_BASE_STAGE,      /* an earlier stage of this file */
    DW_BASE_SCRATCH,    /* the empty image */
    DW_BASE_UNRESOLVED, /* cannot be told from the file: problem says why */
};

/* One place where the file names an image or stage. */
enum dw_use_kind { DW_USE_FROM, DW_USE_COPY, DW_USE_MOUNT, DW_USE_ONBUILD_COPY, DW_USE_ONBUILD_MOUNT };

struct dw_image_use {
    enum dw_use_kind use;
    enum dw_base_kind kind;
    const struct dw_instruction *instruction;
    size_t stage;               /* in which it stands */
    struct dw_slice written;    /* "${BASE}:1" */
    struct dw_slice resolved;   /* "node:1": defaults substituted; "" if unresolved */
    struct dw_slice problem;    /* DW_BASE_UNRESOLVED: why, in words; else "" */
    size_t target;              /* DW_BASE_STAGE: index of the stage it names; else SIZE_MAX */
    bool from_argument;         /* a variable had a part in it */
    bool platform_dependent;    /* a platform argument did: judged as for linux/amd64 */
};

struct dw_build_stage {
    struct dw_slice name;     /* lower case; "" if it has none */
    struct dw_slice platform; /* --platform as written, "" if none */
    const struct dw_instruction *from;
    size_t use;               /* index of its FROM in uses */
    size_t first, count;      /* its instructions, FROM included */
    bool reachable;           /* from the shipped stage, by FROM, COPY --from or a mount */
    bool chain;               /* one of those whose FROM lines lead from the shipped stage to its external base */
};

/* The user that the shipped stage's image would get from this file. */
struct dw_dockerfile_user {
    const struct dw_instruction *instruction; /* NULL: no USER between the external base and the end */
    struct dw_slice value;    /* substituted; "" when unresolved */
    struct dw_slice problem;  /* why it cannot be told; "" if it can */
};

struct dw_dockerfile {
    struct dw_arena arena;
    struct dw_slice name;     /* for messages: the path */
    struct dw_slice source;   /* the file's bytes, copied */
    size_t *line_starts;      /* the offset of each line's first byte */
    size_t line_count;
    char escape;
    struct dw_slice syntax, check; /* directives, "" if absent */
    unsigned syntax_line;
    DW_VECTOR(struct dw_instruction) instructions;
    DW_VECTOR(struct dw_build_stage) stages;     /* at least one; the last is shipped */
    DW_VECTOR(struct dw_image_use) uses;   /* in the order of the file */
    struct dw_dockerfile_user user;
    /* The last ENTRYPOINT and CMD that hold for the shipped stage, or NULL: then the external base's hold. */
    const struct dw_instruction *entrypoint, *command;
    /* The FROM that leads out of the file from the shipped stage: an image, scratch, or unresolved. */
    size_t external_use;
};

/* Parses. NAME is the path for messages, which read "NAME:LINE: what". Fails with DW_ERROR_INPUT where BuildKit refuses
 * the file, DW_ERROR_LIMIT at a limit. */
struct dw_dockerfile *dw_dockerfile_parse(struct dw_slice text, const char *name, const struct dw_limits *limits,
                                          struct dw_error *error);
struct dw_dockerfile *dw_dockerfile_read(const char *path, const struct dw_limits *limits, struct dw_error *error);
void dw_dockerfile_free(struct dw_dockerfile *dockerfile);

/* The byte offset in the file of PART, a slice of INSTRUCTION's logical line (rest, or an argument that is no JSON string). */
size_t dw_instruction_offset(const struct dw_instruction *instruction, struct dw_slice part);
/* The line that byte OFFSET of the file lies in, from 1. */
unsigned dw_dockerfile_line(const struct dw_dockerfile *dockerfile, size_t offset);
/* The value of "--NAME=value", or false. */
bool dw_instruction_flag(const struct dw_instruction *instruction, const char *name, struct dw_slice *value);

#endif
