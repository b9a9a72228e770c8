/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-044: what a build leaves behind in an image. */
#include "rule/chapters.h"
#include "rule/judge.h"

static void judge(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    (void)built_from;
    for (size_t i = 0; i < subject->leftovers.len; i++) {
        const struct dw_leftover *first = &subject->leftovers.at[i];
        size_t count = 0;
        bool told = false;
        for (size_t j = 0; j < subject->leftovers.len && !told; j++) {
            bool same = dw_slice_equal(subject->leftovers.at[j].of, first->of);
            told = same && j < i;
            count += same;
        }
        if (told)
            continue;
        dw_judge_fail(judge, (struct dw_judge_finding){
                                 .path = first->path,
                                 .message = dw_judge_text(judge, "%zu file%s of %s%.*s are left in the image: the first is /%.*s", count,
                                                          count == 1 ? "" : "s", dw_slice_starts_with(first->of, ".") ? "" : "/",
                                                          DW_SLICE_ARG(first->of), DW_SLICE_ARG(first->path)),
                                 .fix = DW_SLICE("remove them in the RUN that makes them, or leave them out by .dockerignore or a "
                                                 "later stage")});
    }
    if (subject->kind == DW_SUBJECT_IMAGE && !subject->unreadable)
        dw_judge_pass_quietly(judge);
}

const struct dw_rule dw_leftover_rules[] = {
    {.id = "DF-044",
     .title = "No leftovers in the image",
     .severity = DW_SEVERITY_NEGLIGIBLE,
     .what = "The file system that the container sees holds no .git folder, no package lists or caches of apt, apk, yum and dnf, no "
             "caches of root's home, and nothing in tmp.",
     .why = "Leftovers make the image larger, and a history of sources or a cache of tokens tells more than was meant.",
     .fix = "Remove them in the RUN instruction that makes them, use cache mounts, and leave .git out by .dockerignore.",
     .aliases = "DKL-LI-0003",
     .pass = "nothing is left behind",
     .none = "no image",
     .image = judge},
};
const size_t dw_leftover_rule_count = DW_RULE_COUNT(dw_leftover_rules);
