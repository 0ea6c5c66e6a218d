"""Images of Docker, containerd and podman, end to end, on engines of the tests' own."""
import os
import shutil
import socket
import subprocess

import pytest

from conftest import PROGRAM
from servers import push, require_root
from tiny_images import (Image, Layer, alpine_files, apk_entry, debian_files, dpkg_stanza,
                         write_oci_layout)

ALPHA_IDS = {"CVE-2099-0001", "CVE-2099-0002"}
NOWHERE = {"DOCKER_HOST": "unix:///nonexistent", "CONTAINERD_ADDRESS": "/nonexistent",
           "CONTAINER_HOST": "unix:///nonexistent"}


def make_image(name, how="gzip"):
    files = debian_files(dpkg_stanza("alpha", "1.9-3", source="alpha-source"))
    filler = {"usr/share/filler": os.urandom(2 << 20), "usr/share/name": name}
    layers = [Layer.of(files, how), Layer.of(filler, how)]
    layers[0].created_by = "ADD rootfs.tar /"
    return Image(layers, names=[name])


def load(engine, image, path):
    engine.load(image.write_docker_archive(path / "image.tar"))


def check(plimsoll, reference, image, env, *options):
    report = plimsoll.scan("image", *options, reference, env=env).report
    assert {f["id"] for f in report["findings"]} == ALPHA_IDS
    assert [layer["diff_id"] for layer in report["artifact"]["layers"]] == \
        [layer.diff_id for layer in image.layers]
    return report


def errors(result):
    assert result.code == 3, result
    assert result.out == "", result
    return result.err


def only(engine_env):
    """An environment in which only one engine is to be found."""
    return {**NOWHERE, **engine_env}


# ---- Docker ----

@pytest.fixture(scope="session")
def in_docker(docker_engine, tmp_path_factory):
    image = make_image("dock/app:1", "plain")
    load(docker_engine, image, tmp_path_factory.mktemp("docker"))
    return image


@pytest.mark.parametrize("name", ["docker:dock/app:1", "dock/app:1", "docker:{id}",
                                  "docker:docker.io/dock/app:1"])
def test_docker(plimsoll, docker_engine, in_docker, name):
    name = name.format(id=in_docker.image_id.split(":")[1][:12])
    report = check(plimsoll, name, in_docker, only(docker_engine.env))
    assert report["artifact"]["image_id"] == in_docker.image_id


def test_docker_has_no_such_image(plimsoll, docker_engine):
    told = errors(plimsoll("image", "docker:no/such:1", env=docker_engine.env))
    assert "docker has no image no/such:1" in told and "docker images" in told


def test_docker_has_another_platform(plimsoll, docker_engine, in_docker):
    told = errors(plimsoll("image", "--platform", "linux/arm64", "docker:dock/app:1",
                           env=docker_engine.env))
    assert "for linux/amd64, not for linux/arm64" in told and "--platform" in told


@pytest.mark.parametrize("name", ["../containers/json", "a//b", "a b", "-x", "x?y=z"])
def test_names_that_are_none(plimsoll, docker_engine, name):
    result = plimsoll("image", f"docker:{name}", env=docker_engine.env)
    assert result.code in (2, 3) and "is no name of an image" in result.err, result


@pytest.mark.parametrize("address, want", [
    ("unix:///nonexistent", "docker is not running"),
    ("tcp://127.0.0.1:1", "docker is not running"),
    ("tcp://engine.example:2375", "is no address of an engine"),
    ("ssh://engine.example", "is no address of an engine"),
])
def test_docker_is_not_there(plimsoll, address, want):
    result = plimsoll("image", "docker:app:1", env={"DOCKER_HOST": address})
    assert result.code in (2, 3) and want in result.err, result


def test_a_dead_socket(plimsoll, short_directory):
    path = short_directory / "dead.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    for prefix, env in (("docker", {"DOCKER_HOST": f"unix://{path}"}),
                        ("containerd", {"CONTAINERD_ADDRESS": path}),
                        ("podman", {"CONTAINER_HOST": f"unix://{path}"})):
        assert f"{prefix} is not running" in errors(
            plimsoll("image", f"{prefix}:app:1", env=env))


def test_no_permission(plimsoll, docker_engine, containerd, tmp_path):
    require_root()
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is not installed")
    open_to_all = docker_engine.socket.parent.parent  # pytest's own directories are not
    program = shutil.copy(PROGRAM, open_to_all / "plimsoll")
    db = shutil.copy(plimsoll.db, open_to_all / "advisories.db")
    os.chmod(db, 0o644)
    for folder in (open_to_all, docker_engine.socket.parent, containerd.socket.parent):
        folder.chmod(0o711)
    for prefix, env in (("docker", docker_engine.env), ("containerd", containerd.env)):
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "image",
             "--no-cache", "--db", db, f"{prefix}:app:1"], text=True, check=False,
            env=plimsoll.env({"HOME": "/nonexistent", **env}), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        assert done.returncode == 3, done
        assert f"{prefix}: cannot connect to" in done.stderr, done
        assert "permission denied" in done.stderr and "as root" in done.stderr, done


# ---- containerd ----

@pytest.fixture(scope="session")
def in_containerd(containerd, tmp_path_factory):
    image = make_image("cont/app:1")
    path = tmp_path_factory.mktemp("containerd") / "image.tar"
    containerd.load(image.write_oci_archive(path, tag="1"), "docker.io/cont/app")
    return image


@pytest.mark.parametrize("name", ["containerd:cont/app:1", "cont/app:1",
                                  "containerd:docker.io/cont/app:1"])
def test_containerd(plimsoll, containerd, in_containerd, name):
    report = check(plimsoll, name, in_containerd, only(containerd.env))
    assert report["artifact"]["digest"]


def test_containerd_namespaces(plimsoll, containerd, tmp_path):
    image = make_image("kube/app:1", "zstd")
    containerd.load(image.write_oci_archive(tmp_path / "i.tar", tag="1"), "docker.io/kube/app",
                    "k8s.io")
    check(plimsoll, "containerd:kube/app:1", image, containerd.env)
    env = {**containerd.env, "CONTAINERD_NAMESPACE": "k8s.io"}
    check(plimsoll, "containerd:kube/app:1", image, env, "--no-cache")
    env["CONTAINERD_NAMESPACE"] = "other"
    told = errors(plimsoll("image", "containerd:kube/app:1", env=env))
    assert "containerd has no image kube/app:1 in the namespace other" in told


def test_containerd_platforms(plimsoll, containerd, registry, tmp_path):
    arm = Image([Layer.of(alpine_files(apk_entry("gamma", "1.2.3-r0")))], architecture="arm64")
    layout = write_oci_layout(tmp_path / "layout", [
        (make_image("x"), "1", {"os": "linux", "architecture": "amd64"}),
        (arm, "1", {"os": "linux", "architecture": "arm64"})])
    push(registry, "platforms:1", layout)
    # Unpacking needs a file system that overlays; the content is there all the same.
    containerd("images", "pull", "--plain-http", "--all-platforms",
               f"{registry.host}/platforms:1", may_fail=True)
    name = f"containerd:{registry.host}/platforms:1"
    assert plimsoll.scan("image", name, env=containerd.env).finding_ids() == ALPHA_IDS
    assert plimsoll.scan("image", "--platform", "linux/arm64", name,
                         env=containerd.env).finding_ids() == {"CVE-2099-0004"}


def test_a_layer_that_containerd_has_discarded(plimsoll, containerd, tmp_path):
    image = make_image("lost/app:1")
    containerd.load(image.write_oci_archive(tmp_path / "i.tar", tag="1"), "docker.io/lost/app")
    containerd.remove_blob(image.layers[1].digest)
    result = plimsoll.scan("image", "containerd:lost/app:1", env=containerd.env, code=3)
    assert result.finding_ids() == ALPHA_IDS
    told = [d for d in result.report["diagnostics"] if d["level"] == "error"]
    assert len(told) == 1 and "not found" in told[0]["message"]


def test_containerd_is_not_there(plimsoll):
    told = errors(plimsoll("image", "containerd:app:1",
                           env={"CONTAINERD_ADDRESS": "/nonexistent"}))
    assert "containerd is not running" in told and "CONTAINERD_ADDRESS" in told


# ---- podman ----

@pytest.fixture(scope="session")
def in_podman(podman, tmp_path_factory):
    image = make_image("pod/app:1", "plain")
    load(podman, image, tmp_path_factory.mktemp("podman"))
    return image


@pytest.mark.parametrize("name", ["podman:pod/app:1", "pod/app:1", "podman:{id}"])
def test_podman_by_its_program(plimsoll, podman, in_podman, name):
    name = name.format(id=in_podman.image_id.split(":")[1][:12])
    env = {**only(podman.env), "CONTAINER_HOST": None}
    report = check(plimsoll, name, in_podman, env)
    assert report["artifact"]["image_id"] == in_podman.image_id


def test_podman_by_its_service(plimsoll, podman_service, in_podman):
    env = {"CONTAINER_HOST": f"unix://{podman_service}"}
    check(plimsoll, "podman:pod/app:1", in_podman, env)
    assert "podman has no image no/such:1" in errors(
        plimsoll("image", "podman:no/such:1", env=env))


def test_podman_has_no_such_image(plimsoll, podman):
    told = errors(plimsoll("image", "podman:no/such:1", env=podman.env))
    assert "podman has no image no/such:1" in told and "podman images" in told


def test_podman_is_not_installed(plimsoll, tmp_path):
    told = errors(plimsoll("image", "podman:app:1", env={"PATH": tmp_path}))
    assert "podman is not installed" in told


def test_a_podman_that_fails(plimsoll, tmp_path):
    (tmp_path / "podman").write_text(
        "#!/bin/sh\n[ \"$2\" = exists ] && exit 0\necho the store is broken >&2\nexit 125\n")
    (tmp_path / "podman").chmod(0o755)
    told = errors(plimsoll("image", "podman:app:1",
                           env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}))
    assert "podman image inspect failed (status 125): the store is broken" in told


# ---- A bare name ----

def test_a_bare_name_asks_one_after_the_other(plimsoll, docker_engine, containerd, podman,
                                              registry, tmp_path):
    """Docker, containerd, podman, the registry: the first that has it."""
    name = f"{registry.host}/order/app:1"
    images = [make_image(name) for _ in range(4)]
    env = {**docker_engine.env, **containerd.env, **podman.env, "CONTAINER_HOST": None}
    push(registry, "order/app:1", images[3].write_oci_layout(tmp_path / "layout"))
    check(plimsoll, name, images[3], env)
    load(podman, images[2], tmp_path)
    check(plimsoll, name, images[2], env)
    containerd.load(images[1].write_oci_archive(tmp_path / "i.tar", tag="1"), name[:-2])
    check(plimsoll, name, images[1], env)
    load(docker_engine, images[0], tmp_path)
    check(plimsoll, name, images[0], env)


def test_a_bare_name_that_nobody_has(plimsoll, docker_engine, containerd, podman, registry):
    env = {**docker_engine.env, **containerd.env, **podman.env}
    told = errors(plimsoll("image", f"{registry.host}/nobody/has:1", env=env))
    assert f"{registry.host} has no image nobody/has:1" in told
