#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Hostile and broken inputs: each a clear error with subject, place and limit; the exit code of the architecture; nothing
# half-written; other subjects still judged.

load helper

setup_file() {
    mkdir -p "$BATS_FILE_TMPDIR"
}

# refused PRESET WORDS: scanning it exits 3, names the reference and says WORDS.
refused() {
    local reference
    reference=$(image "$1")
    run timeout 120 "$DOCKWORTHY" scan --database "$(database)" --now "$NOW" "$reference"
    exits 3
    contains "$2"
}

# incomplete PRESET WORDS: exits 4 and says WORDS.
incomplete() {
    local reference
    reference=$(image "$1")
    run timeout 120 "$DOCKWORTHY" scan --database "$(database)" --now "$NOW" "$reference"
    exits 4
    contains "$2"
}

@test "a missing input is named" {
    run dockworthy scan --database "$(database)" --now "$NOW" "oci:$BATS_TEST_TMPDIR/nowhere"
    exits 3
    contains nowhere
}

@test "an empty file and an empty folder are no images" {
    : >"$BATS_TEST_TMPDIR/empty"
    mkdir "$BATS_TEST_TMPDIR/folder"
    run dockworthy scan --database "$(database)" --now "$NOW" "docker-archive:$BATS_TEST_TMPDIR/empty"
    exits 3
    contains empty
    run dockworthy scan --database "$(database)" --now "$NOW" "oci:$BATS_TEST_TMPDIR/folder"
    exits 3
}

@test "a broken subject does not keep another from being judged" {
    run dockworthy scan --database "$(database)" --now "$NOW" --format json "$(image wrong-digest)" "$(image debian-node)"
    exits 3
    [ "$(jq -r '[.findings[] | select(.subject == "image:2" and .package.name == "minimist")] | length > 0' \
        <<<"${output#*$'\n'}" 2>/dev/null || jq -r '[.findings[] | select(.subject == "image:2")] | length > 0' <<<"$output")" = true ]
}

@test "a blob with a flipped bit is refused by its digest" {
    refused wrong-digest "it should be sha256:"
}

@test "a size that is not the blob's is refused" {
    refused wrong-size "187"
}

@test "a diff id that is not the layer's is refused" {
    refused wrong-diff-id "diff id"
}

@test "another valid archive under the old digest is refused" {
    refused swapped-layer "layer"
}

@test "the same with the same length is refused by its digest" {
    local out=$BATS_TEST_TMPDIR/same
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --preset uncompressed "$out" >"$BATS_TEST_TMPDIR/out.json"
    local blob
    blob=$out/blobs/sha256/$(jq -r '.layers[1].digest' "$BATS_TEST_TMPDIR/out.json" | cut -d: -f2)
    python3 - "$blob" <<'PYTHON'
import sys
path = sys.argv[1]
data = open(path, "rb").read()
changed = data.replace(b'"1.2.0"', b'"1.2.8"')
assert changed != data and len(changed) == len(data)
open(path, "wb").write(changed)
PYTHON
    run dockworthy scan --database "$(database)" --now "$NOW" "oci:$out"
    exits 3
    contains "it should be sha256:"
    lacks "minimist 1.2.8"
}

@test "a blob that is not there is named" {
    incomplete missing-blob "not in the layout"
}

@test "a config that is not there is refused" {
    refused missing-config "config"
}

@test "a truncated blob is refused" {
    refused truncated-blob "bytes"
}

@test "a layer cut at many places never passes" {
    local out=$BATS_TEST_TMPDIR/cut
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --preset debian-node "$out" >"$BATS_TEST_TMPDIR/out.json"
    local blob size
    blob=$out/blobs/sha256/$(jq -r '.layers[1].digest' "$BATS_TEST_TMPDIR/out.json" | cut -d: -f2)
    cp "$blob" "$BATS_TEST_TMPDIR/whole"
    size=$(stat -c %s "$blob")
    for ((at = 0; at < size; at += 11)); do
        head -c "$at" "$BATS_TEST_TMPDIR/whole" >"$blob"
        run dockworthy scan --database "$(database)" --now "$NOW" "oci:$out"
        exits 3
    done
}

@test "a docker-archive cut at many places never passes" {
    for to in docker-archive docker-archive-gzip; do
        local whole=$BATS_TEST_TMPDIR/$to size
        "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --to $to --preset debian-node "$whole" >/dev/null
        size=$(stat -c %s "$whole")
        run dockworthy scan --database "$(database)" --now "$NOW" "docker-archive:$whole"
        [ "$status" -ne 3 ]
        # The last kilobytes of a tar are padding.
        for ((at = 0; at < size - 10240; at += size / 12 + 1)); do
            head -c "$at" "$whole" >"$BATS_TEST_TMPDIR/cut"
            run dockworthy scan --database "$(database)" --now "$NOW" "docker-archive:$BATS_TEST_TMPDIR/cut"
            exits 3
        done
    done
}

@test "a tar that ends within an entry is refused" {
    refused truncated-tar "no readable tar"
}

@test "bytes behind the gzip member are refused" {
    refused trailing-garbage "no gzip member"
}

@test "6 GiB of zeros are no empty image" {
    refused zeros-6g "zero bytes"
}

@test "text is no layer" {
    refused not-a-tar "no readable tar"
}

@test "a name that leaves the root is refused" {
    refused dot-dot "leaves the root"
}

@test "an absolute name is taken below the root" {
    run dockworthy show "$(image absolute)"
    exits 0
    [ "$(jq -r '.packages[] | select(.name == "abs") | .location.path // .path' <<<"$output")" = app/node_modules/abs/package.json ]
}

@test "names of 100,000 characters meet their limit" {
    refused long-name "path-bytes"
    refused long-name-pax "path-bytes"
}

@test "links out of the tree are refused" {
    refused link-out "leaves the root"
}

@test "negative, overflowing and unreadable sizes are refused" {
    refused negative-size "negative size"
    refused overflow-size "overflow"
    refused overflow-size-pax "overflow"
    refused garbage-size "no readable tar"
}

@test "1,000,000 tiny entries: everything is read" {
    run timeout 120 "$DOCKWORTHY" show "$(image million-entries)"
    exits 0
    [ "$(jq '.packages | length' <<<"$output")" -eq 4 ]
}

@test "a dpkg status of 1 GiB of rubbish is refused in bounded memory" {
    refused dpkg-rubbish-1g "var/lib/dpkg/status"
}

@test "a package.json nested 100,000 deep meets its limit" {
    refused json-deep "json-depth"
}

@test "a package.json of 512 MiB meets its limit" {
    refused json-brackets-512m "package-manifest-bytes"
}

@test "a package.json that is not UTF-8 is refused" {
    refused not-utf8 "app/node_modules/bad/package.json"
}

@test "a package without a version is reported as not scanned" {
    incomplete no-version "nameless"
}

@test "layers that are not understood are named, not ignored" {
    incomplete foreign-layer "elsewhere"
    incomplete encrypted-layer "encrypted"
    incomplete unknown-layer "application/vnd.example.layer.v9"
}

@test "indexes nested too deep meet their limit" {
    refused nested-index-deep "index-depth"
}

@test "terminal escapes never reach the terminal" {
    run dockworthy scan --database "$(database)" --now "$NOW" "$(image terminal-escape)"
    [[ $output != *$'\e'* && $output != *$'\a'* ]]
}

@test "a limit can be set, and is named when it is met" {
    run dockworthy scan --limit layer-bytes=1K --database "$(database)" --now "$NOW" "$(image debian-node)"
    exits 3
    contains "layer-bytes"
    run dockworthy scan --limit image-entries=1 --database "$(database)" --now "$NOW" "$(image debian-node)"
    exits 3
    contains "image-entries"
}

@test "a YAML alias bomb in the policy meets its limit" {
    {
        echo "version: 1"
        echo "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
        for i in 1 2 3 4 5 6 7 8 9; do
            printf 'a%d: &a%d [' $i $i
            for _ in 1 2 3 4 5 6 7 8 9 10; do printf '*a%d, ' $((i - 1)); done
            echo ']'
        done
    } >"$BATS_TEST_TMPDIR/dockworthy.yaml"
    run timeout 20 "$DOCKWORTHY" check --policy "$BATS_TEST_TMPDIR/dockworthy.yaml" "$BATS_TEST_TMPDIR"
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    contains "document-nodes"
}

@test "100,000 keys in the policy are refused quickly, by the first that is unknown" {
    { echo "version: 1"; seq -f 'key%.0f: 1' 100000; } >"$BATS_TEST_TMPDIR/dockworthy.yaml"
    run timeout 20 "$DOCKWORTHY" check --policy "$BATS_TEST_TMPDIR/dockworthy.yaml" "$BATS_TEST_TMPDIR"
    exits 2
    contains "dockworthy.yaml:2"
}

@test "a missing database is said and judged as incomplete" {
    run dockworthy scan --database "$BATS_TEST_TMPDIR/none.db" --now "$NOW" "$(image debian-node)"
    exits 4
    contains "none.db"
    contains "db build"
}

@test "a database cut short or with a flipped bit is refused, or answers the same" {
    local whole cut=$BATS_TEST_TMPDIR/cut.db size
    whole=$(database)
    size=$(stat -c %s "$whole")
    for part in 0 1 2 3 5 8 9; do
        head -c $((size * part / 10)) "$whole" >"$cut"
        run dockworthy scan --database "$cut" --now "$NOW" "$(image debian-node)"
        exits 3
    done
    run dockworthy scan --database "$whole" --now "$NOW" --format json --output "$BATS_TEST_TMPDIR/good.json" "$(image debian-node)"
    local good
    good=$(jq -c '[.findings[].rule]' "$BATS_TEST_TMPDIR/good.json")
    for i in $(seq 1 40); do
        python3 - "$whole" "$cut" "$i" <<'PYTHON'
import random, sys
data = bytearray(open(sys.argv[1], "rb").read())
random.seed(int(sys.argv[3]))
bit = random.randrange(len(data) * 8)
data[bit // 8] ^= 1 << bit % 8
open(sys.argv[2], "wb").write(data)
PYTHON
        run dockworthy scan --database "$cut" --now "$NOW" --format json --output "$BATS_TEST_TMPDIR/flip.json" "$(image debian-node)"
        [ "$status" -eq 3 ] || [ "$(jq -c '[.findings[].rule]' "$BATS_TEST_TMPDIR/flip.json")" = "$good" ]
        run dockworthy db verify --database "$cut"
        exits 3
    done
}

@test "a disk that is full while caching costs the cache, not the answer" {
    needs_limits
    local cache=$BATS_TEST_TMPDIR/cache
    run bash -c "ulimit -f 0; trap '' XFSZ; \"$DOCKWORTHY\" show --cache-dir '$cache' '$(image debian-node)' | cat"
    [ "$(jq '.packages | length' <<<"$output" 2>/dev/null || tail -n +2 <<<"$output" | jq '.packages | length')" -ge 4 ]
    [ -z "$(find "$cache" -type f 2>/dev/null)" ]
}

@test "without Landlock the other walls stand" {
    DOCKWORTHY_LANDLOCK=off run dockworthy show "$(image debian-node)"
    exits 0
    DOCKWORTHY_LANDLOCK=off run dockworthy version
    contains "no landlock"
}

@test "a worker that outgrows its memory costs its layer an error" {
    needs_limits
    run dockworthy scan --limit worker-memory-bytes=4M --database "$(database)" --now "$NOW" "$(image debian-node)"
    exits 3
}

@test "a report that cannot be written is an error and leaves nothing" {
    run dockworthy scan --database "$(database)" --now "$NOW" --output "$BATS_TEST_TMPDIR/no/such/folder/x.json" --format json "$(image debian-node)"
    exits 3
    [ ! -e "$BATS_TEST_TMPDIR/no" ]
}
