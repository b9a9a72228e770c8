/* SPDX-License-Identifier: Apache-2.0
 *
 * Ids of other tools' checks, as people write them. */
#include "rule/rule.h"

/* "AVD-DS-0002" and "DS002" as "DS-0002", letters of other ids in upper case. False if it does not fit INTO. */
static bool canonical(struct dw_slice id, char into[64])
{
    static const char *const padded[] = {"DS", "KSV"}; /* Trivy's: numbers of four digits */
    size_t len = 0;
    if (id.len > 4 && dw_slice_equal_nocase(dw_slice_part(id, 0, 4), DW_SLICE("AVD-")))
        id = dw_slice_from(id, 4);
    if (id.len == 0 || id.len > 48)
        return false;
    for (size_t i = 0; i < 2; i++) {
        size_t prefix = strlen(padded[i]), digits;
        uint64_t number;
        if (!dw_slice_equal_nocase(dw_slice_part(id, 0, prefix), dw_slice_of(padded[i])))
            continue;
        struct dw_slice rest = dw_slice_from(id, prefix);
        if (dw_slice_starts_with(rest, "-"))
            rest = dw_slice_from(rest, 1);
        digits = rest.len;
        if (digits < 3 || digits > 4 || !dw_parse_u64(rest, &number))
            continue;
        memcpy(into, padded[i], prefix);
        into[prefix] = '-';
        for (size_t d = 0; d < 4; d++, number /= 10)
            into[prefix + 4 - d] = (char)('0' + number % 10);
        into[prefix + 5] = '\0';
        return true;
    }
    for (; len < id.len; len++)
        into[len] = id.at[len] >= 'a' && id.at[len] <= 'z' ? (char)(id.at[len] - 32) : id.at[len];
    into[len] = '\0';
    return true;
}

bool dw_rule_alias_is(struct dw_slice id, struct dw_slice alias)
{
    static const struct {
        const char *prefix;
        bool exact; /* letters' case counts */
    } kinds[] = {{"bk:", true}, {"kics:", true}, {"kl:", false}, {"cis:", false}, {"pss:", true}, {"scout:", false}};
    char a[64], b[64];
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!dw_slice_starts_with(alias, kinds[i].prefix))
            continue;
        struct dw_slice bare = dw_slice_from(alias, strlen(kinds[i].prefix));
        if (dw_slice_starts_with(id, kinds[i].prefix))
            id = dw_slice_from(id, strlen(kinds[i].prefix));
        return kinds[i].exact ? dw_slice_equal(id, bare) : dw_slice_equal_nocase(id, bare);
    }
    return canonical(id, a) && canonical(alias, b) && strcmp(a, b) == 0;
}

static bool holds(const char *aliases, struct dw_slice id)
{
    struct dw_slice rest = dw_slice_of(aliases), alias;
    for (bool more = rest.len > 0; more && dw_slice_split(&rest, '|', &more, &alias);)
        if (dw_rule_alias_is(id, alias))
            return true;
    return false;
}

const struct dw_rule *dw_rule_named(struct dw_slice id, size_t *index, const struct dw_rule_variant **variant)
{
    const struct dw_rule *rule;
    size_t dot = dw_slice_find(id, '.');
    for (; (rule = dw_rule_at(*index)) != NULL; (*index)++) {
        *variant = NULL;
        bool found = dw_slice_equal_nocase(id, dw_slice_of(rule->id)) || holds(rule->aliases, id);
        if (!found && dot != SIZE_MAX && dw_slice_equal_nocase(dw_slice_part(id, 0, dot), dw_slice_of(rule->id))) {
            *variant = dw_rule_variant_find(rule, dw_slice_from(id, dot + 1));
            found = *variant != NULL;
        }
        for (const struct dw_rule_variant *row = rule->variants; !found && row != NULL && row->name != NULL; row++)
            if (holds(row->aliases, id)) {
                *variant = row;
                found = true;
            }
        if (found) {
            (*index)++;
            return rule;
        }
    }
    return NULL;
}
