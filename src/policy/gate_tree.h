/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate's tree, between its parser (gate.c) and its judge (gate_judge.c). */
#ifndef DW_POLICY_GATE_TREE_H
#define DW_POLICY_GATE_TREE_H

#include "policy/gate.h"
#include "policy/pattern.h"

enum dw_gate_value_kind {
    GATE_VALUE_SEVERITY,
    GATE_VALUE_FIX,
    GATE_VALUE_DURATION,
    GATE_VALUE_PROBABILITY,
    GATE_VALUE_LAYER,
    GATE_VALUE_FLAG,
    GATE_VALUE_TEXT
};

enum dw_gate_operator {
    GATE_FLAG, /* the field alone */
    GATE_EQUAL,
    GATE_UNEQUAL,
    GATE_LESS,
    GATE_AT_MOST,
    GATE_MORE,
    GATE_AT_LEAST,
    GATE_MATCHES,
    GATE_IN,
    GATE_NOT_IN
};

struct gate_value {
    struct dw_slice text;
    enum dw_severity severity;
    unsigned states; /* fix: bits by enum dw_fix_state */
    int64_t seconds;
    double probability;
    bool flag; /* flags; layer: base */
};

enum gate_node_kind { GATE_NODE_TEST, GATE_NODE_NOT, GATE_NODE_AND, GATE_NODE_OR };

struct gate_node {
    enum gate_node_kind kind;
    struct dw_slice text;           /* as written */
    struct gate_node *child, *next; /* operands, in order */
    enum dw_gate_field field;
    enum dw_gate_operator operator;
    struct gate_value *values;
    size_t value_count;
    const struct dw_pattern *pattern;
};

struct dw_gate {
    struct dw_arena arena;
    struct dw_slice text;
    struct gate_node *root;
    unsigned named;         /* bits by enum dw_gate_field */
    enum dw_severity worst; /* the worst that the expression names; unknown: none */
    bool bare;              /* a severity word alone */
    DW_VECTOR(struct dw_pattern *) patterns;
};

#endif
