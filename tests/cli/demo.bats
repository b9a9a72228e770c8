#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The demo, end to end: the example's real images, its policy, exceptions and advisories. Expected values are worked out by
# hand from examples/roi-service/advisories and its two lock files.

load helper

setup_file() {
    load helper
    unset SOURCE_DATE_EPOCH
    if ! "$EXAMPLE/build-images" >"$BATS_FILE_TMPDIR/build.log" 2>&1 ||
        ! "$EXAMPLE/build-images" --lock fixed >>"$BATS_FILE_TMPDIR/build.log" 2>&1; then
        echo "images" >"$BATS_FILE_TMPDIR/missing"
        return 0
    fi
    "$DOCKWORTHY" db build --from "$EXAMPLE/advisories" --output "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW"
}

setup() {
    [ ! -e "$BATS_FILE_TMPDIR/missing" ] || skip "the example's images cannot be built here: $(tail -n 1 "$BATS_FILE_TMPDIR/build.log")"
    cd "$EXAMPLE" || return 1
    json=$BATS_TEST_TMPDIR/verdict.json
}

# check ARGUMENTS: the verdict in $json, the exit code in $status.
check() {
    run "$DOCKWORTHY" check --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW" --format json --output "$json" "$@"
}

control() {
    jq -r --arg id "$1" '.controls[] | select(.id == $id) | .status' "$json"
}

finding() {
    jq -c --arg id "$1" '[.findings[] | select(.rule == $id or (.aliases // [] | index($id)))]' "$json"
}

@test "the moment of judgement is the one in now.txt" {
    [ "$(cat now.txt)" = "$NOW" ]
}

@test "known lock file: 2.2 fails and the exit code is 1" {
    check
    exits 1
    [ "$(control 2.2)" = fail ]
    [ "$(jq .violated "$json")" = true ]
    [ "$(jq .exit "$json")" = 1 ]
}

@test "minimist 1.2.0 is the critical that nobody accepted, with its layer and its fix" {
    check
    [ "$(finding CVE-2021-44906 | jq length)" = 1 ]
    one=$(finding CVE-2021-44906 | jq '.[0]')
    [ "$(jq -r .status <<<"$one")" = fail ]
    [ "$(jq -r .severity <<<"$one")" = critical ]
    [ "$(jq -r .package.name <<<"$one")" = minimist ]
    [ "$(jq -r .package.version <<<"$one")" = 1.2.0 ]
    [ "$(jq -r .package.purl <<<"$one")" = pkg:npm/minimist@1.2.0 ]
    jq -e '.fixed | index("1.2.6")' <<<"$one"
    [ "$(jq -r .location.path <<<"$one")" = app/node_modules/minimist/package.json ]
    [[ "$(jq -r .location.instruction <<<"$one")" == *"COPY --from=dependencies /app/node_modules"* ]]
}

@test "underscore 1.12.0 is excepted by its ticket" {
    check
    one=$(finding CVE-2021-23358 | jq '.[0]')
    [ "$(jq -r .status <<<"$one")" = excepted ]
    [ "$(jq -r .severity <<<"$one")" = critical ]
    [ "$(control 7.3)" = pass ]
    run "$DOCKWORTHY" check --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW"
    contains SEC-2041
}

@test "the npm findings are those of the advisories, no more and no less" {
    check
    # One vulnerability each; GHSA-27h2-hvpr-p74q (CVE-2022-23529) is withdrawn.
    expected="CVE-2020-7598 CVE-2021-23358 CVE-2021-44906 CVE-2022-23539 CVE-2022-23540 CVE-2022-23541 CVE-2022-24785
        CVE-2022-24999 CVE-2022-31129 CVE-2024-29041 CVE-2024-43796 CVE-2024-43799 CVE-2024-43800 CVE-2024-45296
        CVE-2024-45590 CVE-2024-47764 CVE-2024-52798 CVE-2025-15284 CVE-2026-2391 CVE-2026-27601"
    found=$(jq -r '.findings[] | select(.kind == "vulnerability" and .package.type == "npm")
                   | ([.rule] + .aliases)[] | select(startswith("CVE-"))' "$json" | sort -u)
    # shellcheck disable=SC2086
    [ "$found" = "$(printf '%s\n' $expected | sort)" ] || diff <(echo "$found") <(printf '%s\n' $expected | sort)
    [ "$(finding CVE-2022-23529)" = "[]" ]
}

@test "qs has two advisories with other ends: a fixed version and a last affected one" {
    check
    finding CVE-2025-15284 | jq -e '.[0].fixed | index("6.14.1")'
    [ "$(finding CVE-2026-2391 | jq -r '.[0].package.version')" = 6.7.0 ]
}

@test "Debian: fixed versions that are installed give no finding; glibc's unimportant one is negligible" {
    check
    [ "$(finding CVE-2023-4911)" = "[]" ]
    [ "$(finding CVE-2024-6119)" = "[]" ]
    one=$(finding CVE-2019-1010023 | jq '.[0]')
    [ "$(jq -r .severity <<<"$one")" = negligible ]
    [ "$(jq -r .package.name <<<"$one")" = libc6 ]
    [ "$(jq -r '.fixed | length' <<<"$one")" = 0 ]
}

@test "the Node runtime is matched too, and is newer than its advisories" {
    check
    [ "$(finding CVE-2025-55130)" = "[]" ]
    run "$DOCKWORTHY" scan pkg:generic/node@22.21.1 --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW" --format json --output "$json"
    [ "$(finding CVE-2025-55130 | jq -r '.[0].severity')" = critical ]
    [ "$(finding CVE-2025-23166)" = "[]" ]
}

@test "every npm package of the lock file is found, and every Debian package of the base" {
    run "$DOCKWORTHY" scan oci:build/roi-service --packages --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW" --format json --output "$json"
    jq -r '.packages[] | select(.type == "npm" and .name != "roi-service") | "\(.name)@\(.version)"' "$json" | sort -u >"$BATS_TEST_TMPDIR/found"
    jq -r '.packages | to_entries[] | select(.key != "") | "\(.key | split("node_modules/") | last)@\(.value.version)"' package-lock.json | sort -u >"$BATS_TEST_TMPDIR/locked"
    # pino ships a package.json of its own tests, with a name and a version: installed, so listed, though in no lock file.
    diff "$BATS_TEST_TMPDIR/found" <(sort <(echo transport@0.0.1) "$BATS_TEST_TMPDIR/locked")
    [ "$(jq -r '[.packages[] | select(.type == "deb")] | length' "$json")" = 11 ]
    [ "$(jq -r '.packages[] | select(.name == "node") | .version' "$json")" = "$(sed -n 's/^NODE_VERSION = "\(.*\)"/\1/p' build-images)" ]
}

@test "both bases are pinned and the base is distroless: 1.1, 1.2 and 4.1 pass" {
    check
    [ "$(control 1.1)" = pass ]
    [ "$(control 1.2)" = pass ]
    [ "$(control 2.1)" = pass ]
    [ "$(control 4.1)" = pass ]
    [ "$(control 7.2)" = pass ]
}

@test "all 29 controls are listed, and none that is not judged is a pass" {
    check
    [ "$(jq '.controls | length' "$json")" = 29 ]
    [ "$(control 3.1)" = not-due ]
    [ "$(control 4.2)" = pass ]
    [ "$(control 4.3)" = pass ]
    [ "$(control 4.4)" = pass ]
    [ "$(control 5.2)" = not-evaluated ]
    [ "$(control 8.1)" = not-applicable ]
    jq -e 'all(.controls[]; .status == "pass" or .status == "fail" or .reason != "")' "$json"
}

@test "fixed lock file: 2.2 passes, the chosen controls exit 0" {
    check --policy dockworthy-fixed.yaml --only 2.2,4.1,7.3
    exits 0
    [ "$(control 2.2)" = pass ]
    [ "$(control 4.1)" = pass ]
    [ "$(control 7.3)" = pass ]
}

@test "fixed lock file: the whole check exits 4 and names what is not evaluated" {
    check --policy dockworthy-fixed.yaml
    exits 4
    [ "$(jq .violated "$json")" = false ]
    [ "$(control 2.2)" = pass ]
    [ "$(control 5.2)" = not-evaluated ]
    run "$DOCKWORTHY" check --policy dockworthy-fixed.yaml --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW"
    contains "not-evaluated"
    contains "5.2"
}

@test "the two policy files differ in the image alone" {
    run diff <(grep -v '^#' dockworthy.yaml) <(grep -v '^#' dockworthy-fixed.yaml)
    [ "${#lines[@]}" -eq 4 ]
    contains "oci:build/roi-service-fixed"
}

@test "two years later: the exception has expired, suppresses nothing and is a finding" {
    later=2028-11-24T12:00:00Z
    "$DOCKWORTHY" db build --from advisories --output "$BATS_TEST_TMPDIR/later.db" --now "$later"
    run "$DOCKWORTHY" check --database "$BATS_TEST_TMPDIR/later.db" --now "$later" --format json --output "$json"
    exits 1
    [ "$(control 2.2)" = fail ]
    [ "$(control 7.3)" = fail ]
    [ "$(finding CVE-2021-23358 | jq -r '.[0].status')" = fail ]
    [ "$(finding EXC-002 | jq length)" = 1 ]
}

@test "two years later with the date of now.txt: the same bytes" {
    check
    cp "$json" "$BATS_TEST_TMPDIR/first.json"
    if command -v faketime >/dev/null; then
        run faketime '2028-11-24 12:00:00' "$DOCKWORTHY" check --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW" --format json --output "$json"
    else
        check
    fi
    exits 1
    cmp "$json" "$BATS_TEST_TMPDIR/first.json"
}

@test "the day before it ends the exception holds, on its day it does not" {
    for moment in 2026-12-09T23:59:59Z 2026-12-10T00:00:00Z; do
        "$DOCKWORTHY" db build --from advisories --output "$BATS_TEST_TMPDIR/day.db" --now "$moment"
        run "$DOCKWORTHY" check --database "$BATS_TEST_TMPDIR/day.db" --now "$moment" --format json --output "$json"
        finding CVE-2021-23358 | jq -r '.[0].status' >>"$BATS_TEST_TMPDIR/states"
    done
    [ "$(paste -sd' ' "$BATS_TEST_TMPDIR/states")" = "excepted fail" ]
}

@test "an old database is no pass" {
    run "$DOCKWORTHY" check --database "$BATS_FILE_TMPDIR/advisories.db" --now 2026-11-27T12:00:00Z --format json --output "$json"
    [ "$(control 2.1)" != pass ]
    [ "$(jq .database.stale "$json")" = true ]
}

@test "without a database nothing of chapter 2 passes" {
    run "$DOCKWORTHY" check --database "$BATS_TEST_TMPDIR/none.db" --now "$NOW" --format json --output "$json"
    exits 4
    [ "$(control 2.2)" = not-evaluated ]
}

@test "explain shows the record, the comparison and the layer" {
    run "$DOCKWORTHY" explain CVE-2021-44906 oci:build/roi-service --database "$BATS_FILE_TMPDIR/advisories.db" --now "$NOW"
    exits 0
    contains GHSA-xvch-5gv4-984h
    contains 1.2.6
    contains "COPY --from=dependencies"
}

@test "the service itself works: its own tests pass with both lock files" {
    command -v node >/dev/null || skip "no node"
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' || skip "node is older than 18"
    for lock in . fixed; do
        work=$BATS_TEST_TMPDIR/service-$lock
        mkdir -p "$work"
        cp -r server.js healthcheck.js lib test "$work"
        cp $lock/package.json $lock/package-lock.json "$work"
        (cd "$work" && npm_config_cache="$EXAMPLE/build/cache/npm" npm ci --prefer-offline --omit=dev --ignore-scripts --no-audit --no-fund)
        (cd "$work" && node --test test/)
    done
}

@test "the images are reproducible" {
    first=$(jq -r '.manifests[0].digest' build/roi-service-fixed/index.json)
    run ./build-images --lock fixed
    contains "$first"
}
