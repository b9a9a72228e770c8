/* SPDX-License-Identifier: Apache-2.0
 *
 * Platforms as the OCI image index names them (image-index.md, "platform": GOOS, GOARCH and the variant table). */
#include "image/internal.h"

#include <sys/utsname.h>

/* What kernels and people call an architecture, as Go calls it. */
static const struct {
    const char *name, *architecture, *variant;
} aliases[] = {
    {"x86_64", "amd64", ""},   {"x86-64", "amd64", ""}, {"aarch64", "arm64", ""},   {"armhf", "arm", "v7"},
    {"armel", "arm", "v6"},    {"armv8l", "arm", "v7"}, {"armv7l", "arm", "v7"},    {"armv6l", "arm", "v6"},
    {"armv5tel", "arm", "v5"}, {"i386", "386", ""},     {"i486", "386", ""},        {"i586", "386", ""},
    {"i686", "386", ""},       {"loongarch64", "loong64", ""},
};

static bool is_part(struct dw_slice part)
{
    for (size_t i = 0; i < part.len; i++)
        if (!dw_is_digit(part.at[i]) && !(part.at[i] >= 'a' && part.at[i] <= 'z') && part.at[i] != '_' &&
            part.at[i] != '.' && part.at[i] != '-')
            return false;
    return part.len > 0;
}

bool dw_platform_parse(struct dw_slice text, struct dw_platform *platform, struct dw_error *error)
{
    struct dw_slice parts[3] = {DW_SLICE(""), DW_SLICE(""), DW_SLICE("")}, rest = text, part;
    size_t count = 0;
    bool more = true;
    while (dw_slice_split(&rest, '/', &more, &part)) {
        if (count == 3 || !is_part(part))
            return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" is no platform; write os/architecture[/variant], such as "
                           "linux/amd64 or linux/arm/v7", DW_SLICE_ARG(text));
        parts[count++] = part;
    }
    if (count < 2)
        return dw_fail(error, DW_ERROR_USAGE, "\"%.*s\" is no platform; write os/architecture[/variant], such as "
                       "linux/amd64", DW_SLICE_ARG(text));
    *platform = (struct dw_platform){parts[0], parts[1], parts[2]};
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        if (dw_slice_is(parts[1], aliases[i].name)) {
            platform->architecture = dw_slice_of(aliases[i].architecture);
            if (parts[2].len == 0)
                platform->variant = dw_slice_of(aliases[i].variant);
        }
    return true;
}

struct dw_platform dw_platform_host(void)
{
    static const char *const same[] = {"ppc64le", "ppc64", "s390x", "riscv64", "mips64"};
    struct dw_platform platform = {DW_SLICE("linux"), DW_SLICE("amd64"), DW_SLICE("")};
    struct utsname name;
    if (uname(&name) != 0)
        return platform;
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        if (strcmp(name.machine, aliases[i].name) == 0) {
            platform.architecture = dw_slice_of(aliases[i].architecture);
            platform.variant = dw_slice_of(aliases[i].variant);
        }
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        if (strcmp(name.machine, same[i]) == 0)
            platform.architecture = dw_slice_of(same[i]);
    return platform;
}

/* "v7" → 7; the variant that an empty one means; 0 for what is no such number. */
static unsigned variant_number(const struct dw_platform *platform)
{
    struct dw_slice variant = platform->variant;
    uint64_t number;
    if (variant.len == 0)
        return dw_slice_is(platform->architecture, "arm64") ? 8 : dw_slice_is(platform->architecture, "arm") ? 7 : 1;
    if (variant.at[0] == 'v')
        variant = dw_slice_from(variant, 1);
    return dw_parse_u64(variant, &number) && number > 0 && number < 100 ? (unsigned)number : 0;
}

unsigned dw_platform_match(const struct dw_platform *wanted, const struct dw_platform *offered)
{
    if (!dw_slice_equal(wanted->os, offered->os) || !dw_slice_equal(wanted->architecture, offered->architecture))
        return 0;
    if (dw_slice_equal(wanted->variant, offered->variant))
        return 1000;
    /* Of these three a processor also runs what was made for a lower variant. */
    if (!dw_slice_is(wanted->architecture, "arm") && !dw_slice_is(wanted->architecture, "arm64") &&
        !dw_slice_is(wanted->architecture, "amd64"))
        return 0;
    unsigned want = variant_number(wanted), offer = variant_number(offered);
    if (want == 0 || offer == 0 || offer > want)
        return 0;
    return want == offer ? 1000 : offer;
}

struct dw_slice dw_platform_format(struct dw_arena *arena, const struct dw_platform *platform)
{
    return dw_arena_printf(arena, "%.*s/%.*s%s%.*s", DW_SLICE_ARG(platform->os),
                           DW_SLICE_ARG(platform->architecture), platform->variant.len > 0 ? "/" : "",
                           DW_SLICE_ARG(platform->variant));
}
