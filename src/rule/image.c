/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on an image or folder, and on the Dockerfile it is built from. */
#include "rule/base_image.h"

#include "model/image_name.h"
#include "rule/chapters.h"

#include <inttypes.h>

static const char user_fix[] = "USER %" PRIu32 ":%" PRIu32 " before the last CMD or ENTRYPOINT";

static struct dw_slice fix_user(struct dw_judge *judge)
{
    uint32_t uid = judge->settings->user_lowest;
    return dw_judge_text(judge, user_fix, uid, uid);
}

/* --- IMG-001 --- */

static const char *fix_note(const struct dw_subject *subject, const struct dw_note *note)
{
    static const char *const fixes[DW_NOTE_KIND_COUNT] = {
        [DW_NOTE_UNSUPPORTED] = "rebuild the image with layers of a kind that is read (tar, gzip, zstd), or remove that part",
        [DW_NOTE_UNAVAILABLE] = "fetch the whole image, with every layer, and check it again",
        [DW_NOTE_UNREADABLE] = "fetch or build the image again: this part is not what it says it is",
        [DW_NOTE_LIMIT] = "if the image is trusted, raise the limit that is named (--limit NAME=VALUE)",
        [DW_NOTE_CRASH] = "look at this part by hand: it stopped the process that reads it",
    };
    if (note->kind == DW_NOTE_UNSUPPORTED && note->path.len > 0)
        return "remove that file if nothing uses it; this version does not read its kind";
    bool whole = note->layer < 0 && !subject->unreadable; /* what packages it has */
    if (whole && (note->kind == DW_NOTE_UNAVAILABLE || note->kind == DW_NOTE_UNSUPPORTED))
        return "install from packages, and keep the package database (var/lib/dpkg, lib/apk/db) in the image";
    return fixes[note->kind];
}

static void judge_read(struct dw_judge *judge)
{
    const struct dw_subject *subject = judge->subject;
    for (size_t i = 0; i < subject->notes.len; i++) {
        const struct dw_note *note = &subject->notes.at[i];
        if (fix_note(subject, note) == NULL)
            continue;
        struct dw_slice layer = DW_SLICE("");
        if (note->layer >= 0)
            layer = dw_judge_text(judge, "layer %d: ", note->layer + 1);
        dw_judge_fail(judge, (struct dw_judge_finding){
                                 .variant = dw_note_kind_name(note->kind),
                                 .path = note->path,
                                 .pointer = DW_SLICE(""),
                                 .message = dw_judge_text(judge, "%.*s%.*s", DW_SLICE_ARG(layer), DW_SLICE_ARG(note->message)),
                                 .fix = dw_slice_of(fix_note(subject, note))});
    }
    if (subject->unreadable && judge->failed == 0)
        dw_judge_fail(judge, (struct dw_judge_finding){.variant = "unreadable",
                                                       .path = DW_SLICE(""),
                                                       .pointer = DW_SLICE(""),
                                                       .message = DW_SLICE("the image could not be read"),
                                                       .fix = DW_SLICE("fetch or build the image again")});
    if (judge->failed == 0)
        dw_judge_pass(judge, "scan", DW_SLICE(""), 0,
                      dw_judge_text(judge, "%zu layers, %zu packages", subject->image.layer_count,
                                    subject->packages.len));
    dw_judge_end(judge, "every part of the image was read", "");
}

/* --- LBL-006 --- */

static const char *const provenance[] = {"source", "revision", "created", "licenses", "base.name", "base.digest"};
#define LABEL_PREFIX "org.opencontainers.image."

static struct dw_slice label(const struct dw_image_summary *image, const char *name)
{
    struct dw_slice prefix = DW_SLICE(LABEL_PREFIX);
    for (size_t i = 0; i < image->label_count; i++)
        if (dw_slice_starts(image->label_names[i], prefix) &&
            dw_slice_is(dw_slice_from(image->label_names[i], prefix.len), name))
            return dw_slice_trim(image->label_values[i]);
    /* Both may also stand as annotations of the manifest. */
    if (strcmp(name, "base.name") == 0)
        return image->base_name;
    if (strcmp(name, "base.digest") == 0)
        return image->base_digest;
    return DW_SLICE("");
}

static void judge_labels(struct dw_judge *judge)
{
    const struct dw_image_summary *image = &judge->subject->image;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer missing = {0};
    DW_CLEANUP(dw_buffer_free) struct dw_buffer fix = {0};
    for (size_t i = 0; i < sizeof(provenance) / sizeof(*provenance); i++) {
        if (label(image, provenance[i]).len > 0)
            continue;
        dw_buffer_printf(&missing, "%s" LABEL_PREFIX "%s", missing.len > 0 ? ", " : "", provenance[i]);
        dw_buffer_printf(&fix, " --label " LABEL_PREFIX "%s=…", provenance[i]);
    }
    if (missing.len > 0)
        dw_judge_fail(judge, (struct dw_judge_finding){
                                 .path = DW_SLICE(""),
                                 .pointer = DW_SLICE("/config/Labels"),
                                 .message = dw_judge_text(judge, "labels missing or empty: %.*s",
                                                          DW_SLICE_ARG(dw_buffer_slice(&missing))),
                                 .fix = dw_judge_text(judge, "docker build%.*s", DW_SLICE_ARG(dw_buffer_slice(&fix)))});
    else
        for (size_t i = 0; i < sizeof(provenance) / sizeof(*provenance); i++)
            dw_judge_pass(judge, "image-config", DW_SLICE(""), 0,
                          dw_judge_text(judge, LABEL_PREFIX "%s=%.*s", provenance[i],
                                        DW_SLICE_ARG(label(image, provenance[i]))));
    dw_judge_end(judge, "the image says where it comes from", "");
}

/* --- USR on the image config --- */

static void judge_image_user(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                             struct dw_subject *subject, const struct dw_dockerfile *dockerfile)
{
    struct dw_user_judges judges;
    dw_user_judges_begin(&judges, settings, verdict, subject);
    struct dw_user_place place = {.kind = "image-config",
                                  .what = DW_SLICE("the image's user"),
                                  .path = DW_SLICE(""),
                                  .pointer = DW_SLICE("/config/User"),
                                  .fix = fix_user(&judges.root)};
    bool config = subject->image.image_id.len > 0;
    if (subject->kind == DW_SUBJECT_IMAGE && !config)
        dw_user_unknown(&judges, &place, DW_SLICE("the image config could not be read"));
    else if (subject->kind == DW_SUBJECT_IMAGE)
        dw_user_judge(&judges, &place, subject->image.user, false);
    /* Where the Dockerfile says it: for whoever has to change it. */
    if (config && dockerfile != NULL && dockerfile->user.instruction != NULL && judges.root.passed > 0)
        dw_judge_pass(&judges.root, "file", dockerfile->name, dockerfile->user.instruction->line,
                      dw_judge_text(&judges.root, "USER %.*s", DW_SLICE_ARG(dockerfile->user.instruction->arguments[0])));
    dw_user_judges_end(&judges, false, "a folder has no image config");
}

void dw_rules_judge_image(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                          struct dw_subject *subject, const struct dw_dockerfile *dockerfile)
{
    if (subject->kind != DW_SUBJECT_IMAGE && subject->kind != DW_SUBJECT_FOLDER)
        return;
    struct dw_judge family = dw_judge_begin(settings, verdict, subject, "BASE-004");
    dw_base_family_judge_image(&family, dockerfile);
    judge_image_user(settings, verdict, subject, dockerfile);
    struct dw_judge read = dw_judge_begin(settings, verdict, subject, "IMG-001");
    judge_read(&read);
    if (subject->kind == DW_SUBJECT_IMAGE) {
        struct dw_judge labels = dw_judge_begin(settings, verdict, subject, "LBL-006");
        judge_labels(&labels);
        dw_rules_run_image(settings, verdict, subject, dockerfile);
    }
}

/* --- a Dockerfile --- */

static void judge_dockerfile_user(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                                  struct dw_subject *subject, const struct dw_dockerfile *dockerfile,
                                  const struct dw_subject *image)
{
    struct dw_user_judges judges;
    dw_user_judges_begin(&judges, settings, verdict, subject);
    const struct dw_dockerfile_user *user = &dockerfile->user;
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    const struct dw_build_stage *shipped = &dockerfile->stages.at[dockerfile->stages.len - 1];
    struct dw_user_place place = {
        .kind = "file",
        .what = DW_SLICE("USER"),
        .path = dockerfile->name,
        .line = user->instruction != NULL ? user->instruction->line : shipped->from->line,
        .pointer = DW_SLICE(""),
        .fix = fix_user(&judges.root),
    };
    bool settled = image != NULL; /* the image's config says what the Dockerfile leaves open */
    if (user->instruction != NULL && user->problem.len == 0) {
        dw_user_judge(&judges, &place, user->value, false);
    } else if (user->instruction != NULL) {
        if (!settled)
            dw_user_unknown(&judges, &place, user->problem);
    } else if (external->kind == DW_BASE_SCRATCH) {
        place.what = DW_SLICE("the shipped stage, from scratch");
        dw_user_judge(&judges, &place, DW_SLICE(""), false);
    } else if (!settled) {
        place.what = DW_SLICE("the shipped stage");
        dw_user_unknown(&judges, &place,
                        dw_judge_text(&judges.root, "no USER, and the user of the base \"%.*s\" is not known: add %.*s, or name "
                                                    "the built image in the policy",
                                      DW_SLICE_ARG(external->resolved), DW_SLICE_ARG(place.fix)));
    }
    dw_user_judges_end(&judges, false, "the image built from it decides");
}

/* "# syntax=" names the program that reads the file. */
static bool is_known_frontend(struct dw_verdict *verdict, struct dw_slice syntax)
{
    struct dw_image_name name;
    return syntax.len == 0 || (dw_image_name_parse(&verdict->arena, syntax, &name, NULL) &&
                               dw_slice_is(name.registry, "docker.io") &&
                               (dw_slice_is(name.repository, "docker/dockerfile") ||
                                dw_slice_is(name.repository, "docker/dockerfile-upstream")));
}

void dw_rules_judge_dockerfile(const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                               struct dw_subject *subject, const struct dw_dockerfile *dockerfile,
                               const struct dw_subject *image)
{
    if (image != NULL && (image->kind != DW_SUBJECT_IMAGE || image->unreadable || image->image.image_id.len == 0))
        image = NULL;
    if (!is_known_frontend(verdict, dockerfile->syntax)) {
        struct dw_slice reason = dw_arena_printf(
            &verdict->arena, "%.*s:%u: the build frontend \"%.*s\" may read the file by another grammar",
            DW_SLICE_ARG(dockerfile->name), dockerfile->syntax_line, DW_SLICE_ARG(dockerfile->syntax));
        dw_rules_judge_unreadable(verdict, subject, reason);
        return;
    }
    struct dw_reference_judges references;
    dw_reference_judges_begin(&references, settings, verdict, subject);
    dw_reference_judge_dockerfile(&references, dockerfile, dockerfile->name, 0);
    dw_reference_judges_end(&references);
    struct dw_judge family = dw_judge_begin(settings, verdict, subject, "BASE-004");
    if (image != NULL)
        dw_judge_end(&family, "", "the image built from it decides");
    else
        dw_base_family_judge_dockerfile(&family, dockerfile);
    judge_dockerfile_user(settings, verdict, subject, dockerfile, image);
    dw_rules_run_dockerfile(settings, verdict, subject,
                            &(struct dw_dockerfile_view){.dockerfile = dockerfile, .image = image});
}
