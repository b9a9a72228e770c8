#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The advisory database from the outside: build, status, verify, what a package URL is told, and explanations.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir -p feeds/npm
    record GHSA-1 '"aliases":["CVE-2024-1"],"database_specific":{"severity":"HIGH"}' 1.2.0
}

# record ID MEMBERS FIXED: one record of npm package p.
record() {
    printf '{"id":"%s",%s,"modified":"2024-01-02T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"p"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"fixed":"%s"}]}]}]}' \
        "$1" "$2" "$3" >"feeds/npm/$1.json"
}

build() {
    run "$DOCKWORTHY" db build --from feeds --output made.db --now "$NOW"
}

@test "the same feeds and date give the same bytes; status tells what is in them" {
    build
    exits 0
    cp made.db first.db
    build
    cmp first.db made.db
    run "$DOCKWORTHY" db status --database made.db --format json
    exits 0
    [ "$(jq -r '.feeds[0] | "\(.name) \(.records) \(.withdrawn)"' <<<"$output")" = "npm 1 0" ]
    [ "$(jq -r .records <<<"$output")" = 1 ]
    run "$DOCKWORTHY" db verify --database made.db
    exits 0
    contains sound
}

@test "one bad record fails the build, which names it, and leaves the old database" {
    build
    cp made.db first.db
    record GHSA-2 '"aliases":"CVE-2024-2"' 2.0.0
    build
    exits 3
    contains 'feeds/npm/GHSA-2.json: record GHSA-2: "aliases" is of the wrong type'
    cmp first.db made.db
    [ "$(find . -name '*made.db*')" = ./made.db ]
    printf 'no archive' >feeds/npm/all.zip
    build
    exits 3
    contains feeds/npm/all.zip
    cmp first.db made.db
}

@test "a disk that is full while the database is written leaves the old one" {
    build
    cp made.db first.db
    record GHSA-2 '"aliases":["CVE-2024-2"]' 2.0.0
    run env NOW="$NOW" bash -c 'ulimit -f 1; trap "" XFSZ; exec "$DOCKWORTHY" db build --from feeds --output made.db --now "$NOW"'
    exits 3
    cmp first.db made.db
    [ "$(find . -name '*made.db*')" = ./made.db ]
}

@test "a folder without feeds is an error" {
    mkdir empty
    run "$DOCKWORTHY" db build --from empty --output made.db --now "$NOW"
    exits 3
    contains "holds no OSV records"
    [ ! -e made.db ]
    run "$DOCKWORTHY" db build --from nowhere --output made.db --now "$NOW"
    exits 3
    contains nowhere
}

@test "a package URL: affected, fixed, not evaluated" {
    build
    run "$DOCKWORTHY" scan purl:pkg:npm/p@1.1.0 --database made.db --now "$NOW" --format json --output out.json
    [ "$(jq -r '.findings[] | "\(.rule) \(.severity) \(.fixed[0])"' out.json)" = "CVE-2024-1 high 1.2.0" ]
    run "$DOCKWORTHY" scan purl:pkg:npm/p@1.2.0 --database made.db --now "$NOW"
    exits 0
    # A package whose version is none, and a distribution without a feed, are not silently clean.
    run "$DOCKWORTHY" scan purl:pkg:npm/p@banana --database made.db --now "$NOW"
    exits 4
    contains "cannot be compared"
    run "$DOCKWORTHY" scan 'purl:pkg:deb/debian/p@1.0?distro=debian-12' --database made.db --now "$NOW"
    exits 4
    contains "no records for Debian:12"
}

@test "explain says why, and why not" {
    record GHSA-3 '"withdrawn":"2024-02-01T00:00:00Z","aliases":["CVE-2024-3"]' 9.0.0
    build
    run "$DOCKWORTHY" explain CVE-2024-1 purl:pkg:npm/p@1.1.0 --database made.db --now "$NOW"
    exits 0
    contains "fixed 1.2.0: 1.1.0 < 1.2.0"
    contains "is affected by CVE-2024-1"
    run "$DOCKWORTHY" explain GHSA-1 purl:pkg:npm/p@1.2.0 --database made.db --now "$NOW"
    exits 0
    contains "not open at the end: not affected"
    run "$DOCKWORTHY" explain CVE-2024-3 purl:pkg:npm/p@1.1.0 --database made.db --now "$NOW"
    exits 0
    contains "the record is withdrawn, so it matches nothing"
}

@test "what a package URL leaves open is said" {
    run "$DOCKWORTHY" scan "purl:pkg:generic/openssl@1.0.2" --database "$(database)" --now "$NOW"
    exits 4
    contains "openssl 1.0.2 is not evaluated"
    run "$DOCKWORTHY" scan "purl:pkg:deb/debian/libc-bin@2.36-9?distro=debian-12" --database "$(database)" --now "$NOW"
    contains 'qualifier "upstream="'
    run "$DOCKWORTHY" scan "purl:pkg:deb/debian/libc-bin@2.36-9?distro=debian-12&upstream=glibc" --database "$(database)" --now "$NOW"
    lacks 'qualifier "upstream="'
    run "$DOCKWORTHY" scan "purl:pkg:deb/debian/glibc@2.36-9" --database "$(database)" --now "$NOW"
    exits 4
    contains "distro="
}

@test "a database from the future is of no known age" {
    run "$DOCKWORTHY" scan "purl:pkg:npm/minimist@1.2.8" --database "$(database)" --now 2026-11-24T00:00:00Z
    exits 0
    run "$DOCKWORTHY" scan "purl:pkg:npm/minimist@1.2.8" --database "$(database)" --now 2026-11-20T00:00:00Z
    exits 4
    contains "in the future"
}

@test "suppressions.never with VUL-002 lets no exception cover a vulnerability" {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir app
    echo '{"name": "minimist", "version": "1.2.0"}' >app/package.json
    cat >exceptions.yaml <<'EXCEPTIONS'
- {id: A, match: {advisory: CVE-2021-44906}, ticket: SEC-1, owner: a, approved-by: b, reason: r, created: 2026-11-20,
   expires: 2026-11-29}
EXCEPTIONS
    printf 'version: 1\nimages: [{image: "dir:app"}]\nvulnerabilities: {exceptions: exceptions.yaml}\n' >dockworthy.yaml
    run "$DOCKWORTHY" check --database "$(database)" --now "$NOW" --only 2.2
    exits 0
    contains "excepted"
    echo 'suppressions: {never: [VUL-002]}' >>dockworthy.yaml
    run "$DOCKWORTHY" check --database "$(database)" --now "$NOW" --only 2.2
    exits 1
    # Without a database nobody can say that the exception is not needed.
    run "$DOCKWORTHY" check --database none.db --now "$NOW" --only 2.2
    exits 4
    contains "covers nothing of what this run could"
    lacks "delete the entry"
}
