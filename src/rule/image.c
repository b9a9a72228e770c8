/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules on what an image or folder says of itself: IMG-001, LBL-006. */
#include "rule/chapters.h"
#include "rule/judge.h"

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

static void judge_read(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    (void)built_from;
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

static void judge_labels(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_image_summary *image = &judge->subject->image;
    (void)built_from;
    if (judge->subject->kind != DW_SUBJECT_IMAGE)
        return;
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
}

const struct dw_rule dw_image_rules[] = {
    {.id = "LBL-006",
     .title = "Provenance labels",
     .chapter = 7,
     .severity = DW_SEVERITY_LOW,
     .what = "The image says where it comes from: org.opencontainers.image.source, revision, created, licenses, base.name and "
     "base.digest.",
     .why = "An image without them cannot be traced to its source or its base: it is opaque.",
     .fix = "Set the labels in the build, with build arguments for what changes.",
     .aliases = "",
     .pass = "the image says where it comes from",
     .none = "no image",
     .image = judge_labels},
    {.id = "IMG-001",
     .title = "Everything in the image was read",
     .chapter = 7,
     .severity = DW_SEVERITY_HIGH,
     .what = "No layer, archive or package database was absent, of an unknown kind, malformed, or beyond a limit.",
     .why = "What cannot be read cannot be judged; a hidden part must not pass.",
     .fix = "Rebuild or fetch the part that is named; raise the limit that is named if the image is trusted.",
     .aliases = "",
     .pass = "every part of the image was read",
     .none = "no image",
     .subjects = 1u << DW_SUBJECT_FOLDER,
     .image = judge_read},
};
const size_t dw_image_rule_count = DW_RULE_COUNT(dw_image_rules);
