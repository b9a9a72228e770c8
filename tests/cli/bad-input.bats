#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Hostile and damaged input from outside: a clear error that names the subject and the place, the right exit code, nothing
# half-written, bounded memory, other subjects still judged. tests/lib/make_image.py makes the images.

load helper

setup_file() {
    load helper
    database >/dev/null
}

# Each test has a cache of its own: facts of a blob that was verified before are used without reading it again.
setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export DOCKWORTHY_CACHE_DIR=$BATS_TEST_TMPDIR/cache
    database=$(database)
}

scan() {
    run timeout 300 "$DOCKWORTHY" scan "$@" --database "$database" --now "$NOW" --format json --output "$BATS_TEST_TMPDIR/out.json"
}

# refused PRESET WORD…: exit 3, the message names the image and holds each word (ignoring case).
refused() {
    local reference word
    reference=$(image "$1")
    scan "$reference"
    exits 3
    contains "image-$1"
    shift
    for word in "$@"; do
        [[ ${output,,} == *"${word,,}"* ]] || {
            echo "expected to find: $word"
            echo "in: $output"
            return 1
        }
    done
}

packages() {
    "$DOCKWORTHY" scan "$1" --packages --database "$database" --now "$NOW" --format json --output packages.json || true
    jq -r '.packages[] | "\(.name) \(.version)"' packages.json | sort
}

@test "the plain image that the others are made of is scanned" {
    reference=$(image debian-node)
    scan "$reference"
    [ "$(jq '[.findings[] | select(.rule == "CVE-2021-44906")] | length' out.json)" = 1 ]
    [ "$(packages "$reference")" = "$(printf '%s\n' 'libssl3 3.0.11-1~deb12u2' 'lodash 4.17.21' 'minimist 1.2.0' 'zlib1g 1:1.2.13.dfsg-1')" ]
}

@test "a missing and an empty file" {
    scan oci:nowhere
    exits 3
    contains nowhere
    : >empty.tar
    scan docker-archive:empty.tar
    exits 3
    contains empty.tar
    mkdir hollow
    scan oci:hollow
    exits 3
    contains hollow
}

@test "a bit flipped in a layer" { refused wrong-digest digest; }
@test "a size that is not the manifest's" { refused wrong-size size; }
@test "a diff id that is not the config's" { refused wrong-diff-id "diff id"; }
@test "another valid archive under the old digest" {
    refused swapped-layer
    lacks harmless
}
@test "a layer's blob that is not there is never passed over" {
    reference=$(image missing-blob)
    scan "$reference"
    exits 3
    contains "layer 2"
    [ "$(jq -r ".subjects[0].notes[0].kind" out.json)" = unreadable ]
}

@test "a config blob that is not there" { refused missing-config; }
@test "half of a layer's blob" { refused truncated-blob; }
@test "a tar that ends within an entry" { refused truncated-tar; }
@test "bytes behind the gzip member" { refused trailing-garbage; }
@test "a layer of text" { refused not-a-tar tar; }
@test "64 MiB of zeros that are no tar" { refused zeros-64m; }
@test "a negative size" { refused negative-size; }
@test "a size of 2^64-1" { refused overflow-size; }
@test "a pax size above 2^64" { refused overflow-size-pax; }
@test "letters in the size field" { refused garbage-size; }
@test "too many indexes around the manifest" { refused nested-index-deep; }

@test "6 GiB of zeros that are no tar: refused, in little memory" {
    needs_limits
    reference=$(image zeros-6g)
    run timeout 300 "$DOCKWORTHY_SOURCE/tests/lib/peak_memory.py" peak "$DOCKWORTHY" scan "$reference" --database "$database" --now "$NOW"
    exits 3
    [ "$(cat peak)" -lt 65536 ]
}

@test "a layer cut off at many places is refused at each" {
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --preset debian-node plain >made.json
    blob=plain/blobs/sha256/$(jq -r '.layers[1].digest' made.json | cut -d: -f2)
    size=$(stat -c %s "$blob")
    cp "$blob" whole
    for length in 0 1 9 10 11 17 $((size / 3)) $((size / 2)) $((size - 9)) $((size - 8)) $((size - 1)); do
        head -c "$length" whole >"$blob"
        scan oci:plain
        exits 3
    done
}

@test "an archive cut off at many places is refused, plain and gzip" {
    for form in docker-archive docker-archive-gzip; do
        "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --to $form --preset debian-node whole.tar >/dev/null
        scan docker-archive:whole.tar
        [ "$status" -ne 3 ]
        size=$(stat -c %s whole.tar)
        # Not behind the last member: the end marker alone may be missing.
        for part in 1 5 20 50 70; do
            head -c $((size * part / 100)) whole.tar >cut.tar
            scan docker-archive:cut.tar
            exits 3
            contains cut.tar
        done
    done
}

@test "names with .., names of 100,001 characters and links out of the tree harm nothing" {
    for preset in dot-dot long-name long-name-pax link-out; do
        reference=$(image $preset)
        scan "$reference"
        [ "$status" -ne 0 ]
        [ "$status" -ne 2 ]
        # The packages beside them are judged, or the image is refused; never silence.
        [ "$status" -eq 3 ] || [ "$(jq '[.findings[] | select(.rule == "CVE-2021-44906")] | length' out.json)" = 1 ]
    done
    [ ! -e /etc/dockworthy ]
}

@test "an absolute name is taken relative to the root" {
    packages "$(image absolute)" | grep -qx 'abs 1.0.0'
}

@test "1,000,000 entries: scanned, in flat memory" {
    needs_limits
    reference=$(image million-entries)
    run timeout 300 "$DOCKWORTHY_SOURCE/tests/lib/peak_memory.py" peak "$DOCKWORTHY" scan "$reference" --database "$database" --now "$NOW" --format json --output out.json
    [ "$status" -ne 3 ]
    [ "$(jq '[.findings[] | select(.rule == "CVE-2021-44906")] | length' out.json)" = 1 ]
    [ "$(cat peak)" -lt 131072 ]
}

@test "a dpkg status of 1 GiB of rubbish" {
    needs_limits
    reference=$(image dpkg-rubbish-1g)
    run timeout 300 "$DOCKWORTHY_SOURCE/tests/lib/peak_memory.py" peak "$DOCKWORTHY" scan "$reference" --database "$database" --now "$NOW"
    exits 3
    contains dpkg/status
    [ "$(cat peak)" -lt 131072 ]
}

@test "a package.json nested 100,000 deep" { refused json-deep app/node_modules/deep/package.json; }

@test "a package.json of 512 MiB of [" {
    needs_limits
    refused json-brackets-512m app/node_modules/deep/package.json
}

@test "a package.json that is not UTF-8" { refused not-utf8 app/node_modules/bad/package.json; }

@test "a package without a version is reported as not scanned: no pass" {
    reference=$(image no-version)
    scan "$reference"
    contains nameless || grep -q nameless out.json
}

@test "an absent, an encrypted and an unknown layer are named, never skipped" {
    for preset in foreign-layer encrypted-layer unknown-layer; do
        reference=$(image $preset)
        scan "$reference"
        [ "$status" -eq 4 ] || [ "$status" -eq 3 ]
    done
}

@test "an image in which nothing is recognised is incomplete, never clean" {
    reference=$(image empty)
    scan "$reference"
    exits 4
    contains "nothing can be said of what it holds"
}

@test "terminal escapes of an image do not reach the terminal" {
    reference=$(image terminal-escape)
    run "$DOCKWORTHY" scan "$reference" --packages --database "$database" --now "$NOW" --format table
    [[ $output != *$'\e'* ]]
    [[ $output != *$'\a'* ]]
}

@test "whiteouts and opaque folders take packages away" {
    ! packages "$(image whiteout)" | grep -q minimist
    [ "$(packages "$(image opaque)" | grep -c -e minimist -e lodash)" = 0 ]
    packages "$(image opaque)" | grep -qx 'left-pad 1.3.0'
}

@test "a bad image does not keep a good one from being judged" {
    image debian-node >/dev/null
    image swapped-layer >/dev/null
    cat >dockworthy.yaml <<POLICY
version: 1
service: two
images:
  - {image: "oci:$BATS_FILE_TMPDIR/image-swapped-layer"}
  - {image: "oci:$BATS_FILE_TMPDIR/image-debian-node"}
POLICY
    run "$DOCKWORTHY" check --database "$database" --now "$NOW" --format json --output out.json
    exits 3
    [ "$(jq .violated out.json)" = true ]
    [ "$(jq '[.findings[] | select(.rule == "CVE-2021-44906")] | length' out.json)" = 1 ]
}

@test "nothing half-written: no output file, no report on standard output" {
    reference=$(image swapped-layer)
    "$DOCKWORTHY" sbom "$reference" --output sbom.json 2>/dev/null || code=$?
    [ "$code" = 3 ]
    [ ! -e sbom.json ]
    [ -z "$("$DOCKWORTHY" sbom "$reference" 2>/dev/null)" ]
    [ -z "$(find . -name '*.tmp*' -o -name '.*.part')" ]
}

@test "the advisory database: missing, empty, truncated, bit-flipped" {
    reference=$(image debian-node)
    run "$DOCKWORTHY" scan "$reference" --database none.db --now "$NOW"
    exits 4
    contains "db build"
    : >empty.db
    run "$DOCKWORTHY" scan "$reference" --database empty.db --now "$NOW"
    exits 3
    contains empty.db
    size=$(stat -c %s "$database")
    for part in 1 30 60 99; do
        head -c $((size * part / 100)) "$database" >cut.db
        run "$DOCKWORTHY" scan "$reference" --database cut.db --now "$NOW"
        exits 3
    done
    "$DOCKWORTHY" scan "$reference" --database "$database" --now "$NOW" --format json --output right.json || true
    jq -S .findings right.json >right
    # A flipped bit gives the same findings or an error, never other findings.
    for number in $(seq 1 60); do
        python3 - "$database" flipped.db "$number" <<'FLIP'
import random, sys
data = bytearray(open(sys.argv[1], "rb").read())
bit = random.Random(int(sys.argv[3])).randrange(len(data) * 8)
data[bit // 8] ^= 1 << bit % 8
open(sys.argv[2], "wb").write(data)
FLIP
        rm -f out.json
        run "$DOCKWORTHY" scan "$reference" --database flipped.db --now "$NOW" --format json --output out.json
        [ "$status" -eq 3 ] || diff <(jq -S .findings out.json) right
        run "$DOCKWORTHY" db verify --database flipped.db
        [ "$status" -ne 0 ]
    done
}

@test "no room for the cache: the verdict is the same" {
    needs_limits
    # The facts of a million entries take 8 MB; files may grow to 3 MiB.
    reference=$(image million-entries)
    scan "$reference"
    cp out.json right.json
    rm out.json
    run bash -c 'trap "" XFSZ; ulimit -f 3072; exec "$@"' bash "$DOCKWORTHY" scan "$reference" --cache-dir "$BATS_TEST_TMPDIR/full" --database "$database" --now "$NOW" --format json --output out.json
    exits 1
    [ "$(jq -S .findings out.json)" = "$(jq -S .findings right.json)" ]
    [ -z "$(find "$BATS_TEST_TMPDIR/full" -type f -size +3072k)" ]
    [ -z "$(find "$BATS_TEST_TMPDIR/full" -type f -name '*.??????')" ]
    # What could be cached is sound: the next run agrees.
    rm out.json
    scan "$reference" --cache-dir "$BATS_TEST_TMPDIR/full"
    cmp out.json right.json
}

@test "a damaged cache is read as absent" {
    reference=$(image debian-node)
    scan "$reference" --cache-dir cache
    cp out.json right.json
    find cache -type f | while read -r file; do printf 'rubbish' | dd of="$file" bs=1 seek=20 conv=notrunc status=none; done
    scan "$reference" --cache-dir cache
    cmp out.json right.json
    find cache -type f -exec truncate -s 5 {} +
    scan "$reference" --cache-dir cache
    cmp out.json right.json
}

@test "eight scans at once on one cache agree" {
    reference=$(image debian-node)
    scan "$reference"
    for number in 1 2 3 4 5 6 7 8; do
        "$DOCKWORTHY" scan "$reference" --cache-dir shared --database "$database" --now "$NOW" --format json --output "out-$number.json" 2>/dev/null &
    done
    wait
    for number in 1 2 3 4 5 6 7 8; do
        cmp "out-$number.json" out.json
    done
}

@test "a policy file with an alias bomb, and one with 100,000 keys" {
    {
        echo 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
        for level in 1 2 3 4 5 6 7 8 9; do
            last=*a$((level - 1))
            echo "a$level: &a$level [$last, $last, $last, $last, $last, $last, $last, $last, $last, $last]"
        done
    } >dockworthy.yaml
    run timeout 60 "$DOCKWORTHY" check --database "$database" --now "$NOW"
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    contains dockworthy.yaml
    seq -f 'key%.0f: 1' 100000 >dockworthy.yaml
    run timeout 60 "$DOCKWORTHY" check --database "$database" --now "$NOW"
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    contains dockworthy.yaml
}

@test "an exceptions file that is no list, and one with an unknown key, exit 2 and name the line" {
    image debian-node >/dev/null
    printf 'version: 1\nservice: x\nimages: [{image: "oci:%s"}]\nvulnerabilities: {exceptions: exceptions.yaml}\n' "$BATS_FILE_TMPDIR/image-debian-node" >dockworthy.yaml
    echo 'id: not-a-list' >exceptions.yaml
    run "$DOCKWORTHY" check --database "$database" --now "$NOW"
    exits 2
    contains exceptions.yaml
    printf -- '- id: one\n  tiket: SEC-1\n' >exceptions.yaml
    run "$DOCKWORTHY" check --database "$database" --now "$NOW"
    exits 2
    contains exceptions.yaml:2
    contains ticket
}

@test "a folder named for its manifests that holds none is told; links to manifests count" {
    mkdir -p k8s
    printf 'version: 1\nservice: x\nfiles:\n  kubernetes: [k8s]\n' >dockworthy.yaml
    run "$DOCKWORTHY" check . --database "$(database)" --now "$NOW"
    exits 4
    contains "no manifest"
    printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "node:latest"}]}\n' >pod.txt
    ln -s ../pod.txt k8s/pod.yaml
    run "$DOCKWORTHY" check . --database "$(database)" --now "$NOW"
    lacks "no manifest"
    contains k8s/pod.yaml
}
