/* SPDX-License-Identifier: Apache-2.0
 * Reads the exceptions file (interface.md, "Exceptions file"). Its shape is a matter of usage; the values of
 * an entry are its own: what is wrong with them makes that entry malformed. What findings it covers is judged
 * in exceptions_apply.c. */
#include "policy/exceptions.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/file.h"
#include "document/document.h"
#include "package/purl.h"
#include "policy/controls.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define AT(field)    offsetof(struct dw_exception, field)

struct reader {
    const struct dw_policy *policy;
    const struct dw_document *document;
    struct dw_exceptions *exceptions;
    struct dw_error *error;
    struct dw_buffer problem; /* of the entry at hand, phrases joined by "; " */
};

static void add_problem(struct reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_problem(struct reader *reader, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    dw_buffer_printf(&reader->problem, "%s%s", reader->problem.len ? "; " : "", text);
}

/* --- checks of values; each adds its problem --- */

typedef void check_text(struct reader *reader, struct dw_exception *exception, const char *key,
                        struct dw_slice text);

static void check_no_space(struct reader *reader, struct dw_exception *exception, const char *key,
                           struct dw_slice text)
{
    (void)exception;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7f) {
            add_problem(reader, "%s holds white space", key);
            return;
        }
}

static void check_id(struct reader *reader, struct dw_exception *exception, const char *key,
                     struct dw_slice text)
{
    check_no_space(reader, exception, key, text);
    if (dw_slice_find(text, '*') != SIZE_MAX || dw_slice_find(text, '?') != SIZE_MAX)
        add_problem(reader, "%s takes no wildcards", key);
}

static void check_word(struct reader *reader, const char *key, struct dw_slice text, const char *const *words,
                       size_t count, size_t *found)
{
    for (*found = 0; *found < count; ++*found)
        if (dw_slice_is(text, words[*found]))
            return;
    const char *nearest = dw_nearest_name(text, words, count);
    add_problem(reader, "%s \"%.*s\" is not known%s%s%s", key, DW_SLICE_ARG(dw_slice_part(text, 0, 60)),
                nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

static void check_disposition(struct reader *reader, struct dw_exception *exception, const char *key,
                              struct dw_slice text)
{
    static const char *const words[] = {"accepted", "false-positive"};
    size_t found;
    check_word(reader, key, text, words, COUNT(words), &found);
    exception->disposition = found == 1 ? DW_DISPOSITION_FALSE_POSITIVE : DW_DISPOSITION_ACCEPTED;
}

static void check_kind(struct reader *reader, struct dw_exception *exception, const char *key,
                       struct dw_slice text)
{
    static const char *const words[] = {"vulnerability", "secret", "config", "license", "control"};
    size_t found;
    (void)exception;
    check_word(reader, key, text, words, COUNT(words), &found);
}

static void check_ticket(struct reader *reader, struct dw_exception *exception, const char *key,
                         struct dw_slice text)
{
    (void)exception;
    if (dw_pattern_match(reader->policy->ticket, text, true) != DW_MATCH_YES)
        add_problem(reader, "%s \"%.*s\" does not match the policy's '%.*s'", key,
                    DW_SLICE_ARG(dw_slice_part(text, 0, 60)), DW_SLICE_ARG(reader->policy->ticket_text));
}

/* OpenVEX specification 0.2.0, "Status Justifications". */
static void check_justification(struct reader *reader, struct dw_exception *exception, const char *key,
                                struct dw_slice text)
{
    static const char *const words[] = {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    };
    size_t found;
    (void)exception;
    check_word(reader, key, text, words, COUNT(words), &found);
}

static void check_date(struct reader *reader, struct dw_exception *exception, const char *key,
                       struct dw_slice text)
{
    int64_t *time = strcmp(key, "created") == 0 ? &exception->created : &exception->expires;
    if (!dw_time_parse(text, true, time)) {
        *time = DW_TIME_UNKNOWN;
        add_problem(reader, "%s \"%.*s\" is no date such as 2026-11-24", key,
                    DW_SLICE_ARG(dw_slice_part(text, 0, 60)));
    }
}

static void check_package(struct reader *reader, struct dw_exception *exception, const char *key,
                          struct dw_slice text)
{
    check_no_space(reader, exception, key, text);
    /* A pattern that matches itself has a type and a name. */
    if (!dw_purl_matches(text, text))
        add_problem(reader, "%s is no package URL such as pkg:npm/minimist@1.2.0", key);
}

static void check_digest(struct reader *reader, struct dw_exception *exception, const char *key,
                         struct dw_slice text)
{
    struct dw_digest digest;
    (void)exception;
    if (!dw_digest_parse(text, &digest))
        add_problem(reader, "%s is no digest \"sha256:…\" of 64 lower-case hexadecimal digits", key);
}

static void check_fingerprint(struct reader *reader, struct dw_exception *exception, const char *key,
                              struct dw_slice text)
{
    unsigned char bytes[32];
    (void)exception;
    if (!dw_hex_decode(text, bytes, sizeof(bytes)))
        add_problem(reader, "%s has not 64 lower-case hexadecimal digits", key);
}

/* --- the keys --- */

struct exception_key {
    const char *name;
    size_t offset; /* of a slice; SIZE_MAX: the check alone keeps the value */
    check_text *check;
    bool required;
};

static const struct exception_key keys[] = {
    {"id", AT(id), check_no_space, true},
    {"disposition", SIZE_MAX, check_disposition, false},
    {"kind", AT(kind), check_kind, false},
    {"match", SIZE_MAX, NULL, true},
    {"ticket", AT(ticket), check_ticket, true},
    {"owner", AT(owner), NULL, true},
    {"approved-by", AT(approved_by), NULL, false},
    {"reason", AT(reason), NULL, true},
    {"justification", AT(justification), check_justification, false},
    {"created", SIZE_MAX, check_date, true},
    {"expires", SIZE_MAX, check_date, true},
};

static const struct exception_key match_keys[] = {
    {"rule", AT(match.rule), check_id, false},
    {"advisory", AT(match.advisory), check_id, false},
    {"package", AT(match.package), check_package, false},
    {"path", AT(match.path), NULL, false},
    {"image", AT(match.image), check_no_space, false},
    {"digest", AT(match.digest), check_digest, false},
    {"layer", AT(match.layer), check_digest, false},
    {"fingerprint", AT(match.fingerprint), check_fingerprint, false},
};

static const struct exception_key *find_key(struct reader *reader, const struct dw_node *key,
                                            const struct exception_key *table, size_t count,
                                            const char *where)
{
    const char *names[COUNT(keys)];
    for (size_t i = 0; i < count; i++) {
        names[i] = table[i].name;
        if (dw_slice_is(key->text, table[i].name))
            return &table[i];
    }
    const char *nearest = dw_nearest_name(key->text, names, count);
    dw_document_fail(reader->document, key, DW_ERROR_USAGE, reader->error, "unknown key \"%.*s\" in %s%s%s%s",
                     DW_SLICE_ARG(dw_slice_part(key->text, 0, 80)), where, nearest ? "; did you mean \"" : "",
                     nearest ? nearest : "", nearest ? "\"?" : "");
    return NULL;
}

static void read_value(struct reader *reader, struct dw_exception *exception, const struct exception_key *key,
                       const char *prefix, const struct dw_node *node)
{
    char name[64];
    snprintf(name, sizeof(name), "%s%s", prefix, key->name);
    struct dw_slice text = dw_slice_trim(node->text);
    if (node->kind != DW_NODE_SCALAR || node->tag.len > 0) {
        add_problem(reader, "%s must be a text", name);
        return;
    }
    if (text.len == 0 || dw_node_is_null(node)) {
        /* A required key without a value is told once, as missing. */
        if (!key->required)
            add_problem(reader, "%s is empty", name);
        return;
    }
    text = dw_arena_copy(&reader->exceptions->arena, text);
    if (key->offset != SIZE_MAX)
        memcpy((char *)exception + key->offset, &text, sizeof(text));
    if (key->check != NULL)
        key->check(reader, exception, name, text);
}

static bool is_wild(struct dw_slice glob)
{
    for (size_t i = 0; i < glob.len; i++)
        if (glob.at[i] != '*' && glob.at[i] != '?' && glob.at[i] != '/' && glob.at[i] != '.')
            return false;
    return true;
}

/* What all that says together. */
static void check_entry(struct reader *reader, struct dw_exception *exception, bool matches)
{
    bool false_positive = exception->disposition == DW_DISPOSITION_FALSE_POSITIVE;
    if (exception->match.rule.len > 0 && exception->match.advisory.len > 0)
        add_problem(reader, "match names both a rule and an advisory");
    if (dw_slice_is(exception->kind, "control") && dw_control_find(exception->match.rule) == NULL)
        add_problem(reader, "an exception of kind control needs match.rule with a control's id such as 4.2");
    /* Nothing narrows it: what is meant for one image would accept the failure of all. */
    if (dw_slice_is(exception->kind, "control") &&
        (exception->match.advisory.len > 0 || exception->match.package.len > 0 || exception->match.path.len > 0 ||
         exception->match.image.len > 0 || exception->match.digest.len > 0 || exception->match.layer.len > 0 ||
         exception->match.fingerprint.len > 0))
        add_problem(reader, "an exception of kind control takes in the whole control: its match has a rule and "
                            "nothing else; for a single subject name the rules that fail");
    if (!dw_slice_is(exception->kind, "control") && dw_control_find(exception->match.rule) != NULL)
        add_problem(reader, "match.rule %.*s is a control: say so by \"kind: control\"",
                    DW_SLICE_ARG(exception->match.rule));
    if (false_positive && exception->match.digest.len == 0)
        add_problem(reader, "a false positive needs match.digest, the image it was judged on");
    if (false_positive && exception->justification.len == 0)
        add_problem(reader, "a false positive needs an OpenVEX justification");
    if (exception->created != DW_TIME_UNKNOWN && exception->expires != DW_TIME_UNKNOWN &&
        exception->created > exception->expires)
        add_problem(reader, "it expires before it was created");
    for (size_t i = 0; i < reader->policy->suppress_never.len; i++)
        if (dw_slice_equal(exception->match.rule, reader->policy->suppress_never.at[i].text))
            add_problem(reader, "the policy lets nothing suppress %.*s (suppressions.never)",
                        DW_SLICE_ARG(exception->match.rule));
    if (reader->problem.len > 0) {
        exception->state = DW_EXCEPTION_MALFORMED;
    } else if (exception->match.rule.len == 0 && exception->match.advisory.len == 0 &&
               exception->match.package.len == 0 && exception->match.fingerprint.len == 0 &&
               is_wild(exception->match.path)) {
        exception->state = DW_EXCEPTION_TOO_BROAD;
        add_problem(reader, matches ? "its match takes in everything: name a rule, an advisory, a package, a "
                                      "fingerprint or a narrower path"
                                    : "it has no match");
    } else if (dw_slice_is(exception->kind, "control") &&
               (dw_slice_is(exception->match.rule, "2.2") || dw_slice_is(exception->match.rule, "7.3") ||
                dw_slice_is(exception->match.rule, "8.1"))) {
        exception->state = DW_EXCEPTION_TOO_BROAD;
        add_problem(reader,
                    "control %.*s is about single findings and exceptions: it is not excepted as a whole",
                    DW_SLICE_ARG(exception->match.rule));
    }
    exception->problem = dw_arena_copy(&reader->exceptions->arena, dw_buffer_slice(&reader->problem));
}

static bool read_entry(struct reader *reader, const struct dw_node *node)
{
    struct dw_exception *exception = dw_vector_push(&reader->exceptions->list);
    const struct dw_node *match = dw_node_get(node, "match");
    exception->line = node->line;
    exception->created = exception->expires = DW_TIME_UNKNOWN;
    dw_buffer_clear(&reader->problem);
    if (node->kind != DW_NODE_MAPPING)
        return dw_document_fail(
            reader->document, node, DW_ERROR_USAGE, reader->error,
            "an exception must be a mapping with id, match, ticket, owner, reason, created, "
            "expires");
    for (size_t i = 0; i < node->count; i++) {
        const struct exception_key *key = find_key(reader, node->keys[i], keys, COUNT(keys), "an exception");
        if (key == NULL)
            return false;
        if (strcmp(key->name, "match") != 0)
            read_value(reader, exception, key, "", node->items[i]);
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct dw_node *value = dw_node_get(node, keys[i].name);
        if (keys[i].required && (value == NULL || dw_node_is_null(value) ||
                                 (value->kind == DW_NODE_SCALAR && dw_slice_trim(value->text).len == 0)))
            add_problem(reader, "%s is missing", keys[i].name);
    }
    if (match != NULL && match->kind != DW_NODE_MAPPING && !dw_node_is_null(match))
        add_problem(reader, "match must be a mapping");
    for (size_t i = 0; match != NULL && match->kind == DW_NODE_MAPPING && i < match->count; i++) {
        const struct exception_key *key =
            find_key(reader, match->keys[i], match_keys, COUNT(match_keys), "an exception's \"match\"");
        if (key == NULL)
            return false;
        read_value(reader, exception, key, "match.", match->items[i]);
    }
    check_entry(reader, exception, match != NULL);
    return true;
}

/* Two entries of one id: neither can be told from the other, so neither holds. */
static void refuse_duplicates(struct dw_exceptions *exceptions)
{
    for (size_t i = 0; i < exceptions->list.len; i++)
        for (size_t j = 0; j < exceptions->list.len; j++) {
            struct dw_exception *a = &exceptions->list.at[i];
            const struct dw_exception *b = &exceptions->list.at[j];
            if (i == j || a->id.len == 0 || !dw_slice_equal(a->id, b->id))
                continue;
            a->state = DW_EXCEPTION_MALFORMED;
            a->problem = dw_arena_printf(&exceptions->arena, "%.*s%sits id stands in line %u too",
                                         DW_SLICE_ARG(a->problem), a->problem.len ? "; " : "", b->line);
            break;
        }
}

struct dw_exceptions *dw_exceptions_parse(const struct dw_policy *policy, struct dw_slice bytes,
                                          const char *name, const struct dw_limits *limits,
                                          struct dw_error *error)
{
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    struct dw_document *document = dw_document_parse(bytes, name, limits, error);
    if (document == NULL) {
        if (error != NULL && error->kind == DW_ERROR_INPUT)
            error->kind = DW_ERROR_USAGE; /* a malformed exceptions file is a mistake of configuration */
        return NULL;
    }
    struct dw_exceptions *exceptions = dw_alloc(1, sizeof(*exceptions));
    struct reader reader = {policy, document, exceptions, error, {0}};
    exceptions->path = dw_arena_copy(&exceptions->arena, dw_slice_of(name));
    dw_sha256(bytes, &digest);
    exceptions->digest = dw_arena_copy(&exceptions->arena, dw_slice_of(dw_digest_format(&digest, text)));
    bool ok = true;
    if (document->root_count != 1 || document->roots[0]->kind != DW_NODE_SEQUENCE)
        ok = dw_document_fail(
            document, document->root_count > 0 ? document->roots[document->root_count - 1] : NULL,
            DW_ERROR_USAGE, error,
            "an exceptions file must be one list of exceptions; write [] where there are none");
    struct dw_error why = DW_ERROR_INIT;
    if (ok && !dw_limit_check(limits, DW_LIMIT_POLICY_ENTRIES, document->roots[0]->count, &why))
        ok = dw_document_fail(document, document->roots[0], DW_ERROR_LIMIT, error, "%s", why.text);
    for (size_t i = 0; ok && i < document->roots[0]->count; i++)
        ok = read_entry(&reader, document->roots[0]->items[i]);
    dw_buffer_free(&reader.problem);
    dw_document_free(document);
    if (!ok) {
        dw_exceptions_free(exceptions);
        return NULL;
    }
    refuse_duplicates(exceptions);
    return exceptions;
}

struct dw_exceptions *dw_exceptions_read(const struct dw_policy *policy, const struct dw_limits *limits,
                                         struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_path(policy, policy->exceptions.text);
    /* Only the default may be absent; anything else that is there and cannot be read is an error. */
    if (policy->exceptions.line == 0 && access(path, F_OK) != 0 && errno == ENOENT)
        return dw_alloc(1, sizeof(struct dw_exceptions));
    if (!dw_file_read(path, limits->value[DW_LIMIT_DOCUMENT_BYTES], &bytes, error))
        return NULL;
    return dw_exceptions_parse(policy, dw_buffer_slice(&bytes), path, limits, error);
}

void dw_exceptions_free(struct dw_exceptions *exceptions)
{
    if (exceptions == NULL)
        return;
    dw_vector_free(&exceptions->list);
    dw_arena_free(&exceptions->arena);
    free(exceptions);
}
