/* SPDX-License-Identifier: Apache-2.0
 *
 * USR-006 and USR-007: the accounts that an image brings (passwd(5), shadow(5), group(5)). */
#include "base/map.h"
#include "rule/chapters.h"
#include "rule/judge.h"

static void judge_passwords(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    size_t seen = 0;
    (void)built_from;
    for (size_t i = 0; i < subject->accounts.len; i++) {
        const struct dw_account *account = &subject->accounts.at[i];
        seen += account->kind != DW_ACCOUNT_GROUP;
        if (!account->no_password)
            continue;
        dw_judge_fail(judge, (struct dw_judge_finding){
                                 .path = account->path,
                                 .message = dw_judge_text(judge, "the account \"%.*s\" has an empty password in /%.*s: anybody can log "
                                                                 "in as it",
                                                          DW_SLICE_ARG(account->name), DW_SLICE_ARG(account->path)),
                                 .fix = dw_judge_text(judge, "RUN passwd -l %.*s, or remove the account", DW_SLICE_ARG(account->name))});
    }
    if (seen > 0 && judge->failed == 0)
        dw_judge_pass(judge, "scan", DW_SLICE(""), 0, DW_SLICE("no account has an empty password"));
}

/* Tells the second of two accounts with the same KEY. */
static void judge_twice(struct dw_judge *judge, struct dw_map *seen, const struct dw_account *account, const char *variant,
                        struct dw_slice key, const char *what)
{
    bool group = account->kind == DW_ACCOUNT_GROUP;
    struct dw_slice whole = dw_judge_text(judge, "%d %s %.*s", account->kind, what, DW_SLICE_ARG(key));
    bool added;
    struct dw_map_entry *entry = dw_map_insert(seen, whole, &added);
    if (added) {
        entry->pointer = (void *)(uintptr_t)account;
        return;
    }
    const struct dw_account *first = entry->pointer;
    dw_judge_fail(judge, (struct dw_judge_finding){
                             .variant = variant,
                             .path = account->path,
                             .message = dw_judge_text(judge, "%s \"%.*s\" has the %s %.*s of \"%.*s\"", group ? "group" : "user",
                                                      DW_SLICE_ARG(account->name), what, DW_SLICE_ARG(key),
                                                      DW_SLICE_ARG(first->name)),
                             .fix = DW_SLICE("give each account a name and an id of its own")});
}

static void judge_unique(struct dw_judge *judge, const struct dw_dockerfile *built_from)
{
    const struct dw_subject *subject = judge->subject;
    struct dw_map seen = {0};
    (void)built_from;
    for (size_t i = 0; i < subject->accounts.len; i++) {
        const struct dw_account *account = &subject->accounts.at[i];
        if (account->kind == DW_ACCOUNT_SHADOW)
            continue;
        judge_twice(judge, &seen, account, "name", account->name, "name");
        judge_twice(judge, &seen, account, "id", account->id, "id");
        dw_judge_pass_quietly(judge);
    }
    dw_map_free(&seen);
}

static const struct dw_rule_variant variants[] = {
    {"name", DW_SEVERITY_UNKNOWN, "", "two users or two groups of one name"},
    {"id", DW_SEVERITY_UNKNOWN, "", "two users or two groups of one id"},
    {NULL},
};

const struct dw_rule dw_account_rules[] = {
    {.id = "USR-006",
     .title = "No empty password",
     .chapter = 4,
     .severity = DW_SEVERITY_HIGH,
     .what = "No account of the image's etc/shadow or etc/passwd has an empty password field.",
     .why = "su, sshd and the like let anybody in as such an account.",
     .fix = "Lock the account (passwd -l NAME) or remove it in the build.",
     .aliases = "DKL-LI-0001",
     .pass = "no account has an empty password",
     .none = "the image has no accounts",
     .image = judge_passwords},
    {.id = "USR-007",
     .title = "Unique ids and names",
     .severity = DW_SEVERITY_MEDIUM,
     .what = "No two users and no two groups of the image have the same name or the same id.",
     .why = "Two names for one id share all rights and files, which nobody expects; of two lines with one name only the first counts.",
     .fix = "Give each account a name and an id of its own.",
     .aliases = "DKL-LI-0002",
     .pass = "ids and names are unique",
     .none = "the image has no accounts",
     .variants = variants,
     .image = judge_unique},
};
const size_t dw_account_rule_count = DW_RULE_COUNT(dw_account_rules);
