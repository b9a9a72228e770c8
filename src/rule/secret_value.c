/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets by name, by form and by file. The forms are those that the issuers document; each has a prefix of its own, so that nothing
 * else is taken for one. */
#include "rule/secret_value.h"

#include <string.h>

/* ---- names -------------------------------------------------------------------------------------------------------- */

static bool is_one_of(struct dw_slice word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (dw_slice_equal_nocase(word, dw_slice_of(*list)))
            return true;
    return false;
}

bool dw_secret_name(struct dw_slice name)
{
    static const char *const secret[] = {"apikey", "auth", "credential", "credentials", "key", "password",
                                         "pword",  "passwd", "secret",   "token",       NULL};
    static const char *const harmless[] = {"public", "file", "version", NULL};
    struct dw_slice rest = name, word;
    bool found = false;
    for (bool more = name.len > 0; more && dw_slice_split(&rest, '_', &more, &word);) {
        if (is_one_of(word, harmless))
            return false;
        found |= is_one_of(word, secret);
    }
    return found;
}

/* ---- forms -------------------------------------------------------------------------------------------------------- */

enum alphabet { LETTERS_DIGITS, UPPER_DIGITS, HEX, WORD /* with "_" */, WORD_DASH /* with "_" and "-" */ };

static bool in_alphabet(enum alphabet alphabet, char c)
{
    switch (alphabet) {
    case UPPER_DIGITS:
        return dw_is_digit(c) || (c >= 'A' && c <= 'Z');
    case HEX:
        return dw_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    case LETTERS_DIGITS:
        return dw_is_digit(c) || dw_is_alpha(c);
    case WORD:
        return dw_is_digit(c) || dw_is_alpha(c) || c == '_';
    case WORD_DASH:
        return dw_is_digit(c) || dw_is_alpha(c) || c == '_' || c == '-';
    }
    return false;
}

static const struct form {
    const char *prefix, *kind;
    enum alphabet alphabet;
    size_t least, most; /* of what follows the prefix */
} forms[] = {
    {"AKIA", "AWS access key", UPPER_DIGITS, 16, 16},
    {"ASIA", "AWS access key", UPPER_DIGITS, 16, 16},
    {"ghp_", "GitHub token", LETTERS_DIGITS, 36, 251},
    {"gho_", "GitHub token", LETTERS_DIGITS, 36, 251},
    {"ghu_", "GitHub token", LETTERS_DIGITS, 36, 251},
    {"ghs_", "GitHub token", LETTERS_DIGITS, 36, 251},
    {"ghr_", "GitHub token", LETTERS_DIGITS, 36, 251},
    {"github_pat_", "GitHub token", WORD, 36, 251},
    {"glpat-", "GitLab token", WORD_DASH, 20, 300},
    {"gldt-", "GitLab token", WORD_DASH, 20, 64},
    {"glrt-", "GitLab token", WORD_DASH, 20, 64},
    {"xoxb-", "Slack token", WORD_DASH, 20, 251},
    {"xoxp-", "Slack token", WORD_DASH, 20, 251},
    {"xoxa-", "Slack token", WORD_DASH, 20, 251},
    {"npm_", "npm token", LETTERS_DIGITS, 36, 36},
    {"pypi-AgEI", "PyPI token", WORD_DASH, 50, 1000},
    {"dckr_pat_", "Docker Hub token", WORD_DASH, 27, 40},
    {"AIza", "Google API key", WORD_DASH, 35, 35},
    {"sk_live_", "Stripe key", LETTERS_DIGITS, 24, 251},
    {"rk_live_", "Stripe key", LETTERS_DIGITS, 24, 251},
    {"hvs.", "Vault token", WORD_DASH, 80, 300},
};

/* "-----BEGIN RSA PRIVATE KEY-----", with something behind it. */
static bool private_key(struct dw_slice text, struct dw_slice *key)
{
    struct dw_slice begin = DW_SLICE("-----BEGIN "), line = dw_slice_part(text, 0, 64), label = DW_SLICE("PRIVATE KEY");
    if (!dw_slice_starts(text, begin))
        return false;
    size_t found = dw_slice_find_slice(line, label);
    for (size_t i = begin.len; i < found && i < line.len; i++)
        if (!(line.at[i] >= 'A' && line.at[i] <= 'Z') && line.at[i] != ' ')
            return false;
    if (found == SIZE_MAX)
        return false;
    size_t end = dw_slice_find_slice(text, DW_SLICE("-----END "));
    *key = dw_slice_part(text, 0, end == SIZE_MAX ? text.len : end);
    return key->len > found + label.len + 5 + 16;
}

/* "…EXAMPLE", "xxxxxxxx", one letter over and over: what documents show. */
static bool is_sample(struct dw_slice body)
{
    bool same = true, letter = false;
    for (size_t i = 1; i < body.len; i++)
        same &= dw_to_lower(body.at[i]) == dw_to_lower(body.at[0]);
    for (size_t i = 0; i + 7 <= body.len && !letter; i++)
        letter = dw_slice_equal_nocase(dw_slice_part(body, i, 7), DW_SLICE("example"));
    return same || letter;
}

static bool is_boundary(struct dw_slice text, size_t at)
{
    return at == 0 || !(dw_is_alpha(text.at[at - 1]) || dw_is_digit(text.at[at - 1]) || text.at[at - 1] == '_');
}

bool dw_secret_next(struct dw_slice text, size_t *at, struct dw_secret_hit *hit)
{
    static const char first[] = "Aagdxnpshr-";
    for (size_t i = *at; i < text.len; i++) {
        if (memchr(first, text.at[i], sizeof(first) - 1) == NULL || !is_boundary(text, i))
            continue;
        struct dw_slice rest = dw_slice_from(text, i), key;
        if (text.at[i] == '-') {
            if (private_key(rest, &key)) {
                *hit = (struct dw_secret_hit){"private key", key};
                *at = i + key.len;
                return true;
            }
            continue;
        }
        for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++) {
            const struct form *form = &forms[f];
            if (form->prefix[0] != text.at[i] || !dw_slice_starts_with(rest, form->prefix))
                continue;
            size_t prefix = strlen(form->prefix), end = prefix;
            while (end < rest.len && end - prefix <= form->most && in_alphabet(form->alphabet, rest.at[end]))
                end++;
            bool ends = end == rest.len || !in_alphabet(WORD, rest.at[end]);
            if (!ends || end - prefix < form->least || end - prefix > form->most ||
                is_sample(dw_slice_part(rest, prefix, end - prefix)))
                continue;
            *hit = (struct dw_secret_hit){form->kind, dw_slice_part(rest, 0, end)};
            *at = i + end;
            return true;
        }
    }
    *at = text.len;
    return false;
}

/* ---- values ------------------------------------------------------------------------------------------------------- */

/* How many different bytes TEXT has: words repeat their letters, keys use their alphabet. */
static size_t variety(struct dw_slice text)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += !seen[(unsigned char)text.at[i]];
        seen[(unsigned char)text.at[i]] = true;
    }
    return count;
}

static bool contains_nocase(struct dw_slice text, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.len; i++)
        if (dw_slice_equal_nocase(dw_slice_part(text, i, length), dw_slice_make(part, length)))
            return true;
    return false;
}

bool dw_secret_is_random(struct dw_slice value)
{
    static const char *const placeholders[] = {"example", "change", "replace", "your", "placeholder", "dummy", "sample", "secret",
                                               "password", "default", "insert", "todo", "test", "localhost", "xxxx"};
    size_t letters = 0, digits = 0;
    if (value.len < 16 || value.len > 512)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if ((unsigned char)c <= ' ' || (unsigned char)c >= 127 || strchr("$<>{}()*?", c) != NULL)
            return false;
        letters += dw_is_alpha(c);
        digits += dw_is_digit(c);
    }
    /* Paths, URLs and lists of words have other signs than a key's alphabet. */
    if (value.at[0] == '/' || value.at[0] == '.' || dw_slice_find_slice(value, DW_SLICE("://")) != SIZE_MAX || letters == 0 ||
        digits < 2)
        return false;
    for (size_t i = 0; i < sizeof(placeholders) / sizeof(*placeholders); i++)
        if (contains_nocase(value, placeholders[i]))
            return false;
    bool hex = true;
    for (size_t i = 0; i < value.len; i++)
        hex &= in_alphabet(HEX, value.at[i]);
    return variety(value) >= (hex ? 8 : 10);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static bool has_word(struct dw_slice name, const char *const *words)
{
    for (; *words != NULL; words++)
        if (contains_nocase(name, *words))
            return true;
    return false;
}

const char *dw_secret_file(struct dw_slice path)
{
    static const char *const public_words[] = {"pub", "cert", "chain", "bundle", "ca.", "ca-", "ca_", "-ca", "_ca", "root", "trust", NULL};
    static const char *const template_ends[] = {"example", "sample", "template", "dist", "tmpl", "tpl", "defaults", NULL};
    static const struct {
        const char *name, *what;
    } whole[] = {
        {".env", "environment file"},       {".npmrc", "npm configuration"},   {".netrc", "file of passwords for servers"},
        {"_netrc", "file of passwords for servers"}, {".pypirc", "PyPI configuration"}, {".git-credentials", "git passwords"},
        {".htpasswd", "file of passwords"}, {".pgpass", "database passwords"}, {".dockercfg", "registry passwords"},
    };
    while (path.len > 1 && dw_slice_ends_with(path, "/"))
        path = dw_slice_part(path, 0, path.len - 1);
    struct dw_slice name = dw_path_base(path), folder = dw_path_base(dw_path_parent(path));
    for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
        if (dw_slice_is(name, whole[i].name))
            return whole[i].what;
    if (dw_slice_starts_with(name, ".env.")) {
        size_t dot = dw_slice_find_last(name, '.');
        for (const char *const *end = template_ends; *end != NULL; end++)
            if (dw_slice_equal_nocase(dw_slice_from(name, dot + 1), dw_slice_of(*end)))
                return NULL;
        return "environment file";
    }
    if (dw_slice_is(name, ".aws") || (dw_slice_is(folder, ".aws") && dw_slice_is(name, "credentials")))
        return "AWS credentials";
    if (dw_slice_is(folder, ".docker") && dw_slice_is(name, "config.json"))
        return "registry passwords";
    if (dw_slice_ends_with(name, ".pub"))
        return NULL;
    static const char *const keys[] = {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (dw_slice_starts_with(name, keys[i]))
            return "private key";
    bool pem = dw_slice_ends_with(name, ".pem"), key = dw_slice_ends_with(name, ".key");
    /* Repositories' signing keys are often "….key" and public. */
    if ((pem || key) && !has_word(name, public_words) && !contains_nocase(name, "gpg") && !contains_nocase(name, "apt"))
        return "private key";
    return NULL;
}
