#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# lint: inputs, kinds, exit codes, formats.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir -p empty repo/a repo/b repo/c/templates
    digest=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    printf 'FROM node\nUSER root\n' >repo/a/Dockerfile
    printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  containers:\n  - name: app\n    image: nginx@%s\n' "$digest" >repo/b/pod.yaml
    printf 'services:\n  web:\n    image: nginx\n' >repo/stack.yml
    printf 'name: ci\non: push\n' >repo/ci.yml
}

@test "a folder: files are told by name and content, others skipped" {
    run "$DOCKWORTHY" lint --verbose repo
    exits 1
    contains "repo/a/Dockerfile"
    contains "repo/b/pod.yaml"
    contains "repo/stack.yml"
    contains "skipped: repo/ci.yml"
}

@test "a pattern finds files at any depth" {
    run "$DOCKWORTHY" lint 'repo/**/Dockerfile'
    exits 1
    contains "in 1 of 1 file"
    run "$DOCKWORTHY" lint 'repo/**/nothing*'
    exits 4
}

@test "exit codes: clean, finding, unreadable, not recognised, nothing there, wrong option" {
    printf 'FROM scratch\n' >clean.Dockerfile
    run "$DOCKWORTHY" lint --only BASE-001 clean.Dockerfile
    exits 0
    run "$DOCKWORTHY" lint --only BASE-001 repo/a/Dockerfile
    exits 1
    run "$DOCKWORTHY" lint --only BASE-001 --fail-on critical repo/a/Dockerfile
    exits 0
    printf 'services: [\n' >compose.yaml
    run "$DOCKWORTHY" lint compose.yaml repo/a/Dockerfile
    exits 3
    contains "compose.yaml:2:1"
    contains "BASE-001"
    run "$DOCKWORTHY" lint missing
    exits 3
    run "$DOCKWORTHY" lint repo/ci.yml
    exits 4
    contains "--kind"
    run "$DOCKWORTHY" lint empty
    exits 4
    run "$DOCKWORTHY" lint --only BASE-01 repo
    exits 2
    contains "did you mean BASE-0"
    run "$DOCKWORTHY" lint
    exits 2
}

@test "standard input: kind by content, by name, by option" {
    run "$DOCKWORTHY" lint - <repo/a/Dockerfile
    exits 1
    contains "BASE-001"
    run "$DOCKWORTHY" lint - <repo/b/pod.yaml
    exits 1
    run "$DOCKWORTHY" lint --stdin-name x/compose.yaml - <repo/stack.yml
    exits 1
    contains "x/compose.yaml"
    run "$DOCKWORTHY" lint --kind kubernetes - <repo/ci.yml
    exits 4
    run "$DOCKWORTHY" lint - <repo/ci.yml
    exits 4
}

@test "other tools' ids choose rules" {
    run "$DOCKWORTHY" lint --only DL3006 repo/a/Dockerfile
    exits 1
    contains "BASE-002.missing"
    lacks "BASE-001"
    run "$DOCKWORTHY" lint --skip BASE-001,DL3006 repo/a/Dockerfile
    lacks "BASE-001"
    lacks "BASE-002"
    contains "USR-001"
    run "$DOCKWORTHY" explain DL3006
    exits 0
    contains "BASE-002"
}

@test "the table shows the line and what is meant of it" {
    run "$DOCKWORTHY" lint --only BASE-001 repo/a/Dockerfile
    contains "1 | FROM node"
    contains "|      ^~~~"
}

@test "Templates of Helm are told, not judged clean" {
    printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n' >repo/c/templates/pod.yaml
    run "$DOCKWORTHY" lint --fail-on critical --skip USR-001 repo/c
    exits 4
    contains "helm template"
}

@test "SARIF holds to its schema and has rule, region, fingerprint" {
    /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "no python3-jsonschema"
    schema=${DOCKWORTHY_TEST_DATA:-$DOCKWORTHY_SOURCE/../shared/data}/schemas/sarif-2.1.0.schema.json
    [ -f "$schema" ] || skip "no test data"
    run "$DOCKWORTHY" lint --format sarif --output out.sarif repo
    exits 1
    "$DOCKWORTHY_SOURCE/tests/validate-json" "$schema" out.sarif
    [ "$(jq -r '[.runs[0].results[] | select(.ruleId == "BASE-001" and .locations[0].physicalLocation.artifactLocation.uri == "repo/a/Dockerfile")][0].locations[0].physicalLocation.region.startLine' out.sarif)" = 1 ]
    [ "$(jq -r '[.runs[0].results[] | .partialFingerprints["dockworthy/v1"] | length] | unique | .[0]' out.sarif)" = 64 ]
    [ "$(jq -r '.runs[0] | .results[0].ruleId == .tool.driver.rules[.results[0].ruleIndex].id' out.sarif)" = true ]
}

@test "GitHub, GitLab, JUnit and JSON" {
    printf 'FROM node\n' >'a%b,c:d.Dockerfile'
    run --separate-stderr "$DOCKWORTHY" lint --only BASE-001 --format github 'a%b,c:d.Dockerfile'
    contains '::error file=a%25b%2Cc%3Ad.Dockerfile,line=1,col=6,endColumn=10,title=BASE-001::'
    run --separate-stderr "$DOCKWORTHY" lint --format gitlab repo
    [ "$(jq '[.[].fingerprint] | length == (unique | length)' <<<"$output")" = true ]
    [ "$(jq -r '.[] | select(.check_name == "BASE-001" and .location.path == "repo/a/Dockerfile") | .severity' <<<"$output")" = critical ]
    run --separate-stderr "$DOCKWORTHY" lint --format junit repo
    /usr/bin/python3 -c 'import sys, xml.dom.minidom as m; d = m.parseString(sys.argv[1]); assert len(d.getElementsByTagName("testsuite")) == 3' "$output"
    run --separate-stderr "$DOCKWORTHY" lint --format json repo
    [ "$(jq -r .command <<<"$output")" = lint ]
    [ "$(jq -r .exit <<<"$output")" = 1 ]
}

@test "The number of jobs changes no byte" {
    for i in $(seq 60); do cp repo/a/Dockerfile "repo/Dockerfile.$i"; done
    "$DOCKWORTHY" lint --now "$NOW" --format json --jobs 1 repo >one.json || true
    "$DOCKWORTHY" lint --now "$NOW" --format json --jobs 8 repo >eight.json || true
    cmp one.json eight.json
}

@test "Pod Security: the checks of a level alone" {
    run "$DOCKWORTHY" lint --pod-security baseline repo/b/pod.yaml
    exits 1
    contains hostNetwork
    run "$DOCKWORTHY" lint --pod-security privileged repo/b/pod.yaml
    exits 0
    run "$DOCKWORTHY" lint --pod-security strange repo/b/pod.yaml
    exits 2
}

@test "--list names every rule once" {
    run --separate-stderr "$DOCKWORTHY" lint --list --format json
    exits 0
    [ "$(jq '[.[].id] | length == (unique | length) and length > 60' <<<"$output")" = true ]
}

@test "the pages of the rules are those of the catalogue" {
    run "$DOCKWORTHY_SOURCE/scripts/make-rule-pages" --check "$DOCKWORTHY"
    exits 0
}

@test "the shipped stage and build arguments are those given" {
    printf 'ARG V\nFROM scratch AS a\nUSER 65532\nFROM scratch AS b\nUSER root\n' >stages.Dockerfile
    run "$DOCKWORTHY" lint --only USR-001 stages.Dockerfile
    exits 1
    run "$DOCKWORTHY" lint --only USR-001 --target a stages.Dockerfile
    exits 0
    printf 'ARG V=none\nFROM node:$V\n' >argument.Dockerfile
    run "$DOCKWORTHY" lint --only BASE-002 --build-arg V=latest argument.Dockerfile
    exits 1
    contains "BASE-002.latest"
}

@test "a finding at the first column has its caret below that column" {
    cd "$BATS_TEST_TMPDIR"
    printf 'FROM scratch\nWORKDIR x\n' >Dockerfile
    run "$DOCKWORTHY" lint --only RT-013 Dockerfile
    exits 1
    contains "          1 | FROM scratch"$'\n'"            | ^"
}

@test "the summary counts what was found, not what could not be judged" {
    printf 'FROM a:1@%s\nRUN true\n' "$digest" >base.Dockerfile
    run "$DOCKWORTHY" lint --only USR-001 base.Dockerfile
    exits 4
    contains "incomplete: no finding in 1 file, 1 check not evaluated"
}

@test "no caret behind what was masked: its place is not known any more" {
    printf 'FROM scratch\nENV A_PASSWORD=hunter2hunter2 B_TOKEN=hunter2hunter2\n' >masked.Dockerfile
    run "$DOCKWORTHY" lint --only SEC-001 masked.Dockerfile
    exits 1
    lacks hunter2
    [ "$(grep -c '|  *^~' <<<"$output")" -eq 1 ] # beneath A_PASSWORD
}

@test "explain of an id that nobody has says that it is no rule" {
    run "$DOCKWORTHY" explain RT-999 --cache-dir "$BATS_TEST_TMPDIR/none"
    contains "RT-999 is no rule and no control"
    [ "$status" -ne 0 ]
}

@test "what a long table leaves out is counted, and how to see it is said" {
    printf 'services:\n' >long.yaml
    for name in a b c d e f g h; do printf '  %s: {image: x}\n' "$name" >>long.yaml; done
    run "$DOCKWORTHY" lint long.yaml
    exits 1
    contains "(--verbose lists them)"
    run "$DOCKWORTHY" lint --verbose long.yaml
    lacks "--verbose"
}

@test "a service that builds a stage: it is the stage that has no USER" {
    mkdir -p staged
    printf 'FROM a:1 AS one\nFROM one\nUSER 65532:65532\n' >staged/Dockerfile
    printf 'services: {web: {build: {context: ., target: one}}}\n' >staged/compose.yaml
    run "$DOCKWORTHY" lint --only USR-001 --format json staged
    exits 4
    contains "staged/Dockerfile, stage one, which has no USER"
}

@test "check tells of Helm templates that it cannot judge, and looks into vendored folders" {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p chart/templates vendor/tool
    printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n' >chart/templates/pod.yaml
    printf 'FROM scratch\nUSER root\n' >vendor/tool/dockerfile
    run "$DOCKWORTHY" check --format json --output verdict.json .
    jq -e '[.errors[] | select(contains("templates of Helm"))] | length == 1' verdict.json
    jq -e '[.findings[] | select(.rule == "USR-001" and .location.path == "vendor/tool/dockerfile")] | length == 1' verdict.json
}

@test "in a folder a Compose file is known by its content, in flow style too" {
    cd "$BATS_TEST_TMPDIR"
    mkdir flow
    printf 'services: {web: {image: "x:1", privileged: true}}\n' >flow/prod.yaml
    run "$DOCKWORTHY" lint --only RT-004 flow
    exits 1
    contains "flow/prod.yaml"
}

@test "no message shows the password of an address" {
    printf 'FROM scratch\nADD https://bob:hunter2@example.com/a /a\n' > "$BATS_TEST_TMPDIR/Dockerfile"
    for format in table json sarif github; do
        run "$DOCKWORTHY" lint --format "$format" "$BATS_TEST_TMPDIR/Dockerfile"
        [ "$status" -eq 1 ]
        [[ "$output" == *"https://bob:***@example.com/a"* ]]
        [[ "$output" != *hunter2* ]]
    done
}
