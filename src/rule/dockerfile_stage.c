/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-002 to DF-006, DF-014, DF-038, DF-039: stages, their names and platforms (Dockerfile reference, "FROM" and "COPY --from";
 * BuildKit's build checks). */
#include "rule/chapters.h"
#include "rule/dockerfile_rule.h"
#include "rule/repair.h"

#include "base/map.h"

/* ---- names -------------------------------------------------------------------------------------------------------- */

/* The name as it is written, or "". */
static struct dw_slice written_name(const struct dw_build_stage *stage)
{
    return stage->from->argument_count == 3 ? stage->from->arguments[2] : DW_SLICE("");
}

static void judge_unique(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    DW_CLEANUP(dw_map_free) struct dw_map names = {0};
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        if (stage->name.len == 0)
            continue;
        bool added;
        struct dw_map_entry *entry = dw_map_insert(&names, stage->name, &added);
        if (added) {
            entry->number = stage->from->line;
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, stage->from, written_name(stage));
        at.message = dw_judge_text(judge, "the stage name \"%.*s\" is taken: line %u has it", DW_SLICE_ARG(stage->name),
                                   (unsigned)entry->number);
        at.fix = DW_SLICE("give each stage a name of its own, and use it in FROM and --from");
        dw_judge_fail(judge, at);
    }
}

static void judge_reserved(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        if (stage->name.len == 0)
            continue;
        bool scratch = dw_slice_is(stage->name, "scratch");
        if (!scratch && !dw_slice_is(stage->name, "context")) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, stage->from, written_name(stage));
        at.message = dw_judge_text(judge, "the stage name \"%.*s\" is reserved for %s", DW_SLICE_ARG(stage->name),
                                   scratch ? "the empty image" : "the build context");
        at.fix = DW_SLICE("choose another name");
        dw_judge_fail(judge, at);
    }
}

static struct dw_slice lower(struct dw_judge *judge, struct dw_slice text)
{
    char *copy = dw_arena_alloc(&judge->verdict->arena, text.len + 1, 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = dw_to_lower(text.at[i]);
    return dw_slice_make(copy, text.len);
}

static struct dw_slice upper(struct dw_judge *judge, struct dw_slice text)
{
    char *copy = dw_arena_alloc(&judge->verdict->arena, text.len + 1, 1);
    for (size_t i = 0; i < text.len; i++)
        copy[i] = text.at[i] >= 'a' && text.at[i] <= 'z' ? (char)(text.at[i] - 32) : text.at[i];
    return dw_slice_make(copy, text.len);
}

static void judge_name_case(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        struct dw_slice written = written_name(stage);
        if (written.len == 0)
            continue;
        if (dw_slice_equal(written, stage->name)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, stage->from, written);
        at.message = dw_judge_text(judge, "the stage name \"%.*s\" is not in lower case", DW_SLICE_ARG(written));
        at.fix = dw_judge_text(judge, "AS %.*s", DW_SLICE_ARG(stage->name));
        dw_repair_part(judge, &at, dockerfile, stage->from, written, stage->name);
        dw_judge_fail(judge, at);
    }
}

/* ---- case of keywords --------------------------------------------------------------------------------------------- */

enum letter_case { CASE_LOWER, CASE_UPPER, CASE_MIXED };

static enum letter_case case_of(struct dw_slice word)
{
    bool lower_seen = false, upper_seen = false;
    for (size_t i = 0; i < word.len; i++) {
        lower_seen |= word.at[i] >= 'a' && word.at[i] <= 'z';
        upper_seen |= word.at[i] >= 'A' && word.at[i] <= 'Z';
    }
    return lower_seen && upper_seen ? CASE_MIXED : lower_seen ? CASE_LOWER : CASE_UPPER;
}

static void judge_as_case(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_instruction *from = dockerfile->stages.at[i].from;
        enum letter_case wanted = case_of(from->keyword);
        if (from->argument_count != 3 || wanted == CASE_MIXED)
            continue; /* DF-006 says it of FROM itself */
        struct dw_slice as = from->arguments[1];
        if (case_of(as) == wanted) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, from, as);
        at.message = dw_judge_text(judge, "\"%.*s\" and \"%.*s\" are not written in the same case", DW_SLICE_ARG(from->keyword),
                                   DW_SLICE_ARG(as));
        at.fix = wanted == CASE_LOWER ? DW_SLICE("as") : DW_SLICE("AS");
        dw_repair_part(judge, &at, dockerfile, from, as, at.fix);
        dw_judge_fail(judge, at);
    }
}

static void judge_keyword_case(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    size_t counts[CASE_MIXED + 1] = {0};
    for (size_t i = 0; i < dockerfile->instructions.len; i++)
        if (dockerfile->instructions.at[i].stage != SIZE_MAX)
            counts[case_of(dockerfile->instructions.at[i].keyword)]++;
    dw_judge_pass_quietly(judge);
    enum letter_case wanted = counts[CASE_LOWER] > counts[CASE_UPPER] ? CASE_LOWER : CASE_UPPER;
    if (counts[CASE_MIXED] == 0 && counts[wanted == CASE_LOWER ? CASE_UPPER : CASE_LOWER] == 0)
        return;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->stage == SIZE_MAX || case_of(instruction->keyword) == wanted)
            continue;
        struct dw_judge_finding at = dw_rule_at_part(dockerfile, instruction, instruction->keyword);
        at.message = dw_judge_text(judge, "\"%.*s\" is not in %s case as most instructions of the file are",
                                   DW_SLICE_ARG(instruction->keyword), wanted == CASE_LOWER ? "lower" : "upper");
        at.fix = wanted == CASE_LOWER ? lower(judge, instruction->keyword) : upper(judge, instruction->keyword);
        dw_repair_part(judge, &at, dockerfile, instruction, instruction->keyword, at.fix);
        dw_judge_fail(judge, at);
    }
}

/* ---- COPY --from -------------------------------------------------------------------------------------------------- */

/* Could only be an image or a context of that name? */
static bool looks_like_image(struct dw_slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (strchr(":/.@", name.at[i]) != NULL)
            return true;
    return false;
}

static bool is_own(const struct dw_dockerfile *dockerfile, const struct dw_image_use *use)
{
    uint64_t number;
    if (dw_parse_u64(use->written, &number))
        return number == use->stage;
    const struct dw_build_stage *stage = &dockerfile->stages.at[use->stage];
    return stage->name.len > 0 && dw_slice_equal_nocase(use->written, stage->name);
}

static void judge_copy_from(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->uses.len; i++) {
        const struct dw_image_use *use = &dockerfile->uses.at[i];
        if (use->use != DW_USE_COPY && use->use != DW_USE_MOUNT)
            continue;
        const char *flag = use->use == DW_USE_COPY ? "COPY --from" : "RUN --mount from";
        struct dw_judge_finding at =
            dw_rule_at_flag(dockerfile, use->instruction, use->use == DW_USE_COPY ? "from" : "mount");
        uint64_t number;
        if (use->kind == DW_BASE_STAGE && use->target < use->stage) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        if (use->kind == DW_BASE_STAGE && use->target > use->stage) {
            at.variant = "forward";
            at.message = dw_judge_text(judge, "%s=%.*s takes from a stage that comes later, at line %u", flag,
                                       DW_SLICE_ARG(use->written), dockerfile->stages.at[use->target].from->line);
            at.fix = DW_SLICE("move the stage above this one");
        } else if (is_own(dockerfile, use)) {
            at.variant = "self";
            at.message = dw_judge_text(judge, "%s=%.*s takes from the very stage it stands in", flag, DW_SLICE_ARG(use->written));
            at.fix = DW_SLICE("name an earlier stage, or leave --from out to copy from the build context");
        } else if (dw_parse_u64(use->written, &number) || !looks_like_image(use->written)) {
            struct dw_rule_nearest nearest = {.name = use->written, .best = DW_SLICE("")};
            for (size_t j = 0; j < use->stage; j++)
                dw_rule_nearest_offer(&nearest, dockerfile->stages.at[j].name);
            at.variant = "undefined";
            at.message = dw_judge_text(judge, "%s=%.*s is no earlier stage: it would be an image of Docker Hub, or a named context%s"
                                              "%.*s%s",
                                       flag, DW_SLICE_ARG(use->written), nearest.best.len > 0 ? "; did you mean \"" : "",
                                       DW_SLICE_ARG(nearest.best), nearest.best.len > 0 ? "\"?" : "");
            at.fix = DW_SLICE("name an earlier stage; write an image with its registry, tag and digest");
        } else {
            dw_judge_pass_quietly(judge); /* an image: BASE-001 judges it */
            continue;
        }
        dw_judge_fail(judge, at);
    }
}

/* ---- --platform --------------------------------------------------------------------------------------------------- */

static bool contains(struct dw_slice text, struct dw_slice part)
{
    return part.len > 0 && dw_slice_find_slice(text, part) != SIZE_MAX;
}

/* "linux/amd64": does NAME say its system or its architecture? */
static bool says_platform(struct dw_slice name, struct dw_slice platform)
{
    struct dw_slice rest = platform, piece;
    static const struct {
        const char *name, *other;
    } same[] = {{"amd64", "x86_64"}, {"arm64", "aarch64"}, {"x86_64", "amd64"}, {"aarch64", "arm64"}};
    for (bool more = true; dw_slice_split(&rest, '/', &more, &piece);) {
        if (contains(name, piece))
            return true;
        for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
            if (dw_slice_is(piece, same[i].name) && contains(name, dw_slice_of(same[i].other)))
                return true;
    }
    return false;
}

static void judge_constant_platform(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        if (stage->platform.len == 0)
            continue;
        if (dw_slice_find(stage->platform, '$') != SIZE_MAX || says_platform(stage->name, stage->platform)) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_flag(dockerfile, stage->from, "platform");
        at.message = dw_judge_text(judge, "FROM --platform=%.*s builds for this platform only, whatever the build asks for",
                                   DW_SLICE_ARG(stage->platform));
        at.fix = DW_SLICE("leave --platform out; write --platform=$BUILDPLATFORM for a stage of build tools; a stage for one platform "
                          "has its name in its own");
        at.repair_note = DW_SLICE("the stage is built for the platform that the build asks for, no longer for this one");
        dw_repair_remove_flag(judge, &at, dockerfile, stage->from, "platform");
        dw_judge_fail(judge, at);
    }
}

static void judge_redundant_platform(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->stages.len; i++) {
        const struct dw_build_stage *stage = &dockerfile->stages.at[i];
        if (stage->platform.len == 0)
            continue;
        if (!dw_slice_is(stage->platform, "$TARGETPLATFORM") && !dw_slice_is(stage->platform, "${TARGETPLATFORM}")) {
            dw_judge_pass_quietly(judge);
            continue;
        }
        struct dw_judge_finding at = dw_rule_at_flag(dockerfile, stage->from, "platform");
        at.message = dw_judge_text(judge, "FROM --platform=%.*s says what holds without it", DW_SLICE_ARG(stage->platform));
        at.fix = DW_SLICE("leave --platform out");
        dw_repair_remove_flag(judge, &at, dockerfile, stage->from, "platform");
        dw_judge_fail(judge, at);
    }
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

static const struct dw_rule_variant copy_from_variants[] = {
    {"undefined", DW_SEVERITY_MEDIUM, "DL3022", "neither an earlier stage nor a full image reference"},
    {"self", DW_SEVERITY_UNKNOWN, "DL3023|DS-0006", "the stage it stands in"},
    {"forward", DW_SEVERITY_UNKNOWN, "DL3022", "a stage that comes later"},
    {NULL},
};

static const struct dw_rule_example unique_examples[] = {
    {"Dockerfile", "FROM golang:1.23 AS build\nFROM node:22 AS Build\n", "FROM golang:1.23 AS build\nFROM node:22 AS assets\n"},
    {NULL},
};
static const struct dw_rule_example reserved_examples[] = {
    {"Dockerfile", "FROM alpine:3.20 AS context\n", "FROM alpine:3.20 AS files\n"},
    {NULL},
};
static const struct dw_rule_example name_case_examples[] = {
    {"Dockerfile", "FROM golang:1.23 AS Build\n", "FROM golang:1.23 AS build\n"},
    {NULL},
};
static const struct dw_rule_example as_case_examples[] = {
    {"Dockerfile", "FROM golang:1.23 as build\n", "FROM golang:1.23 AS build\n"},
    {NULL},
};
static const struct dw_rule_example keyword_case_examples[] = {
    {"Dockerfile", "FROM alpine:3.20\nCopy app /app\nUSER 65532\n", "FROM alpine:3.20\nCOPY app /app\nUSER 65532\n"},
    {NULL},
};
static const struct dw_rule_example copy_from_examples[] = {
    {"Dockerfile", "FROM golang:1.23 AS build\nFROM scratch\nCOPY --from=biuld /app /app\n",
     "FROM golang:1.23 AS build\nFROM scratch\nCOPY --from=build /app /app\n"},
    {NULL},
};
static const struct dw_rule_example constant_examples[] = {
    {"Dockerfile", "FROM --platform=linux/amd64 golang:1.23 AS build\n", "FROM --platform=$BUILDPLATFORM golang:1.23 AS build\n"},
    {NULL},
};
static const struct dw_rule_example redundant_examples[] = {
    {"Dockerfile", "FROM --platform=$TARGETPLATFORM alpine:3.20\n", "FROM alpine:3.20\n"},
    {NULL},
};

const struct dw_rule dw_stage_rules[] = {
    {.id = "DF-002",
     .title = "Unique stage names",
     .severity = DW_SEVERITY_HIGH,
     .what = "No two stages have the same name, whatever its case.",
     .why = "FROM and COPY --from take the stage that was named last: files of another stage than the one meant get into the image.",
     .fix = "Give each stage a name of its own.",
     .aliases = "DL3024|bk:DuplicateStageName|DS-0012|CKV_DOCKER_11",
     .pass = "every stage name is used once",
     .none = "no stage has a name",
     .examples = unique_examples,
     .dockerfile = judge_unique},
    {.id = "DF-003",
     .title = "Stage name not reserved",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No stage is called \"scratch\" or \"context\".",
     .why = "The names mean the empty image and the build context: with a stage of that name, a FROM or --from means something else "
            "than it says.",
     .fix = "Choose another name.",
     .aliases = "DL3063|bk:ReservedStageName",
     .pass = "no stage has a reserved name",
     .none = "no stage has a name",
     .examples = reserved_examples,
     .dockerfile = judge_reserved},
    {.id = "DF-004",
     .title = "Stage name in lower case",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_SAFE,
     .what = "Names of stages are written in lower case.",
     .why = "Stage names have no case; in lower case they are told from keywords.",
     .fix = "Write the name in lower case.",
     .aliases = "bk:StageNameCasing",
     .pass = "stage names are in lower case",
     .none = "no stage has a name",
     .examples = name_case_examples,
     .dockerfile = judge_name_case},
    {.id = "DF-005",
     .title = "FROM and AS in the same case",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_SAFE,
     .what = "AS is written in upper case where FROM is, and in lower case where FROM is.",
     .why = "One way of writing is read faster.",
     .fix = "Write AS as FROM is written.",
     .aliases = "bk:FromAsCasing",
     .pass = "AS is written as FROM is",
     .none = "no stage has a name",
     .examples = as_case_examples,
     .dockerfile = judge_as_case},
    {.id = "DF-006",
     .title = "Instructions in one case",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_SAFE,
     .what = "All instructions are written in upper case, or all in lower case: as most of the file are.",
     .why = "One way of writing is read faster.",
     .fix = "Write the instruction in the case of the others.",
     .aliases = "bk:ConsistentInstructionCasing",
     .pass = "all instructions are written in one case",
     .none = "no instruction",
     .examples = keyword_case_examples,
     .dockerfile = judge_keyword_case},
    {.id = "DF-014",
     .title = "COPY --from resolves",
     .severity = DW_SEVERITY_HIGH,
     .what = "What COPY --from and RUN --mount from name is an earlier stage, or an image that is written in full.",
     .why = "A misspelt stage becomes an image of Docker Hub that anybody may own; a stage cannot copy from itself.",
     .fix = "Name an earlier stage, or an image with registry, tag and digest.",
     .aliases = "",
     .pass = "everything that is copied from is an earlier stage or an image",
     .none = "nothing is copied from another stage or image",
     .variants = copy_from_variants,
     .examples = copy_from_examples,
     .dockerfile = judge_copy_from},
    {.id = "DF-038",
     .title = "No constant --platform",
     .severity = DW_SEVERITY_LOW,
     .repair = DW_REPAIR_REVIEW,
     .what = "FROM has no constant --platform, unless the stage's name says the platform.",
     .why = "A constant overrides the platform that the build asks for, so that a build for several platforms gives the same one "
            "under each name.",
     .fix = "Leave --platform out, or use $BUILDPLATFORM.",
     .aliases = "DL3029|bk:FromPlatformFlagConstDisallowed",
     .pass = "no platform is constant",
     .none = "no FROM has a --platform",
     .examples = constant_examples,
     .dockerfile = judge_constant_platform},
    {.id = "DF-039",
     .title = "No redundant --platform",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .repair = DW_REPAIR_SAFE,
     .what = "FROM does not say --platform=$TARGETPLATFORM.",
     .why = "It is what holds without it.",
     .fix = "Leave --platform out.",
     .aliases = "DL3065|bk:RedundantTargetPlatform",
     .pass = "no platform is redundant",
     .none = "no FROM has a --platform",
     .examples = redundant_examples,
     .dockerfile = judge_redundant_platform},
};
const size_t dw_stage_rule_count = DW_RULE_COUNT(dw_stage_rules);
