"""What the sensor does to real containers, by command and by rule, and how it is taken back."""
import dataclasses
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time

import pytest

from sensor import PROGRAM as SENSOR, SOURCE, Sensor, require_kernel, run_sensor
from servers import Podman, Process, answers_on_socket, require, require_root, run
from tiny_images import Image, Layer, Member, directory, symlink

IMAGE = "docker.io/test/prey:1"
SECONDS = 20
MOMENT = 0.6  # that something which happens every 20 ms does not happen

# Counts, echoes, and ends when it is asked to.
LIFE = """trap "exit 0" TERM
nc -ll -p 7 -e /bin/cat &
while :; do echo >> /data/count; usleep 20000; done"""

# Programs of the image that fire a rule each: busybox by other names.
TRIGGERS = {"kill": "busybox1", "kill-tree": "busybox2", "pause": "busybox3", "stop": "busybox4",
            "isolate": "busybox5", "deny-exec": "busybox6"}


def until(condition, seconds=SECONDS):
    """What the condition says once it says something; fails when it never does."""
    deadline = time.monotonic() + seconds
    while not (said := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)  # between two looks
    return said


def holds(condition, seconds=MOMENT):
    """Whether the condition is true all the while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not condition():
            return False
        time.sleep(0.02)
    return True


# ---- Containers ----

@pytest.fixture(scope="module", autouse=True)
def kernel():
    require_root()
    require("busybox", "ip", "nsenter")
    if not SENSOR.exists():
        pytest.skip("plimsoll-sensor is not built")
    require_kernel()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    busybox = pathlib.Path(shutil.which("busybox")).read_bytes()
    applets = ["sh", "cat", "cp", "nc", "sleep", "true", "usleep", *TRIGGERS.values()]
    members = [directory("bin"), directory("tmp"), directory("data"),
               Member("bin/busybox", busybox, mode=0o755),
               *(symlink(f"bin/{name}", "busybox") for name in applets)]
    image = Image([Layer(Layer.of(members, "plain").tar, "plain")], names=["test/prey:1"],
                  config={"config": {"Env": ["PATH=/bin"]}})
    return image.write_docker_archive(tmp_path_factory.mktemp("prey") / "prey.tar")


@dataclasses.dataclass
class Prey:
    """A container that counts into a file and echoes on port 7."""
    id: str
    name: str
    pid: int
    data: pathlib.Path
    enter: list  # the words before a command inside

    def shell(self, script):
        return subprocess.run([*map(str, self.enter), "/bin/sh", "-c", script], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)

    def start(self, *words):
        """A command inside that goes on; the process that leads into the container."""
        return subprocess.Popen([*map(str, self.enter), *words], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def size(self):
        path = self.data / "count"
        return path.stat().st_size if path.exists() else 0

    def counts(self, seconds=SECONDS):
        before = self.size()
        deadline = time.monotonic() + seconds
        while self.size() == before and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.size() > before

    def stands_still(self):
        return not self.counts(MOMENT)

    def lives(self):
        return pathlib.Path(f"/proc/{self.pid}").exists()

    def processes(self, comm):
        """Pids, as the host has them, of the container's processes of that name."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "comm").read_text().strip() == comm and \
                        self.id in (entry / "cgroup").read_text():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def thaw(self):
        """Whatever a test left: an engine can't remove what is frozen."""
        for line in cgroups(self.pid):
            state = pathlib.Path("/sys/fs/cgroup/freezer" + line) / "freezer.state"
            if self.id in line and state.exists():
                state.write_text("THAWED")


def cgroups(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return []
    return [line.split(":", 2)[2] for line in lines]


class DockerPrey:
    def __init__(self, engine):
        self.engine, self.sockets = engine, ["--docker-socket", engine.socket]

    def create(self, name, data):
        identifier = self.engine("run", "--detach", "--network", "none", "--name", name,
                                 "--volume", f"{data}:/data", "test/prey:1", "/bin/sh", "-c",
                                 LIFE).strip().splitlines()[-1]
        enter = ["docker", "--host", f"unix://{self.engine.socket}", "exec", identifier]
        return Prey(identifier, name, self.pid(identifier), data, enter)

    def pid(self, identifier):
        return int(self.engine("inspect", "--format", "{{.State.Pid}}", identifier))

    def remove(self, prey):
        self.engine("rm", "--force", prey.id)


class PodmanPrey(DockerPrey):
    """With runc and limits below ours, as crun gives up where it may not raise them."""

    def __init__(self, engine, service):
        self.engine, self.sockets = engine, ["--podman-socket", service]

    def create(self, name, data):
        identifier = self.engine("run", "--detach", "--network", "none", "--name", name,
                                 "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
                                 "--volume", f"{data}:/data", "test/prey:1", "/bin/sh", "-c",
                                 LIFE).split()[-1]
        enter = ["env", *(f"{key}={value}" for key, value in self.engine.env.items()), "podman",
                 "exec", identifier]
        return Prey(identifier, name, self.pid(identifier), data, enter)

    def remove(self, prey):
        self.engine("rm", "--force", "--time", "0", prey.id)


class ContainerdPrey:
    def __init__(self, engine):
        self.engine = engine
        self.sockets = ["--containerd-socket", engine.socket]

    def create(self, name, data):
        identifier = secrets.token_hex(32)
        self.engine("run", "--detach", "--snapshotter", "native", "--mount",
                    f"type=bind,src={data},dst=/data,options=rbind:rw", IMAGE, identifier,
                    "/bin/sh", "-c", LIFE)
        pid = int(re.search(rf"^{identifier}\s+(\d+)", self.engine("tasks", "ls"), re.M).group(1))
        enter = ["sh", "-c", f"exec ctr --address {self.engine.socket} tasks exec --exec-id e$$ "
                 f'{identifier} "$@"', "sh"]
        return Prey(identifier, identifier, pid, data, enter)

    def remove(self, prey):
        self.engine("tasks", "rm", "--force", prey.id, may_fail=True)
        self.engine("containers", "rm", prey.id, may_fail=True)


@pytest.fixture(scope="module")
def docker_prey(docker_engine, archive):
    docker_engine.load(archive)
    return DockerPrey(docker_engine)


@pytest.fixture(scope="module")
def containerd_prey(containerd, archive):
    containerd("images", "import", "--snapshotter", "native", archive)
    return ContainerdPrey(containerd)


@pytest.fixture(scope="module")
def podman_prey(podman, archive, short_directory):
    """With a service of its own, that starts containers as the program does."""
    require("runc")
    podman.load(archive)
    config, path = short_directory / "containers.conf", short_directory / "prey.sock"
    config.write_text('[engine]\nruntime = "runc"\n')
    engine = Podman({**podman.env, "CONTAINERS_CONF": str(config)})
    service = Process(["podman", "system", "service", "--time", "0", f"unix://{path}"],
                      short_directory / "prey.log", env={**os.environ, **engine.env})
    service.wait_for(answers_on_socket(path))
    yield PodmanPrey(engine, path)
    service.stop()


@pytest.fixture
def hunt(tmp_path):
    """hunt(engine) is a new container of it, which counts."""
    caught = []

    def start(engine, name=None):
        data = tmp_path / f"data{len(caught)}"
        data.mkdir()
        prey = engine.create(name or "web-" + secrets.token_hex(4), data)
        caught.append((engine, prey))
        assert prey.counts()
        return prey
    yield start
    for engine, prey in caught:
        prey.thaw()
        engine.remove(prey)


@pytest.fixture(params=["docker_prey", "containerd_prey", "podman_prey"])
def any_engine(request):
    return request.getfixturevalue(request.param)


# ---- Commands ----

class Hand:
    """Acts by command, with a journal of its own."""

    def __init__(self, journal, sockets=()):
        self.journal, self.sockets = journal, list(sockets)

    def run(self, command, *words):
        return run_sensor(command, "--journal", self.journal, *words)

    def act(self, action, *words):
        """The id of what was done."""
        done = self.run("act", action, *self.sockets, *words)
        assert done.returncode == 0, done
        return done.stdout.split(":")[0]

    def refused(self, action, *words, code=3):
        done = self.run("act", action, *self.sockets, *words)
        assert done.returncode == code and not done.stdout, done
        return done.stderr

    def undo(self, identifier):
        done = self.run("undo", *self.sockets, identifier)
        assert done.returncode == 0, done

    def entries(self):
        done = self.run("journal", "--json")
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    def entry(self, identifier):
        return next(entry for entry in self.entries() if entry["id"] == identifier)


@pytest.fixture
def hand(tmp_path):
    return Hand(tmp_path / "journal.jsonl")


def of(prey):
    return ["--container", prey.id[:12]]


def test_pause_and_undo(any_engine, hunt, hand):
    prey = hunt(any_engine)
    identifier = hand.act("pause", *of(prey), "--reason", "looks like a miner")
    assert prey.stands_still()
    entry = hand.entry(identifier)
    assert (entry["action"], entry["state"], entry["container"]) == ("pause", "done", prey.id)
    assert entry["who"] == "user root (uid 0)" and entry["why"] == "looks like a miner"
    hand.undo(identifier)
    assert prey.counts()
    assert hand.entry(identifier)["state"] == "undone"


def test_undo_twice(docker_prey, hunt, hand):
    prey = hunt(docker_prey)
    identifier = hand.act("pause", *of(prey))
    hand.undo(identifier)
    again = hand.run("undo", identifier)
    assert again.returncode == 3 and "taken back before" in again.stderr
    assert prey.counts()
    unknown = hand.run("undo", "20200101T000000-000000")
    assert unknown.returncode == 3 and "20200101T000000-000000" in unknown.stderr


def test_kill_one_process(any_engine, hunt, hand):
    prey = hunt(any_engine)
    inside = prey.start("/bin/busybox1", "sleep", "1000")
    pid, = until(lambda: prey.processes("busybox1"))
    identifier = hand.act("kill", "--pid", pid)
    until(lambda: not prey.processes("busybox1"))
    assert inside.wait(SECONDS) == 137
    assert prey.counts()
    entry = hand.entry(identifier)
    assert (entry["pid"], entry["container"]) == (pid, prey.id)
    undo = hand.run("undo", identifier)
    assert undo.returncode == 3 and "can't be taken back" in undo.stderr


def test_kill_tree(docker_prey, hunt, hand):
    prey = hunt(docker_prey)
    tree = prey.start("/bin/busybox2", "sh", "-c",
                      "/bin/busybox3 sh -c '/bin/busybox4 sleep 999 & /bin/busybox4 sleep 999; :'"
                      " & /bin/busybox4 sleep 999; :")
    until(lambda: len(prey.processes("busybox4")) == 3)
    top, = prey.processes("busybox2")
    hand.act("kill-tree", "--pid", top)
    assert tree.wait(SECONDS) == 137
    until(lambda: not any(prey.processes(f"busybox{i}") for i in (2, 3, 4)))
    assert prey.counts()


def test_stop_and_undo(docker_prey, hunt, hand):
    prey = hunt(docker_prey)
    hand.sockets = docker_prey.sockets
    identifier = hand.act("stop", *of(prey))
    assert not prey.lives()
    hand.undo(identifier)
    prey.pid = docker_prey.pid(prey.id)
    assert prey.pid and prey.counts()


def test_stop_what_stands_still(docker_prey, hunt, hand):
    """A paused container is stopped at once, and its engine can start it again."""
    prey = hunt(docker_prey)
    hand.sockets = docker_prey.sockets
    hand.act("pause", *of(prey))
    assert prey.stands_still()
    began = time.monotonic()
    identifier = hand.act("stop", *of(prey))
    assert time.monotonic() - began < 8 and not prey.lives()
    hand.undo(identifier)
    prey.pid = docker_prey.pid(prey.id)
    assert prey.pid and prey.counts()


def test_stop_and_undo_in_podman(podman_prey, hunt, hand):
    prey = hunt(podman_prey)
    hand.sockets = podman_prey.sockets
    identifier = hand.act("stop", *of(prey))
    until(lambda: not prey.lives())
    hand.undo(identifier)
    prey.pid = podman_prey.pid(prey.id)
    assert prey.pid and prey.counts()


def test_stop_without_an_engine(containerd_prey, hunt, hand):
    """containerd starts nothing again, and undo says so."""
    prey = hunt(containerd_prey)
    identifier = hand.act("stop", *of(prey))
    until(lambda: not prey.lives())
    undo = hand.run("undo", identifier)
    assert undo.returncode == 3 and "no engine" in undo.stderr and "runtime" in undo.stderr


# ---- Networks ----

class Cable:
    """A network between a container and the host, or another container."""

    count = 0

    def __init__(self, prey, other=None):
        Cable.count += 1
        number = os.getpid() % 250
        self.net = f"10.{200 + Cable.count % 50}.{number}"
        self.prey, self.peer = f"{self.net}.2", f"{self.net}.1"
        name = f"pl{number:x}n{Cable.count}"
        run("ip", "link", "add", name, "type", "veth", "peer", "name", name + "p")
        self._plug(name + "p", prey.pid, self.prey)
        self._plug(name, other.pid if other else None, self.peer)

    @staticmethod
    def _plug(name, pid, address):
        inside = []
        if pid:
            run("ip", "link", "set", name, "netns", pid)
            inside = ["nsenter", "--target", pid, "--net"]
        run(*inside, "ip", "address", "add", f"{address}/24", "dev", name)
        run(*inside, "ip", "link", "set", name, "up")


def echoes(address):
    """Whether what is sent to port 7 comes back, from the host."""
    try:
        with socket.create_connection((address, 7), 1) as there:
            there.sendall(b"ahoy\n")
            return there.recv(16) == b"ahoy\n"
    except OSError:
        return False


def echoes_to(prey, address):
    """The same from a container."""
    return "ahoy" in prey.shell(f"echo ahoy | nc -w 1 {address} 7").stdout


def test_isolate_and_undo(any_engine, hunt, hand):
    prey, neighbour = hunt(any_engine), None
    to_host = Cable(prey)
    if isinstance(any_engine, DockerPrey) and not isinstance(any_engine, PodmanPrey):
        neighbour = hunt(any_engine)
        between = Cable(prey, neighbour)
        until(lambda: echoes_to(neighbour, between.prey))
    until(lambda: echoes(to_host.prey))
    with socket.create_connection((to_host.prey, 7), 5) as opened:
        opened.sendall(b"one\n")
        assert opened.recv(16) == b"one\n"
        identifier = hand.act("isolate", *of(prey))
        assert not echoes(to_host.prey)
        assert not neighbour or not echoes_to(neighbour, between.prey)
        opened.settimeout(MOMENT)
        opened.sendall(b"two\n")
        with pytest.raises(TimeoutError):
            opened.recv(16)
        assert prey.counts()
        hand.undo(identifier)
        until(lambda: echoes(to_host.prey))
        opened.settimeout(SECONDS)
        assert opened.recv(16) == b"two\n"  # it was sent again meanwhile
    assert not neighbour or until(lambda: echoes_to(neighbour, between.prey))


def test_isolated_but_for_what_is_kept(docker_prey, hunt, hand):
    prey, friend = hunt(docker_prey), hunt(docker_prey)
    to_host, to_friend = Cable(prey), Cable(prey, friend)
    until(lambda: echoes(to_host.prey) and echoes_to(friend, to_friend.prey))
    identifier = hand.act("isolate", *of(prey), "--keep", to_friend.net + ".0/24")
    assert not echoes(to_host.prey)
    assert echoes_to(friend, to_friend.prey)
    hand.undo(identifier)
    # One port of a host: out of the container only, and to no other one.
    hand.act("isolate", *of(prey), "--keep", to_friend.peer + "/32:7")
    assert echoes_to(prey, to_friend.peer)
    assert not echoes_to(friend, to_friend.prey)
    assert not echoes(to_host.prey)


def test_the_network_of_the_host_is_never_cut(docker_prey, hand):
    identifier = docker_prey.engine("run", "--detach", "--network", "host", "test/prey:1",
                                    "/bin/sleep", "60").strip()
    try:
        assert "the host's network" in hand.refused("isolate", "--container", identifier)
        entry, = hand.entries()
        assert entry["state"] == "failed" and "the host's network" in entry["outcome"]
    finally:
        docker_prey.engine("rm", "--force", identifier)


# ---- New programs ----

NEW = "cp /bin/busybox /tmp/busybox-new && /tmp/busybox-new true"


def test_deny_exec_and_undo(any_engine, hunt, hand):
    prey = hunt(any_engine)
    assert prey.shell(NEW).returncode == 0
    identifier = hand.act("deny-exec", *of(prey))
    refused = prey.shell("cp /bin/busybox /tmp/busybox-b && /tmp/busybox-b true")
    assert refused.returncode == 126 and "not permitted" in refused.stdout, refused
    assert prey.shell("/tmp/busybox-new true").returncode == 126  # written after the start, too
    assert prey.shell("/bin/true && /bin/cp /bin/true /tmp/x").returncode == 0
    assert prey.counts()
    hand.undo(identifier)
    until(lambda: prey.shell("/tmp/busybox-b true").returncode == 0)


def test_the_guard_ends_with_its_container(docker_prey, hunt, hand):
    prey = hunt(docker_prey)
    hand.act("deny-exec", *of(prey))
    name = "plguard-" + prey.id[:7]
    assert host_processes(name)
    docker_prey.engine("kill", prey.id)
    until(lambda: not host_processes(name))


def host_processes(comm):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text().strip() == comm:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


# ---- What is never done ----

@pytest.mark.parametrize("action", ["kill", "kill-tree", "pause", "stop", "isolate", "deny-exec"])
def test_dry_run_only_writes_it_down(docker_prey, hunt, hand, action):
    prey = hunt(docker_prey)
    target = ["--pid", prey.pid] if action.startswith("kill") else of(prey)
    identifier = hand.act(action, *target, "--dry-run")
    assert prey.counts() and prey.lives() and not host_processes("plguard-" + prey.id[:7])
    assert "plimsoll" not in run("nsenter", "--target", prey.pid, "--net", "nft", "list", "tables",
                                 may_fail=True)
    assert hand.entry(identifier)["state"] == "dry run"
    undo = hand.run("undo", identifier)
    assert undo.returncode == 3 and "was not done" in undo.stderr


@pytest.fixture
def sleeper():
    child = subprocess.Popen(["sleep", "1000"])
    yield child
    child.kill()
    child.wait()


def test_processes_of_the_host_are_left_alone(sleeper, hand):
    for action in ("kill", "kill-tree"):
        said = hand.refused(action, "--pid", sleeper.pid)
        assert "is the host's" in said and "--allow-host" in said
    assert sleeper.poll() is None
    assert "container" in hand.refused("pause", "--pid", sleeper.pid, code=2)
    assert [entry["state"] for entry in hand.entries()] == ["failed"] * 3
    hand.act("kill", "--pid", sleeper.pid, "--allow-host")
    assert sleeper.wait(SECONDS) == -signal.SIGKILL


def test_the_first_process_kernel_threads_and_the_sensor_are_never_touched(tmp_path, hand):
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    started = Sensor("--rules", rules)
    started.args = ["sh", "-c", '"$@"; :', "sh", *started.args]  # a tree with the sensor in it
    with started as sensor:
        shell = sensor.process.pid
        children = pathlib.Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        itself = int(children[0])
        try:
            for action in ("kill", "kill-tree"):
                assert "first process" in hand.refused(action, "--pid", 1, "--allow-host")
                assert "the sensor" in hand.refused(action, "--pid", itself, "--allow-host")
                for pid in host_processes("kthreadd"):
                    assert "kernel thread" in hand.refused(action, "--pid", pid, "--allow-host")
            hand.act("kill-tree", "--pid", shell, "--allow-host")
            assert sensor.process.wait(SECONDS) == -signal.SIGKILL
            subprocess.run(["/bin/true"], check=True)
            assert "State:\tZ" not in pathlib.Path(f"/proc/{itself}/status").read_text()
        finally:
            os.kill(itself, signal.SIGTERM)


def test_mistakes(hand, sleeper):
    assert "no action 'explode'" in hand.refused("explode", "--pid", sleeper.pid, code=2)
    assert "--pid" in hand.refused("kill", "--container", "abcdef", code=2)
    assert "--container" in hand.refused("pause", code=2)
    for unknown in ("0123456789abcdef", "0123"):
        said = hand.refused("pause", "--container", unknown, "--no-runtimes")
        assert f"the id or the name {unknown}" in said
    ended = subprocess.run(["true"], check=True)
    assert ended.returncode == 0
    gone = int(pathlib.Path("/proc/sys/kernel/pid_max").read_text()) - 1
    if not pathlib.Path(f"/proc/{gone}").exists():
        assert str(gone) in hand.refused("kill", "--pid", gone)


def test_a_container_by_its_name(docker_prey, hunt, hand):
    """As the manual says: `act isolate -c web`."""
    prey = hunt(docker_prey, "front-" + secrets.token_hex(3))
    hand.sockets = docker_prey.sockets
    identifier = hand.act("pause", "--container", prey.name)
    assert prey.stands_still()
    entry = hand.entry(identifier)
    assert (entry["container"], entry["name"]) == (prey.id, prey.name)


def test_the_journal_as_text(docker_prey, hunt, hand):
    prey = hunt(docker_prey)
    identifier = hand.act("pause", *of(prey), "--reason", "first\nsecond")
    entry = hand.entry(identifier)
    assert entry["can_undo"] and "undone_by" not in entry
    assert f"plimsoll-sensor undo {identifier} takes it back" in hand.run("journal").stdout
    hand.undo(identifier)
    entry = hand.entry(identifier)
    assert not entry["can_undo"] and entry["undone_by"] == "user root (uid 0)"
    text = hand.run("journal").stdout
    assert "taken back by user root (uid 0)" in text and "takes it back" not in text
    assert identifier in text and "pause" in text and "undone" in text and prey.id[:12] in text
    assert "user root (uid 0): first" in text and "uid 0" in text
    assert os.stat(hand.journal).st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in hand.journal.read_text().splitlines()]
    assert [line["state"] for line in lines] == ["intended", "done", "undone"]
    # Of a crash in the middle of a line, the rest is read.
    with open(hand.journal, "a", encoding="utf-8") as journal:
        journal.write('{"id":"2026')
    assert hand.entry(identifier)["state"] == "undone"
    assert "1 lines can't be read" in hand.run("journal").stdout


# ---- By rule ----

RULES = "".join(f"""
- rule: Wants {action}
  desc: A program that fires {action}.
  condition: evt.type in (execve, execveat) and proc.name = {program} and container.id != host
  output: "{program} ran (container=%container.name)"
  priority: WARNING
  tags: [prey]
""" for action, program in TRIGGERS.items())

POLICY = "version: 1\nactions:\n" + "".join(
    f"  - rules: [Wants {action}]\n    do: [{action}]\n" for action in TRIGGERS)


class Judge:
    """A sensor that responds."""

    def __init__(self, folder, sockets, policy=POLICY, *more):
        folder.mkdir()
        (folder / "rules").mkdir()
        rules, self.policy = folder / "rules/rules.yaml", folder / "policy.yaml"
        rules.write_text(RULES)
        self.policy.write_text(policy)
        self.hand = Hand(folder / "journal.jsonl", sockets)
        self.sensor = Sensor("--rules", rules, "--no-grouping", "--responses", self.policy,
                             "--journal", self.hand.journal, *sockets, *more)

    def __enter__(self):
        self.sensor.__enter__()
        return self

    def __exit__(self, *what):
        self.sensor.__exit__(*what)

    def settled(self, action, prey, states=("done", "failed", "dry run")):
        """What the journal says once the action has an outcome."""
        def look():
            for entry in self.hand.entries() if self.hand.journal.exists() else []:
                if entry["action"] == action and entry.get("container") == prey.id and \
                        entry["state"] in states:
                    return entry
            return None
        return until(look)


def capabilities_of_the_unit():
    """What the systemd unit leaves of root's capabilities, as setpriv takes it."""
    unit = (SOURCE / "packaging/systemd/plimsoll-sensor.service.in").read_text()
    kept = re.search(r"^CapabilityBoundingSet=(.*)$", unit, re.M).group(1).split()
    bits = next(int(line.split()[1], 16)
                for line in pathlib.Path("/proc/self/status").read_text().splitlines()
                if line.startswith("CapBnd"))
    names = run("setpriv", "--list-caps").split()
    numbers = [name for i, name in enumerate(names) if bits >> i & 1]
    return ",".join(["-all", *("+" + name[4:].lower() for name in kept
                               if name[4:].lower() in numbers)])


@pytest.fixture(scope="class")
def judge(docker_prey, tmp_path_factory):
    """With the capabilities that the systemd unit gives it, of which it gives up more."""
    require("setpriv")
    started = Judge(tmp_path_factory.mktemp("judge") / "j", docker_prey.sockets, POLICY,
                    "--keep", "10.255.255.0/24")
    started.sensor.args = ["setpriv", "--bounding-set", capabilities_of_the_unit(),
                           *started.sensor.args]
    with started:
        yield started


def trigger(prey, action, seconds="1000"):
    return prey.start(f"/bin/{TRIGGERS[action]}", "sleep", seconds)


class TestOneJudge:
    """One sensor; it ends before others of the same rules begin."""

    def test_it_has_few_privileges(self, judge):
        status = pathlib.Path(f"/proc/{judge.sensor.process.pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines())
        assert int(fields["NoNewPrivs"]) == 1 and int(fields["Seccomp"]) == 2
        assert int(fields["CapEff"], 16).bit_count() <= 9 and int(fields["CapInh"], 16) == 0

    def test_a_rule_kills(self, judge, docker_prey, hunt):
        prey = hunt(docker_prey)
        assert trigger(prey, "kill").wait(SECONDS) == 137
        entry = judge.settled("kill", prey)
        assert entry["state"] == "done" and entry["who"] == "rule Wants kill"
        assert entry["why"] == f"busybox1 ran (container={prey.name})"
        alert = judge.sensor.wait_rule("Wants kill", container_name=prey.name)
        assert alert["actions"] == ["kill"]
        assert prey.counts()

    def test_a_rule_kills_a_tree(self, judge, docker_prey, hunt):
        prey = hunt(docker_prey)
        tree = prey.start("/bin/sh", "-c", "/bin/cat /dev/zero | /bin/busybox2 sh -c '"
                          "/bin/busybox sleep 999 & /bin/busybox sleep 999 & wait'; exec sleep 999")
        judge.settled("kill-tree", prey)
        until(lambda: not prey.processes("busybox"))
        assert prey.processes("sleep") and tree.poll() is None  # its parent lives

    def test_a_rule_pauses(self, judge, docker_prey, hunt):
        prey = hunt(docker_prey)
        trigger(prey, "pause")
        entry = judge.settled("pause", prey)
        assert entry["state"] == "done", entry
        assert prey.stands_still()
        judge.hand.undo(entry["id"])
        assert prey.counts()

    def test_a_rule_stops(self, judge, docker_prey, hunt):
        prey = hunt(docker_prey)
        trigger(prey, "stop")
        entry = judge.settled("stop", prey)
        assert entry["state"] == "done" and not prey.lives(), entry
        judge.hand.undo(entry["id"])
        prey.pid = docker_prey.pid(prey.id)
        assert prey.counts()

    def test_a_rule_isolates(self, judge, docker_prey, hunt):
        prey = hunt(docker_prey)
        cable = Cable(prey)
        until(lambda: echoes(cable.prey))
        trigger(prey, "isolate")
        entry = judge.settled("isolate", prey)
        assert entry["state"] == "done", entry
        assert not echoes(cable.prey)
        judge.hand.undo(entry["id"])
        until(lambda: echoes(cable.prey))

    def test_a_rule_denies_new_programs(self, judge, docker_prey, hunt):
        prey = hunt(docker_prey)
        trigger(prey, "deny-exec")
        entry = judge.settled("deny-exec", prey)
        assert entry["state"] == "done", entry
        assert prey.shell(NEW).returncode == 126
        judge.hand.undo(entry["id"])
        until(lambda: prey.shell(NEW).returncode == 0)


@pytest.mark.parametrize("engine", ["containerd_prey", "podman_prey"])
def test_rules_respond_in_other_engines(engine, request, hunt, tmp_path):
    engine = request.getfixturevalue(engine)
    with Judge(tmp_path / "judge", engine.sockets) as judge:
        prey = hunt(engine)
        trigger(prey, "kill").wait(SECONDS)
        assert judge.settled("kill", prey)["state"] == "done"
        trigger(prey, "pause")
        entry = judge.settled("pause", prey)
        assert entry["state"] == "done" and prey.stands_still()
        judge.hand.undo(entry["id"])
        assert prey.counts()


def test_undo_after_kill_9_of_the_sensor(docker_prey, hunt, tmp_path):
    frozen, cut, guarded = (hunt(docker_prey) for _ in range(3))
    cable = Cable(cut)
    until(lambda: echoes(cable.prey))
    with Judge(tmp_path / "judge", docker_prey.sockets) as judge:
        for action, prey in (("pause", frozen), ("isolate", cut), ("deny-exec", guarded)):
            trigger(prey, action)
        entries = [judge.settled("pause", frozen), judge.settled("isolate", cut),
                   judge.settled("deny-exec", guarded)]
        assert [entry["state"] for entry in entries] == ["done"] * 3, entries
        judge.sensor.process.kill()
        judge.sensor.process.wait()
    # All stays as it is.
    assert frozen.stands_still() and not echoes(cable.prey)
    assert guarded.shell(NEW).returncode == 126
    for entry in entries:
        judge.hand.undo(entry["id"])
    assert frozen.counts()
    until(lambda: echoes(cable.prey))
    until(lambda: guarded.shell(NEW).returncode == 0)


def test_a_policy_that_only_tells(docker_prey, hunt, tmp_path):
    policy = POLICY.replace("version: 1", "version: 1\ndry_run: true")
    with Judge(tmp_path / "judge", docker_prey.sockets, policy) as judge:
        prey = hunt(docker_prey)
        inside = trigger(prey, "kill")
        trigger(prey, "stop")
        assert judge.settled("kill", prey)["state"] == "dry run"
        assert judge.settled("stop", prey)["state"] == "dry run"
        alert = judge.sensor.wait_rule("Wants kill")
        assert alert["actions"] == ["kill (dry run)"]
        assert inside.poll() is None and prey.counts()


def test_what_is_on_a_never_list_stays_alone(docker_prey, hunt, tmp_path):
    policy = POLICY + "never:\n  containers: ['db-*']\n  processes: [busybox1]\n"
    with Judge(tmp_path / "judge", docker_prey.sockets, policy) as judge:
        db = hunt(docker_prey, "db-" + secrets.token_hex(4))
        web = hunt(docker_prey)
        trigger(db, "pause")
        inside = trigger(web, "kill")
        of_db, of_process = judge.settled("pause", db), judge.settled("kill", web)
        trigger(web, "pause")
        assert judge.settled("pause", web)["state"] == "done"
    assert of_db["state"] == of_process["state"] == "failed"
    assert "never" in of_db["outcome"] and "never" in of_process["outcome"]
    assert db.counts() and inside.poll() is None


def test_more_than_the_rate_is_refused(docker_prey, hunt, tmp_path):
    with Judge(tmp_path / "judge", docker_prey.sockets, POLICY, "--action-rate", "2") as judge:
        prey = hunt(docker_prey)
        started = [trigger(prey, "kill") for _ in range(4)]
        judge.sensor.wait(lambda alert: len(judge.sensor.alerts("Wants kill")) == 4)
        judge.sensor.stop()
        said = sorted(alert["actions"][0] for alert in judge.sensor.alerts("Wants kill"))
    assert said == ["kill", "kill", "kill (refused)", "kill (refused)"]
    killed = [entry for entry in judge.hand.entries() if entry["action"] == "kill"]
    refused, = [entry for entry in judge.hand.entries() if entry["action"] == "refused"]
    assert len(killed) == 2 and refused["why"].startswith("2 actions were refused")
    until(lambda: sum(child.poll() is not None for child in started) == 2)
    assert len(prey.processes("busybox1")) == 2


def test_a_full_disk_does_not_disarm_it(docker_prey, hunt, tmp_path):
    """Rules respond without a journal; who acts by command is told that it can't be written."""
    disk = tmp_path / "judge/disk"
    judge = Judge(tmp_path / "judge", docker_prey.sockets)
    disk.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk)
    try:
        judge.hand.journal = disk / "journal.jsonl"
        judge.sensor.args[judge.sensor.args.index("--journal") + 1] = str(judge.hand.journal)
        judge.hand.journal.touch()
        with pytest.raises(OSError), open(disk / "ballast", "wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        prey = hunt(docker_prey)
        with judge:
            assert trigger(prey, "kill").wait(SECONDS) == 137
            assert not judge.hand.journal.stat().st_size
            judge.sensor.wait_error("the journal can't be written")
            said = judge.hand.refused("pause", *of(prey))
            assert "no space left" in said and prey.counts()
            (disk / "ballast").unlink()
            judge.sensor.wait_error("the journal can be written again")
            assert [entry["state"] for entry in judge.hand.entries()] == ["done"]
            assert trigger(prey, "kill").wait(SECONDS) == 137
            until(lambda: len([entry for entry in judge.hand.entries()
                               if (entry["action"], entry["state"]) == ("kill", "done")]) == 2)
    finally:
        run("umount", "--lazy", disk)


@pytest.mark.parametrize("wrong,said", [
    ("version: 1\nactions:\n  - rules: [a]\n    do: [explode]\n", "4"),
    ("version: 1\nactoins: []\n", "2"),
    ("version: 7\n", "version"),
])
def test_a_policy_with_mistakes_is_refused(tmp_path, wrong, said):
    rules, policy = tmp_path / "rules.yaml", tmp_path / "policy.yaml"
    rules.write_text(RULES)
    policy.write_text(wrong)
    done = run_sensor("run", "--rules", rules, "--responses", policy, "--journal",
                      tmp_path / "journal")
    assert done.returncode == 3 and f"{policy}" in done.stderr and said in done.stderr, done
