/* SPDX-License-Identifier: Apache-2.0
 *
 * USR-001 to USR-004 on one user, wherever it is set: "user[:group]", names or numbers, as the OCI image specification
 * (config.md, "User") and Docker read it. */
#include "rule/judge.h"

#include <inttypes.h>

/* Ids up to here are likely to be somebody's on the host (KSV-0020, KSV-0021). */
#define LOW_ID 10000

void dw_user_judges_begin(struct dw_user_judges *judges, const struct dw_rule_settings *settings,
                          struct dw_verdict *verdict, struct dw_subject *subject)
{
    judges->root = dw_judge_begin(settings, verdict, subject, "USR-001");
    judges->range = dw_judge_begin(settings, verdict, subject, "USR-002");
    judges->group = dw_judge_begin(settings, verdict, subject, "USR-003");
    judges->override = dw_judge_begin(settings, verdict, subject, "USR-004");
}

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

static struct dw_judge_finding at(const struct dw_user_place *place)
{
    return (struct dw_judge_finding){.path = place->path,
                                     .line = place->line,
                                     .column = place->column,
                                     .pointer = place->pointer,
                                     .fix = place->fix};
}

static struct dw_slice allowed(struct dw_judge *judge)
{
    const struct dw_rule_settings *settings = judge->settings;
    return settings->user_lowest == settings->user_highest
               ? dw_judge_text(judge, "%" PRIu32, settings->user_lowest)
               : dw_judge_text(judge, "%" PRIu32 "-%" PRIu32, settings->user_lowest, settings->user_highest);
}

static void judge_root(struct dw_user_judges *judges, const struct dw_user_place *place, struct dw_slice user,
                       bool override)
{
    struct dw_judge *judge = override ? &judges->override : &judges->root;
    struct dw_judge_finding finding = at(place);
    if (override) {
        finding.message = dw_judge_text(judge, "%.*s sets root: \"%.*s\"", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user));
    } else if (user.len == 0) {
        finding.variant = "implicit";
        finding.message = dw_judge_text(judge, "%.*s: no user is set, so it runs as root", DW_SLICE_ARG(place->what));
    } else {
        finding.variant = "explicit";
        finding.message = dw_judge_text(judge, "%.*s is root: \"%.*s\"", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user));
    }
    dw_judge_fail(judge, finding);
}

static void judge_range(struct dw_user_judges *judges, const struct dw_user_place *place, uint64_t uid)
{
    struct dw_judge *judge = &judges->range;
    if (uid >= judge->settings->user_lowest && uid <= judge->settings->user_highest) {
        dw_judge_pass_quietly(judge); /* USR-001 shows the uid */
        return;
    }
    struct dw_judge_finding finding = at(place);
    finding.variant = uid <= LOW_ID ? "low-uid" : NULL;
    finding.message = dw_judge_text(judge, "%.*s: uid %" PRIu64 " is not the one the policy asks for, %.*s",
                                    DW_SLICE_ARG(place->what), uid, DW_SLICE_ARG(allowed(judge)));
    dw_judge_fail(judge, finding);
}

static void judge_primary_group(struct dw_user_judges *judges, const struct dw_user_place *place, bool given,
                                struct dw_slice group)
{
    struct dw_judge *judge = &judges->group;
    struct dw_judge_finding finding = at(place);
    uint64_t gid;
    if (!given || group.len == 0) {
        /* The policy's own words are "USER 65532": no failure, but worth saying. */
        finding.variant = "implicit";
        finding.message = dw_judge_text(
            judge, "%.*s names no group: it is the one that the image's /etc/passwd gives this uid, or 0 if there is none",
            DW_SLICE_ARG(place->what));
        size_t failed = judge->failed;
        dw_judge_inform(judge, finding);
        if (judge->failed == failed)
            dw_judge_pass_quietly(judge);
        return;
    }
    if (dw_slice_is(group, "root") || (number(group, &gid) && gid == 0)) {
        finding.message = dw_judge_text(judge, "%.*s: the primary group is 0, root's", DW_SLICE_ARG(place->what));
        dw_judge_fail(judge, finding);
        return;
    }
    if (!number(group, &gid)) {
        dw_judge_unknown(judge, place->path, place->line,
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
    dw_judge_pass(judge, place->kind, place->path, place->line,
                  dw_judge_text(judge, "%.*s: gid %" PRIu64, DW_SLICE_ARG(place->what), gid));
}

static void judge_name(struct dw_user_judges *judges, const struct dw_user_place *place, struct dw_slice user)
{
    struct dw_judge *judge = &judges->range;
    struct dw_judge_finding finding = at(place);
    finding.variant = "named";
    finding.message = dw_judge_text(judge, "%.*s names the user \"%.*s\"; write its number, %.*s", DW_SLICE_ARG(place->what),
                                    DW_SLICE_ARG(user), DW_SLICE_ARG(allowed(judge)));
    dw_judge_fail(judge, finding);
    dw_judge_unknown(&judges->root, place->path, place->line,
                     dw_judge_text(judge, "%.*s: the uid of \"%.*s\" is only in the image's /etc/passwd: write the number",
                                   DW_SLICE_ARG(place->what), DW_SLICE_ARG(user)));
}

void dw_user_judge(struct dw_user_judges *judges, const struct dw_user_place *place, struct dw_slice user, bool override)
{
    user = dw_slice_trim(user);
    size_t colon = dw_slice_find(user, ':');
    struct dw_slice name = dw_slice_part(user, 0, colon);
    struct dw_slice group = colon == SIZE_MAX ? DW_SLICE("") : dw_slice_from(user, colon + 1);
    uint64_t uid = 0;
    bool numeric = number(name, &uid);
    if (name.len == 0 || dw_slice_is(name, "root") || (numeric && uid == 0)) {
        judge_root(judges, place, user, override);
        return;
    }
    if (!numeric && looks_numeric(name)) {
        dw_user_unknown(judges, place, dw_judge_text(&judges->root, "\"%.*s\" is no uid", DW_SLICE_ARG(name)));
        return;
    }
    if (override)
        dw_judge_pass_quietly(&judges->override);
    if (numeric) {
        dw_judge_pass(&judges->root, place->kind, place->path, place->line,
                      dw_judge_text(&judges->root, "%.*s: %.*s", DW_SLICE_ARG(place->what), DW_SLICE_ARG(user)));
        judge_range(judges, place, uid);
    } else {
        judge_name(judges, place, name);
    }
    judge_primary_group(judges, place, colon != SIZE_MAX, group);
}

void dw_user_judge_group(struct dw_user_judges *judges, const struct dw_user_place *place, struct dw_slice group)
{
    struct dw_judge *judge = &judges->group;
    uint64_t gid;
    group = dw_slice_trim(group);
    if (dw_slice_is(group, "root") || (number(group, &gid) && gid == 0)) {
        struct dw_judge_finding finding = at(place);
        finding.message = dw_judge_text(judge, "%.*s adds group 0, root's", DW_SLICE_ARG(place->what));
        dw_judge_fail(judge, finding);
    } else if (number(group, &gid)) {
        dw_judge_pass(judge, place->kind, place->path, place->line,
                      dw_judge_text(judge, "%.*s: gid %" PRIu64, DW_SLICE_ARG(place->what), gid));
    } else {
        dw_judge_unknown(judge, place->path, place->line,
                         dw_judge_text(judge, "%.*s: \"%.*s\" is no number, so its gid is not known",
                                       DW_SLICE_ARG(place->what), DW_SLICE_ARG(group)));
    }
}

void dw_user_unknown(struct dw_user_judges *judges, const struct dw_user_place *place, struct dw_slice reason)
{
    struct dw_slice text = dw_judge_text(&judges->root, "%.*s: %.*s", DW_SLICE_ARG(place->what), DW_SLICE_ARG(reason));
    dw_judge_unknown(&judges->root, place->path, place->line, text);
    dw_judge_unknown(&judges->range, place->path, place->line, text);
    dw_judge_unknown(&judges->group, place->path, place->line, text);
}

void dw_user_judges_end(struct dw_user_judges *judges, bool overrides, const char *not_applicable)
{
    dw_judge_end(&judges->root, "the user is not root", not_applicable);
    dw_judge_end(&judges->range, "the uid is the one the policy asks for", not_applicable);
    dw_judge_end(&judges->group, "no group 0 is given", not_applicable);
    if (overrides)
        dw_judge_end(&judges->override, "no user that is set brings root back", "no user is set over an image's own");
    else
        dw_vector_free(&judges->override.evidence);
}
