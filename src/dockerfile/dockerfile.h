/* SPDX-License-Identifier: Apache-2.0
 *
 * Dockerfiles as BuildKit's frontend reads them: every instruction with its flags, arguments, here-documents and places,
 * and the stages with what their FROM lines really name. */
#ifndef DW_DOCKERFILE_DOCKERFILE_H
#define DW_DOCKERFILE_DOCKERFILE_H

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "model/subject.h"

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

/* One use of a variable in an instruction that the builder substitutes. */
struct dw_variable_use {
    struct dw_slice name;  /* part of the argument it stands in, hence of the logical line unless that is a JSON string */
    size_t argument;       /* index of the argument, SIZE_MAX: in a flag */
    bool defined;          /* an ARG or ENV of the file (a global one in FROM), a platform or proxy argument, a build argument or
                              the base image's config, where it is at hand, gives it a value, be it empty */
    bool declared;         /* ARG declares it, perhaps without a value */
    bool guarded;          /* ${name:-…}, ${name:+…}, ${name:?…} and their like: may be unset */
    bool self;             /* ENV: the same instruction sets it; this is the old value */
};

/* RUN --mount, as Docker's reference names its keys; the defaults of the type where a key is not written. Values are those of the
 * line: variables in them are substituted only by the build. */
enum dw_run_mount_type { DW_RUN_MOUNT_BIND, DW_RUN_MOUNT_CACHE, DW_RUN_MOUNT_TMPFS, DW_RUN_MOUNT_SECRET, DW_RUN_MOUNT_SSH, DW_RUN_MOUNT_VARIABLE };
struct dw_run_mount {
    enum dw_run_mount_type type;  /* DW_RUN_MOUNT_VARIABLE: a variable says which */
    struct dw_slice flag;     /* the whole, as in flags: "--mount=type=cache,…" */
    struct dw_slice id;       /* secret: id, else source, else the target's base name; cache: id, else the target; ssh: "default" */
    struct dw_slice source, target, from, sharing, environment; /* environment: "env="; "" for what is not written. A
                                 secret's file is at /run/secrets/ID without target and env */
    bool id_written, required, required_written, read_only;
    bool owner_written, mode_written;
    uint32_t uid, gid, mode;
    uint64_t size;            /* tmpfs; 0: no limit */
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
    struct dw_instruction *inner; /* ONBUILD: the instruction behind it; its logical line is part of this one. NULL where no build on this image
                                 could run it: trigger_problem says why */
    struct dw_slice trigger_problem;
    struct dw_instruction *refused_inner; /* what it is then, for the tree alone */
    unsigned line, end_line;  /* 1-based; end_line includes continuations and here-documents */
    size_t stage;             /* index; SIZE_MAX before the first FROM */
    struct dw_slice logical;  /* the line with continuations joined */
    struct dw_text_run *runs; /* one a physical line, rising */
    size_t run_count;
    struct dw_run_mount *mounts; /* RUN --mount, in their order */
    size_t mount_count;
    /* What the builder makes of the arguments, for the instructions whose arguments it substitutes (ADD, ARG, COPY, ENV, EXPOSE,
     * FROM, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR; not behind ONBUILD): quotes removed, variables substituted, one for each
     * argument. NULL for others, and where expansion_problem says why the build fails here. */
    struct dw_slice *expanded;
    struct dw_slice expansion_problem;
    struct dw_variable_use *uses; /* the variables in arguments and expanding flags */
    size_t use_count;
};

/* "# text". */
struct dw_comment {
    struct dw_slice text;  /* behind "#", without blanks around it; part of source */
    unsigned line;
    size_t offset;         /* of "#" in the file */
    size_t instruction;    /* index of the one that it belongs to: the block of comment lines directly above it, as BuildKit groups them
                              (an empty comment or a blank line ends a block); or the one inside of which it stands. SIZE_MAX: none */
    bool inside;           /* between the lines of a continued instruction */
    bool directive;        /* read as a parser directive */
};

/* A parser directive, "# key=value" at the top. */
struct dw_directive {
    struct dw_slice value; /* part of source; "" if there is none */
    unsigned line;         /* 0: none; of "check" also: given by a build argument */
};

/* "# check=skip=A,B;error=true;experimental=A", or the build argument BUILDKIT_DOCKERFILE_CHECK. */
struct dw_build_check {
    const struct dw_slice *skip, *experimental; /* names of BuildKit's checks */
    size_t skip_count, experimental_count;
    bool skip_all, experimental_all, error;
};

/* What BuildKit's parser and instruction reader warn of (rules judge the rest). */
enum dw_dockerfile_warning_kind {
    DW_WARNING_EMPTY_CONTINUATION, /* NoEmptyContinuation */
    DW_WARNING_FROM_AS_CASING,     /* FromAsCasing */
    DW_WARNING_STAGE_NAME_CASING,  /* StageNameCasing */
    DW_WARNING_MAINTAINER,         /* MaintainerDeprecated */
};
struct dw_dockerfile_warning {
    enum dw_dockerfile_warning_kind kind;
    size_t instruction;    /* index */
    unsigned line;         /* as BuildKit tells it: of an empty continuation the instruction's last line */
    unsigned first_line;   /* empty continuation: the first blank line, with its bytes in the file, line end included */
    size_t offset, length;
};
/* "NoEmptyContinuation". */
const char *dw_dockerfile_warning_name(enum dw_dockerfile_warning_kind kind);
struct dw_dockerfile;
/* BuildKit's words for it. */
void dw_dockerfile_warning_message(const struct dw_dockerfile *dockerfile, const struct dw_dockerfile_warning *warning,
                                   struct dw_buffer *message);

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

/* What holds at a stage's end. */
struct dw_stage_value {
    const struct dw_instruction *instruction; /* that sets it; NULL: the base image's config, or nothing */
    struct dw_slice value;    /* substituted; "" when it cannot be told or nothing sets it */
    struct dw_slice problem;  /* why it cannot be told; "" if it can */
};
/* ENV, LABEL, ARG: a name with a value. EXPOSE ("8080/tcp"), VOLUME ("/data"): a name. */
struct dw_stage_item {
    struct dw_slice name;
    struct dw_stage_value value;
    bool set;                 /* ARG: it has a value */
};
struct dw_stage_items {
    struct dw_stage_item *at;
    size_t len, capacity;
};
struct dw_stage_state {
    struct dw_stage_value user, stop_signal;
    /* Absolute, cleaned, once a WORKDIR is absolute or the base is scratch or its config is at hand; else problem says that it is relative
     * to the base image's, and value is what is known of it. */
    struct dw_stage_value working_directory;
    /* The last one that holds, or NULL: the base image's, if any. */
    const struct dw_instruction *shell, *entrypoint, *command, *healthcheck;
    /* Of this stage alone, in the order of the file, a name possibly more than once (the last holds); what it inherits stands in the
     * state of its base. dw_stage_… look through both. */
    struct dw_stage_items environment, labels, ports, volumes, arguments;
    const struct dw_stage_state *base;           /* of the stage it is built from; NULL: an external base */
    const struct dw_image_summary *base_image;   /* config of the external base, if it is at hand */
    size_t triggers;          /* ONBUILD instructions of this stage */
};

struct dw_build_stage {
    struct dw_slice name;     /* lower case; "" if it has none */
    struct dw_slice platform; /* --platform as written, "" if none */
    const struct dw_instruction *from;
    size_t use;               /* index of its FROM in uses */
    size_t first, count;      /* its instructions, FROM included */
    bool reachable;           /* from the shipped stage, by FROM, COPY --from or a mount */
    bool chain;               /* one of those whose FROM lines lead from the shipped stage to its external base */
    const struct dw_stage_state *state;
};

/* The user that the shipped stage's image would get from this file. */
struct dw_dockerfile_user {
    const struct dw_instruction *instruction; /* NULL: no USER between the external base and the end */
    struct dw_slice value;    /* substituted; "" when unresolved */
    struct dw_slice problem;  /* why it cannot be told; "" if it can */
};

enum dw_directive_kind { DW_DIRECTIVE_ESCAPE, DW_DIRECTIVE_SYNTAX, DW_DIRECTIVE_CHECK };

struct dw_dockerfile {
    struct dw_arena arena;
    struct dw_slice name;     /* for messages: the path */
    struct dw_slice source;   /* the file's bytes, copied */
    size_t *line_starts;      /* the offset of each line's first byte */
    size_t line_count;
    char escape;
    struct dw_slice syntax, check; /* directives, "" if absent */
    unsigned syntax_line;
    struct dw_directive directives[3]; /* by enum dw_directive_kind: as written */
    struct dw_build_check build_check;
    bool tree;                /* read for its tree: what only the build looks at was not checked */
    unsigned first_line;      /* what was added to every line: 0, or for an inline Dockerfile the lines before its first */
    DW_VECTOR(struct dw_comment) comments; /* in the order of the file, directives included */
    DW_VECTOR(struct dw_dockerfile_warning) warnings; /* in the order of the instructions */
    DW_VECTOR(struct dw_instruction) instructions;
    DW_VECTOR(struct dw_build_stage) stages;     /* at least one */
    size_t shipped;           /* index of the stage that is shipped: the target, else the last */
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
/* How the build is run. Zeroed: without arguments, the last stage. */
struct dw_dockerfile_options {
    const char *const *build_arguments; /* "NAME=value"; a name alone sets nothing */
    size_t build_argument_count;
    const char *target;                 /* name or index of the stage that is shipped; NULL: the last */
    unsigned first_line;                /* lines before the text's first in the file that it is embedded in */
    /* The config of the image that REFERENCE names, or NULL; must live as long as the Dockerfile. May be NULL. */
    const struct dw_image_summary *(*base_image)(void *context, struct dw_slice reference);
    void *context;
};
struct dw_dockerfile *dw_dockerfile_parse_with(struct dw_slice text, const char *name,
                                               const struct dw_dockerfile_options *options,
                                               const struct dw_limits *limits, struct dw_error *error);
struct dw_dockerfile *dw_dockerfile_read(const char *path, const struct dw_limits *limits, struct dw_error *error);
void dw_dockerfile_free(struct dw_dockerfile *dockerfile);

/* Does REFERENCE name a Windows image, by the names that Microsoft gives those ("mcr.microsoft.com/windows/servercore:ltsc2022",
 * "golang:1.23-nanoserver")? False for one that cannot be told by its name. */
bool dw_windows_base(struct dw_slice reference);
/* Is the shipped stage one of Windows: by its base's name, or its FROM's --platform=windows/…? */
bool dw_dockerfile_is_windows(const struct dw_dockerfile *dockerfile);

/* The byte offset in the file of PART, a slice of INSTRUCTION's logical line (rest, or an argument that is no JSON string). */
size_t dw_instruction_offset(const struct dw_instruction *instruction, struct dw_slice part);
/* The line that byte OFFSET of the file lies in, from 1. */
unsigned dw_dockerfile_line(const struct dw_dockerfile *dockerfile, size_t offset);
/* What the stage's image would have: the ENV, LABEL of this name, of the stage or what it is built from; NULL if none. A base image's
 * config is not looked through: base_image has it. */
const struct dw_stage_item *dw_stage_environment(const struct dw_stage_state *state, struct dw_slice name);
const struct dw_stage_item *dw_stage_label(const struct dw_stage_state *state, struct dw_slice name);

/* The value of "--NAME=value", or false. */
bool dw_instruction_flag(const struct dw_instruction *instruction, const char *name, struct dw_slice *value);

#endif
