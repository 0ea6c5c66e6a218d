"""What the sensor does to real containers, and how it is taken back: by command, and
because a response policy says so."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

from sensor import Sensor, require_kernel, run_sensor
from servers import (Docker, Process, answers_on_socket, require, require_root,
                     start_containerd)
from tiny_images import Image, Layer, Member, directory, symlink

BOX = "docker.io/test/responses:1"
SLEEP = ["/bin/sleep", "100000"]
SHORT, LONG = 3, 30  # seconds


@pytest.fixture(scope="module", autouse=True)
def needs():
    require("busybox")
    require_root()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An image with busybox and nothing else."""
    busybox = pathlib.Path(shutil.which("busybox")).read_bytes()
    links = [symlink(f"bin/{name}", "busybox") for name in ("sh", "sleep", "cat", "cp", "true")]
    layer = Layer(Layer.of([directory("bin"), directory("tmp"),
                            Member("bin/busybox", busybox, mode=0o755), *links], "plain").tar,
                  "plain")
    image = Image([layer], names=[BOX], config={"config": {"Env": ["PATH=/bin"]}})
    return image.write_docker_archive(tmp_path_factory.mktemp("image") / "box.tar")


class Box:
    """A container that sleeps, in some runtime."""

    def __init__(self, runtime):
        self.runtime = runtime

    def run(self, *command, seconds=LONG):
        """Its exit code; None: it did not end in time."""
        try:
            return subprocess.run(self.exec(*command), stdin=subprocess.DEVNULL, timeout=seconds,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env={**os.environ, **self.env}, check=False).returncode
        except subprocess.TimeoutExpired:
            return None


class DockerBox(Box):
    env = {}

    def __init__(self, docker):
        super().__init__("docker")
        self.docker = docker
        self.id = docker("run", "--detach", "--network", "none", BOX, *SLEEP).strip()

    def exec(self, *command):
        return ["docker", "--host", f"unix://{self.docker.socket}", "exec", self.id, *command]

    def inspect(self, what):
        return self.docker("inspect", "--format", "{{%s}}" % what, self.id).strip()

    def pid(self):
        return int(self.inspect(".State.Pid"))

    def close(self):
        self.docker("rm", "--force", self.id)


class PodmanBox(Box):
    def __init__(self, podman):
        super().__init__("podman")
        self.podman, self.env = podman, podman.env
        self.id = podman("--runtime", "runc", "run", "--detach", "--network", "none", "--ulimit",
                         "nofile=1024:1024", "--ulimit", "nproc=1000:1000", BOX,
                         *SLEEP).split()[-1]

    def exec(self, *command):
        return ["podman", "--runtime", "runc", "exec", self.id, *command]

    def pid(self):
        return int(self.podman("inspect", "--format", "{{.State.Pid}}", self.id))

    def close(self):
        self.podman("rm", "--force", "--time", "0", self.id)


class ContainerdBox(Box):
    env = {}

    def __init__(self, containerd):
        super().__init__("containerd")
        self.containerd, self.count = containerd, 0
        self.id = os.urandom(32).hex()
        containerd("run", "--detach", BOX, self.id, *SLEEP)

    def exec(self, *command):
        self.count += 1
        return ["ctr", "--address", self.containerd.socket, "task", "exec", "--exec-id",
                f"e{self.count}", self.id, *command]

    def pid(self):
        lines = self.containerd("task", "list").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(self.id)))

    def close(self):
        self.containerd("task", "kill", "--signal", "SIGKILL", self.id, may_fail=True)
        self.containerd("task", "delete", "--force", self.id, may_fail=True)
        self.containerd("container", "delete", self.id, may_fail=True)


@pytest.fixture(scope="module")
def docker(short_directory, archive):
    """An engine whose containers have an overlay."""
    require("dockerd", "docker")
    own = start_containerd(short_directory / "responses-c")
    folder = short_directory / "responses-d"
    process = Process(
        ["dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile",
         folder / "pid", "--host", f"unix://{folder}/docker.sock", "--containerd", own.socket,
         "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver", "overlay2"],
        short_directory / "responses-d.log")
    process.wait_for(answers_on_socket(folder / "docker.sock"))
    engine = Docker(folder / "docker.sock", process)
    engine.load(archive)
    yield engine
    process.stop()
    own.process.stop()
    # A container on the host's network leaves this behind.
    subprocess.run(["umount", folder / "exec/netns/default"], stderr=subprocess.DEVNULL, check=False)


@pytest.fixture
def box(docker):
    made = DockerBox(docker)
    yield made
    made.close()


@pytest.fixture(params=["docker", "podman", "containerd"])
def any_box(request, archive):
    if request.param == "docker":
        made = DockerBox(request.getfixturevalue("docker"))
    elif request.param == "podman":
        podman = request.getfixturevalue("podman")
        podman.load(archive)
        made = PodmanBox(podman)
    else:
        containerd = request.getfixturevalue("containerd")
        containerd("image", "import", archive)
        made = ContainerdBox(containerd)
    yield made
    made.close()


@pytest.fixture
def sensor(tmp_path, docker):
    """plimsoll-sensor with a journal of its own: its standard output, or what it complained."""
    def ask(*arguments, fails=False):
        sockets = ["--docker-socket", docker.socket] if arguments[0] != "journal" else []
        done = run_sensor(*arguments, *sockets, "--journal", tmp_path / "journal.jsonl")
        assert (done.returncode != 0) == fails, done.stderr
        return done.stderr if fails else done.stdout
    return ask


def act(sensor, *arguments):
    """The id of what was done."""
    return sensor("act", *arguments).split(":")[0]


def entries(sensor):
    return json.loads(sensor("journal", "--json"))


def netns_has_table(pid):
    done = subprocess.run(["nsenter", "--target", str(pid), "--net", "nft", "list", "tables"],
                          stdout=subprocess.PIPE, text=True, check=True)
    return "plimsoll_isolation" in done.stdout


def test_pause_and_undo(any_box, sensor):
    assert any_box.run("true") == 0
    action = act(sensor, "pause", "--container", any_box.id[:12], "--reason", "a test")
    assert any_box.run("true", seconds=SHORT) != 0  # waits, or is refused
    sensor("undo", action)
    assert any_box.run("true") == 0
    assert "before" in sensor("undo", action, fails=True)


def test_stop_and_undo(box, sensor):
    action = act(sensor, "stop", "--container", box.id)
    assert box.inspect(".State.Running") == "false"
    sensor("undo", action)
    assert box.inspect(".State.Running") == "true"
    assert box.run("true") == 0


def test_isolate_and_undo(box, sensor):
    action = act(sensor, "isolate", "--container", box.id, "--keep", "10.0.0.5/32:443")
    assert netns_has_table(box.pid())
    sensor("undo", action)
    assert not netns_has_table(box.pid())


def test_isolate_spares_the_host(docker, sensor):
    """A container on the host's network is refused."""
    container = docker("run", "--detach", "--network", "host", BOX, *SLEEP).strip()
    try:
        assert "host's network" in sensor("act", "isolate", "--container", container, fails=True)
    finally:
        docker("rm", "--force", container)


def test_deny_exec_and_undo(any_box, sensor):
    assert any_box.run("cp", "/bin/busybox", "/tmp/true") == 0
    assert any_box.run("/tmp/true") == 0
    action = act(sensor, "deny-exec", "--container", any_box.id)
    assert any_box.run("/tmp/true") != 0
    assert any_box.run("true") == 0
    sensor("undo", action)
    deadline = time.monotonic() + LONG
    while any_box.run("/tmp/true") != 0 and time.monotonic() < deadline:
        pass  # the guard is ending
    assert any_box.run("/tmp/true") == 0


def test_kill_by_command(box, sensor):
    act(sensor, "kill", "--pid", box.pid())
    deadline = time.monotonic() + LONG
    while box.inspect(".State.Running") == "true" and time.monotonic() < deadline:
        pass
    assert box.inspect(".State.ExitCode") == "137"


def test_leaves_the_host_alone(sensor):
    with subprocess.Popen(["sleep", "1000"]) as victim:
        assert "host" in sensor("act", "kill", "--pid", victim.pid, fails=True)
        assert victim.poll() is None
        act(sensor, "kill", "--pid", victim.pid, "--allow-host")
        assert victim.wait(timeout=LONG) == -signal.SIGKILL


def test_dry_run(box, sensor):
    sensor("act", "pause", "--container", box.id, "--dry-run")
    assert box.run("true") == 0
    assert entries(sensor)[-1]["state"] == "dry run"


def test_journal_of_failures(sensor):
    sensor("act", "pause", "--container", "f" * 64, fails=True)
    sensor("undo", "20000101T000000-000000", fails=True)


RULES = """
- rule: Marked program in container
  desc: a program of this test
  condition: evt.type in (execve, execveat) and proc.args contains {mark}
  output: ran (cmd=%proc.cmdline container=%container.id)
  priority: CRITICAL
  tags: [test]
"""
POLICY = """
actions:
  - tags: [test]
    priority: Critical
    do: [kill]
"""


def test_policy_kills_what_a_rule_finds(box, docker, tmp_path):
    """In the container, and not on the host."""
    require_kernel()
    mark = f"mark{os.getpid()}"
    (tmp_path / "rules.yaml").write_text(RULES.format(mark=mark))
    (tmp_path / "policy.yaml").write_text(POLICY)
    with Sensor("--rules", tmp_path / "rules.yaml", "--responses", tmp_path / "policy.yaml",
                "--journal", tmp_path / "journal.jsonl", "--docker-socket",
                docker.socket) as sensor:
        killed = box.run("/bin/sh", "-c", f"while true; do sleep 1; done; {mark}")
        alert = sensor.wait(lambda a: a["output_fields"]["container.id"] == box.id[:12])
        host = subprocess.run(["sh", "-c", f"true; : {mark}"], check=False)
        sensor.wait(lambda a: a["output_fields"]["container.id"] == "host")
        assert box.run("true") == 0
        sensor.stop()
    assert killed == 137
    assert "kill" in alert["actions"]
    assert host.returncode == 0
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    states = {}
    for line in lines:
        states.setdefault(line["id"], []).append(line)
    found = [group for group in states.values() if group[0].get("container_id") == box.id]
    assert [line["state"] for line in found[0]] == ["intended", "done"]
    assert found[0][0]["who"] == "rule Marked program in container"


def test_survives_being_killed(box, sensor, tmp_path):
    """kill -9 between intent and outcome, or within a line, leaves a journal that reads."""
    action = act(sensor, "pause", "--container", box.id)
    path = tmp_path / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id":"2026')
    sensor("undo", action)
    assert box.run("true") == 0
    assert entries(sensor)[0]["state"] == "undone"
