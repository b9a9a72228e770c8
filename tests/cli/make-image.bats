#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The image maker is itself tested with GNU tar and gzip: a bad-input test is worth what its input is.

load helper

layer() {
    jq -r ".layers[$1].digest" "$BATS_TEST_TMPDIR/out.json" | cut -d: -f2
}

make_image() {
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --preset "$1" "$BATS_TEST_TMPDIR/image" >"$BATS_TEST_TMPDIR/out.json"
    blobs=$BATS_TEST_TMPDIR/image/blobs/sha256
}

@test "a plain image holds what its digests say" {
    make_image debian-node
    for blob in "$blobs"/*; do
        [ "$(sha256sum <"$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ]
    done
    run tar -tzf "$blobs/$(layer 1)"
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = app/node_modules/minimist/package.json ]
    [ "$(gzip -dc "$blobs/$(layer 1)" | sha256sum | cut -d' ' -f1)" = "$(jq -r '.layers[1].diff_id' "$BATS_TEST_TMPDIR/out.json" | cut -d: -f2)" ]
}

@test "a bomb of 64 MiB of zeros is a valid gzip of that size" {
    make_image zeros-64m
    [ "$(gzip -dc "$blobs/$(layer 1)" | wc -c)" -eq $((64 << 20)) ]
    [ "$(stat -c %s "$blobs/$(layer 1)")" -lt 100000 ]
}

@test "long names are read by GNU tar in both forms" {
    for form in long-name long-name-pax; do
        rm -rf "$BATS_TEST_TMPDIR/image"
        make_image $form
        [ "$(tar -tzf "$blobs/$(layer 1)" | tail -n 1 | wc -c)" -eq 100002 ]
    done
}

@test "a swapped layer is another archive under the old digest" {
    make_image swapped-layer
    [ "$(sha256sum <"$blobs/$(layer 1)" | cut -d' ' -f1)" != "$(layer 1)" ]
    run tar -tzf "$blobs/$(layer 1)"
    [ "${lines[0]}" = app/node_modules/harmless/package.json ]
}

@test "a docker-archive is a tar with manifest, config and layers" {
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" --to docker-archive-gzip --preset debian-node "$BATS_TEST_TMPDIR/a.tar.gz" >/dev/null
    run tar -xzOf "$BATS_TEST_TMPDIR/a.tar.gz" manifest.json
    [ "$status" -eq 0 ]
    [ "$(jq -r '.[0].Layers | length' <<<"$output")" -eq 2 ]
    [ "$(tar -xzOf "$BATS_TEST_TMPDIR/a.tar.gz" "$(jq -r '.[0].Layers[1]' <<<"$output")" | tar -t | wc -l)" -eq 2 ]
}
