/* SPDX-License-Identifier: Apache-2.0 */
#include "base/slice.h"

struct dw_slice dw_slice_of(const char *string)
{
    return (struct dw_slice){string ? string : "", string ? strlen(string) : 0};
}

bool dw_slice_equal(struct dw_slice a, struct dw_slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool dw_slice_equal_nocase(struct dw_slice a, struct dw_slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (dw_to_lower(a.at[i]) != dw_to_lower(b.at[i]))
            return false;
    return true;
}

bool dw_slice_is(struct dw_slice a, const char *string)
{
    return dw_slice_equal(a, dw_slice_of(string));
}

bool dw_slice_is_one_of(struct dw_slice a, const char *const *words)
{
    for (; *words != NULL; words++)
        if (dw_slice_is(a, *words))
            return true;
    return false;
}

int dw_slice_compare(struct dw_slice a, struct dw_slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool dw_slice_starts(struct dw_slice a, struct dw_slice prefix)
{
    return a.len >= prefix.len && (prefix.len == 0 || memcmp(a.at, prefix.at, prefix.len) == 0);
}

bool dw_slice_ends(struct dw_slice a, struct dw_slice suffix)
{
    return a.len >= suffix.len &&
           (suffix.len == 0 || memcmp(a.at + (a.len - suffix.len), suffix.at, suffix.len) == 0);
}

bool dw_slice_starts_with(struct dw_slice a, const char *prefix)
{
    return dw_slice_starts(a, dw_slice_of(prefix));
}

bool dw_slice_ends_with(struct dw_slice a, const char *suffix)
{
    return dw_slice_ends(a, dw_slice_of(suffix));
}

size_t dw_slice_find(struct dw_slice a, char c)
{
    const char *hit = a.len == 0 ? NULL : memchr(a.at, c, a.len);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - a.at);
}

size_t dw_slice_find_last(struct dw_slice a, char c)
{
    for (size_t i = a.len; i > 0; i--)
        if (a.at[i - 1] == c)
            return i - 1;
    return SIZE_MAX;
}

size_t dw_slice_find_slice(struct dw_slice a, struct dw_slice needle)
{
    if (needle.len == 0)
        return 0;
    if (a.len < needle.len)
        return SIZE_MAX;
    const char *hit = memmem(a.at, a.len, needle.at, needle.len);
    return hit == NULL ? SIZE_MAX : (size_t)(hit - a.at);
}

struct dw_slice dw_slice_from(struct dw_slice a, size_t start)
{
    if (start == 0 || a.len == 0) /* also: no sum with a null pointer */
        return a;
    if (start > a.len)
        start = a.len;
    /* Even adding zero to a null pointer is undefined. */
    return (struct dw_slice){start > 0 ? a.at + start : a.at, a.len - start};
}

struct dw_slice dw_slice_part(struct dw_slice a, size_t start, size_t len)
{
    struct dw_slice rest = dw_slice_from(a, start);
    if (rest.len > len)
        rest.len = len;
    return rest;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct dw_slice dw_slice_trim(struct dw_slice a)
{
    while (a.len > 0 && is_space(a.at[0])) {
        a.at++;
        a.len--;
    }
    while (a.len > 0 && is_space(a.at[a.len - 1]))
        a.len--;
    return a;
}

bool dw_slice_split(struct dw_slice *rest, char separator, bool *more, struct dw_slice *piece)
{
    if (!*more)
        return false;
    size_t end = dw_slice_find(*rest, separator);
    if (end == SIZE_MAX) {
        *piece = *rest;
        *rest = dw_slice_from(*rest, rest->len);
        *more = false;
        return true;
    }
    *piece = dw_slice_part(*rest, 0, end);
    *rest = dw_slice_from(*rest, end + 1);
    return true;
}

bool dw_slice_line(struct dw_slice *rest, struct dw_slice *line)
{
    if (rest->len == 0)
        return false;
    size_t end = dw_slice_find(*rest, '\n');
    if (end == SIZE_MAX)
        end = rest->len;
    *line = dw_slice_part(*rest, 0, end);
    *rest = dw_slice_from(*rest, end + 1);
    if (line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    return true;
}

struct dw_slice dw_path_base(struct dw_slice path)
{
    size_t slash = dw_slice_find_last(path, '/');
    return slash == SIZE_MAX ? path : dw_slice_from(path, slash + 1);
}

struct dw_slice dw_path_parent(struct dw_slice path)
{
    size_t slash = dw_slice_find_last(path, '/');
    return slash == SIZE_MAX ? dw_slice_part(path, 0, 0) : dw_slice_part(path, 0, slash);
}

bool dw_parse_u64(struct dw_slice text, uint64_t *value)
{
    uint64_t sum = 0;
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!dw_is_digit(text.at[i]))
            return false;
        uint64_t digit = (uint64_t)(text.at[i] - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

bool dw_parse_i64(struct dw_slice text, int64_t *value)
{
    uint64_t magnitude;
    bool negative = text.len > 0 && text.at[0] == '-';
    if (!dw_parse_u64(negative ? dw_slice_from(text, 1) : text, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX)
        return false;
    *value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

bool dw_checked_add(uint64_t a, uint64_t b, uint64_t *result)
{
    uint64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *result = sum;
    return true;
}

bool dw_checked_multiply(uint64_t a, uint64_t b, uint64_t *result)
{
    uint64_t product;
    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *result = product;
    return true;
}
