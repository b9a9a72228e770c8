/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/monitoring.h"

#include "base/file.h"
#include "rule/judge.h"

/* Nothing but white space and comments says nothing. */
static bool says_something(struct dw_slice text)
{
    struct dw_slice line;
    while (dw_slice_line(&text, &line)) {
        line = dw_slice_trim(line);
        if (line.len > 0 && line.at[0] != '#' && !dw_slice_is(line, "---"))
            return true;
    }
    return false;
}

static void judge_file(struct dw_judge *judge, const struct dw_policy *policy, const struct dw_policy_text *named)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_error error = DW_ERROR_INIT;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    DW_CLEANUP(dw_cleanup_free) char *path = dw_policy_path(policy, named->text);
    struct dw_judge_finding finding = {.path = policy->path,
                                       .line = named->line,
                                       .fix = DW_SLICE("Write the file, or name the one that configures the monitoring.")};
    if (dw_is_folder(path) || (dw_file_read_within(path, &limits, DW_LIMIT_DOCUMENT_BYTES, &text, &error) &&
                               says_something(dw_buffer_slice(&text)))) {
        dw_judge_pass(judge, "file", dw_slice_of(path), 0, DW_SLICE("monitoring configuration"));
        return;
    }
    finding.message = error.kind != DW_ERROR_NONE ? dw_judge_text(judge, "the monitoring configuration cannot be read: %s", error.text)
                                                  : dw_judge_text(judge, "the monitoring configuration %s says nothing", path);
    dw_judge_fail(judge, finding);
}

void dw_monitoring_judge(const struct dw_policy *policy, const struct dw_rule_settings *settings, struct dw_verdict *verdict,
                         struct dw_subject *subject)
{
    struct dw_judge judge = dw_judge_begin(settings, verdict, subject, "EVD-006");
    for (size_t i = 0; i < settings->switch_count; i++)
        if (dw_slice_is(settings->switches[i].id, "EVD-006") && !settings->switches[i].enabled)
            return;
    for (size_t i = 0; i < policy->monitoring.len; i++)
        judge_file(&judge, policy, &policy->monitoring.at[i]);
    if (policy->monitoring.len == 0)
        dw_judge_unknown(&judge, DW_SLICE(""), 0,
                         DW_SLICE("the policy names no monitoring configuration: checklist: {monitoring: [FILE]}"));
    dw_judge_end(&judge, judge.rule->pass, judge.rule->none);
}
