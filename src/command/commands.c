/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands, in the order in which help lists them. */
#include "command/frame.h"

const struct dw_command *const dw_commands[] = {
    &dw_command_check,
    &dw_command_scan,
    &dw_command_harden,
    &dw_command_sbom,
    &dw_command_lint,
    &dw_command_show,
    &dw_command_explain,
    &dw_command_seccomp,
    &dw_command_db,
    &dw_command_version_compare,
    &dw_command_version,
    &dw_command_help,
    &dw_command_completion,
    NULL,
};
