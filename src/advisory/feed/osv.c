/* SPDX-License-Identifier: Apache-2.0
 *
 * OSV schema 1.7. Limits: DW_LIMIT_ADVISORY_RECORD bytes; nesting as jansson limits it (2,048). */
#include "advisory/feed/osv.h"

#include "advisory/cvss.h"
#include "base/clock.h"

#include <jansson.h>
#include <math.h>

/* Longer names and ids than any feed has; bounds keys and messages. */
#define NAME_LIMIT 4096

struct reader {
    struct dw_arena *arena;
    struct dw_error *error;
    struct dw_slice id; /* for messages, once known */
};

static bool bad(struct reader *reader, const char *what)
{
    if (reader->id.len > 0)
        return dw_fail(reader->error, DW_ERROR_INPUT, "record %.*s: %s", DW_SLICE_ARG(reader->id), what);
    return dw_fail(reader->error, DW_ERROR_INPUT, "%s", what);
}

static struct dw_slice text_of(const json_t *string)
{
    return dw_slice_make(json_string_value(string), json_string_length(string));
}

static struct dw_slice copy(struct reader *reader, const json_t *string)
{
    return dw_arena_copy(reader->arena, text_of(string));
}

/* The member, with null as absent. */
static const json_t *member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

/* An absent member is fine and gives NULL; one of another type is not. */
static bool typed_member(struct reader *reader, const json_t *object, const char *key, json_type type,
                         const json_t **value)
{
    *value = member(object, key);
    if (*value == NULL || json_typeof(*value) == type)
        return true;
    char message[128];
    snprintf(message, sizeof(message), "\"%s\" is of the wrong type", key);
    return bad(reader, message);
}

static bool string_member(struct reader *reader, const json_t *object, const char *key, struct dw_slice *text)
{
    const json_t *value;
    *text = DW_SLICE("");
    if (!typed_member(reader, object, key, JSON_STRING, &value))
        return false;
    if (value)
        *text = copy(reader, value);
    return true;
}

/* An id or name is shown and used as a key: it must be short and without control characters. */
static bool check_name(struct reader *reader, struct dw_slice name, const char *what)
{
    char message[128];
    bool sound = name.len > 0 && name.len <= NAME_LIMIT;
    for (size_t i = 0; i < name.len && sound; i++)
        sound = (unsigned char)name.at[i] >= ' ' && name.at[i] != 0x7f;
    if (sound)
        return true;
    snprintf(message, sizeof(message), "%s is empty, longer than %d bytes or has control characters", what,
             NAME_LIMIT);
    return bad(reader, message);
}

static bool strings_member(struct reader *reader, const json_t *object, const char *key,
                           struct dw_strings *strings)
{
    const json_t *list, *item;
    size_t i;
    *strings = (struct dw_strings){0};
    if (!typed_member(reader, object, key, JSON_ARRAY, &list))
        return false;
    if (list == NULL || json_array_size(list) == 0)
        return true;
    strings->at = dw_arena_alloc(reader->arena, json_array_size(list), sizeof(*strings->at));
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item) || json_string_length(item) == 0) {
            char message[128];
            snprintf(message, sizeof(message), "\"%s\" has an item that is no string or is empty", key);
            return bad(reader, message);
        }
        strings->at[strings->count++] = copy(reader, item);
    }
    return true;
}

static bool ids_member(struct reader *reader, const json_t *object, const char *key, struct dw_strings *ids)
{
    if (!strings_member(reader, object, key, ids))
        return false;
    for (size_t i = 0; i < ids->count; i++)
        if (!check_name(reader, ids->at[i], "an id"))
            return false;
    return true;
}

/* Year 1 (the zero time of Go and of Python, which writes it "1-01-01T…") means "not known". */
static bool time_member(struct reader *reader, const json_t *object, const char *key, bool *present,
                        int64_t *time)
{
    const json_t *value;
    *time = DW_TIME_UNKNOWN;
    *present = false;
    if (!typed_member(reader, object, key, JSON_STRING, &value))
        return false;
    if (value == NULL)
        return true;
    *present = true;
    struct dw_slice text = text_of(value);
    bool zero = dw_slice_starts_with(text, "1-");
    if (zero)
        text = dw_arena_printf(reader->arena, "000%.*s", DW_SLICE_ARG(text));
    if (!dw_time_parse(text, false, time)) {
        char message[128];
        snprintf(message, sizeof(message), "\"%s\" is no RFC 3339 time", key);
        return bad(reader, message);
    }
    if (zero || dw_slice_starts_with(text, "0001-"))
        *time = DW_TIME_UNKNOWN;
    return true;
}

/* ---- severity ---- */

static enum dw_severity severity_of_word(struct dw_slice word)
{
    /* Beside our own words: Debian's urgency and CVSS's "none". "not yet assigned", "end-of-life" and
     * "untriaged" are no severity. */
    static const char *const negligible[] = {"unimportant", "none"};
    enum dw_severity severity = DW_SEVERITY_UNKNOWN;
    if (dw_severity_parse(word, &severity))
        return severity;
    for (size_t i = 0; i < sizeof(negligible) / sizeof(negligible[0]); i++)
        if (dw_slice_equal_nocase(word, dw_slice_of(negligible[i])))
            return DW_SEVERITY_NEGLIGIBLE;
    return DW_SEVERITY_UNKNOWN;
}

static enum dw_severity_scheme scheme_of_vector(const struct dw_cvss *cvss)
{
    if (cvss->major == 4)
        return DW_SCHEME_CVSS_V4;
    if (cvss->major == 3)
        return cvss->minor == 0 ? DW_SCHEME_CVSS_V30 : DW_SCHEME_CVSS_V31;
    return DW_SCHEME_CVSS_V2;
}

typedef DW_VECTOR(struct dw_rating) ratings_vector;

static void add_rating(ratings_vector *ratings, struct dw_rating rating)
{
    for (size_t i = 0; i < ratings->len; i++)
        if (ratings->at[i].scheme == rating.scheme && dw_slice_equal(ratings->at[i].value, rating.value))
            return;
    *dw_vector_push(ratings) = rating;
}

static void add_word(struct reader *reader, ratings_vector *ratings, const json_t *word)
{
    if (json_string_length(word) > 0)
        add_rating(ratings, (struct dw_rating){.scheme = DW_SCHEME_WORD,
                                               .value = copy(reader, word),
                                               .severity = severity_of_word(text_of(word))});
}

static void add_vector(struct reader *reader, ratings_vector *ratings, const json_t *vector)
{
    struct dw_cvss cvss;
    struct dw_rating rating = {.scheme = DW_SCHEME_OTHER, .value = copy(reader, vector)};
    if (json_string_length(vector) == 0)
        return;
    if (dw_cvss_parse_score(rating.value, &cvss, NULL)) {
        rating.scheme = scheme_of_vector(&cvss);
        rating.severity = cvss.severity;
        rating.score = cvss.score_tenths;
    }
    add_rating(ratings, rating);
}

/* A score without a vector, as database_specific.cvss_v3_score gives it. */
static bool add_score(struct reader *reader, ratings_vector *ratings, const json_t *object, const char *key,
                      enum dw_severity_scheme scheme)
{
    const json_t *value = member(object, key);
    if (value == NULL)
        return true;
    double score = json_number_value(value);
    if (!json_is_number(value) || !(score >= 0.0 && score <= 10.0))
        return bad(reader, "a CVSS score is no number from 0 to 10");
    unsigned tenths = (unsigned)lround(score * 10.0);
    struct dw_rating rating = {.scheme = scheme, .score = tenths, .severity = dw_severity_of_score(tenths)};
    if (scheme == DW_SCHEME_CVSS_V2 && rating.severity == DW_SEVERITY_CRITICAL)
        rating.severity = DW_SEVERITY_HIGH; /* CVSS 2 has no critical */
    if (scheme == DW_SCHEME_CVSS_V2 && tenths == 0)
        rating.severity = DW_SEVERITY_LOW;
    rating.value = dw_arena_printf(reader->arena, "%u.%u", tenths / 10, tenths % 10);
    add_rating(ratings, rating);
    return true;
}

/* severity[]: {type, score}. */
static bool read_severity_list(struct reader *reader, const json_t *object, ratings_vector *ratings)
{
    const json_t *list, *item, *type, *score;
    size_t i;
    if (!typed_member(reader, object, "severity", JSON_ARRAY, &list))
        return false;
    json_array_foreach(list, i, item)
    {
        type = member(item, "type");
        score = member(item, "score");
        if (!json_is_string(type) || !json_is_string(score))
            return bad(reader, "an item of \"severity\" lacks type or score");
        if (dw_slice_starts_with(text_of(type), "CVSS_"))
            add_vector(reader, ratings, score);
        else
            add_word(reader, ratings, score); /* Ubuntu and its like publish a word */
    }
    return true;
}

/* What feeds keep in database_specific or ecosystem_specific: a word under "severity" or "urgency", a vector
 * under "cvss" (a string, or an object with vectorString), plain scores. */
static bool read_specific_severity(struct reader *reader, const json_t *specific, ratings_vector *ratings)
{
    static const char *const words[] = {"severity", "urgency"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (json_is_string(member(specific, words[i])))
            add_word(reader, ratings, member(specific, words[i]));
    const json_t *cvss = member(specific, "cvss");
    if (json_is_object(cvss))
        cvss = member(cvss, "vectorString");
    if (json_is_string(cvss))
        add_vector(reader, ratings, cvss);
    return add_score(reader, ratings, specific, "cvss_v4_score", DW_SCHEME_CVSS_V4) &&
           add_score(reader, ratings, specific, "cvss_v3_score", DW_SCHEME_CVSS_V31) &&
           add_score(reader, ratings, specific, "cvss_v2_score", DW_SCHEME_CVSS_V2);
}

static struct dw_rating *keep_ratings(struct reader *reader, ratings_vector *ratings, size_t *count)
{
    struct dw_rating *kept = dw_arena_alloc(reader->arena, ratings->len, sizeof(*kept));
    if (ratings->len > 0)
        memcpy(kept, ratings->at, ratings->len * sizeof(*kept));
    *count = ratings->len;
    dw_vector_free(ratings);
    return kept;
}

/* ---- affected ---- */

static bool read_event(struct reader *reader, const json_t *event, struct dw_range *range)
{
    const char *key;
    const json_t *value;
    if (!json_is_object(event) || json_object_size(event) == 0)
        return bad(reader, "an event is no object or is empty");
    /* One object may carry several kinds; then they stand in the order of the kinds. */
    for (unsigned kind = 0; kind < DW_EVENT_KIND_COUNT; kind++) {
        value = member(event, dw_event_kind_name((enum dw_event_kind)kind));
        if (value == NULL)
            continue;
        if (!json_is_string(value) || json_string_length(value) == 0 ||
            json_string_length(value) > NAME_LIMIT)
            return bad(reader, "an event's version is no string, empty or too long");
        range->events[range->event_count++] =
            (struct dw_range_event){(enum dw_event_kind)kind, copy(reader, value)};
    }
    json_object_foreach((json_t *)event, key, value)
    {
        bool known = false;
        for (unsigned kind = 0; kind < DW_EVENT_KIND_COUNT; kind++)
            known = known || strcmp(key, dw_event_kind_name((enum dw_event_kind)kind)) == 0;
        if (!known)
            return bad(reader, "an event is of an unknown kind");
    }
    return true;
}

static bool read_range(struct reader *reader, const json_t *object, bool custom, struct dw_range *range)
{
    const json_t *events, *event, *type = member(object, "type");
    size_t i, total = 0;
    bool known = custom, introduced = false;
    if (!json_is_object(object) || !json_is_string(type))
        return bad(reader, "a range has no type");
    range->kind = DW_RANGE_CUSTOM;
    for (unsigned kind = 0; kind < DW_RANGE_CUSTOM && !custom; kind++) {
        if (dw_slice_is(text_of(type), dw_range_kind_name((enum dw_range_kind)kind))) {
            range->kind = (enum dw_range_kind)kind;
            known = true;
        }
    }
    if (!known)
        return bad(reader, "a range is of an unknown type");
    if (!typed_member(reader, object, "events", JSON_ARRAY, &events))
        return false;
    json_array_foreach(events, i, event) total += json_object_size(event);
    range->events = dw_arena_alloc(reader->arena, total, sizeof(*range->events));
    json_array_foreach(events, i, event) if (!read_event(reader, event, range)) return false;
    for (i = 0; i < range->event_count; i++)
        introduced = introduced || range->events[i].kind == DW_EVENT_INTRODUCED;
    /* Without one it would silently match nothing. */
    return introduced || bad(reader, "a range has no \"introduced\" event");
}

/* Go: ecosystem_specific.imports, for a person. */
static bool read_imports(struct reader *reader, const json_t *specific, struct dw_strings *imports)
{
    static const struct {
        const char *key, *before;
    } parts[] = {{"symbols", ": "}, {"goos", " only for GOOS "}, {"goarch", " only for GOARCH "}};
    const json_t *list, *item, *word;
    size_t i, j;
    if (!typed_member(reader, specific, "imports", JSON_ARRAY, &list))
        return false;
    imports->at = dw_arena_alloc(reader->arena, json_array_size(list), sizeof(*imports->at));
    json_array_foreach(list, i, item)
    {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        struct dw_slice path;
        if (!json_is_object(item))
            return bad(reader, "an item of \"imports\" is no object");
        if (!string_member(reader, item, "path", &path))
            return false;
        dw_buffer_append(&text, path);
        for (size_t part = 0; part < sizeof(parts) / sizeof(parts[0]); part++) {
            const json_t *words;
            if (!typed_member(reader, item, parts[part].key, JSON_ARRAY, &words))
                return false;
            json_array_foreach(words, j, word)
            {
                dw_buffer_append_string(&text, j == 0 ? parts[part].before : ", ");
                if (json_is_string(word))
                    dw_buffer_append(&text, text_of(word));
            }
        }
        imports->at[imports->count++] = dw_arena_copy(reader->arena, dw_buffer_slice(&text));
    }
    return true;
}

static bool read_package(struct reader *reader, const json_t *entry, struct dw_affected *affected)
{
    const json_t *package;
    if (!typed_member(reader, entry, "package", JSON_OBJECT, &package))
        return false;
    if (package == NULL)
        return true; /* commits of a repository only */
    struct dw_slice whole;
    if (!string_member(reader, package, "ecosystem", &whole) ||
        !string_member(reader, package, "name", &affected->name))
        return false;
    if (!check_name(reader, whole, "an ecosystem") || !check_name(reader, affected->name, "a package name"))
        return false;
    size_t colon = dw_slice_find(whole, ':');
    affected->ecosystem = dw_slice_part(whole, 0, colon);
    affected->release = colon == SIZE_MAX ? DW_SLICE("") : dw_slice_from(whole, colon + 1);
    return affected->ecosystem.len > 0 || bad(reader, "an ecosystem begins with a colon");
}

static bool read_ranges(struct reader *reader, const json_t *entry, const json_t *specific,
                        struct dw_affected *affected)
{
    const json_t *ranges, *custom, *range;
    size_t i;
    if (!typed_member(reader, entry, "ranges", JSON_ARRAY, &ranges) ||
        !typed_member(reader, specific, "custom_ranges", JSON_ARRAY, &custom))
        return false;
    size_t total = json_array_size(ranges) + json_array_size(custom);
    affected->ranges = dw_arena_alloc(reader->arena, total, sizeof(*affected->ranges));
    json_array_foreach(ranges, i,
                       range) if (!read_range(reader, range, false,
                                              &affected->ranges[affected->range_count++])) return false;
    json_array_foreach(
        custom, i,
        range) if (!read_range(reader, range, true, &affected->ranges[affected->range_count++])) return false;
    return true;
}

static bool read_affected(struct reader *reader, const json_t *entry, struct dw_affected *affected)
{
    const json_t *database, *ecosystem;
    ratings_vector ratings = {0};
    if (!json_is_object(entry))
        return bad(reader, "an item of \"affected\" is no object");
    if (!read_package(reader, entry, affected) ||
        !typed_member(reader, entry, "database_specific", JSON_OBJECT, &database) ||
        !typed_member(reader, entry, "ecosystem_specific", JSON_OBJECT, &ecosystem) ||
        !read_ranges(reader, entry, ecosystem, affected) ||
        !strings_member(reader, entry, "versions", &affected->versions) ||
        !string_member(reader, database, "last_known_affected_version_range", &affected->last_known) ||
        !string_member(reader, database, "informational", &affected->informational) ||
        !read_imports(reader, ecosystem, &affected->imports))
        return false;
    bool read = read_severity_list(reader, entry, &ratings) &&
                read_specific_severity(reader, ecosystem, &ratings) &&
                read_specific_severity(reader, database, &ratings);
    affected->ratings = keep_ratings(reader, &ratings, &affected->rating_count);
    return read;
}

static bool read_affected_list(struct reader *reader, const json_t *root, struct dw_advisory *advisory)
{
    const json_t *list, *entry;
    size_t i;
    if (!typed_member(reader, root, "affected", JSON_ARRAY, &list))
        return false;
    advisory->affected = dw_arena_alloc(reader->arena, json_array_size(list), sizeof(*advisory->affected));
    json_array_foreach(
        list, i, entry) if (!read_affected(reader, entry,
                                           &advisory->affected[advisory->affected_count++])) return false;
    return true;
}

/* ---- the record ---- */

static bool read_reference(struct reader *reader, const json_t *root, struct dw_slice *url)
{
    const json_t *list, *item, *chosen = NULL;
    size_t i;
    if (!typed_member(reader, root, "references", JSON_ARRAY, &list))
        return false;
    json_array_foreach(list, i, item)
    {
        const json_t *type = member(item, "type"), *address = member(item, "url");
        if (!json_is_string(address))
            return bad(reader, "a reference has no url");
        bool advisory = json_is_string(type) && dw_slice_is(text_of(type), "ADVISORY");
        if (chosen == NULL || advisory)
            chosen = address;
        if (advisory)
            break;
    }
    if (chosen)
        *url = copy(reader, chosen);
    return true;
}

static bool read_record(struct reader *reader, const json_t *root, struct dw_advisory *advisory)
{
    const json_t *database;
    ratings_vector ratings = {0};
    bool present;
    if (!json_is_object(root))
        return bad(reader, "is no JSON object");
    if (!string_member(reader, root, "id", &advisory->id) || !check_name(reader, advisory->id, "\"id\""))
        return false;
    reader->id = advisory->id;
    if (!time_member(reader, root, "modified", &present, &advisory->modified) ||
        !time_member(reader, root, "published", &present, &advisory->published) ||
        !time_member(reader, root, "withdrawn", &advisory->withdrawn, &advisory->withdrawn_at) ||
        !string_member(reader, root, "summary", &advisory->summary) ||
        !ids_member(reader, root, "aliases", &advisory->aliases) ||
        !ids_member(reader, root, "upstream", &advisory->upstream) ||
        !ids_member(reader, root, "related", &advisory->related) ||
        !typed_member(reader, root, "database_specific", JSON_OBJECT, &database) ||
        !strings_member(reader, database, "cwe_ids", &advisory->cwes) ||
        !read_reference(reader, root, &advisory->url))
        return false;
    bool read =
        read_severity_list(reader, root, &ratings) && read_specific_severity(reader, database, &ratings);
    advisory->ratings = keep_ratings(reader, &ratings, &advisory->rating_count);
    return read && read_affected_list(reader, root, advisory);
}

bool dw_osv_parse(struct dw_arena *arena, struct dw_slice json, const struct dw_limits *limits,
                  struct dw_advisory *advisory, struct dw_error *error)
{
    struct reader reader = {.arena = arena, .error = error};
    json_error_t problem;
    *advisory = (struct dw_advisory){0};
    if (!dw_limit_check(limits, DW_LIMIT_ADVISORY_RECORD, json.len, error))
        return false;
    json_t *root = json_loadb(json.at, json.len, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        return dw_fail(error, DW_ERROR_INPUT, "no valid JSON: line %d, column %d: %s", problem.line,
                       problem.column, problem.text);
    bool read = read_record(&reader, root, advisory);
    json_decref(root);
    return read;
}
