/* SPDX-License-Identifier: Apache-2.0
 *
 * USR-005: programs in an image that run with their owner's or group's rights. */
#include "base/glob.h"
#include "rule/chapters.h"
#include "rule/judge.h"

static bool is_allowed(const struct dw_slice *globs, size_t count, struct dw_slice path)
{
    for (size_t i = 0; i < count; i++)
        if (dw_glob_match(globs[i], path))
            return true;
    return false;
}

static void judge(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    size_t count;
    const struct dw_slice *allowed = dw_judge_parameter(judge, "allow", &count);
    (void)built_from;
    for (size_t i = 0; i < subject->special_files.len; i++) {
        const struct dw_special_file *file = &subject->special_files.at[i];
        if (is_allowed(allowed, count, file->path))
            continue;
        struct dw_judge_finding finding = {.variant = file->visible ? NULL : "residue", .path = file->path};
        finding.message =
            file->visible
                ? dw_judge_text(judge, "/%.*s has mode %.*s: it runs with the rights of its owner or group", DW_SLICE_ARG(file->path),
                                DW_SLICE_ARG(file->mode))
                : dw_judge_text(judge, "/%.*s had mode %.*s in layer %d; a later layer removes or replaces it",
                                DW_SLICE_ARG(file->path), DW_SLICE_ARG(file->mode), file->layer + 1);
        finding.fix = dw_judge_text(judge, "RUN chmod u-s,g-s /%.*s in the stage that brings it, or remove its package",
                                    DW_SLICE_ARG(file->path));
        dw_judge_fail(judge, finding);
    }
    if (judge->failed == 0 && subject->kind == DW_SUBJECT_IMAGE && !subject->unreadable)
        dw_judge_pass(judge, "scan", DW_SLICE(""), 0, DW_SLICE("no setuid or setgid file outside the allowed ones"));
}

static const struct dw_rule_variant variants[] = {
    {"residue", DW_SEVERITY_NEGLIGIBLE, "", "in a lower layer only: the running container does not see it"},
    {NULL},
};
static const char *const none[] = {NULL};
static const struct dw_rule_parameter parameters[] = {
    {"allow", "globs of paths that may have the bits, such as usr/bin/su", none, true},
    {NULL},
};

const struct dw_rule dw_special_file_rules[] = {
    {.id = "USR-005",
     .title = "No unexpected setuid/setgid files",
     .chapter = 4,
     .severity = DW_SEVERITY_LOW,
     .what = "No regular file of the image has a setuid or setgid bit, outside the list that the policy allows. Layers are applied "
             "first.",
     .why = "Such a program gives whoever starts it the rights of its owner, mostly root: the shortest way back from a non-root user.",
     .fix = "Clear the bits in the build: RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +. no-new-privileges at run "
            "time takes their effect away too.",
     .aliases = "CIS-DI-0008|cis:4.8",
     .pass = "no setuid or setgid file outside the allowed ones",
     .none = "no image",
     .variants = variants,
     .parameters = parameters,
     .image = judge},
};
const size_t dw_special_file_rule_count = DW_RULE_COUNT(dw_special_file_rules);
