/* SPDX-License-Identifier: Apache-2.0
 *
 * Which rules a run judges, by ids of ours or of other tools. */
#include "rule/rule.h"

#include "base/encoding.h"

struct choice {
    struct dw_arena *arena;
    size_t count;  /* rules of the catalogue */
    bool *whole;   /* named as a whole, by index */
    bool *partly;  /* a variant of it is named */
    DW_VECTOR(const struct dw_rule_variant *) variants; /* those named */
};

static bool unknown_id(struct dw_slice id, const char *option, struct dw_error *error)
{
    DW_VECTOR(const char *) names = {0};
    const struct dw_rule *rule;
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
        *dw_vector_push(&names) = rule->id;
    const char *nearest = dw_nearest_name(id, names.at, names.len);
    dw_vector_free(&names);
    return dw_fail(error, DW_ERROR_USAGE, "%s %.*s: no such rule%s%s (dockworthy lint --list names them)", option,
                   DW_SLICE_ARG(id), nearest != NULL ? ", did you mean " : "", nearest != NULL ? nearest : "");
}

static bool take(struct choice *choice, struct dw_slice id, const char *option, struct dw_error *error)
{
    const struct dw_rule_variant *variant;
    bool found = false;
    for (size_t index = 0; dw_rule_named(id, &index, &variant) != NULL; found = true) {
        if (variant == NULL) {
            choice->whole[index - 1] = true;
        } else {
            choice->partly[index - 1] = true;
            *dw_vector_push(&choice->variants) = variant;
        }
    }
    return found || unknown_id(id, option, error);
}

static bool read_lists(struct choice *choice, const char *const *lists, size_t count, const char *option, struct dw_error *error)
{
    for (size_t i = 0; i < count; i++) {
        struct dw_slice rest = dw_slice_of(lists[i]), id;
        for (bool more = true; more && dw_slice_split(&rest, ',', &more, &id);) {
            id = dw_slice_trim(id);
            if (id.len > 0 && !take(choice, id, option, error))
                return false;
        }
    }
    return true;
}

static bool is_named(const struct choice *choice, const struct dw_rule_variant *variant)
{
    for (size_t i = 0; i < choice->variants.len; i++)
        if (choice->variants.at[i] == variant)
            return true;
    return false;
}

static struct choice choice_new(struct dw_arena *arena, size_t count)
{
    return (struct choice){.arena = arena,
                           .count = count,
                           .whole = dw_arena_alloc(arena, count + 1, sizeof(bool)),
                           .partly = dw_arena_alloc(arena, count + 1, sizeof(bool))};
}

/* Switches of variants, before those of the policy: the first that names one decides. */
static void set_switches(struct dw_rule_settings *settings, struct dw_arena *arena, const struct choice *only, bool any,
                         const struct choice *skip)
{
    const struct dw_rule *rule;
    DW_VECTOR(struct dw_rule_switch) switches = {0};
    for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
        for (const struct dw_rule_variant *variant = rule->variants; variant != NULL && variant->name != NULL; variant++) {
            bool off = is_named(skip, variant) || (any && !only->whole[i] && only->partly[i] && !is_named(only, variant));
            bool on = any && !off && is_named(only, variant);
            if (on || off)
                *dw_vector_push(&switches) =
                    (struct dw_rule_switch){dw_arena_printf(arena, "%s.%s", rule->id, variant->name), on};
        }
    struct dw_rule_switch *all = dw_arena_alloc(arena, switches.len + settings->switch_count + 1, sizeof(*all));
    for (size_t i = 0; i < switches.len; i++)
        all[i] = switches.at[i];
    for (size_t i = 0; i < settings->switch_count; i++)
        all[switches.len + i] = settings->switches[i];
    settings->switches = all;
    settings->switch_count += switches.len;
    dw_vector_free(&switches);
}

bool dw_rule_settings_choose(struct dw_rule_settings *settings, struct dw_arena *arena, const char *const *only, size_t only_count,
                             const char *const *skip, size_t skip_count, struct dw_error *error)
{
    size_t count = 0;
    while (dw_rule_at(count) != NULL)
        count++;
    struct choice wanted = choice_new(arena, count), unwanted = choice_new(arena, count);
    bool good = read_lists(&wanted, only, only_count, "--only", error) &&
                read_lists(&unwanted, skip, skip_count, "--skip", error);
    if (good) {
        bool *chosen = dw_arena_alloc(arena, count + 1, sizeof(bool));
        for (size_t i = 0; i < count; i++)
            chosen[i] = !unwanted.whole[i] && (only_count > 0 ? wanted.whole[i] || wanted.partly[i]
                                                               : dw_rule_is_on(settings, dw_rule_at(i)));
        settings->chosen = chosen;
        set_switches(settings, arena, &wanted, only_count > 0, &unwanted);
    }
    dw_vector_free(&wanted.variants);
    dw_vector_free(&unwanted.variants);
    return good;
}
