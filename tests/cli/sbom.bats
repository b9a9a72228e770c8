#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# SBOMs of real images: complete, valid by the official schemas, the same bytes every time.

load helper

DATA=${DOCKWORTHY_TEST_DATA:-$DOCKWORTHY_SOURCE/../shared/data}

setup() {
    bom=$BATS_TEST_TMPDIR/bom.json
}

# sbom ARGUMENTS: the document in $bom, the exit code in $status.
sbom() {
    run "$DOCKWORTHY" sbom "$@" --output "$bom"
}

needs_schemas() {
    [ -d "$DATA/schemas" ] || skip "no test data"
    /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "no python3-jsonschema"
}

validate() {
    "$DOCKWORTHY_SOURCE/tests/validate-json" "$DATA/schemas/bom-$1.schema.json" "$bom"
}

# Every ref exists, every component has exactly one entry, and all can be reached from the root.
graph_is_whole() {
    python3 - "$bom" <<'EOF'
import json, sys
bom = json.load(open(sys.argv[1]))
root = bom["metadata"]["component"]["bom-ref"]
refs = [c["bom-ref"] for c in bom["components"]] + [root]
assert len(refs) == len(set(refs)), "bom-refs are not unique"
edges = {d["ref"]: d["dependsOn"] for d in bom["dependencies"]}
assert len(edges) == len(bom["dependencies"]), "a ref has two entries"
assert set(edges) == set(refs), "entries and components differ"
seen, todo = {root}, [root]
while todo:
    for ref in edges[todo.pop()]:
        assert ref in edges, ref + " does not exist"
        if ref not in seen:
            seen.add(ref)
            todo.append(ref)
assert seen == set(refs), "not reached: %s" % sorted(set(refs) - seen)
EOF
}

# The packages of a layout's apk database, read without dockworthy: "name version" lines.
apk_packages() {
    python3 - "$1" <<'EOF'
import io, json, sys, tarfile
def blob(digest):
    return open("%s/blobs/%s" % (sys.argv[1], digest.replace(":", "/")), "rb")
index = json.load(open(sys.argv[1] + "/index.json"))
manifest = json.load(blob(index["manifests"][0]["digest"]))
database = b""
for layer in manifest["layers"]:
    with tarfile.open(fileobj=blob(layer["digest"])) as tar:
        for member in tar:
            if member.name.lstrip("./") == "lib/apk/db/installed":
                database = tar.extractfile(member).read()
for stanza in database.decode().split("\n\n"):
    fields = dict(line.split(":", 1) for line in stanza.splitlines() if line[:2] in ("P:", "V:"))
    if fields:
        print(fields["P"], fields["V"])
EOF
}

@test "Alpine images: every package of the database, valid, whole" {
    needs_schemas
    for pair in 3.6:13 3.9:14 3.10:14 3.14:14 3.18:15 3.20:14; do
        version=${pair%:*}
        sbom "oci:$DATA/images/alpine-$version"
        exits 0
        validate 1.6
        graph_is_whole
        jq -r '.components[] | select(.type == "library") | "\(.name) \(.version)"' "$bom" | sort >"$BATS_TEST_TMPDIR/ours"
        apk_packages "$DATA/images/alpine-$version" | sort >"$BATS_TEST_TMPDIR/theirs"
        diff "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/ours"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/ours")" = "${pair#*:}" ]
        [ "$(jq -r '[.components[] | select(.type == "operating-system")] | length' "$bom")" = 1 ]
        [ "$(jq -r '.components[] | select(.type == "operating-system") | .name' "$bom")" = alpine ]
        [ "$(jq -r '.compositions[0].aggregate' "$bom")" = complete ]
    done
}

@test "musl is needed by busybox in an Alpine image" {
    needs_schemas
    sbom "oci:$DATA/images/alpine-3.18"
    jq -e '(.components[] | select(.name == "musl") | ."bom-ref") as $musl
           | (.components[] | select(.name == "busybox") | ."bom-ref") as $busybox
           | .dependencies[] | select(.ref == $busybox) | .dependsOn | index($musl)' "$bom"
}

@test "what Trivy, Syft and Grype read back of an Alpine image" {
    needs_schemas
    sbom "oci:$DATA/images/alpine-3.18"
    jq -e '.components[] | select(.name == "ssl_client")
           | ([.properties[] | {key: .name, value}] | from_entries) as $p
           | $p["aquasecurity:trivy:SrcName"] == "busybox" and $p["syft:metadata:originPackage"] == "busybox"
             and $p["syft:package:type"] == "apk" and ($p["aquasecurity:trivy:LayerDiffID"] | startswith("sha256:"))
             and (.purl | startswith("pkg:apk/alpine/ssl_client@")) and (.purl | contains("upstream=busybox"))
             and (.purl | contains("distro=alpine-3.18"))' "$bom"
}

@test "the busybox image: a document without a distribution" {
    needs_schemas
    sbom "oci:$DATA/images/busybox-glibc"
    validate 1.6
    graph_is_whole
}

@test "every version of the specification is valid" {
    needs_schemas
    for version in 1.5 1.6 1.7; do
        sbom --spec-version "$version" "$(image debian-node)"
        exits 0
        [ "$(jq -r .specVersion "$bom")" = "$version" ]
        validate "$version"
        graph_is_whole
    done
}

@test "the same image gives the same bytes, with and without a cache" {
    sbom "$(image debian-node)"
    exits 0
    cp "$bom" "$BATS_TEST_TMPDIR/first.json"
    sbom "$(image debian-node)"
    cmp "$bom" "$BATS_TEST_TMPDIR/first.json"
    sbom --cache-dir "$BATS_TEST_TMPDIR/other-cache" "$(image debian-node)"
    cmp "$bom" "$BATS_TEST_TMPDIR/first.json"
}

@test "SOURCE_DATE_EPOCH is the document's time" {
    SOURCE_DATE_EPOCH=86400 sbom "$(image debian-node)"
    [ "$(jq -r .metadata.timestamp "$bom")" = 1970-01-02T00:00:00Z ]
}

@test "a layer that is not there makes the document incomplete" {
    sbom "$(image foreign-layer)"
    exits 4
    [ "$(jq -r '.compositions[0].aggregate' "$bom")" = incomplete ]
    jq -e '.metadata.properties[] | select(.name == "dockworthy:incomplete")' "$bom"
}

@test "hostile names stay text" {
    needs_schemas
    sbom "$(image terminal-escape)"
    validate 1.6
    graph_is_whole
    ! grep -q $'\x1b' "$bom"
    sbom "$(image not-utf8)"
    validate 1.6
}
