/* SPDX-License-Identifier: Apache-2.0 */
#include "check/steps.h"

static bool scan(struct dw_run *run, const char *const *references, size_t count, struct dw_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!dw_run_add_reference(run, dw_slice_of(references[i]), error))
            return false;
    dw_run_match(run);
    dw_exceptions_apply(run->policy, run->exceptions, run->verdict, run->session->options.now);
    dw_vulnerability_rules(run->policy, run->verdict, run->gate, run->session->options.now);
    dw_verdict_sort(run->verdict);
    dw_verdict_conclude(run->verdict);
    return true;
}

struct dw_verdict *dw_run_scan(struct dw_session *session, const char *const *references, size_t count,
                               const struct dw_run_options *options, struct dw_error *error)
{
    struct dw_run run;
    bool good = dw_run_begin(&run, "scan", session, options, error) && scan(&run, references, count, error);
    return dw_run_end(&run, good);
}
