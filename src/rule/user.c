/* SPDX-License-Identifier: Apache-2.0
 *
 * One user, wherever it is set: "user[:group]", names or numbers, as the OCI image specification (config.md, "User") and
 * Docker read it. Each of USR-001 to USR-004 asks for its own aspect. */
#include "rule/user.h"

#include "rule/repair.h"

#include <inttypes.h>

/* Ids up to here are likely to be somebody's on the host (KSV-0020, KSV-0021). */
#define LOW_ID 10000

/* A number as Docker reads it (Go's strconv.Atoi), of at most 31 bits. */
static bool number(struct dw_slice text, uint64_t *value)
{
    if (dw_slice_starts_with(text, "+"))
        text = dw_slice_from(text, 1);
    return dw_parse_u64(text, value) && *value <= INT32_MAX;
}

static bool looks_numeric(struct dw_slice text)
{
    return text.len > 0 && (dw_is_digit(text.at[0]) || text.at[0] == '-' || text.at[0] == '+');
}

/* The account called NAME in the image at hand: the first line counts. NULL without it. */
static const struct dw_account *account_of(const struct dw_user_place *place, enum dw_account_kind kind, struct dw_slice name)
{
    for (size_t i = 0; place->accounts != NULL && i < place->accounts->accounts.len; i++) {
        const struct dw_account *account = &place->accounts->accounts.at[i];
        if (account->kind == kind && dw_slice_equal(account->name, name))
            return account;
    }
    return NULL;
}

static struct dw_slice allowed(struct dw_judge *judge)
{
    const struct dw_rule_settings *settings = judge->settings;
    return settings->user_lowest == settings->user_highest
               ? dw_judge_text(judge, "%" PRIu32, settings->user_lowest)
               : dw_judge_text(judge, "%" PRIu32 "-%" PRIu32, settings->user_lowest, settings->user_highest);
}

static void judge_root(struct dw_judge *judge, const struct dw_user_place *place, struct dw_slice user)
{
    struct dw_judge_finding finding = place->at;
    if (user.len == 0) {
        finding.variant = "implicit";
        finding.message = dw_judge_text(judge, "%.*s: no user is set, so it runs as root", DW_SLICE_ARG(place->what));
    } else {
        finding.variant = "explicit";
        finding.message = dw_judge_text(judge, "%.*s is root: \"%.*s\"", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user));
    }
    dw_user_repair(judge, place, &finding, dw_user_repaired(judge, DW_SLICE("")));
    dw_judge_fail(judge, finding);
}

static void judge_override(struct dw_judge *judge, const struct dw_user_place *place, struct dw_slice user)
{
    struct dw_judge_finding finding = place->at;
    finding.message = dw_judge_text(judge, "%.*s sets root: \"%.*s\"", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user));
    dw_user_repair(judge, place, &finding, dw_user_repaired(judge, DW_SLICE("")));
    dw_judge_fail(judge, finding);
}

static void judge_range(struct dw_judge *judge, const struct dw_user_place *place, uint64_t uid)
{
    if (uid >= judge->settings->user_lowest && uid <= judge->settings->user_highest) {
        dw_judge_pass_quietly(judge); /* USR-001 shows the uid */
        return;
    }
    struct dw_judge_finding finding = place->at;
    finding.variant = uid <= LOW_ID ? "low-uid" : NULL;
    finding.message = dw_judge_text(judge, "%.*s: uid %" PRIu64 " is not the one the policy asks for, %.*s",
                                    DW_SLICE_ARG(place->what), uid, DW_SLICE_ARG(allowed(judge)));
    dw_user_repair(judge, place, &finding, dw_user_repaired(judge, DW_SLICE("")));
    dw_judge_fail(judge, finding);
}

static void judge_name(struct dw_judge *judge, const struct dw_user_place *place, struct dw_slice user)
{
    struct dw_judge_finding finding = place->at;
    finding.variant = "named";
    finding.message = dw_judge_text(judge, "%.*s names the user \"%.*s\"; write its number, %.*s", DW_SLICE_ARG(place->what),
                                    DW_SLICE_ARG(user), DW_SLICE_ARG(allowed(judge)));
    dw_user_repair(judge, place, &finding, dw_user_repaired(judge, DW_SLICE("")));
    dw_judge_fail(judge, finding);
}

static void judge_primary_group(struct dw_judge *judge, const struct dw_user_place *place, struct dw_slice user, bool given,
                                struct dw_slice group)
{
    struct dw_judge_finding finding = place->at;
    uint64_t gid;
    if (!given || group.len == 0) {
        /* The policy's own words are "USER 65532": no failure, but worth saying. */
        finding.variant = "implicit";
        finding.message = dw_judge_text(
            judge, "%.*s names no group: it is the one that the image's /etc/passwd gives this uid, or 0 if there is none",
            DW_SLICE_ARG(place->what));
        size_t failed = judge->failed;
        dw_user_repair(judge, place, &finding, dw_user_repaired(judge, user));
        dw_judge_inform(judge, finding);
        if (judge->failed == failed)
            dw_judge_pass_quietly(judge);
        return;
    }
    if (dw_slice_is(group, "root") || (number(group, &gid) && gid == 0)) {
        finding.message = dw_judge_text(judge, "%.*s: the primary group is 0, root's", DW_SLICE_ARG(place->what));
        dw_user_repair(judge, place, &finding, dw_user_repaired(judge, user));
        dw_judge_fail(judge, finding);
        return;
    }
    const struct dw_account *known = account_of(place, DW_ACCOUNT_GROUP, group);
    if (known != NULL && number(known->id, &gid) && gid == 0) {
        finding.message = dw_judge_text(judge, "%.*s: the primary group %.*s is 0, root's", DW_SLICE_ARG(place->what),
                                        DW_SLICE_ARG(group));
        dw_user_repair(judge, place, &finding, dw_user_repaired(judge, user));
        dw_judge_fail(judge, finding);
        return;
    }
    if (!number(group, &gid) && (known == NULL || !number(known->id, &gid))) {
        dw_judge_unknown(judge, place->at.path, place->at.line,
                         dw_judge_text(judge, "%.*s: the gid of group \"%.*s\" is only in the image's /etc/group: write the number",
                                       DW_SLICE_ARG(place->what), DW_SLICE_ARG(group)));
        return;
    }
    if (gid <= LOW_ID) {
        finding.variant = "low-gid";
        finding.message = dw_judge_text(judge, "%.*s: gid %" PRIu64 " may be a group of the host",
                                        DW_SLICE_ARG(place->what), gid);
        dw_judge_inform(judge, finding);
    }
    dw_judge_pass(judge, place->kind, place->at.path, place->at.line,
                  dw_judge_text(judge, "%.*s: gid %" PRIu64, DW_SLICE_ARG(place->what), gid));
}

void dw_user_unknown(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_user_place *place,
                     struct dw_slice reason)
{
    if (aspect == DW_USER_OVERRIDE && !place->override)
        return;
    dw_judge_unknown(judge, place->at.path, place->at.line,
                     dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(place->what), DW_SLICE_ARG(reason)));
}

void dw_user_judge(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_user_place *place,
                   struct dw_slice user)
{
    user = dw_slice_trim(user);
    size_t colon = dw_slice_find(user, ':');
    struct dw_slice name = dw_slice_part(user, 0, colon);
    struct dw_slice group = colon == SIZE_MAX ? DW_SLICE("") : dw_slice_from(user, colon + 1);
    uint64_t uid = 0;
    bool numeric = number(name, &uid);
    if (name.len == 0 || dw_slice_is(name, "root") || (numeric && uid == 0)) {
        if (aspect == DW_USER_ROOT && !place->override)
            judge_root(judge, place, user);
        else if (aspect == DW_USER_OVERRIDE && place->override)
            judge_override(judge, place, user);
        return;
    }
    if (!numeric && looks_numeric(name)) {
        dw_user_unknown(judge, aspect, place, dw_judge_text(judge, "\"%.*s\" is no uid", DW_SLICE_ARG(name)));
        return;
    }
    const struct dw_account *known = numeric ? NULL : account_of(place, DW_ACCOUNT_USER, name);
    switch (aspect) {
    case DW_USER_ROOT:
        if (known != NULL && number(known->id, &uid) && uid == 0)
            judge_root(judge, place, user);
        else if (known != NULL && number(known->id, &uid))
            dw_judge_pass(judge, place->kind, place->at.path, place->at.line,
                          dw_judge_text(judge, "%.*s: %.*s, uid %" PRIu64 " by /%.*s", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user),
                                        uid, DW_SLICE_ARG(known->path)));
        else if (numeric)
            dw_judge_pass(judge, place->kind, place->at.path, place->at.line,
                          dw_judge_text(judge, "%.*s: %.*s", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user)));
        else
            dw_user_unknown(judge, aspect, place,
                            dw_judge_text(judge, "the uid of \"%.*s\" is only in the image's /etc/passwd: write the number",
                                          DW_SLICE_ARG(name)));
        break;
    case DW_USER_RANGE:
        if (numeric)
            judge_range(judge, place, uid);
        else
            judge_name(judge, place, name);
        break;
    case DW_USER_GROUP:
        judge_primary_group(judge, place, name, colon != SIZE_MAX, group);
        break;
    case DW_USER_OVERRIDE:
        if (place->override)
            dw_judge_pass_quietly(judge);
        break;
    }
}

void dw_user_judge_windows(struct dw_judge *judge, enum dw_user_aspect aspect, const struct dw_user_place *place, struct dw_slice user)
{
    static const char *const administrators[] = {"ContainerAdministrator", "Administrator", "SYSTEM", "NT AUTHORITY\\SYSTEM"};
    if (aspect != DW_USER_ROOT)
        return;
    user = dw_slice_trim(user);
    struct dw_judge_finding finding = place->at;
    finding.fix = DW_SLICE("USER ContainerUser before the last CMD or ENTRYPOINT");
    for (size_t i = 0; i < sizeof(administrators) / sizeof(administrators[0]); i++) {
        if (!dw_slice_equal_nocase(user, dw_slice_of(administrators[i])))
            continue;
        finding.variant = "explicit";
        finding.message = dw_judge_text(judge, "%.*s is an administrator: \"%.*s\"", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user));
        dw_user_repair(judge, place, &finding, DW_SLICE("ContainerUser"));
        dw_judge_fail(judge, finding);
        return;
    }
    if (dw_slice_equal_nocase(user, DW_SLICE("ContainerUser")))
        dw_judge_pass(judge, place->kind, place->at.path, place->at.line,
                      dw_judge_text(judge, "%.*s: %.*s, no administrator of Windows", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user)));
    else if (user.len == 0)
        dw_user_unknown(judge, aspect, place,
                        DW_SLICE("no USER, and a Windows image may start as ContainerAdministrator: add USER ContainerUser"));
    else
        dw_user_unknown(judge, aspect, place,
                        dw_judge_text(judge, "whether \"%.*s\" is an administrator is only known in the Windows image: USER "
                                             "ContainerUser is none",
                                      DW_SLICE_ARG(user)));
}

void dw_user_judge_group(struct dw_judge *judge, const struct dw_user_place *place, struct dw_slice group)
{
    uint64_t gid;
    group = dw_slice_trim(group);
    if (dw_slice_is(group, "root") || (number(group, &gid) && gid == 0)) {
        struct dw_judge_finding finding = place->at;
        finding.message = dw_judge_text(judge, "%.*s adds group 0, root's", DW_SLICE_ARG(place->what));
        finding.repair_note = DW_SLICE("files of root's group are closed to it");
        dw_repair_remove(judge, &finding, place->node);
        dw_judge_fail(judge, finding);
    } else if (number(group, &gid)) {
        dw_judge_pass(judge, place->kind, place->at.path, place->at.line,
                      dw_judge_text(judge, "%.*s: gid %" PRIu64, DW_SLICE_ARG(place->what), gid));
    } else {
        dw_judge_unknown(judge, place->at.path, place->at.line,
                         dw_judge_text(judge, "%.*s: \"%.*s\" is no number, so its gid is not known",
                                       DW_SLICE_ARG(place->what), DW_SLICE_ARG(group)));
    }
}
