/* SPDX-License-Identifier: Apache-2.0
 *
 * BASE-005: the age of the base. BASE-006: is the base still supported, by a table of end-of-life dates. */
#include "base/clock.h"
#include "model/image_name.h"
#include "rule/chapters.h"
#include "rule/judge.h"

/* Last day of support, as the projects announce it: Debian with its long-term support (wiki.debian.org/LTS), Ubuntu standard
 * support (ubuntu.com/about/release-cycle), Alpine (alpinelinux.org/releases), Node.js (nodejs.org, release schedule). */
#define TABLE_DATE "2026-11-24"
static const struct support {
    const char *product, *release, *name; /* name: the code name that tags use, or "" */
    const char *ends;
} table[] = {
    {"debian", "8", "jessie", "2020-06-30"},    {"debian", "9", "stretch", "2022-06-30"},
    {"debian", "10", "buster", "2024-06-30"},   {"debian", "11", "bullseye", "2026-08-31"},
    {"debian", "12", "bookworm", "2028-06-30"}, {"debian", "13", "trixie", "2030-06-30"},
    {"ubuntu", "14.04", "trusty", "2019-04-25"}, {"ubuntu", "16.04", "xenial", "2021-04-30"},
    {"ubuntu", "18.04", "bionic", "2023-05-31"}, {"ubuntu", "20.04", "focal", "2025-05-31"},
    {"ubuntu", "22.04", "jammy", "2027-04-30"},  {"ubuntu", "24.04", "noble", "2029-05-31"},
    {"ubuntu", "23.10", "mantic", "2024-07-11"}, {"ubuntu", "24.10", "oracular", "2025-07-10"},
    {"ubuntu", "25.04", "plucky", "2026-01-15"}, {"ubuntu", "25.10", "questing", "2026-07-31"},
    {"alpine", "3.9", "", "2020-11-01"},  {"alpine", "3.10", "", "2021-05-01"}, {"alpine", "3.11", "", "2021-11-01"},
    {"alpine", "3.12", "", "2022-05-01"}, {"alpine", "3.13", "", "2022-11-01"}, {"alpine", "3.14", "", "2023-05-01"},
    {"alpine", "3.15", "", "2023-11-01"}, {"alpine", "3.16", "", "2024-05-23"}, {"alpine", "3.17", "", "2024-11-22"},
    {"alpine", "3.18", "", "2025-05-09"}, {"alpine", "3.19", "", "2025-11-01"}, {"alpine", "3.20", "", "2026-04-01"},
    {"alpine", "3.21", "", "2026-11-01"}, {"alpine", "3.22", "", "2027-05-01"}, {"alpine", "3.23", "", "2027-11-01"},
    {"node", "8", "", "2019-12-31"},  {"node", "10", "", "2021-04-30"}, {"node", "11", "", "2019-06-01"},
    {"node", "12", "", "2022-04-30"}, {"node", "13", "", "2020-06-01"}, {"node", "14", "", "2023-04-30"},
    {"node", "15", "", "2021-06-01"}, {"node", "16", "", "2023-09-11"}, {"node", "17", "", "2022-06-01"},
    {"node", "18", "", "2025-04-30"}, {"node", "19", "", "2023-06-01"}, {"node", "20", "", "2026-04-30"},
    {"node", "21", "", "2024-06-01"}, {"node", "22", "", "2027-04-30"}, {"node", "23", "", "2025-06-01"},
    {"node", "24", "", "2028-04-30"}, {"node", "25", "", "2026-06-01"},
};

static const struct support *find(const char *product, struct dw_slice release)
{
    for (size_t i = 0; release.len > 0 && i < sizeof(table) / sizeof(table[0]); i++)
        if (strcmp(table[i].product, product) == 0 &&
            (dw_slice_is(release, table[i].release) || (*table[i].name != '\0' && dw_slice_is(release, table[i].name))))
            return &table[i];
    return NULL;
}

static void judge_row(struct dw_judge *judge, const struct support *row, struct dw_judge_finding at)
{
    int64_t ends = 0;
    if (judge->settings->now == DW_TIME_UNKNOWN) {
        dw_judge_unknown(judge, at.path, at.line, DW_SLICE("the time of judging is not known"));
        return;
    }
    dw_time_parse(dw_slice_of(row->ends), true, &ends);
    if (judge->settings->now < ends + DW_DAY) {
        dw_judge_pass(judge, "file", at.path, at.line,
                      dw_judge_text(judge, "%s %s is supported until %s", row->product, row->release, row->ends));
        return;
    }
    at.message = dw_judge_text(judge, "%s %s has had no support since %s (table of " TABLE_DATE ")", row->product,
                               row->release, row->ends);
    at.fix = dw_judge_text(judge, "build on a release of %s that is still supported, by its digest", row->product);
    dw_judge_fail(judge, at);
}

/* Numbers and dots at the front of TEXT, PARTS of them: "3.18" of "3.18.4-slim", "22" of "22.1". */
static struct dw_slice version(struct dw_slice text, unsigned parts)
{
    size_t end = 0;
    for (unsigned dots = 0; end < text.len; end++) {
        if (text.at[end] == '.' && ++dots == parts)
            break;
        if (text.at[end] != '.' && !dw_is_digit(text.at[end]))
            break;
    }
    struct dw_slice found = dw_slice_part(text, 0, end);
    return dw_slice_ends_with(found, ".") ? dw_slice_part(found, 0, found.len - 1) : found;
}

/* The product and release that a tag names: "node:18-alpine3.17" names two. */
static size_t of_reference(const struct dw_image_name *name, const struct support *rows[2])
{
    struct dw_slice base = dw_path_base(name->repository), rest = name->tag, part;
    size_t count = 0;
    bool official = dw_slice_is(name->registry, "docker.io") && dw_slice_starts_with(name->repository, "library/");
    if (dw_slice_is(name->registry, "gcr.io") && dw_slice_starts_with(name->repository, "distroless/")) {
        /* "nodejs22-debian12" */
        struct dw_slice node = DW_SLICE("nodejs"), debian = DW_SLICE("-debian");
        size_t at = dw_slice_find_slice(base, debian);
        if (dw_slice_starts(base, node) && (rows[count] = find("node", version(dw_slice_from(base, node.len), 1))) != NULL)
            count++;
        if (at != SIZE_MAX && (rows[count] = find("debian", version(dw_slice_from(base, at + debian.len), 1))) != NULL)
            count++;
        return count;
    }
    if (!official)
        return 0;
    static const struct {
        const char *product;
        unsigned parts;
    } products[] = {{"node", 1}, {"alpine", 2}, {"debian", 1}, {"ubuntu", 2}};
    for (size_t i = 0; i < 4; i++)
        if (dw_slice_is(base, products[i].product)) {
            rows[count] = find(products[i].product, version(rest, products[i].parts));
            if (rows[count] == NULL) /* "bookworm-slim" */
                rows[count] = find(products[i].product, dw_slice_part(rest, 0, dw_slice_find(rest, '-')));
            count += rows[count] != NULL;
        }
    /* "…-alpine3.17", "…-bookworm-slim" of other images */
    for (bool more = rest.len > 0; count < 2 && more && dw_slice_split(&rest, '-', &more, &part);) {
        struct dw_slice alpine = DW_SLICE("alpine");
        if (dw_slice_is(base, "debian") || dw_slice_is(base, "ubuntu") || dw_slice_is(base, "alpine"))
            break;
        rows[count] = dw_slice_starts(part, alpine) ? find("alpine", version(dw_slice_from(part, alpine.len), 2)) : NULL;
        if (rows[count] == NULL && part.len > 0 && !dw_is_digit(part.at[0]))
            rows[count] = find("debian", part);
        count += rows[count] != NULL;
    }
    return count;
}

static void judge_dockerfile(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    struct dw_image_name name;
    const struct support *rows[3];
    if (view->image != NULL || external->kind != DW_BASE_IMAGE ||
        !dw_image_name_parse(&judge->verdict->arena, external->resolved, &name, NULL))
        return; /* the image decides, or BASE-001 and BASE-008 tell */
    size_t count = of_reference(&name, rows);
    for (size_t i = 0; i < count; i++)
        judge_row(judge, rows[i], dw_judge_at_part(dockerfile, external->instruction, external->written));
}

static void judge_image(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    const struct dw_distribution *distribution = &subject->distribution;
    static const char *const products[] = {"debian", "ubuntu", "alpine"};
    (void)built_from;
    for (size_t i = 0; distribution->known && i < 3; i++) {
        if (!dw_slice_is(distribution->id, products[i]))
            continue;
        const struct support *row = find(products[i], distribution->release);
        struct dw_judge_finding at = {.path = distribution->path};
        if (row != NULL)
            judge_row(judge, row, at);
        else if (version(distribution->release, 2).len > 0)
            dw_judge_unknown(judge, distribution->path, 0,
                             dw_judge_text(judge, "%s %.*s is not in the table of " TABLE_DATE, products[i],
                                           DW_SLICE_ARG(distribution->release)));
    }
    for (size_t i = 0; i < subject->packages.len; i++) {
        const struct dw_package *package = subject->packages.at[i];
        if (package->type != DW_PACKAGE_GENERIC || !dw_slice_is(package->name, "node"))
            continue;
        struct dw_slice major = version(dw_slice_starts_with(package->version, "v") ? dw_slice_from(package->version, 1)
                                                                                   : package->version, 1);
        const struct support *row = find("node", major);
        struct dw_judge_finding at = {.path = package->path};
        if (row != NULL)
            judge_row(judge, row, at);
    }
}

/* ---- BASE-005 ------------------------------------------------------------------------------------------------------- */

static bool has_external_base(const struct dw_dockerfile *dockerfile)
{
    return dockerfile->uses.at[dockerfile->external_use].kind != DW_BASE_SCRATCH;
}

/* The day on which the lock file says that the pinned digest was chosen. */
static int64_t locked_date(struct dw_judge *judge, struct dw_slice reference)
{
    struct dw_image_name name;
    if (!dw_image_name_parse(&judge->verdict->arena, reference, &name, NULL) || !name.pinned)
        return DW_TIME_UNKNOWN;
    for (size_t i = 0; i < judge->settings->locked_count; i++)
        if (dw_slice_equal(judge->settings->locked[i].digest, name.digest))
            return judge->settings->locked[i].date;
    return DW_TIME_UNKNOWN;
}

static void judge_age(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    if (!has_external_base(dockerfile))
        return;
    const struct dw_rule_settings *settings = judge->settings;
    struct dw_judge_finding at = dw_judge_at_part(dockerfile, external->instruction, external->written);
    int64_t date = external->kind == DW_BASE_IMAGE ? locked_date(judge, external->resolved) : DW_TIME_UNKNOWN;
    if (date == DW_TIME_UNKNOWN || settings->now == DW_TIME_UNKNOWN) {
        dw_judge_unknown(judge, at.path, at.line,
                         dw_judge_text(judge, "nothing tells when the base \"%.*s\" was chosen: keep its digest and date in "
                                              "dockworthy.lock",
                                       DW_SLICE_ARG(external->resolved)));
        return;
    }
    long long days = (long long)((settings->now - date) / DW_DAY), most = (long long)(settings->upgrade_every / DW_DAY);
    char text[DW_TIME_TEXT];
    dw_date_format(date, text);
    if (settings->now - date <= settings->upgrade_every) {
        dw_judge_pass(judge, "file", at.path, at.line,
                      dw_judge_text(judge, "%.*s of %s, %lld days (limit %lld)", DW_SLICE_ARG(external->resolved), text, days, most));
        return;
    }
    at.message = dw_judge_text(judge, "the base \"%.*s\" is of %s, %lld days ago; the policy upgrades every %lld days",
                               DW_SLICE_ARG(external->resolved), text, days, most);
    at.fix = DW_SLICE("take the tag's newest digest, and write it with its date to dockworthy.lock");
    dw_judge_fail(judge, at);
}

static const struct dw_rule_example support_examples[] = {
    {"Dockerfile", "FROM node:16-alpine3.17\nUSER 65532:65532\nCMD [\"node\", \"server.js\"]\n",
     "FROM node:24-alpine3.23\nUSER 65532:65532\nCMD [\"node\", \"server.js\"]\n"},
    {NULL},
};

const struct dw_rule dw_base_support_rules[] = {
    {.id = "BASE-005",
     .title = "Upgrade cadence kept",
     .needs_records = true,
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "The pinned base is not older than the policy's cadence (base-images.upgrade-every, 31 days). Its date is the one that "
             "dockworthy.lock keeps beside the digest.",
     .why = "A digest does not change by itself: without a cadence a pinned base grows old with its flaws.",
     .fix = "Take the tag's newest digest, build and test, and write digest and date to dockworthy.lock.",
     .aliases = "scout:outdated-base-images",
     .pass = "the base is as young as the policy asks",
     .none = "no base of a registry",
     .dockerfile = judge_age},
    {.id = "BASE-006",
     .title = "Base still supported",
     .chapter = 1,
     .severity = DW_SEVERITY_HIGH,
     .what = "The base's distribution release and Node major have not reached the end of their support. Debian, Ubuntu, Alpine and "
             "Node are known, by a table of " TABLE_DATE ".",
     .why = "After the end of support flaws are found and not mended; a scanner goes on saying \"no fix\".",
     .fix = "Build on a release that is still supported.",
     .aliases = "scout:supported-distributions",
     .pass = "the base is supported",
     .none = "the base's release is not known, or not in the table",
     .examples = support_examples,
     .dockerfile = judge_dockerfile,
     .image = judge_image},
};
const size_t dw_base_support_rule_count = DW_RULE_COUNT(dw_base_support_rules);
