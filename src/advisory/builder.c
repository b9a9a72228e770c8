/* SPDX-License-Identifier: Apache-2.0
 *
 * Records are kept packed while a database is built and unpacked one at a time when they are needed, so that
 * memory is what the file will hold, not what JSON costs. Everything is sorted before it is written: the
 * order of feeds and files on the disk does not reach the output. */
#include "advisory/builder.h"

#include "advisory/database_writer.h"
#include "advisory/ecosystem.h"
#include "advisory/group.h"
#include "base/clock.h"

struct stored {
    struct dw_slice packed, id;
    int64_t modified;
    size_t feed;
    size_t next; /* index + 1 of another record of the same id */
    bool dropped, withdrawn;
    struct dw_item_reference at;
};

struct entry {
    struct dw_slice key;    /* of its package */
    struct dw_slice packed; /* the affected entry */
    size_t record;
};

struct id_use {
    struct dw_slice key; /* 'i' and the id in lower case */
    bool record;         /* else a group */
    size_t index;        /* of the record or of the primary's node */
};

struct rating_of {
    struct dw_rating rating;
    unsigned rank;
};

struct dw_builder {
    struct dw_arena arena;
    DW_VECTOR(struct stored) records;
    DW_VECTOR(struct dw_feed) feeds;
    struct dw_map by_id; /* index + 1 of the newest of the id */
    DW_VECTOR(struct entry) entries;
    DW_VECTOR(struct id_use) uses;
    struct dw_alias_groups groups;
    struct dw_item_reference *group_at; /* by node */
    uint64_t group_count;
    int64_t newest;
    struct dw_database_writer writer;
};

struct dw_builder *dw_builder_new(void)
{
    struct dw_builder *builder = dw_alloc(1, sizeof(*builder));
    builder->newest = DW_TIME_UNKNOWN;
    return builder;
}

void dw_builder_free(struct dw_builder *builder)
{
    if (builder == NULL)
        return;
    dw_database_writer_abandon(&builder->writer);
    dw_vector_free(&builder->records);
    dw_vector_free(&builder->feeds);
    dw_map_free(&builder->by_id);
    dw_vector_free(&builder->entries);
    dw_vector_free(&builder->uses);
    dw_alias_groups_free(&builder->groups);
    free(builder->group_at);
    dw_arena_free(&builder->arena);
    free(builder);
}

void dw_builder_feed(struct dw_builder *builder, struct dw_slice name, struct dw_slice path)
{
    *dw_vector_push(&builder->feeds) = (struct dw_feed){
        .name = dw_arena_copy(&builder->arena, name),
        .path = dw_arena_copy(&builder->arena, path),
        .newest = DW_TIME_UNKNOWN,
    };
}

void dw_builder_feed_digest(struct dw_builder *builder, const struct dw_digest *digest)
{
    char text[DW_DIGEST_TEXT];
    builder->feeds.at[builder->feeds.len - 1].digest =
        dw_arena_copy(&builder->arena, dw_slice_of(dw_digest_format(digest, text)));
}

uint64_t dw_builder_records(const struct dw_builder *builder)
{
    return builder->records.len;
}

uint64_t dw_builder_feed_records(const struct dw_builder *builder)
{
    return builder->feeds.at[builder->feeds.len - 1].records;
}

/* ---- adding ---- */

/* Should a record be kept beside those of the same id? Drops the ones it replaces. */
static bool worth_keeping(struct dw_builder *builder, size_t first, struct dw_slice packed, int64_t modified)
{
    for (size_t i = first; i != 0; i = builder->records.at[i - 1].next)
        if (!builder->records.at[i - 1].dropped &&
            (dw_slice_equal(builder->records.at[i - 1].packed, packed) ||
             builder->records.at[i - 1].modified > modified))
            return false;
    for (size_t i = first; i != 0; i = builder->records.at[i - 1].next)
        if (builder->records.at[i - 1].modified < modified)
            builder->records.at[i - 1].dropped = true;
    return true;
}

bool dw_builder_add(struct dw_builder *builder, struct dw_slice packed, uint64_t json_bytes,
                    struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
    struct dw_advisory advisory;
    if (!dw_advisory_unpack(&scratch, packed, &advisory))
        return dw_fail(error, DW_ERROR_CRASH, "a worker sent a malformed advisory record");
    struct dw_feed *feed = &builder->feeds.at[builder->feeds.len - 1];
    feed->records++;
    feed->withdrawn += advisory.withdrawn;
    feed->bytes += json_bytes;
    if (advisory.modified > feed->newest) /* "unknown" is the lowest number */
        feed->newest = advisory.modified;
    if (advisory.modified > builder->newest)
        builder->newest = advisory.modified;

    const struct dw_map_entry *known = dw_map_find(&builder->by_id, advisory.id);
    size_t first = known ? (size_t)known->number : 0;
    if (!worth_keeping(builder, first, packed, advisory.modified))
        return true;
    struct stored *stored = dw_vector_push(&builder->records);
    stored->packed = dw_arena_copy(&builder->arena, packed);
    stored->id = dw_slice_make(stored->packed.at + (advisory.id.at - packed.at), advisory.id.len);
    stored->modified = advisory.modified;
    stored->withdrawn = advisory.withdrawn;
    stored->feed = builder->feeds.len - 1;
    stored->next = first;
    dw_map_insert(&builder->by_id, stored->id, NULL)->number = builder->records.len;
    return true;
}

static int compare_stored(const void *a, const void *b)
{
    const struct stored *x = a, *y = b;
    int order = dw_slice_compare(x->id, y->id);
    return order ? order : dw_slice_compare(x->packed, y->packed);
}

/* Drops what was replaced and sorts the rest. */
static void settle(struct dw_builder *builder)
{
    size_t kept = 0;
    for (size_t i = 0; i < builder->records.len; i++)
        if (!builder->records.at[i].dropped)
            builder->records.at[kept++] = builder->records.at[i];
    builder->records.len = kept;
    if (kept > 0)
        qsort(builder->records.at, kept, sizeof(builder->records.at[0]), compare_stored);
}

/* Unpacks a record that was checked when it was added. */
static void unpack(struct dw_arena *scratch, const struct stored *stored, struct dw_advisory *advisory)
{
    if (!dw_advisory_unpack(scratch, stored->packed, advisory))
        abort();
}

/* ---- groups ---- */

/* (group node, record) pairs, sorted: which records back which primary id. */
struct backing {
    uint32_t node;
    size_t record;
};
struct backing_list {
    struct backing *at;
    size_t len, capacity;
};

static int compare_backing(const void *a, const void *b)
{
    const struct backing *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static unsigned source_rank(struct dw_slice id)
{
    if (dw_slice_starts_with(id, "GHSA-"))
        return 0;
    return dw_slice_starts_with(id, "CVE-") ? 1 : 2;
}

static int compare_ratings(const void *a, const void *b)
{
    const struct rating_of *x = a, *y = b;
    int order = (int)x->rank - (int)y->rank;
    if (order == 0)
        order = dw_slice_compare(x->rating.source, y->rating.source);
    if (order == 0)
        order = (int)x->rating.scheme - (int)y->rating.scheme;
    return order ? order : dw_slice_compare(x->rating.value, y->rating.value);
}

struct group_ratings {
    struct rating_of *at;
    size_t len, capacity;
};

static void lend(struct dw_arena *scratch, struct group_ratings *ratings, const struct dw_advisory *advisory,
                 const struct dw_rating *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct rating_of lent = {.rating = list[i], .rank = source_rank(advisory->id)};
        lent.rating.source = dw_arena_copy(scratch, advisory->id);
        *dw_vector_push(ratings) = lent;
    }
}

/* One group's item: what its records say together. */
static bool write_group(struct dw_builder *builder, uint32_t node, const struct backing *backing,
                        size_t count, struct dw_strings aliases, struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
    struct group_ratings ratings = {0};
    struct dw_slice summary = DW_SLICE("");
    unsigned summary_rank = 4;
    for (size_t i = 0; i < count; i++) {
        struct dw_advisory advisory;
        unpack(&scratch, &builder->records.at[backing[i].record], &advisory);
        if (advisory.withdrawn)
            continue;
        /* A record that only hangs on by upstream speaks of a package of a distribution: its title comes
         * last. */
        unsigned rank = advisory.upstream.count > 0 ? 3 : source_rank(advisory.id);
        if (advisory.summary.len > 0 && rank < summary_rank) {
            summary = advisory.summary;
            summary_rank = rank;
        }
        lend(&scratch, &ratings, &advisory, advisory.ratings, advisory.rating_count);
        for (size_t j = 0; j < advisory.affected_count; j++)
            lend(&scratch, &ratings, &advisory, advisory.affected[j].ratings,
                 advisory.affected[j].rating_count);
    }
    size_t distinct = 0;
    if (ratings.len > 0)
        qsort(ratings.at, ratings.len, sizeof(ratings.at[0]), compare_ratings);
    for (size_t i = 0; i < ratings.len; i++)
        if (distinct == 0 || compare_ratings(&ratings.at[distinct - 1], &ratings.at[i]) != 0)
            ratings.at[distinct++] = ratings.at[i];
    ratings.len = distinct;

    struct dw_record_writer item = dw_database_writer_begin(&builder->writer);
    dw_record_put_bytes(&item, builder->groups.nodes.at[node].id);
    dw_strings_put(&item, &aliases);
    dw_record_put_bytes(&item, summary);
    dw_record_put_u32(&item, (uint32_t)ratings.len);
    for (size_t i = 0; i < ratings.len; i++)
        dw_record_put_bytes(&item, ratings.at[i].rating.source);
    struct dw_rating *plain = dw_arena_alloc(&scratch, ratings.len, sizeof(*plain));
    for (size_t i = 0; i < ratings.len; i++)
        plain[i] = ratings.at[i].rating;
    dw_ratings_put(&item, plain, ratings.len);
    dw_vector_free(&ratings);
    builder->group_count++;
    return dw_database_writer_end(&builder->writer, DW_ITEM_GROUP, &builder->group_at[node], error);
}

static void use_id(struct dw_builder *builder, struct dw_slice id, bool record, size_t index)
{
    struct dw_slice key = dw_arena_printf(&builder->arena, "i%.*s", DW_SLICE_ARG(id));
    for (size_t i = 1; i < key.len; i++)
        ((char *)key.at)[i] = dw_to_lower(key.at[i]);
    *dw_vector_push(&builder->uses) = (struct id_use){key, record, index};
}

/* More (id, primary id) or (record, primary id) pairs than all public feeds have by far: somebody tied ids together so that
 * everything is an alias of everything. */
#define PAIRS_LIMIT ((size_t)1 << 25)

static bool entangled(struct dw_error *error)
{
    return dw_fail(error, DW_ERROR_LIMIT, "the feeds' aliases tie too many ids together (limit %zu pairs)", PAIRS_LIMIT);
}

/* Which records back which primary ids; and, for look-ups by id, where every id leads. */
static bool back_groups(struct dw_builder *builder, struct backing_list *backing, struct dw_error *error)
{
    struct dw_node_list list = {0};
    for (size_t i = 0; i < builder->records.len && backing->len < PAIRS_LIMIT; i++) {
        DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
        struct dw_advisory advisory;
        unpack(&scratch, &builder->records.at[i], &advisory);
        dw_alias_groups_of_record(&builder->groups, &advisory, &list);
        for (size_t j = 0; j < list.len; j++) {
            *dw_vector_push(backing) = (struct backing){list.at[j], i};
            use_id(builder, builder->records.at[i].id, false, list.at[j]);
        }
        use_id(builder, builder->records.at[i].id, true, i);
        /* Also what only a withdrawn record names leads to it, so that it can be explained. */
        for (size_t j = 0; j < advisory.aliases.count; j++)
            use_id(builder, advisory.aliases.at[j], true, i);
        for (size_t j = 0; j < advisory.upstream.count; j++)
            use_id(builder, advisory.upstream.at[j], true, i);
    }
    dw_vector_free(&list);
    if (backing->len >= PAIRS_LIMIT)
        return entangled(error);
    if (backing->len > 0)
        qsort(backing->at, backing->len, sizeof(backing->at[0]), compare_backing);
    return true;
}

struct alias_of {
    uint32_t group, node;
};

static int compare_alias_of(const void *a, const void *b)
{
    const struct alias_of *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static int compare_slices(const void *a, const void *b)
{
    return dw_slice_compare(*(const struct dw_slice *)a, *(const struct dw_slice *)b);
}

static bool write_groups(struct dw_builder *builder, struct dw_error *error)
{
    struct dw_alias_groups *groups = &builder->groups;
    struct backing_list backing = {0};
    struct dw_node_list list = {0};
    DW_VECTOR(struct alias_of) aliases = {0};
    bool done = back_groups(builder, &backing, error);
    for (uint32_t node = 0; node < groups->nodes.len && done; node++) {
        dw_alias_groups_of_node(groups, node, &list);
        for (size_t i = 0; i < list.len; i++)
            *dw_vector_push(&aliases) = (struct alias_of){list.at[i], node};
        done = aliases.len < PAIRS_LIMIT || entangled(error);
    }
    if (aliases.len > 0)
        qsort(aliases.at, aliases.len, sizeof(aliases.at[0]), compare_alias_of);
    builder->group_at = dw_alloc(groups->nodes.len + 1, sizeof(*builder->group_at));

    size_t first = 0;
    for (size_t i = 0; i < backing.len && done;) {
        DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
        uint32_t node = backing.at[i].node;
        size_t end = i;
        while (end < backing.len && backing.at[end].node == node)
            end++;
        while (first < aliases.len && aliases.at[first].group < node)
            first++;
        size_t last = first;
        while (last < aliases.len && aliases.at[last].group == node)
            last++;
        struct dw_strings names = {.at = dw_arena_alloc(&scratch, last - first + 1, sizeof(struct dw_slice))};
        for (size_t j = first; j < last; j++) {
            struct dw_slice id = groups->nodes.at[aliases.at[j].node].id;
            use_id(builder, id, false, node);
            if (aliases.at[j].node != node)
                names.at[names.count++] = id;
        }
        if (names.count > 0)
            qsort(names.at, names.count, sizeof(*names.at), compare_slices);
        /* The primary id leads to all records of its group; the other names find them by way of it. */
        for (size_t k = i; k < end; k++)
            use_id(builder, groups->nodes.at[node].id, true, backing.at[k].record);
        done = write_group(builder, node, backing.at + i, end - i, names, error);
        i = end;
    }
    dw_vector_free(&aliases);
    dw_vector_free(&list);
    dw_vector_free(&backing);
    return done;
}

/* ---- records, packages, ids ---- */

static struct dw_slice release_key(struct dw_arena *arena, const struct dw_affected *affected)
{
    return dw_arena_printf(arena, "r%.*s%c%.*s", DW_SLICE_ARG(affected->ecosystem), '\0',
                           DW_SLICE_ARG(affected->release));
}

static void add_entry(struct dw_builder *builder, size_t record, const struct dw_affected *affected)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer key = {0};
    if (affected->name.len == 0)
        return; /* commits only: nothing to look up by */
    dw_buffer_append_byte(&key, 'p');
    dw_buffer_append(&key, affected->ecosystem);
    dw_buffer_append_byte(&key, '\0');
    dw_buffer_append(&key, affected->release);
    dw_buffer_append_byte(&key, '\0');
    dw_ecosystem_name(affected->ecosystem, affected->name, &key);
    *dw_vector_push(&builder->entries) =
        (struct entry){dw_arena_copy(&builder->arena, dw_buffer_slice(&key)), affected->packed, record};
}

static bool write_advisory(struct dw_builder *builder, size_t index, struct dw_node_list *list,
                           struct dw_error *error)
{
    DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
    struct stored *stored = &builder->records.at[index];
    struct dw_advisory advisory;
    unpack(&scratch, stored, &advisory);
    struct dw_record_writer item = dw_database_writer_begin(&builder->writer);
    dw_record_put_bytes(&item, builder->feeds.at[stored->feed].name);
    dw_alias_groups_of_record(&builder->groups, &advisory, list);
    dw_record_put_u32(&item, (uint32_t)list->len);
    for (size_t i = 0; i < list->len; i++)
        dw_database_writer_put_reference(&item, builder->group_at[list->at[i]]);
    dw_record_put_u32(&item, (uint32_t)advisory.affected_count);
    for (size_t i = 0; i < advisory.affected_count; i++) {
        dw_record_put_bytes(&item, advisory.affected[i].ecosystem);
        dw_record_put_bytes(&item, advisory.affected[i].release);
        dw_record_put_bytes(&item, advisory.affected[i].name);
        add_entry(builder, index, &advisory.affected[i]);
    }
    advisory.affected_count = 0;
    dw_advisory_pack(&packed, &advisory);
    dw_record_put_bytes(&item, dw_buffer_slice(&packed));
    return dw_database_writer_end(&builder->writer, DW_ITEM_ADVISORY, &stored->at, error);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = dw_slice_compare(x->key, y->key);
    if (order == 0)
        order = (x->record > y->record) - (x->record < y->record);
    /* Within one record the entries lie in one run of bytes: their order there is the order as listed. */
    return order ? order : (x->packed.at > y->packed.at) - (x->packed.at < y->packed.at);
}

static bool write_packages(struct dw_builder *builder, struct dw_error *error)
{
    size_t end;
    if (builder->entries.len > 0)
        qsort(builder->entries.at, builder->entries.len, sizeof(builder->entries.at[0]), compare_entries);
    for (size_t i = 0; i < builder->entries.len; i = end) {
        for (end = i; end < builder->entries.len; end++)
            if (!dw_slice_equal(builder->entries.at[end].key, builder->entries.at[i].key))
                break;
        struct dw_record_writer item = dw_database_writer_begin(&builder->writer);
        dw_record_put_bytes(&item, builder->entries.at[i].key);
        dw_record_put_u32(&item, (uint32_t)(end - i));
        for (size_t j = i; j < end; j++) {
            const struct stored *stored = &builder->records.at[builder->entries.at[j].record];
            dw_database_writer_put_reference(&item, stored->at);
            dw_record_put_u8(&item, stored->withdrawn);
            dw_record_put_bytes(&item, builder->entries.at[j].packed);
        }
        if (!dw_database_writer_end_keyed(&builder->writer, DW_ITEM_PACKAGE, builder->entries.at[i].key,
                                          error))
            return false;
    }
    return true;
}

static bool write_releases(struct dw_builder *builder, struct dw_error *error)
{
    struct dw_map counts = {0};
    bool done = true;
    DW_VECTOR(struct dw_slice) keys = {0};
    for (size_t i = 0; i < builder->entries.len; i++) {
        /* The package's key up to its second NUL is the release's but for the first letter. */
        struct dw_slice key = builder->entries.at[i].key;
        size_t first = dw_slice_find(key, '\0');
        size_t second = first + 1 + dw_slice_find(dw_slice_from(key, first + 1), '\0');
        bool added;
        struct dw_map_entry *entry = dw_map_insert(&counts, dw_slice_part(key, 1, second - 1), &added);
        entry->number++;
        if (added)
            *dw_vector_push(&keys) = entry->key;
    }
    for (size_t i = 0; i < keys.len && done; i++) {
        struct dw_affected affected = {0};
        size_t nul = dw_slice_find(keys.at[i], '\0');
        affected.ecosystem = dw_slice_part(keys.at[i], 0, nul);
        affected.release = dw_slice_from(keys.at[i], nul + 1);
        struct dw_slice key = release_key(&builder->arena, &affected);
        struct dw_record_writer item = dw_database_writer_begin(&builder->writer);
        dw_record_put_bytes(&item, key);
        dw_record_put_u64(&item, dw_map_find(&counts, keys.at[i])->number);
        done = dw_database_writer_end_keyed(&builder->writer, DW_ITEM_RELEASE, key, error);
    }
    dw_vector_free(&keys);
    dw_map_free(&counts);
    return done;
}

static int compare_uses(const void *a, const void *b)
{
    const struct id_use *x = a, *y = b;
    int order = dw_slice_compare(x->key, y->key);
    if (order == 0)
        order = (int)x->record - (int)y->record;
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* The references of uses [*I, …) that are of KEY and of groups (or of records). */
static void put_uses(struct dw_builder *builder, struct dw_record_writer *item, size_t *i,
                     struct dw_slice key, bool record)
{
    DW_VECTOR(struct dw_item_reference) list = {0};
    size_t previous = SIZE_MAX;
    for (; *i < builder->uses.len; (*i)++) {
        const struct id_use *use = &builder->uses.at[*i];
        if (use->record != record || !dw_slice_equal(use->key, key))
            break;
        struct dw_item_reference at =
            record ? builder->records.at[use->index].at : builder->group_at[use->index];
        if (use->index != previous && at.length > 0)
            *dw_vector_push(&list) = at;
        previous = use->index;
    }
    dw_record_put_u32(item, (uint32_t)list.len);
    for (size_t j = 0; j < list.len; j++)
        dw_database_writer_put_reference(item, list.at[j]);
    dw_vector_free(&list);
}

static bool write_ids(struct dw_builder *builder, struct dw_error *error)
{
    if (builder->uses.len > 0)
        qsort(builder->uses.at, builder->uses.len, sizeof(builder->uses.at[0]), compare_uses);
    for (size_t i = 0; i < builder->uses.len;) {
        struct dw_slice key = builder->uses.at[i].key;
        struct dw_record_writer item = dw_database_writer_begin(&builder->writer);
        dw_record_put_bytes(&item, key);
        put_uses(builder, &item, &i, key, false);
        put_uses(builder, &item, &i, key, true);
        if (!dw_database_writer_end_keyed(&builder->writer, DW_ITEM_ID, key, error))
            return false;
    }
    return true;
}

static int compare_feeds(const void *a, const void *b)
{
    const struct dw_feed *x = a, *y = b;
    int order = dw_slice_compare(x->name, y->name);
    return order ? order : dw_slice_compare(x->path, y->path);
}

static bool write_feeds(struct dw_builder *builder, struct dw_item_reference *at, struct dw_error *error)
{
    struct dw_record_writer item = dw_database_writer_begin(&builder->writer);
    if (builder->feeds.len > 0)
        qsort(builder->feeds.at, builder->feeds.len, sizeof(builder->feeds.at[0]), compare_feeds);
    dw_record_put_u32(&item, (uint32_t)builder->feeds.len);
    for (size_t i = 0; i < builder->feeds.len; i++) {
        const struct dw_feed *feed = &builder->feeds.at[i];
        dw_record_put_bytes(&item, feed->name);
        dw_record_put_bytes(&item, feed->path);
        dw_record_put_u64(&item, feed->records);
        dw_record_put_u64(&item, feed->withdrawn);
        dw_record_put_u64(&item, feed->bytes);
        dw_record_put_i64(&item, feed->newest);
        dw_record_put_bytes(&item, feed->digest);
    }
    return dw_database_writer_end(&builder->writer, DW_ITEM_FEEDS, at, error);
}

bool dw_builder_write(struct dw_builder *builder, const char *output, int64_t now, struct dw_error *error)
{
    struct dw_database_footer footer = {.built = now, .newest = builder->newest};
    struct dw_node_list list = {0};
    settle(builder);
    for (size_t i = 0; i < builder->records.len; i++) {
        struct dw_advisory advisory; /* its ids point into the packed record, which stays */
        DW_CLEANUP(dw_arena_free) struct dw_arena scratch = {0};
        unpack(&scratch, &builder->records.at[i], &advisory);
        dw_alias_groups_add(&builder->groups, &advisory);
    }
    dw_alias_groups_finish(&builder->groups);
    if (!dw_database_writer_open(&builder->writer, output, error) || !write_groups(builder, error))
        return false;
    for (size_t i = 0; i < builder->records.len; i++) {
        if (!write_advisory(builder, i, &list, error)) {
            dw_vector_free(&list);
            return false;
        }
    }
    dw_vector_free(&list);
    footer.records = builder->records.len;
    footer.groups = builder->group_count;
    return write_packages(builder, error) && write_releases(builder, error) && write_ids(builder, error) &&
           write_feeds(builder, &footer.feeds, error) &&
           dw_database_writer_commit(&builder->writer, &footer, error);
}
