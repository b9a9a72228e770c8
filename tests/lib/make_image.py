#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes small container images for tests, and hostile ones, from a description in JSON. Standard library only.

    make_image.py [--to oci|docker-archive|docker-archive-gzip|dir] OUT SPEC.json   (SPEC "-" reads standard input)
    make_image.py [--to …] --preset NAME OUT
    make_image.py --list

Prints one JSON object: {"manifest": "sha256:…", "config": "sha256:…", "layers": [{"digest", "diff_id", "size"}]}.
Everything is streamed: a layer of a million entries or of many GiB of zeros needs little memory.

SPEC:
  tag            tag of the image in the index ("latest"; null: none)
  architecture, os, created, config, history       as in an OCI image config; history is made from the layers if absent
  layers         list of LAYER
  platforms      list of {"architecture", "os", "variant"}: the same image once for each, in one index
  index_depth    number of indexes around the manifest (default 0: only index.json)
  media_types    "oci" (default) or "docker"
  repo_tags      for docker-archive (default ["test:latest"]; null allowed)
  manifest_set, config_set, index_set              keys that replace what would be written (null removes)
  missing_config true: the config blob is not written

LAYER:
  entries        list of ENTRY
  format         gnu (default), pax, ustar, v7
  compression    gzip (default), zstd, none
  instruction    text for the history ("COPY . /app")
  os             "debian-12", "alpine-3.18": an os-release file
  apk            list of fields, e.g. {"P": "musl", "V": "1.2.3-r0", "o": "musl", "files": ["lib/libc.so"]}
  dpkg           list of control stanzas as objects, e.g. {"Package": "zlib1g", "Version": "1:1.2.13.dfsg-1"};
                 "dpkg_form": "status" (default) or "status.d"
  npm            list of [name, version]; "npm_prefix": "app/" (default)
  raw_base64, raw_text, raw_zeros ("6G")           the layer's unpacked bytes, which need not be a tar
  many           {"count": 1000000, "prefix": "d/"}: that many empty files
  end            number of zero blocks at the end of the tar (default 2)
  media_type     written in the manifest
  tamper         digest, size, diff_id   written in place of the true ones ("size": "+1" is relative)
                 truncate                bytes kept of the blob (a fraction if below 1), the digest being the old one
                 truncate_tar            the same of the tar, the digests being those of what is left
                 flip_bit                bit number flipped in the blob, the digest being the old one
                 append_base64           bytes behind the compressed stream (part of the digest)
                 swap                    LAYER whose bytes stand under this layer's digest and size field
                 missing                 true: the blob is not written

ENTRY: {"path", "type", …}; type: file (default), dir, symlink, hardlink, char, block, fifo, whiteout, opaque
  content, content_base64, content_file, zeros ("1G"), repeat (["[", "512M"])     what a file holds
  link, mode, uid, gid, mtime, pax (object), size (the number in the header, may be false), size_raw (12 bytes as text),
  repeat_path (["a/", 20000]: placed before "path"), format
"""

import argparse
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib

BLOCK = 512
CHUNK = 1 << 20
TYPES = {"file": b"0", "hardlink": b"1", "symlink": b"2", "char": b"3", "block": b"4", "dir": b"5", "fifo": b"6",
         "whiteout": b"0", "opaque": b"0"}
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def number(value):
    """A count of bytes: 5, "5", "6G"."""
    if isinstance(value, str) and value[-1:] in UNITS:
        return int(value[:-1]) * UNITS[value[-1]]
    return int(value)


# ---- tar -------------------------------------------------------------------------------------------------------------

def octal(value, width):
    """An octal field of a tar header; what does not fit is written in base 256 as GNU tar does."""
    if 0 <= value < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, value)
    return bytes([0xff if value < 0 else 0x80]) + (value & ((1 << 8 * (width - 1)) - 1)).to_bytes(width - 1, "big")


def header(name, kind, size, fields, form, link=b"", size_raw=None):
    prefix = b""
    if form in ("ustar", "pax") and len(name) > 100:
        cut = name.rfind(b"/", 0, 156)
        if cut > 0 and len(name) - cut - 1 <= 100:
            prefix, name = name[:cut], name[cut + 1:]
    magic = {"gnu": b"ustar  \0", "v7": b"\0" * 8}.get(form, b"ustar\00000")
    block = bytearray(BLOCK)
    block[0:100] = name[:100].ljust(100, b"\0")
    block[100:108] = octal(fields["mode"], 8)
    block[108:116] = octal(fields["uid"], 8)
    block[116:124] = octal(fields["gid"], 8)
    block[124:136] = size_raw if size_raw is not None else octal(size, 12)
    block[136:148] = octal(fields["mtime"], 12)
    block[156:157] = kind
    block[157:257] = link[:100].ljust(100, b"\0")
    block[257:265] = magic
    if kind in (b"3", b"4"):
        block[329:337] = octal(fields["major"], 8)
        block[337:345] = octal(fields["minor"], 8)
    block[345:345 + len(prefix)] = prefix
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def pad(size):
    return b"\0" * (-size % BLOCK)


def pax_records(pairs):
    out = b""
    for key, value in pairs.items():
        body = b" " + key.encode() + b"=" + (value if isinstance(value, bytes) else str(value).encode()) + b"\n"
        length = len(body)
        while len(str(length)) + len(body) != length:
            length = len(str(length)) + len(body)
        out += str(length).encode() + body
    return out


def content_of(entry):
    """The size of a file's content and an iterable of its bytes."""
    if "zeros" in entry or "repeat" in entry:
        unit, size = (b"\0", entry["zeros"]) if "zeros" in entry else (entry["repeat"][0].encode(), entry["repeat"][1])
        size = number(size)
        piece = unit * max(1, CHUNK // len(unit))

        def stream():
            left = size
            while left > 0:
                yield piece[:left]
                left -= len(piece)
        return size, stream()
    if "content_file" in entry:
        def read():
            with open(entry["content_file"], "rb") as file:
                while piece := file.read(CHUNK):
                    yield piece
        return os.path.getsize(entry["content_file"]), read()
    data = base64.b64decode(entry["content_base64"]) if "content_base64" in entry else entry.get("content", "").encode()
    return len(data), [data]


def entry_bytes(entry, form):
    form = entry.get("format", form)
    kind_name = entry.get("type", "file")
    path = entry["path"]
    if kind_name in ("whiteout", "opaque"):
        folder, _, name = path.rpartition("/")
        marker = ".wh..wh..opq" if kind_name == "opaque" else ".wh." + name
        path = (path.rstrip("/") + "/" if kind_name == "opaque" and path else folder + "/" if folder else "") + marker
    if "repeat_path" in entry:
        path = entry["repeat_path"][0] * entry["repeat_path"][1] + path
    name = path.encode("utf-8", "surrogateescape")
    link = entry.get("link", "").encode("utf-8", "surrogateescape")
    fields = {"mode": entry.get("mode", 0o755 if kind_name == "dir" else 0o644), "uid": entry.get("uid", 0),
              "gid": entry.get("gid", 0), "mtime": entry.get("mtime", 0), "major": entry.get("major", 0),
              "minor": entry.get("minor", 0)}
    size, stream = content_of(entry) if kind_name == "file" else (0, [])
    shown = entry.get("size", size)
    pax = dict(entry.get("pax", {}))
    plain = {"mode": 0o644, "uid": 0, "gid": 0, "mtime": 0, "major": 0, "minor": 0}
    if form == "pax":
        if len(name) > 100:
            pax.setdefault("path", name)
        if len(link) > 100:
            pax.setdefault("linkpath", link)
    elif form == "gnu":
        for long, mark in ((link, b"K"), (name, b"L")):
            if len(long) > 100:
                yield header(b"././@LongLink", mark, len(long) + 1, plain, form) + long + b"\0" + pad(len(long) + 1)
    if pax:
        body = pax_records(pax)
        yield header(b"PaxHeaders/entry", b"x", len(body), plain, "ustar") + body + pad(len(body))
    raw = entry["size_raw"].encode("latin-1") if "size_raw" in entry else None
    yield header(name, TYPES[kind_name], shown, fields, form, link, raw)
    for piece in stream:
        yield piece
    if pad(size):
        yield pad(size)


def os_release(text):
    name, _, version = text.partition("-")
    pretty = {"debian": "Distroless", "alpine": "Alpine Linux v" + version}.get(name, name)
    body = 'PRETTY_NAME="%s"\nID=%s\nVERSION_ID="%s"\n' % (pretty, name, version)
    return [{"path": "etc/os-release", "content": body}]


def apk_entries(packages):
    out = ""
    for package in packages:
        lines = ["%s:%s" % (key, value) for key, value in package.items() if key != "files"]
        folder = None
        for path in package.get("files", []):
            place, _, name = path.rpartition("/")
            if place != folder:
                lines.append("F:" + place)
                folder = place
            lines.append("R:" + name)
        out += "\n".join(lines) + "\n\n"
    return [{"path": "lib/apk/db/installed", "content": out}]


def dpkg_entries(packages, form):
    stanzas = []
    for package in packages:
        fields = dict(package)
        if form == "status":
            fields.setdefault("Status", "install ok installed")
        stanzas.append((package["Package"], "".join("%s: %s\n" % pair for pair in fields.items())))
    if form == "status.d":
        return [{"path": "var/lib/dpkg/status.d/" + name, "content": text} for name, text in stanzas]
    return [{"path": "var/lib/dpkg/status", "content": "\n".join(text for _, text in stanzas)}]


def npm_entries(packages, prefix):
    return [{"path": "%snode_modules/%s/package.json" % (prefix, name),
             "content": json.dumps({"name": name, "version": version}) + "\n"} for name, version in packages]


def layer_stream(layer):
    """The unpacked bytes of a layer."""
    if "raw_base64" in layer:
        yield base64.b64decode(layer["raw_base64"])
        return
    if "raw_text" in layer:
        yield layer["raw_text"].encode()
        return
    if "raw_zeros" in layer:
        yield from content_of({"zeros": layer["raw_zeros"]})[1]
        return
    form = layer.get("format", "gnu")
    entries = []
    if "os" in layer:
        entries += os_release(layer["os"])
    if "apk" in layer:
        entries += apk_entries(layer["apk"])
    if "dpkg" in layer:
        entries += dpkg_entries(layer["dpkg"], layer.get("dpkg_form", "status"))
    if "npm" in layer:
        entries += npm_entries(layer["npm"], layer.get("npm_prefix", "app/"))
    for entry in entries + layer.get("entries", []):
        yield from entry_bytes(entry, form)
    if "many" in layer:
        fields = {"mode": 0o644, "uid": 0, "gid": 0, "mtime": 0, "major": 0, "minor": 0}
        prefix, batch = layer["many"].get("prefix", "d/").encode(), []
        for index in range(layer["many"]["count"]):
            batch.append(header(b"%s%07d" % (prefix, index), b"0", 0, fields, form))
            if len(batch) == 2048:
                yield b"".join(batch)
                batch = []
        yield b"".join(batch)
    yield b"\0" * BLOCK * layer.get("end", 2)


# ---- compression -----------------------------------------------------------------------------------------------------

def crc32_combine(first, second, length):
    """CRC-32 of A+B from those of A and B and the length of B (zlib's crc32_combine, by matrices over GF(2))."""
    def times(matrix, vector):
        total = 0
        for row in matrix:
            if vector & 1:
                total ^= row
            vector >>= 1
        return total
    matrix = [0xedb88320] + [1 << bit for bit in range(31)]
    length *= 8
    while length:
        if length & 1:
            first = times(matrix, first)
        matrix = [times(matrix, row) for row in matrix]
        length >>= 1
    return first ^ second


def gzip_of_zeros(size):
    """A gzip stream of SIZE zero bytes: one flushed deflate block of zeros is written again and again."""
    unit = 64 << 20
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(unit)) + packer.flush(zlib.Z_FULL_FLUSH) if size >= unit else b""
    crc, unit_crc = 0, zlib.crc32(bytes(unit)) if size >= unit else 0
    yield b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
    for _ in range(size // unit):
        yield packed
        crc = crc32_combine(crc, unit_crc, unit)
    rest = bytes(size % unit)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield packer.compress(rest) + packer.flush()
    yield zlib.crc32(rest, crc).to_bytes(4, "little") + (size & 0xffffffff).to_bytes(4, "little")


class Blob:
    """Writes one blob into FOLDER under its digest, hashing the packed and the unpacked bytes as they pass."""

    def __init__(self, folder):
        self.folder = folder
        self.file = tempfile.NamedTemporaryFile(dir=folder, delete=False)
        self.packed, self.unpacked, self.size = hashlib.sha256(), hashlib.sha256(), 0

    def put(self, data):
        self.packed.update(data)
        self.size += len(data)
        self.file.write(data)

    def finish(self):
        self.file.close()
        self.digest = "sha256:" + self.packed.hexdigest()
        self.diff_id = "sha256:" + self.unpacked.hexdigest()
        self.path = os.path.join(self.folder, self.packed.hexdigest())
        os.chmod(self.file.name, 0o644)
        os.replace(self.file.name, self.path)
        return self


def kept(size, wanted):
    return int(size * wanted) if isinstance(wanted, float) and wanted < 1 else int(wanted)


def write_layer(folder, layer):
    blob = Blob(folder)
    compression = layer.get("compression", "gzip")
    stream = layer_stream(layer)
    tamper = layer.get("tamper", {})
    if "truncate_tar" in tamper:
        whole = b"".join(stream)
        stream = [whole[:kept(len(whole), tamper["truncate_tar"])]]
    if compression == "gzip" and "raw_zeros" in layer:
        for piece in gzip_of_zeros(number(layer["raw_zeros"])):
            blob.put(piece)
        if "diff_id" not in tamper:
            for piece in stream:
                blob.unpacked.update(piece)
    elif compression == "gzip":
        packer = zlib.compressobj(layer.get("level", 6), zlib.DEFLATED, -15)
        blob.put(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
        crc, size = 0, 0
        for piece in stream:
            blob.unpacked.update(piece)
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            blob.put(packer.compress(piece))
        blob.put(packer.flush() + crc.to_bytes(4, "little") + (size & 0xffffffff).to_bytes(4, "little"))
    elif compression == "zstd":
        with tempfile.TemporaryFile() as out:
            with subprocess.Popen(["zstd", "-q", "-3", "-c"], stdin=subprocess.PIPE, stdout=out) as program:
                for piece in stream:
                    blob.unpacked.update(piece)
                    program.stdin.write(piece)
                program.stdin.close()
                if program.wait() != 0:
                    sys.exit("make_image: zstd failed")
            out.seek(0)
            while piece := out.read(CHUNK):
                blob.put(piece)
    else:
        for piece in stream:
            blob.unpacked.update(piece)
            blob.put(piece)
    if "append_base64" in tamper:
        blob.put(base64.b64decode(tamper["append_base64"]))
    blob.finish()
    if "swap" in tamper:
        other = write_layer(folder, tamper["swap"])
        os.replace(other.path, blob.path)
    if "truncate" in tamper:
        os.truncate(blob.path, kept(blob.size, tamper["truncate"]))
    if "flip_bit" in tamper:
        with open(blob.path, "r+b") as file:
            file.seek(tamper["flip_bit"] // 8)
            byte = file.read(1)[0] ^ (1 << tamper["flip_bit"] % 8)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte]))
    return blob


# ---- images ----------------------------------------------------------------------------------------------------------

OCI = {"manifest": "application/vnd.oci.image.manifest.v1+json", "index": "application/vnd.oci.image.index.v1+json",
       "config": "application/vnd.oci.image.config.v1+json", "gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
       "zstd": "application/vnd.oci.image.layer.v1.tar+zstd", "none": "application/vnd.oci.image.layer.v1.tar"}
DOCKER = {"manifest": "application/vnd.docker.distribution.manifest.v2+json",
          "index": "application/vnd.docker.distribution.manifest.list.v2+json",
          "config": "application/vnd.docker.container.image.v1+json",
          "gzip": "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "zstd": "application/vnd.docker.image.rootfs.diff.tar.zstd",
          "none": "application/vnd.docker.image.rootfs.diff.tar"}


def dump(value):
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"


def put_json(folder, value):
    data = value if isinstance(value, bytes) else dump(value)
    digest = hashlib.sha256(data).hexdigest()
    with open(os.path.join(folder, digest), "wb") as file:
        file.write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}


def with_set(value, changes):
    value = dict(value)
    for key, new in (changes or {}).items():
        if new is None:
            value.pop(key, None)
        else:
            value[key] = new
    return value


def make_config(spec, layers, blobs, platform):
    history = spec.get("history")
    if history is None:
        history = [{"created": spec.get("created", "1970-01-01T00:00:00Z"),
                    "created_by": layer.get("instruction", "COPY layer%d /" % number)}
                   for number, layer in enumerate(layers)]
    config = {"architecture": platform.get("architecture", "amd64"), "os": platform.get("os", "linux"),
              "created": spec.get("created", "1970-01-01T00:00:00Z"), "config": spec.get("config", {}),
              "history": history,
              "rootfs": {"type": "layers", "diff_ids": [layer.get("tamper", {}).get("diff_id", blob.diff_id)
                                                        for layer, blob in zip(layers, blobs)]}}
    if "variant" in platform:
        config["variant"] = platform["variant"]
    return with_set(config, spec.get("config_set"))


def layer_size(layer, blob):
    size = layer.get("tamper", {}).get("size", blob.size)
    return blob.size + int(size) if isinstance(size, str) else size


def make_layout(out, spec):
    """Writes an OCI layout; returns what the command prints."""
    types = DOCKER if spec.get("media_types") == "docker" else OCI
    folder = os.path.join(out, "blobs", "sha256")
    os.makedirs(folder, exist_ok=True)
    layers = spec.get("layers", [])
    blobs = [write_layer(folder, layer) for layer in layers]
    platforms = spec.get("platforms") or [{"architecture": spec.get("architecture", "amd64"),
                                           "os": spec.get("os", "linux")}]
    descriptors, config, manifest = [], None, None
    for platform in platforms:
        config = put_json(folder, make_config(spec, layers, blobs, platform))
        body = {"schemaVersion": 2, "mediaType": types["manifest"], "config": dict(config, mediaType=types["config"]),
                "layers": [{"mediaType": layer.get("media_type", types[layer.get("compression", "gzip")]),
                            "digest": layer.get("tamper", {}).get("digest", blob.digest),
                            "size": layer_size(layer, blob)} for layer, blob in zip(layers, blobs)]}
        if "annotations" in spec:
            body["annotations"] = spec["annotations"]
        manifest = put_json(folder, with_set(body, spec.get("manifest_set")))
        descriptor = dict(manifest, mediaType=types["manifest"])
        if spec.get("platforms"):
            descriptor["platform"] = platform
        descriptors.append(descriptor)
        if spec.get("missing_config"):
            os.unlink(os.path.join(folder, config["digest"][7:]))
    for _ in range(spec.get("index_depth", 0)):
        descriptors = [dict(put_json(folder, {"schemaVersion": 2, "mediaType": types["index"],
                                              "manifests": descriptors}), mediaType=types["index"])]
    tag = spec.get("tag", "latest")
    if tag is not None:
        for descriptor in descriptors:
            descriptor["annotations"] = {"org.opencontainers.image.ref.name": tag}
    index = {"schemaVersion": 2, "mediaType": OCI["index"], "manifests": descriptors}
    with open(os.path.join(out, "index.json"), "wb") as file:
        file.write(dump(with_set(index, spec.get("index_set"))))
    with open(os.path.join(out, "oci-layout"), "w") as file:
        file.write('{"imageLayoutVersion": "1.0.0"}\n')
    for layer, blob in zip(layers, blobs):
        if layer.get("tamper", {}).get("missing"):
            os.unlink(blob.path)
    return {"manifest": manifest["digest"], "config": config["digest"],
            "layers": [{"digest": blob.digest, "diff_id": blob.diff_id, "size": blob.size} for blob in blobs]}


def make_docker_archive(out, spec, packed):
    """What `docker save` wrote before it wrote OCI layouts: manifest.json, a config, one layer.tar a layer."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(out))) as work:
        layers = [dict(layer, compression=layer.get("compression", "none")) for layer in spec.get("layers", [])]
        result = make_layout(work, dict(spec, layers=layers))
        blobs = os.path.join(work, "blobs", "sha256")
        config = result["config"][7:]
        names, entries = [], []
        for index, layer in enumerate(result["layers"]):
            name = layer["diff_id"][7:] + "/layer.tar"
            if name in names:
                name = "%s-%d/layer.tar" % (layer["diff_id"][7:], index)
                entries.append({"path": name, "type": "symlink", "link": "../" + names[0]})
            else:
                path = os.path.join(blobs, layer["digest"][7:])
                if os.path.exists(path):
                    entries.append({"path": name, "content_file": path})
            names.append(name)
        entries.append({"path": config + ".json", "content_file": os.path.join(blobs, config)})
        body = [with_set({"Config": config + ".json", "RepoTags": spec.get("repo_tags", ["test:latest"]),
                          "Layers": names}, spec.get("manifest_set"))]
        entries.append({"path": "manifest.json", "content": json.dumps(body)})
        form = spec.get("archive_format", "gnu")
        packer = zlib.compressobj(6, zlib.DEFLATED, 31) if packed else None
        with open(out, "wb") as file:
            for piece in layer_stream({"entries": spec.get("archive_entries", []) + entries, "format": form}):
                file.write(packer.compress(piece) if packer else piece)
            file.write(packer.flush() if packer else b"")
        cut = spec.get("truncate_archive")
        if cut is not None:
            os.truncate(out, kept(os.path.getsize(out), cut))
        return result


def make_folder(out, spec):
    """The merged files as a folder; only what a folder of ordinary files can hold."""
    os.makedirs(out, exist_ok=True)
    for layer in spec.get("layers", []):
        with tempfile.TemporaryFile() as file:
            for piece in layer_stream(layer):
                file.write(piece)
            file.seek(0)
            subprocess.run(["tar", "-x", "-C", out], stdin=file, check=True)
    return {}


# ---- presets ---------------------------------------------------------------------------------------------------------

DEBIAN = {"os": "debian-12", "dpkg_form": "status.d", "instruction": "COPY base /",
          "dpkg": [{"Package": "zlib1g", "Source": "zlib", "Version": "1:1.2.13.dfsg-1", "Architecture": "amd64"},
                   {"Package": "libssl3", "Source": "openssl", "Version": "3.0.11-1~deb12u2", "Architecture": "amd64"}]}
NODE = {"npm": [["minimist", "1.2.0"], ["lodash", "4.17.21"]], "instruction": "COPY node_modules /app/node_modules"}
ALPINE = {"os": "alpine-3.18", "instruction": "ADD rootfs.tar.gz /",
          "apk": [{"P": "musl", "V": "1.2.4-r2", "A": "x86_64", "L": "MIT", "o": "musl"},
                  {"P": "busybox", "V": "1.36.1-r5", "A": "x86_64", "L": "GPL-2.0-only", "o": "busybox"},
                  {"P": "libcrypto3", "V": "3.1.4-r5", "A": "x86_64", "L": "Apache-2.0", "o": "openssl"}]}
USER = {"User": "65532", "WorkingDir": "/app", "Entrypoint": ["node"], "Cmd": ["server.js"]}


def spec_of(*layers, **more):
    return dict({"config": USER, "layers": list(layers)}, **more)


def bad(entry, **layer):
    return spec_of(DEBIAN, dict({"entries": [entry] if isinstance(entry, dict) else entry}, **layer), NODE)


OTHER = {"npm": [["harmless", "1.0.0"]]}
PRESETS = {
    "debian-node": (spec_of(DEBIAN, NODE), "two Debian packages and two npm packages; minimist 1.2.0 is vulnerable"),
    "alpine": (spec_of(ALPINE), "three apk packages"),
    "alpine-node": (spec_of(ALPINE, NODE), "three apk packages and two npm packages"),
    "root-user": (spec_of(DEBIAN, NODE, config={"Entrypoint": ["node"]}), "as debian-node, no user in the config"),
    "zstd": (spec_of(dict(DEBIAN, compression="zstd"), dict(NODE, compression="zstd")), "as debian-node, zstd layers"),
    "uncompressed": (spec_of(dict(DEBIAN, compression="none"), dict(NODE, compression="none")),
                     "as debian-node, plain tar layers"),
    "two-platforms": (spec_of(DEBIAN, NODE, platforms=[{"architecture": "amd64", "os": "linux"},
                                                       {"architecture": "arm64", "os": "linux", "variant": "v8"}]),
                      "an index of two platforms"),
    "nested-index": (spec_of(DEBIAN, NODE, index_depth=3), "three indexes around the manifest"),
    "nested-index-deep": (spec_of(DEBIAN, NODE, index_depth=9), "nine indexes around the manifest: over the limit"),
    "docker-types": (spec_of(DEBIAN, NODE, media_types="docker"), "Docker media types"),
    "whiteout": (spec_of(DEBIAN, NODE, {"entries": [{"path": "app/node_modules/minimist", "type": "whiteout"}]}),
                 "minimist is deleted by the top layer"),
    "opaque": (spec_of(DEBIAN, NODE, {"entries": [{"path": "app/node_modules", "type": "opaque"}],
                                      "npm": [["left-pad", "1.3.0"]]}),
               "an opaque folder hides both npm packages; left-pad stays"),
    "no-os": (spec_of(NODE), "no os-release"),
    "empty": (spec_of(), "no layers"),
    "wrong-digest": (spec_of(DEBIAN, dict(NODE, tamper={"flip_bit": 400})), "a bit of the second layer is flipped"),
    "wrong-size": (spec_of(DEBIAN, dict(NODE, tamper={"size": "+1"})), "the manifest's size is one too many"),
    "wrong-diff-id": (spec_of(DEBIAN, dict(NODE, tamper={"diff_id": "sha256:" + "1" * 64})),
                      "the config's diff id is another"),
    "swapped-layer": (spec_of(DEBIAN, dict(NODE, tamper={"swap": OTHER})),
                      "another valid archive under the old digest"),
    "missing-blob": (spec_of(DEBIAN, dict(NODE, tamper={"missing": True})), "a layer's blob is not there"),
    "missing-config": (spec_of(DEBIAN, NODE, missing_config=True), "the config blob is not there"),
    "truncated-blob": (spec_of(DEBIAN, dict(NODE, tamper={"truncate": 0.5})), "half of a layer's blob"),
    "truncated-tar": (spec_of(DEBIAN, dict(NODE, tamper={"truncate_tar": 700})),
                      "a tar that ends within an entry, right digests"),
    "trailing-garbage": (spec_of(DEBIAN, dict(NODE, tamper={"append_base64": "Z2FyYmFnZSBiZWhpbmQ="})),
                         "bytes behind the gzip member, right digest"),
    "zeros-6g": (spec_of(DEBIAN, {"raw_zeros": "6G"}), "a gzip of 6 GiB of zeros that is no tar"),
    "zeros-64m": (spec_of(DEBIAN, {"raw_zeros": "64M"}), "a gzip of 64 MiB of zeros that is no tar"),
    "not-a-tar": (spec_of(DEBIAN, {"raw_text": "this is no tar archive. " * 1000}), "a layer of text"),
    "dot-dot": (bad({"path": "app/../../../etc/passwd", "content": "x"}), "a name that leaves the root"),
    "absolute": (bad({"path": "/app/node_modules/abs/package.json", "content": '{"name":"abs","version":"1.0.0"}'}),
                 "an absolute name: taken relative to the root"),
    "long-name": (bad({"path": "x", "repeat_path": ["a" * 99 + "/", 1000], "format": "gnu"}),
                  "a name of 100,001 characters, GNU form"),
    "long-name-pax": (bad({"path": "x", "repeat_path": ["a" * 99 + "/", 1000], "format": "pax"}),
                      "a name of 100,001 characters, pax form"),
    "link-out": (bad([{"path": "app/out", "type": "symlink", "link": "../../../../etc"},
                      {"path": "app/hard", "type": "hardlink", "link": "../../etc/shadow"}]), "links out of the tree"),
    "negative-size": (bad({"path": "app/x", "size": -1}), "a negative size in base 256"),
    "overflow-size": (bad({"path": "app/x", "size": (1 << 64) - 1}), "a size of 2^64-1"),
    "overflow-size-pax": (bad({"path": "app/x", "pax": {"size": "99999999999999999999"}}), "a pax size over 2^64"),
    "garbage-size": (bad({"path": "app/x", "size_raw": "zzzzzzzzzzz\0"}), "letters in the size field"),
    "million-entries": (spec_of(DEBIAN, NODE, {"many": {"count": 1000000}, "level": 1}), "1,000,000 empty files"),
    "dpkg-rubbish-1g": (spec_of({"os": "debian-12",
                                 "entries": [{"path": "var/lib/dpkg/status", "repeat": ["rubbish\x01", "1G"]}],
                                 "level": 1}), "a dpkg status of 1 GiB of rubbish"),
    "json-deep": (bad({"path": "app/node_modules/deep/package.json", "repeat": ['{"a":', 500000]}),
                  "a package.json nested 100,000 deep"),
    "json-brackets-512m": (bad({"path": "app/node_modules/deep/package.json", "repeat": ["[", "512M"]}, level=1),
                           "a package.json of 512 MiB of ["),
    "not-utf8": (bad({"path": "app/node_modules/bad/package.json",
                      "content_base64": base64.b64encode(b'{"name":"b\xffd","version":"1.0.0"}').decode()}),
                 "a package.json that is not UTF-8"),
    "no-version": (bad({"path": "app/node_modules/nameless/package.json", "content": '{"name":"nameless"}'}),
                   "a package without a version"),
    "foreign-layer": (spec_of(DEBIAN, dict(NODE, tamper={"missing": True},
                                           media_type="application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")),
                      "a layer that may be absent, and is"),
    "encrypted-layer": (spec_of(DEBIAN, dict(NODE, media_type=OCI["gzip"] + "+encrypted")), "an encrypted layer"),
    "unknown-layer": (spec_of(DEBIAN, dict(NODE, media_type="application/vnd.example.layer.v9")),
                      "a layer of a media type that nobody knows"),
    "terminal-escape": (bad({"path": "app/node_modules/esc/package.json",
                             "content": json.dumps({"name": "e\x1b[31msc", "version": "1.0\x1b]0;x\x07"})}),
                        "terminal escapes in a package's name and version"),
}


def main():
    parser = argparse.ArgumentParser(description="makes container images for tests")
    parser.add_argument("--to", default="oci", choices=["oci", "docker-archive", "docker-archive-gzip", "dir"])
    parser.add_argument("--preset", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("out", nargs="?")
    parser.add_argument("spec", nargs="?")
    options = parser.parse_args()
    if options.list:
        for name, (_, title) in PRESETS.items():
            print("%-20s %s" % (name, title))
        return
    if options.out is None or (options.preset is None) == (options.spec is None):
        parser.error("give OUT and either SPEC.json or --preset NAME")
    if options.preset is not None:
        if options.preset not in PRESETS:
            parser.error("no preset %r; --list shows them" % options.preset)
        spec = PRESETS[options.preset][0]
    else:
        with (sys.stdin if options.spec == "-" else open(options.spec)) as file:
            spec = json.load(file)
    if os.path.isdir(options.out):
        shutil.rmtree(options.out)
    if options.to == "oci":
        result = make_layout(options.out, spec)
    elif options.to == "dir":
        result = make_folder(options.out, spec)
    else:
        result = make_docker_archive(options.out, spec, options.to.endswith("gzip"))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
