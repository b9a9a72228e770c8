/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mask.h"

static bool is_name(char c)
{
    return dw_is_alpha(c) || dw_is_digit(c) || c == '_' || c == '-' || c == '.';
}

static bool is_token(char c)
{
    return is_name(c) || c == '+' || c == '/' || c == '=';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* NAME in lower case with '-', '.' and '_' dropped contains one of these. A bare "key" or "auth" would hit much that is
 * no secret (PGP key ids, AUTHOR), so those stand with a companion or must end the name. */
bool dw_mask_name(struct dw_slice name)
{
    static const char *const inside[] = {"password", "passwd",    "passphrase", "secret", "token",
                                         "apikey",   "accesskey", "privatekey", "credential", "authorization"};
    static const char *const ends[] = {"pwd", "pass", "authkey", "encryptionkey", "signingkey", "auth"};
    char folded[128];
    size_t len = 0;
    /* The end of a long name tells what it is. */
    name = name.len > sizeof(folded) ? dw_slice_from(name, name.len - sizeof(folded)) : name;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] != '-' && name.at[i] != '.' && name.at[i] != '_')
            folded[len++] = dw_to_lower(name.at[i]);
    struct dw_slice text = dw_slice_make(folded, len);
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
        if (dw_slice_find_slice(text, dw_slice_of(inside[i])) != SIZE_MAX)
            return true;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (dw_slice_ends_with(text, ends[i]))
            return true;
    return false;
}

/* Length of the value at the start of TEXT, after NAME and SEPARATOR; TO_END: it is an ENV instruction's. */
static size_t value_length(struct dw_slice text, char separator, bool to_end)
{
    if (to_end)
        return text.len;
    if (separator == ':') {
        size_t end = 0;
        while (end < text.len && text.at[end] != '"' && text.at[end] != '\'' && text.at[end] != '\n')
            end++;
        return end;
    }
    char quote = text.len > 0 && (text.at[0] == '"' || text.at[0] == '\'') ? text.at[0] : 0;
    size_t at = quote ? 1 : 0;
    while (at < text.len && (quote ? text.at[at] != quote : !is_space(text.at[at])))
        at += text.at[at] == '\\' && at + 1 < text.len ? 2 : 1;
    return at < text.len && quote ? at + 1 : at;
}

/* Issuer prefixes: a token is PREFIX and at least MORE token characters. */
static size_t token_length(struct dw_slice text)
{
    static const struct {
        const char *prefix;
        size_t more;
    } issuers[] = {{"ghp_", 20},       {"gho_", 20},     {"ghs_", 20},    {"ghu_", 20},  {"ghr_", 20},
                   {"github_pat_", 20}, {"glpat-", 16},   {"npm_", 30},    {"AKIA", 16},  {"ASIA", 16},
                   {"xoxb-", 16},      {"xoxp-", 16},    {"sk_live_", 16}, {"dckr_pat_", 20},
                   {"eyJ", 40},        {"pypi-", 40},    {"AIza", 35}};
    for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
        if (!dw_slice_starts_with(text, issuers[i].prefix))
            continue;
        size_t start = strlen(issuers[i].prefix), end = start;
        while (end < text.len && is_token(text.at[end]))
            end++;
        if (end - start >= issuers[i].more)
            return end;
    }
    return 0;
}

/* "user:password@" after "://": the length of "user:", or 0; *PASSWORD is the password's length. */
static size_t user_length(struct dw_slice text, size_t *password)
{
    size_t colon = 0;
    while (colon < text.len && text.at[colon] != ':' && text.at[colon] != '/' && text.at[colon] != '@' &&
           !is_space(text.at[colon]))
        colon++;
    if (colon >= text.len || text.at[colon] != ':')
        return 0;
    size_t end = colon + 1;
    while (end < text.len && text.at[end] != '@' && text.at[end] != '/' && !is_space(text.at[end]))
        end++;
    if (end >= text.len || text.at[end] != '@' || end == colon + 1)
        return 0;
    *password = end - colon - 1;
    return colon + 1;
}

/* Length from "-----BEGIN … PRIVATE KEY" to its end line, or to the end of TEXT; 0 if none starts here. */
static size_t key_length(struct dw_slice text)
{
    struct dw_slice begin = DW_SLICE("-----BEGIN "), marker = DW_SLICE("PRIVATE KEY"), end = DW_SLICE("-----END ");
    if (!dw_slice_starts(text, begin) || dw_slice_find_slice(dw_slice_part(text, 0, 64), marker) == SIZE_MAX)
        return 0;
    size_t found = dw_slice_find_slice(text, end);
    if (found == SIZE_MAX)
        return text.len;
    size_t close = dw_slice_find_slice(dw_slice_from(text, found + end.len), DW_SLICE("-----"));
    return close == SIZE_MAX ? text.len : found + end.len + close + 5;
}

static size_t word_length(struct dw_slice text)
{
    size_t length = 0;
    while (length < text.len && strchr(" \t\r\n\"';|&", text.at[length]) == NULL)
        length++;
    return length;
}

static bool is_number(struct dw_slice text)
{
    uint64_t number;
    return dw_parse_u64(text, &number);
}

/* What a program's option gives as a password: "-u user:password", "--password x", "sshpass -p x", "mysql -px". BEFORE is what stands in
 * front of REST, which begins with '-'. The length of the password, behind *SKIP bytes; 0 if there is none. */
static size_t option_length(struct dw_slice before, struct dw_slice rest, size_t *skip)
{
    static const char *const pairs[] = {"-u ", "--user ", "--user=", "-u"}, *const whole[] = {"--password ", "--pass "};
    struct dw_slice tail = dw_slice_part(before, before.len > 64 ? before.len - 64 : 0, 64);
    bool mysql = dw_slice_find_slice(tail, DW_SLICE("mysql")) != SIZE_MAX;
    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
        if (dw_slice_starts_with(rest, whole[i])) {
            *skip = strlen(whole[i]);
            struct dw_slice value = dw_slice_from(rest, *skip);
            return dw_slice_starts_with(value, "$") || dw_slice_starts_with(value, "-") ? 0 : word_length(value);
        }
    if (dw_slice_starts_with(rest, "-p ") && dw_slice_ends_with(before, "sshpass ")) {
        *skip = 3;
        return dw_slice_starts_with(dw_slice_from(rest, 3), "$") ? 0 : word_length(dw_slice_from(rest, 3));
    }
    if (dw_slice_starts_with(rest, "-p") && mysql) {
        *skip = 2;
        return dw_slice_starts_with(dw_slice_from(rest, 2), "$") ? 0 : word_length(dw_slice_from(rest, 2));
    }
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (!dw_slice_starts_with(rest, pairs[i]))
            continue;
        size_t start = strlen(pairs[i]);
        if (start < rest.len && (rest.at[start] == '"' || rest.at[start] == '\''))
            start++;
        struct dw_slice word = dw_slice_part(rest, start, word_length(dw_slice_from(rest, start)));
        size_t colon = dw_slice_find(word, ':');
        if (colon == SIZE_MAX)
            continue;
        struct dw_slice user = dw_slice_part(word, 0, colon), password = dw_slice_from(word, colon + 1);
        /* "-u 1000:1000" is a user and group; a variable is no value. */
        if (is_number(user) || password.len == 0 || password.at[0] == '$' || password.at[0] == '/')
            continue;
        *skip = start + colon + 1;
        return password.len;
    }
    return 0;
}

void dw_mask_value(struct dw_buffer *out, struct dw_slice name, struct dw_slice value)
{
    if (dw_mask_name(name) && value.len > 0)
        dw_buffer_append_string(out, "***");
    else
        dw_mask_secrets(out, value);
}

void dw_mask_secrets(struct dw_buffer *out, struct dw_slice text)
{
    size_t name_start = 0; /* of the run of name characters that ends here */
    for (size_t at = 0; at < text.len;) {
        struct dw_slice rest = dw_slice_from(text, at);
        char c = rest.at[0];
        bool word_start = at == 0 || !is_name(text.at[at - 1]);
        size_t masked = 0, password = 0;
        if (word_start)
            name_start = at;
        size_t skip = 0;
        bool option = c == '-' && (at == 0 || text.at[at - 1] == ' ' || text.at[at - 1] == '\t');
        if (option && (masked = option_length(dw_slice_part(text, 0, at), rest, &skip)) > 0) {
            dw_buffer_append(out, dw_slice_part(text, at, skip));
            at += skip;
        } else if (c == '-' && (masked = key_length(rest)) > 0) {
            ;
        } else if (word_start && (masked = token_length(rest)) > 0) {
            ;
        } else if ((c == '=' || c == ':') && at > name_start &&
                   dw_mask_name(dw_slice_part(text, name_start, at - name_start))) {
            dw_buffer_append_byte(out, c);
            at++;
            while (c == ':' && at < text.len && text.at[at] == ' ')
                dw_buffer_append_byte(out, text.at[at++]);
            masked = value_length(dw_slice_from(text, at), c,
                                  c == '=' && dw_slice_ends_with(dw_slice_part(text, 0, name_start), "ENV "));
        } else if (c == '/' && dw_slice_ends_with(dw_slice_part(text, 0, at), ":/")) {
            dw_buffer_append_byte(out, c);
            at++;
            size_t user = user_length(dw_slice_from(text, at), &password);
            dw_buffer_append(out, dw_slice_part(text, at, user));
            at += user;
            masked = password;
            name_start = at;
        } else {
            dw_buffer_append_byte(out, c);
            at++;
            continue;
        }
        if (masked > 0)
            dw_buffer_append_string(out, "***");
        at += masked;
        name_start = at;
    }
}

void dw_mask_addresses(struct dw_buffer *out, struct dw_slice text)
{
    const struct dw_slice mark = DW_SLICE("://");
    size_t found, password;
    while ((found = dw_slice_find_slice(text, mark)) != SIZE_MAX) {
        size_t start = found + mark.len, user = user_length(dw_slice_from(text, start), &password);
        dw_buffer_append(out, dw_slice_part(text, 0, start + user));
        if (user > 0) {
            dw_buffer_append_string(out, "***");
            start += user + password;
        }
        text = dw_slice_from(text, start);
    }
    dw_buffer_append(out, text);
}
