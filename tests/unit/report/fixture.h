/* SPDX-License-Identifier: Apache-2.0
 *
 * Verdicts made by hand for the tests of the report room. */
#ifndef DW_TEST_REPORT_FIXTURE_H
#define DW_TEST_REPORT_FIXTURE_H

#include "base/clock.h"
#include "model/verdict.h"

/* 2026-11-24T12:00:00Z */
#define FIXTURE_NOW INT64_C(1795521600)

/* `check` of one image and its Dockerfile: 2.2 fails by minimist, one finding is excepted by SEC-123. */
struct dw_verdict *fixture_check(void);
/* `scan` of one image with COUNT findings of COUNT packages, severities in turn. */
struct dw_verdict *fixture_scan(size_t count);
/* Every text that comes from input is TEXT. */
struct dw_verdict *fixture_hostile(struct dw_slice text);

#endif
