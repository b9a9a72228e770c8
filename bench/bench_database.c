/* SPDX-License-Identifier: Apache-2.0
 *
 * The advisory database: building it from OSV archives beside the floor (inflating the same archives and
 * parsing the same JSON with jansson, nothing else), and looking 600 packages up in it and in one of the size
 * of all public feeds, made here.
 *
 *   bench-database [FOLDER]      FOLDER: OSV feeds; default DOCKWORTHY_TEST_DATA/osv, else ../shared/data/osv
 */
#include "advisory/builder.h"
#include "advisory/match.h"
#include "base/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PACKAGES     600
#define MANY_RECORDS 300000
#define MANY_NAMES   80000

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void row(const char *name, const char *value, const char *beside, const char *target)
{
    printf("  %-46s %14s  %-26s %s\n", name, value, beside, target);
    fflush(stdout);
}

static char *printed(char text[64], double value, int decimals, const char *unit)
{
    snprintf(text, 64, "%.*f %s", decimals, value, unit);
    return text;
}

/* Inflates and parses every member of one archive; adds to BYTES. */
static bool floor_of(const char *path, uint64_t *bytes)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer json = {0};
    struct archive_entry *entry;
    struct archive *archive = archive_read_new();
    archive_read_support_format_zip(archive);
    bool good = archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK;
    while (good && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        char chunk[1 << 14];
        la_ssize_t got;
        dw_buffer_clear(&json);
        while ((got = archive_read_data(archive, chunk, sizeof(chunk))) > 0)
            dw_buffer_append(&json, dw_slice_make(chunk, (size_t)got));
        json_t *root = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
        good = root != NULL;
        json_decref(root);
        *bytes += json.len;
    }
    archive_read_free(archive);
    return good;
}

static bool floor_of_folder(const char *folder, uint64_t *bytes)
{
    DIR *handle = opendir(folder);
    struct dirent *entry;
    bool good = handle != NULL;
    while (good && (entry = readdir(handle)) != NULL) {
        DW_CLEANUP(dw_cleanup_free) char *feed = dw_path_join(folder, entry->d_name);
        DW_CLEANUP(dw_cleanup_free) char *path = dw_path_join(feed, "all.zip");
        if (entry->d_name[0] != '.' && dw_is_file(path))
            good = floor_of(path, bytes);
    }
    if (handle)
        closedir(handle);
    return good;
}

/* ---- look-ups ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Opens the database and matches the packages; the median of many runs. */
static bool look_up(const char *path)
{
    enum { RUNS = 51 };
    struct dw_error error = DW_ERROR_INIT;
    double times[RUNS];
    char value[64], beside[64];
    size_t findings = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        struct dw_verdict *verdict = dw_verdict_new("scan", 0);
        struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("image"));
        struct dw_package *packages = dw_arena_alloc(&subject->arena, PACKAGES, sizeof(*packages));
        for (unsigned i = 0; i < PACKAGES; i++) {
            packages[i] = (struct dw_package){.type = DW_PACKAGE_NPM, .layer = -1};
            packages[i].version = i % 9 ? DW_SLICE("1.4.2") : DW_SLICE("1.1.0");
            packages[i].name =
                dw_arena_printf(&subject->arena, "%s-%u", i % 3 ? "unnamed" : "package", i * 97 % MANY_NAMES);
            *dw_vector_push(&subject->packages) = &packages[i];
        }
        *dw_vector_push(&verdict->subjects) = subject;
        double start = now();
        struct dw_database *database = dw_database_open(path, &error);
        bool matched = database && dw_match_subject(database, verdict, subject, &error);
        times[run] = now() - start;
        findings = verdict->findings.len;
        dw_database_close(database);
        dw_verdict_free(verdict);
        if (!matched) {
            fprintf(stderr, "%s\n", error.text);
            return false;
        }
    }
    qsort(times, RUNS, sizeof(times[0]), compare_doubles);
    snprintf(beside, sizeof(beside), "%.0f look-ups/s, %zu hits", PACKAGES / times[RUNS / 2], findings);
    row("open and match 600 packages in them", printed(value, times[RUNS / 2] * 1e3, 2, "ms"), beside,
        "target: at most 5 ms");
    return true;
}

/* As many records as all public feeds hold, with a few ranges each. */
static bool build_many(const char *path)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_builder *builder = dw_builder_new();
    bool good = true;
    dw_builder_feed(builder, DW_SLICE("made"), DW_SLICE("made"));
    for (unsigned i = 0; i < MANY_RECORDS && good; i++) {
        struct dw_range_event events[] = {{DW_EVENT_INTRODUCED, DW_SLICE("0")},
                                          {DW_EVENT_FIXED, DW_SLICE("1.2.3")}};
        struct dw_range range = {.kind = DW_RANGE_SEMVER, .events = events, .event_count = 2};
        struct dw_affected affected = {.ecosystem = DW_SLICE("npm"), .ranges = &range, .range_count = 1};
        struct dw_slice alias;
        DW_CLEANUP(dw_buffer_free) struct dw_buffer packed = {0};
        char id[32], name[32], cve[32];
        snprintf(id, sizeof(id), "GHSA-%u", i);
        snprintf(cve, sizeof(cve), "CVE-%u", i);
        snprintf(name, sizeof(name), "package-%u", i % MANY_NAMES);
        affected.name = dw_slice_of(name);
        alias = dw_slice_of(cve);
        if (i % 16 == 0)
            events[1].version = DW_SLICE("1.9.0");
        struct dw_advisory advisory = {
            .id = dw_slice_of(id),
            .summary =
                DW_SLICE("A summary of about the length that summaries of advisories have in public feeds"),
            .url = DW_SLICE("https://github.com/advisories/GHSA-0000-0000-0000"),
            .modified = 1700000000 + i,
            .published = 1690000000,
            .aliases = {.at = &alias, .count = 1},
            .affected = &affected,
            .affected_count = 1,
        };
        dw_advisory_pack(&packed, &advisory);
        good = dw_builder_add(builder, dw_buffer_slice(&packed), 1500, &error);
    }
    good = good && dw_builder_write(builder, path, 1700000000, &error);
    dw_builder_free(builder);
    if (!good)
        fprintf(stderr, "%s\n", error.text);
    return good;
}

static char *data_folder(int argc, char **argv)
{
    const char *given = getenv("DOCKWORTHY_TEST_DATA");
    if (argc > 1)
        return dw_copy_string(dw_slice_of(argv[1]));
    return dw_path_join(given ? given : "../shared/data", "osv");
}

int main(int argc, char **argv)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_cleanup_free) char *folder = data_folder(argc, argv);
    char path[] = "/tmp/bench-database-XXXXXX", value[64], beside[64];
    struct stat status;
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    bool good = true;
    if (dw_is_folder(folder)) {
        uint64_t bytes = 0;
        double start = now();
        good = floor_of_folder(folder, &bytes);
        double floor = now() - start;
        double megabytes = (double)bytes / 1e6;
        start = now();
        good = good && dw_database_build(NULL, &limits, folder, path, 1700000000, NULL, NULL, &error);
        double build = now() - start;
        if (!good)
            fprintf(stderr, "%s\n", error.text);
        row("floor: inflate and jansson, the same JSON", printed(value, megabytes / floor, 1, "MB/s"),
            "one core", "");
        snprintf(beside, sizeof(beside), "%.2f x the floor's time", build / floor);
        row("build from OSV archives", printed(value, megabytes / build, 1, "MB/s"), beside,
            "target: at least 20 MB/s");
    } else {
        printf("  build: skipped: no OSV feeds at %s\n", folder);
    }
    double start = now();
    good = good && build_many(path) && stat(path, &status) == 0;
    if (good) {
        snprintf(beside, sizeof(beside), "%.1f s, %.0f MB", now() - start, (double)status.st_size / 1e6);
        row("300,000 records, from packed form",
            printed(value, MANY_RECORDS / (now() - start), 0, "records/s"), beside, "");
        good = look_up(path);
    }
    unlink(path);
    return good ? 0 : 1;
}
