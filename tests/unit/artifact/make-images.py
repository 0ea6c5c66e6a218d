#!/usr/bin/python3
"""Makes the images that test_image.c opens: make-images.py DIRECTORY"""
import json
import pathlib
import random
import sys

from images import (Image, Index, Symlink, attestation, compress_file, docker_archive,
                    docker_members, docker_oci_archive, edit_archive, flip, json_bytes, layer,
                    member_offset, oci_archive, oci_layout, oci_members, truncate, write_members)

out = pathlib.Path(sys.argv[1])
random.seed(7)
NOISE = random.randbytes(3 << 20)


def layers(compressions):
    """Four layers: large, tiny, middling, and the tiny one again."""
    contents = [{"usr/lib/noise": NOISE, "etc/os-release": "ID=debian\n"}, {"etc/motd": "hello"},
                {"usr/share/doc": NOISE[:300000]}, {"etc/motd": "hello"}]
    return [layer(out / "layers", content, compression)
            for content, compression in zip(contents, compressions)]


plain = Image(layers([""] * 4), tags=["app:1"])
packed = Image(layers(["gzip"] * 4), tags=["app:1"])
mixed = Image(layers(["zstd", "gzip", "", "gzip"]), tags=["app:1"])
other = Image(layers(["gzip"] * 4)[1:3], tags=["registry.example.com/team/other:2"])
arm = Image(layers(["gzip"] * 4)[:2], arch="arm64", variant="v8")


def good():
    docker_archive(out / "docker.tar", [plain])
    docker_archive(out / "docker-first.tar", [plain], order="documents-first")
    docker_archive(out / "docker-last.tar", [plain], order="documents-last")
    for compression in ("gzip", "zstd", "bzip2", "xz"):
        compress_file(out / "docker.tar", out / f"docker.tar.{compression}", compression)
    docker_archive(out / "podman.tar", [plain], style="podman")
    docker_archive(out / "crane.tar", [packed], style="crane")
    compress_file(out / "crane.tar", out / "crane.tar.gzip", "gzip")
    docker_oci_archive(out / "docker-oci.tar", [plain])
    docker_oci_archive(out / "docker-oci-packed.tar", [packed])
    oci_archive(out / "oci.tar", [packed])
    oci_archive(out / "oci-mixed.tar", [mixed], order="documents-last")
    oci_archive(out / "oci-untagged.tar", [Image(packed.layers)])
    compress_file(out / "oci.tar", out / "oci.tar.gzip", "gzip")
    oci_layout(out / "layout", [packed])
    oci_layout(out / "platforms", [Index([arm, attestation(out / "layers", packed), packed])])
    oci_layout(out / "only-arm", [Index([arm])])
    oci_layout(out / "several", [packed, other])
    docker_archive(out / "several.tar", [plain, Image(plain.layers[1:3], tags=["two:2", "b:3"])])
    wrong_types = Image(packed.layers, tags=["app:1"])
    manifest = json.loads(wrong_types.manifest_bytes())
    for one in manifest["layers"]:
        one["mediaType"] = "application/vnd.oci.image.layer.v1.tar+zstd"
    wrong_types.manifest = {"layers": manifest["layers"]}
    oci_layout(out / "wrong-types", [wrong_types])


def rewrite(name, image, changes, members=docker_members):
    made = members([image])
    made.update(changes)
    return write_members(out / name, {k: v for k, v in made.items() if v is not None})


def damaged_layers():
    paths = json.loads(docker_members([plain])["manifest.json"])[0]["Layers"]
    for name, archive, member in (("flipped.tar", "docker.tar", paths[0]),
                                  ("flipped-crane.tar", "crane.tar",
                                   packed.layers[0].digest[7:] + ".tar.gz"),
                                  ("flipped-oci.tar", "oci.tar",
                                   "blobs/sha256/" + packed.layers[0].digest[7:])):
        data = (out / archive).read_bytes()
        (out / name).write_bytes(data)
        flip(out / name, member_offset(out / archive, member) + 100000)
    compress_file(out / "flipped.tar", out / "flipped.tar.gzip", "gzip")
    rewrite("missing.tar", plain, {paths[0]: None})
    rewrite("loop.tar", plain, {paths[0]: Symlink("../" + paths[0])})
    rewrite("out.tar", plain, {paths[0]: Symlink("../../../../../../etc/passwd")})
    rewrite("empty-layer.tar", plain, {paths[0]: b""})
    oci_layout(out / "missing-blob", [packed])
    (out / "missing-blob/blobs/sha256" / packed.layers[2].digest[7:]).unlink()
    oci_layout(out / "out-blob", [packed])
    blob = out / "out-blob/blobs/sha256" / packed.layers[2].digest[7:]
    blob.unlink()
    blob.symlink_to("/etc/passwd")
    oci_layout(out / "fifo-blob", [packed])
    blob = out / "fifo-blob/blobs/sha256" / packed.layers[2].digest[7:]
    blob.unlink()
    __import__("os").mkfifo(blob)
    foreign = layer(out / "layers", {"windows": "base"}, "gzip", media_type=(
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"))
    secret = layer(out / "layers", {"x": "y"}, "gzip", media_type=(
        "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"))
    oci_layout(out / "foreign", [Image([foreign, packed.layers[1], secret])])


def damaged_documents():
    config = docker_members([plain])
    config = next(name for name in config if name.endswith(".json") and len(name) > 40)
    rewrite("no-config.tar", plain, {config: None})
    rewrite("other-config.tar", plain, {config: plain.config_bytes() + b" "})
    rewrite("bad-json.tar", plain, {"manifest.json": b'[{"Config": '})
    rewrite("no-images.tar", plain, {"manifest.json": b"[]"})
    rewrite("huge.tar", plain, {"manifest.json": b"[" + b" " * (9 << 20) + b"]"})
    rewrite("no-manifest.tar", plain, {"manifest.json": None, "repositories": None})
    rewrite("old.tar", plain, {"manifest.json": None})
    rewrite("escape.tar", plain, {"manifest.json": json_bytes(
        [{"Config": "../../../etc/passwd", "RepoTags": None, "Layers": []}])})
    fewer = Image(plain.layers, config={"rootfs": {"type": "layers", "diff_ids": []}})
    docker_archive(out / "fewer.tar", [fewer])
    oci_layout(out / "schema3", [Image(packed.layers, manifest={"schemaVersion": 3})])
    oci_layout(out / "schema1", [Image(packed.layers, manifest={
        "schemaVersion": 1, "layers": None, "fsLayers": [{"blobSum": packed.layers[0].digest}]})])
    oci_layout(out / "helm", [Image(packed.layers, config={"rootfs": None}, manifest={
        "config": None})])
    helm = json_bytes({"name": "chart"})
    chart = Image(packed.layers[:1])
    digest = "sha256:" + __import__("hashlib").sha256(helm).hexdigest()
    chart.manifest = {"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json",
                                 "digest": digest, "size": len(helm)}}
    oci_layout(out / "chart", [chart])
    (out / "chart/blobs/sha256" / digest[7:]).write_bytes(helm)
    future = oci_members([packed])
    future["oci-layout"] = b'{"imageLayoutVersion":"2.0.0"}'
    write_members(out / "future.tar", future)
    oci_layout(out / "bad-manifest", [packed])
    flip(out / "bad-manifest/blobs/sha256" / packed.descriptor()["digest"][7:], 3)


def damaged_files():
    for name, keep in (("docker.tar", 0.5), ("docker.tar.gzip", 0.5), ("docker.tar.zstd", 0.5)):
        (out / ("cut-" + name)).write_bytes((out / name).read_bytes())
        truncate(out / ("cut-" + name), keep)
    (out / "empty.tar").write_bytes(b"")
    (out / "rubbish.tar").write_bytes(NOISE[:70000])
    (out / "text.tar").write_text("This is no archive.\n" * 1000)
    (out / "directory").mkdir()
    write_members(out / "many.tar", {f"d/{n}": b"" for n in range(100100)})


good()
damaged_layers()
damaged_documents()
damaged_files()
