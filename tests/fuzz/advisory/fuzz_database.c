/* SPDX-License-Identifier: Apache-2.0
 *
 * A database file: opened, asked and verified. So that mutations get past the sums, every sum of a file that
 * has head and footer is made right again first: who writes a hostile file does the same. */
#include "advisory/format.h"
#include "advisory/match.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t load64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return le64toh(value);
}

static uint32_t load32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof(value));
    return le32toh(value);
}

static void store(char *at, uint64_t value, size_t size)
{
    value = htole64(value);
    memcpy(at, &value, size);
}

static void mend_items(char *file, uint64_t end)
{
    for (uint64_t at = DW_DATABASE_HEAD; end - at >= DW_ITEM_HEADER;) {
        uint64_t length = load32(file + at);
        if (length > end - at - DW_ITEM_HEADER)
            return;
        uint32_t kind = load32(file + at + 4);
        store(file + at + 8, kind, 4);
        uint32_t sum = dw_checksum_at(at, dw_slice_make(file + at + 8, (size_t)length + 4));
        store(file + at + 8, sum, 4);
        at += DW_ITEM_HEADER + length;
    }
}

static void mend(char *file, size_t size)
{
    if (size < DW_DATABASE_HEAD + DW_FOOTER_SIZE)
        return;
    uint64_t offset = size - DW_FOOTER_SIZE, index = load64(file + offset + 48),
             blocks = load64(file + offset + 56);
    store(file + 12, dw_checksum_at(0, dw_slice_make(file, 12)), 4);
    if (index >= DW_DATABASE_HEAD && index <= offset && blocks == (offset - index) / DW_INDEX_BLOCK) {
        mend_items(file, index);
        for (uint64_t i = 0; i < blocks; i++) {
            char *block = file + index + i * DW_INDEX_BLOCK;
            store(block,
                  dw_checksum_at(index + i * DW_INDEX_BLOCK, dw_slice_make(block + 4, DW_INDEX_BLOCK - 4)),
                  4);
        }
    }
    store(file + offset, size, 8);
    struct dw_digest digest;
    dw_sha256(dw_slice_make(file, (size_t)offset + DW_FOOTER_DIGEST), &digest);
    memcpy(file + offset + DW_FOOTER_DIGEST, digest.bytes, 32);
    store(file + size - 8, dw_checksum_at(offset, dw_slice_make(file + offset, DW_FOOTER_SIZE - 8)), 4);
}

static void ask(const struct dw_database *database)
{
    struct dw_arena arena = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_verdict *verdict = dw_verdict_new("scan", 0);
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("image"));
    struct dw_package packages[] = {
        {.type = DW_PACKAGE_NPM,
         .name = DW_SLICE_INIT("one"),
         .version = DW_SLICE_INIT("1.0.0"),
         .layer = -1},
        {.type = DW_PACKAGE_DEB,
         .name = DW_SLICE_INIT("two"),
         .version = DW_SLICE_INIT("1.0-1"),
         .layer = -1},
    };
    struct dw_id_hits hits;
    struct dw_feed *feeds;
    size_t count;
    subject->distribution = (struct dw_distribution){
        .known = true, .id = DW_SLICE_INIT("debian"), .release = DW_SLICE_INIT("12")};
    for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++)
        *dw_vector_push(&subject->packages) = &packages[i];
    *dw_vector_push(&verdict->subjects) = subject;
    dw_match_subject(database, verdict, subject, &error);
    dw_database_find_id(database, &arena, DW_SLICE("CVE-2024-1"), &hits, &error);
    dw_database_feeds(database, &arena, &feeds, &count, &error);
    dw_database_verify(database, &error);
    dw_verdict_free(verdict);
    dw_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_error error = DW_ERROR_INIT;
    char path[64], *file = malloc(size ? size : 1);
    int fd = memfd_create("database", MFD_CLOEXEC);
    if (fd < 0 || file == NULL)
        abort();
    memcpy(file, data, size);
    mend(file, size);
    if (write(fd, file, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct dw_database *database = dw_database_open(path, &error);
    if (database)
        ask(database);
    dw_database_close(database);
    close(fd);
    free(file);
    return 0;
}
