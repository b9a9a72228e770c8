/* SPDX-License-Identifier: Apache-2.0
 *
 * apt-get(8), aptitude(8), pip install, npm install, apk(8), gem install, yum(8), dnf(8), zypper(8), go help install, yarn. */
#include "rule/package_manager.h"

static const struct dw_package_manager_row rows[DW_MANAGER_COUNT] = {
    [DW_MANAGER_APT] = {"apt", " install reinstall build-dep ", " update ", " upgrade dist-upgrade full-upgrade safe-upgrade ",
                        "curl=7.88.1-10+deb12u5",
                        {"toac", " --target-release --default-release --option --config-file --host-architecture --solver "}},
    [DW_MANAGER_PIP] = {"pip", " install ", "", "", "flask==3.0.3",
                        {"rceitfbd",
                         " --requirement --constraint --editable --target --index-url --extra-index-url --find-links --build --prefix "
                         "--root --trusted-host --src --global-option --install-option --config-settings --no-binary --only-binary "
                         "--platform --python-version --implementation --abi --upgrade-strategy --progress-bar --proxy --retries "
                         "--timeout --exists-action --cert --client-cert --cache-dir --log --root-user-action --use-feature "
                         "--use-deprecated --report --python --spec --pip-args --index --suffix --group --build-option --keyring-provider "}},
    [DW_MANAGER_NPM] = {"npm", " install i add in ins inst insta instal isnt isnta isntal isntall ", "", " update up upgrade ",
                        "express@4.19.2",
                        {"wC",
                         " --loglevel --registry --prefix --cache --userconfig --globalconfig --tag --omit --include --workspace --otp "
                         "--script-shell --fetch-retries --fetch-timeout --fetch-retry-mintimeout --fetch-retry-maxtimeout --maxsockets "
                         "--cpu --os --libc --install-strategy --before --https-proxy --proxy --noproxy --cafile --ca "}},
    [DW_MANAGER_APK] = {"apk", " add ", " update ", " upgrade ", "curl=8.5.0-r0",
                        {"tXp",
                         " --virtual --repository --root --arch --keys-dir --cache-dir --cache-max-age --repositories-file --wait "
                         "--progress-fd --timeout "}},
    [DW_MANAGER_GEM] = {"gem", " install i ", "", " update ", "rails:7.1.3",
                        {"vinBPsp",
                         " --version --install-dir --bindir --source --platform --trust-policy --file --without --http-proxy "
                         "--config-file "}},
    [DW_MANAGER_YUM] = {"yum", " install localinstall ", " makecache ", " update upgrade distro-sync ", "httpd-2.4.57",
                        {"cderRxC",
                         " --enablerepo --disablerepo --repo --installroot --releasever --setopt --exclude --repofrompath --config "
                         "--forcearch --disableplugin --enableplugin --disableexcludes --rpmverbosity "}},
    [DW_MANAGER_DNF] = {"dnf", " install in localinstall ", " makecache mc ", " upgrade up update upgrade-minimal up-min distro-sync dsync ",
                        "httpd-2.4.57",
                        {"cderRx",
                         " --enablerepo --disablerepo --repo --repoid --installroot --releasever --setopt --exclude --repofrompath "
                         "--config --forcearch --disableplugin --enableplugin --disableexcludes --rpmverbosity --advisory "}},
    [DW_MANAGER_ZYPPER] = {"zypper", " install in ", " refresh ref ", " dist-upgrade dup update up ", "curl=8.0.1",
                           {"rtRcDp",
                            " --repo --from --type --root --plus-repo --plus-content --config --reposd-dir --cache-dir --raw-cache-dir "
                            "--solv-cache-dir --pkg-cache-dir --installroot --releasever "}},
    [DW_MANAGER_GO] = {"go", " install get run ", "", "", "example.com/tool@v1.2.3",
                       {"", " -ldflags -gcflags -asmflags -gccgoflags -tags -o -p -mod -modfile -overlay -C -pkgdir -toolexec "
                            "-compiler -buildmode -installsuffix -exec -covermode -coverpkg "}},
    [DW_MANAGER_YARN] = {"yarn", " install add ", "", " upgrade ", "express@4.19.2", {"", " --cwd --registry --cache-folder --modules-folder "}},
};

const struct dw_package_manager_row *dw_package_manager_row(enum dw_package_manager manager)
{
    return &rows[manager];
}

const enum dw_shell_program dw_package_programs[] = {
    DW_PROGRAM_APT, DW_PROGRAM_APT_GET, DW_PROGRAM_APTITUDE, DW_PROGRAM_PIP,      DW_PROGRAM_PIP2, DW_PROGRAM_PIP3,
    DW_PROGRAM_PIPX, DW_PROGRAM_NPM,    DW_PROGRAM_APK,      DW_PROGRAM_GEM,      DW_PROGRAM_YUM,  DW_PROGRAM_ZYPPER,
    DW_PROGRAM_DNF, DW_PROGRAM_DNF5,    DW_PROGRAM_MICRODNF, DW_PROGRAM_TDNF,     DW_PROGRAM_GO,   DW_PROGRAM_YARN,
};
const size_t dw_package_program_count = sizeof(dw_package_programs) / sizeof(dw_package_programs[0]);

static enum dw_package_manager manager_of(enum dw_shell_program program)
{
    switch (program) {
    case DW_PROGRAM_APT:
    case DW_PROGRAM_APT_GET:
    case DW_PROGRAM_APTITUDE:
        return DW_MANAGER_APT;
    case DW_PROGRAM_PIP:
    case DW_PROGRAM_PIP2:
    case DW_PROGRAM_PIP3:
    case DW_PROGRAM_PIPX:
        return DW_MANAGER_PIP;
    case DW_PROGRAM_NPM:
        return DW_MANAGER_NPM;
    case DW_PROGRAM_APK:
        return DW_MANAGER_APK;
    case DW_PROGRAM_GEM:
        return DW_MANAGER_GEM;
    case DW_PROGRAM_YUM:
        return DW_MANAGER_YUM;
    case DW_PROGRAM_ZYPPER:
        return DW_MANAGER_ZYPPER;
    case DW_PROGRAM_DNF:
    case DW_PROGRAM_DNF5:
    case DW_PROGRAM_MICRODNF:
    case DW_PROGRAM_TDNF:
        return DW_MANAGER_DNF;
    case DW_PROGRAM_GO:
        return DW_MANAGER_GO;
    case DW_PROGRAM_YARN:
        return DW_MANAGER_YARN;
    default:
        return DW_MANAGER_NONE;
    }
}

bool dw_package_command_read(const struct dw_shell_command *command, struct dw_package_command *package)
{
    *package = (struct dw_package_command){.command = command, .manager = manager_of(command->program), .at = 1};
    if (package->manager == DW_MANAGER_NONE || command->kind != DW_SHELL_SIMPLE)
        return false;
    const struct dw_package_manager_row *row = &rows[package->manager];
    package->subcommand = dw_words_operand(command, &row->grammar, &package->at);
    bool rpm = package->manager == DW_MANAGER_YUM || package->manager == DW_MANAGER_DNF;
    if (rpm && package->subcommand != NULL) {
        package->module = dw_slice_is(package->subcommand->value, "module");
        package->group = dw_slice_is(package->subcommand->value, "group");
        if (package->module || package->group)
            package->subcommand = dw_words_operand(command, &row->grammar, &package->at);
    }
    if (package->subcommand == NULL)
        return true;
    struct dw_slice name = package->subcommand->value;
    package->installs = dw_word_in(name, row->install);
    package->updates = dw_word_in(name, row->update);
    package->upgrades = dw_word_in(name, row->upgrade);
    return true;
}

/* --- versions --- */

static bool has_any(struct dw_slice word, const char *characters)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] != '\0' && strchr(characters, word.at[i]) != NULL)
            return true;
    return false;
}

static bool has(struct dw_slice word, const char *part)
{
    return dw_slice_find_slice(word, dw_slice_of(part)) != SIZE_MAX;
}

/* A file or folder of the build, not a package of a registry. */
static bool is_path(struct dw_slice word)
{
    return word.len > 0 && (word.at[0] == '/' || word.at[0] == '.' || word.at[0] == '~');
}

/* Nothing but expansions, or words of them: a list of packages from elsewhere. */
static enum dw_pin pin_by(bool bound, const struct dw_shell_word *word)
{
    return bound ? DW_PIN_BOUND : word->literal ? DW_PIN_FREE : DW_PIN_UNKNOWN;
}

static enum dw_pin pin_apt(const struct dw_shell_word *word)
{
    struct dw_slice name = word->value;
    if (name.len > 1 && name.at[name.len - 1] == '-' && word->literal)
        return DW_PIN_NOT_A_PACKAGE; /* removes it */
    return pin_by(has_any(name, "=/") || dw_slice_ends_with(name, ".deb"), word);
}

static bool is_archive(struct dw_slice name, const char *const *ends)
{
    for (; *ends != NULL; ends++)
        if (dw_slice_ends_with(name, *ends))
            return true;
    return false;
}

/* "git+https://host/project.git@ref#egg=x": the "@" of a user stands before the path. */
static bool has_git_ref(struct dw_slice url)
{
    size_t fragment = dw_slice_find(url, '#');
    url = dw_slice_part(url, 0, fragment);
    size_t slash = dw_slice_find_last(url, '/');
    return slash != SIZE_MAX && dw_slice_find(dw_slice_from(url, slash), '@') != SIZE_MAX;
}

static enum dw_pin pin_pip(const struct dw_shell_word *word)
{
    static const char *const archives[] = {".whl", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tar", ".zip", ".egg", NULL};
    struct dw_slice name = word->value;
    if (dw_slice_starts_with(name, "git+") || dw_slice_starts_with(name, "hg+") || dw_slice_starts_with(name, "svn+") ||
        dw_slice_starts_with(name, "bzr+"))
        return pin_by(has_git_ref(name), word);
    return pin_by(has_any(name, "=<>~!@/") || is_path(name) || is_archive(name, archives), word);
}

static enum dw_pin pin_npm(const struct dw_shell_word *word)
{
    static const char *const archives[] = {".tar", ".tar.gz", ".tgz", NULL};
    struct dw_slice name = word->value;
    if (is_path(name) || is_archive(name, archives))
        return DW_PIN_BOUND;
    if (dw_slice_starts_with(name, "git+") || dw_slice_starts_with(name, "git:") || dw_slice_starts_with(name, "github:"))
        return pin_by(dw_slice_find(name, '#') != SIZE_MAX, word);
    if (has(name, "://"))
        return DW_PIN_BOUND;
    size_t at = dw_slice_find(dw_slice_from(name, 1), '@');
    struct dw_slice version = at == SIZE_MAX ? DW_SLICE("") : dw_slice_from(name, at + 2);
    bool tag = dw_slice_is(version, "latest") || dw_slice_is(version, "next");
    if (at == SIZE_MAX && name.len > 0 && name.at[0] != '@' && has_any(name, "/#")) /* owner/project of GitHub */
        return pin_by(dw_slice_find(name, '#') != SIZE_MAX, word);
    return pin_by(version.len > 0 && !tag, word);
}

static enum dw_pin pin_apk(const struct dw_shell_word *word)
{
    struct dw_slice name = word->value;
    if (name.len > 0 && name.at[0] == '!')
        return DW_PIN_NOT_A_PACKAGE;
    return pin_by(has_any(name, "=<>~") || dw_slice_ends_with(name, ".apk"), word);
}

static enum dw_pin pin_gem(const struct dw_shell_word *word)
{
    struct dw_slice name = word->value;
    if (dw_slice_is(name, "true") || dw_slice_is(name, "false"))
        return DW_PIN_NOT_A_PACKAGE; /* the value of an option of the gem's own build */
    return pin_by(has_any(name, ":/") || dw_slice_ends_with(name, ".gem"), word);
}

/* name-version or name-version-release[.arch]: the last part but one, or the last, begins with a digit. */
static bool is_rpm_version(struct dw_slice name)
{
    size_t last = dw_slice_find_last(name, '-');
    if (last == SIZE_MAX || last == 0 || last + 1 >= name.len || !dw_is_digit(name.at[last + 1]))
        return false;
    return true;
}

static enum dw_pin pin_rpm(const struct dw_package_command *package, const struct dw_shell_word *word)
{
    struct dw_slice name = word->value;
    if (package->group || (name.len > 0 && name.at[0] == '@' && !has(name, ":")))
        return DW_PIN_NOT_A_PACKAGE;
    if (package->module)
        return pin_by(has(name, ":"), word);
    bool file = is_path(name) || has(name, "://") || dw_slice_ends_with(name, ".rpm");
    bool variable = !word->literal && has(name, "-"); /* name-$VERSION */
    return pin_by(file || variable || has_any(name, "=<>") || is_rpm_version(name), word);
}

static enum dw_pin pin_zypper(const struct dw_shell_word *word)
{
    struct dw_slice name = word->value;
    return pin_by(has_any(name, "=<>") || is_path(name) || dw_slice_ends_with(name, ".rpm") || has(name, "://"), word);
}

static enum dw_pin pin_go(const struct dw_shell_word *word)
{
    struct dw_slice name = word->value;
    if (is_path(name) || dw_slice_ends_with(name, ".go"))
        return DW_PIN_BOUND;
    size_t at = dw_slice_find(name, '@');
    struct dw_slice version = at == SIZE_MAX ? DW_SLICE("") : dw_slice_from(name, at + 1);
    return pin_by(version.len > 0 && !dw_slice_is(version, "latest"), word);
}

enum dw_pin dw_package_pin(const struct dw_package_command *package, const struct dw_shell_word *word)
{
    if (word->value.len == 0)
        return DW_PIN_NOT_A_PACKAGE;
    switch (package->manager) {
    case DW_MANAGER_APT:
        return pin_apt(word);
    case DW_MANAGER_PIP:
        return pin_pip(word);
    case DW_MANAGER_NPM:
        return pin_npm(word);
    case DW_MANAGER_APK:
        return pin_apk(word);
    case DW_MANAGER_GEM:
        return pin_gem(word);
    case DW_MANAGER_YUM:
    case DW_MANAGER_DNF:
        return pin_rpm(package, word);
    case DW_MANAGER_ZYPPER:
        return pin_zypper(word);
    case DW_MANAGER_GO:
        return pin_go(word);
    default:
        return DW_PIN_NOT_A_PACKAGE;
    }
}

bool dw_package_all_bound(const struct dw_package_command *package)
{
    const struct dw_option_grammar *grammar = &rows[package->manager].grammar;
    struct dw_slice value;
    switch (package->manager) {
    case DW_MANAGER_APT:
        return dw_words_option_value(package->command, grammar, "--target-release", 't', &value) ||
               dw_words_option_long(package->command, "--default-release") != NULL ||
               dw_slice_is(package->subcommand->value, "build-dep");
    case DW_MANAGER_PIP:
        return dw_words_option_value(package->command, grammar, "--requirement", 'r', &value) ||
               dw_words_option_value(package->command, grammar, "--constraint", 'c', &value);
    case DW_MANAGER_GEM:
        return dw_words_option_value(package->command, grammar, "--version", 'v', &value);
    default:
        return false;
    }
}
