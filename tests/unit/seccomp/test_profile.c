/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp/capability.h"
#include "seccomp/profile.h"
#include "seccomp/syscall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct dw_seccomp_profile *parse(const char *text, struct dw_error *error)
{
    struct dw_limits limits = dw_limits_default();
    return dw_seccomp_profile_parse(dw_slice_of(text), "p.json", &limits, error);
}

static struct dw_seccomp_profile *good(const char *text)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_seccomp_profile *profile = parse(text, &error);
    if (profile == NULL)
        fail_msg("%s: %s", text, error.text);
    return profile;
}

static void refuses(const char *text, const char *part)
{
    struct dw_error error = DW_ERROR_INIT;
    assert_null(parse(text, &error));
    if (strstr(error.text, part) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", text, error.text, part);
    assert_int_equal(error.kind, DW_ERROR_INPUT);
}

#define CALLS(text) "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [" text "]}"

static void refused(void **state)
{
    (void)state;
    refuses("[]", "p.json:1:1: a profile is a JSON object");
    refuses("default: x", "p.json");
    refuses("{\"defaultAction\": \"SCMP_ACT_NONE\"}", "p.json:1:19: \"SCMP_ACT_NONE\" is no action");
    refuses("{\"defaultAction\": 7}", "\"defaultAction\" is no text");
    refuses("{\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\"}]}", "\"defaultAction\" is missing");
    refuses("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [\"SCMP_ARCH_X86\"], \"archMap\": [{}]}", "not both");
    refuses(CALLS("{\"name\": \"read\", \"names\": [\"write\"], \"action\": \"SCMP_ACT_ALLOW\"}"), "not both");
    refuses(CALLS("{\"names\": \"read\", \"action\": \"SCMP_ACT_ALLOW\"}"), "\"names\" is no list");
    refuses(CALLS("{\"names\": [1], \"action\": \"SCMP_ACT_ALLOW\"}"), "no text");
    refuses(CALLS("{\"names\": [\"read\"]}"), "\"action\" is missing");
    refuses(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 6, \"op\": \"SCMP_CMP_EQ\"}]}"),
            "\"index\" is no number from 0 to 5");
    refuses(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0, \"op\": \"==\"}]}"),
            "\"==\" is no comparison");
    refuses(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0, \"value\": -1, \"op\": \"SCMP_CMP_EQ\"}]}"),
            "\"value\" is no number");
    refuses(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"minKernel\": \"4\"}}"), "minKernel");
    refuses(CALLS("7"), "an entry of \"syscalls\" is no object");
}

static void empty_profiles(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}", "{\"syscalls\": []}", "{\"syscalls\": null, \"defaultAction\": null}",
                                        "{\"architectures\": [\"SCMP_ARCH_X86_64\"]}"};
    for (size_t i = 0; i < 4; i++) {
        struct dw_seccomp_profile *profile = good(texts[i]);
        assert_true(profile->empty);
        dw_seccomp_profile_free(profile);
    }
    struct dw_seccomp_profile *profile = good("{\"defaultAction\": \"SCMP_ACT_KILL\"}");
    assert_false(profile->empty);
    assert_int_equal(profile->default_action, DW_SECCOMP_KILL_THREAD);
    dw_seccomp_profile_free(profile);
}

static void conditions(void **state)
{
    (void)state;
    static const struct {
        enum dw_seccomp_comparison comparison;
        uint64_t value, two, argument;
        bool holds;
    } rows[] = {
        {DW_SECCOMP_NOT_EQUAL, 1, 0, 1, false},       {DW_SECCOMP_NOT_EQUAL, 1, 0, 2, true},
        {DW_SECCOMP_LESS, 38, 0, 37, true},           {DW_SECCOMP_LESS, 38, 0, 38, false},
        {DW_SECCOMP_LESS_OR_EQUAL, 38, 0, 38, true},  {DW_SECCOMP_LESS_OR_EQUAL, 38, 0, 39, false},
        {DW_SECCOMP_GREATER, 40, 0, 41, true},        {DW_SECCOMP_GREATER, 40, 0, 40, false},
        {DW_SECCOMP_GREATER_OR_EQUAL, 40, 0, 40, true}, {DW_SECCOMP_EQUAL, UINT64_MAX, 0, UINT64_MAX, true},
        {DW_SECCOMP_MASKED, 0x7e020000, 0, 17, true}, {DW_SECCOMP_MASKED, 0x7e020000, 0, 0x10000000, false},
        {DW_SECCOMP_MASKED, 0xf0, 0x10, 0x1f, true},  {DW_SECCOMP_MASKED, 0xf0, 0x10, 0x2f, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(dw_seccomp_condition_holds(
                             &(struct dw_seccomp_condition){0, rows[i].comparison, rows[i].value, rows[i].two}, rows[i].argument),
                         rows[i].holds);
}

/* What TEXT lets through beyond the default: names with blanks between, dangerous ones first. */
static void expect_weaker(const char *text, const char *capability, const char *expected)
{
    struct dw_seccomp_profile *profile = good(text), *standard = dw_seccomp_profile_default();
    struct dw_arena arena = {0};
    struct dw_seccomp_target target = {.architecture = DW_SLICE("amd64"),
                                       .capabilities = dw_capabilities_default() | dw_capability_bit(dw_slice_of(capability))};
    struct dw_seccomp_differences differences = dw_seccomp_compare(profile, standard, &target, &arena);
    DW_CLEANUP(dw_buffer_free) struct dw_buffer names = {0};
    if (differences.first_by_default)
        dw_buffer_append_string(&names, "* ");
    for (size_t i = 0; i < differences.len; i++)
        if (differences.at[i].first)
            dw_buffer_printf(&names, "%.*s%s ", DW_SLICE_ARG(differences.at[i].name),
                             differences.at[i].conditional ? "?" : "");
    assert_string_equal(names.at != NULL ? names.at : "", expected);
    dw_arena_free(&arena);
    dw_seccomp_profile_free(profile);
    dw_seccomp_profile_free(standard);
}

static void weaker(void **state)
{
    (void)state;
#define ALLOW(names) "{\"names\": [" names "], \"action\": \"SCMP_ACT_ALLOW\"}"
    expect_weaker(CALLS(ALLOW("\"read\", \"write\"")), "", "");
    expect_weaker(CALLS(ALLOW("\"read\", \"mount\", \"acct\", \"swapcontext\"")), "", "acct mount ");
    expect_weaker(CALLS(ALLOW("\"mount\"")), "SYS_ADMIN", "");
    expect_weaker(CALLS(ALLOW("\"chroot\"")), "", ""); /* SYS_CHROOT is one of Docker's own */
    expect_weaker(CALLS(ALLOW("\"keyctl\", \"vhangup\"")), "", "keyctl vhangup ");
    /* LOG and TRACE let the call happen, NOTIFY and ERRNO do not. */
    expect_weaker(CALLS("{\"names\": [\"bpf\"], \"action\": \"SCMP_ACT_LOG\"}"), "", "bpf ");
    expect_weaker(CALLS("{\"names\": [\"bpf\"], \"action\": \"SCMP_ACT_NOTIFY\"}"), "", "");
    /* By argument: all families of sockets where the default leaves two out; all flags of clone. */
    expect_weaker(CALLS(ALLOW("\"socket\", \"clone\"")), "", "clone? socket? ");
    expect_weaker(CALLS("{\"names\": [\"socket\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0, \"op\": "
                        "\"SCMP_CMP_LT\", \"value\": 38}]}"), "", "");
    expect_weaker(CALLS("{\"names\": [\"socket\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0, \"op\": "
                        "\"SCMP_CMP_LE\", \"value\": 38}]}"), "", "socket? ");
    /* One flag of the mask left out: CLONE_NEWUSER. */
    expect_weaker(CALLS("{\"names\": [\"clone\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0, \"op\": "
                        "\"SCMP_CMP_MASKED_EQ\", \"value\": 1845624832, \"valueTwo\": 0}]}"), "", "clone? ");
    expect_weaker("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"mount\"], \"action\": \"SCMP_ACT_ERRNO\"}]}",
                  "", "* clone? clone3 socket? personality? ");
    expect_weaker("{}", "", "* clone? clone3 socket? personality? ");
#undef ALLOW
}

static void capabilities(void **state)
{
    (void)state;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    unsigned number;
    dw_capabilities_text(&text, dw_capabilities_default());
    assert_string_equal(text.at, "CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, "
                                 "SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP");
    assert_true(dw_capabilities_baseline() == (dw_capabilities_default() & ~dw_capability_bit(DW_SLICE("NET_RAW"))));
    assert_true(dw_capability_number(DW_SLICE("cap_sys_admin"), &number));
    assert_int_equal(number, 21); /* linux/capability.h */
    assert_true(dw_capability_number(DW_SLICE("CHECKPOINT_RESTORE"), &number));
    assert_int_equal(number, 40);
    assert_false(dw_capability_number(DW_SLICE("ALL"), &number));
}

static void calls_are_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; dw_syscall_at(i) != NULL; i++)
        assert_true(strcmp(dw_syscall_at(i - 1)->name, dw_syscall_at(i)->name) < 0);
    assert_non_null(dw_syscall_find(DW_SLICE("mseal")));
    assert_non_null(dw_syscall_find(DW_SLICE("uretprobe")));
    assert_null(dw_syscall_find(DW_SLICE("opne")));
    assert_int_equal(dw_syscall_find(DW_SLICE("arch_prctl"))->architectures & DW_SYSCALL_ARM64, 0);
}

static void expect_remark(const char *text, enum dw_seccomp_remark_kind kind, bool weakens, const char *part)
{
    struct dw_seccomp_profile *profile = good(text);
    struct dw_seccomp_remarks remarks = dw_seccomp_lint(profile);
    bool found = false;
    for (size_t i = 0; i < remarks.len; i++)
        found |= remarks.at[i].kind == kind && remarks.at[i].weakens == weakens &&
                 dw_slice_find_slice(remarks.at[i].text, dw_slice_of(part)) != SIZE_MAX;
    if (!found)
        fail_msg("%s: no remark \"%s\"", text, part);
    dw_seccomp_profile_free(profile);
}

static void remarks(void **state)
{
    (void)state;
    expect_remark("{}", DW_SECCOMP_REMARK_EMPTY, true, "off");
    expect_remark("{\"defaultAction\": \"SCMP_ACT_ALLOW\"}", DW_SECCOMP_REMARK_ALLOWS_BY_DEFAULT, true, "by default");
    expect_remark(CALLS("{\"names\": [\"opne\"], \"action\": \"SCMP_ACT_ALLOW\"}"), DW_SECCOMP_REMARK_UNKNOWN, false,
                  "\"opne\": an engine drops it without a word, so it is denied");
    expect_remark("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"monut\"], \"action\": \"SCMP_ACT_ERRNO\"}]}",
                  DW_SECCOMP_REMARK_UNKNOWN, true, "so it is let through");
    expect_remark(CALLS("{\"names\": [\"bpf\"], \"action\": \"SCMP_ACT_ALLOW\"}"), DW_SECCOMP_REMARK_DANGEROUS, true, "\"bpf\"");
    expect_remark(CALLS("{\"names\": [\"read\", \"read\"], \"action\": \"SCMP_ACT_ALLOW\"}"), DW_SECCOMP_REMARK_DUPLICATE, false,
                  "\"read\" has the same rule");
    expect_remark(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\"}, {\"names\": [\"read\"], \"action\": \"SCMP_ACT_KILL\"}"),
                  DW_SECCOMP_REMARK_CONFLICT, true, "SCMP_ACT_KILL_THREAD here and SCMP_ACT_ALLOW");
    expect_remark(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_LOG\"}"), DW_SECCOMP_REMARK_LOG, true, "learning");
    expect_remark(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"inclues\": {}}"), DW_SECCOMP_REMARK_UNKNOWN, false,
                  "\"inclues\"");
    expect_remark(CALLS("{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"caps\": [\"SYS_ADMIN\"]}}"),
                  DW_SECCOMP_REMARK_UNKNOWN, false, "CAP_");
    expect_remark("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"architectures\": [\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\"]}",
                  DW_SECCOMP_REMARK_SUB_ARCHITECTURE, false, "without SCMP_ARCH_X32");
    expect_remark("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"archMap\": [{\"architecture\": \"SCMP_ARCH_AMD64\"}]}",
                  DW_SECCOMP_REMARK_UNKNOWN, false, "SCMP_ARCH_AMD64");
}

static void cut_and_flipped(void **state)
{
    (void)state;
    static const char text[] = CALLS("{\"names\": [\"clone\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0, \"value\": "
                                     "2114060288, \"valueTwo\": 0, \"op\": \"SCMP_CMP_MASKED_EQ\"}], \"excludes\": {\"caps\": "
                                     "[\"CAP_SYS_ADMIN\"], \"minKernel\": \"5.1\"}}");
    struct dw_limits limits = dw_limits_default();
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        struct dw_error error = DW_ERROR_INIT;
        assert_null(dw_seccomp_profile_parse(dw_slice_make(text, i), "p.json", &limits, &error));
        for (unsigned bit = 0; bit < 8; bit++) {
            char copy[sizeof(text)];
            memcpy(copy, text, sizeof(text));
            copy[i] = (char)(copy[i] ^ 1 << bit);
            struct dw_error other = DW_ERROR_INIT;
            struct dw_seccomp_profile *profile =
                dw_seccomp_profile_parse(dw_slice_make(copy, sizeof(text) - 1), "p.json", &limits, &other);
            assert_true((profile == NULL) == (other.kind != DW_ERROR_NONE));
            if (profile != NULL)
                dw_seccomp_lint(profile);
            dw_seccomp_profile_free(profile);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),      cmocka_unit_test(empty_profiles),   cmocka_unit_test(conditions),
        cmocka_unit_test(weaker),       cmocka_unit_test(capabilities),     cmocka_unit_test(calls_are_sorted),
        cmocka_unit_test(remarks),      cmocka_unit_test(cut_and_flipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
