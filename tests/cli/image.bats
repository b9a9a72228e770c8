#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# How images are named, chosen and opened. tests/lib/make_image.py makes them; what is expected is what its JSON says of
# them, or stands in docs/images.md.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
}

# made OUT ARGUMENT…: makes an image, keeps what the maker says of it in OUT.made
made() {
    local out=$1
    shift
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" "$@" >"$out.made"
}

show() {
    run --separate-stderr "$DOCKWORTHY" show "$@"
}

# says JQ EXPECTED: what `show` printed
says() {
    local got
    got=$(jq -r "$1" <<<"$output")
    [ "$got" = "$2" ] || {
        echo "$1 is $got, not $2"
        return 1
    }
}

# refused CODE TEXT REFERENCE [OPTION…]
refused() {
    local code=$1 text=$2
    shift 2
    run "$DOCKWORTHY" show "$@"
    exits "$code"
    contains "$text"
}

@test "a layout by oci:, by its path, by tag and by digest is the same image" {
    made image --preset debian-node image
    manifest=$(jq -r .manifest image.made)
    for reference in oci:image image ./image oci:image:latest ./image:latest "oci:image@$manifest" "oci:image:latest@$manifest"; do
        show "$reference"
        exits 0
        says .image.manifest_digest "$manifest"
        says .image.image_id "$(jq -r .config image.made)"
        says '[.image.layers[].digest] | join(" ")' "$(jq -r '[.layers[].digest] | join(" ")' image.made)"
        says '[.image.layers[].diff_id] | join(" ")' "$(jq -r '[.layers[].diff_id] | join(" ")' image.made)"
    done
}

@test "an archive, plain, gzip or zstd, holds the same packages as the layout" {
    made image --preset debian-node image
    show image
    packages=$(jq -c '[.packages[].purl] | sort' <<<"$output")
    [ "$(jq length <<<"$packages")" -eq 4 ]
    made docker.tar --to docker-archive --preset debian-node docker.tar
    made docker.tgz --to docker-archive-gzip --preset debian-node docker.tgz
    tar -C image -cf oci.tar .
    gzip -k oci.tar
    zstd -q oci.tar
    for archive in docker.tar docker.tgz oci.tar oci.tar.gz oci.tar.zst; do
        for reference in "$archive" "docker-archive:$archive" "oci-archive:$archive"; do
            show "$reference"
            exits 0
            [ "$(jq -c '[.packages[].purl] | sort' <<<"$output")" = "$packages" ]
            says .image.image_id "$(jq -r .config image.made)"
        done
    done
    show oci.tar.gz
    says .image.manifest_digest "$(jq -r .manifest image.made)"
    show docker.tgz
    says .image.manifest_digest null
}

@test "--platform chooses; several and no match lists them" {
    made image --preset two-platforms image
    show image --platform linux/arm64
    exits 0
    says .image.platform linux/arm64/v8
    show image --platform linux/amd64
    says .image.platform linux/amd64
    refused 3 "no image for linux/s390x; choose by --platform: linux/amd64, linux/arm64" image --platform linux/s390x
    refused 2 "is no platform" image --platform linux
}

@test "an unknown tag lists those that are there" {
    made image --preset debian-node image
    refused 3 'has no tag "1.2.3"; it has: latest' oci:image:1.2.3
    refused 3 "has no manifest sha256:0000000000" oci:image@sha256:0000000000000000000000000000000000000000000000000000000000000000
    made docker.tar --to docker-archive --preset debian-node docker.tar
    refused 3 'has no tag "1.2.3"; it has: test:latest' docker-archive:docker.tar:1.2.3
    show docker-archive:docker.tar:test:latest
    exits 0
}

@test "references that cannot be one exit 2, paths that are not there 3, what is not read in this version 4" {
    refused 2 "is no digest" oci:.@sha256:12
    refused 2 "nor the name of an image" "No Such Image"
    refused 3 "no such file or folder" oci:nowhere
    refused 3 "no such file or folder" ./nowhere.tar
    refused 3 "no such folder" dir:nowhere
    refused 4 "images in registries are not read in this version" registry.example/a/b:1
    refused 4 "are not read in this version" docker:alpine
}

@test "an archive that shows one image to docker load and another to OCI tools is refused" {
    made image --preset debian-node image
    made other --to docker-archive --preset alpine other.tar
    mkdir hybrid
    cp -r image/. hybrid/
    tar -C hybrid -xf other.tar
    tar -C hybrid -cf hybrid.tar .
    refused 3 "manifest.json names another image than index.json" hybrid.tar
}

@test "an image whose packages are not known is incomplete, not without findings" {
    cat >deleted.json <<'SPEC'
{"layers": [{"os": "debian-12", "dpkg": [{"Package": "zlib1g", "Version": "1:1.2.13.dfsg-1"}]},
            {"entries": [{"path": "var/lib/dpkg/status", "type": "whiteout"}]}]}
SPEC
    cat >mixed.json <<'SPEC'
{"layers": [{"os": "alpine-3.18", "npm": [["left-pad", "1.3.0"]]}]}
SPEC
    cat >binary.json <<'SPEC'
{"layers": [{"entries": [{"path": "server", "content": "x", "mode": 493}]}]}
SPEC
    for name in deleted mixed binary; do
        made "$name" "$name" "$name.json"
        run "$DOCKWORTHY" scan "$name" --database "$(database)" --now "$NOW"
        exits 4
    done
    contains "no package database, package manifest"
    for name in deleted mixed; do
        run "$DOCKWORTHY" scan "$name" --database "$(database)" --now "$NOW"
        contains "package database is missing"
        run "$DOCKWORTHY" sbom "$name" --output "$name.cdx.json"
        exits 4
    done
    mkdir repository
    cat >repository/dockworthy.yaml <<'POLICY'
version: 1
images: [{image: "oci:../deleted"}]
POLICY
    run --separate-stderr "$DOCKWORTHY" check repository --database "$(database)" --now "$NOW" --only 2.2,7.2 --format json
    exits 1
    [ "$(jq -r '[.controls[] | select(.id == "2.2" or .id == "7.2") | .status] | join(" ")' <<<"$output")" = "not-evaluated fail" ]
}

@test "build arguments, which may be secrets, are not shown with the instruction" {
    cat >spec.json <<'SPEC'
{"history": [{"created_by": "RUN |1 TOKEN=hunter2 /bin/sh -c make # buildkit"}],
 "layers": [{"npm": [["a", "1.0.0"]]}]}
SPEC
    made image image spec.json
    show image
    exits 0
    says '.image.layers[0].instruction' "RUN make"
    lacks hunter2
}

@test "the sample layouts: what their own configs say" {
    data=${DOCKWORTHY_TEST_DATA:-$DOCKWORTHY_SOURCE/../shared/data}
    [ -d "$data/images" ] || skip "no test data"
    for layout in "$data"/images/*; do
        show "oci:$layout"
        # Nothing that is read in this version is in the busybox image: incomplete, not clean.
        case $layout in
        *busybox*) exits 4 ;;
        *) exits 0 ;;
        esac
        manifest=$(jq -r '.manifests[0].digest' "$layout/index.json")
        config=$(jq -r .config.digest "$layout/blobs/sha256/${manifest#sha256:}")
        says .image.manifest_digest "$manifest"
        says .image.image_id "$config"
        says '.image.layers[0].diff_id' "$(jq -r '.rootfs.diff_ids[0]' "$layout/blobs/sha256/${config#sha256:}")"
    done
}

@test "setuid and setgid files: as the running container sees them, and what lower layers keep" {
    cat >special.json <<'J'
{"layers": [{"os": "alpine-3.18", "entries": [
   {"path": "usr/bin/su", "content": "x", "mode": 2541}, {"path": "usr/bin/wall", "content": "x", "mode": 1517},
   {"path": "usr/bin/gone", "content": "x", "mode": 2541}, {"path": "usr/bin/mended", "content": "x", "mode": 2541},
   {"path": "usr/bin/folder", "type": "dir", "mode": 1517}, {"path": "usr/bin/plain", "content": "x", "mode": 493}]},
 {"entries": [{"path": "usr/bin/gone", "type": "whiteout"}, {"path": "usr/bin/mended", "content": "x", "mode": 493}]}]}
J
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" special special.json >/dev/null
    run --separate-stderr "$DOCKWORTHY" show oci:special # incomplete: no package database
    [ "$(jq -c '.image.special_files | map([.path, .mode, .layer, .visible])' <<<"$output")" = \
        '[["usr/bin/su","4755",1,true],["usr/bin/wall","2755",1,true],["usr/bin/gone","4755",1,false],["usr/bin/mended","4755",1,false]]' ]
    printf 'version: 1\nimages: [{image: "oci:special"}]\nrules: {USR-005: {parameters: {allow: [usr/bin/w*]}}}\n' >dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --format json
    [ "$(jq -c '[.findings[] | select(.rule == "USR-005") | [.status, .location.path]] | sort' <<<"$output")" = \
        '[["fail","usr/bin/su"],["pass","usr/bin/gone"],["pass","usr/bin/mended"]]' ]
}

@test "accounts: empty passwords and ids that are given twice, as the upper layer has them" {
    cat >accounts.json <<'J'
{"layers": [{"os": "alpine-3.18", "entries": [
   {"path": "etc/passwd", "content": "root:x:0:0:r:/root:/bin/sh\ntoor::0:0:r:/:/bin/sh\n"},
   {"path": "etc/shadow", "content": "root::1:0:9:7:::\n"}]},
 {"entries": [{"path": "etc/shadow", "content": "root:*:1:0:9:7:::\nguest::1:0:9:7:::\n"}]}]}
J
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" accounts accounts.json >/dev/null
    printf 'version: 1\nimages: [{image: "oci:accounts"}]\n' >dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --format json
    [ "$(jq -c '[.findings[] | select(.rule == "USR-006") | .message[0:19]] | sort' <<<"$output")" = \
        '["the account \"guest\"","the account \"toor\" "]' ]
    [ "$(jq -c '[.findings[] | select(.rule == "USR-007") | .variant]' <<<"$output")" = '["id"]' ]
}

@test "leftovers: counted by what they belong to, where the container sees them" {
    cat >left.json <<'J'
{"layers": [{"os": "alpine-3.18", "entries": [
   {"path": "var/lib/apt/lists/a_Packages", "content": "x"}, {"path": "var/lib/apt/lists/b_Packages", "content": "x"},
   {"path": "var/lib/apt/lists/lock", "content": ""}, {"path": "srv/app/.git/HEAD", "content": "x"},
   {"path": "srv/app/x.git/HEAD", "content": "x"}, {"path": "tmp/gone", "content": "x"}]},
 {"entries": [{"path": "tmp/gone", "type": "whiteout"}]}]}
J
    "$DOCKWORTHY_SOURCE/tests/lib/make_image.py" left left.json >/dev/null
    printf 'version: 1\nimages: [{image: "oci:left"}]\n' >dockworthy.yaml
    run --separate-stderr "$DOCKWORTHY" check --format json
    [ "$(jq -c '[.findings[] | select(.rule == "DF-044") | [.status, .location.path, .message[0:7]]] | sort' <<<"$output")" = \
        '[["pass","srv/app/.git/HEAD","1 file "],["pass","var/lib/apt/lists/a_Packages","2 files"]]' ]
}
