"""Makes container images from texts, byte by byte and in memory.

An image is a list of layers; a layer is a list of members (or a directory on
disk); from them come docker archives in both layouts, OCI layouts and OCI
archives, with layers stored plain, gzip or zstd, and deliberately wrong
variants of each.

    image = Image([Layer.of({"etc/os-release": "ID=debian\\n"}), Layer.of({...})])
    image.write_docker_archive(path)         # docker save before 25
    image.write_oci_layout(folder)
"""
import dataclasses
import gzip
import hashlib
import io
import json
import os
import pathlib
import subprocess
import tarfile

MEDIA = {
    "plain": "application/vnd.oci.image.layer.v1.tar",
    "gzip": "application/vnd.oci.image.layer.v1.tar+gzip",
    "zstd": "application/vnd.oci.image.layer.v1.tar+zstd",
}
DOCKER_MEDIA = {
    "plain": "application/vnd.docker.image.rootfs.diff.tar",
    "gzip": "application/vnd.docker.image.rootfs.diff.tar.gzip",
}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@dataclasses.dataclass
class Member:
    """One entry of a layer's tar."""
    name: str
    data: bytes = b""
    type: bytes = tarfile.REGTYPE
    link: str = ""
    mode: int = 0o644


def file(name, data):
    return Member(name, data.encode() if isinstance(data, str) else data)


def directory(name):
    return Member(name, type=tarfile.DIRTYPE, mode=0o755)


def symlink(name, target):
    return Member(name, type=tarfile.SYMTYPE, link=target, mode=0o777)


def hardlink(name, target):
    return Member(name, type=tarfile.LNKTYPE, link=target)


def whiteout(name):
    """Removes `name` of lower layers."""
    folder, _, base = name.rpartition("/")
    return Member(f"{folder}/.wh.{base}" if folder else f".wh.{base}")


def opaque(folder):
    """Hides what lower layers have in `folder`."""
    return Member(f"{folder}/.wh..wh..opq")


def make_tar(members, pax=False):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w",
                      format=tarfile.PAX_FORMAT if pax else tarfile.GNU_FORMAT) as tar:
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.type, info.linkname, info.mode = member.type, member.link, member.mode
            info.size = len(member.data) if member.type == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(member.data) if info.size else None)
    return out.getvalue()


def compress(data, how):
    if how == "plain":
        return data
    if how == "gzip":
        return gzip.compress(data, 6, mtime=0)
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


class Layer:
    """A layer: its tar, and how it is stored."""

    def __init__(self, tar, how="gzip", created_by="COPY test"):
        self.tar, self.how, self.created_by = tar, how, created_by
        self.stored = compress(tar, how)

    @classmethod
    def of(cls, content, how="gzip", pax=False):
        """From {path: text or bytes} or a list of members."""
        if isinstance(content, dict):
            content = [file(name, data) for name, data in content.items()]
        return cls(make_tar(content, pax), how)

    @classmethod
    def of_directory(cls, root, how="gzip"):
        """From a directory on disk, with all that tar keeps of it."""
        done = subprocess.run(["tar", "-C", str(root), "--numeric-owner", "--one-file-system",
                               "-cf", "-", "."], stdout=subprocess.PIPE, check=True)
        return cls(done.stdout, how)

    @property
    def diff_id(self):
        return "sha256:" + sha256(self.tar)

    @property
    def digest(self):
        return "sha256:" + sha256(self.stored)


class Image:
    """Layers, lowest first, and a config."""

    def __init__(self, layers, architecture="amd64", config=None, names=("test:latest",)):
        self.layers, self.names = layers, list(names)
        self.config = {
            "architecture": architecture, "os": "linux", "created": "2026-01-01T00:00:00Z",
            "config": {"Env": ["PATH=/usr/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            "history": [{"created_by": layer.created_by} for layer in layers],
        }
        self.config.update(config or {})

    @property
    def config_bytes(self):
        return json.dumps(self.config).encode()

    @property
    def image_id(self):
        return "sha256:" + sha256(self.config_bytes)

    def manifest(self, docker=False):
        media = DOCKER_MEDIA if docker else MEDIA
        kind = ("application/vnd.docker.distribution.manifest.v2+json" if docker
                else "application/vnd.oci.image.manifest.v1+json")
        config = ("application/vnd.docker.container.image.v1+json" if docker
                  else "application/vnd.oci.image.config.v1+json")
        return {
            "schemaVersion": 2, "mediaType": kind,
            "config": {"mediaType": config, "digest": self.image_id,
                       "size": len(self.config_bytes)},
            "layers": [{"mediaType": media[layer.how], "digest": layer.digest,
                        "size": len(layer.stored)} for layer in self.layers],
        }

    def blobs(self, docker=False):
        """{digest: bytes} of manifest, config and layers; the manifest's comes first."""
        manifest = json.dumps(self.manifest(docker)).encode()
        found = {"sha256:" + sha256(manifest): manifest, self.image_id: self.config_bytes}
        found.update({layer.digest: layer.stored for layer in self.layers})
        return found

    def descriptor(self, docker=False, tag=None, platform=None):
        blobs = self.blobs(docker)
        digest = next(iter(blobs))
        found = {"mediaType": self.manifest(docker)["mediaType"], "digest": digest,
                 "size": len(blobs[digest])}
        if tag:
            found["annotations"] = {"org.opencontainers.image.ref.name": tag}
        if platform:
            found["platform"] = platform
        return found

    # -- Docker archives --

    def _docker_members(self, layer_name):
        entries, seen = [], {}
        for number, layer in enumerate(self.layers):
            name = layer_name(number, layer)
            if layer.diff_id in seen:
                entries.append(symlink(name, os.path.relpath(seen[layer.diff_id],
                                                             os.path.dirname(name))))
            else:
                seen[layer.diff_id] = name
                entries.append(Member(name, layer.stored))
        return entries

    def docker_archive(self, manifest_last=True):
        """docker save before version 25: ID/layer.tar, equal layers as symlinks."""
        def layer_name(number, layer):
            return f"{sha256(bytes([number]) + layer.tar)}/layer.tar"

        layers = self._docker_members(layer_name)
        manifest = [{"Config": self.image_id.split(":")[1] + ".json", "RepoTags": self.names,
                     "Layers": [m.name for m in layers]}]
        tail = [Member(self.image_id.split(":")[1] + ".json", self.config_bytes),
                file("manifest.json", json.dumps(manifest)),
                file("repositories", json.dumps({}))]
        head = []
        for member in layers:
            folder = member.name.split("/")[0]
            head += [directory(folder), file(f"{folder}/VERSION", "1.0"),
                     file(f"{folder}/json", "{}"), member]
        return make_tar(head + tail if manifest_last else tail + head)

    def oci_archive(self, docker_manifest=False, tag="latest"):
        """An OCI layout in a tar; with manifest.json it is docker save since 25."""
        members = [file("oci-layout", '{"imageLayoutVersion":"1.0.0"}'), directory("blobs"),
                   directory("blobs/sha256")]
        members += [Member("blobs/sha256/" + digest.split(":")[1], data)
                    for digest, data in self.blobs().items()]
        members.append(file("index.json", json.dumps(
            {"schemaVersion": 2, "manifests": [self.descriptor(tag=tag)]})))
        if docker_manifest:
            manifest = [{"Config": "blobs/sha256/" + self.image_id.split(":")[1],
                         "RepoTags": self.names,
                         "Layers": ["blobs/sha256/" + layer.digest.split(":")[1]
                                    for layer in self.layers]}]
            members.append(file("manifest.json", json.dumps(manifest)))
        return make_tar(members)

    def write_docker_archive(self, path, **options):
        path = pathlib.Path(path)
        path.write_bytes(self.docker_archive(**options))
        return path

    def write_oci_archive(self, path, **options):
        path = pathlib.Path(path)
        path.write_bytes(self.oci_archive(**options))
        return path

    # -- OCI layouts --

    def write_oci_layout(self, folder, tag="latest"):
        return write_oci_layout(folder, [(self, tag, None)])


def write_oci_layout(folder, images):
    """A layout of several images: [(image, tag or None, platform or None)]. Images with a
    platform go into one nested index (a multi-platform image)."""
    folder = pathlib.Path(folder)
    store = folder / "blobs/sha256"
    store.mkdir(parents=True, exist_ok=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    tops, platforms, nested_tag = [], [], None
    for image, tag, platform in images:
        for digest, data in image.blobs().items():
            (store / digest.split(":")[1]).write_bytes(data)
        if platform:
            platforms.append(image.descriptor(platform=platform))
            nested_tag = tag or nested_tag
        else:
            tops.append(image.descriptor(tag=tag))
    if platforms:
        index = json.dumps({"schemaVersion": 2, "manifests": platforms,
                            "mediaType": "application/vnd.oci.image.index.v1+json"}).encode()
        (store / sha256(index)).write_bytes(index)
        top = {"mediaType": "application/vnd.oci.image.index.v1+json",
               "digest": "sha256:" + sha256(index), "size": len(index)}
        if nested_tag:
            top["annotations"] = {"org.opencontainers.image.ref.name": nested_tag}
        tops.append(top)
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": tops}))
    return folder


# -- Content that the small advisories speak of --

OS_RELEASE_DEBIAN = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
OS_RELEASE_ALPINE = 'ID=alpine\nVERSION_ID=3.18.9\n'


def dpkg_stanza(name, version, source=None, arch="amd64", status="install ok installed"):
    lines = [f"Package: {name}", f"Status: {status}", f"Architecture: {arch}",
             f"Version: {version}", "Maintainer: Test <test@example.org>"]
    if source:
        lines.append(f"Source: {source}")
    return "\n".join(lines) + "\n\n"


def apk_entry(name, version, origin=None):
    return f"P:{name}\nV:{version}\nA:x86_64\nL:MIT\no:{origin or name}\n\n"


def debian_files(*stanzas):
    """A Debian 12 root with these packages."""
    return {"etc/os-release": OS_RELEASE_DEBIAN, "var/lib/dpkg/status": "".join(stanzas)}


def alpine_files(*entries):
    return {"etc/os-release": OS_RELEASE_ALPINE, "lib/apk/db/installed": "".join(entries)}
