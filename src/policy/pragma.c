/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of one comment to pragmas. The syntax of other tools is that of their documentation: hadolint ("Inline ignores"),
 * BuildKit ("Build checks"), Checkov ("Suppressing and skipping"), Trivy ("Filtering", by inline comments), KICS ("Running",
 * "comments"). */
#include "policy/pragma_text.h"

#include "base/clock.h"

#include <limits.h>

const char *dw_pragma_tool_name(enum dw_pragma_tool tool)
{
    static const char *const names[DW_PRAGMA_TOOL_COUNT] = {"dockworthy", "hadolint", "BuildKit", "Checkov",
                                                            "Trivy",      "KICS",     "kube-linter"};
    return names[tool];
}

void dw_pragmas_free(struct dw_pragmas *pragmas)
{
    dw_vector_free(&pragmas->list);
}

bool dw_pragma_may_be_in(struct dw_slice source)
{
    static const char *const words[] = {"dockworthy", "hadolint", "check=",     "checkov",
                                        "trivy:",     "kics-scan", "kube-linter.io"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (dw_slice_find_slice(source, dw_slice_of(words[i])) != SIZE_MAX)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the next word off *REST; a part in double quotes may hold blanks, and loses them. False at the end; *OPEN for a quote
 * that does not end. */
static bool next_word(struct dw_arena *arena, struct dw_slice *rest, struct dw_slice *word, bool *open)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    size_t at = 0;
    bool quoted = false;
    while (at < rest->len && is_blank(rest->at[at]))
        at++;
    if (at == rest->len)
        return false;
    for (; at < rest->len && (quoted || !is_blank(rest->at[at])); at++) {
        if (rest->at[at] == '"')
            quoted = !quoted;
        else
            dw_buffer_append_byte(&text, rest->at[at]);
    }
    *open = *open || quoted;
    *rest = dw_slice_from(*rest, at);
    *word = dw_arena_copy(arena, dw_buffer_slice(&text));
    return true;
}

static void set_ids(struct dw_arena *arena, struct dw_pragma *pragma, struct dw_slice list, char separator)
{
    struct dw_slice rest = list, id;
    size_t most = 1;
    for (size_t i = 0; i < list.len; i++)
        most += list.at[i] == separator;
    pragma->ids = dw_arena_alloc(arena, most, sizeof(*pragma->ids));
    for (bool more = true; dw_slice_split(&rest, separator, &more, &id);) {
        id = dw_slice_trim(id);
        if (id.len > 0)
            pragma->ids[pragma->id_count++] = dw_arena_copy(arena, id);
    }
    if (pragma->id_count == 0)
        pragma->problem = DW_SLICE("it names no rule");
}

static struct dw_pragma *add(struct dw_pragmas *pragmas, enum dw_pragma_tool tool)
{
    struct dw_pragma *pragma = dw_vector_push(&pragmas->list);
    pragma->tool = tool;
    pragma->until = DW_TIME_UNKNOWN;
    pragma->ticket = pragma->reason = pragma->problem = pragma->path = DW_SLICE("");
    return pragma;
}

/* [global|stage] at the front of TEXT. */
static enum dw_pragma_scope cut_scope(struct dw_slice *text)
{
    static const struct {
        const char *word;
        enum dw_pragma_scope scope;
    } words[] = {{"global", DW_SCOPE_FILE}, {"stage", DW_SCOPE_STAGE}};
    *text = dw_slice_trim(*text);
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(words[i].word);
        if (dw_slice_starts_with(*text, words[i].word) && text->len > len && is_blank(text->at[len])) {
            *text = dw_slice_trim(dw_slice_from(*text, len));
            return words[i].scope;
        }
    }
    return DW_SCOPE_NEXT;
}

/* The value of "KEY=…" at the front of WORD. */
static bool value_of(struct dw_slice word, const char *key, struct dw_slice *value)
{
    size_t len = strlen(key);
    if (!dw_slice_starts_with(word, key) || word.len <= len || word.at[len] != '=')
        return false;
    *value = dw_slice_from(word, len + 1);
    return true;
}

static void read_own(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice text, dw_pragma_place *place,
                     void *context)
{
    enum dw_pragma_scope scope = cut_scope(&text);
    struct dw_pragma *pragma = add(pragmas, DW_PRAGMA_OWN);
    struct dw_slice word, value;
    bool open = false, ignore = false;
    while (next_word(arena, &text, &word, &open)) {
        if (value_of(word, "ignore", &value)) {
            ignore = true;
            set_ids(arena, pragma, value, ',');
        } else if (value_of(word, "ticket", &value)) {
            pragma->ticket = value;
        } else if (value_of(word, "reason", &value)) {
            pragma->reason = dw_slice_trim(value);
        } else if (value_of(word, "until", &value)) {
            if (value.len != 10 || !dw_time_parse(value, true, &pragma->until))
                pragma->problem = dw_arena_printf(arena, "\"%.*s\" is no date such as 2027-01-31", DW_SLICE_ARG(value));
        } else {
            pragma->problem = dw_arena_printf(arena, "\"%.*s\" is none of ignore=, ticket=, until= and reason=", DW_SLICE_ARG(word));
        }
    }
    if (open)
        pragma->problem = DW_SLICE("a quote does not end");
    else if (!ignore && pragma->problem.len == 0)
        pragma->problem = DW_SLICE("it names no rule: write ignore=ID");
    place(context, pragma, scope);
}

/* "ignore=DL3008,DL3009 # why". */
static void read_hadolint(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice text, dw_pragma_place *place,
                          void *context)
{
    enum dw_pragma_scope scope = cut_scope(&text);
    struct dw_slice ids;
    size_t why = dw_slice_find(text, '#');
    if (!value_of(text, "ignore", &ids))
        return; /* "shell=…" leaves nothing out */
    struct dw_pragma *pragma = add(pragmas, DW_PRAGMA_HADOLINT);
    if (why != SIZE_MAX) {
        pragma->reason = dw_slice_trim(dw_slice_from(text, why + 1));
        value_of(dw_slice_part(text, 0, why), "ignore", &ids);
    }
    set_ids(arena, pragma, ids, ',');
    place(context, pragma, scope);
}

/* "skip=A,B;error=true // why". */
static void read_buildkit(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice text, dw_pragma_place *place,
                          void *context)
{
    size_t why = dw_slice_find_slice(text, DW_SLICE(" //"));
    struct dw_slice rest = dw_slice_trim(dw_slice_part(text, 0, why)), part, ids;
    for (bool more = true; dw_slice_split(&rest, ';', &more, &part);) {
        if (!value_of(dw_slice_trim(part), "skip", &ids))
            continue;
        struct dw_pragma *pragma = add(pragmas, DW_PRAGMA_BUILDKIT);
        if (why != SIZE_MAX)
            pragma->reason = dw_slice_trim(dw_slice_from(text, why + 3));
        pragma->every = dw_slice_is(dw_slice_trim(ids), "all");
        set_ids(arena, pragma, ids, ',');
        place(context, pragma, DW_SCOPE_CHECK);
    }
}

static void read_checkov(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice text, dw_pragma_place *place,
                         void *context)
{
    struct dw_pragma *pragma = add(pragmas, DW_PRAGMA_CHECKOV);
    size_t colon = dw_slice_find(text, ':');
    set_ids(arena, pragma, dw_slice_part(text, 0, colon), ',');
    if (colon != SIZE_MAX)
        pragma->reason = dw_slice_trim(dw_slice_from(text, colon + 1));
    place(context, pragma, DW_SCOPE_FILE);
}

/* "ID[:exp:2027-01-31][:ws:name]"; filters by attribute ("ID[name=x]") are left to Trivy: then it means nothing here. */
static void read_trivy(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice text, dw_pragma_place *place,
                       void *context)
{
    struct dw_pragma *pragma = add(pragmas, DW_PRAGMA_TRIVY);
    struct dw_slice rest = text, part, id = DW_SLICE("");
    bool more = true, first = true;
    while (dw_slice_split(&rest, ':', &more, &part)) {
        struct dw_slice value = DW_SLICE("");
        if (first) {
            id = part;
            first = false;
            continue;
        }
        bool known = (dw_slice_is(part, "exp") || dw_slice_is(part, "ws")) && dw_slice_split(&rest, ':', &more, &value);
        if (!known)
            pragma->problem = dw_arena_printf(arena, "\"%.*s\" is not known", DW_SLICE_ARG(part));
        else if (dw_slice_is(part, "ws"))
            pragma->problem = DW_SLICE("it holds for one workspace only");
        else if (!dw_time_parse(value, true, &pragma->until))
            pragma->problem = dw_arena_printf(arena, "\"%.*s\" is no date such as 2027-01-31", DW_SLICE_ARG(value));
    }
    if (dw_slice_find(id, '[') != SIZE_MAX)
        pragma->problem = DW_SLICE("it filters by attributes");
    set_ids(arena, pragma, id, ',');
    place(context, pragma, DW_SCOPE_NEXT);
}

static void read_kics(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice text, dw_pragma_place *place,
                      void *context)
{
    struct dw_slice ids;
    text = dw_slice_trim(text);
    struct dw_pragma *pragma = add(pragmas, DW_PRAGMA_KICS);
    enum dw_pragma_scope scope = DW_SCOPE_FILE;
    if (dw_slice_is(text, "ignore") || dw_slice_is(text, "ignore-line") || dw_slice_is(text, "ignore-block")) {
        pragma->every = true;
        scope = dw_slice_is(text, "ignore") ? DW_SCOPE_FILE : DW_SCOPE_NEXT;
    } else if (value_of(text, "disable", &ids)) {
        set_ids(arena, pragma, ids, ',');
    } else {
        pragma->problem = DW_SLICE("what it leaves out is not known");
    }
    place(context, pragma, scope);
}

void dw_pragma_read(struct dw_pragmas *pragmas, struct dw_arena *arena, struct dw_slice comment, dw_pragma_place *place,
                    void *context)
{
    static const struct {
        const char *prefix;
        bool word; /* a blank must follow */
        void (*read)(struct dw_pragmas *, struct dw_arena *, struct dw_slice, dw_pragma_place *, void *);
    } tools[] = {{"dockworthy", true, read_own},       {"hadolint", true, read_hadolint},
                 {"checkov:skip=", false, read_checkov}, {"kics-scan", true, read_kics}};
    comment = dw_slice_trim(comment);
    for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
        size_t len = strlen(tools[i].prefix);
        if (!dw_slice_starts_with(comment, tools[i].prefix))
            continue;
        struct dw_slice text = dw_slice_from(comment, len);
        if (tools[i].word && (text.len == 0 || !is_blank(text.at[0])))
            continue;
        /* A sentence that begins with the tool's name is no pragma. */
        if (tools[i].read == read_own && dw_slice_find(text, '=') == SIZE_MAX)
            continue;
        tools[i].read(pragmas, arena, text, place, context);
        return;
    }
    struct dw_slice value, word, rest = comment;
    if (value_of(comment, "check", &value)) {
        read_buildkit(pragmas, arena, value, place, context);
        return;
    }
    bool open = false;
    struct dw_slice trivy = DW_SLICE("trivy:ignore:");
    while (dw_slice_starts(dw_slice_trim(rest), trivy) && next_word(arena, &rest, &word, &open))
        read_trivy(pragmas, arena, dw_slice_from(word, trivy.len), place, context);
}
