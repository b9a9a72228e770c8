/* SPDX-License-Identifier: Apache-2.0
 *
 * Alpine's versions: digits(.digits)*[letter[digits]](_suffix[digits])*[~hex][-rdigits], apk-package(5), "pkgver".
 *
 * Both sides are read token by token; the first tokens that differ decide. A token is a kind and a value; kinds have
 * one rank each, and a token determines how what follows is read, so the comparison is lexicographic over one total
 * preorder of tokens and thereby itself one. */
#include "advisory/version/orders.h"
#include "advisory/version/trace.h"

/* In rising order: the kind that comes later is higher when kinds differ. Pre-release suffixes are below the end of the
 * version and below what is no version; everything that goes on is above the end. */
enum kind {
    PRE_SUFFIX,      /* _alpha _beta _pre _rc */
    INVALID,         /* the rest is no version; it is not looked at */
    EMPTY_COMPONENT, /* a dot without a digit behind it: apk reads on */
    END,
    REVISION,
    HASH,
    SUFFIX_NUMBER,
    POST_SUFFIX, /* _cvs _svn _git _hg _p */
    LETTER,
    NUMBER,    /* digits behind a letter */
    COMPONENT, /* digits behind a dot */
    FIRST,     /* the digits a version begins with: both sides have it or neither */
};

static const char *const kind_names[] = {
    "pre-release suffix", "invalid rest",  "empty component", "end",  "revision", "commit hash",
    "suffix number",      "suffix",        "letter",          "number", "component", "number",
};

static const struct suffix {
    struct dw_slice text;
    enum kind kind;
} suffixes[] = {
    {DW_SLICE_INIT("alpha"), PRE_SUFFIX}, {DW_SLICE_INIT("beta"), PRE_SUFFIX}, {DW_SLICE_INIT("pre"), PRE_SUFFIX},
    {DW_SLICE_INIT("rc"), PRE_SUFFIX},    {DW_SLICE_INIT("cvs"), POST_SUFFIX}, {DW_SLICE_INIT("svn"), POST_SUFFIX},
    {DW_SLICE_INIT("git"), POST_SUFFIX},  {DW_SLICE_INIT("hg"), POST_SUFFIX},  {DW_SLICE_INIT("p"), POST_SUFFIX},
};
#define SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

struct token {
    enum kind kind;
    struct dw_slice text; /* digits, letter, suffix or hash */
    size_t rank;          /* of a suffix */
};

struct reader {
    struct dw_slice rest;
    enum kind last; /* of the token read before; FIRST at the start, with STARTED false */
    bool started;
};

static bool lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static struct token take(struct reader *reader, enum kind kind, size_t skip, size_t len)
{
    struct token token = {.kind = kind, .text = dw_slice_part(reader->rest, skip, len)};
    reader->rest = dw_slice_from(reader->rest, skip + len);
    reader->last = kind;
    return token;
}

static struct token take_suffix(struct reader *reader)
{
    struct dw_slice word = dw_slice_from(reader->rest, 1);
    for (size_t i = 0; i < SUFFIXES; i++) {
        if (!dw_slice_starts(word, suffixes[i].text))
            continue;
        struct token token = take(reader, suffixes[i].kind, 1, suffixes[i].text.len);
        token.rank = i;
        return token;
    }
    return take(reader, INVALID, 0, reader->rest.len);
}

static size_t hash_length(struct dw_slice text)
{
    size_t len = 0;
    while (len < text.len && (dw_is_digit(text.at[len]) || (text.at[len] >= 'a' && text.at[len] <= 'f')))
        len++;
    return len;
}

static bool may_be_component(enum kind last)
{
    return last == FIRST || last == COMPONENT || last == NUMBER || last == EMPTY_COMPONENT;
}

static struct token next(struct reader *reader)
{
    struct dw_slice rest = reader->rest;
    size_t digits = dw_digits_prefix(rest).len;
    if (!reader->started) {
        reader->started = true;
        return take(reader, FIRST, 0, digits); /* without digits its value is 0 */
    }
    enum kind last = reader->last;
    if (rest.len == 0 || last == INVALID)
        return take(reader, last == INVALID ? INVALID : END, 0, 0);
    bool after_suffix = last == PRE_SUFFIX || last == POST_SUFFIX;
    if (lower(rest.at[0]) && may_be_component(last))
        return take(reader, LETTER, 0, 1);
    if (digits > 0 && last == LETTER)
        return take(reader, NUMBER, 0, digits);
    if (digits > 0 && after_suffix)
        return take(reader, SUFFIX_NUMBER, 0, digits);
    if (rest.at[0] == '.' && may_be_component(last)) {
        digits = dw_digits_prefix(dw_slice_from(rest, 1)).len;
        return take(reader, digits > 0 ? COMPONENT : EMPTY_COMPONENT, 1, digits);
    }
    if (rest.at[0] == '_' && last != REVISION && last != HASH)
        return take_suffix(reader);
    if (rest.at[0] == '~' && last != REVISION && last != HASH && hash_length(dw_slice_from(rest, 1)) > 0)
        return take(reader, HASH, 1, hash_length(dw_slice_from(rest, 1)));
    if (dw_slice_starts(rest, DW_SLICE("-r")) && last != REVISION)
        return take(reader, REVISION, 2, dw_digits_prefix(dw_slice_from(rest, 2)).len);
    return take(reader, INVALID, 0, rest.len);
}

/* A component with a leading zero is a fraction: more zeros are lower, then the rest counts as a number; one without is
 * above all of those. */
static int compare_components(struct dw_slice a, struct dw_slice b)
{
    size_t zeros_a = 0, zeros_b = 0;
    while (zeros_a < a.len && a.at[zeros_a] == '0')
        zeros_a++;
    while (zeros_b < b.len && b.at[zeros_b] == '0')
        zeros_b++;
    if (zeros_a != zeros_b)
        return zeros_a > zeros_b ? -1 : 1;
    return dw_digits_compare(a, b);
}

static int compare_tokens(const struct token *a, const struct token *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    switch (a->kind) {
    case PRE_SUFFIX:
    case POST_SUFFIX:
        return (a->rank > b->rank) - (a->rank < b->rank);
    case COMPONENT:
        return compare_components(a->text, b->text);
    case LETTER:
    case HASH:
        return dw_text_compare(a->text, b->text);
    case FIRST:
    case NUMBER:
    case SUFFIX_NUMBER:
    case REVISION:
        return dw_digits_compare(a->text, b->text);
    case INVALID:
    case EMPTY_COMPONENT:
    case END:
        return 0;
    }
    return 0;
}

static int decide(struct dw_version_trace *trace, const struct token *a, const struct token *b, int result)
{
    if (trace == NULL || a->kind == b->kind)
        return dw_trace_decide(trace, kind_names[a->kind], a->text, b->text, result);
    struct dw_buffer sides[2] = {{0}, {0}};
    const struct token *tokens[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        dw_buffer_append_string(&sides[i], kind_names[tokens[i]->kind]);
        if (tokens[i]->text.len > 0)
            dw_buffer_printf(&sides[i], " %.*s", DW_SLICE_ARG(tokens[i]->text));
    }
    dw_trace_decide(trace, "then", dw_buffer_slice(&sides[0]), dw_buffer_slice(&sides[1]), result);
    dw_buffer_free(&sides[0]);
    dw_buffer_free(&sides[1]);
    return result;
}

static int walk(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace)
{
    struct reader reader_a = {.rest = a, .last = FIRST}, reader_b = {.rest = b, .last = FIRST};
    for (;;) {
        struct token token_a = next(&reader_a), token_b = next(&reader_b);
        int result = compare_tokens(&token_a, &token_b);
        if (result != 0)
            return decide(trace, &token_a, &token_b, result);
        if (token_a.kind == END || token_a.kind == INVALID)
            return 0;
        dw_trace_equal(trace, token_a.text);
    }
}

static int compare(struct dw_slice a, struct dw_slice b)
{
    return walk(a, b, NULL);
}

static bool valid(struct dw_slice version)
{
    struct reader reader = {.rest = version, .last = FIRST};
    for (;;) {
        struct token token = next(&reader);
        if (token.kind == END)
            return true;
        if (token.kind == INVALID || token.text.len == 0)
            return false;
    }
}

static void explain(struct dw_slice a, struct dw_slice b, struct dw_buffer *out)
{
    dw_trace_explain(walk, a, b, out);
}

const struct dw_version_order dw_version_apk = {"apk", compare, valid, explain};
