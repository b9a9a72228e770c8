# SPDX-License-Identifier: Apache-2.0
load helper

@test "version-compare prints one sign" {
    run -0 --separate-stderr dockworthy version-compare alpine 1.1.1g-r0 1.1.1k-r0
    [ "$output" = "<" ]
    [ "$stderr" = "" ]
    run -0 --separate-stderr dockworthy version-compare debian 1:1.0 2.0
    [ "$output" = ">" ]
    run -0 --separate-stderr dockworthy version-compare npm 1.0.0+a v1
    [ "$output" = "=" ]
}

@test "version-compare takes OSV's names and any case" {
    for name in Alpine:v3.18 ALPINE alpine; do
        run -0 dockworthy version-compare "$name" 1.0_rc1 1.0
        [ "$output" = "<" ]
    done
    run -0 dockworthy version-compare Debian:12 1.0~rc1 1.0
    [ "$output" = "<" ]
    run -0 dockworthy version-compare crates.io 1.0.0-rc.1 1.0.0
    [ "$output" = "<" ]
    run -0 dockworthy version-compare Go v0.0.0-20201215153152-4422e3b66b9f v0.0.1
    [ "$output" = "<" ]
}

@test "version-compare --explain shows what decides" {
    run -0 dockworthy version-compare alpine --explain 1.1.1g-r0 1.1.1k-r0
    [ "$output" = "1.1.1g-r0 < 1.1.1k-r0: equal 1, 1, 1; letter g < k" ]
}

@test "version-compare without versions checks rows" {
    run -0 dockworthy --quiet version-compare npm <<<$'# a comment\n// another\n\n1.0.0 < 1.0.1\n1.0 = 1.0.0\n2 > 1\n'
    [ "$output" = "" ]
    run -1 dockworthy --quiet version-compare npm <<<$'1.0.0 < 1.0.1\n1.0.1 < 1.0.0\n1 = 2'
    [ "$output" = $'1.0.1 < 1.0.0\n1 = 2' ]
    run -0 dockworthy --quiet version-compare npm </dev/null
}

@test "version-compare names a line that is no row" {
    for row in "1.0" "1 < 2 3" "1 <= 2" "1 ~ 2"; do
        run -3 dockworthy version-compare npm <<<$'1 < 2\n'"$row"
        contains "line 2"
    done
}

@test "version-compare agrees with the shared rows" {
    data=${DOCKWORTHY_TEST_DATA:-$DOCKWORTHY_SOURCE/../shared/data}/vectors/version
    [ -d "$data" ] || skip "no test data"
    for pair in alpine:alpine alpine:alpine-generated debian:debian debian:debian-generated npm:semver; do
        run -0 dockworthy --quiet version-compare "${pair%%:*}" <"$data/${pair#*:}.txt"
        [ "$output" = "" ]
    done
}

@test "an ecosystem without an order is an error with the nearest name" {
    run -2 dockworthy version-compare alpin 1 2
    contains 'did you mean "alpine"?'
    run -2 dockworthy version-compare pypo 1 2
    contains 'there is no version order of "pypo"'
}

@test "one version alone, and too many, are errors" {
    run -2 dockworthy version-compare npm 1
    run -2 dockworthy version-compare npm 1 2 3
    contains "one argument too many"
    run -2 dockworthy version-compare
    contains "ECOSYSTEM"
}

@test "what is no version is said, on standard error" {
    run -0 --separate-stderr dockworthy version-compare npm latest 1.0.0
    [ "$output" = ">" ]
    [[ $stderr == *'"latest" is no version of npm'* ]]
    run -0 --separate-stderr dockworthy --quiet version-compare npm latest 1.0.0
    [ "$stderr" = "" ]
}

@test "terminal escapes from versions are not passed on" {
    run -0 dockworthy version-compare npm --explain $'1.0-\e[31m' 1.0
    lacks $'\e'
    contains '\x1b[31m'
    run -1 dockworthy version-compare npm <<<$'1 > 2\e[2J'
    lacks $'\e'
}
