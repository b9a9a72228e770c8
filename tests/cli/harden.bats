#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Repairs from the outside: a diff that patch(1) takes, files written with their mode, answers, exit codes.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    printf 'FROM scratch\nMAINTAINER Ann\nUSER root\nCMD ["/a"]\n' >Dockerfile
    printf 'services:\n  web:\n    image: x:1 # pinned elsewhere\n    user: root\n' >compose.yaml
}

@test "a diff is printed, patch takes it, and nothing is written" {
    cp Dockerfile before
    run -1 --separate-stderr "$DOCKWORTHY" harden --all Dockerfile compose.yaml
    cmp Dockerfile before
    printf '%s\n' "$output" | patch -s -p1
    grep -q '^USER 65532:65532$' Dockerfile
    grep -q '^    image: x:1 # pinned elsewhere$' compose.yaml
    run -0 "$DOCKWORTHY" harden --all Dockerfile compose.yaml
}

@test "--write keeps the mode and follows a link; a second run changes nothing" {
    chmod 640 Dockerfile
    ln -s Dockerfile link.Dockerfile
    run -0 "$DOCKWORTHY" harden --write link.Dockerfile
    [ -L link.Dockerfile ]
    [ "$(stat -c %a Dockerfile)" = 640 ]
    grep -q '^USER root$' Dockerfile
    run ! grep -q MAINTAINER Dockerfile
    cp Dockerfile once
    run -0 "$DOCKWORTHY" harden --write Dockerfile
    cmp Dockerfile once
}

@test "--interactive asks, and writes what was agreed to" {
    printf 'n\n' | "$DOCKWORTHY" harden --interactive --only DF-031 Dockerfile
    grep -q MAINTAINER Dockerfile
    printf 'y\n' | "$DOCKWORTHY" harden --interactive --only DF-031 Dockerfile
    run ! grep -q MAINTAINER Dockerfile
    "$DOCKWORTHY" harden --interactive --all compose.yaml </dev/null
    grep -q 'user: root' compose.yaml
}

@test "digests come from the lock file" {
    printf 'FROM node:22-alpine\n' >Dockerfile
    printf 'version: 1\nimages:\n  node:22-alpine: {digest: "sha256:%064d", date: 2026-11-01}\n' 1 >my.lock
    run -0 "$DOCKWORTHY" harden --all --write --only BASE-001 --digests my.lock Dockerfile
    grep -q "^FROM node:22-alpine@sha256:$(printf %064d 1)\$" Dockerfile
    run -2 "$DOCKWORTHY" harden --digests none.lock Dockerfile
}

@test "what cannot be read is left alone and is exit 3; the others are repaired" {
    printf 'FORM x\n' >bad.Dockerfile
    run -3 "$DOCKWORTHY" harden --write bad.Dockerfile missing Dockerfile
    [ "$(cat bad.Dockerfile)" = "FORM x" ]
    run ! grep -q MAINTAINER Dockerfile
    run -2 "$DOCKWORTHY" harden --only NO-001 Dockerfile
    run -2 "$DOCKWORTHY" harden
    mkdir empty
    run -4 "$DOCKWORTHY" harden empty
}

@test "standard input is no file that could be repaired, and that is said" {
    run "$DOCKWORTHY" harden -
    exits 2
    contains "harden takes no standard input"
}

@test "a stream of 4,000 manifests is repaired in the time that it takes to read it some times over" {
    for ((i = 0; i < 4000; i++)); do
        printf -- '---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec: {containers: [{name: a, image: b}]}\n' "$i"
    done >stream.yaml
    run timeout 15 "$DOCKWORTHY" harden --all --write --quiet stream.yaml
    exits 0
    run "$DOCKWORTHY" harden --all --only RT-001 stream.yaml
    exits 0
}

@test "--only takes other tools' ids, and refuses what nobody has" {
    cd "$BATS_TEST_TMPDIR"
    printf 'FROM scratch AS Base\nMAINTAINER x\nUSER 65532:65532\n' >Dockerfile
    run "$DOCKWORTHY" harden --only DL4000 Dockerfile
    exits 1
    contains "-MAINTAINER x"
    contains " FROM scratch AS Base"
    run "$DOCKWORTHY" harden --only DL9999 Dockerfile
    exits 2
}
