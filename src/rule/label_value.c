/* SPDX-License-Identifier: Apache-2.0
 *
 * Types of labels' values: RFC 3986 (URL), RFC 3339, licence expressions of SPDX 2.3 annex D, git object names, Semantic Versioning 2.0.0, RFC 5322 addr-spec without comments and quoted parts. */
#include "rule/label_value.h"

#include "base/clock.h"
#include "package/license.h"

static bool is_alnum(char c)
{
    return dw_is_alpha(c) || dw_is_digit(c);
}

static bool fits_url(struct dw_slice value)
{
    size_t colon = dw_slice_find(value, ':');
    if (colon == SIZE_MAX || colon == 0 || !dw_is_alpha(value.at[0]))
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!is_alnum(value.at[i]) && strchr("+-.", value.at[i]) == NULL)
            return false;
    struct dw_slice rest = dw_slice_from(value, colon + 1);
    if (!dw_slice_starts_with(rest, "//"))
        return false;
    rest = dw_slice_from(rest, 2);
    for (size_t i = 0; i < rest.len; i++)
        if ((unsigned char)rest.at[i] <= ' ' || strchr("<>\"{}|\\^`", rest.at[i]) != NULL)
            return false;
    return rest.len > 0 && (rest.at[0] != '/' || dw_slice_starts_with(value, "file:"));
}

static bool fits_rfc3339(struct dw_slice value)
{
    int64_t time;
    return dw_time_parse(value, false, &time);
}

static bool fits_spdx(struct dw_slice value)
{
    struct dw_arena arena = {0};
    struct dw_license *licenses;
    size_t count = dw_license_read(&arena, value, false, &licenses);
    bool good = count == 1 && licenses[0].form != DW_LICENSE_UNKNOWN;
    dw_arena_free(&arena);
    return good;
}

/* A commit: 40 or 64 hexadecimal digits, or its short form of at least seven. */
static bool fits_git_hash(struct dw_slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!dw_is_digit(value.at[i]) && !(value.at[i] >= 'a' && value.at[i] <= 'f'))
            return false;
    return (value.len >= 7 && value.len <= 40) || value.len == 64;
}

/* "1", or "0", but not "01". */
static bool version_number(struct dw_slice *rest)
{
    size_t len = 0;
    while (len < rest->len && dw_is_digit(rest->at[len]))
        len++;
    bool good = len == 1 || (len > 1 && rest->at[0] != '0');
    *rest = dw_slice_from(*rest, len);
    return good;
}

static bool version_part(struct dw_slice part, bool numbers)
{
    struct dw_slice rest = part, piece;
    for (bool more = true; dw_slice_split(&rest, '.', &more, &piece);) {
        bool digits = true;
        if (piece.len == 0)
            return false;
        for (size_t i = 0; i < piece.len; i++) {
            if (!is_alnum(piece.at[i]) && piece.at[i] != '-')
                return false;
            digits &= dw_is_digit(piece.at[i]);
        }
        if (numbers && digits && piece.len > 1 && piece.at[0] == '0')
            return false;
    }
    return true;
}

static bool fits_semver(struct dw_slice value)
{
    struct dw_slice rest = value;
    for (int i = 0; i < 3; i++) {
        if (!version_number(&rest))
            return false;
        if (i < 2) {
            if (!dw_slice_starts_with(rest, "."))
                return false;
            rest = dw_slice_from(rest, 1);
        }
    }
    size_t plus = dw_slice_find(rest, '+');
    struct dw_slice before = dw_slice_part(rest, 0, plus);
    if (plus != SIZE_MAX && !version_part(dw_slice_from(rest, plus + 1), false))
        return false;
    if (before.len == 0)
        return true;
    return before.at[0] == '-' && version_part(dw_slice_from(before, 1), true);
}

static bool fits_email(struct dw_slice value)
{
    /* "Name <address>" as well. */
    size_t open = dw_slice_find(value, '<');
    if (open != SIZE_MAX && dw_slice_ends_with(value, ">"))
        value = dw_slice_part(value, open + 1, value.len - open - 2);
    size_t at = dw_slice_find_last(value, '@');
    if (at == SIZE_MAX || at == 0 || at > 64 || at + 1 == value.len)
        return false;
    for (size_t i = 0; i < at; i++) {
        char c = value.at[i];
        bool dot = c == '.' && i > 0 && i + 1 < at && value.at[i - 1] != '.';
        if (!is_alnum(c) && !dot && strchr("!#$%&'*+/=?^_`{|}~-", c) == NULL)
            return false;
    }
    struct dw_slice domain = dw_slice_from(value, at + 1), piece;
    if (domain.len > 255)
        return false;
    for (bool more = true; dw_slice_split(&domain, '.', &more, &piece);) {
        if (piece.len == 0 || piece.len > 63 || piece.at[0] == '-' || piece.at[piece.len - 1] == '-')
            return false;
        for (size_t i = 0; i < piece.len; i++)
            if (!is_alnum(piece.at[i]) && piece.at[i] != '-')
                return false;
    }
    return true;
}

static const struct dw_label_type types[] = {
    {"url", "url", "URL", "https://example.com/shop", fits_url},
    {"rfc3339", "rfc3339", "time of RFC 3339", "2027-01-31T12:00:00Z", fits_rfc3339},
    {"spdx", "spdx", "SPDX licence expression", "Apache-2.0 OR MIT", fits_spdx},
    {"git-hash", "git-hash", "git commit", "e83c5163316f89bfbde7d9ab23ca2e25604af290", fits_git_hash},
    {"githash", "git-hash", "git commit", "e83c5163316f89bfbde7d9ab23ca2e25604af290", fits_git_hash},
    {"semver", "semver", "semantic version", "1.4.0", fits_semver},
    {"email", "email", "e-mail address", "team@example.com", fits_email},
};

const struct dw_label_type *dw_label_type_find(struct dw_slice name)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (dw_slice_is(name, types[i].name))
            return &types[i];
    return NULL;
}
