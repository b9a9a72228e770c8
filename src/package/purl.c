/* SPDX-License-Identifier: Apache-2.0 */
#include "package/purl.h"

#include "base/encoding.h"
#include "package/distribution.h"

/* What a type makes of names. */
static const struct type {
    const char *name;
    enum dw_package_type type;
    bool distribution;    /* the namespace is the distribution */
    bool lower_namespace; /* both are compared and written in lower case */
    bool lower_name;
    bool dashes;          /* '_' in a name is '-' */
} types[] = {
    {"apk", DW_PACKAGE_APK, true, true, true},
    {"deb", DW_PACKAGE_DEB, true, true, true},
    {"rpm", DW_PACKAGE_OTHER, true, true, false},
    {"npm", DW_PACKAGE_NPM, false, false, false}, /* legacy names have upper case letters */
    {"generic", DW_PACKAGE_GENERIC, false, false, false},
    {"pypi", DW_PACKAGE_OTHER, false, false, true, true},
    {"composer", DW_PACKAGE_OTHER, false, true, true},
    {"github", DW_PACKAGE_OTHER, false, true, true},
    {"bitbucket", DW_PACKAGE_OTHER, false, true, true},
    {"hex", DW_PACKAGE_OTHER, false, true, true},
    {"pub", DW_PACKAGE_OTHER, false, false, true},
    {"oci", DW_PACKAGE_OTHER, false, false, true},
};

static const struct type *find_type(struct dw_slice name)
{
    static const struct type other = {"", DW_PACKAGE_OTHER, false, false, false};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (dw_slice_is(name, types[i].name))
            return &types[i];
    return &other;
}

static struct dw_slice lower(struct dw_arena *arena, struct dw_slice text, bool wanted)
{
    if (!wanted)
        return text;
    char *copy = dw_arena_alloc(arena, text.len + 1, 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = dw_to_lower(text.at[i]);
    return dw_slice_make(copy, text.len);
}

/* NAME as its type writes it. */
static struct dw_slice normal_name(struct dw_arena *arena, const struct type *type, struct dw_slice name)
{
    if (!type->dashes)
        return lower(arena, name, type->lower_name);
    char *copy = dw_arena_alloc(arena, name.len + 1, 1);
    for (size_t i = 0; i < name.len; i++)
        copy[i] = name.at[i] == '_' ? '-' : dw_to_lower(name.at[i]);
    return dw_slice_make(copy, name.len);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

void dw_purl_encode(struct dw_buffer *out, struct dw_slice text, const char *keep)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (dw_is_alpha(c) || dw_is_digit(c) || (c != '\0' && (strchr(".-_~", c) != NULL || strchr(keep, c) != NULL))) {
            dw_buffer_append_byte(out, c);
        } else {
            dw_buffer_append_byte(out, '%');
            dw_buffer_append_byte(out, digits[(unsigned char)c >> 4]);
            dw_buffer_append_byte(out, digits[(unsigned char)c & 15]);
        }
    }
}

static void put_qualifier(struct dw_buffer *out, bool *any, const char *key, struct dw_slice value)
{
    if (value.len == 0)
        return;
    dw_buffer_append_byte(out, *any ? '&' : '?');
    *any = true;
    dw_buffer_append_string(out, key);
    dw_buffer_append_byte(out, '=');
    dw_purl_encode(out, value, ":");
}

/* "debian-12.5": id and version, of testing the code name. */
static void put_distro(struct dw_buffer *out, bool *any, const struct dw_distribution *distribution)
{
    struct dw_slice version = distribution->version_id.len > 0 ? distribution->version_id : distribution->version_codename;
    if (!distribution->known)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer value = {0};
    dw_buffer_append(&value, distribution->id);
    if (distribution->id.len > 0 && version.len > 0)
        dw_buffer_append_byte(&value, '-');
    dw_buffer_append(&value, version);
    put_qualifier(out, any, "distro", dw_buffer_slice(&value));
}

static void put_upstream(struct dw_buffer *out, bool *any, const struct dw_package *package)
{
    bool other_name = package->source_name.len > 0 && !dw_slice_equal(package->source_name, package->name);
    bool other_version = package->source_version.len > 0 && !dw_slice_equal(package->source_version, package->version);
    if (!other_name && !other_version)
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer value = {0};
    dw_buffer_append(&value, package->source_name.len > 0 ? package->source_name : package->name);
    if (other_version) {
        dw_buffer_append_byte(&value, '@');
        dw_buffer_append(&value, package->source_version);
    }
    put_qualifier(out, any, "upstream", dw_buffer_slice(&value));
}

static void put_segments(struct dw_buffer *out, struct dw_slice path)
{
    bool more = true;
    for (struct dw_slice segment; dw_slice_split(&path, '/', &more, &segment);)
        if (segment.len > 0) {
            dw_buffer_append_byte(out, '/');
            dw_purl_encode(out, segment, ":");
        }
}

struct dw_slice dw_purl_of_package(struct dw_arena *arena, const struct dw_package *package,
                                   const struct dw_distribution *distribution)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    struct dw_slice type = package->type == DW_PACKAGE_OTHER ? lower(arena, package->other_type, true)
                                                             : dw_slice_of(dw_package_type_name(package->type));
    const struct type *rules = find_type(type);
    struct dw_slice name = package->name, name_space = DW_SLICE("");
    if (rules->distribution && dw_package_is_os(package->type)) {
        name_space = distribution->id;
    } else {
        size_t slash = dw_slice_find_last(name, '/');
        if (slash != SIZE_MAX) {
            name_space = dw_slice_part(name, 0, slash);
            name = dw_slice_from(name, slash + 1);
        }
    }
    dw_buffer_append_string(&out, "pkg:");
    dw_purl_encode(&out, type, "+");
    put_segments(&out, lower(arena, name_space, rules->lower_namespace));
    dw_buffer_append_byte(&out, '/');
    dw_purl_encode(&out, normal_name(arena, rules, name), ":");
    if (package->version.len > 0) {
        dw_buffer_append_byte(&out, '@');
        dw_purl_encode(&out, package->version, ""); /* an epoch's ':' is written %3A, as other scanners write it */
    }
    bool any = false;
    if (rules->distribution) {
        put_qualifier(&out, &any, "arch", package->architecture);
        put_distro(&out, &any, distribution);
        put_upstream(&out, &any, package);
    }
    return dw_arena_copy(arena, dw_buffer_slice(&out));
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    if (dw_is_digit(c))
        return c - '0';
    c = dw_to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(struct dw_arena *arena, struct dw_slice text, const char *what, struct dw_slice *decoded,
                   struct dw_error *error)
{
    char *out = dw_arena_alloc(arena, text.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_value(text.at[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_value(text.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return dw_fail(error, DW_ERROR_USAGE, "package URL: '%%' without two hexadecimal digits in its %s", what);
            c = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)c < ' ' || c == 0x7f)
            return dw_fail(error, DW_ERROR_USAGE, "package URL: a control character in its %s", what);
        out[len++] = c;
    }
    *decoded = dw_slice_make(out, len);
    if (!dw_utf8_valid(*decoded))
        return dw_fail(error, DW_ERROR_USAGE, "package URL: its %s is not UTF-8", what);
    return true;
}

/* Decodes each segment of PATH; empty ones are dropped, as the specification says; '/' and the like in one are refused. */
static bool decode_segments(struct dw_arena *arena, struct dw_slice path, const char *what, struct dw_slice *joined,
                            struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
    bool more = true;
    for (struct dw_slice segment, decoded; dw_slice_split(&path, '/', &more, &segment);) {
        if (segment.len == 0)
            continue;
        if (!decode(arena, segment, what, &decoded, error))
            return false;
        if (dw_slice_find(decoded, '/') != SIZE_MAX)
            return dw_fail(error, DW_ERROR_USAGE, "package URL: an escaped '/' in its %s", what);
        if (out.len > 0)
            dw_buffer_append_byte(&out, '/');
        dw_buffer_append(&out, decoded);
    }
    *joined = dw_arena_copy(arena, dw_buffer_slice(&out));
    return true;
}

static bool is_word(struct dw_slice text, const char *others)
{
    for (size_t i = 0; i < text.len; i++)
        if (!dw_is_alpha(text.at[i]) && !dw_is_digit(text.at[i]) &&
            (text.at[i] == '\0' || strchr(others, text.at[i]) == NULL))
            return false;
    return text.len > 0 && !dw_is_digit(text.at[0]);
}

static bool split_qualifiers(struct dw_arena *arena, struct dw_slice text, struct dw_purl *purl, struct dw_error *error)
{
    size_t most = 1;
    for (size_t i = 0; i < text.len; i++)
        most += text.at[i] == '&';
    purl->qualifiers = dw_arena_alloc(arena, most, sizeof(*purl->qualifiers));
    bool more = true;
    for (struct dw_slice pair; dw_slice_split(&text, '&', &more, &pair);) {
        size_t equals = dw_slice_find(pair, '=');
        struct dw_purl_qualifier qualifier;
        if (pair.len == 0)
            continue;
        if (equals == SIZE_MAX || !is_word(dw_slice_part(pair, 0, equals), ".-_"))
            return dw_fail(error, DW_ERROR_USAGE, "package URL: \"%.*s\" is no KEY=VALUE", DW_SLICE_ARG(pair));
        qualifier.key = lower(arena, dw_slice_part(pair, 0, equals), true);
        if (!decode(arena, dw_slice_from(pair, equals + 1), "qualifiers", &qualifier.value, error))
            return false;
        for (size_t i = 0; i < purl->qualifier_count; i++)
            if (dw_slice_equal(purl->qualifiers[i].key, qualifier.key))
                return dw_fail(error, DW_ERROR_USAGE, "package URL: qualifier %.*s stands twice",
                               DW_SLICE_ARG(qualifier.key));
        if (qualifier.value.len > 0) /* an empty one means absent */
            purl->qualifiers[purl->qualifier_count++] = qualifier;
    }
    return true;
}

/* A package URL longer than any real one: the checks of its parts need no limit of their own then. */
#define PURL_MAX 16384

bool dw_purl_split(struct dw_arena *arena, struct dw_slice text, struct dw_purl *purl, struct dw_error *error)
{
    *purl = (struct dw_purl){0};
    if (text.len > PURL_MAX)
        return dw_fail(error, DW_ERROR_USAGE, "package URL: longer than %d bytes", PURL_MAX);
    size_t hash = dw_slice_find_last(text, '#');
    if (hash != SIZE_MAX) {
        if (!decode_segments(arena, dw_slice_from(text, hash + 1), "subpath", &purl->subpath, error))
            return false;
        text = dw_slice_part(text, 0, hash);
    }
    size_t question = dw_slice_find_last(text, '?');
    if (question != SIZE_MAX) {
        if (!split_qualifiers(arena, dw_slice_from(text, question + 1), purl, error))
            return false;
        text = dw_slice_part(text, 0, question);
    }
    if (text.len < 4 || !dw_slice_equal_nocase(dw_slice_part(text, 0, 4), DW_SLICE("pkg:")))
        return dw_fail(error, DW_ERROR_USAGE, "not a package URL: it does not begin with \"pkg:\"");
    text = dw_slice_from(text, 4);
    while (dw_slice_starts_with(text, "/"))
        text = dw_slice_from(text, 1);
    while (dw_slice_ends_with(text, "/"))
        text.len--;
    size_t slash = dw_slice_find(text, '/');
    if (slash == SIZE_MAX || !is_word(dw_slice_part(text, 0, slash), ".+-"))
        return dw_fail(error, DW_ERROR_USAGE, "package URL: write pkg:TYPE/NAME@VERSION");
    purl->type = lower(arena, dw_slice_part(text, 0, slash), true);
    text = dw_slice_from(text, slash + 1);
    /* The version's '@' is the last one, and stands in the last segment: "npm/@scope/name" is often written so. */
    size_t at = dw_slice_find_last(text, '@');
    slash = dw_slice_find_last(text, '/');
    if (at != SIZE_MAX && (slash == SIZE_MAX || at > slash)) {
        if (at == 0 || text.at[at - 1] == '/')
            return dw_fail(error, DW_ERROR_USAGE, "package URL: it has no name before the '@'");
        if (!decode(arena, dw_slice_from(text, at + 1), "version", &purl->version, error))
            return false;
        text = dw_slice_part(text, 0, at);
        slash = dw_slice_find_last(text, '/');
    }
    if (!decode(arena, slash == SIZE_MAX ? text : dw_slice_from(text, slash + 1), "name", &purl->name, error) ||
        !decode_segments(arena, dw_slice_part(text, 0, slash == SIZE_MAX ? 0 : slash), "namespace", &purl->name_space, error))
        return false;
    if (dw_slice_trim(purl->name).len == 0)
        return dw_fail(error, DW_ERROR_USAGE, "package URL: it has no name");
    /* An encoded '/' inside a name is often written (npm's "%40scope%2Fname"); where it leaves an empty part, two readers would
     * see two names. */
    if (dw_slice_starts_with(purl->name, "/") || dw_slice_ends_with(purl->name, "/") ||
        dw_slice_find_slice(purl->name, DW_SLICE("//")) != SIZE_MAX)
        return dw_fail(error, DW_ERROR_USAGE, "package URL: its name has an empty part");
    return true;
}

struct dw_slice dw_purl_qualifier(const struct dw_purl *purl, const char *key)
{
    for (size_t i = 0; i < purl->qualifier_count; i++)
        if (dw_slice_is(purl->qualifiers[i].key, key))
            return purl->qualifiers[i].value;
    return DW_SLICE("");
}

/* The version with the epoch that stands in a qualifier, as some scanners write it. */
static struct dw_slice full_version(struct dw_arena *arena, const struct dw_purl *purl)
{
    struct dw_slice epoch = dw_purl_qualifier(purl, "epoch");
    if (epoch.len == 0 || dw_slice_is(epoch, "0") || purl->version.len == 0 ||
        dw_slice_find(purl->version, ':') != SIZE_MAX)
        return purl->version;
    return dw_arena_printf(arena, "%.*s:%.*s", DW_SLICE_ARG(epoch), DW_SLICE_ARG(purl->version));
}

/* "alpine-3.18.9", "3.18.9", "debian-12", "debian-bookworm", "bookworm". */
static void read_distro(struct dw_slice distro, struct dw_slice name_space, struct dw_distribution *distribution)
{
    *distribution = (struct dw_distribution){.id = name_space};
    if (distro.len == 0)
        return;
    distribution->known = true;
    if (name_space.len > 0 && dw_slice_starts(distro, name_space) &&
        (distro.len == name_space.len || distro.at[name_space.len] == '-')) {
        distro = dw_slice_from(distro, name_space.len + 1);
    } else if (!dw_is_digit(distro.at[0])) {
        /* The id of another distribution ("ubuntu-22.04" below "debian" would be one), or a code name. */
        size_t dash = dw_slice_find_last(distro, '-');
        struct dw_slice version = dw_slice_from(distro, dash == SIZE_MAX ? distro.len : dash + 1);
        if (version.len > 0 && dw_is_digit(version.at[0])) {
            distribution->id = dw_slice_part(distro, 0, dash);
            distro = version;
        }
    }
    bool number = distro.len > 0 && (dw_is_digit(distro.at[0]) || dw_slice_is(distribution->id, "alpine"));
    *(number ? &distribution->version_id : &distribution->version_codename) = distro;
    distribution->release = dw_distribution_release(distribution->id, distribution->version_id,
                                                    distribution->version_codename);
    if (distribution->release.len == 0)
        distribution->release = DW_SLICE("");
}

bool dw_purl_parse(struct dw_arena *arena, struct dw_slice text, struct dw_package *package,
                   struct dw_distribution *distribution, struct dw_error *error)
{
    struct dw_purl purl;
    if (!dw_purl_split(arena, text, &purl, error))
        return false;
    const struct type *type = find_type(purl.type);
    struct dw_slice name_space = lower(arena, purl.name_space, type->lower_namespace);
    *package = (struct dw_package){
        .type = type->type,
        .evidence = DW_EVIDENCE_INSTALLED,
        .name = normal_name(arena, type, purl.name),
        .version = full_version(arena, &purl),
        .architecture = dw_purl_qualifier(&purl, "arch"),
        .layer = -1,
    };
    if (type->type == DW_PACKAGE_OTHER)
        package->other_type = purl.type;
    if (name_space.len > 0 && !dw_package_is_os(type->type))
        package->name = dw_arena_printf(arena, "%.*s/%.*s", DW_SLICE_ARG(name_space), DW_SLICE_ARG(package->name));
    if (package->version.len == 0)
        package->flags |= DW_PACKAGE_NO_VERSION;
    struct dw_slice upstream = dw_purl_qualifier(&purl, "upstream");
    size_t at = dw_slice_find(upstream, '@'); /* no name of a source package holds one */
    package->source_name = dw_slice_part(upstream, 0, at == SIZE_MAX ? upstream.len : at);
    package->source_version = dw_slice_from(upstream, at == SIZE_MAX ? upstream.len : at + 1);
    *distribution = (struct dw_distribution){0};
    if (type->distribution)
        read_distro(lower(arena, dw_purl_qualifier(&purl, "distro"), true), name_space, distribution);
    package->purl = dw_purl_of_package(arena, package, distribution);
    return true;
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

static bool agrees(struct dw_slice pattern, struct dw_slice value)
{
    return pattern.len == 0 || dw_slice_equal(pattern, value);
}

/* "debian-12" takes in "debian-12.5", but not "debian-123". */
static bool distro_agrees(struct dw_slice pattern, struct dw_slice value)
{
    return dw_slice_starts(value, pattern) && (value.len == pattern.len || value.at[pattern.len] == '.');
}

static bool qualifiers_agree(const struct dw_purl *pattern, const struct dw_purl *purl)
{
    for (size_t i = 0; i < pattern->qualifier_count; i++) {
        struct dw_slice value = pattern->qualifiers[i].value, other = DW_SLICE("");
        if (dw_slice_is(pattern->qualifiers[i].key, "epoch"))
            continue; /* compared with the version */
        for (size_t j = 0; j < purl->qualifier_count; j++)
            if (dw_slice_equal(pattern->qualifiers[i].key, purl->qualifiers[j].key))
                other = purl->qualifiers[j].value;
        if (dw_slice_is(pattern->qualifiers[i].key, "distro") ? !distro_agrees(value, other)
                                                              : !dw_slice_equal(value, other))
            return false;
    }
    return true;
}

/* The name as it is written: the last segment, without version, qualifiers and subpath. */
static struct dw_slice written_name(struct dw_slice text)
{
    text = dw_slice_part(text, 0, dw_slice_find(text, '#'));
    text = dw_slice_part(text, 0, dw_slice_find(text, '?'));
    struct dw_slice name = dw_path_base(text);
    return dw_slice_part(name, 0, dw_slice_find(name, '@'));
}

/* Names that are written plainly and differ in more than case and '_': nearly every pair, told apart without taking them
 * apart. */
static bool names_differ(struct dw_slice pattern, struct dw_slice purl)
{
    struct dw_slice a = written_name(pattern), b = written_name(purl);
    if (a.len == 0 || b.len == 0 || dw_slice_find(a, '%') != SIZE_MAX || dw_slice_find(b, '%') != SIZE_MAX)
        return false;
    bool differ = a.len != b.len;
    for (size_t i = 0; i < a.len && !differ; i++) {
        char x = dw_to_lower(a.at[i]), y = dw_to_lower(b.at[i]);
        differ = (x == '_' ? '-' : x) != (y == '_' ? '-' : y);
    }
    return differ;
}

bool dw_purl_matches(struct dw_slice pattern, struct dw_slice purl)
{
    if (names_differ(pattern, purl))
        return false;
    DW_CLEANUP(dw_arena_free) struct dw_arena arena = {0};
    struct dw_purl a, b;
    if (!dw_purl_split(&arena, pattern, &a, NULL) || !dw_purl_split(&arena, purl, &b, NULL) ||
        !dw_slice_equal(a.type, b.type))
        return false;
    const struct type *type = find_type(a.type);
    struct dw_slice a_space = lower(&arena, a.name_space, type->lower_namespace);
    struct dw_slice b_space = lower(&arena, b.name_space, type->lower_namespace);
    return dw_slice_equal(normal_name(&arena, type, a.name), normal_name(&arena, type, b.name)) &&
           (type->distribution ? agrees(a_space, b_space) : dw_slice_equal(a_space, b_space)) &&
           agrees(full_version(&arena, &a), full_version(&arena, &b)) && agrees(a.subpath, b.subpath) &&
           qualifiers_agree(&a, &b);
}
