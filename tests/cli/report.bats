#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the commands print: JSON by the published schemas, tables that fit and that no input can take over.

load helper

valid() {
    /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "no python3-jsonschema"
    "$DOCKWORTHY_SOURCE/tests/validate-json" "$DOCKWORTHY_SOURCE/schema/$1.schema.json" "$2"
}

scan() {
    run "$DOCKWORTHY" scan --database "$(database)" --now "$NOW" "$@"
}

@test "scan as JSON holds to the schema, with and without packages" {
    out=$BATS_TEST_TMPDIR/scan.json
    scan --format json --output "$out" "$(image debian-node)"
    exits 1
    valid verdict "$out"
    [ "$(jq -r '.exit' "$out")" = 1 ]
    [ "$(jq -r 'has("packages")' "$out")" = false ]
    scan --format json --packages --output "$out" "$(image debian-node)"
    valid verdict "$out"
    [ "$(jq -r '.packages | length' "$out")" = "$(jq -r '.subjects[0].packages' "$out")" ]
}

@test "check as JSON holds to the schema and has all controls" {
    out=$BATS_TEST_TMPDIR/check.json
    mkdir -p "$BATS_TEST_TMPDIR/empty"
    run "$DOCKWORTHY" check --database "$(database)" --now "$NOW" --format json --output "$out" "$BATS_TEST_TMPDIR/empty"
    valid verdict "$out"
    [ "$(jq -r '.controls | length' "$out")" = 29 ]
}

@test "show holds to the schema" {
    run -0 --separate-stderr "$DOCKWORTHY" show "$(image debian-node)"
    echo "$output" >"$BATS_TEST_TMPDIR/facts.json"
    valid facts "$BATS_TEST_TMPDIR/facts.json"
    [ "$(jq -r .schema "$BATS_TEST_TMPDIR/facts.json")" = dockworthy/facts/1 ]
}

@test "what cannot be judged holds to the schema too" {
    for preset in no-version foreign-layer wrong-digest no-os empty not-utf8 terminal-escape; do
        out=$BATS_TEST_TMPDIR/$preset.json
        scan --format json --output "$out" "$(image $preset)"
        valid verdict "$out"
        [ "$(jq -r .exit "$out")" = "$status" ]
    done
}

@test "the table shows package, advisory, fix and exit code" {
    scan "$(image debian-node)"
    exits 1
    contains "minimist 1.2.0"
    contains "CVE-2021-44906"
    contains "exit 1"
}

@test "two formats in one run" {
    run --separate-stderr "$DOCKWORTHY" scan --database "$(database)" --now "$NOW" \
        --format json --output "$BATS_TEST_TMPDIR/scan.json" --format table "$(image debian-node)"
    exits 1
    contains "minimist 1.2.0"
    jq -e . "$BATS_TEST_TMPDIR/scan.json" >/dev/null
}

@test "terminal escapes of an image reach no output" {
    for format in table json; do
        scan --format $format --packages "$(image terminal-escape)"
        [ "$status" -le 4 ]
        contains '[31m'
        [[ $output != *$'\x1b'* ]]
    done
}

@test "the same run gives the same bytes" {
    for format in table json; do
        scan --format $format "$(image debian-node)"
        exits 1
        first=$output
        scan --format $format "$(image debian-node)"
        [ "$output" = "$first" ]
    done
}

@test "a format of another version is named as such" {
    scan --format oscal "$(image debian-node)"
    exits 2
    contains "table"
}
