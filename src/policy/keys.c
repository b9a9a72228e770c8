/* SPDX-License-Identifier: Apache-2.0
 * Every key of the policy file, one row each (interface.md, "Policy file"). schema/dockworthy.schema.json and
 * docs/policy-file.md hold the same keys; a test compares them. */
#include "policy/keys.h"
#include "policy/controls.h"

#define COUNT(table)    (sizeof(table) / sizeof((table)[0]))
#define AT(field)       offsetof(struct dw_policy, field)
#define IN(type, field) offsetof(struct dw_policy_##type, field)
#define WORDS(name, ...)                                                                                     \
    static const char *const name##_list[] = {__VA_ARGS__};                                                  \
    static const struct key_words name = {name##_list, COUNT(name##_list)}

WORDS(unknown_severities, "not-evaluated", "fail");
WORDS(severity_sources, "auto");
WORDS(scanners, "dockworthy", "trivy", "scout", "github");
WORDS(families, "distroless", "alpine", "wolfi", "chainguard", "debian", "ubuntu", "redhat", "scratch");
WORDS(secret_ways, "compose-secrets", "compose-environment-secrets", "mounted-files", "build-secrets",
      "kubernetes-secret-env");
WORDS(reviews, "forge", "records");
WORDS(sbom_formats, "cyclonedx");
WORDS(rule_sets, "1");
WORDS(stages, "build", "release", "deploy");
WORDS(levels, "required", "preferred");
WORDS(severities, "", "info", "low", "medium", "high", "critical");

_Static_assert(DW_STAGE_BUILD == 0 && DW_STAGE_DEPLOY == 2, "the words stand in the order of the enum");
_Static_assert(DW_LEVEL_REQUIRED == 0 && DW_SEVERITY_NEGLIGIBLE == 1 && DW_SEVERITY_CRITICAL == 5,
               "likewise");

const char *dw_policy_scanner_name(enum dw_policy_scanner scanner)
{
    return scanners_list[scanner];
}

/* capabilities(7) of Linux 6.12, without "CAP_". */
static const char *const capabilities[] = {
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
};

static bool check_capability(struct dw_arena *arena, struct dw_slice text, struct dw_slice *normal,
                             const char **wrong)
{
    (void)arena;
    if (text.len > 4 && dw_slice_equal_nocase(dw_slice_part(text, 0, 4), DW_SLICE("CAP_")))
        text = dw_slice_from(text, 4);
    for (size_t i = 0; i < COUNT(capabilities); i++)
        if (dw_slice_equal_nocase(text, dw_slice_of(capabilities[i]))) {
            *normal = dw_slice_of(capabilities[i]);
            return true;
        }
    *wrong = "no Linux capability";
    return false;
}

/* Does a control name ID among the rules that decide it? */
static bool is_deciding(struct dw_slice id)
{
    for (size_t i = 0; i < DW_CONTROL_COUNT; i++)
        for (size_t j = 0; j < DW_CONTROL_RULES && dw_controls[i].rules[j] != NULL; j++)
            if (dw_slice_is(id, dw_controls[i].rules[j]))
                return true;
    return false;
}

/* Is ID a rule that there is, or that a control names? Families that the catalogue has are known whole; of the others (vulnerabilities, exceptions, evidence,
 * custom rules) the form alone is checked. */
static bool is_rule(struct dw_slice id, const char **wrong)
{
    const struct dw_rule *rule = dw_rule_find(id);
    size_t dash = dw_slice_find(id, '-') + 1, dot = dw_slice_find(id, '.');
    if (rule == NULL && is_deciding(id))
        return true;
    if (rule == NULL) {
        for (size_t i = 0; (rule = dw_rule_at(i)) != NULL; i++)
            if (dw_slice_starts(dw_slice_of(rule->id), dw_slice_part(id, 0, dash))) {
                *wrong = "no rule of this version: \"dockworthy lint --list\" lists them";
                return false;
            }
        return true;
    }
    if (dot == SIZE_MAX || rule->variants == NULL || dw_rule_variant_find(rule, dw_slice_from(id, dot + 1)) != NULL)
        return true;
    *wrong = "no variant of that rule: \"dockworthy explain RULE\" lists them";
    return false;
}

/* "DF-012", "USR-001.implicit". */
static bool check_rule(struct dw_arena *arena, struct dw_slice text, struct dw_slice *normal,
                       const char **wrong)
{
    size_t at = 0, digits = 0;
    (void)arena;
    (void)normal;
    *wrong = "no rule id such as DF-012 or USR-001.implicit";
    while (at < text.len &&
           ((text.at[at] >= 'A' && text.at[at] <= 'Z') || (at > 0 && dw_is_digit(text.at[at]))))
        at++;
    if (at < 2 || at == text.len || text.at[at] != '-')
        return false;
    for (at++; at < text.len && dw_is_digit(text.at[at]); at++)
        digits++;
    if (digits != 3)
        return false;
    if (at == text.len)
        return is_rule(text, wrong);
    if (text.at[at] != '.' || at + 1 == text.len)
        return false;
    for (at++; at < text.len; at++)
        if (!dw_is_digit(text.at[at]) && (text.at[at] < 'a' || text.at[at] > 'z') && text.at[at] != '-')
            return false;
    return is_rule(text, wrong);
}

static bool check_control(struct dw_arena *arena, struct dw_slice text, struct dw_slice *normal,
                          const char **wrong)
{
    (void)arena;
    (void)normal;
    *wrong = "no control: they are 1.1 to 8.3";
    return dw_control_find(text) != NULL;
}

static bool check_no_space(struct dw_arena *arena, struct dw_slice text, struct dw_slice *normal,
                           const char **wrong)
{
    (void)arena;
    (void)normal;
    *wrong = "not without white space";
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == ' ' || text.at[i] == '\t' || text.at[i] == '\n')
            return false;
    return true;
}

static bool check_daemon(struct dw_arena *arena, struct dw_slice text, struct dw_slice *normal,
                         const char **wrong)
{
    (void)arena;
    (void)normal;
    *wrong = "no address such as unix:///run/docker.sock or tcp://host:2376";
    return (dw_slice_starts_with(text, "unix:///") && text.len > 8) ||
           (dw_slice_starts_with(text, "tcp://") && text.len > 6);
}

/* Objects before their elements. */
const struct key_row key_rows[] = {
    {"version", KEY_VERSION, AT(version)},
    {"service", KEY_TEXT, AT(service)},
    {"images", KEY_OBJECTS, AT(images), .size = sizeof(struct dw_policy_image), .line = IN(image, line)},
    {"images[].image", KEY_TEXT_AT, IN(image, image), .check = check_no_space, .required = true},
    {"images[].dockerfile", KEY_TEXT_AT, IN(image, dockerfile)},
    {"files.compose", KEY_TEXTS, AT(compose_files)},
    {"files.kubernetes", KEY_TEXTS, AT(kubernetes_files)},
    {"base-images.families", KEY_FAMILIES, AT(families), .words = &families},
    {"base-images.upgrade-every", KEY_DURATION, AT(upgrade_every)},
    {"base-images.licenses.review", KEY_TEXT_AT, AT(license_review)},
    {"base-images.licenses.allow", KEY_TEXTS, AT(license_allow)},
    {"base-images.licenses.deny", KEY_TEXTS, AT(license_deny)},
    {"vulnerabilities.fail-on", KEY_GATE, AT(fail_on)},
    {"vulnerabilities.unknown-severity", KEY_WORD, AT(unknown_severity), .words = &unknown_severities},
    {"vulnerabilities.severity-source", KEY_TEXT, AT(severity_source), .words = &severity_sources},
    {"vulnerabilities.time-to-fix", KEY_BY_SEVERITY, AT(time_to_fix)},
    {"vulnerabilities.database.max-age", KEY_DURATION, AT(database_max_age)},
    {"vulnerabilities.scan-max-age", KEY_DURATION, AT(scan_max_age)},
    {"vulnerabilities.vex", KEY_TEXTS, AT(vex),
     .unused = "VEX documents are not read by this version; they suppress nothing"},
    {"vulnerabilities.scanners", KEY_WORDS_FLAGS, AT(scanners), .words = &scanners},
    {"vulnerabilities.exceptions", KEY_TEXT_AT, AT(exceptions)},
    {"vulnerabilities.exception-rules.ticket", KEY_PATTERN, AT(ticket)},
    {"vulnerabilities.exception-rules.max-life", KEY_BY_SEVERITY, AT(max_life)},
    {"signing.identities", KEY_OBJECTS, AT(identities), .size = sizeof(struct dw_policy_identity),
     .line = IN(identity, line)},
    {"signing.identities[].issuer", KEY_TEXT_AT, IN(identity, issuer), .check = check_no_space,
     .required = true},
    {"signing.identities[].subject", KEY_TEXT_AT, IN(identity, subject), .check = check_no_space,
     .required = true},
    {"signing.keys", KEY_TEXTS, AT(keys)},
    {"signing.trusted-root", KEY_TEXT_AT, AT(trusted_root)},
    {"runtime.user", KEY_USER, AT(user_lowest)},
    {"runtime.read-only-root", KEY_BOOL, AT(read_only_root)},
    {"runtime.capabilities.drop", KEY_TEXTS, AT(capabilities_drop), .check = check_capability},
    {"runtime.capabilities.add", KEY_TEXTS, AT(capabilities_add), .check = check_capability},
    {"runtime.seccomp", KEY_TEXT_AT, AT(seccomp)},
    {"secrets.allow", KEY_WORDS_BITS, AT(secret_ways), .words = &secret_ways},
    {"secrets.rules", KEY_TEXTS, AT(secret_rules)},
    {"secrets.baseline", KEY_TEXT_AT, AT(secret_baseline)},
    {"checklist.scan-logs", KEY_PRESENT, AT(scan_logs)},
    {"checklist.dockerfile-approvals.codeowners", KEY_BOOL, AT(approvals_codeowners)},
    {"checklist.dockerfile-approvals.reviews", KEY_TEXT_AT, AT(approvals_reviews), .words = &reviews},
    {"checklist.monitoring", KEY_TEXTS, AT(monitoring)},
    {"checklist.sbom.format", KEY_TEXT_AT, AT(sbom_format), .words = &sbom_formats},
    {"suppressions.inline", KEY_BOOL, AT(suppress_inline)},
    {"suppressions.foreign", KEY_BOOL, AT(suppress_foreign)},
    {"suppressions.never", KEY_TEXTS, AT(suppress_never), .check = check_rule},
    {"custom-rules", KEY_TEXTS, AT(custom_rules)},
    {"rule-set", KEY_TEXT, AT(rule_set), .words = &rule_sets},
    {"daemon", KEY_TEXT_AT, AT(daemon), .check = check_daemon,
     .unused = "the daemon is not read by this version; nothing was said of it"},
    {"host", KEY_BOOL, AT(host), .unused = "the host is not read by this version; nothing was said of it"},
    {"containers", KEY_TEXTS, AT(containers),
     .unused = "containers are not read by this version; nothing was said of them"},
    {"registries.allow", KEY_TEXTS, AT(registries_allow), .check = check_no_space},
    {"stage", KEY_WORD, AT(stage), .words = &stages},
    {"controls", KEY_MAP, AT(controls), .check = check_control, .size = sizeof(struct dw_policy_control),
     .line = IN(control, line)},
    {"controls.*.level", KEY_WORD, IN(control, level), .words = &levels, .required = true},
    {"rules", KEY_MAP, AT(rules), .check = check_rule, .size = sizeof(struct dw_policy_rule),
     .line = IN(rule, line)},
    {"rules.*.severity", KEY_WORD, IN(rule, severity), .words = &severities},
    {"rules.*.enabled", KEY_SWITCH, IN(rule, enabled)},
    {"rules.*.parameters", KEY_PARAMETERS, IN(rule, parameters)},
};
const size_t key_row_count = COUNT(key_rows);
