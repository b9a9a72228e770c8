# SPDX-License-Identifier: Apache-2.0
load helper

calls() { printf '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": [%s], "action": "SCMP_ACT_ALLOW"}]}\n' "$1"; }

@test "seccomp check: what weakens a profile exits with 1, what is only untidy with 0, what no engine takes with 3" {
    cd "$BATS_TEST_TMPDIR"
    calls '"read", "write"' >good.json
    calls '"read", "opne"' >untidy.json
    calls '"read", "bpf"' >weak.json
    echo '{"defaultAction": "ALLOW"}' >refused.json
    run -0 --separate-stderr dockworthy seccomp check good.json
    [ -z "$output" ]
    run -0 dockworthy seccomp check untidy.json
    [[ $output == *'untidy.json:1:'*'note: unknown: no Linux has a call "opne"'* ]]
    run -1 dockworthy seccomp check good.json weak.json
    [[ $output == *'weak: dangerous: "bpf"'* ]]
    run -3 dockworthy seccomp check weak.json refused.json
    [[ $output == *'refused.json:1:19: "ALLOW" is no action'* ]]
    run -3 dockworthy seccomp check absent.json
}

@test "seccomp diff: per set of capabilities, by arguments too" {
    cd "$BATS_TEST_TMPDIR"
    calls '"read", "chroot"' >a.json
    run -1 dockworthy seccomp diff a.json default
    [[ $output == *"capabilities none: each lets through"* ]]
    [[ $output == *"a.json lets through what default does not: chroot"* ]]
    [[ $output == *"SYS_CHROOT"*": the first is stricter"* ]]
    run -0 dockworthy seccomp diff default default
    [ "$(grep -c "no difference" <<<"$output")" = 3 ]
    calls '"socket"' >b.json
    run -1 dockworthy seccomp diff b.json default --capability none
    [[ $output == *"socket (some arguments) (!)"* ]]
}

@test "seccomp show: the OCI form for capabilities, architecture and kernel" {
    cd "$BATS_TEST_TMPDIR"
    dockworthy seccomp show default --capability none >none.json
    [ "$(jq '[.syscalls[].names[]] | length' none.json)" = 376 ]
    dockworthy seccomp show default >default.json
    [ "$(jq '[.syscalls[].names[]] | length' default.json)" = 377 ]
    [ "$(jq -c .architectures default.json)" = '["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"]' ]
    [ "$(dockworthy seccomp show default --kernel 4.4 | jq '[.syscalls[].names[] | select(. == "ptrace")] | length')" = 0 ]
    dockworthy seccomp show default --architecture arm64 | jq -e '[.syscalls[].names[]] | index("sync_file_range2") != null'
    # What is shown is a profile again, and means the same.
    run -0 dockworthy seccomp diff none.json default --capability none
    run -2 dockworthy seccomp show default --capability SYS_ADMN
    [[ $output == *'did you mean "SYS_ADMIN"?'* ]]
    run -2 dockworthy seccomp record -- true
    [[ $output == *"record"*"later"* || $output == *"not part of this version"* ]]
}
