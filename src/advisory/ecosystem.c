/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/ecosystem.h"

/* ---- names ---- */

enum name_rule { NAME_EXACT, NAME_LOWER, NAME_PEP503 };

static const struct {
    const char *ecosystem;
    enum name_rule rule;
} name_rules[] = {
    {"npm", NAME_LOWER},
    {"NuGet", NAME_LOWER},
    {"Packagist", NAME_LOWER},
    {"PyPI", NAME_PEP503},
};

void dw_ecosystem_name(struct dw_slice ecosystem, struct dw_slice name, struct dw_buffer *out)
{
    enum name_rule rule = NAME_EXACT;
    for (size_t i = 0; i < sizeof(name_rules) / sizeof(name_rules[0]); i++)
        if (dw_slice_is(ecosystem, name_rules[i].ecosystem))
            rule = name_rules[i].rule;
    if (rule == NAME_EXACT) {
        dw_buffer_append(out, name);
        return;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = dw_to_lower(name.at[i]);
        bool separator = rule == NAME_PEP503 && (c == '-' || c == '_' || c == '.');
        if (separator && i > 0 && (name.at[i - 1] == '-' || name.at[i - 1] == '_' || name.at[i - 1] == '.'))
            continue;
        dw_buffer_append_byte(out, separator ? '-' : c);
    }
}

/* ---- distributions ---- */

static const struct {
    const char *id; /* os-release ID */
    enum dw_package_type type;
    const char *ecosystem;
    const char *prefix; /* before the release; NULL: a rolling distribution, without releases */
    const char *decided;
} distributions[] = {
    {"alpine", DW_PACKAGE_APK, "Alpine", "v", "the distribution's release"},
    {"debian", DW_PACKAGE_DEB, "Debian", "", "the distribution's release"},
    {"raspbian", DW_PACKAGE_DEB, "Debian", "", "Raspbian follows Debian's release"},
    {"wolfi", DW_PACKAGE_APK, "Wolfi", NULL, "a rolling distribution"},
    {"chainguard", DW_PACKAGE_APK, "Chainguard", NULL, "a rolling distribution"},
    {"minimos", DW_PACKAGE_APK, "MinimOS", NULL, "a rolling distribution"},
};

/* Debian's first numbered releases have a second number in the feed, which the major release does not. */
static struct dw_slice feed_release(struct dw_slice ecosystem, struct dw_slice release)
{
    if (dw_slice_is(ecosystem, "Debian") && dw_slice_is(release, "3"))
        return DW_SLICE("3.1");
    if (dw_slice_is(ecosystem, "Debian") && dw_slice_is(release, "4"))
        return DW_SLICE("4.0");
    return release;
}

/* purl types of packages without a reader. */
static const struct {
    const char *type, *ecosystem;
    char separator; /* between namespace and name in the ecosystem's names */
} purl_types[] = {
    {"bitnami", "Bitnami", '/'},
    {"cargo", "crates.io", '/'},
    {"composer", "Packagist", '/'},
    {"conan", "ConanCenter", '/'},
    {"cran", "CRAN", '/'},
    {"gem", "RubyGems", '/'},
    {"githubactions", "GitHub Actions", '/'},
    {"golang", "Go", '/'},
    {"hackage", "Hackage", '/'},
    {"hex", "Hex", '/'},
    {"maven", "Maven", ':'},
    {"npm", "npm", '/'},
    {"nuget", "NuGet", '/'},
    {"pub", "Pub", '/'},
    {"pypi", "PyPI", '/'},
    {"swift", "SwiftURL", '/'},
};

static struct dw_slice source_name(const struct dw_package *package)
{
    return package->source_name.len > 0 ? package->source_name : package->name;
}

static struct dw_slice source_version(const struct dw_package *package)
{
    return package->source_version.len > 0 ? package->source_version : package->version;
}

static struct dw_look_up look_up_os(struct dw_arena *arena, const struct dw_distribution *distribution,
                                    const struct dw_package *package)
{
    struct dw_look_up look_up = {
        .name = source_name(package), .version = source_version(package), .source = true};
    if (!distribution->known) {
        look_up.reason = package->path.len > 0
                             ? DW_SLICE("its distribution is not known: no os-release file was found")
                             : DW_SLICE("its distribution is not known: the package URL does not say it, as \"?distro=debian-12\" "
                                        "does");
        return look_up;
    }
    for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++) {
        if (!dw_slice_is(distribution->id, distributions[i].id) || package->type != distributions[i].type)
            continue;
        if (distributions[i].prefix == NULL) {
            look_up.ecosystem = dw_slice_of(distributions[i].ecosystem);
        } else if (distribution->release.len > 0) {
            look_up.ecosystem = dw_slice_of(distributions[i].ecosystem);
            struct dw_slice release = feed_release(look_up.ecosystem, distribution->release);
            look_up.release =
                dw_arena_printf(arena, "%s%.*s", dw_slice_is(release, "edge") ? "" : distributions[i].prefix,
                                DW_SLICE_ARG(release));
        } else {
            look_up.reason = DW_SLICE("the release of its distribution is not known");
        }
        look_up.decided = distributions[i].decided;
        return look_up;
    }
    look_up.reason = dw_arena_printf(arena, "no feed for %s packages of distribution \"%.*s\" is known here",
                                     dw_package_type_name(package->type), DW_SLICE_ARG(distribution->id));
    return look_up;
}

static struct dw_look_up look_up_other(struct dw_arena *arena, const struct dw_package *package)
{
    struct dw_look_up look_up = {
        .name = package->name, .version = package->version, .decided = "the purl's type"};
    for (size_t i = 0; i < sizeof(purl_types) / sizeof(purl_types[0]); i++) {
        if (!dw_slice_equal_nocase(package->other_type, dw_slice_of(purl_types[i].type)))
            continue;
        look_up.ecosystem = dw_slice_of(purl_types[i].ecosystem);
        size_t slash = dw_slice_find_last(package->name, '/');
        if (purl_types[i].separator != '/' && slash != SIZE_MAX)
            look_up.name =
                dw_arena_printf(arena, "%.*s%c%.*s", (int)slash, package->name.at, purl_types[i].separator,
                                DW_SLICE_ARG(dw_slice_from(package->name, slash + 1)));
        return look_up;
    }
    look_up.reason =
        dw_arena_printf(arena, "no feed judges packages of type \"%.*s\"", DW_SLICE_ARG(package->other_type));
    return look_up;
}

struct dw_look_up dw_look_up_of(struct dw_arena *arena, const struct dw_subject *subject,
                                const struct dw_package *package)
{
    struct dw_look_up look_up = {.name = package->name, .version = package->version};
    switch (package->type) {
    case DW_PACKAGE_APK:
    case DW_PACKAGE_DEB:
        look_up = look_up_os(arena, &subject->distribution, package);
        break;
    case DW_PACKAGE_NPM:
        look_up.ecosystem = DW_SLICE("npm");
        look_up.decided = "the package's type";
        break;
    case DW_PACKAGE_GENERIC:
        /* A runtime no package manager installed. Of OSV's feeds only Bitnami's speaks of such software. */
        if (!dw_slice_is(package->name, "node")) { /* from a package URL: it may be anything */
            look_up.reason = DW_SLICE("no feed is known to judge generic packages but node");
            break;
        }
        look_up.ecosystem = DW_SLICE("Bitnami");
        look_up.decided = "a runtime without a package manager: Bitnami's feed names it";
        break;
    case DW_PACKAGE_OTHER:
    case DW_PACKAGE_TYPE_COUNT:
        look_up = look_up_other(arena, package);
        break;
    }
    if (look_up.ecosystem.len > 0)
        look_up.order = dw_version_order_of(look_up.ecosystem);
    return look_up;
}
