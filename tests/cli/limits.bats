#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Limits and the sandbox as a user meets them; hostile input itself is in bad-input.bats.

load helper

@test "another layer of the same length under the old digest is refused" {
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
    output=$(tr -s ' \n' ' ' <<<"$output")
    contains "it should be sha256:"
    lacks "minimist 1.2.8"
}

@test "a limit can be set, and is named when it is met" {
    run dockworthy scan --limit layer-bytes=1K --database "$(database)" --now "$NOW" "$(image debian-node)"
    exits 3
    contains "layer-bytes"
    run dockworthy scan --limit image-entries=1 --database "$(database)" --now "$NOW" "$(image debian-node)"
    exits 3
    contains "image-entries"
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
