/* SPDX-License-Identifier: Apache-2.0
 *
 * The writers that dw_report_formats names, and the parts of JSON that verdict and facts share. */
#ifndef DW_REPORT_FORMATS_H
#define DW_REPORT_FORMATS_H

#include "document/json_writer.h"
#include "report/report.h"

bool dw_report_table(const struct dw_verdict *verdict, const struct dw_report_options *options,
                     struct dw_buffer *out, struct dw_error *error);
bool dw_report_json(const struct dw_verdict *verdict, const struct dw_report_options *options,
                    struct dw_buffer *out, struct dw_error *error);
bool dw_report_sarif(const struct dw_verdict *verdict, const struct dw_report_options *options,
                     struct dw_buffer *out, struct dw_error *error);
bool dw_report_junit(const struct dw_verdict *verdict, const struct dw_report_options *options,
                     struct dw_buffer *out, struct dw_error *error);
bool dw_report_github(const struct dw_verdict *verdict, const struct dw_report_options *options,
                     struct dw_buffer *out, struct dw_error *error);
bool dw_report_gitlab(const struct dw_verdict *verdict, const struct dw_report_options *options,
                     struct dw_buffer *out, struct dw_error *error);

/* --- JSON parts: every key is always there, null where nothing is known --- */

void dw_part_string(struct dw_json_writer *json, const char *key, struct dw_slice value); /* "": null */
/* The same for text that can carry credentials: instructions, environment, labels. */
void dw_part_masked(struct dw_json_writer *json, const char *key, struct dw_slice value);
void dw_part_strings(struct dw_json_writer *json, const char *key, const struct dw_slice *values, size_t count);
void dw_part_time(struct dw_json_writer *json, const char *key, int64_t time); /* unknown: null */
void dw_part_number(struct dw_json_writer *json, const char *key, unsigned value); /* 0: null */
void dw_part_place(struct dw_json_writer *json, const char *key, const struct dw_place *place);
void dw_part_distribution(struct dw_json_writer *json, const char *key, const struct dw_distribution *distribution);
void dw_part_notes(struct dw_json_writer *json, const char *key, const struct dw_subject *subject);
/* "linux/arm64/v8"; "" for what is no image. */
struct dw_slice dw_part_platform(const struct dw_subject *subject, struct dw_buffer *text);
/* A package with all that is known of it, as an element of a list; SUBJECT_ID names its subject, NULL: left out. */
void dw_part_package(struct dw_json_writer *json, const struct dw_subject *subject, const struct dw_package *package,
                     bool with_subject);

#endif
