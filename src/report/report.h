/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports: one writer a format, all over the same verdict. A new format is one file and one row of
 * dw_report_formats. Nothing here prints: a writer appends to a buffer. */
#ifndef DW_REPORT_REPORT_H
#define DW_REPORT_REPORT_H

#include "base/error.h"
#include "model/verdict.h"

/* Zero-initialised is a plain report of 100 columns. */
struct dw_report_options {
    unsigned width;  /* columns of the terminal, 60 to 200 are kept to; 0: none, then 100 */
    bool color;      /* ANSI colours (table) */
    bool controls;   /* chapters unfolded into their controls (table) */
    bool verbose;    /* nothing folded or cut short (table) */
    bool packages;   /* list the packages of every subject */
};

struct dw_report_format {
    const char *name;
    const char *summary; /* for help */
    /* Appends the report to OUT. The same verdict and options give the same bytes. OUT is unchanged on failure. */
    bool (*write)(const struct dw_verdict *verdict, const struct dw_report_options *options, struct dw_buffer *out,
                  struct dw_error *error);
};

extern const struct dw_report_format dw_report_formats[];
extern const size_t dw_report_format_count;

/* The format called NAME. Fails with DW_ERROR_USAGE: for one that is planned but not in this version, and for an
 * unknown one with the nearest name; both messages list what exists. */
const struct dw_report_format *dw_report_find(struct dw_slice name, struct dw_error *error);

/* Appends the facts of SUBJECT as JSON (schema/facts.schema.json, "dockworthy/facts/1"): what rules and matching see.
 * Values that look like credentials are masked (dw_mask_secrets). */
void dw_facts_write(const struct dw_subject *subject, struct dw_buffer *out);

#endif
