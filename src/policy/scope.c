/* SPDX-License-Identifier: Apache-2.0
 * What an exception takes in (matching.md, section 11): every criterion it gives must hold, for every place
 * of a finding. */
#include "base/glob.h"
#include "policy/exceptions.h"

#include "package/purl.h"

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
         !dw_purl_matches(exception->match.package, finding->package->purl)))
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
