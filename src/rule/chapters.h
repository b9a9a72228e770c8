/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to rule/: the tables that the catalogue is made of, one a chapter. */
#ifndef DW_RULE_CHAPTERS_H
#define DW_RULE_CHAPTERS_H

#include "rule/rule.h"

struct dw_rule_chapter {
    const struct dw_rule *rows;
    const size_t *count;
};

extern const struct dw_rule dw_base_reference_rules[], dw_base_family_rules[], dw_user_rules[], dw_image_rules[], dw_suppression_rules[];
extern const size_t dw_base_reference_rule_count, dw_base_family_rule_count, dw_user_rule_count, dw_image_rule_count,
    dw_suppression_rule_count;
extern const struct dw_rule dw_special_file_rules[], dw_account_rules[], dw_leftover_rules[];
extern const size_t dw_special_file_rule_count, dw_account_rule_count, dw_leftover_rule_count;
extern const struct dw_rule dw_base_support_rules[], dw_manifest_rules[];
extern const size_t dw_base_support_rule_count, dw_manifest_rule_count;
extern const struct dw_rule dw_package_rules[], dw_command_rules[], dw_verification_rules[], dw_build_secret_rules[];
extern const size_t dw_package_rule_count, dw_command_rule_count, dw_verification_rule_count, dw_build_secret_rule_count;

extern const struct dw_rule dw_stage_rules[], dw_config_instruction_rules[], dw_copy_rules[], dw_value_rules[];
extern const size_t dw_stage_rule_count, dw_config_instruction_rule_count, dw_copy_rule_count, dw_value_rule_count;
extern const struct dw_rule dw_label_rules[], dw_secret_use_rules[];
extern const size_t dw_label_rule_count, dw_secret_use_rule_count;
extern const struct dw_rule dw_form_rules[], dw_build_reach_rules[];
extern const size_t dw_form_rule_count, dw_build_reach_rule_count;
extern const struct dw_rule dw_compose_secret_rules[];
extern const size_t dw_compose_secret_rule_count;
extern const struct dw_rule dw_kubernetes_rules[], dw_kubernetes_secret_rules[];
extern const size_t dw_kubernetes_rule_count, dw_kubernetes_secret_rule_count;
extern const struct dw_rule dw_privilege_rules[], dw_isolation_rules[], dw_operation_rules[], dw_exposure_rules[];
extern const size_t dw_privilege_rule_count, dw_isolation_rule_count, dw_operation_rule_count, dw_exposure_rule_count;

extern const struct dw_rule dw_monitoring_rules[];
extern const size_t dw_monitoring_rule_count;
extern const struct dw_rule dw_context_rules[];
extern const size_t dw_context_rule_count;

#endif
