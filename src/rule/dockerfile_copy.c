/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-013, DF-015 to DF-017, DF-019: COPY and ADD (Dockerfile reference, "ADD" and "COPY"). */
#include "rule/chapters.h"
#include "rule/copy_source.h"
#include "rule/dockerfile_rule.h"
#include "rule/repair.h"

/* ---- sources and destination --------------------------------------------------------------------------------------- */

/* Argument INDEX without its quotes. */
static struct dw_slice argument(struct dw_judge *judge, const struct dw_dockerfile *dockerfile, const struct dw_instruction *runs,
                                size_t index)
{
    return runs->json ? runs->arguments[index] : dw_rule_unquoted(judge, runs->arguments[index], dockerfile->escape);
}

static bool copies(const struct dw_instruction *runs)
{
    return (runs->kind == DW_INSTRUCTION_COPY || runs->kind == DW_INSTRUCTION_ADD) && runs->argument_count >= 2;
}

static bool is_http(struct dw_slice source)
{
    return dw_slice_starts_with(source, "http://") || dw_slice_starts_with(source, "https://");
}

/* "https://host/repo.git", "git@host:repo", "ssh://…": what the builder clones. */
static bool is_git(struct dw_slice source)
{
    struct dw_slice place = dw_slice_part(source, 0, dw_slice_find(source, '#'));
    size_t query = is_http(source) ? dw_slice_find(place, '?') : SIZE_MAX;
    place = dw_slice_part(place, 0, query);
    return dw_slice_starts_with(source, "git://") || dw_slice_starts_with(source, "ssh://") ||
           dw_slice_starts_with(source, "git@") || (is_http(source) && dw_slice_ends_with(place, ".git"));
}

bool dw_copy_source_is_remote(struct dw_slice source)
{
    return is_http(source) || is_git(source);
}

static bool is_archive(struct dw_slice source)
{
    static const char *const ends[] = {".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".tb2", ".xz", ".txz", ".lzma", ".tlz",
                                       ".zst", ".tzst", ".Z", ".tZ"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (dw_slice_ends_with(source, ends[i]))
            return true;
    return false;
}


/* ---- DF-013, DF-015 ----------------------------------------------------------------------------------------------- */

/* Ends in a variable, of which nobody knows how it ends. */
static bool ends_in_variable(struct dw_slice text)
{
    size_t dollar = dw_slice_find_last(text, '$');
    if (dollar == SIZE_MAX)
        return false;
    for (size_t i = dollar + 1; i < text.len; i++) {
        char c = text.at[i];
        if (c == '/' || c == '.' || c == '-')
            return false;
    }
    return true;
}

static void judge_folder(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (!copies(runs) || runs->argument_count == 2)
            continue;
        size_t last = runs->argument_count - 1;
        struct dw_slice destination = argument(judge, dockerfile, runs, last);
        if (dw_slice_ends_with(destination, "/") || dw_slice_ends_with(destination, "\\") || dw_slice_is(destination, ".") ||
            dw_slice_ends_with(destination, "/.") || dw_slice_is(destination, "..") || dw_slice_ends_with(destination, "/..") ||
            ends_in_variable(destination)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[last]);
        at.message = dw_judge_text(judge, "%zu sources go to \"%.*s\", which is no folder without \"/\" at its end", last,
                                   DW_SLICE_ARG(destination));
        at.fix = dw_judge_text(judge, "write %.*s/", DW_SLICE_ARG(destination));
        if (!runs->json) {
            struct dw_slice written = runs->arguments[last];
            char end = written.at[written.len - 1];
            bool quoted = end == '"' || end == '\'';
            dw_repair_part(judge, &at, dockerfile, instruction, written,
                           quoted ? dw_judge_text(judge, "%.*s/%c", DW_SLICE_ARG(dw_slice_part(written, 0, written.len - 1)), end)
                                  : dw_judge_text(judge, "%.*s/", DW_SLICE_ARG(written)));
        }
        dw_judge_fail(judge, at);
    }
}

static bool is_relative(struct dw_slice path)
{
    return path.len > 0 && path.at[0] != '/' && path.at[0] != '\\' && path.at[0] != '$' &&
           !(path.len > 1 && path.at[1] == ':' && dw_is_alpha(path.at[0]));
}

static void judge_relative(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    bool few[32] = {false};
    size_t most = sizeof(few) / sizeof(*few);
    bool *set = dockerfile->stages.len <= most ? few : dw_alloc(dockerfile->stages.len, sizeof(bool));
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        const struct dw_image_use *use = &dockerfile->uses.at[stage->use];
        set[i] = use->kind == DW_BASE_STAGE && use->target < i && set[use->target];
        for (size_t j = 1; j < stage->count; j++) {
            const struct dw_instruction *instruction = &dockerfile->instructions.at[stage->first + j];
            const struct dw_instruction *runs = instruction->inner != NULL ? instruction->inner : instruction;
            if (runs->kind == DW_INSTRUCTION_WORKDIR)
                set[i] = true;
            if (!copies(runs))
                continue;
            size_t last = runs->argument_count - 1;
            struct dw_slice destination = argument(judge, dockerfile, runs, last);
            if (set[i] || !is_relative(destination)) {
                dw_judge_pass_quietly(judge);
                continue;
            }
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[last]);
            at.message = dw_judge_text(judge, "%s goes to \"%.*s\", relative to the base image's WORKDIR, which may change",
                                       dw_instruction_name(runs->kind), DW_SLICE_ARG(destination));
            at.fix = DW_SLICE("write WORKDIR /app above it, or an absolute path");
            dw_judge_fail(judge, at);
        }
    }
    if (set != few)
        free(set);
}

/* ---- DF-016 ------------------------------------------------------------------------------------------------------- */

static void judge_whole(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    struct dw_slice from;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (runs->kind != DW_INSTRUCTION_COPY || !copies(runs) || !dw_instruction_flag(runs, "from", &from))
            continue;
        bool whole = false;
        size_t at_source = 0;
        for (size_t i = 0; i + 1 < runs->argument_count && !whole; i++) {
            struct dw_slice source = argument(judge, dockerfile, runs, i);
            whole = dw_slice_is(source, "/") || dw_slice_is(source, "/.") || dw_slice_is(source, "/*") || dw_slice_is(source, ".");
            at_source = i;
        }
        if (!whole) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[at_source]);
        at.message = dw_judge_text(judge, "COPY --from=%.*s takes the whole file system along, with its secrets, caches and tools",
                                   DW_SLICE_ARG(from));
        at.fix = DW_SLICE("copy the files that are needed, path by path");
        dw_judge_fail(judge, at);
    }
}

/* ---- DF-017, DF-019 ----------------------------------------------------------------------------------------------- */

/* May ADD become COPY without a change: flags that both have, and no pattern that an archive could fit? */
static bool is_same_as_copy(const struct dw_instruction *runs)
{
    static const char *const flags[] = {"--chown", "--chmod", "--link", "--exclude"};
    for (size_t i = 0; i < runs->flag_count; i++) {
        bool known = false;
        for (size_t j = 0; j < sizeof(flags) / sizeof(*flags); j++)
            known |= dw_slice_starts_with(runs->flags[i], flags[j]);
        if (!known)
            return false;
    }
    for (size_t i = 0; i + 1 < runs->argument_count; i++)
        for (size_t j = 0; j < runs->arguments[i].len; j++)
            if (strchr("*?[$", runs->arguments[i].at[j]) != NULL)
                return false;
    return true;
}

static void judge_add(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    struct dw_slice unpack;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        if (runs->kind != DW_INSTRUCTION_ADD || !copies(runs))
            continue;
        bool needed = dw_instruction_flag(runs, "unpack", &unpack);
        for (size_t i = 0; i + 1 < runs->argument_count && !needed; i++) {
            struct dw_slice source = argument(judge, dockerfile, runs, i);
            /* What a variable names may be anything. */
            needed = dw_copy_source_is_remote(source) || is_archive(source) || dw_slice_starts_with(source, "$");
        }
        if (needed) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->keyword);
        at.message = dw_judge_text(judge, "ADD of \"%.*s\", which is neither an archive nor remote: COPY does no more than it says",
                                   DW_SLICE_ARG(argument(judge, dockerfile, runs, 0)));
        at.fix = dw_judge_text(judge, "COPY %.*s", DW_SLICE_ARG(runs->rest));
        if (is_same_as_copy(runs))
            dw_repair_part(judge, &at, dockerfile, instruction, runs->keyword,
                           runs->keyword.at[0] == 'a' ? DW_SLICE("copy") : DW_SLICE("COPY"));
        dw_judge_fail(judge, at);
    }
}

/* "#<40 hexadecimal digits>": a commit cannot move. */
static bool names_commit(struct dw_slice source)
{
    size_t hash = dw_slice_find(source, '#');
    if (hash == SIZE_MAX)
        return false;
    struct dw_slice reference = dw_slice_from(source, hash + 1);
    reference = dw_slice_part(reference, 0, dw_slice_find(reference, ':'));
    if (reference.len != 40)
        return false;
    for (size_t i = 0; i < reference.len; i++)
        if (!dw_is_digit(reference.at[i]) && !(reference.at[i] >= 'a' && reference.at[i] <= 'f'))
            return false;
    return true;
}

static void judge_checksum(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_instruction *instruction, *runs;
    for (size_t index = 0; (instruction = dw_rule_instruction(dockerfile, &index, &runs)) != NULL;) {
        struct dw_slice checksum = DW_SLICE("");
        if (runs->kind != DW_INSTRUCTION_ADD || !copies(runs))
            continue;
        dw_instruction_flag(runs, "checksum", &checksum);
        for (size_t i = 0; i + 1 < runs->argument_count; i++) {
            struct dw_slice source = argument(judge, dockerfile, runs, i);
            bool git = is_git(source);
            if (!git && !is_http(source))
                continue;
            if (checksum.len > 0 || (git && names_commit(source))) {
                dw_judge_pass_quietly(judge);
                continue;
            }
            struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, runs->json ? runs->rest : runs->arguments[i]);
            at.message = dw_judge_text(judge, "ADD takes \"%.*s\" without a checksum: whatever is there at the time gets into the image",
                                       DW_SLICE_ARG(source));
            at.fix = git ? DW_SLICE("ADD --checksum=<commit> …, or name the commit behind \"#\"")
                         : dw_judge_text(judge, "ADD --checksum=sha256:<digest> %.*s …", DW_SLICE_ARG(source));
            dw_judge_fail(judge, at);
        }
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct dw_rule_example folder_examples[] = {
    {"Dockerfile", "FROM node:22\nCOPY package.json package-lock.json /app\n", "FROM node:22\nCOPY package.json package-lock.json /app/\n"},
    {NULL},
};
static const struct dw_rule_example relative_examples[] = {
    {"Dockerfile", "FROM node:22\nCOPY server.js server.js\n", "FROM node:22\nWORKDIR /app\nCOPY server.js server.js\n"},
    {NULL},
};
static const struct dw_rule_example whole_examples[] = {
    {"Dockerfile", "FROM golang:1.23 AS build\nFROM scratch\nCOPY --from=build / /\n",
     "FROM golang:1.23 AS build\nFROM scratch\nCOPY --from=build /go/bin/shop /shop\n"},
    {NULL},
};
static const struct dw_rule_example add_examples[] = {
    {"Dockerfile", "FROM node:22\nADD server.js /app/\n", "FROM node:22\nCOPY server.js /app/\n"},
    {NULL},
};
static const struct dw_rule_example checksum_examples[] = {
    {"Dockerfile", "FROM alpine:3.20\nADD https://example.com/tool /usr/local/bin/tool\n",
     "FROM alpine:3.20\nADD --checksum=sha256:" HEX64 " https://example.com/tool /usr/local/bin/tool\n"},
    {NULL},
};

const struct dw_rule dw_copy_rules[] = {
    {.id = "DF-013",
     .title = "Several sources need a folder",
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_SAFE,
     .what = "The destination of a COPY or ADD with more than one source ends with \"/\".",
     .why = "The build fails otherwise.",
     .fix = "Add \"/\" to the destination.",
     .aliases = "DL3021|DS-0011",
     .pass = "several sources go to folders",
     .none = "no COPY or ADD has several sources",
     .examples = folder_examples,
     .dockerfile = judge_folder},
    {.id = "DF-015",
     .title = "Relative destination has a WORKDIR",
     .severity = DW_SEVERITY_LOW,
     .what = "A COPY or ADD to a relative path stands behind a WORKDIR, in its stage or in one that it is built on.",
     .why = "Otherwise the files go where the base image's WORKDIR is, which may change with the next version.",
     .fix = "Set WORKDIR first, or write an absolute path.",
     .aliases = "DL3045",
     .pass = "every destination can be told from the file",
     .none = "no COPY or ADD",
     .examples = relative_examples,
     .dockerfile = judge_relative},
    {.id = "DF-016",
     .title = "No copy of a whole file system",
     .chapter = 5,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No COPY --from takes / of a stage or image.",
     .why = "It takes the builder's secrets, caches and tools along into the image.",
     .fix = "Copy the files that are needed.",
     .aliases = "DL3067",
     .pass = "no whole file system is copied",
     .none = "nothing is copied from another stage or image",
     .examples = whole_examples,
     .dockerfile = judge_whole},
    {.id = "DF-017",
     .title = "COPY instead of ADD",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_SAFE,
     .what = "ADD is used only for archives and for what is remote.",
     .why = "ADD unpacks and downloads by what it is given; COPY only copies, so that nothing surprising gets into the image.",
     .fix = "Write COPY.",
     .aliases = "DL3020|DS-0005|CKV_DOCKER_4|CIS-DI-0009|cis:4.9",
     .pass = "ADD is used only where it is needed",
     .none = "no ADD",
     .examples = add_examples,
     .on_image = true,
     .dockerfile = judge_add},
    {.id = "DF-019",
     .title = "Remote ADD has a checksum",
     .chapter = 1,
     .severity = DW_SEVERITY_MEDIUM,
     .what = "ADD of a URL or of a git repository has --checksum, or names a commit.",
     .why = "What a server gives can change between two builds, without anybody seeing it.",
     .fix = "Add --checksum=sha256:… (of a git repository: the commit).",
     .aliases = "",
     .pass = "everything remote has a checksum",
     .none = "no ADD of anything remote",
     .examples = checksum_examples,
     .dockerfile = judge_checksum},
};
const size_t dw_copy_rule_count = DW_RULE_COUNT(dw_copy_rules);
