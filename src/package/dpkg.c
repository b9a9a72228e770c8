/* SPDX-License-Identifier: Apache-2.0
 *
 * The database of installed packages of dpkg: deb822(5) stanzas with the fields of deb-control(5) and dpkg-query's Status,
 * in one file (…/lib/dpkg/status) or, in distroless images, one file a package (…/lib/dpkg/status.d/NAME).
 * A damaged line damages its own stanza only; how many are damaged is told. A file in which hardly anything is a stanza
 * is refused early, so that a gigabyte of something else costs little.
 * Limits: package-database-bytes, line-bytes. */
#include "package/lines.h"
#include "package/registry.h"

#include <stdio.h>

enum field { NAME, VERSION, ARCHITECTURE, SOURCE, STATUS, MAINTAINER, DEPENDS, PRE_DEPENDS, PROVIDES, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {
    [NAME] = "Package",       [VERSION] = "Version", [ARCHITECTURE] = "Architecture", [SOURCE] = "Source",
    [STATUS] = "Status",      [MAINTAINER] = "Maintainer", [DEPENDS] = "Depends",     [PRE_DEPENDS] = "Pre-Depends",
    [PROVIDES] = "Provides",
};

/* The third word of Status, dpkg(1) "Package states". */
static const struct {
    const char *word;
    bool installed;
} states[] = {
    {"installed", true},         {"half-installed", true},   {"unpacked", true},
    {"half-configured", true},   {"triggers-awaited", true}, {"triggers-pending", true},
    {"config-files", false},     {"not-installed", false},
};

/* Packages that others than the distribution build, by what their maintainer or version says. The distribution's feed
 * does not judge these. */
static const struct {
    enum field field;
    const char *text;
} third_parties[] = {
    {MAINTAINER, "@docker.com>"},          {MAINTAINER, "@containerd.io>"},
    {MAINTAINER, "cudatools@nvidia.com>"}, {MAINTAINER, "mysql-build@oss.oracle.com>"},
    {MAINTAINER, "@mongodb.com>"},         {MAINTAINER, "info@elastic.co>"},
    {MAINTAINER, "contact@grafana.com>"},  {MAINTAINER, "@hashicorp.com>"},
    {MAINTAINER, "support@gitlab.com>"},   {MAINTAINER, "nginx-packaging@"},
    {MAINTAINER, "dotnetcore@microsoft.com>"},
    {MAINTAINER, "gpgsecurity@microsoft.com>"},
    {MAINTAINER, "chromium-dev@chromium.org>"},
    {MAINTAINER, "@nodesource.com>"},      {VERSION, "nodesource"},
    {VERSION, ".pgdg"},                    {VERSION, "~deb.sury.org"},
};

/* More damaged stanzas than this, and more than whole ones: not a package database. */
#define DAMAGED_MAX 1000
/* So many lines without a stanza that names a package: the same. */
#define LINES_WITHOUT_PACKAGE_MAX 100000

struct state {
    const struct dw_reader_file *file;
    struct dw_lines lines;
    struct dw_fields stanza;
    DW_VECTOR(struct dw_slice) tokens;
    uint64_t total, packages, damaged, first_damaged_line, stanza_line;
    const char *damage;       /* what is wrong in this stanza, or NULL */
    const char *first_damage; /* in the file */
    uint64_t damage_line;
    int continued;            /* field that a continuation line continues, -1: one that is not kept */
    bool in_stanza;
};

static bool is_status(struct dw_slice path)
{
    return dw_path_has_tail(path, "lib/dpkg/status");
}

static bool in_status_folder(struct dw_slice path)
{
    struct dw_slice name = dw_path_base(path);
    return name.len > 0 && name.at[0] != '.' && dw_path_has_tail(dw_path_parent(path), "lib/dpkg/status.d");
}

static bool wants(struct dw_slice path)
{
    return is_status(path) || (in_status_folder(path) && !dw_slice_ends_with(path, ".md5sums"));
}

static bool wants_name(struct dw_slice name)
{
    return dw_slice_is(name, "status");
}

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    if (!dw_limit_check(file->limits, DW_LIMIT_PACKAGE_DATABASE, file->size, error))
        return NULL;
    struct state *state = dw_alloc(1, sizeof(*state));
    state->file = file;
    state->lines.limit = file->limits->value[DW_LIMIT_TEXT_LINE];
    state->continued = -1;
    return state;
}

static void damage(struct state *state, const char *what)
{
    if (state->damage == NULL) {
        state->damage = what;
        state->damage_line = state->lines.number;
    }
}

/* "name (version)" or "name". */
static void read_source(struct dw_slice value, struct dw_slice *name, struct dw_slice *version)
{
    size_t open = dw_slice_find(value, '(');
    *name = dw_slice_trim(dw_slice_part(value, 0, open == SIZE_MAX ? value.len : open));
    *version = DW_SLICE("");
    if (open == SIZE_MAX)
        return;
    struct dw_slice rest = dw_slice_from(value, open + 1);
    *version = dw_slice_trim(dw_slice_part(rest, 0, dw_slice_find(rest, ')')));
}

/* Appends the names of a relation field (deb-control(5)): "libc6 (>= 2.36), libssl3 | libssl1.1, python3:any" gives every
 * alternative. */
static void read_relations(struct state *state, struct dw_slice value)
{
    while (value.len > 0) {
        size_t end = 0;
        while (end < value.len && value.at[end] != ',' && value.at[end] != '|')
            end++;
        struct dw_slice one = dw_slice_trim(dw_slice_part(value, 0, end));
        value = dw_slice_from(value, end + 1);
        size_t stop = 0;
        while (stop < one.len && memchr(" \t\n:([<", one.at[stop], 7) == NULL)
            stop++;
        if (stop > 0)
            *dw_vector_push(&state->tokens) = dw_slice_part(one, 0, stop);
    }
}

/* Is it installed by its Status? An unknown state counts as installed: unknown is never safe. */
static bool is_installed(struct state *state)
{
    if (!state->stanza.field[STATUS].set)
        return true; /* status.d has none */
    struct dw_slice rest = dw_fields_get(&state->stanza, STATUS), word = DW_SLICE(""), extra;
    for (int i = 0; i < 3; i++)
        dw_next_word(&rest, &word);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (dw_slice_is(word, states[i].word) && !dw_next_word(&rest, &extra))
            return states[i].installed;
    damage(state, "its Status is not understood");
    return true;
}

static bool is_third_party(struct state *state)
{
    for (size_t i = 0; i < sizeof(third_parties) / sizeof(third_parties[0]); i++)
        if (dw_slice_find_slice(dw_fields_get(&state->stanza, third_parties[i].field),
                                dw_slice_of(third_parties[i].text)) != SIZE_MAX)
            return true;
    return false;
}

static void tell_package(struct state *state)
{
    struct dw_package package = {
        .type = DW_PACKAGE_DEB,
        .evidence = DW_EVIDENCE_INSTALLED,
        .name = dw_fields_get(&state->stanza, NAME),
        .version = dw_fields_get(&state->stanza, VERSION),
        .architecture = dw_fields_get(&state->stanza, ARCHITECTURE),
        .supplier = dw_fields_get(&state->stanza, MAINTAINER),
        .path = state->file->path,
        .layer = -1,
    };
    read_source(dw_fields_get(&state->stanza, SOURCE), &package.source_name, &package.source_version);
    if (package.version.len == 0)
        package.flags |= DW_PACKAGE_NO_VERSION;
    if (is_third_party(state))
        package.flags |= DW_PACKAGE_FOREIGN;
    state->tokens.len = 0;
    read_relations(state, dw_fields_get(&state->stanza, PRE_DEPENDS));
    read_relations(state, dw_fields_get(&state->stanza, DEPENDS));
    package.depend_count = state->tokens.len;
    read_relations(state, dw_fields_get(&state->stanza, PROVIDES));
    package.provide_count = state->tokens.len - package.depend_count;
    package.depends = state->tokens.at;
    package.provides = package.provide_count ? state->tokens.at + package.depend_count : NULL;
    state->file->sink->package(state->file->sink->context, &package);
}

static bool end_stanza(struct state *state, struct dw_error *error)
{
    if (!state->in_stanza)
        return true;
    if (dw_fields_get(&state->stanza, NAME).len == 0) {
        if (state->damage == NULL) {
            state->damage = "a stanza that names no package begins here";
            state->damage_line = state->stanza_line;
        }
    } else {
        if (is_installed(state))
            tell_package(state);
        state->packages++;
    }
    if (state->damage != NULL) {
        if (state->damaged++ == 0) {
            state->first_damage = state->damage;
            state->first_damaged_line = state->damage_line;
        }
        if (state->damaged > DAMAGED_MAX && state->damaged > state->packages)
            return dw_fail(error, DW_ERROR_INPUT, "this is no dpkg database: line %llu: %s, and so %llu more times",
                           (unsigned long long)state->first_damaged_line, state->first_damage,
                           (unsigned long long)state->damaged - 1);
    }
    state->damage = NULL;
    state->in_stanza = false;
    state->continued = -1;
    dw_fields_clear(&state->stanza);
    return true;
}

static bool is_field_name(struct dw_slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] <= ' ' || name.at[i] == 0x7f)
            return false;
    return name.len > 0 && name.at[0] != '-' && name.at[0] != '#';
}

static void read_field(struct state *state, struct dw_slice line)
{
    size_t colon = dw_slice_find(line, ':');
    struct dw_slice name = dw_slice_part(line, 0, colon == SIZE_MAX ? 0 : colon);
    state->continued = -1;
    if (!is_field_name(name)) {
        damage(state, "not a \"Field: value\" line");
        return;
    }
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!dw_slice_equal_nocase(name, dw_slice_of(field_names[i])))
            continue;
        if (state->stanza.field[i].set) {
            damage(state, "the same field twice in one stanza");
            return;
        }
        dw_fields_set(&state->stanza, (unsigned)i, dw_slice_trim(dw_slice_from(line, colon + 1)));
        state->continued = i;
        return;
    }
}

static bool read_line(void *context, struct dw_slice line, bool too_long, struct dw_error *error)
{
    struct state *state = context;
    if (line.len == 0 && !too_long)
        return end_stanza(state, error);
    if (!state->in_stanza) {
        state->in_stanza = true;
        state->stanza_line = state->lines.number;
    }
    if (state->packages == 0 && state->lines.number > LINES_WITHOUT_PACKAGE_MAX && state->damage != NULL)
        return dw_fail(error, DW_ERROR_INPUT, "this is no dpkg database: no package in the first %d lines; line %llu: %s",
                       LINES_WITHOUT_PACKAGE_MAX, (unsigned long long)state->damage_line, state->damage);
    if (too_long) {
        damage(state, "longer than the limit line-bytes");
        state->continued = -1;
    } else if (memchr(line.at, '\0', line.len) != NULL) {
        damage(state, "a NUL byte");
        state->continued = -1;
    } else if (line.at[0] == ' ' || line.at[0] == '\t') {
        struct dw_slice more = dw_slice_trim(line);
        int field = state->continued;
        /* A folded value is kept while it is no longer than a line may be. */
        if (field >= 0 && state->stanza.field[field].len + more.len < state->lines.limit)
            dw_fields_extend(&state->stanza, (unsigned)field, more);
        else if (field >= 0)
            damage(state, "a folded value longer than the limit line-bytes");
    } else {
        read_field(state, line);
    }
    return true;
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    struct state *state = context;
    state->total += bytes.len;
    return dw_limit_check(state->file->limits, DW_LIMIT_PACKAGE_DATABASE, state->total, error) &&
           dw_lines_feed(&state->lines, bytes, read_line, state, error);
}

static bool finish(void *context, struct dw_error *error)
{
    struct state *state = context;
    if (!dw_lines_finish(&state->lines, read_line, state, error) || !end_stanza(state, error))
        return false;
    if (state->damaged == 0)
        return true;
    if (state->packages == 0)
        return dw_fail(error, DW_ERROR_INPUT, "no package could be read: line %llu: %s",
                       (unsigned long long)state->first_damaged_line, state->first_damage);
    char text[256];
    int length = snprintf(text, sizeof(text), "%llu of the package database's stanzas are damaged; the first at line %llu: %s",
                          (unsigned long long)state->damaged, (unsigned long long)state->first_damaged_line,
                          state->first_damage);
    state->file->sink->note(state->file->sink->context, DW_NOTE_UNREADABLE,
                            dw_slice_make(text, (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1));
    return true;
}

static void close_file(void *context)
{
    struct state *state = context;
    dw_lines_free(&state->lines);
    dw_buffer_free(&state->stanza.text);
    dw_vector_free(&state->tokens);
    free(state);
}

const struct dw_package_reader dw_reader_dpkg = {
    .name = "dpkg",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
