/* SPDX-License-Identifier: Apache-2.0
 *
 * The programs that rules know by name, so that a rule need not compare texts. */
#ifndef DW_SHELL_PROGRAM_H
#define DW_SHELL_PROGRAM_H

#include "base/slice.h"

/* Sorted by name: looking one up is a binary search. */
#define DW_SHELL_PROGRAMS(X) \
    X(DOT, ".") X(COLON, ":") X(ADDUSER, "adduser") X(APK, "apk") X(APT, "apt") X(APT_GET, "apt-get") \
    X(APTITUDE, "aptitude") X(ARIA2C, "aria2c") X(ASH, "ash") X(AWK, "awk") X(BASE64, "base64") \
    X(BASH, "bash") X(BUILTIN, "builtin") X(BUNDLE, "bundle") X(BUSYBOX, "busybox") X(CARGO, "cargo") \
    X(CAT, "cat") X(CD, "cd") X(CHPASSWD, "chpasswd") X(CHRONIC, "chronic") X(CHROOT, "chroot") \
    X(COMMAND, "command") X(COMPOSER, "composer") X(CONDA, "conda") X(COREPACK, "corepack") X(CP, "cp") \
    X(CURL, "curl") X(CURLIE, "curlie") X(DASH, "dash") X(DBUS_RUN_SESSION, "dbus-run-session") X(DD, "dd") \
    X(DECLARE, "declare") X(DNF, "dnf") X(DNF5, "dnf5") X(DOAS, "doas") X(DOCKER, "docker") \
    X(DUMB_INIT, "dumb-init") X(EATMYDATA, "eatmydata") X(ECHO, "echo") X(ENV, "env") X(EVAL, "eval") \
    X(EXEC, "exec") X(EXPORT, "export") X(FAKEROOT, "fakeroot") X(FETCH, "fetch") X(FIND, "find") \
    X(FISH, "fish") X(FLOCK, "flock") X(FREE, "free") X(GEM, "gem") X(GIT, "git") X(GO, "go") X(GOSU, "gosu") \
    X(GPG, "gpg") X(GUNZIP, "gunzip") X(GZIP, "gzip") X(HTTP, "http") X(IFCONFIG, "ifconfig") \
    X(INSTALL, "install") X(IONICE, "ionice") X(JAR, "jar") X(JAVA, "java") X(KILL, "kill") X(KSH, "ksh") \
    X(LINUX32, "linux32") X(LINUX64, "linux64") X(LN, "ln") X(LUA, "lua") X(MAMBA, "mamba") \
    X(MICRODNF, "microdnf") X(MICROMAMBA, "micromamba") X(MKSH, "mksh") X(MOUNT, "mount") X(MV, "mv") \
    X(NICE, "nice") X(NODE, "node") X(NODEJS, "nodejs") X(NOHUP, "nohup") X(NPM, "npm") X(NPX, "npx") \
    X(PASSWD, "passwd") X(PERL, "perl") X(PHP, "php") X(PIP, "pip") X(PIP2, "pip2") X(PIP3, "pip3") \
    X(PIPENV, "pipenv") X(PIPX, "pipx") X(PNPM, "pnpm") X(POETRY, "poetry") X(POWERSHELL, "powershell") \
    X(PRINTENV, "printenv") X(PRINTF, "printf") X(PS, "ps") X(PWSH, "pwsh") X(PYTHON, "python") \
    X(PYTHON2, "python2") X(PYTHON3, "python3") X(RM, "rm") X(RPM, "rpm") X(RPMKEYS, "rpmkeys") \
    X(RSYNC, "rsync") X(RUBY, "ruby") X(RUNUSER, "runuser") X(S6_SETUIDGID, "s6-setuidgid") X(SCP, "scp") \
    X(SERVICE, "service") X(SET, "set") X(SETARCH, "setarch") X(SETSID, "setsid") X(SH, "sh") \
    X(SHOPT, "shopt") X(SHUTDOWN, "shutdown") X(SOURCE, "source") X(SSH, "ssh") X(STDBUF, "stdbuf") \
    X(SU, "su") X(SU_EXEC, "su-exec") X(SUDO, "sudo") X(SYSTEMCTL, "systemctl") X(TAR, "tar") X(TDNF, "tdnf") \
    X(TEE, "tee") X(TIME, "time") X(TIMEOUT, "timeout") X(TINI, "tini") X(TOP, "top") X(TRAP, "trap") \
    X(TRUE, "true") X(TWINE, "twine") X(UMASK, "umask") X(UNBUFFER, "unbuffer") X(UNSET, "unset") \
    X(UNZIP, "unzip") X(USERADD, "useradd") X(USERMOD, "usermod") X(UV, "uv") X(VI, "vi") X(VIM, "vim") \
    X(WGET, "wget") X(XARGS, "xargs") X(XVFB_RUN, "xvfb-run") X(XZ, "xz") X(YARN, "yarn") X(YUM, "yum") \
    X(ZSH, "zsh") X(ZYPPER, "zypper")

enum dw_shell_program {
    DW_PROGRAM_UNKNOWN,
#define DW_PROGRAM_CONSTANT(name, text) DW_PROGRAM_##name,
    DW_SHELL_PROGRAMS(DW_PROGRAM_CONSTANT)
#undef DW_PROGRAM_CONSTANT
    DW_PROGRAM_COUNT
};

/* A set of programs. */
struct dw_program_set {
    uint64_t bits[(DW_PROGRAM_COUNT + 63) / 64];
};
static inline bool dw_program_in(const struct dw_program_set *set, enum dw_shell_program program)
{
    return (set->bits[program / 64] >> (program % 64)) & 1;
}
static inline void dw_program_add(struct dw_program_set *set, enum dw_shell_program program)
{
    set->bits[program / 64] |= UINT64_C(1) << (program % 64);
}

/* "apt-get"; "" for the unknown one. */
const char *dw_program_name(enum dw_shell_program program);
/* The program of NAME (no path). A version behind pip, python, php or lua does not count: "python3.11" is python3. */
enum dw_shell_program dw_program_find(struct dw_slice name);
/* A shell that reads a script from a word behind -c or from its standard input: sh, bash, dash, ash, zsh, ksh, mksh. */
bool dw_program_is_shell(enum dw_shell_program program);

#endif
