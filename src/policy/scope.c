/* SPDX-License-Identifier: Apache-2.0
 * What an exception takes in (matching.md, section 11): every criterion it gives must hold, for every place
 * of a finding. */
#include "policy/exceptions.h"

#include "base/encoding.h"

/* A package URL in its parts, still percent-encoded (package-url specification, "How to parse a purl string
 * in its components"). */
struct purl {
    struct dw_slice type, name_space, name, version, qualifiers, subpath;
};

static bool split_purl(struct dw_slice text, struct purl *purl)
{
    memset(purl, 0, sizeof(*purl));
    if (text.len < 4 || !dw_slice_equal_nocase(dw_slice_part(text, 0, 4), DW_SLICE("pkg:")))
        return false;
    text = dw_slice_from(text, 4);
    size_t at = dw_slice_find_last(text, '#');
    if (at != SIZE_MAX) {
        purl->subpath = dw_slice_from(text, at + 1);
        text = dw_slice_part(text, 0, at);
    }
    at = dw_slice_find(text, '?');
    if (at != SIZE_MAX) {
        purl->qualifiers = dw_slice_from(text, at + 1);
        text = dw_slice_part(text, 0, at);
    }
    while (text.len > 0 && text.at[0] == '/')
        text = dw_slice_from(text, 1);
    at = dw_slice_find(text, '/');
    if (at == SIZE_MAX || at == 0)
        return false;
    purl->type = dw_slice_part(text, 0, at);
    text = dw_slice_from(text, at + 1);
    at = dw_slice_find_last(text, '@');
    if (at != SIZE_MAX && at > 0) { /* "@scope/name": no version */
        size_t slash = dw_slice_find_last(text, '/');
        if (slash == SIZE_MAX || slash < at) {
            purl->version = dw_slice_from(text, at + 1);
            text = dw_slice_part(text, 0, at);
        }
    }
    while (text.len > 0 && text.at[text.len - 1] == '/')
        text.len--;
    at = dw_slice_find_last(text, '/');
    purl->name = at == SIZE_MAX ? text : dw_slice_from(text, at + 1);
    purl->name_space = at == SIZE_MAX ? DW_SLICE("") : dw_slice_part(text, 0, at);
    return purl->name.len > 0;
}

static int hex_value(char c)
{
    if (dw_is_digit(c))
        return c - '0';
    c = dw_to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next byte, percent-decoded; a '%' that begins no code stands for itself. */
static char next_byte(struct dw_slice text, size_t *at)
{
    if (text.at[*at] == '%' && *at + 2 < text.len && hex_value(text.at[*at + 1]) >= 0 &&
        hex_value(text.at[*at + 2]) >= 0) {
        *at += 3;
        return (char)(hex_value(text.at[*at - 2]) * 16 + hex_value(text.at[*at - 1]));
    }
    return text.at[(*at)++];
}

static bool same(struct dw_slice a, struct dw_slice b)
{
    size_t i = 0, j = 0;
    while (i < a.len && j < b.len)
        if (next_byte(a, &i) != next_byte(b, &j))
            return false;
    return i == a.len && j == b.len;
}

/* Every qualifier of PATTERN has its equal in QUALIFIERS. */
static bool qualifiers_hold(struct dw_slice pattern, struct dw_slice qualifiers)
{
    struct dw_slice wanted;
    for (bool more = true; dw_slice_split(&pattern, '&', &more, &wanted);) {
        struct dw_slice rest = qualifiers, given;
        bool found = wanted.len == 0;
        for (bool left = true; !found && dw_slice_split(&rest, '&', &left, &given);)
            found = same(wanted, given);
        if (!found)
            return false;
    }
    return true;
}

bool dw_purl_pattern_match(struct dw_slice pattern, struct dw_slice purl)
{
    struct purl want, have;
    if (!split_purl(pattern, &want) || !split_purl(purl, &have))
        return false;
    /* A distribution's namespace is its name and may be left out; elsewhere it is a part of the package's
     * identity:
     * "@angular/core" is not "core". */
    static const char *const distributions[] = {"apk", "deb", "rpm", "alpm"};
    bool optional = false;
    for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++)
        optional = optional || dw_slice_equal_nocase(want.type, dw_slice_of(distributions[i]));
    return dw_slice_equal_nocase(want.type, have.type) && same(want.name, have.name) &&
           ((optional && want.name_space.len == 0) || same(want.name_space, have.name_space)) &&
           (want.version.len == 0 || same(want.version, have.version)) &&
           qualifiers_hold(want.qualifiers, have.qualifiers) &&
           (want.subpath.len == 0 || same(want.subpath, have.subpath));
}

/* "ghcr.io/company/app:1@sha256:…" -> "ghcr.io/company/app:1" or, WITH_TAG false, "ghcr.io/company/app". */
static struct dw_slice image_name(struct dw_slice name, bool with_tag)
{
    size_t at = dw_slice_find(name, '@');
    if (at != SIZE_MAX)
        name = dw_slice_part(name, 0, at);
    size_t colon = dw_slice_find_last(name, ':'), slash = dw_slice_find_last(name, '/');
    bool tag = colon != SIZE_MAX && (slash == SIZE_MAX || colon > slash);
    /* "oci:folder": the first colon belongs to the scheme. */
    if (tag && slash == SIZE_MAX && dw_slice_find(name, ':') == colon &&
        (dw_slice_starts_with(name, "oci:") || dw_slice_starts_with(name, "docker-archive:") ||
         dw_slice_starts_with(name, "docker:") || dw_slice_starts_with(name, "dir:")))
        tag = false;
    return with_tag || !tag ? name : dw_slice_part(name, 0, colon);
}

static bool image_matches(struct dw_slice wanted, const struct dw_subject *subject)
{
    return dw_slice_equal(wanted, subject->name) || dw_slice_equal(wanted, image_name(subject->name, true)) ||
           dw_slice_equal(wanted, image_name(subject->name, false));
}

static bool digest_matches(struct dw_slice wanted, const struct dw_subject *subject)
{
    return dw_slice_equal(wanted, subject->digest) ||
           dw_slice_equal(wanted, subject->image.manifest_digest) ||
           dw_slice_equal(wanted, subject->image.image_id);
}

static bool id_matches(struct dw_slice wanted, const struct dw_finding *finding)
{
    if (dw_slice_equal_nocase(wanted, finding->rule))
        return true;
    for (size_t i = 0; i < finding->alias_count; i++)
        if (dw_slice_equal_nocase(wanted, finding->aliases[i]))
            return true;
    /* "USR-001.implicit" */
    return finding->variant.len > 0 && wanted.len == finding->rule.len + 1 + finding->variant.len &&
           dw_slice_starts(wanted, finding->rule) && wanted.at[finding->rule.len] == '.' &&
           dw_slice_ends(wanted, finding->variant);
}

static bool kind_matches(struct dw_slice kind, const struct dw_finding *finding)
{
    bool secret = dw_slice_starts_with(finding->rule, "SEC-");
    if (kind.len == 0)
        return true;
    if (dw_slice_is(kind, "vulnerability"))
        return finding->kind == DW_FINDING_VULNERABILITY;
    if (finding->kind != DW_FINDING_CONFIGURATION)
        return false;
    if (dw_slice_is(kind, "secret"))
        return secret;
    if (dw_slice_is(kind, "license"))
        return dw_slice_is(finding->rule, "BASE-007");
    return dw_slice_is(kind, "config") && !secret;
}

static bool place_matches(const struct dw_exception *exception, const struct dw_place *place)
{
    return (exception->match.path.len == 0 || dw_glob_match(exception->match.path, place->path)) &&
           (exception->match.layer.len == 0 || dw_slice_equal(exception->match.layer, place->layer));
}

bool dw_exception_matches(const struct dw_exception *exception, const struct dw_finding *finding)
{
    if (finding->kind == DW_FINDING_EXCEPTION || !kind_matches(exception->kind, finding))
        return false;
    if (exception->match.rule.len > 0 && !id_matches(exception->match.rule, finding))
        return false;
    if (exception->match.advisory.len > 0 &&
        (finding->kind != DW_FINDING_VULNERABILITY || !id_matches(exception->match.advisory, finding)))
        return false;
    if (exception->match.package.len > 0 &&
        (finding->package == NULL ||
         !dw_purl_pattern_match(exception->match.package, finding->package->purl)))
        return false;
    if (exception->match.image.len > 0 && !image_matches(exception->match.image, finding->subject))
        return false;
    if (exception->match.digest.len > 0 && !digest_matches(exception->match.digest, finding->subject))
        return false;
    if (exception->match.fingerprint.len > 0 &&
        !dw_slice_equal(exception->match.fingerprint, finding->fingerprint))
        return false;
    /* A finding that is also at a place the exception does not name stays. */
    if (!place_matches(exception, &finding->place))
        return false;
    for (size_t i = 0; i < finding->occurrence_count; i++)
        if (!place_matches(exception, &finding->occurrences[i]))
            return false;
    return true;
}
