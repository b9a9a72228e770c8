/* SPDX-License-Identifier: Apache-2.0
 *
 * A slice is a view of bytes that somebody else owns: never NUL-terminated by promise, passed by value. */
#ifndef DW_BASE_SLICE_H
#define DW_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct dw_slice {
    const char *at;
    size_t len;
};

/* A slice of a string literal. */
#define DW_SLICE(literal) ((struct dw_slice){"" literal, sizeof(literal) - 1})
/* The same as a constant initialiser, for static tables. */
#define DW_SLICE_INIT(literal) {"" literal, sizeof(literal) - 1}
/* Arguments for a "%.*s" conversion; an over-long slice is cut at 1 MiB. */
#define DW_SLICE_ARG(s) (int)((s).len > (1 << 20) ? (1 << 20) : (s).len), ((s).at ? (s).at : "")

/* The bytes of a C string without its NUL; NULL gives the empty slice. */
struct dw_slice dw_slice_of(const char *string);
static inline struct dw_slice dw_slice_make(const void *at, size_t len)
{
    return (struct dw_slice){(const char *)at, len};
}

bool dw_slice_equal(struct dw_slice a, struct dw_slice b);
/* Equality with ASCII letters' case ignored. */
bool dw_slice_equal_nocase(struct dw_slice a, struct dw_slice b);
bool dw_slice_is(struct dw_slice a, const char *string);
/* Byte order, a proper prefix first: <0, 0, >0. */
int dw_slice_compare(struct dw_slice a, struct dw_slice b);
/* Is it one of WORDS, a list ended by NULL? */
bool dw_slice_is_one_of(struct dw_slice a, const char *const *words);
bool dw_slice_starts(struct dw_slice a, struct dw_slice prefix);
bool dw_slice_ends(struct dw_slice a, struct dw_slice suffix);
bool dw_slice_starts_with(struct dw_slice a, const char *prefix);
bool dw_slice_ends_with(struct dw_slice a, const char *suffix);

/* Index of the first (last) byte C, or SIZE_MAX. */
size_t dw_slice_find(struct dw_slice a, char c);
size_t dw_slice_find_last(struct dw_slice a, char c);
/* Index of the first occurrence of NEEDLE, or SIZE_MAX; an empty needle is found at 0. */
size_t dw_slice_find_slice(struct dw_slice a, struct dw_slice needle);

/* From START (both functions cut to what is there). */
struct dw_slice dw_slice_from(struct dw_slice a, size_t start);
struct dw_slice dw_slice_part(struct dw_slice a, size_t start, size_t len);
/* Without leading and trailing spaces, tabs, CR, LF, VT and FF. */
struct dw_slice dw_slice_trim(struct dw_slice a);

/* Cuts the next piece up to SEPARATOR off *REST; false when nothing is left.
 * "a,,b" gives "a", "", "b"; "a," gives "a", "". Start with *rest = whole and *more = true. */
bool dw_slice_split(struct dw_slice *rest, char separator, bool *more, struct dw_slice *piece);
/* Cuts the next line (without LF or CR LF) off *REST; false when nothing is left. */
bool dw_slice_line(struct dw_slice *rest, struct dw_slice *line);

/* The last path component of PATH ("a/b" -> "b"), and what is before it ("a/b" -> "a", "b" -> ""). */
struct dw_slice dw_path_base(struct dw_slice path);
struct dw_slice dw_path_parent(struct dw_slice path);

/* The one strict integer parser: decimal digits only, no sign, no space, no overflow, at least one digit. */
bool dw_parse_u64(struct dw_slice text, uint64_t *value);
/* The same with an optional leading '-'. */
bool dw_parse_i64(struct dw_slice text, int64_t *value);

/* Sum and product with the overflow told: false and *RESULT untouched. */
bool dw_checked_add(uint64_t a, uint64_t b, uint64_t *result);
bool dw_checked_multiply(uint64_t a, uint64_t b, uint64_t *result);

static inline bool dw_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool dw_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline char dw_to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

#endif
