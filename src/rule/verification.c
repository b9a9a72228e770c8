/* SPDX-License-Identifier: Apache-2.0
 *
 * DF-045 and DF-046: switches that turn the checking of certificates and of package signatures off. */
#include "rule/chapters.h"
#include "rule/command.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* --- variables --- */

enum value { ANY, FALSE_WORD, TRUE_WORD };

static const struct variable {
    const char *name;
    enum value bad; /* which values switch checking off */
    const char *variant;
} variables[] = {
    {"PIP_TRUSTED_HOST", ANY, "pip-env"},
    {"PYTHONHTTPSVERIFY", FALSE_WORD, "python"},
    {"NODE_TLS_REJECT_UNAUTHORIZED", FALSE_WORD, "node"},
    {"NPM_CONFIG_STRICT_SSL", FALSE_WORD, "npm-env"},
    {"YARN_STRICT_SSL", FALSE_WORD, "npm-env"},
    {"YARN_ENABLE_STRICT_SSL", FALSE_WORD, "npm-env"},
    {"GIT_SSL_NO_VERIFY", TRUE_WORD, "git"},
};

static struct dw_slice unquoted(struct dw_slice value)
{
    if (value.len >= 2 && (value.at[0] == '"' || value.at[0] == '\'') && value.at[value.len - 1] == value.at[0])
        return dw_slice_part(value, 1, value.len - 2);
    return value;
}

static bool is_false(struct dw_slice value)
{
    static const char *const words[] = {"0", "false", "no", "off", "n", "f"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (dw_slice_equal_nocase(value, dw_slice_of(words[i])))
            return true;
    return false;
}

/* The row of a variable that, set to VALUE, switches checking off; npm reads its variables in any case. */
static const struct variable *bad_variable(struct dw_slice name, struct dw_slice value)
{
    value = unquoted(value);
    for (size_t i = 0; i < COUNT(variables); i++) {
        bool npm = strcmp(variables[i].name, "NPM_CONFIG_STRICT_SSL") == 0;
        struct dw_slice row = dw_slice_of(variables[i].name);
        if (npm ? !dw_slice_equal_nocase(name, row) : !dw_slice_equal(name, row))
            continue;
        bool off = variables[i].bad == FALSE_WORD ? is_false(value) : value.len > 0 && (variables[i].bad == ANY || !is_false(value));
        return off ? &variables[i] : NULL;
    }
    return NULL;
}

static void tell_variable(struct dw_judge *judge, struct dw_judge_finding at, const struct variable *variable, struct dw_slice name,
                          struct dw_slice value)
{
    at.variant = variable->variant;
    at.message = dw_judge_text(judge, "%.*s=%.*s: certificates are not checked", DW_SLICE_ARG(name),
                               DW_SLICE_ARG(dw_slice_part(unquoted(value), 0, 60)));
    at.fix = DW_SLICE("leave it out; put a certificate authority of your own into the image's trust store");
    dw_judge_fail(judge, at);
}

/* --- words of commands --- */

/* The switch is taken away where it is an option; "-sSLk" becomes "-sSL". */
static void mend_word(struct dw_judge *judge, const struct dw_run *run, const struct dw_shell_command *command,
                      const struct dw_shell_word *word, const char *variant, struct dw_judge_finding *finding, struct dw_run_repair *repair)
{
    struct dw_slice text = word->text;
    bool cluster = text.len > 2 && text.at[0] == '-' && text.at[1] != '-';
    if (word->quoted || text.len < 2 || text.at[0] != '-')
        return;
    if (cluster && strcmp(variant, "curl") == 0) {
        size_t letter = dw_slice_find(text, 'k'), start = dw_run_offset(run, word->place);
        struct dw_slice written = dw_slice_part(run->view->dockerfile->source, start, text.len);
        if (word->place.at != text.at || run->script->language == DW_SHELL_NO_SHELL || !dw_slice_equal(written, text))
            return;
        dw_run_replace(repair, run, start + letter, start + letter + 1, DW_SLICE(""));
    } else {
        dw_run_remove(repair, run, word);
        /* "--trusted-host name" */
        if (strcmp(variant, "pip") == 0 && dw_slice_find(text, '=') == SIZE_MAX && word + 1 < command->words + command->word_count)
            dw_run_remove(repair, run, word + 1);
    }
    dw_run_repair_end(judge, finding, repair, DW_REPAIR_REVIEW, "what is not signed by a trusted key or certificate stops the build");
}

static void tell_word(struct dw_judge *judge, const struct dw_run *run, const struct dw_shell_command *command,
                      const struct dw_shell_word *word, const char *variant)
{
    struct dw_judge_finding finding = dw_judge_at_code(run, word->place);
    struct dw_slice name = dw_shell_name(command);
    bool tls = strcmp(judge->rule->id, "DF-045") == 0;
    finding.variant = variant;
    finding.message = dw_judge_text(judge, "%.*s %.*s: %s are not checked", DW_SLICE_ARG(name),
                                    DW_SLICE_ARG(dw_slice_part(word->value, 0, 80)), tls ? "certificates" : "signatures of packages");
    struct dw_slice text = dw_slice_part(word->value, 0, 40);
    size_t letter = dw_slice_find(text, 'k');
    if (strcmp(variant, "curl") == 0 && text.len > 2 && text.at[1] != '-' && letter != SIZE_MAX)
        finding.fix = dw_judge_text(judge,
                                    "write %.*s%.*s instead of %.*s; put a certificate authority of your own into the image's trust store",
                                    DW_SLICE_ARG(dw_slice_part(text, 0, letter)), DW_SLICE_ARG(dw_slice_from(text, letter + 1)),
                                    DW_SLICE_ARG(text));
    else
        finding.fix = dw_judge_text(judge, tls ? "leave %.*s out; put a certificate authority of your own into the image's trust store"
                                           : "leave %.*s out; install the repository's signing key",
                                DW_SLICE_ARG(dw_slice_part(word->value, 0, 80)));
    struct dw_run_repair repair = {.count = 0};
    mend_word(judge, run, command, word, variant, &finding, &repair);
    dw_judge_fail(judge, finding);
}

/* "sslverify=0" in any spelling of blanks and case, in one word or in three. */
static bool switches(const struct dw_shell_command *command, size_t index, const char *key, bool off)
{
    struct dw_slice word = command->words[index].value, needle = dw_slice_of(key);
    for (size_t i = 0; i + needle.len <= word.len; i++) {
        if (!dw_slice_equal_nocase(dw_slice_part(word, i, needle.len), needle))
            continue;
        struct dw_slice rest = dw_slice_trim(dw_slice_from(word, i + needle.len));
        if (rest.len > 0 && rest.at[0] == '=')
            rest = dw_slice_trim(dw_slice_from(rest, 1));
        else if (rest.len > 0 && rest.at[0] == ':')
            rest = dw_slice_trim(dw_slice_from(rest, 1));
        if (rest.len == 0)
            rest = dw_shell_value(command, index + 1);
        size_t end = 0;
        while (end < rest.len && (dw_is_alpha(rest.at[end]) || dw_is_digit(rest.at[end])))
            end++;
        rest.len = end;
        if (rest.len > 0 && (off ? is_false(rest) : !is_false(rest)))
            return true;
    }
    return false;
}

static bool has_text(struct dw_slice word, const char *text)
{
    return word.len >= strlen(text) && dw_slice_find_slice(word, dw_slice_of(text)) != SIZE_MAX;
}

/* The index of the first word that switches KEY off (or, not OFF, on); 0 for none. */
static size_t find_switch(const struct dw_shell_command *command, const char *key, bool off)
{
    for (size_t i = 1; i < command->word_count; i++)
        if (switches(command, i, key, off))
            return i;
    return 0;
}

/* WRAPS: it runs a command or script among its words, which is looked at for itself. */
static void look_at_words(struct dw_judge *judge, const struct dw_run *run, const struct dw_shell_command *command, bool wraps)
{
    const struct dw_shell_word *word = NULL;
    const char *variant = NULL;
    size_t at;
    switch (command->program) {
    case DW_PROGRAM_CURL:
        word = dw_words_option_letter(command, &dw_curl_grammar, 'k');
        if (word == NULL)
            word = dw_words_option_long(command, "--insecure");
        if (word == NULL)
            word = dw_words_option_long(command, "--proxy-insecure");
        variant = "curl";
        break;
    case DW_PROGRAM_WGET:
        word = dw_words_option_long(command, "--no-check-certificate");
        variant = "wget";
        break;
    case DW_PROGRAM_PIP:
    case DW_PROGRAM_PIP2:
    case DW_PROGRAM_PIP3:
    case DW_PROGRAM_PIPX:
        word = dw_words_option_long(command, "--trusted-host");
        for (size_t i = 1; word == NULL && i < command->word_count; i++)
            if (has_text(command->words[i].value, "trusted-host") && dw_slice_is(dw_shell_value(command, 1), "config"))
                word = &command->words[i];
        variant = "pip";
        break;
    case DW_PROGRAM_NPM:
    case DW_PROGRAM_YARN:
    case DW_PROGRAM_PNPM:
        at = find_switch(command, "strict-ssl", true);
        if (at == 0)
            at = find_switch(command, "enableStrictSsl", true);
        word = at > 0 ? &command->words[at] : dw_words_option_long(command, "--no-strict-ssl");
        variant = "npm";
        break;
    case DW_PROGRAM_GIT:
        at = find_switch(command, "http.sslVerify", true);
        word = at > 0 ? &command->words[at] : NULL;
        variant = "git";
        break;
    default:
        at = wraps ? 0 : find_switch(command, "sslverify", true);
        word = at > 0 ? &command->words[at] : NULL;
        variant = "yum";
        break;
    }
    if (word != NULL)
        tell_word(judge, run, command, word, variant);
}

static void look_at_assignments(struct dw_judge *judge, const struct dw_run *run, const struct dw_shell_command *command)
{
    for (size_t i = 0; i < command->assignment_count; i++) {
        const struct dw_shell_assignment *set = &command->assignments[i];
        const struct variable *variable = bad_variable(set->name, set->value.value);
        /* A wrapper's are its command's too. */
        if (variable != NULL && command->role != DW_SHELL_WRAPPED)
            tell_variable(judge, dw_judge_at_code(run, set->name), variable, set->name, set->value.value);
        else if (variable != NULL)
            tell_variable(judge, dw_judge_at_code(run, set->value.place), variable, set->name, set->value.value);
    }
    if (command->program != DW_PROGRAM_EXPORT && command->program != DW_PROGRAM_DECLARE)
        return;
    for (size_t i = 1; i < command->word_count; i++) {
        struct dw_slice word = command->words[i].value;
        size_t equal = dw_slice_find(word, '=');
        if (equal == SIZE_MAX)
            continue;
        const struct variable *variable = bad_variable(dw_slice_part(word, 0, equal), dw_slice_from(word, equal + 1));
        if (variable != NULL)
            tell_variable(judge, dw_judge_at_code(run, command->words[i].place), variable, dw_slice_part(word, 0, equal),
                          dw_slice_from(word, equal + 1));
    }
}

static void look_at_certificates(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        bool wraps = i + 1 < run->script->count && command[1].parent == run->script->first + i &&
                     (command[1].role == DW_SHELL_WRAPPED || command[1].role == DW_SHELL_STRING);
        if (command->kind == DW_SHELL_SIMPLE && command->word_count > 1)
            look_at_words(judge, run, command, wraps);
        look_at_assignments(judge, run, command);
    }
}

static void look_at_definitions(struct dw_judge *judge, const struct dw_dockerfile_view *view,
                                const struct dw_instruction *instruction)
{
    const struct dw_instruction *sets = instruction->inner != NULL ? instruction->inner : instruction;
    if (sets->kind == DW_INSTRUCTION_ENV)
        for (size_t i = 0; i + 2 < sets->argument_count; i += 3) {
            const struct variable *variable = bad_variable(sets->arguments[i], sets->arguments[i + 1]);
            if (variable != NULL)
                tell_variable(judge, dw_judge_at_part(view->dockerfile, sets, sets->arguments[i]), variable, sets->arguments[i],
                              sets->arguments[i + 1]);
        }
    if (sets->kind == DW_INSTRUCTION_ARG)
        for (size_t i = 0; i < sets->argument_count; i++) {
            size_t equal = dw_slice_find(sets->arguments[i], '=');
            struct dw_slice name = dw_slice_part(sets->arguments[i], 0, equal);
            const struct variable *variable =
                equal == SIZE_MAX ? NULL : bad_variable(name, dw_slice_from(sets->arguments[i], equal + 1));
            if (variable != NULL)
                tell_variable(judge, dw_judge_at_part(view->dockerfile, sets, sets->arguments[i]), variable, name,
                              dw_slice_from(sets->arguments[i], equal + 1));
        }
}

static void certificates(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    const struct dw_dockerfile *dockerfile = view->dockerfile;
    for (size_t i = 0; i < dockerfile->instructions.len; i++) {
        const struct dw_instruction *instruction = &dockerfile->instructions.at[i];
        if (instruction->stage < dockerfile->stages.len && dockerfile->stages.at[instruction->stage].reachable)
            look_at_definitions(judge, view, instruction);
    }
    dw_judge_pass_quietly(judge);
    dw_judge_runs(judge, view, DW_RUN_BUILT, NULL, 0, look_at_certificates);
}

static void container_certificates(struct dw_judge *judge, const struct dw_container *container)
{
    for (size_t i = 0; i < container->environment.len; i++) {
        const struct dw_container_variable *set = &container->environment.at[i];
        const struct variable *variable = bad_variable(set->name, set->value);
        if (variable != NULL)
            tell_variable(judge, dw_judge_at_node(set->node), variable, set->name, set->value);
    }
    dw_judge_pass_quietly(judge);
}

/* --- DF-046 --- */

static const struct {
    const char *option, *variant;
} signature_options[] = {
    {"--allow-untrusted", "apk"},
    {"--allow-unauthenticated", "apt"},
    {"--allow-insecure-repositories", "apt"},
    {"--no-check-signature", "apt"},
    {"--nogpgcheck", "nogpgcheck"},
    {"--no-gpgcheck", "nogpgcheck"},
    {"--no-gpg-checks", "nogpgcheck"},
    {"--gpg-auto-import-keys", NULL}, /* zypper: takes keys on trust, but checks signatures */
    {"--nosignature", "rpm"},
    {"--force-yes", "force-yes"},
};

/* Which programs take the options: a script of one's own may give such a name another meaning. */
static bool installs_packages(enum dw_shell_program program)
{
    switch (program) {
    case DW_PROGRAM_APK:
    case DW_PROGRAM_APT:
    case DW_PROGRAM_APT_GET:
    case DW_PROGRAM_APTITUDE:
    case DW_PROGRAM_YUM:
    case DW_PROGRAM_DNF:
    case DW_PROGRAM_DNF5:
    case DW_PROGRAM_MICRODNF:
    case DW_PROGRAM_TDNF:
    case DW_PROGRAM_ZYPPER:
    case DW_PROGRAM_RPM:
        return true;
    default:
        return false;
    }
}

static const struct dw_shell_word *unsigned_word(const struct dw_shell_command *command, const char **variant)
{
    for (size_t i = 0; i < COUNT(signature_options); i++) {
        const struct dw_shell_word *word = dw_words_option_long(command, signature_options[i].option);
        *variant = signature_options[i].variant;
        if (word != NULL && *variant != NULL)
            return word;
    }
    size_t at = find_switch(command, "AllowUnauthenticated", false);
    *variant = "apt";
    if (at == 0)
        at = find_switch(command, "AllowInsecureRepositories", false);
    if (at == 0) {
        at = find_switch(command, "gpgcheck", true);
        *variant = "nogpgcheck";
    }
    return at > 0 ? &command->words[at] : NULL;
}

/* What echo and printf write into the configuration of a package manager: "deb [trusted=yes] …", "gpgcheck=0". */
static const struct dw_shell_word *written_word(const struct dw_shell_command *command, const char **variant)
{
    size_t at = find_switch(command, "AllowUnauthenticated", false);
    *variant = "apt";
    if (at == 0 && (at = find_switch(command, "trusted", false)) != 0 && !has_text(command->words[at].value, "deb"))
        at = 0;
    if (at == 0) {
        at = find_switch(command, "gpgcheck", true);
        *variant = "nogpgcheck";
    }
    return at > 0 ? &command->words[at] : NULL;
}

static void look_at_signatures(struct dw_judge *judge, const struct dw_run *run)
{
    for (size_t i = 0; i < run->script->count; i++) {
        const struct dw_shell_command *command = &run->script->commands[i];
        if (command->kind != DW_SHELL_SIMPLE)
            continue;
        const struct dw_shell_word *word = NULL;
        const char *variant = NULL;
        if (installs_packages(command->program)) {
            word = unsigned_word(command, &variant);
        } else if (command->program == DW_PROGRAM_ECHO || command->program == DW_PROGRAM_PRINTF) {
            word = written_word(command, &variant);
        }
        if (word != NULL)
            tell_word(judge, run, command, word, variant);
    }
}

static void signatures(struct dw_judge *judge, const struct dw_dockerfile_view *view)
{
    static const enum dw_shell_program programs[] = {
        DW_PROGRAM_APK, DW_PROGRAM_APT,      DW_PROGRAM_APT_GET, DW_PROGRAM_APTITUDE, DW_PROGRAM_YUM,  DW_PROGRAM_DNF,   DW_PROGRAM_DNF5,
        DW_PROGRAM_MICRODNF, DW_PROGRAM_TDNF, DW_PROGRAM_ZYPPER, DW_PROGRAM_RPM,      DW_PROGRAM_ECHO, DW_PROGRAM_PRINTF};
    dw_judge_runs(judge, view, DW_RUN_BUILT, programs, COUNT(programs), look_at_signatures);
}

/* --- the rows --- */

static const struct dw_rule_variant certificate_variants[] = {
    {"curl", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_2", "curl -k, --insecure"},
    {"wget", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_3", "wget --no-check-certificate"},
    {"pip", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_4", "pip --trusted-host"},
    {"pip-env", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_16", "PIP_TRUSTED_HOST"},
    {"python", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_5", "PYTHONHTTPSVERIFY=0"},
    {"node", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_6", "NODE_TLS_REJECT_UNAUTHORIZED=0"},
    {"npm-env", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_12", "NPM_CONFIG_STRICT_SSL=false"},
    {"npm", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_13", "npm or yarn: strict-ssl false"},
    {"git", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_14", "GIT_SSL_NO_VERIFY, http.sslVerify=false"},
    {"yum", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_15", "sslverify=false of yum and dnf"},
    {0},
};
static const struct dw_rule_variant signature_variants[] = {
    {"apk", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_7", "apk --allow-untrusted"},
    {"apt", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_8", "apt-get --allow-unauthenticated, [trusted=yes]"},
    {"nogpgcheck", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_9", "yum, dnf --nogpgcheck, gpgcheck=0"},
    {"rpm", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_10", "rpm --nosignature"},
    {"force-yes", DW_SEVERITY_UNKNOWN, "CKV2_DOCKER_11", "apt-get --force-yes"},
    {0},
};
static const struct dw_rule_example certificate_examples[] = {
    {"Dockerfile", "FROM debian:12.5\nRUN curl -fsSLkO https://example.com/a\n", "FROM debian:12.5\nRUN curl -fsSLO https://example.com/a\n"},
    {"Dockerfile", "FROM node:22-alpine\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n",
     "FROM node:22-alpine\nCOPY company-ca.pem /etc/ssl/\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/company-ca.pem\n"},
    {0},
};
static const struct dw_rule_example signature_examples[] = {
    {"Dockerfile", "FROM alpine:3.20\nRUN apk add --no-cache --allow-untrusted /tmp/tool.apk\n",
     "FROM alpine:3.20\nCOPY tool.rsa.pub /etc/apk/keys/\nRUN apk add --no-cache /tmp/tool.apk\n"},
    {"Dockerfile", "FROM debian:12.5\nRUN apt-get update && apt-get install -y --allow-unauthenticated tool=1.0\n",
     "FROM debian:12.5\nCOPY tool.gpg /usr/share/keyrings/\nRUN apt-get update && apt-get install -y tool=1.0\n"},
    {0},
};

const struct dw_rule dw_verification_rules[] = {
    {.id = "DF-045",
     .title = "TLS verification on",
     .chapter = 5,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "Neither a command of the build nor a variable of build or service switches off the checking of certificates.",
     .why = "Without it anybody on the way can put other code into the build, or read what the service sends, passwords included.",
     .fix = "Delete the switch. For a certificate authority of your own, add its certificate to the image's trust store.",
     .aliases = "",
     .pass = "certificates are checked",
     .none = "nothing is run and no variable is set",
     .variants = certificate_variants,
     .examples = certificate_examples,
     .on_image = true,
     .dockerfile = certificates,
     .container = container_certificates},
    {.id = "DF-046",
     .title = "Package signature verification on",
     .chapter = 1,
     .severity = DW_SEVERITY_HIGH,
     .repair = DW_REPAIR_REVIEW,
     .what = "No package manager is told to install what is not signed by a key that the image trusts.",
     .why = "The signature is what says that a package comes from whom the repository is trusted for; a mirror or a proxy can exchange "
            "everything else.",
     .fix = "Delete the switch, and install the repository's signing key.",
     .aliases = "cis:4.11",
     .pass = "signatures of packages are checked",
     .none = "no RUN instruction",
     .variants = signature_variants,
     .examples = signature_examples,
     .dockerfile = signatures},
};
const size_t dw_verification_rule_count = DW_RULE_COUNT(dw_verification_rules);
