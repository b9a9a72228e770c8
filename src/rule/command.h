/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the longer rules of the chapter on commands, and what they share. */
#ifndef DW_RULE_COMMAND_H
#define DW_RULE_COMMAND_H

#include "rule/run.h"

#include <inttypes.h>

/* DF-020, DF-027, DF-028 (download.c) */
void dw_download_run_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view);
void dw_download_tool_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view);
void dw_download_quiet_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view);

/* DF-018 (archive.c) */
void dw_archive_judge(struct dw_judge *judge, const struct dw_dockerfile_view *view);

/* Is COMMAND a download: curl, wget, aria2c, fetch? */
bool dw_is_download(const struct dw_shell_command *command);

extern const struct dw_option_grammar dw_curl_grammar, dw_wget_grammar;

#endif
