/* SPDX-License-Identifier: Apache-2.0
 * go-yaml 2, resolve.go; YAML 1.1 types bool, int, float (yaml.org/type). */
#include "kubernetes/value.h"

#include <math.h>

/* Longer numbers than this are none of 64 bits. */
#define NUMBER_BYTES 80

static bool is_word(struct dw_slice text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (dw_slice_is(text, *words))
            return true;
    return false;
}

static int digit_of(char c)
{
    if (dw_is_digit(c))
        return c - '0';
    c = dw_to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Go's strconv.ParseInt(text, 0, 64). */
static bool parse_integer(const char *text, int64_t *value)
{
    bool negative = *text == '-';
    unsigned base = 10;
    if (*text == '-' || *text == '+')
        text++;
    if (text[0] == '0' && text[1] != '\0') {
        char mark = dw_to_lower(text[1]);
        base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
        text += mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1;
    }
    if (*text == '\0')
        return false;
    uint64_t number = 0;
    for (; *text != '\0'; text++) {
        unsigned digit = (unsigned)digit_of(*text);
        uint64_t product;
        if (digit >= base || !dw_checked_multiply(number, base, &product) || !dw_checked_add(product, digit, &number))
            return false;
    }
    if (number > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *value = negative ? (int64_t)(0 - number) : (int64_t)number;
    return true;
}

/* ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$ */
static bool is_number(const char *text)
{
    size_t whole = 0, part = 0;
    if (*text == '-' || *text == '+')
        text++;
    for (; dw_is_digit(*text); text++)
        whole++;
    if (*text == '.')
        for (text++; dw_is_digit(*text); text++)
            part++;
    if (whole + part == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        if (*text == '-' || *text == '+')
            text++;
        if (!dw_is_digit(*text))
            return false;
        while (dw_is_digit(*text))
            text++;
    }
    return *text == '\0';
}

static struct dw_kube_value number_of(struct dw_slice text)
{
    char plain[NUMBER_BYTES + 1];
    size_t length = 0;
    int64_t integer;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '_')
            continue;
        if (length == NUMBER_BYTES)
            return (struct dw_kube_value){.kind = DW_KUBE_STRING};
        plain[length++] = text.at[i];
    }
    plain[length] = '\0';
    if (parse_integer(plain, &integer))
        return (struct dw_kube_value){.kind = DW_KUBE_INTEGER, .integer = integer};
    if (!is_number(plain))
        return (struct dw_kube_value){.kind = DW_KUBE_STRING};
    /* As JSON a whole number below 1e21 is written without point and exponent, and so is an integer again. */
    double number = strtod(plain, NULL);
    if (number == floor(number) && fabs(number) < 9007199254740992.0)
        return (struct dw_kube_value){.kind = DW_KUBE_INTEGER, .integer = (int64_t)number};
    return (struct dw_kube_value){.kind = DW_KUBE_NUMBER};
}

static struct dw_kube_value resolve(struct dw_slice text)
{
    static const char *const nothing[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const yes[] = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", NULL};
    static const char *const no[] = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", NULL};
    static const char *const special[] = {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
                                          "-.inf", "-.Inf", "-.INF", NULL};
    if (text.len == 0 || is_word(text, nothing))
        return (struct dw_kube_value){.kind = DW_KUBE_NULL};
    if (dw_is_digit(text.at[0]) || text.at[0] == '-' || text.at[0] == '+' || text.at[0] == '.')
        return is_word(text, special) ? (struct dw_kube_value){.kind = DW_KUBE_NUMBER} : number_of(text);
    if (strchr("yYnNtTfFoO", text.at[0]) != NULL) {
        if (is_word(text, yes))
            return (struct dw_kube_value){.kind = DW_KUBE_BOOL, .boolean = true};
        if (is_word(text, no))
            return (struct dw_kube_value){.kind = DW_KUBE_BOOL};
    }
    return (struct dw_kube_value){.kind = DW_KUBE_STRING};
}

struct dw_kube_value dw_kube_value(const struct dw_node *node)
{
    static const char *const known[] = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int",
                                        "tag:yaml.org,2002:float", NULL};
    if (node == NULL)
        return (struct dw_kube_value){.kind = DW_KUBE_NULL};
    if (node->kind != DW_NODE_SCALAR)
        return (struct dw_kube_value){.kind = node->kind == DW_NODE_MAPPING ? DW_KUBE_MAP : DW_KUBE_LIST};
    if (node->tag.len == 0)
        return node->style == DW_SCALAR_PLAIN ? resolve(node->text) : (struct dw_kube_value){.kind = DW_KUBE_STRING};
    if (dw_slice_is(node->tag, "!") || dw_slice_is(node->tag, "tag:yaml.org,2002:str"))
        return (struct dw_kube_value){.kind = DW_KUBE_STRING};
    return is_word(node->tag, known) ? resolve(node->text) : (struct dw_kube_value){.kind = DW_KUBE_OTHER};
}

const struct dw_node *dw_kube_get(const struct dw_node *mapping, const char *field)
{
    const struct dw_node *node = dw_node_get(mapping, field);
    return dw_kube_value(node).kind == DW_KUBE_NULL ? NULL : node;
}

const struct dw_node *dw_kube_find(const struct dw_node *mapping, const char *const *fields)
{
    for (; *fields != NULL && mapping != NULL; fields++)
        mapping = dw_kube_get(mapping, *fields);
    return mapping;
}

struct dw_slice dw_kube_text(const struct dw_node *mapping, const char *field)
{
    const struct dw_node *node = dw_kube_get(mapping, field);
    return node != NULL && node->kind == DW_NODE_SCALAR ? node->text : DW_SLICE("");
}

bool dw_kube_is_true(const struct dw_node *mapping, const char *field)
{
    struct dw_kube_value value = dw_kube_value(dw_node_get(mapping, field));
    return value.kind == DW_KUBE_BOOL && value.boolean;
}

bool dw_kube_is_false(const struct dw_node *mapping, const char *field)
{
    struct dw_kube_value value = dw_kube_value(dw_node_get(mapping, field));
    return value.kind == DW_KUBE_BOOL && !value.boolean;
}

int64_t dw_kube_integer(const struct dw_node *mapping, const char *field)
{
    struct dw_kube_value value = dw_kube_value(dw_node_get(mapping, field));
    return value.kind == DW_KUBE_INTEGER ? value.integer : 0;
}

size_t dw_kube_count(const struct dw_node *list)
{
    return list != NULL && list->kind == DW_NODE_SEQUENCE ? list->count : 0;
}
