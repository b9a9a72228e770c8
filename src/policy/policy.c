/* SPDX-License-Identifier: Apache-2.0
 * The policy: the policy's own words as defaults, the policy file over them. */
#include "policy/policy.h"

#include "base/digest.h"
#include "base/file.h"
#include "policy/keys.h"

/* The defaults (interface.md, "Policy file"). */
static const char builtin[] =
    "version: 1\n"
    "base-images:\n"
    "  families: {node: [distroless, alpine]}\n"
    "  upgrade-every: 31d\n"
    "vulnerabilities:\n"
    "  fail-on: critical\n"
    "  unknown-severity: not-evaluated\n"
    "  severity-source: auto\n"
    "  time-to-fix: {critical: 7d, high: 30d, medium: 90d}\n"
    "  database: {max-age: 24h}\n"
    "  scan-max-age: 24h\n"
    "  scanners: [dockworthy]\n"
    "  exceptions: security/exceptions.yaml\n"
    "  exception-rules:\n"
    "    ticket: 'SEC-\\d+'\n"
    "    max-life: {critical: 30d, high: 90d, medium: 180d}\n"
    "signing: {trusted-root: default}\n"
    "runtime:\n"
    "  user: 65532\n"
    "  read-only-root: true\n"
    "  capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}\n"
    "  seccomp: default\n"
    "secrets:\n"
    "  allow: [compose-secrets, compose-environment-secrets, mounted-files, build-secrets]\n"
    "checklist:\n"
    "  scan-logs: {}\n"
    "  dockerfile-approvals: {codeowners: true, reviews: forge}\n"
    "  sbom: {format: cyclonedx}\n"
    "suppressions: {inline: true, foreign: false, never: [SEC-002]}\n"
    "rule-set: '1'\n"
    "host: false\n"
    "stage: build\n";

/* Reads BYTES over POLICY. */
static bool read_over(struct dw_policy *policy, struct dw_slice bytes, const char *name,
                      const struct dw_limits *limits, bool notes, struct dw_error *error)
{
    struct dw_document *document = dw_document_parse(bytes, name, limits, error);
    bool ok = document != NULL;
    if (!ok && error != NULL && error->kind == DW_ERROR_INPUT)
        error->kind = DW_ERROR_USAGE; /* a malformed policy file is a mistake of configuration */
    if (ok && document->root_count == 0)
        ok = dw_document_fail(document, NULL, DW_ERROR_USAGE, error,
                              "the policy file is empty; write at least \"version: 1\"");
    if (ok && document->root_count > 1)
        ok = dw_document_fail(document, document->roots[1], DW_ERROR_USAGE, error,
                              "a policy file is one YAML document, and here a second one begins");
    ok = ok && dw_policy_read_keys(policy, document, document->roots[0], limits, notes, error);
    dw_document_free(document);
    return ok;
}

struct dw_policy *dw_policy_builtin(const char *folder)
{
    struct dw_limits limits = dw_limits_default();
    struct dw_policy *policy = dw_alloc(1, sizeof(*policy));
    if (!read_over(policy, dw_slice_of(builtin), "built-in policy", &limits, false, NULL))
        abort(); /* our own text */
    policy->folder = dw_arena_copy(&policy->arena, dw_slice_of(folder));
    policy->exceptions.line = 0;
    return policy;
}

struct dw_policy *dw_policy_parse(struct dw_slice bytes, const char *name, const char *folder,
                                  const struct dw_limits *limits, struct dw_error *error)
{
    struct dw_digest digest;
    char text[DW_DIGEST_TEXT];
    struct dw_policy *policy = dw_policy_builtin(folder);
    policy->path = dw_arena_copy(&policy->arena, dw_slice_of(name));
    dw_sha256(bytes, &digest);
    policy->digest = dw_arena_copy(&policy->arena, dw_slice_of(dw_digest_format(&digest, text)));
    if (read_over(policy, bytes, name, limits, true, error))
        return policy;
    dw_policy_free(policy);
    return NULL;
}

struct dw_policy *dw_policy_read(const char *path, const struct dw_limits *limits, struct dw_error *error)
{
    DW_CLEANUP(dw_buffer_free) struct dw_buffer bytes = {0};
    if (!dw_file_read(path, limits->value[DW_LIMIT_DOCUMENT_BYTES], &bytes, error))
        return NULL;
    struct dw_slice parent = dw_path_parent(dw_slice_of(path));
    DW_CLEANUP(dw_cleanup_free)
    char *folder = dw_copy_string(parent.len == 0 && path[0] == '/' ? DW_SLICE("/") : parent);
    return dw_policy_parse(dw_buffer_slice(&bytes), path, folder, limits, error);
}

void dw_policy_free(struct dw_policy *policy)
{
    if (policy == NULL)
        return;
    dw_gate_free(policy->fail_on);
    dw_pattern_free(policy->ticket);
    dw_vector_free(&policy->images);
    dw_vector_free(&policy->families);
    dw_vector_free(&policy->identities);
    dw_vector_free(&policy->controls);
    dw_vector_free(&policy->rules);
    dw_vector_free(&policy->notes);
    dw_arena_free(&policy->arena);
    free(policy);
}

char *dw_policy_path(const struct dw_policy *policy, struct dw_slice path)
{
    DW_CLEANUP(dw_cleanup_free) char *name = dw_copy_string(path);
    DW_CLEANUP(dw_cleanup_free) char *folder = dw_copy_string(policy->folder);
    if (policy->folder.len == 0 || dw_slice_is(policy->folder, ".") || dw_slice_starts_with(path, "/"))
        return dw_copy_string(path);
    return dw_path_join(folder, name);
}

char *dw_policy_reference(const struct dw_policy *policy, struct dw_slice reference)
{
    static const char *const schemes[] = {"oci:", "docker-archive:", "dir:", "sbom:"};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (!dw_slice_starts_with(reference, schemes[i]))
            continue;
        DW_CLEANUP(dw_cleanup_free)
        char *path = dw_policy_path(policy, dw_slice_from(reference, strlen(schemes[i])));
        DW_CLEANUP(dw_buffer_free) struct dw_buffer out = {0};
        dw_buffer_printf(&out, "%s%s", schemes[i], path);
        return dw_copy_string(dw_buffer_slice(&out));
    }
    return dw_copy_string(reference);
}

int64_t dw_policy_max_life(const struct dw_policy *policy, enum dw_severity severity)
{
    if (policy->max_life[severity] > 0)
        return policy->max_life[severity];
    if (severity == DW_SEVERITY_UNKNOWN)
        severity = DW_SEVERITY_CRITICAL;
    while (severity < DW_SEVERITY_CRITICAL && policy->max_life[severity] == 0)
        severity++;
    return policy->max_life[severity];
}

static bool names_finding(const struct dw_policy_rule *rule, const struct dw_finding *finding,
                          bool with_variant)
{
    if (!with_variant)
        return dw_slice_equal(rule->id, finding->rule);
    return finding->variant.len > 0 && rule->id.len == finding->rule.len + 1 + finding->variant.len &&
           dw_slice_starts(rule->id, finding->rule) && rule->id.at[finding->rule.len] == '.' &&
           dw_slice_ends(rule->id, finding->variant);
}

void dw_policy_override_severities(const struct dw_policy *policy, struct dw_verdict *verdict)
{
    for (size_t i = 0; i < verdict->findings.len; i++) {
        struct dw_finding *finding = &verdict->findings.at[i];
        const struct dw_policy_rule *chosen = NULL;
        if (finding->kind != DW_FINDING_CONFIGURATION)
            continue;
        for (size_t r = 0; r < policy->rules.len; r++) {
            if (names_finding(&policy->rules.at[r], finding, true))
                chosen = &policy->rules.at[r];
            else if (chosen == NULL && names_finding(&policy->rules.at[r], finding, false))
                chosen = &policy->rules.at[r];
        }
        if (chosen != NULL && chosen->severity != DW_SEVERITY_UNKNOWN)
            finding->severity = chosen->severity;
    }
}

bool dw_policy_key_at(size_t index, struct dw_policy_key *key)
{
    static const struct {
        const char *name;
        bool leaf;
    } kinds[KEY_KIND_COUNT] = {
        [KEY_VERSION] = {"1", true},
        [KEY_TEXT] = {"text", true},
        [KEY_TEXT_AT] = {"text", true},
        [KEY_TEXTS] = {"list of texts", true},
        [KEY_BOOL] = {"true or false", true},
        [KEY_SWITCH] = {"true or false", true},
        [KEY_PARAMETERS] = {"mapping from parameter to text or list", true},
        [KEY_DURATION] = {"duration", true},
        [KEY_WORD] = {"word", true},
        [KEY_WORDS_FLAGS] = {"list of words", true},
        [KEY_WORDS_BITS] = {"list of words", true},
        [KEY_GATE] = {"severity or expression", true},
        [KEY_PATTERN] = {"regular expression", true},
        [KEY_USER] = {"user id or range", true},
        [KEY_BY_SEVERITY] = {"mapping from severity to duration", true},
        [KEY_FAMILIES] = {"mapping from runtime to list of words", true},
        [KEY_PRESENT] = {"empty mapping", true},
        [KEY_OBJECTS] = {"list of mappings", false},
        [KEY_MAP] = {"mapping of mappings", false},
    };
    if (index >= key_row_count)
        return false;
    *key = (struct dw_policy_key){key_rows[index].path, kinds[key_rows[index].kind].name,
                                  kinds[key_rows[index].kind].leaf};
    return true;
}
