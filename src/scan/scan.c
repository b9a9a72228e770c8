/* SPDX-License-Identifier: Apache-2.0
 * Threads drive workers, one a layer: each reads and hashes its blob and hashes what comes back unpacked, while the worker
 * unpacks and walks. */
#include "scan/scan.h"

#include "package/purl.h"
#include "scan/folder.h"
#include "scan/layer_job.h"
#include "scan/merge.h"

#include <pthread.h>
#include <signal.h>

struct layer_result {
    struct dw_layer_facts *facts; /* NULL: ERROR says why */
    struct dw_error error;
    struct dw_error cache_error; /* could not be cached: worth a word, no more */
    bool cached;
    uint64_t bytes;
};

struct reading {
    struct dw_image *image;
    const struct dw_scan_options *options;
    struct layer_result *results;
    size_t *order;
    size_t next, count;
    uint64_t done, total;      /* bytes of blobs, for progress */
    uint64_t unpacked;         /* of all layers so far */
    pthread_mutex_t lock;
};

struct blob_check {
    struct dw_hasher hasher;
    bool hashing;
    uint64_t bytes;
    struct reading *reading;
};

static void tap_blob(void *context, struct dw_slice bytes)
{
    struct blob_check *check = context;
    if (check->hashing)
        dw_hasher_update(&check->hasher, bytes);
    check->bytes += bytes.len;
    struct reading *reading = check->reading;
    if (reading == NULL || reading->options->progress == NULL)
        return;
    pthread_mutex_lock(&reading->lock);
    reading->done += bytes.len;
    reading->options->progress(reading->options->progress_context, reading->done, reading->total);
    pthread_mutex_unlock(&reading->lock);
}

static bool compare_digest(const struct dw_digest *got, const struct dw_digest *wanted, const char *what,
                           struct dw_error *error)
{
    char first[DW_DIGEST_TEXT], second[DW_DIGEST_TEXT];
    if (dw_digest_equal(got, wanted))
        return true;
    return dw_fail(error, DW_ERROR_INPUT, "%s: its bytes hash to %s, it should be %s", what,
                   dw_digest_format(got, first), dw_digest_format(wanted, second));
}

/* Runs one pass over INPUT. RECORDS gets the run of records, for the cache. UNPACKED (may be NULL) the digest of the
 * unpacked bytes, by the algorithm that is set in it. */
static struct dw_layer_facts *pass(const struct dw_scan_options *options, struct dw_stream *input,
                                   struct blob_check *check, struct dw_digest *unpacked, struct dw_buffer *records,
                                   struct dw_error *error)
{
    struct dw_worker *worker = dw_worker_start(options->zygote, error);
    struct dw_job_request request = {.kind = DW_JOB_SCAN_LAYER, .fd = -1, .input = input, .unpacked = true,
                                     .tap = tap_blob, .tap_context = check};
    struct dw_hasher hasher = {0};
    struct dw_layer_facts *facts = dw_layer_facts_new();
    bool good = worker != NULL && dw_worker_submit(worker, &request, error);
    if (unpacked != NULL)
        dw_hasher_start(&hasher, unpacked->algorithm);
    struct dw_error record_error = DW_ERROR_INIT;
    uint64_t bytes = 0;
    while (good) {
        struct dw_worker_result result;
        enum dw_worker_event event = dw_worker_next(worker, &result, error);
        if (event == DW_WORKER_END)
            break;
        if (event == DW_WORKER_ERROR) {
            good = false;
        } else if (event == DW_WORKER_UNPACKED) {
            if (unpacked != NULL)
                dw_hasher_update(&hasher, result.unpacked);
            bytes += result.unpacked.len;
            good = dw_limit_check(options->limits, DW_LIMIT_LAYER_BYTES, bytes, error);
        } else if (!dw_layer_facts_add(facts, &result.record, options->limits, &record_error)) {
            *error = record_error;
            good = false;
        } else if (records != NULL) {
            dw_buffer_append(records, dw_slice_make(result.record.body.at - DW_RECORD_HEADER,
                                                    result.record.body.len + DW_RECORD_HEADER));
        }
    }
    dw_worker_stop(worker);
    if (unpacked != NULL)
        dw_hasher_finish(&hasher, unpacked);
    good = good && dw_layer_facts_finish(facts, error);
    /* The image's budget is charged by what the summary says. */
    if (good && facts->byte_count != bytes)
        good = dw_fail(error, DW_ERROR_CRASH, "its parser process sent other bytes than it says");
    if (good)
        return facts;
    dw_layer_facts_free(facts);
    return NULL;
}

/* The image's budget on unpacked bytes; the layer's own is the worker's. */
static bool charge(struct reading *reading, uint64_t bytes, struct dw_error *error)
{
    pthread_mutex_lock(&reading->lock);
    reading->unpacked += bytes;
    uint64_t total = reading->unpacked;
    pthread_mutex_unlock(&reading->lock);
    return dw_limit_check(reading->options->limits, DW_LIMIT_IMAGE_BYTES, total, error);
}

static void read_layer(struct reading *reading, size_t index)
{
    struct dw_layer *layer = &reading->image->layers[index];
    struct layer_result *result = &reading->results[index];
    struct dw_digest none = {0};
    const struct dw_cache *cache = reading->options->cache;
    const struct dw_digest *digest = layer->has_digest ? &layer->digest : &none;
    /* Before the cache is asked: a blob that is missing or of another size is never passed over. */
    struct dw_stream *input = dw_image_layer_open(reading->image, index, &result->error);
    if (input == NULL)
        return;
    if (cache != NULL && layer->has_digest)
        result->facts = dw_cache_get(cache, digest, &layer->diff_id, reading->options->limits);
    if (result->facts != NULL) {
        result->cached = true;
        dw_stream_close(input);
        /* Or a limit would hold in the first run and not in the second. */
        if (!charge(reading, result->facts->byte_count, &result->error)) {
            dw_layer_facts_free(result->facts);
            result->facts = NULL;
        }
        return;
    }
    struct blob_check check = {.reading = reading, .hashing = layer->has_digest};
    if (check.hashing)
        dw_hasher_start(&check.hasher, layer->digest.algorithm);
    struct dw_digest unpacked = {.algorithm = layer->diff_id.algorithm == DW_DIGEST_SHA512 ? DW_DIGEST_SHA512
                                                                                            : DW_DIGEST_SHA256};
    struct dw_buffer records = {0};
    struct dw_layer_facts *facts = pass(reading->options, input, &check, &unpacked, &records, &result->error);
    dw_stream_close(input);
    struct dw_digest blob = {0};
    if (check.hashing)
        dw_hasher_finish(&check.hasher, &blob);
    /* A wrong digest explains more than whatever the wrong bytes led to. An input that could not be read to its end has no
     * digest. */
    struct dw_error mismatch = DW_ERROR_INIT;
    bool read_whole = facts != NULL || layer->size == 0 || check.bytes == layer->size;
    bool sound = !check.hashing || !read_whole || compare_digest(&blob, &layer->digest, "its blob", &mismatch);
    if (!sound)
        result->error = mismatch;
    sound = sound && facts != NULL;
    if (sound && layer->diff_id.algorithm != DW_DIGEST_NONE)
        sound = compare_digest(&unpacked, &layer->diff_id, "unpacked (the config's diff id)", &result->error);
    sound = sound && charge(reading, facts->byte_count, &result->error);
    if (sound && cache != NULL && layer->has_digest)
        dw_cache_put(cache, digest, &unpacked, dw_buffer_slice(&records), &result->cache_error);
    if (sound)
        result->facts = facts;
    else
        dw_layer_facts_free(facts);
    dw_buffer_free(&records);
}

static void *read_layers(void *context)
{
    struct reading *reading = context;
    for (;;) {
        pthread_mutex_lock(&reading->lock);
        size_t at = reading->next++;
        pthread_mutex_unlock(&reading->lock);
        if (at >= reading->count)
            return NULL;
        read_layer(reading, reading->order[at]);
    }
}

/* All layers, as many beside each other as there are jobs; the calling thread is one of the drivers. */
static void drive(struct reading *reading)
{
    unsigned jobs = dw_image_random_access(reading->image) ? reading->options->jobs : 1;
    if (jobs > reading->count)
        jobs = (unsigned)reading->count;
    pthread_t *threads = dw_alloc(jobs, sizeof(*threads));
    unsigned started = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the first thread's */
    while (started + 1 < jobs && pthread_create(&threads[started], NULL, read_layers, reading) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    read_layers(reading);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static void note_layers(struct dw_image *image, const struct layer_result *results, struct dw_subject *subject)
{
    for (size_t i = 0; i < image->layer_count; i++) {
        if (results[i].facts == NULL)
            dw_subject_note(subject, dw_note_kind_of_error(results[i].error.kind), (int)i, DW_SLICE(""),
                            dw_slice_of(results[i].error.text));
        if (results[i].cache_error.kind != DW_ERROR_NONE)
            dw_subject_note(subject, DW_NOTE_INFORMATION, (int)i, DW_SLICE(""),
                            dw_slice_of(results[i].cache_error.text));
    }
}

static struct dw_slice *copy_list(struct dw_arena *arena, const struct dw_slice *items, size_t count)
{
    struct dw_slice *copy = dw_arena_alloc(arena, count ? count : 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = dw_arena_copy(arena, items[i]);
    return copy;
}

/* The image is closed before its subject: everything is copied. */
static void copy_summary(struct dw_image *image, struct dw_subject *subject)
{
    struct dw_arena *arena = &subject->arena;
    struct dw_image_summary *to = &subject->image;
    *to = image->summary;
    struct dw_slice *texts[] = {&to->manifest_digest, &to->image_id, &to->os,   &to->architecture,
                                &to->variant,         &to->created,  &to->user, &to->working_directory,
                                &to->base_name,       &to->base_digest};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = dw_arena_copy(arena, *texts[i]);
    to->entrypoint = copy_list(arena, to->entrypoint, to->entrypoint_count);
    to->command = copy_list(arena, to->command, to->command_count);
    to->environment = copy_list(arena, to->environment, to->environment_count);
    to->ports = copy_list(arena, to->ports, to->port_count);
    to->volumes = copy_list(arena, to->volumes, to->volume_count);
    to->history = copy_list(arena, to->history, to->history_count);
    to->label_names = copy_list(arena, to->label_names, to->label_count);
    to->label_values = copy_list(arena, to->label_values, to->label_count);
    struct dw_layer_summary *layers = dw_arena_alloc(arena, to->layer_count ? to->layer_count : 1, sizeof(*layers));
    for (size_t i = 0; i < to->layer_count; i++) {
        layers[i] = to->layers[i];
        layers[i].digest = dw_arena_copy(arena, layers[i].digest);
        layers[i].diff_id = dw_arena_copy(arena, layers[i].diff_id);
        layers[i].media_type = dw_arena_copy(arena, layers[i].media_type);
        layers[i].instruction = dw_arena_copy(arena, layers[i].instruction);
    }
    to->layers = layers;
    subject->digest = to->manifest_digest.len > 0 ? to->manifest_digest : to->image_id;
    for (size_t i = 0; i < image->notes.len; i++)
        dw_subject_note(subject, image->notes.at[i].kind, image->notes.at[i].layer, image->notes.at[i].path,
                        image->notes.at[i].message);
}

/* The subject's packages point into the facts' texts. */
static void free_merged(struct dw_subject *subject, struct dw_layer_facts *facts)
{
    if (facts != NULL)
        dw_arena_adopt(&subject->arena, &facts->arena);
    dw_layer_facts_free(facts);
}

static bool scan_image(const struct dw_reference *reference, const struct dw_scan_options *options,
                       struct dw_subject *subject, struct dw_error *error)
{
    struct dw_image_options image_options = {.platform_given = options->platform_given,
                                             .platform = options->platform, .limits = options->limits,
                                             .zygote = options->zygote};
    struct dw_image *image = dw_image_open(reference, &image_options, error);
    if (image == NULL)
        return false;
    copy_summary(image, subject);
    struct reading reading = {.image = image, .options = options, .count = image->layer_count};
    size_t count = image->layer_count ? image->layer_count : 1;
    reading.results = dw_alloc(count, sizeof(*reading.results));
    reading.order = dw_alloc(count, sizeof(*reading.order));
    pthread_mutex_init(&reading.lock, NULL);
    dw_image_layer_order(image, reading.order);
    for (size_t i = 0; i < image->layer_count; i++)
        reading.total += image->layers[i].size;
    drive(&reading);
    note_layers(image, reading.results, subject);
    struct dw_layer_facts **facts = dw_alloc(count, sizeof(*facts));
    for (size_t i = 0; i < image->layer_count; i++)
        facts[i] = reading.results[i].facts;
    bool good = dw_layers_merge(facts, image->layer_count, false, options->limits, subject, error);
    for (size_t i = 0; i < image->layer_count; i++)
        free_merged(subject, facts[i]);
    free(facts);
    free(reading.results);
    free(reading.order);
    pthread_mutex_destroy(&reading.lock);
    dw_image_close(image);
    return good;
}

static bool scan_folder(const struct dw_reference *reference, const struct dw_scan_options *options,
                        struct dw_subject *subject, struct dw_error *error)
{
    struct dw_folder_notes notes = {0};
    struct blob_check check = {0};
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(reference->path);
    struct dw_stream *input = dw_stream_of_folder(path, options->limits, &notes, error);
    struct dw_layer_facts *facts =
        input == NULL ? NULL : pass(options, input, &check, NULL, NULL, error);
    dw_stream_close(input);
    for (size_t i = 0; i < notes.list.len; i++)
        dw_subject_note(subject, notes.list.at[i].kind, -1, dw_slice_of(notes.list.at[i].path),
                        dw_slice_of(notes.list.at[i].message));
    bool good = facts != NULL && dw_layers_merge(&facts, 1, true, options->limits, subject, error);
    free_merged(subject, facts);
    dw_folder_notes_free(&notes);
    return good;
}

static bool scan_purl(const struct dw_reference *reference, struct dw_subject *subject, struct dw_error *error)
{
    struct dw_package *package = dw_arena_alloc(&subject->arena, 1, sizeof(*package));
    if (!dw_purl_parse(&subject->arena, reference->path, package, &subject->distribution, error))
        return false;
    package->layer = -1;
    package->purl = dw_purl_of_package(&subject->arena, package, &subject->distribution);
    *dw_vector_push(&subject->packages) = package;
    return true;
}

struct dw_subject *dw_scan_reference(struct dw_slice text, const struct dw_scan_options *options,
                                     struct dw_error *error)
{
    static const enum dw_subject_kind kinds[] = {
        [DW_SOURCE_OCI_LAYOUT] = DW_SUBJECT_IMAGE, [DW_SOURCE_DOCKER_ARCHIVE] = DW_SUBJECT_IMAGE,
        [DW_SOURCE_FOLDER] = DW_SUBJECT_FOLDER,    [DW_SOURCE_PURL] = DW_SUBJECT_PURL,
        [DW_SOURCE_REGISTRY] = DW_SUBJECT_IMAGE,
    };
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_reference reference;
    struct dw_error trouble = DW_ERROR_INIT;
    bool good = dw_reference_parse(&arena, text, &reference, &trouble);
    if (!good && trouble.kind == DW_ERROR_USAGE) {
        *error = trouble;
        return NULL;
    }
    struct dw_subject *subject = dw_subject_new(good ? kinds[reference.kind] : DW_SUBJECT_IMAGE, text);
    if (good && reference.kind == DW_SOURCE_FOLDER)
        good = scan_folder(&reference, options, subject, &trouble);
    else if (good && reference.kind == DW_SOURCE_PURL)
        good = scan_purl(&reference, subject, &trouble);
    else if (good)
        good = scan_image(&reference, options, subject, &trouble);
    if (!good) {
        subject->unreadable = true;
        dw_subject_note(subject, dw_note_kind_of_error(trouble.kind), -1, DW_SLICE(""), dw_slice_of(trouble.text));
        *error = trouble;
        if (dw_slice_find_slice(dw_slice_of(trouble.text), text) == SIZE_MAX)
            dw_context(error, "%.*s", DW_SLICE_ARG(text));
    }
    return subject;
}
