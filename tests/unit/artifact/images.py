"""Makes container images without any tool of their own, for tests.

A layer is made of a root directory or of a dict {path: what}, where what is

    b"..." or "..."       a file
    DIRECTORY             a directory
    Symlink("target"), Hardlink("path/in/the/layer")
    WHITEOUT              removes the path of a lower layer (.wh.NAME)
    OPAQUE                a directory that hides what lower layers have in it
    Raw(tarinfo, body)    anything else

    base = layer(tmp, {"etc/os-release": "ID=debian\n"})
    top = layer(tmp, {"etc/motd": WHITEOUT}, compression="gzip")
    image = Image([base, top], tags=["app:1"])

An image is then written as

    docker_archive(path, [image])                 docker save before 25
    docker_archive(path, [image], style="podman") podman save
    docker_archive(path, [image], style="crane")  crane pull: compressed layers
    docker_oci_archive(path, [image])             docker save since 25
    oci_layout(directory, [image])                a directory
    oci_archive(path, [image])                    the same in a tar
    oci_layout(directory, [Index([image, ...])])  several platforms

and damaged by edit_archive(), truncate() and flip(). Everything is made the
same way each time: times and owners are zero.
"""
import dataclasses
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

DIRECTORY = object()
WHITEOUT = object()
OPAQUE = object()


@dataclasses.dataclass
class Symlink:
    target: str


@dataclasses.dataclass
class Hardlink:
    target: str


@dataclasses.dataclass
class Raw:
    info: tarfile.TarInfo
    body: bytes = b""


OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def sha256_file(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return "sha256:" + digest.hexdigest()


def hex_of(digest):
    return digest.split(":", 1)[1]


def json_bytes(value):
    return json.dumps(value, separators=(",", ":")).encode()


# ---- Layers ----

@dataclasses.dataclass
class Layer:
    """A layer's stored bytes in a file, and what they are."""
    path: pathlib.Path
    diff_id: str
    digest: str
    compression: str = ""
    created_by: str = ""
    media_type: str = ""

    def __post_init__(self):
        suffix = "+" + self.compression if self.compression else ""
        self.media_type = self.media_type or OCI_LAYER + suffix

    @property
    def size(self):
        return self.path.stat().st_size


def tar_info(name, kind=tarfile.REGTYPE, mode=0o644, link="", size=0):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname, info.size = kind, mode, link, size
    return info


def entry(path, what):
    """The tar header and the body of one thing in a layer."""
    folder, _, name = path.rpartition("/")
    if isinstance(what, str):
        what = what.encode()
    if isinstance(what, bytes):
        return tar_info(path, size=len(what)), what
    if what is DIRECTORY:
        return tar_info(path + "/", tarfile.DIRTYPE, 0o755), b""
    if what is WHITEOUT:
        return tar_info(f"{folder}/.wh.{name}".lstrip("/")), b""
    if what is OPAQUE:
        return tar_info(f"{path}/.wh..wh..opq"), b""
    if isinstance(what, Symlink):
        return tar_info(path, tarfile.SYMTYPE, 0o777, what.target), b""
    if isinstance(what, Hardlink):
        return tar_info(path, tarfile.LNKTYPE, 0o644, what.target), b""
    if isinstance(what, Raw):
        what.info.size = len(what.body)
        return what.info, what.body
    raise TypeError(f"{path}: {what!r}")


def write_tar(file, contents):
    """Writes a tar of a dict or of a root directory."""
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        if isinstance(contents, dict):
            for path, what in contents.items():
                info, body = entry(path, what)
                tar.addfile(info, io.BytesIO(body))
            return

        def anonymous(info):
            info.uid = info.gid = info.mtime = 0
            info.uname = info.gname = ""
            return info

        for name in sorted(os.listdir(contents)):
            tar.add(os.path.join(contents, name), arcname=name, filter=anonymous)


def compress_file(source, target, compression):
    """gzip, zstd, bzip2 or xz; "" copies."""
    if not compression:
        shutil.copyfile(source, target)
    elif compression == "gzip":
        with open(source, "rb") as plain, open(target, "wb") as file:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0,
                               compresslevel=6) as packed:
                shutil.copyfileobj(plain, packed, 1 << 20)
    else:
        with open(source, "rb") as plain, open(target, "wb") as file:
            subprocess.run([compression, "-q", "-c"], stdin=plain, stdout=file, check=True)


_serial = 0


def layer(folder, contents, compression="", created_by="", **more):
    """Makes a layer in `folder` of a dict, a root directory, or bytes as they are."""
    global _serial
    _serial += 1
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plain, stored = (folder / f"layer-{_serial}.{end}" for end in ("tar", "stored"))
    if isinstance(contents, bytes):
        plain.write_bytes(contents)
    else:
        with open(plain, "wb") as file:
            write_tar(file, contents)
    diff_id = sha256_file(plain)
    compress_file(plain, stored, compression)
    plain.unlink()
    return Layer(stored, diff_id, sha256_file(stored), compression, created_by, **more)


# ---- Images ----

@dataclasses.dataclass
class Image:
    layers: list
    tags: list = dataclasses.field(default_factory=list)
    os: str = "linux"
    arch: str = "amd64"
    variant: str = ""
    created: str = "2026-01-02T03:04:05Z"
    config: dict = dataclasses.field(default_factory=dict)   # over the made one
    manifest: dict = dataclasses.field(default_factory=dict)  # the same

    def config_bytes(self):
        history = []
        for number, one in enumerate(self.layers):
            history += [{"created": self.created, "created_by": "ENV A=1", "empty_layer": True},
                        {"created": self.created,
                         "created_by": one.created_by or f"RUN step {number}"}]
        made = {"architecture": self.arch, "os": self.os, "created": self.created, "config": {},
                "rootfs": {"type": "layers", "diff_ids": [one.diff_id for one in self.layers]},
                "history": history}
        if self.variant:
            made["variant"] = self.variant
        return json_bytes({**made, **self.config})

    def manifest_bytes(self):
        config = self.config_bytes()
        made = {"schemaVersion": 2, "mediaType": OCI_MANIFEST,
                "config": {"mediaType": OCI_CONFIG, "digest": sha256(config),
                           "size": len(config)},
                "layers": [{"mediaType": one.media_type, "digest": one.digest, "size": one.size}
                           for one in self.layers]}
        return json_bytes({**made, **self.manifest})

    def descriptor(self):
        manifest = self.manifest_bytes()
        platform = {"architecture": self.arch, "os": self.os}
        if self.variant:
            platform["variant"] = self.variant
        return {"mediaType": OCI_MANIFEST, "digest": sha256(manifest), "size": len(manifest),
                "platform": platform}

    def blobs(self):
        """(name in blobs/sha256, bytes or path) of everything the image needs."""
        for data in (self.config_bytes(), self.manifest_bytes()):
            yield hex_of(sha256(data)), data
        for one in self.layers:
            yield hex_of(one.digest), one.path


def attestation(folder, image):
    """What buildkit puts beside an image in an index."""
    statement = layer(folder, b'{"_type":"https://in-toto.io/Statement/v0.1"}',
                      media_type="application/vnd.in-toto+json")
    made = Image([statement], os="unknown", arch="unknown")
    made.annotations = {"vnd.docker.reference.type": "attestation-manifest",
                        "vnd.docker.reference.digest": image.descriptor()["digest"]}
    return made


@dataclasses.dataclass
class Index:
    """Several images under one name: platforms."""
    images: list
    tags: list = dataclasses.field(default_factory=list)

    def manifest_bytes(self):
        entries = []
        for image in self.images:
            one = image.descriptor()
            if hasattr(image, "annotations"):
                one["annotations"] = image.annotations
            entries.append(one)
        return json_bytes({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})

    def descriptor(self):
        data = self.manifest_bytes()
        return {"mediaType": OCI_INDEX, "digest": sha256(data), "size": len(data)}

    def blobs(self):
        for image in self.images:
            yield from image.blobs()
        data = self.manifest_bytes()
        yield hex_of(sha256(data)), data


# ---- Writing them ----

def full_name(tag):
    """alpine:3 as docker.io/library/alpine:3"""
    first = tag.split("/")[0]
    if "/" not in tag:
        return "docker.io/library/" + tag
    return tag if "." in first or ":" in first or first == "localhost" else "docker.io/" + tag


def oci_members(images):
    """{path: bytes or Path} of an OCI layout."""
    members, entries = {}, []
    for image in images:
        for name, blob in image.blobs():
            members["blobs/sha256/" + name] = blob
        for tag in image.tags or [None]:
            one = image.descriptor()
            if tag:
                one["annotations"] = {"io.containerd.image.name": full_name(tag),
                                      "org.opencontainers.image.ref.name": tag.rpartition(":")[2]}
            entries.append(one)
    members["index.json"] = json_bytes({"schemaVersion": 2, "mediaType": OCI_INDEX,
                                        "manifests": entries})
    members["oci-layout"] = json_bytes({"imageLayoutVersion": "1.0.0"})
    return members


def repositories(images):
    named = {}
    for image in images:
        for tag in image.tags:
            name, _, version = tag.rpartition(":")
            named.setdefault(name, {})[version] = hex_of(image.layers[-1].diff_id)
    return json_bytes(named)


def docker_members(images, style="docker"):
    """{path: bytes, Path or Symlink} of a docker archive of this style."""
    members, entries, layers_at = {}, [], {}
    for image in images:
        config = image.config_bytes()
        name = hex_of(sha256(config))
        name = {"crane": "sha256:" + name}.get(style, name + ".json")
        paths, parent = [], ""
        for one in image.layers:
            legacy_id = hashlib.sha256((parent + one.diff_id).encode()).hexdigest()
            parent = legacy_id
            if style == "docker":
                path = legacy_id + "/layer.tar"
                members[legacy_id + "/VERSION"] = b"1.0"
                members[legacy_id + "/json"] = json_bytes({"id": legacy_id})
                first = layers_at.setdefault(one.diff_id, path)
                members[path] = one.path if first == path else Symlink("../" + first)
            elif style == "podman":
                path = hex_of(one.diff_id) + ".tar"
                members[path] = one.path
                members[legacy_id + "/layer.tar"] = Symlink("../" + path)
            else:
                path = hex_of(one.digest) + ".tar.gz"
                members[path] = one.path
            paths.append(path)
        members[name] = config
        entries.append({"Config": name, "RepoTags": image.tags or None, "Layers": paths})
    if style != "crane":
        members["repositories"] = repositories(images)
    members["manifest.json"] = json_bytes(entries)
    return members


def docker_oci_members(images):
    """docker save since 25: an OCI layout and a manifest.json in one."""
    members = oci_members(images)
    members["manifest.json"] = json_bytes([
        {"Config": "blobs/sha256/" + hex_of(sha256(image.config_bytes())),
         "RepoTags": image.tags or None,
         "Layers": ["blobs/sha256/" + hex_of(one.digest) for one in image.layers]}
        for image in images])
    members["repositories"] = repositories(images)
    return members


def write_members(path, members, order="sorted", compression=""):
    """Writes a tar; order: "sorted", "documents-first" or "documents-last"."""
    path = pathlib.Path(path)
    names = sorted(members)
    if order != "sorted":
        names.sort(key=lambda name: isinstance(members[name], pathlib.Path),
                   reverse=order == "documents-last")
    plain = path if not compression else path.with_name(path.name + ".plain")
    with tarfile.open(plain, "w", format=tarfile.PAX_FORMAT) as tar:
        for name in names:
            what = members[name]
            if isinstance(what, pathlib.Path):
                with open(what, "rb") as body:
                    tar.addfile(tar_info(name, size=what.stat().st_size), body)
            else:
                info, body = entry(name, what)
                tar.addfile(info, io.BytesIO(body))
    if compression:
        compress_file(plain, path, compression)
        plain.unlink()
    return path


def docker_archive(path, images, style="docker", order="sorted", compression=""):
    return write_members(path, docker_members(images, style), order, compression)


def docker_oci_archive(path, images, order="sorted", compression=""):
    return write_members(path, docker_oci_members(images), order, compression)


def oci_archive(path, images, order="sorted", compression=""):
    return write_members(path, oci_members(images), order, compression)


def oci_layout(directory, images):
    directory = pathlib.Path(directory)
    for name, what in oci_members(images).items():
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, pathlib.Path):
            shutil.copyfile(what, target)
        else:
            target.write_bytes(what)
    return directory


# ---- Damaging them ----

def edit_archive(source, target, changes):
    """Copies a tar with members replaced ({name: bytes or Symlink}), removed
    ({name: None}) or added; names are as in the archive."""
    changes = dict(changes)
    with tarfile.open(source) as old, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as new:
        for info in old:
            if info.name not in changes:
                new.addfile(info, old.extractfile(info) if info.isreg() else None)
                continue
            what = changes.pop(info.name)
            if what is not None:
                made, body = entry(info.name, what)
                new.addfile(made, io.BytesIO(body))
        for name, what in changes.items():
            made, body = entry(name, what)
            new.addfile(made, io.BytesIO(body))
    return pathlib.Path(target)


def truncate(path, keep):
    """Cuts a file; `keep` bytes, or a share of them when it is below 1."""
    path = pathlib.Path(path)
    size = path.stat().st_size
    os.truncate(path, int(size * keep) if keep < 1 else keep)
    return path


def flip(path, offset):
    """Inverts one byte; a negative offset counts from the end."""
    path = pathlib.Path(path)
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xff
    path.write_bytes(data)
    return path


def member_offset(archive, name):
    """Where the body of a member begins in an uncompressed tar."""
    with tarfile.open(archive) as tar:
        return tar.getmember(name).offset_data
