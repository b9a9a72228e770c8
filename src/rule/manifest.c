/* SPDX-License-Identifier: Apache-2.0
 *
 * BASE-009 and DF-040 ask what a registry says of a pinned digest. This version reads no registry: what they would have to ask
 * about is told as not evaluated, and decides no control. */
#include "model/image_name.h"
#include "rule/chapters.h"
#include "rule/judge.h"

static bool is_pinned(struct dw_judge *judge, struct dw_slice reference)
{
    struct dw_image_name name;
    return dw_image_name_parse(&judge->verdict->arena, reference, &name, NULL) && name.pinned;
}

static void judge_uses(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->uses.len; i++) {
        const struct dw_image_use *use = &dockerfile->uses.at[i];
        if (use->kind == DW_BASE_IMAGE && dockerfile->stages.at[use->stage].reachable && is_pinned(judge, use->resolved))
            dw_judge_unknown(judge, dockerfile->name, use->instruction->line,
                             DW_SLICE("whether the digest is that of an index is only in the registry, which this version does not read"));
    }
}

static void judge_images(struct dw_judge *judge, const struct dw_container *container)
{
    for (size_t i = 0; i < container->images.len; i++) {
        const struct dw_container_text *reference = &container->images.at[i].reference;
        if (reference->node != NULL && reference->problem.len == 0 && is_pinned(judge, reference->text))
            dw_judge_unknown(judge, reference->node->document->name, reference->node->line,
                             DW_SLICE("whether the digest is that of an index is only in the registry, which this version does not read"));
    }
}

static void judge_platform(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    const struct dw_image_use *external = &dockerfile->uses.at[dockerfile->external_use];
    if (external->kind == DW_BASE_IMAGE)
        dw_judge_unknown(judge, dockerfile->name, external->instruction->line,
                         dw_judge_text(judge, "the platforms of \"%.*s\" are only in the registry, which this version does not read",
                                       DW_SLICE_ARG(external->resolved)));
}

const struct dw_rule dw_manifest_rules[] = {
    {.id = "BASE-009",
     .title = "Digest names an index",
     .chapter = 1,
     .severity = DW_SEVERITY_LOW,
     .needs_records = true,
     .what = "A pinned digest is that of the image's index, not of one platform's manifest. It needs what the registry says of the "
             "digest; this version does not ask it.",
     .why = "The digest of one platform's manifest breaks the build on every other platform.",
     .fix = "Take the digest that docker buildx imagetools inspect shows for the tag itself.",
     .aliases = "",
     .pass = "every pinned digest is that of an index",
     .none = "no image is pinned",
     .dockerfile = judge_uses,
     .container = judge_images},
    {.id = "DF-040",
     .title = "Base platform matches target",
     .severity = DW_SEVERITY_MEDIUM,
     .needs_records = true,
     .what = "The base image exists for the platform that is built. It needs what the registry says of the base; this version does not "
             "ask it.",
     .why = "A base of another platform runs under emulation, or not at all.",
     .fix = "Choose a base that is published for the target, or build for a platform that it has.",
     .aliases = "bk:InvalidBaseImagePlatform",
     .pass = "the base has the target's platform",
     .none = "no base of a registry",
     .dockerfile = judge_platform},
};
const size_t dw_manifest_rule_count = DW_RULE_COUNT(dw_manifest_rules);
