/* SPDX-License-Identifier: Apache-2.0
 *
 * Package URLs (purl specification, PURL-SPECIFICATION.rst and PURL-TYPES.rst). */
#ifndef DW_PACKAGE_PURL_H
#define DW_PACKAGE_PURL_H

#include "base/error.h"
#include "model/package.h"

struct dw_purl_qualifier {
    struct dw_slice key, value; /* key in lower case, value decoded */
};

/* A package URL taken apart: everything percent-decoded, type and keys in lower case, the namespace's segments joined by
 * '/'. Names are as written: what a type says about their case is applied by dw_purl_parse and dw_purl_matches. */
struct dw_purl {
    struct dw_slice type, name_space, name, version, subpath; /* empty where absent */
    struct dw_purl_qualifier *qualifiers;
    size_t qualifier_count;
};

/* Takes TEXT apart into ARENA. Strict: scheme, type and name must be there, escapes well-formed, decoded text UTF-8 without
 * control characters, keys valid and unique. Fails with DW_ERROR_USAGE: purls are written by people, or in documents whose
 * reader sets its own kind. */
bool dw_purl_split(struct dw_arena *arena, struct dw_slice text, struct dw_purl *purl, struct dw_error *error);
/* The decoded value of a qualifier, or empty. */
struct dw_slice dw_purl_qualifier(const struct dw_purl *purl, const char *key);

/* A package and what is known of its distribution from a purl, for subjects purl:… and for SBOMs:
 * - types apk, deb, npm and generic become their own package type, every other one DW_PACKAGE_OTHER with other_type; names
 *   as the ecosystem has them: "@scope/name" (npm), "namespace/name" (others but distributions');
 * - qualifiers: arch; upstream=NAME or NAME@VERSION (source package); epoch (put before a version that has none); distro
 *   ("alpine-3.18.9", "3.18.9", "debian-12.5", "bookworm"), from which distribution and release come: without it
 *   distribution->known is false. Others do not bear on the package.
 * PACKAGE has evidence INSTALLED, layer -1 and its purl; without a version it is flagged NO_VERSION. All slices are in ARENA. */
bool dw_purl_parse(struct dw_arena *arena, struct dw_slice text, struct dw_package *package,
                   struct dw_distribution *distribution, struct dw_error *error);

/* The purl of PACKAGE, with qualifiers arch, distro ("debian-12.5") and upstream ("openssl@3.0.14-1", if the source
 * package's name or version is another) for packages of a distribution. Bytes that are no UTF-8 are escaped as they are. */
struct dw_slice dw_purl_of_package(struct dw_arena *arena, const struct dw_package *package,
                                   const struct dw_distribution *distribution);

/* Appends TEXT with every byte but A–Z a–z 0–9 . - _ ~ as %XX, and those of KEEP as they are. */
void dw_purl_encode(struct dw_buffer *out, struct dw_slice text, const char *keep);

/* Does PATTERN (of an exception) take in PURL? Type and name must be equal, and for types whose namespace is part of the name
 * (all but apk, deb and rpm) the namespace. Version, a distribution's namespace, each qualifier and the subpath are wildcards
 * where PATTERN leaves them out, and must be equal where it has them; a distro "debian-12" takes in "debian-12.5". False
 * for what is no purl. */
bool dw_purl_matches(struct dw_slice pattern, struct dw_slice purl);

#endif
