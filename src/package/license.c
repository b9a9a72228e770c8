/* SPDX-License-Identifier: Apache-2.0 */
#include "package/license.h"

#include "package/lines.h"

/* Levels of brackets and names of an expression; real ones have a handful. */
#define DEPTH_MAX 32
/* A longer text is a licence's wording, not its name. */
#define LENGTH_MAX 2048

/* Names that mean one identifier, in lower case. GNU licences without "only" or "or later" mean "only": "GPL2" against
 * "GPL2+" in the databases that use them. */
static const struct {
    const char *name, *id;
} names[] = {
    {"gpl1", "GPL-1.0-only"},          {"gplv1", "GPL-1.0-only"},         {"gpl-1", "GPL-1.0-only"},
    {"gpl-1.0", "GPL-1.0-only"},       {"gpl2", "GPL-2.0-only"},          {"gplv2", "GPL-2.0-only"},
    {"gpl-2", "GPL-2.0-only"},         {"gpl v2", "GPL-2.0-only"},        {"gpl 2", "GPL-2.0-only"},
    {"gpl-2.0", "GPL-2.0-only"},       {"gpl2.0", "GPL-2.0-only"},        {"gplv2.0", "GPL-2.0-only"},
    {"gpl3", "GPL-3.0-only"},          {"gplv3", "GPL-3.0-only"},         {"gpl-3", "GPL-3.0-only"},
    {"gpl v3", "GPL-3.0-only"},        {"gpl 3", "GPL-3.0-only"},         {"gpl-3.0", "GPL-3.0-only"},
    {"gpl3.0", "GPL-3.0-only"},        {"gplv3.0", "GPL-3.0-only"},       {"lgpl2", "LGPL-2.0-only"},
    {"lgplv2", "LGPL-2.0-only"},       {"lgpl-2", "LGPL-2.0-only"},       {"lgpl-2.0", "LGPL-2.0-only"},
    {"lgpl2.0", "LGPL-2.0-only"},      {"lgpl2.1", "LGPL-2.1-only"},      {"lgplv2.1", "LGPL-2.1-only"},
    {"lgpl-2.1", "LGPL-2.1-only"},     {"lgpl 2.1", "LGPL-2.1-only"},     {"lgpl3", "LGPL-3.0-only"},
    {"lgplv3", "LGPL-3.0-only"},       {"lgpl-3", "LGPL-3.0-only"},       {"lgpl-3.0", "LGPL-3.0-only"},
    {"lgpl3.0", "LGPL-3.0-only"},      {"agpl3", "AGPL-3.0-only"},        {"agplv3", "AGPL-3.0-only"},
    {"agpl-3", "AGPL-3.0-only"},       {"agpl-3.0", "AGPL-3.0-only"},     {"agpl-1.0", "AGPL-1.0-only"},
    {"gfdl-1.1", "GFDL-1.1-only"},     {"gfdl-1.2", "GFDL-1.2-only"},     {"gfdl-1.3", "GFDL-1.3-only"},
    {"apache2", "Apache-2.0"},         {"apache-2", "Apache-2.0"},        {"apache 2", "Apache-2.0"},
    {"apache2.0", "Apache-2.0"},       {"apache 2.0", "Apache-2.0"},      {"asl 2.0", "Apache-2.0"},
    {"asl2.0", "Apache-2.0"},          {"apachev2", "Apache-2.0"},        {"apache v2", "Apache-2.0"},
    {"apache license 2.0", "Apache-2.0"},
    {"apache license, version 2.0", "Apache-2.0"},
    {"apache license version 2.0", "Apache-2.0"},
    {"the apache license, version 2.0", "Apache-2.0"},
    {"apache software license 2.0", "Apache-2.0"},
    {"mit license", "MIT"},            {"the mit license", "MIT"},        {"expat", "MIT"},
    {"isc license", "ISC"},            {"bsd2", "BSD-2-Clause"},          {"bsd-2", "BSD-2-Clause"},
    {"2-clause bsd", "BSD-2-Clause"},  {"simplified bsd", "BSD-2-Clause"},
    {"bsd-2-clause-netbsd", "BSD-2-Clause"},
    {"bsd3", "BSD-3-Clause"},          {"bsd-3", "BSD-3-Clause"},         {"3-clause bsd", "BSD-3-Clause"},
    {"new bsd", "BSD-3-Clause"},       {"modified bsd", "BSD-3-Clause"},  {"mpl2", "MPL-2.0"},
    {"mpl-2", "MPL-2.0"},              {"mpl 2.0", "MPL-2.0"},            {"mplv2.0", "MPL-2.0"},
    {"mpl2.0", "MPL-2.0"},             {"mpl1.1", "MPL-1.1"},             {"mplv1.1", "MPL-1.1"},
    {"epl2", "EPL-2.0"},               {"epl-2", "EPL-2.0"},              {"artistic2", "Artistic-2.0"},
    {"artistic-2", "Artistic-2.0"},    {"cc0", "CC0-1.0"},                {"bsl-1", "BSL-1.0"},
    {"boost software license 1.0", "BSL-1.0"},
    {"bzip2-1.0.5", "bzip2-1.0.6"},    {"standardml-nj", "SMLNJ"},
    {"gpl-2.0-with-autoconf-exception", "GPL-2.0-only WITH Autoconf-exception-2.0"},
    {"gpl-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2"},
    {"gpl-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
    {"gpl-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0"},
    {"gpl-2.0-with-gcc-exception", "GPL-2.0-only WITH GCC-exception-2.0"},
    {"gpl-3.0-with-autoconf-exception", "GPL-3.0-only WITH Autoconf-exception-3.0"},
    {"gpl-3.0-with-gcc-exception", "GPL-3.0-only WITH GCC-exception-3.1"},
    {"ecos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"},
    {"wxwindows", "LGPL-2.0-or-later WITH WxWindows-exception-3.1"},
};

static int compare_nocase(struct dw_slice a, const char *b)
{
    size_t length = strlen(b);
    for (size_t i = 0; i < a.len && i < length; i++) {
        unsigned char x = (unsigned char)dw_to_lower(a.at[i]), y = (unsigned char)dw_to_lower(b[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len > length) - (a.len < length);
}

static const char *find(const char *const *list, size_t count, struct dw_slice text)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_nocase(text, list[middle]);
        if (order == 0)
            return list[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *dw_license_spdx_id(struct dw_slice text)
{
    return find(dw_spdx_licenses, dw_spdx_license_count, text);
}

const char *dw_license_spdx_exception(struct dw_slice text)
{
    return find(dw_spdx_exceptions, dw_spdx_exception_count, text);
}

/* Appends what one name means; false if that is not certain. *PLAIN: a single identifier was appended. */
static bool append_name(struct dw_buffer *out, struct dw_slice name, bool *plain)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (dw_slice_equal_nocase(name, dw_slice_of(names[i].name))) {
            dw_buffer_append_string(out, names[i].id);
            *plain = strchr(names[i].id, ' ') == NULL;
            return true;
        }
    if (dw_slice_ends_with(name, "+")) {
        size_t start = out->len;
        if (!append_name(out, dw_slice_part(name, 0, name.len - 1), plain) || !*plain || out->at[out->len - 1] == '+') {
            out->len = start;
            return false;
        }
        struct dw_slice id = dw_slice_from(dw_buffer_slice(out), start);
        if (dw_slice_ends_with(id, "-only")) { /* GNU licences have an identifier for it */
            out->len -= strlen("-only");
            dw_buffer_append_string(out, "-or-later");
        } else {
            dw_buffer_append_byte(out, '+');
            *plain = false;
        }
        return true;
    }
    const char *id = dw_license_spdx_id(name);
    if (id != NULL)
        dw_buffer_append_string(out, id);
    *plain = id != NULL;
    return id != NULL;
}

/* "LicenseRef-x" or "DocumentRef-x:LicenseRef-y". */
static bool is_reference(struct dw_slice name)
{
    struct dw_slice license = name;
    if (dw_slice_starts_with(name, "DocumentRef-"))
        license = dw_slice_from(name, dw_slice_find(name, ':') == SIZE_MAX ? name.len : dw_slice_find(name, ':') + 1);
    if (!dw_slice_starts_with(license, "LicenseRef-") || license.len == strlen("LicenseRef-"))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!dw_is_alpha(name.at[i]) && !dw_is_digit(name.at[i]) && memchr(".-:", name.at[i], 3) == NULL)
            return false;
    return true;
}

enum token { TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_AND, TOKEN_OR, TOKEN_WITH, TOKEN_NAME };

struct parser {
    struct dw_slice rest;
    enum token token;
    struct dw_slice name; /* TOKEN_NAME: words up to the next other token */
    struct dw_buffer out;
    size_t operands, depth;
    bool plain; /* the only operand is one identifier */
};

/* The token at the start of TEXT that is no name, and its length. */
static enum token peek(struct dw_slice text, size_t *length)
{
    static const struct {
        const char *word;
        enum token token;
    } words[] = {{"AND", TOKEN_AND}, {"OR", TOKEN_OR}, {"WITH", TOKEN_WITH}};
    *length = text.len > 0;
    if (text.len == 0)
        return TOKEN_END;
    if (text.at[0] == '(')
        return TOKEN_OPEN;
    if (text.at[0] == ')')
        return TOKEN_CLOSE;
    size_t end = 0;
    while (end < text.len && memchr(" \t\r\n()", text.at[end], 6) == NULL)
        end++;
    *length = end;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_equal_nocase(dw_slice_part(text, 0, end), dw_slice_of(words[i].word)))
            return words[i].token;
    return TOKEN_NAME;
}

static void next(struct parser *parser)
{
    size_t length;
    parser->rest = dw_slice_trim(parser->rest);
    parser->token = peek(parser->rest, &length);
    parser->name = dw_slice_part(parser->rest, 0, length);
    parser->rest = dw_slice_from(parser->rest, length);
    while (parser->token == TOKEN_NAME) { /* "Apache 2.0": a name of several words */
        struct dw_slice after = dw_slice_trim(parser->rest);
        if (peek(after, &length) != TOKEN_NAME)
            break;
        parser->name.len = (size_t)(after.at - parser->name.at) + length;
        parser->rest = dw_slice_from(after, length);
    }
}

static bool parse_expression(struct parser *parser);

static bool parse_operand(struct parser *parser)
{
    if (parser->token == TOKEN_OPEN) {
        if (++parser->depth > DEPTH_MAX)
            return false;
        dw_buffer_append_byte(&parser->out, '(');
        next(parser);
        if (!parse_expression(parser) || parser->token != TOKEN_CLOSE)
            return false;
        dw_buffer_append_byte(&parser->out, ')');
        parser->depth--;
        parser->plain = false;
        next(parser);
        return true;
    }
    if (parser->token != TOKEN_NAME)
        return false;
    parser->operands++;
    if (is_reference(parser->name)) {
        dw_buffer_append(&parser->out, parser->name);
        parser->plain = false;
    } else if (!append_name(&parser->out, parser->name, &parser->plain)) {
        return false;
    }
    next(parser);
    if (parser->token != TOKEN_WITH)
        return true;
    next(parser);
    const char *exception = parser->token == TOKEN_NAME ? dw_license_spdx_exception(parser->name) : NULL;
    if (exception == NULL)
        return false;
    dw_buffer_append_string(&parser->out, " WITH ");
    dw_buffer_append_string(&parser->out, exception);
    parser->plain = false;
    next(parser);
    return true;
}

/* Operands with AND and OR between them. AND binds closer than OR, which needs no tree here: the text is kept. */
static bool parse_expression(struct parser *parser)
{
    while (parse_operand(parser)) {
        if (parser->token != TOKEN_AND && parser->token != TOKEN_OR)
            return true;
        dw_buffer_append_string(&parser->out, parser->token == TOKEN_AND ? " AND " : " OR ");
        next(parser);
    }
    return false;
}

static struct dw_license read_one(struct dw_arena *arena, struct dw_slice text)
{
    struct parser parser = {.rest = text};
    struct dw_license license = {.form = DW_LICENSE_UNKNOWN, .text = text};
    if (text.len <= LENGTH_MAX) {
        next(&parser);
        if (parse_expression(&parser) && parser.token == TOKEN_END) {
            license.form = parser.operands == 1 && parser.plain ? DW_LICENSE_ID : DW_LICENSE_EXPRESSION;
            license.text = dw_arena_copy(arena, dw_buffer_slice(&parser.out));
        }
    }
    dw_buffer_free(&parser.out);
    return license;
}

/* Several words, none of them an operator or bracket. */
static bool is_list(struct dw_slice text)
{
    size_t count = 0;
    for (size_t length; text.len > 0; text = dw_slice_trim(dw_slice_from(text, length)), count++)
        if (peek(text, &length) != TOKEN_NAME)
            return false;
    return count > 1;
}

size_t dw_license_read(struct dw_arena *arena, struct dw_slice original, bool list, struct dw_license **licenses)
{
    struct dw_slice text = dw_slice_trim(original), word;
    size_t most = 1, count = 0;
    *licenses = NULL;
    if (text.len == 0)
        return 0;
    struct dw_license whole = read_one(arena, text);
    list = list && whole.form == DW_LICENSE_UNKNOWN && text.len <= LENGTH_MAX && is_list(text);
    for (size_t i = 0; list && i < text.len; i++)
        most += text.at[i] == ' ' || text.at[i] == '\t';
    *licenses = dw_arena_alloc(arena, most, sizeof(**licenses));
    if (!list)
        (*licenses)[count++] = whole;
    else
        while (dw_next_word(&text, &word))
            (*licenses)[count++] = read_one(arena, word);
    return count;
}
