/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to compose/: the phases of loading a project (compose-spec; the order is that of the reference loader, compose-go):
 * each document of each file is interpolated, its services are extended, what it includes is loaded, and it is merged over what
 * was read before; the result is checked against the table of keys, then as a whole, and at last made into containers.
 *
 * Relative paths are not rewritten: every document knows the folder that paths in it are relative to. */
#ifndef DW_COMPOSE_INTERNAL_H
#define DW_COMPOSE_INTERNAL_H

#include "base/map.h"
#include "compose/compose.h"

/* A scalar that variables had a part in. It is told from a plain node by its tag (compose_interpolated). */
struct compose_scalar {
    struct dw_node node; /* its text is the result */
    struct dw_slice written;
    struct dw_slice missing; /* the first variable that has neither value nor default; "" if none */
};
/* NULL for a scalar as the file has it. */
const struct compose_scalar *compose_interpolated(const struct dw_node *node);

/* Variables: those of the outer set win, as the process environment wins over the .env file. */
struct compose_variables {
    const struct compose_variables *outer;
    struct dw_map values; /* name -> struct dw_slice * */
};
bool compose_variable(const struct compose_variables *variables, struct dw_slice name, struct dw_slice *value);

/* A file that services were extended from: interpolated, its services extended as they are asked for. */
struct compose_base {
    const struct compose_variables *variables;
    char *path;
    struct dw_node *services;
};

struct compose_loader {
    struct dw_compose *project;
    struct dw_arena *arena; /* the project's */
    const struct dw_compose_options *options;
    const struct dw_limits *limits;
    struct dw_error *error;
    char *folder, *current; /* real paths of the project's folder and of the current one: files outside both are not read */
    uint64_t nodes, bytes;  /* against the limits of one document */
    bool tagged;            /* a tag was seen, !reset or !override may be among them */
    struct dw_map volumes;  /* of the project, by name; made when the containers are */
    struct dw_map builds;   /* path and target -> struct dw_dockerfile *, that services share */
    struct dw_map untracked; /* real path -> whether git does not track it */
    struct dw_slice index_path; /* of the git index that was read last */
    struct dw_buffer index;
    DW_VECTOR(struct compose_base) bases;
    DW_VECTOR(const char *) including; /* real paths, outermost first */
    DW_VECTOR(struct compose_variables *) variables; /* to be freed */
};

/* --- what loading may cost --- */
bool compose_spend_nodes(struct compose_loader *loader, const struct dw_node *at, uint64_t nodes);
bool compose_spend_bytes(struct compose_loader *loader, const struct dw_node *at, uint64_t bytes);
/* "FILE:LINE:COLUMN: …", kind DW_ERROR_INPUT. */
bool compose_fail(struct compose_loader *loader, const struct dw_node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* --- trees --- */
/* A mapping or sequence with room for CAPACITY members, standing where LIKE stands. */
struct dw_node *compose_collection(struct compose_loader *loader, const struct dw_node *like, size_t capacity);
void compose_append(struct dw_node *collection, struct dw_node *key, struct dw_node *item);
/* The same members in new arrays. */
struct dw_node *compose_copy(struct compose_loader *loader, const struct dw_node *node, size_t more);
void compose_remove(struct dw_node *mapping, const char *key);
/* A scalar standing where AT stands. */
struct dw_node *compose_text(struct compose_loader *loader, const struct dw_node *at, struct dw_slice text);
bool compose_is_reset(const struct dw_node *node);
bool compose_is_override(const struct dw_node *node);
/* A member that is there and not null, or NULL. */
struct dw_node *compose_get(const struct dw_node *mapping, const char *key);
/* Index of a member by its key; SIZE_MAX for none. The map is made by compose_index for many look-ups. */
size_t compose_find(const struct dw_node *mapping, const struct dw_map *index, struct dw_slice key);
void compose_index(const struct dw_node *mapping, struct dw_map *index);

/* --- phases --- */
/* Substitutes in all values; NULL on error. */
struct dw_node *compose_interpolate(struct compose_loader *loader, struct dw_node *node,
                                    const struct compose_variables *variables);
/* OVER over BASE as the whole project, or as one service when SERVICE; NULL on error. The result stands where WHERE stands. */
struct dw_node *compose_merge_project(struct compose_loader *loader, struct dw_node *base, struct dw_node *over);
struct dw_node *compose_merge_service(struct compose_loader *loader, struct dw_node *base, struct dw_node *over);
/* Without what is tagged !reset; the node itself when nothing is. */
struct dw_node *compose_strip(struct compose_loader *loader, struct dw_node *node);
/* Removes redefined items of lists (volumes by target …). */
struct dw_node *compose_unify(struct compose_loader *loader, struct dw_node *project);
/* ROOT's services with what they extend; SERVICES is changed in place. */
bool compose_extend(struct compose_loader *loader, struct dw_node *services, const struct compose_variables *variables);
/* Loads what ROOT includes and imports it to ROOT, which is changed in place. */
bool compose_include(struct compose_loader *loader, struct dw_node *root, struct dw_slice folder,
                     const struct compose_variables *variables);
/* Unknown keys, wrong types. */
bool compose_check(struct compose_loader *loader, const struct dw_node *project);
/* What the reference loader rejects of a whole project. */
bool compose_validate(struct compose_loader *loader, const struct dw_node *project);
/* Containers of all services. */
bool compose_make_services(struct compose_loader *loader);

/* --- files --- */
/* Reads a file into the project; paths in it are relative to FOLDER. NAMED_AT is where another file names it; NULL: the caller
 * does. */
struct dw_document *compose_read(struct compose_loader *loader, const char *path, struct dw_slice folder,
                                 const struct dw_node *named_at);
/* May PATH be read? Fails, naming it, when it is outside the project, missing, or a pipe or device. *REAL is freed with free(). */
bool compose_may_read(struct compose_loader *loader, const char *path, char **real, struct dw_error *error);
/* TEXT as a path, relative to the folder of the document that NODE stands in. Freed with free(). */
char *compose_path(const struct dw_compose *project, const struct dw_node *node, struct dw_slice text);
struct dw_slice compose_folder(const struct dw_compose *project, const struct dw_document *document);
/* One file with its documents over PROJECT (NULL: nothing yet); the result or NULL. */
struct dw_node *compose_load_file(struct compose_loader *loader, struct dw_node *project, const char *path,
                                  struct dw_slice folder, const struct dw_node *named_at,
                                  const struct compose_variables *variables);
/* Does the file at the real path REAL lie in a git repository that does not track it? */
bool compose_is_untracked(struct compose_loader *loader, const char *real);
/* Is it the name of a file that another machine has: oci://, https://, git@ …? */
bool compose_is_remote(struct dw_slice name);

/* --- variables --- */
struct compose_variables *compose_variables_new(struct compose_loader *loader, const struct compose_variables *outer);
/* "NAME=value" each, ended by NULL. */
void compose_variables_set(struct compose_loader *loader, struct compose_variables *variables,
                           const char *const *environment);

/* A line of an environment file. */
struct compose_assignment {
    struct dw_slice name, value;
    unsigned line;
    bool inherited; /* NAME alone: passed from the outer environment, if it has one */
};
struct compose_assignments {
    struct compose_assignment *at;
    size_t len, capacity;
};
/* Parses an environment file (dotenv, as Compose reads it); texts are in ARENA. NAME is for messages. RAW: the format "raw", in which
 * nothing is unquoted or substituted. */
bool compose_dotenv(struct dw_arena *arena, struct dw_slice text, const char *name, bool raw,
                    const struct compose_variables *outer, uint64_t budget, struct compose_assignments *out,
                    struct dw_error *error);
/* Reads PATH into VARIABLES. */
bool compose_variables_read(struct compose_loader *loader, struct compose_variables *variables, const char *path,
                            struct dw_error *error);

/* --- values --- */
/* Compose's booleans: true, t, y, yes, on, 1 and their opposites, in any case. */
bool compose_bool(const struct dw_node *node, bool *value);
/* "1h2m3.5s", as Go reads it. */
bool compose_is_duration(struct dw_slice text);
/* Bytes: "512m", "1.5gb", a number. */
bool compose_size(struct dw_slice text, double *bytes);

/* A volume's short form taken apart. */
struct compose_volume {
    struct dw_slice source, target, mode;
};
bool compose_volume_split(struct dw_slice text, struct compose_volume *volume);
/* Does a short form's SOURCE name a path of the host, and not a volume? */
bool compose_is_path(struct dw_slice source);

/* A port's short form, "[ip:][host:]container[/protocol]", with ranges. */
struct compose_port {
    struct dw_slice address, protocol;
    bool published;
    unsigned host_first, host_last, container_first, container_last;
};
bool compose_port_parse(struct dw_slice text, struct compose_port *port);
bool compose_port_range(struct dw_slice text, unsigned *first, unsigned *last);

#endif
