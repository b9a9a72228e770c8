/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/facts.h"

#define VERSION 1

struct dw_layer_facts *dw_layer_facts_new(void)
{
    return dw_alloc(1, sizeof(struct dw_layer_facts));
}

void dw_layer_facts_free(struct dw_layer_facts *facts)
{
    if (facts == NULL)
        return;
    for (size_t i = 0; i < facts->files.len; i++) {
        dw_vector_free(&facts->files.at[i]->packages);
        dw_vector_free(&facts->files.at[i]->owned);
        dw_vector_free(&facts->files.at[i]->accounts);
        dw_vector_free(&facts->files.at[i]->notes);
    }
    dw_vector_free(&facts->entries);
    dw_vector_free(&facts->files);
    dw_map_free(&facts->last_files);
    dw_vector_free(&facts->notes);
    dw_vector_free(&facts->hashes[0]);
    dw_vector_free(&facts->hashes[1]);
    dw_arena_free(&facts->arena);
    free(facts);
}

uint64_t dw_path_hash(struct dw_slice path)
{
    return dw_hash_keyed(UINT64_C(0x646f636b776f7274), UINT64_C(0x68792f7061746873), path);
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

void dw_fact_put_entry(struct dw_buffer *out, enum dw_entry_kind kind, struct dw_slice path, struct dw_slice target)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_ENTRY, VERSION);
    dw_record_put_u8(&writer, kind);
    dw_record_put_bytes(&writer, path);
    dw_record_put_bytes(&writer, target);
    dw_record_finish(&writer);
}

void dw_fact_put_file(struct dw_buffer *out, unsigned reader, struct dw_slice path)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_FILE, VERSION);
    dw_record_put_u8(&writer, reader);
    dw_record_put_bytes(&writer, path);
    dw_record_finish(&writer);
}

void dw_fact_put_file_end(struct dw_buffer *out, const struct dw_error *error)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_FILE_END, VERSION);
    dw_record_put_u8(&writer, error->kind);
    dw_record_put_bytes(&writer, error->kind == DW_ERROR_NONE ? DW_SLICE("") : dw_slice_of(error->text));
    dw_record_finish(&writer);
}

static void put_list(struct dw_record_writer *writer, const struct dw_slice *items, size_t count)
{
    dw_record_put_u32(writer, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        dw_record_put_bytes(writer, items[i]);
}

void dw_fact_put_package(struct dw_buffer *out, const struct dw_package *package)
{
    struct dw_record_writer writer;
    const struct dw_slice texts[] = {package->name,           package->version, package->architecture,
                                     package->source_name,    package->source_version, package->license,
                                     package->supplier,       package->checksum, package->path};
    dw_record_begin(&writer, out, DW_FACT_PACKAGE, VERSION);
    dw_record_put_u8(&writer, package->type);
    dw_record_put_u8(&writer, package->evidence);
    dw_record_put_u32(&writer, package->flags);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        dw_record_put_bytes(&writer, texts[i]);
    put_list(&writer, package->depends, package->depend_count);
    put_list(&writer, package->provides, package->provide_count);
    dw_record_finish(&writer);
}

void dw_fact_put_distribution(struct dw_buffer *out, const struct dw_distribution *distribution)
{
    struct dw_record_writer writer;
    const struct dw_slice texts[] = {distribution->id,      distribution->id_like,
                                     distribution->version_id, distribution->version_codename,
                                     distribution->pretty_name, distribution->release, distribution->path};
    dw_record_begin(&writer, out, DW_FACT_DISTRIBUTION, VERSION);
    dw_record_put_u8(&writer, distribution->known);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        dw_record_put_bytes(&writer, texts[i]);
    dw_record_finish(&writer);
}

void dw_fact_put_account(struct dw_buffer *out, const struct dw_account *account)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_ACCOUNT, VERSION);
    dw_record_put_u8(&writer, account->kind);
    dw_record_put_u8(&writer, account->no_password);
    dw_record_put_bytes(&writer, account->name);
    dw_record_put_bytes(&writer, account->id);
    dw_record_put_bytes(&writer, account->group);
    dw_record_finish(&writer);
}

void dw_fact_put_owned(struct dw_buffer *out, struct dw_slice package, struct dw_slice path)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_OWNED, VERSION);
    dw_record_put_bytes(&writer, package);
    dw_record_put_bytes(&writer, path);
    dw_record_finish(&writer);
}

void dw_fact_put_note(struct dw_buffer *out, enum dw_note_kind kind, struct dw_slice path, struct dw_slice message)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_NOTE, VERSION);
    dw_record_put_u8(&writer, kind);
    dw_record_put_bytes(&writer, path);
    dw_record_put_bytes(&writer, message);
    dw_record_finish(&writer);
}

void dw_fact_put_replaced(struct dw_buffer *out, struct dw_slice path)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_REPLACED, VERSION);
    dw_record_put_bytes(&writer, path);
    dw_record_finish(&writer);
}

void dw_fact_put_hashes(struct dw_buffer *out, bool folders, const uint64_t *hashes, size_t count)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_HASHES, VERSION);
    dw_record_put_u8(&writer, folders);
    dw_record_put_u32(&writer, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        dw_record_put_u64(&writer, hashes[i]);
    dw_record_finish(&writer);
}

void dw_fact_put_summary(struct dw_buffer *out, uint64_t entries, uint64_t bytes)
{
    struct dw_record_writer writer;
    dw_record_begin(&writer, out, DW_FACT_SUMMARY, VERSION);
    dw_record_put_u64(&writer, entries);
    dw_record_put_u64(&writer, bytes);
    dw_record_finish(&writer);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static struct dw_fact_file *last_file(struct dw_layer_facts *facts, struct dw_record *record)
{
    if (facts->files.len == 0) {
        record->bad = true;
        return NULL;
    }
    return facts->files.at[facts->files.len - 1];
}

static struct dw_slice get_copy(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_slice bytes = dw_record_get_bytes(record);
    return bytes.len == 0 ? DW_SLICE("") : dw_arena_copy(&facts->arena, bytes);
}

/* A number below COUNT, or the record is bad. */
static unsigned get_choice(struct dw_record *record, unsigned count)
{
    unsigned value = dw_record_get_u8(record);
    if (value >= count)
        record->bad = true;
    return value < count ? value : 0;
}

static void add_entry(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_entry *entry = dw_vector_push(&facts->entries);
    entry->kind = (enum dw_entry_kind)get_choice(record, DW_ENTRY_KIND_COUNT);
    entry->path = get_copy(facts, record);
    entry->target = get_copy(facts, record);
}

static void add_file(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = dw_arena_alloc(&facts->arena, 1, sizeof(*file));
    file->reader = get_choice(record, (unsigned)dw_package_reader_count);
    file->path = get_copy(facts, record);
    *dw_vector_push(&facts->files) = file;
    dw_map_insert(&facts->last_files, file->path, NULL)->pointer = file;
}

static void get_list(struct dw_layer_facts *facts, struct dw_record *record, struct dw_slice **items, size_t *count)
{
    *count = dw_record_get_count(record, sizeof(uint32_t));
    *items = *count == 0 ? NULL : dw_arena_alloc(&facts->arena, *count, sizeof(**items));
    for (size_t i = 0; i < *count; i++)
        (*items)[i] = get_copy(facts, record);
}

static void add_package(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = last_file(facts, record);
    struct dw_package package = {.layer = -1};
    struct dw_slice *texts[] = {&package.name,        &package.version,        &package.architecture,
                                &package.source_name, &package.source_version, &package.license,
                                &package.supplier,    &package.checksum,       &package.path};
    package.type = (enum dw_package_type)get_choice(record, DW_PACKAGE_OTHER);
    package.evidence = (enum dw_package_evidence)get_choice(record, DW_EVIDENCE_BINARY + 1);
    package.flags = dw_record_get_u32(record);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = get_copy(facts, record);
    get_list(facts, record, &package.depends, &package.depend_count);
    get_list(facts, record, &package.provides, &package.provide_count);
    if (file != NULL)
        *dw_vector_push(&file->packages) = package;
}

static void add_distribution(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = last_file(facts, record);
    struct dw_distribution distribution = {.known = get_choice(record, 2) != 0};
    struct dw_slice *texts[] = {&distribution.id,          &distribution.id_like,
                                &distribution.version_id,  &distribution.version_codename,
                                &distribution.pretty_name, &distribution.release, &distribution.path};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = get_copy(facts, record);
    if (file != NULL) {
        file->distribution = distribution;
        file->has_distribution = true;
    }
}

static void add_owned(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = last_file(facts, record);
    struct dw_owned owned = {.package = get_copy(facts, record), .path = get_copy(facts, record)};
    if (file != NULL)
        *dw_vector_push(&file->owned) = owned;
}

static void add_account(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = last_file(facts, record);
    struct dw_account account = {.kind = (enum dw_account_kind)get_choice(record, DW_ACCOUNT_KIND_COUNT)};
    account.no_password = get_choice(record, 2) != 0;
    account.name = get_copy(facts, record);
    account.id = get_copy(facts, record);
    account.group = get_copy(facts, record);
    if (file != NULL)
        *dw_vector_push(&file->accounts) = account;
}

static void add_note(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_note note = {.layer = -1, .kind = (enum dw_note_kind)get_choice(record, DW_NOTE_KIND_COUNT)};
    note.path = get_copy(facts, record);
    note.message = get_copy(facts, record);
    struct dw_fact_file *file = facts->files.len > 0 ? facts->files.at[facts->files.len - 1] : NULL;
    if (file != NULL && dw_slice_equal(file->path, note.path))
        *dw_vector_push(&file->notes) = note;
    else
        *dw_vector_push(&facts->notes) = note;
}

static void add_file_end(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = last_file(facts, record);
    unsigned kind = get_choice(record, DW_ERROR_UNAVAILABLE + 1);
    struct dw_slice text = get_copy(facts, record);
    if (file == NULL || kind == DW_ERROR_NONE)
        return;
    struct dw_note *note = dw_vector_push(&file->notes);
    note->layer = -1;
    note->kind = dw_note_kind_of_error((enum dw_error_kind)kind);
    note->path = file->path;
    note->message = text;
}

static void add_replaced(struct dw_layer_facts *facts, struct dw_record *record)
{
    struct dw_fact_file *file = dw_map_get(&facts->last_files, dw_record_get_bytes(record));
    if (file != NULL)
        file->replaced = true;
}

static void add_hashes(struct dw_layer_facts *facts, struct dw_record *record)
{
    unsigned which = get_choice(record, 2);
    size_t count = dw_record_get_count(record, sizeof(uint64_t));
    for (size_t i = 0; i < count; i++)
        *dw_vector_push(&facts->hashes[which]) = dw_record_get_u64(record);
}

static void add_summary(struct dw_layer_facts *facts, struct dw_record *record)
{
    facts->entry_count = dw_record_get_u64(record);
    facts->byte_count = dw_record_get_u64(record);
    facts->complete = true;
}

bool dw_layer_facts_add(struct dw_layer_facts *facts, struct dw_record *record, const struct dw_limits *limits,
                        struct dw_error *error)
{
    static void (*const adders[])(struct dw_layer_facts *, struct dw_record *) = {
        [DW_FACT_ENTRY] = add_entry,     [DW_FACT_FILE] = add_file,
        [DW_FACT_PACKAGE] = add_package, [DW_FACT_DISTRIBUTION] = add_distribution,
        [DW_FACT_OWNED] = add_owned,     [DW_FACT_NOTE] = add_note,
        [DW_FACT_FILE_END] = add_file_end, [DW_FACT_REPLACED] = add_replaced,
        [DW_FACT_HASHES] = add_hashes,   [DW_FACT_SUMMARY] = add_summary,
        [DW_FACT_ACCOUNT] = add_account,
    };
    if (record->type == 0 || record->type >= sizeof(adders) / sizeof(adders[0]) || record->version != VERSION ||
        facts->complete)
        record->bad = true;
    else
        adders[record->type](facts, record);
    return dw_record_end(record, error) &&
           dw_limit_check(limits, DW_LIMIT_LINKS, facts->entries.len, error) &&
           dw_limit_check(limits, DW_LIMIT_PACKAGES, facts->files.len, error);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

bool dw_layer_facts_finish(const struct dw_layer_facts *facts, struct dw_error *error)
{
    return facts->complete || dw_fail(error, DW_ERROR_CRASH, "its facts are not complete");
}

/* Where WANTED stands, or would stand, among the sorted hashes. An image of one layer rarely asks, and need not sort. */
static size_t find_hash(struct dw_layer_facts *facts, bool folders, uint64_t wanted)
{
    for (size_t i = 0; i < 2 && !facts->sorted; i++)
        if (facts->hashes[i].len > 1)
            qsort(facts->hashes[i].at, facts->hashes[i].len, sizeof(uint64_t), compare_hashes);
    facts->sorted = true;
    size_t low = 0, high = facts->hashes[folders].len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (facts->hashes[folders].at[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool dw_layer_facts_holds(struct dw_layer_facts *facts, bool folders, struct dw_slice path)
{
    uint64_t wanted = dw_path_hash(path);
    size_t at = find_hash(facts, folders, wanted);
    return at < facts->hashes[folders].len && facts->hashes[folders].at[at] == wanted;
}

/* ---- one path, several things ---------------------------------------------------------------------------------- */

/* How many entries that are no folders have the path. */
static size_t count_entries(struct dw_layer_facts *facts, struct dw_slice path)
{
    uint64_t wanted = dw_path_hash(path);
    size_t first = find_hash(facts, false, wanted), at = first;
    while (at < facts->hashes[0].len && facts->hashes[0].at[at] == wanted)
        at++;
    return at - first;
}

static bool has_folder_and_file(struct dw_layer_facts *facts)
{
    find_hash(facts, false, 0); /* sorts */
    for (size_t i = 0, j = 0; i < facts->hashes[0].len; i++) {
        while (j < facts->hashes[1].len && facts->hashes[1].at[j] < facts->hashes[0].at[i])
            j++;
        if (j < facts->hashes[1].len && facts->hashes[1].at[j] == facts->hashes[0].at[i])
            return true;
    }
    return false;
}

/* Has an entry of KIND another entry, of another kind, at its path? */
static bool has_other_entry(struct dw_layer_facts *facts, enum dw_entry_kind kind, struct dw_slice *path)
{
    DW_CLEANUP(dw_map_free) struct dw_map links = {0}; /* path → entries of this kind */
    for (size_t i = 0; i < facts->entries.len; i++)
        if (facts->entries.at[i].kind == kind)
            dw_map_insert(&links, facts->entries.at[i].path, NULL)->number++;
    for (size_t i = 0; i < facts->entries.len; i++) {
        *path = facts->entries.at[i].path;
        if (facts->entries.at[i].kind == kind && dw_map_find(&links, *path)->number < count_entries(facts, *path))
            return true;
    }
    return false;
}

bool dw_layer_facts_ambiguous(struct dw_layer_facts *facts, bool alone, struct dw_slice *path)
{
    if (has_other_entry(facts, DW_ENTRY_HARDLINK, path) ||
        (!alone && has_other_entry(facts, DW_ENTRY_SYMLINK, path)))
        return true;
    *path = DW_SLICE("");
    return !alone && has_folder_and_file(facts);
}
