#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the policy says to rules: custom rules in jq, comments that suppress, switches and severities.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR"
}

custom() {
    printf '%s' "$1" >rules.jq
    printf 'version: 1\nimages: [{image: "%s"}]\ncustom-rules: [rules.jq]\n' "$(image debian-node)" >dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --database "$(database)" --now "$NOW" --format json --output verdict.json "${@:2}"
}

@test "a custom rule sees the facts that show prints, and gives a finding" {
    custom 'select(.kind == "image" and (.packages | length) > 1)
            | {id: "ACME-001", severity: "high", title: "T", message: "has \(.packages | length)", path: "p", line: 3, fix: "f"}'
    exits 1
    count=$("$DOCKWORTHY" show "$(image debian-node)" | jq '.packages | length')
    [ "$(jq -c '[.findings[] | select(.rule == "ACME-001") | .severity, .title, .message, .location.path, .location.line, .fix]' verdict.json)" = \
        "[\"high\",\"T\",\"has $count\",\"p\",3,\"f\"]" ]
}

@test "a custom rule that is wrong ends the run with exit code 2 and its name" {
    for program in '{id:' 'error("boom")' '1' '{id: "ACME-001", severity: "high"}' '{id: "DF-001", severity: "high", message: "x"}' \
        '{id: "ACME-001", severity: "awful", message: "x"}' '{id: "ACME-001", severity: "low", message: "x", more: 1}' \
        '{id: "ACME-001", severity: "low", message: "x", line: -1}'; do
        custom "$program"
        exits 2
        [[ $stderr == *"dockworthy.yaml:3: "*rules.jq* ]]
        [ ! -e verdict.json ]
    done
}

@test "a custom rule has no environment, no files, and bounded time" {
    SECRET=hunter2 custom '{id: "ACME-001", severity: "low", message: (env | tostring)}'
    [ "$(jq -r '.findings[] | select(.rule == "ACME-001") | .message' verdict.json)" = '{}' ]
    needs_limits
    custom 'include "x"; .'
    exits 3
    custom 'def f: f; f' --limit custom-rule-seconds=1
    exits 3
    [[ $stderr == *custom-rule-seconds* ]]
}

@test "a comment with ticket, date and reason leaves a finding out; EXC-004 tells what is wrong with others" {
    mkdir app
    printf 'FROM scratch\n# dockworthy ignore=USR-001 ticket=SEC-1 until=2027-01-31 reason="agreed upon"\nUSER root\n' >app/Dockerfile
    run --separate-stderr "$DOCKWORTHY" check --now "$NOW" --format json --output verdict.json app
    [ "$(jq -c '[.findings[] | select(.rule == "USR-001") | .status, .exception.ticket, .exception.id]' verdict.json)" = \
        '["excepted","SEC-1","app/Dockerfile:2"]' ]
    [ "$(jq '[.findings[] | select(.rule == "EXC-004")] | length' verdict.json)" = 0 ]
    run --separate-stderr "$DOCKWORTHY" check --now 2027-01-31T00:00:00Z --format json --output verdict.json app
    [ "$(jq -r '.findings[] | select(.rule == "USR-001") | .status' verdict.json)" = fail ]
    [ "$(jq -r '.findings[] | select(.rule == "EXC-004") | .variant' verdict.json)" = expired ]
    [ "$(jq -r '.controls[] | select(.id == "7.3") | .status' verdict.json)" = fail ]
}

@test "rules are switched off, made worse, and must exist" {
    mkdir app
    printf 'FROM scratch\nUSER root\n' >app/Dockerfile
    printf 'version: 1\nrules: {USR-001: {enabled: false}, USR-003: {severity: critical}}\n' >app/dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --now "$NOW" --format json --output verdict.json app
    [ "$(jq '[.findings[] | select(.rule == "USR-001")] | length' verdict.json)" = 0 ]
    [ "$(jq -r '.controls[] | select(.id == "4.1") | .status' verdict.json)" = not-evaluated ]
    printf 'version: 1\nrules: {USR-909: {enabled: false}}\n' >app/dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check app
    exits 2
}

@test "a base that is at hand tells the user that its Dockerfile leaves open" {
    base=$(image debian-node)
    digest=$("$DOCKWORTHY" show "$base" | jq -r .digest)
    user=$("$DOCKWORTHY" show "$base" | jq -r .image.config.user)
    mkdir app
    printf 'FROM example.com/base:1@%s\nCMD ["x"]\n' "$digest" >app/Dockerfile
    printf 'version: 1\nimages:\n  - {image: "%s"}\n  - {image: "oci:absent", dockerfile: Dockerfile}\n' "$base" >app/dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --now "$NOW" --format json --output verdict.json --verbose app
    [ "$user" = 65532 ]
    [ "$(jq -r '[.findings[] | select(.rule == "USR-001")] | length' verdict.json)" = 0 ]
    [ "$(jq -r '.controls[] | select(.id == "4.1") | .evidence[] | select(.subject == "dockerfile:1" and .path != null) | .text' verdict.json | head -1)" = \
        "the user of the base \"example.com/base:1@$digest\": 65532" ]
}

@test "lint runs the policy's own rules over files" {
    mkdir app
    printf 'FROM scratch\nUSER 65532:65532\n' >app/Dockerfile
    printf 'services: {web: {image: "x:1"}}\n' >app/compose.yaml
    printf 'select(.kind == "dockerfile") | {id: "ACME-001", severity: "high", message: "seen \\(.name)"}' >app/r.jq
    printf 'version: 1\ncustom-rules: [r.jq]\n' >app/dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" lint --format json --output verdict.json app
    [ "$(jq -c '[.findings[] | select(.rule == "ACME-001") | .message]' verdict.json)" = '["seen app/Dockerfile"]' ]
    printf '{id:' >app/r.jq
    run --separate-stderr "$DOCKWORTHY" lint app
    exits 2
    [[ $stderr == *r.jq* ]]
}
