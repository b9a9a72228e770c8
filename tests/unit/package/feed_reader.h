/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests: feeds a file's bytes to the reader that wants its path, in pieces of a chosen size, and collects the facts.
 * feed_all_sizes demands the same facts whatever the pieces. */
#ifndef DW_TEST_FEED_READER_H
#define DW_TEST_FEED_READER_H

#include "package/reader.h"

#include <stdio.h>

struct owned_fact {
    struct dw_slice package, path;
};
struct note_fact {
    enum dw_note_kind kind;
    struct dw_slice message;
};

struct facts {
    struct dw_arena arena;
    DW_VECTOR(struct dw_package) packages;
    DW_VECTOR(struct dw_distribution) distributions;
    DW_VECTOR(struct owned_fact) owned;
    DW_VECTOR(struct dw_account) accounts;
    DW_VECTOR(struct note_fact) notes;
    bool ok;
    struct dw_error error;
    struct dw_buffer text; /* every fact in order, to compare */
};

static inline struct dw_slice *copy_slices(struct facts *facts, const struct dw_slice *slices, size_t count)
{
    struct dw_slice *copies = dw_arena_alloc(&facts->arena, count, sizeof(*copies));
    for (size_t i = 0; i < count; i++) {
        copies[i] = dw_arena_copy(&facts->arena, slices[i]);
        dw_buffer_printf(&facts->text, " [%.*s]", DW_SLICE_ARG(slices[i]));
    }
    return copies;
}

static inline struct dw_slice copy_field(struct facts *facts, struct dw_slice field)
{
    dw_buffer_append_byte(&facts->text, '|');
    dw_buffer_append(&facts->text, field);
    return dw_arena_copy(&facts->arena, field);
}

static inline void collect_package(void *context, const struct dw_package *package)
{
    struct facts *facts = context;
    struct dw_package *copy = dw_vector_push(&facts->packages);
    *copy = *package;
    dw_buffer_printf(&facts->text, "\npackage %d %d %u", (int)package->type, (int)package->evidence, package->flags);
    copy->other_type = copy_field(facts, package->other_type);
    copy->name = copy_field(facts, package->name);
    copy->version = copy_field(facts, package->version);
    copy->architecture = copy_field(facts, package->architecture);
    copy->source_name = copy_field(facts, package->source_name);
    copy->source_version = copy_field(facts, package->source_version);
    copy->license = copy_field(facts, package->license);
    copy->supplier = copy_field(facts, package->supplier);
    copy->checksum = copy_field(facts, package->checksum);
    copy->path = copy_field(facts, package->path);
    copy->depends = copy_slices(facts, package->depends, package->depend_count);
    dw_buffer_append_string(&facts->text, " provides");
    copy->provides = copy_slices(facts, package->provides, package->provide_count);
}

static inline void collect_distribution(void *context, const struct dw_distribution *distribution)
{
    struct facts *facts = context;
    struct dw_distribution *copy = dw_vector_push(&facts->distributions);
    *copy = *distribution;
    dw_buffer_printf(&facts->text, "\ndistribution %d %d", distribution->known, distribution->distroless);
    copy->id = copy_field(facts, distribution->id);
    copy->id_like = copy_field(facts, distribution->id_like);
    copy->version_id = copy_field(facts, distribution->version_id);
    copy->version_codename = copy_field(facts, distribution->version_codename);
    copy->pretty_name = copy_field(facts, distribution->pretty_name);
    copy->release = copy_field(facts, distribution->release);
    copy->path = copy_field(facts, distribution->path);
}

static inline void collect_owned(void *context, struct dw_slice package, struct dw_slice path)
{
    struct facts *facts = context;
    struct owned_fact *owned = dw_vector_push(&facts->owned);
    dw_buffer_append_string(&facts->text, "\nowned");
    owned->package = copy_field(facts, package);
    owned->path = copy_field(facts, path);
}

static inline void collect_account(void *context, const struct dw_account *account)
{
    struct facts *facts = context;
    struct dw_account *copy = dw_vector_push(&facts->accounts);
    *copy = *account;
    dw_buffer_printf(&facts->text, "\naccount %d %d", account->kind, account->no_password);
    copy->name = copy_field(facts, account->name);
    copy->id = copy_field(facts, account->id);
    copy->group = copy_field(facts, account->group);
}

static inline void collect_note(void *context, enum dw_note_kind kind, struct dw_slice message)
{
    struct facts *facts = context;
    struct note_fact *note = dw_vector_push(&facts->notes);
    note->kind = kind;
    dw_buffer_printf(&facts->text, "\nnote %d", (int)kind);
    note->message = copy_field(facts, message);
}

static inline void facts_free(struct facts *facts)
{
    dw_arena_free(&facts->arena);
    dw_vector_free(&facts->packages);
    dw_vector_free(&facts->distributions);
    dw_vector_free(&facts->owned);
    dw_vector_free(&facts->accounts);
    dw_vector_free(&facts->notes);
    dw_buffer_free(&facts->text);
}

/* Every piece is a heap copy of exactly its bytes, so that a sanitizer notices one byte too many, or one kept. */
static inline void feed_reader(struct facts *facts, const char *path, struct dw_slice content, size_t piece,
                               const struct dw_limits *limits)
{
    memset(facts, 0, sizeof(*facts));
    struct dw_arena arena = {0};
    struct dw_fact_sink sink = {.context = facts,
                                .package = collect_package,
                                .distribution = collect_distribution,
                                .owned = collect_owned,
                                .account = collect_account,
                                .note = collect_note};
    struct dw_reader_file file = {
        .path = dw_slice_of(path), .size = content.len, .limits = limits, .sink = &sink, .arena = &arena};
    const struct dw_package_reader *reader = dw_package_wants(file.path);
    if (reader == NULL) {
        dw_fail(&facts->error, DW_ERROR_USAGE, "no reader wants %s", path);
        return;
    }
    void *state = reader->open(&file, &facts->error);
    facts->ok = state != NULL;
    for (size_t at = 0; facts->ok && at < content.len; at += piece) {
        struct dw_slice part = dw_slice_part(content, at, piece);
        char *copy = malloc(part.len);
        memcpy(copy, part.at, part.len);
        facts->ok = reader->feed(state, dw_slice_make(copy, part.len), &facts->error);
        free(copy);
    }
    if (facts->ok)
        facts->ok = reader->finish(state, &facts->error);
    if (state != NULL)
        reader->close(state);
    dw_buffer_printf(&facts->text, "\n%s %d %s", facts->ok ? "ok" : "error", (int)facts->error.kind, facts->error.text);
    dw_arena_free(&arena);
}

/* Fails the test if pieces of 1, 7 and 4,096 bytes do not give what the whole gives. */
static inline void feed_all_sizes(struct facts *facts, const char *path, struct dw_slice content,
                                  const struct dw_limits *limits)
{
    static const size_t pieces[] = {1, 7, 4096};
    feed_reader(facts, path, content, content.len ? content.len : 1, limits);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct facts other;
        feed_reader(&other, path, content, pieces[i], limits);
        if (!dw_slice_equal(dw_buffer_slice(&facts->text), dw_buffer_slice(&other.text))) {
            fprintf(stderr, "pieces of %zu bytes:%s\nwhole:%s\n", pieces[i], other.text.at, facts->text.at);
            abort();
        }
        facts_free(&other);
    }
}

/* Every truncation and every flipped bit of CONTENT: none may crash, and all pieces must agree (checked at few places). */
static inline void feed_damaged(const char *path, struct dw_slice content, const struct dw_limits *limits)
{
    struct facts facts;
    for (size_t length = 0; length <= content.len; length++) {
        feed_reader(&facts, path, dw_slice_part(content, 0, length), 16, limits);
        facts_free(&facts);
    }
    char *copy = dw_copy_string(content);
    for (size_t bit = 0; bit < content.len * 8; bit++) {
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        feed_reader(&facts, path, dw_slice_make(copy, content.len), 64, limits);
        facts_free(&facts);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
    }
    free(copy);
}

#endif
