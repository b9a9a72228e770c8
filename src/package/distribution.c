/* SPDX-License-Identifier: Apache-2.0 */
#include "package/distribution.h"

#include "package/lines.h"

struct name_pair {
    const char *name, *release;
};

static const struct name_pair debian_codenames[] = {
    {"wheezy", "7"},    {"jessie", "8"},  {"stretch", "9"}, {"buster", "10"}, {"bullseye", "11"},
    {"bookworm", "12"}, {"trixie", "13"}, {"forky", "14"},  {"duke", "15"},
};

/* postmarketOS stands on an Alpine release each (wiki.postmarketos.org, "Releases"). */
static const struct name_pair postmarketos_releases[] = {
    {"v20.05", "3.12"}, {"v21.03", "3.13"}, {"v21.06", "3.14"}, {"v21.12", "3.15"}, {"v22.06", "3.16"}, {"v22.12", "3.17"},
    {"v23.06", "3.18"}, {"v23.12", "3.19"}, {"v24.06", "3.20"}, {"v24.12", "3.21"}, {"v25.06", "3.22"}, {"edge", "edge"},
};

static struct dw_slice look_up(const struct name_pair *pairs, size_t count, struct dw_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (dw_slice_is(name, pairs[i].name))
            return dw_slice_of(pairs[i].release);
    return DW_SLICE("");
}
#define LOOK_UP(pairs, name) look_up(pairs, sizeof(pairs) / sizeof((pairs)[0]), name)

/* The first PARTS dot-separated parts. */
static struct dw_slice first_parts(struct dw_slice version, int parts)
{
    size_t end = 0;
    for (; end < version.len; end++)
        if (version.at[end] == '.' && --parts == 0)
            break;
    return dw_slice_part(version, 0, end);
}

static struct dw_slice alpine_release(struct dw_slice version, struct dw_slice codename)
{
    (void)codename;
    if (dw_slice_starts_with(version, "v"))
        version = dw_slice_from(version, 1);
    if (dw_slice_is(version, "edge") || dw_slice_find_slice(version, DW_SLICE("_alpha")) != SIZE_MAX)
        return DW_SLICE("edge");
    return first_parts(version, 2);
}

static struct dw_slice postmarketos_release(struct dw_slice version, struct dw_slice codename)
{
    (void)codename;
    return LOOK_UP(postmarketos_releases, version);
}

/* Releases have a number; testing and sid have a code name only. Version may be a code name too, and "trixie/sid" (of
 * etc/debian_version, the same in testing and sid) speaks of what testing becomes. */
static struct dw_slice debian_release(struct dw_slice version, struct dw_slice codename)
{
    if (version.len > 0 && dw_is_digit(version.at[0]))
        return first_parts(version, 1);
    struct dw_slice name = codename.len > 0 ? codename : dw_slice_part(version, 0, dw_slice_find(version, '/'));
    struct dw_slice number = LOOK_UP(debian_codenames, name);
    return number.len > 0 ? number : name; /* "sid", or one that no feed knows */
}

static struct dw_slice major_release(struct dw_slice version, struct dw_slice codename)
{
    (void)codename;
    return first_parts(version, 1);
}

static struct dw_slice amazon_release(struct dw_slice version, struct dw_slice codename)
{
    (void)codename;
    struct dw_slice major = first_parts(version, 1);
    uint64_t year;
    /* Amazon Linux 1 counted by year and month, until 2018.03. */
    if (dw_parse_u64(major, &year) && year > 2000 && year < 2019)
        return DW_SLICE("1");
    return major;
}

static struct dw_slice rolling(struct dw_slice version, struct dw_slice codename)
{
    (void)version;
    (void)codename;
    return DW_SLICE("");
}

static const struct {
    const char *id;
    struct dw_slice (*release)(struct dw_slice version, struct dw_slice codename);
} distributions[] = {
    {"alpine", alpine_release},     {"postmarketOS", postmarketos_release}, {"postmarketos", postmarketos_release},
    {"wolfi", rolling},             {"chainguard", rolling},                {"minimos", rolling},
    {"arch", rolling},              {"debian", debian_release},             {"raspbian", debian_release},
    {"rhel", major_release},        {"centos", major_release},              {"almalinux", major_release},
    {"rocky", major_release},       {"ol", major_release},                  {"fedora", major_release},
    {"scientific", major_release},  {"amzn", amazon_release},
};

struct dw_slice dw_distribution_release(struct dw_slice id, struct dw_slice version_id, struct dw_slice version_codename)
{
    for (size_t i = 0; i < sizeof(distributions) / sizeof(distributions[0]); i++)
        if (dw_slice_is(id, distributions[i].id))
            return distributions[i].release(version_id, version_codename);
    return version_id;
}

static const struct dw_distribution *find_fact(const struct dw_distribution *facts, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (dw_slice_is(facts[i].path, path))
            return &facts[i];
    return NULL;
}

/* Which of two Alpine releases is the later: edge, then by number. */
static bool is_later(struct dw_slice a, struct dw_slice b)
{
    if (b.len == 0 || dw_slice_is(b, "edge") || dw_slice_is(a, "edge"))
        return !dw_slice_is(b, "edge");
    for (int part = 0; part < 2; part++) {
        uint64_t x = 0, y = 0;
        dw_parse_u64(first_parts(a, 1), &x);
        dw_parse_u64(first_parts(b, 1), &y);
        if (x != y)
            return x > y;
        a = dw_slice_from(a, first_parts(a, 1).len + 1);
        b = dw_slice_from(b, first_parts(b, 1).len + 1);
    }
    return false;
}

struct dw_slice dw_alpine_later(struct dw_slice a, struct dw_slice b)
{
    return is_later(a, b) ? a : b;
}

/* What the repositories say: packages come from there, whatever the os-release file of the base still says. */
static void apply_repositories(const struct dw_distribution *facts, size_t count, struct dw_arena *arena,
                               struct dw_distribution *merged, struct dw_slice *remark)
{
    const struct dw_distribution *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (dw_slice_starts_with(facts[i].path, "etc/apk/repositories") && facts[i].release.len > 0 &&
            (best == NULL || is_later(facts[i].release, best->release)))
            best = &facts[i];
    if (best == NULL || dw_slice_equal(best->release, merged->release))
        return;
    if (merged->release.len > 0)
        *remark = dw_arena_printf(arena, "%.*s names Alpine %.*s, but %.*s says %.*s: judged as %.*s",
                                  DW_SLICE_ARG(best->path), DW_SLICE_ARG(best->release), DW_SLICE_ARG(merged->path),
                                  DW_SLICE_ARG(merged->release), DW_SLICE_ARG(best->release));
    merged->release = best->release;
}

void dw_distribution_decide(const struct dw_distribution *facts, size_t count, struct dw_arena *arena,
                            struct dw_distribution *merged, struct dw_slice *remark)
{
    static const char *const files[] = {"etc/os-release", "usr/lib/os-release", "etc/alpine-release",
                                        "etc/debian_version"};
    *merged = (struct dw_distribution){0};
    *remark = DW_SLICE("");
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !merged->known; i++) {
        const struct dw_distribution *fact = find_fact(facts, count, files[i]);
        if (fact != NULL)
            *merged = *fact;
        merged->known = fact != NULL;
    }
    if (!merged->known)
        return;
    if (merged->id.len == 0)
        merged->id = DW_SLICE("linux"); /* os-release(5): the default */
    struct dw_slice version = merged->version_id;
    const struct dw_distribution *own = NULL;
    if (version.len == 0 && dw_slice_is(merged->id, "alpine"))
        own = find_fact(facts, count, "etc/alpine-release");
    else if (version.len == 0 && dw_slice_is(merged->id, "debian") && merged->version_codename.len == 0)
        own = find_fact(facts, count, "etc/debian_version");
    if (own != NULL)
        version = own->version_id;
    merged->release = dw_distribution_release(merged->id, version, merged->version_codename);
    if (dw_slice_is(merged->id, "alpine"))
        apply_repositories(facts, count, arena, merged, remark);
}
