/* SPDX-License-Identifier: Apache-2.0
 *
 * BASE-001 and BASE-002: one reference, wherever it stands. */
#include "rule/judge.h"

#include "model/image_name.h"

void dw_reference_judges_begin(struct dw_reference_judges *judges, const struct dw_rule_settings *settings,
                               struct dw_verdict *verdict, struct dw_subject *subject)
{
    judges->pinned = dw_judge_begin(settings, verdict, subject, "BASE-001");
    judges->tagged = dw_judge_begin(settings, verdict, subject, "BASE-002");
}

void dw_reference_unknown(struct dw_reference_judges *judges, struct dw_slice path, unsigned line, struct dw_slice reason)
{
    dw_judge_unknown(&judges->pinned, path, line, reason);
    dw_judge_unknown(&judges->tagged, path, line, reason);
}

static void judge_tag(struct dw_judge *judge, const struct dw_image_name *name, struct dw_judge_finding at,
                      struct dw_slice text, struct dw_slice shown, struct dw_slice what)
{
    if (name->pinned) {
        dw_judge_pass_quietly(judge); /* BASE-001 shows it */
        return;
    }
    if (name->digest.len > 0 || (name->tag.len > 0 && !dw_slice_is(name->tag, "latest"))) {
        dw_judge_pass(judge, "file", at.path, at.line, text);
        return;
    }
    bool latest = name->tag.len > 0;
    at.variant = latest ? "latest" : "missing";
    at.message = latest ? dw_judge_text(judge, "%.*s: %.*s takes the mutable tag \"latest\"", DW_SLICE_ARG(what),
                                        DW_SLICE_ARG(shown))
                        : dw_judge_text(judge, "%.*s: %.*s has neither tag nor digest, which means \"latest\"",
                                        DW_SLICE_ARG(what), DW_SLICE_ARG(shown));
    at.fix = DW_SLICE("choose a version: its tag, and its digest behind it");
    dw_judge_fail(judge, at);
}

void dw_reference_judge(struct dw_reference_judges *judges, struct dw_slice text, struct dw_slice written,
                        struct dw_slice what, struct dw_slice path, unsigned line, unsigned column)
{
    struct dw_judge *judge = &judges->pinned;
    struct dw_image_name name;
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_image_name_parse(&judge->verdict->arena, text, &name, &error)) {
        dw_reference_unknown(judges, path, line, dw_judge_text(judge, "%.*s: %s", DW_SLICE_ARG(what), error.text));
        return;
    }
    struct dw_slice shown = dw_slice_equal(text, written)
                                ? dw_judge_text(judge, "\"%.*s\"", DW_SLICE_ARG(text))
                                : dw_judge_text(judge, "\"%.*s\" (written \"%.*s\")", DW_SLICE_ARG(text), DW_SLICE_ARG(written));
    struct dw_judge_finding at = {.path = path, .line = line, .column = column, .pointer = DW_SLICE("")};
    judge_tag(&judges->tagged, &name, at, text, shown, what);
    if (name.pinned) {
        dw_judge_pass(judge, "file", path, line, text);
        return;
    }
    at.message = dw_judge_text(judge, "%.*s: %.*s is not pinned by a sha256 digest", DW_SLICE_ARG(what),
                               DW_SLICE_ARG(shown));
    at.fix = dw_judge_text(judge, "write %.*s@sha256:<digest>; docker buildx imagetools inspect %.*s shows it",
                           DW_SLICE_ARG(text), DW_SLICE_ARG(text));
    dw_judge_fail(judge, at);
}

void dw_reference_judges_end(struct dw_reference_judges *judges)
{
    dw_judge_end(&judges->pinned, "every image is pinned by digest", "no image of a registry is named");
    dw_judge_end(&judges->tagged, "every image has a version", "no image of a registry is named");
}

void dw_reference_judge_dockerfile(struct dw_reference_judges *judges, const struct dw_dockerfile *dockerfile,
                                   struct dw_slice path, unsigned line_offset)
{
    static const char *const names[] = {[DW_USE_FROM] = "FROM",
                                        [DW_USE_COPY] = "COPY --from",
                                        [DW_USE_MOUNT] = "RUN --mount from",
                                        [DW_USE_ONBUILD_COPY] = "ONBUILD COPY --from",
                                        [DW_USE_ONBUILD_MOUNT] = "ONBUILD RUN --mount from"};
    for (size_t i = 0; i < dockerfile->uses.len; i++) {
        const struct dw_image_use *use = &dockerfile->uses.at[i];
        if (!dockerfile->stages.at[use->stage].reachable)
            continue; /* not built on the way to the shipped stage */
        unsigned line = use->instruction->line + line_offset;
        if (use->kind == DW_BASE_IMAGE)
            dw_reference_judge(judges, use->resolved, use->written, dw_slice_of(names[use->use]), path, line, 0);
        else if (use->kind == DW_BASE_UNRESOLVED)
            dw_reference_unknown(judges, path, line,
                                 dw_judge_text(&judges->pinned, "%s \"%.*s\": %.*s", names[use->use],
                                               DW_SLICE_ARG(use->written), DW_SLICE_ARG(use->problem)));
    }
}
