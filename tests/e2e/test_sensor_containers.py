"""What the sensor learns of containers from the runtimes of this machine: Docker's engine,
containerd, Kubernetes' interface of containerd, Podman; asked by dump_inquiry, and by the
sensor itself while containers come and go."""
import dataclasses
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading

import pytest

from conftest import BUILD
from sensor import PROGRAM as SENSOR, Sensor, require_kernel, run_sensor
from servers import Process, answers_on_socket, require, require_root, run
from tiny_images import Image, Layer, Member, directory, symlink

DUMP = BUILD / "tests/unit/sensor/container/dump_inquiry"
BOX, PAUSE = "docker.io/test/box:1", "docker.io/test/pause:1"
NOWHERE = "/nonexistent"
RUN_SECONDS = 60


@pytest.fixture(scope="module", autouse=True)
def dump():
    require("busybox")
    require_root()
    if not DUMP.exists():
        subprocess.run(["ninja", "-C", BUILD, "tests/unit/sensor/container/dump_inquiry"],
                       check=True, capture_output=True, timeout=600)


def box(name, config=None):
    """An image with busybox and nothing else."""
    busybox = pathlib.Path(shutil.which("busybox")).read_bytes()
    members = [directory("bin"), Member("bin/busybox", busybox, mode=0o755),
               symlink("bin/sh", "busybox"), symlink("bin/sleep", "busybox")]
    config = {"Env": ["PATH=/bin"], "Labels": {"made": "here"}, **(config or {})}
    return Image([Layer(Layer.of(members, "plain").tar, "plain")], names=[name],
                 config={"config": config})


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("box")
    return box("test/box:1").write_docker_archive(folder / "box.tar")


@dataclasses.dataclass
class Answer:
    milliseconds: float
    runtime: str
    id: str
    metadata: dict


def ask(*cgroups, root, answers=None, **sockets):
    """All answers, in their order; files are looked for below `root`."""
    arguments = [str(DUMP)]
    sockets.setdefault("cri", sockets.get("containerd", NOWHERE))
    for name in ("docker", "containerd", "cri", "crio", "podman"):
        arguments += [f"--{name}", str(sockets.get(name, NOWHERE))]
    arguments += ["--root", str(root), "--answers", str(answers or len(cgroups))]
    done = subprocess.run([*arguments, *cgroups], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = []
    for line in done.stdout.splitlines():
        milliseconds, runtime, identifier, text = line.split("\t")
        found.append(Answer(float(milliseconds), runtime, identifier, json.loads(text or "null")))
    return found


def cgroup_of(pid):
    """The path that tells the container, of whichever hierarchy."""
    lines = pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return max((line.split(":", 2)[2] for line in lines), key=len)


@pytest.fixture
def empty(tmp_path):
    """A root in which no runtime has files."""
    return tmp_path


# ---- Docker ----

@pytest.fixture(scope="module")
def docker(docker_engine, archive):
    docker_engine.load(archive)
    return docker_engine


@pytest.fixture
def in_docker(docker, tmp_path):
    name = "web-" + os.urandom(3).hex()
    identifier = docker("run", "--detach", "--network", "none", "--name", name, "--label",
                        "tier=front", "--volume", f"{tmp_path}:/data:ro", "--health-cmd",
                        "/bin/sh -c true", "--ipc", "host", "test/box:1", "/bin/sleep",
                        str(RUN_SECONDS)).strip().splitlines()[-1]
    pid = int(docker("inspect", "--format", "{{.State.Pid}}", identifier))
    yield name, identifier, pid
    docker("rm", "--force", identifier)


def test_docker(docker, in_docker, empty, tmp_path):
    name, identifier, pid = in_docker
    answer, = ask(cgroup_of(pid), docker=docker.socket, root=empty)
    found = answer.metadata
    assert (answer.runtime, answer.id) == ("docker", identifier)
    assert (found["name"], found["init_pid"]) == (name, pid)
    assert (found["image"], found["image_repository"], found["image_tag"]) == \
        ("test/box:1", "test/box", "1")
    assert found["labels"] == {"made": "here", "tier": "front"}
    assert [(m["source"], m["destination"], m.get("writable")) for m in found["mounts"]] == \
        [(str(tmp_path), "/data", None)]
    assert found["healthcheck"] == "/bin/sh -c /bin/sh -c true"
    assert found["host_ipc"] and "host_pid" not in found and "privileged" not in found
    assert 0 < found["created"] <= found["started"]


def test_docker_privileged(docker, empty):
    """What is created tells it; not every machine lets such a container run."""
    identifier = docker("create", "--privileged", "--pid", "host", "--network", "host",
                        "test/box:1", "/bin/sleep", "1").strip()
    found = ask(f"/docker/{identifier}", docker=docker.socket, root=empty)[0].metadata
    docker("rm", identifier)
    assert found["privileged"] and found["host_pid"] and found["host_network"]
    assert "started" not in found


def test_docker_starting(docker, short_directory, tmp_path):
    """The engine's files tell before the container runs, the engine itself afterwards."""
    data = short_directory / "docker/data"
    home = tmp_path / "var/lib/docker"
    home.mkdir(parents=True)
    run("mount", "--bind", data, home)
    try:
        identifier = docker("create", "--network", "none", "test/box:1", "/bin/sleep",
                            str(RUN_SECONDS)).strip()
        starter = threading.Timer(0.1, docker, ["start", identifier])
        starter.start()
        first, second = ask(f"/docker/{identifier}", docker=docker.socket, root=tmp_path,
                            answers=2)
        starter.join()
        docker("rm", "--force", identifier)
    finally:
        run("umount", home)
    assert first.metadata["image"] == "test/box:1" and "init_pid" not in first.metadata
    assert second.metadata["init_pid"] > 0 and second.metadata["started"] > 0
    assert first.milliseconds < 500  # of a loaded machine; 2 to 8 on one that is not


# ---- containerd ----

@pytest.fixture(scope="module")
def box_in_containerd(containerd, archive):
    containerd("images", "import", "--snapshotter", "native", archive)
    return containerd


def run_in_containerd(containerd, name, *options):
    containerd("run", "--detach", "--snapshotter", "native", *options, BOX, name, "/bin/sleep",
               str(RUN_SECONDS))
    tasks = containerd("tasks", "ls")
    return int(re.search(rf"^{name}\s+(\d+)", tasks, re.M).group(1))


def end_in_containerd(containerd, name):
    containerd("tasks", "rm", "--force", name, may_fail=True)
    containerd("containers", "rm", name, may_fail=True)


def test_containerd(box_in_containerd, empty, tmp_path):
    containerd = box_in_containerd
    name = "web-" + os.urandom(3).hex()
    pid = run_in_containerd(containerd, name, "--label", "a=b", "--mount",
                            f"type=bind,src={tmp_path},dst=/data,options=rbind:ro")
    answer, = ask(cgroup_of(pid), containerd=containerd.socket, root=empty)
    end_in_containerd(containerd, name)
    found = answer.metadata
    assert (answer.runtime, answer.id) == ("containerd", name)
    assert (found["name"], found["image"], found["init_pid"]) == (name, BOX, pid)
    assert found["image_digest"].startswith("sha256:") and found["labels"]["a"] == "b"
    assert [(m["source"], m["destination"], m.get("writable")) for m in found["mounts"]] == \
        [(str(tmp_path), "/data", None)]
    assert 0 < found["created"] and 0 < found["started"]
    assert "privileged" not in found and "host_network" not in found


def test_containerd_privileged(box_in_containerd, empty):
    containerd = box_in_containerd
    name = "all-" + os.urandom(3).hex()
    containerd("containers", "create", "--snapshotter", "native", "--privileged", "--net-host",
               BOX, name)
    found = ask(f"/default/{name}", containerd=containerd.socket, root=empty)[0].metadata
    containerd("containers", "rm", name)
    assert found["privileged"] and found["host_network"]


def test_containerd_in_a_namespace_of_its_own(box_in_containerd, archive, empty):
    containerd = box_in_containerd
    identifier = os.urandom(32).hex()
    containerd("images", "import", "--snapshotter", "native", archive, namespace="staging")
    containerd("containers", "create", "--snapshotter", "native", BOX, identifier,
               namespace="staging")
    found = ask(f"/staging/{identifier}", containerd=containerd.socket, root=empty)[0].metadata
    containerd("containers", "rm", identifier, namespace="staging")
    assert found["image"] == BOX


def test_docker_is_asked_for_what_containerd_has_from_it(docker, in_docker, short_directory,
                                                         empty):
    """A path that Docker and containerd both make; containerd has it as "moby"."""
    name, identifier, _ = in_docker
    answer, = ask(f"/custom/{identifier}", docker=docker.socket, root=empty,
                  containerd=short_directory / "docker-containerd/containerd.sock")
    assert (answer.runtime, answer.metadata["name"]) == ("docker", name)


# ---- Kubernetes ----

def varint(number):
    out = b""
    while number > 0x7f:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def mapping(number, entries):
    return b"".join(field(number, field(1, k) + field(2, v)) for k, v in entries.items())


class Kubelet:
    """As much of a kubelet as starts a pod: calls of CRI, in bytes."""

    def __init__(self, containerd):
        grpc = pytest.importorskip("grpc", reason="python3-grpcio is not installed")
        self.containerd = containerd
        self.channel = grpc.insecure_channel(f"unix:{containerd.socket}")

    def call(self, method, request):
        answer = self.channel.unary_unary(f"/runtime.v1.RuntimeService/{method}")(
            request, timeout=60)
        # The id, which is the first field, of 64 bytes.
        return answer[2:66].decode() if answer[:1] == b"\x0a" else ""

    def start_pod(self, name, uid, logs):
        applied = json.dumps({"spec": {"containers": [
            {"name": "app", "livenessProbe": {"exec": {"command": ["/bin/ok", "-x"]}}}]}})
        labels = {"app": "web", "io.kubernetes.pod.name": name,
                  "io.kubernetes.pod.namespace": "shop", "io.kubernetes.pod.uid": uid}
        host_network = field(1, 2)
        pod = (field(1, field(1, name) + field(2, uid) + field(3, "shop")) +
               field(3, str(logs)) + mapping(6, labels) +
               mapping(7, {"kubectl.kubernetes.io/last-applied-configuration": applied}) +
               field(8, field(1, f"/kubepods/burstable/pod{uid}") +
                     field(2, field(1, host_network))))
        sandbox = self.call("RunPodSandbox", field(1, pod))
        container = (field(1, field(1, "app")) + field(2, field(1, BOX)) +
                     field(3, "/bin/sleep") + field(4, str(RUN_SECONDS)) +
                     field(7, field(1, "/logs") + field(2, str(logs)) + field(3, 1)) +
                     mapping(9, {"io.kubernetes.container.name": "app", **labels}) +
                     field(15, field(2, field(3, host_network))))
        identifier = self.call("CreateContainer",
                               field(1, sandbox) + field(2, container) + field(3, pod))
        self.call("StartContainer", field(1, identifier))
        return sandbox, identifier

    def end_pod(self, sandbox):
        self.call("StopPodSandbox", field(1, sandbox))
        self.call("RemovePodSandbox", field(1, sandbox))


@pytest.fixture(scope="module")
def kubelet(short_directory, archive, tmp_path_factory):
    require("containerd", "ctr", "runc")
    folder = short_directory / "cri"
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(f"""version = 2
root = "{folder}/root"
state = "{folder}/state"
[grpc]
  address = "{folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
""")
    process = Process(["containerd", "--config", config], folder / "log")
    process.wait_for(answers_on_socket(folder / "containerd.sock"))
    ctr = ["ctr", "--address", folder / "containerd.sock", "--namespace", "k8s.io"]
    pause = box("test/pause:1", {"Entrypoint": ["/bin/sleep", str(RUN_SECONDS)]})
    second = pause.write_docker_archive(tmp_path_factory.mktemp("pause") / "pause.tar")
    for tar in (archive, second):
        run(*ctr, "images", "import", "--snapshotter", "native", tar)

    @dataclasses.dataclass
    class Cri:
        socket: pathlib.Path
    yield Kubelet(Cri(folder / "containerd.sock"))
    process.stop()


def test_kubernetes(kubelet, empty, tmp_path):
    uid = "4d3b1bbd-9a6e-4a4e-8d4e-3f6c7e0a9f11"
    sandbox, identifier = kubelet.start_pod("webpod", uid, tmp_path)
    socket = kubelet.containerd.socket
    path = f"/kubepods/burstable/pod{uid}"
    answer, = ask(f"{path}/{identifier}", containerd=socket, root=empty)
    without, = ask(f"{path}/{identifier}", containerd=socket, cri=NOWHERE, root=empty)
    of_pod, = ask(f"{path}/{sandbox}", containerd=socket, root=empty)
    crio, = ask(f"{path}/crio-{identifier}", crio=socket, root=empty)
    kubelet.end_pod(sandbox)
    found = answer.metadata
    assert answer.runtime == "containerd"
    assert (found["name"], found["image"], found["image_tag"]) == ("app", BOX, "1")
    assert (found["pod_name"], found["pod_namespace"], found["pod_uid"]) == ("webpod", "shop", uid)
    assert found["pod_sandbox_id"] == sandbox and found["pod_labels"]["app"] == "web"
    assert found["liveness_probe"] == "/bin/ok -x"
    assert found["host_network"] and "privileged" not in found
    assert [(m["source"], m["destination"]) for m in found["mounts"]] == [(str(tmp_path), "/logs")]
    assert found["init_pid"] > 0 and 0 < found["created"] <= found["started"]
    assert of_pod.metadata["is_pod_sandbox"] and of_pod.metadata["pod_labels"]["app"] == "web"
    # containerd alone has the labels, too.
    assert without.metadata["pod_name"] == "webpod"
    assert without.metadata["pod_labels"]["app"] == "web" and without.metadata["host_network"]
    # The same interface, as CRI-O has nothing else.
    assert crio.runtime == "cri-o" and crio.metadata["pod_name"] == "webpod"
    assert crio.metadata["liveness_probe"] == "/bin/ok -x"


# ---- Podman ----

@pytest.fixture
def in_podman(podman, archive, tmp_path):
    podman.load(archive)
    name = "web-" + os.urandom(3).hex()
    identifier = podman("create", "--network", "none", "--name", name, "--label", "a=b",
                        "--volume", f"{tmp_path}:/data:ro", "test/box:1", "/bin/sleep",
                        str(RUN_SECONDS)).strip().splitlines()[-1]
    yield name, identifier
    podman("rm", "--force", identifier)


def test_podman_service(podman_service, in_podman, empty, tmp_path):
    name, identifier = in_podman
    answer, = ask(f"/libpod_parent/libpod-{identifier}", podman=podman_service, root=empty)
    assert answer.runtime == "podman"
    assert answer.metadata["name"] == name and answer.metadata["labels"]["a"] == "b"
    assert answer.metadata["image"].endswith("test/box:1")
    assert [(m["source"], m["destination"]) for m in answer.metadata["mounts"]] == \
        [(str(tmp_path), "/data")]


def test_podman_files(podman, in_podman, short_directory, tmp_path):
    """Without its service, from its storage."""
    name, identifier = in_podman
    root = tmp_path / "root"
    storage = root / "var/lib/containers/storage"
    storage.mkdir(parents=True)
    # Writes the bundle; the rest may be refused here.
    run("podman", "init", identifier, env={**os.environ, **podman.env}, may_fail=True)
    run("mount", "--bind", short_directory / "podman/root", storage)
    try:
        answer, = ask(f"/machine.slice/libpod-{identifier}.scope", root=root)
    finally:
        run("umount", storage)
    assert answer.runtime == "podman"
    assert (answer.metadata["name"], answer.metadata["image_tag"]) == (name, "1")
    assert [(m["source"], m["destination"]) for m in answer.metadata["mounts"]] == \
        [(str(tmp_path), "/data")]


def test_nobody_knows(empty):
    answer, = ask("/docker/" + "0" * 64, root=empty)
    assert answer.metadata is None


# ---- The sensor ----

RULES = """
- rule: Program in a container
  desc: Tells what is known of the container.
  condition: evt.type in (execve, execveat) and container.id != host and proc.args contains "0.00"
  output: >
    %container.name %container.image.repository %container.image.tag %container.type
    %container.privileged %container.mounts %container.start_ts %k8s.ns.name %k8s.pod.name
  priority: NOTICE
"""


@pytest.fixture
def rules(tmp_path):
    if not SENSOR.exists():
        pytest.skip("plimsoll-sensor is not built")
    require_kernel()
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "rules.yaml").write_text(RULES)
    return folder / "rules.yaml"


def fields_of(sensor, name, value):
    return sensor.wait(lambda alert: alert["output_fields"].get(name) == value)["output_fields"]


def test_containers_that_live_for_milliseconds(rules, docker, box_in_containerd, tmp_path):
    """Each has ended before its runtime could be asked twice."""
    containerd, page = box_in_containerd, tmp_path / "metrics"
    names = [f"short-{os.urandom(3).hex()}" for _ in range(5)]
    with Sensor("--rules", rules, "--no-watch", "--docker-socket", docker.socket,
                "--containerd-socket", containerd.socket, "--metrics-file", page) as sensor:
        for name in names:
            docker("run", "--rm", "--network", "none", "--name", name, "test/box:1",
                   "/bin/sleep", "0.001")
            containerd("run", "--rm", "--snapshotter", "native", BOX, "c" + name, "/bin/sleep",
                       "0.001")
        for name in names:
            found = fields_of(sensor, "container.name", name)
            assert found["container.type"] == "docker"
            assert found["container.image.repository"] == "test/box"
            assert found["container.image.tag"] == "1"
            assert int(found["container.start_ts"]) > 0
            found = fields_of(sensor, "container.name", "c" + name)
            assert found["container.type"] == "containerd"
            assert found["container.image.repository"] == "docker.io/test/box"
        sensor.stop()
    asked = dict(re.findall(r'runtime_questions_total\{outcome="(\w+)"\} (\d+)', page.read_text()))
    assert int(asked["answered"]) >= 2 * len(names) and asked["refused"] == "0"


def test_exec_in_a_pod(rules, kubelet, tmp_path):
    with Sensor("--rules", rules, "--no-watch", "--containerd-socket",
                kubelet.containerd.socket) as sensor:
        sandbox, identifier = kubelet.start_pod("livepod",
                                                "6d3b1bbd-9a6e-4a4e-8d4e-3f6c7e0a9f11", tmp_path)
        run("ctr", "--address", kubelet.containerd.socket, "--namespace", "k8s.io", "tasks", "exec",
            "--exec-id", "x", identifier, "/bin/sleep", "0.002")
        found = fields_of(sensor, "k8s.pod.name", "livepod")
        kubelet.end_pod(sandbox)
    assert found["k8s.ns.name"] == "shop" and found["container.name"] == "app"
    assert f"{tmp_path}:/logs" in found["container.mounts"]


def test_exec_in_the_sandbox_of_a_pod(rules, kubelet, tmp_path):
    """containerd knows it before the runtime interface of Kubernetes does: asked for again."""
    ctr = ["ctr", "--address", kubelet.containerd.socket, "--namespace", "k8s.io"]
    with Sensor("--rules", rules, "--no-watch", "--no-grouping", "--containerd-socket",
                kubelet.containerd.socket) as sensor:
        sandbox, _ = kubelet.start_pod("boxpod", "7d3b1bbd-9a6e-4a4e-8d4e-3f6c7e0a9f11", tmp_path)
        found = {}
        for count in range(40):
            run(*ctr, "tasks", "exec", "--exec-id", f"x{count}", sandbox, "/bin/sleep", "0.003")
            found = sensor.wait(lambda alert, n=count: len(sensor.alerts()) > n) and \
                sensor.alerts()[-1]["output_fields"]
            if found["container.name"] == "boxpod":
                break
        kubelet.end_pod(sandbox)
    assert (found["container.name"], found["k8s.pod.name"]) == ("boxpod", "boxpod")


@pytest.mark.parametrize("name, said", [
    ("shop/{pod}/app", "would be done"),
    ("{pod}/app", "would be done"),
    ("other/{pod}/app", "no container that runs"),
    ("{pod}", "no container that runs"),  # the sandbox bears the pod's name
    ("app", "several have this name")])
def test_acting_on_a_container_of_a_pod(kubelet, tmp_path, name, said):
    require_kernel()
    pods = {pod: kubelet.start_pod(pod, f"8d3b1bbd-9a6e-4a4e-8d4e-3f6c7e0a9f1{n}", tmp_path)[0]
            for n, pod in enumerate(("cart-1", "cart-2"))}
    done = run_sensor("act", "pause", "--dry-run", "--container", name.format(pod="cart-2"),
                      "--containerd-socket", kubelet.containerd.socket, "--journal",
                      tmp_path / "journal")
    for sandbox in pods.values():
        kubelet.end_pod(sandbox)
    assert said in done.stdout + done.stderr


def test_a_runtime_that_hangs(rules, docker, short_directory):
    """Alerts come all the same, with what the kernel knows."""
    path = short_directory / "hangs.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen(64)
        with Sensor("--rules", rules, "--no-watch", "--docker-socket", path,
                    "--containerd-socket", NOWHERE) as sensor:
            for _ in range(3):
                docker("run", "--rm", "--network", "none", "test/box:1", "/bin/sleep", "0.003")
            sensor.wait(lambda alert: len(sensor.alerts()) >= 3)
            found = [alert["output_fields"] for alert in sensor.alerts()]
    assert all(re.fullmatch("[0-9a-f]{12}", one["container.id"]) for one in found)
