"""Where scenarios are played: containers and a corner of the host, and a sensor that watches.

Everything is harmless: packets go to interfaces that lead nowhere, the node's
disk is only read, and what is written is in containers that are thrown away or
in mounts that only the corner of the host has.
"""
import contextlib
import dataclasses
import datetime
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import time

from runtime import able_runc
from sensor import Sensor
from servers import Docker, Process, answers_on_socket, require, require_root, run, start_containerd

HERE = pathlib.Path(__file__).resolve().parent
IMAGE = "plimsoll.test/runtime:1"
POD_NAMESPACE = "plimsoll-test"
BROKEN = (124, 125, 126, 127)  # what act and the shell say when a script is wrong

# Files of the image besides Debian's and the costumes.
FILES = {
    "root/.ssh/id_rsa": "no key\n",
    "root/.ssh/authorized_keys": "",
    "root/.aws/credentials": "[default]\n",
    "srv/data/file": "data\n",
    "srv/data/liblzma.so.5.6.1": "no library\n",
    "srv/data/liblzma.so.5.4.1": "no library\n",
    "srv/data/key.pem": "no key\n",
    "host/etc/hostname": "node\n",
    "host/etc/kubernetes/admin.conf": "no key\n",
    "run/secrets/kubernetes.io/serviceaccount/token": "no token\n",
}

# Names that the sensor's host resolves.
HOSTS = """127.0.0.1 localhost
198.51.100.10 kubernetes.default.svc.cluster.local
203.0.113.77 pool.minexmr.com
"""

# A way to everywhere that comes back here: packets are lost, connections are begun.
NETWORK = """ip link set lo up
ip address add 198.51.100.2/24 dev lo
ip route add default dev lo src 198.51.100.2
"""


def build_act(folder):
    require("gcc")
    program = folder / "act"
    run("gcc", "-std=gnu17", "-O1", "-static", "-o", program, HERE / "act.c")
    return program


def costumes(scenarios):
    """The names that scripts use for act."""
    found = set()
    for scenario in scenarios:
        for script in (scenario.fire, scenario.benign):
            found.update(re.findall(r"\$n/([\w.+-]+)", script))
    return sorted(found - {"act"})


def dress(folder, act, names):
    """act and its costumes, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "act").write_bytes(act.read_bytes())
    (folder / "act").chmod(0o755)
    for name in names:
        (folder / name).symlink_to("act")


# ---- the places ----

class Container:
    """A container of the Docker engine that sleeps until it is told to do something."""

    def __init__(self, docker, *options):
        self.docker = docker
        self.id = docker("run", "--detach", "--network", "none", *options, IMAGE,
                         "/srv/n/act", "@later", "100000", "/bin/true").strip()
        pid = docker("inspect", "--format", "{{.State.Pid}}", self.id).strip()
        run("nsenter", "--target", pid, "--net", "sh", "-ec", NETWORK)

    def play(self, mark, script, direct, tty, options):
        command = shlex.split(script) if direct else \
            ["/srv/n/act", "@named", mark, "/bin/sh", "-c", script]
        done = subprocess.run(
            ["docker", "--host", f"unix://{self.docker.socket}", "exec", *(["--tty"] if tty else []),
             self.id, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, self.id[:12]


class Starter:
    """A new container for each action, with the action as its command."""

    def __init__(self, docker, folder):
        self.docker, self.folder = docker, folder

    def play(self, mark, script, direct, tty, options):
        note = self.folder / f"{mark}.cid"
        done = subprocess.run(
            ["docker", "--host", f"unix://{self.docker.socket}", "run", "--rm", "--network", "none",
             "--cidfile", str(note), *options, IMAGE, *shlex.split(script)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=60, check=False)
        return done.returncode, done.stdout, note.read_text()[:12] if note.exists() else ""


class Corner:
    """Processes outside of containers, with a network and mounts of their own."""

    def __init__(self, act, names):
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c",
             f"mount -t tmpfs none /srv && mkdir /srv/n && cp {act} /srv/n/act && cd /srv/n && "
             f"for name in {' '.join(names)}; do ln -s act $name; done; {NETWORK} "
             "echo ready; exec sleep 100000"], stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout.readline() == "ready\n"

    def play(self, mark, script, direct, tty, options):
        done = subprocess.run(
            ["nsenter", "--target", str(self.holder.pid), "--mount", "--net", "/srv/n/act",
             "@named", mark, "/bin/sh", "-c", script], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, "host"

    def close(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()


def start_overlay_docker(folder):
    """An engine whose containers have an overlay, so that what they write is told apart."""
    require_root()
    require("dockerd", "docker")
    own = start_containerd(folder / "containerd")
    runtime = [] if able_runc.complete() else \
        ["--add-runtime", f"able={HERE / 'able_runc.py'}", "--default-runtime", "able"]
    process = Process(
        ["dockerd", *runtime, "--data-root", folder / "data", "--exec-root", folder / "exec", "--pidfile",
         folder / "pid", "--host", f"unix://{folder}/docker.sock", "--containerd", own.socket,
         "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver", "overlay2"],
        folder / "log")
    process.wait_for(answers_on_socket(folder / "docker.sock"))
    return Docker(folder / "docker.sock", process), own


def import_image(docker, root, act, names, folder):
    """Debian's files, the costumes and FILES, as an image of one layer."""
    tree = folder / "tree"
    tree.mkdir()
    skipped = [f"--exclude=./{name}/*" for name in
               ("dev", "var/cache", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale",
                "usr/share/man", "usr/share/info")]
    packer = subprocess.Popen(["tar", "-c", "-C", root, *skipped, "."], stdout=subprocess.PIPE)
    run("tar", "-x", "-C", tree, stdin=packer.stdout)
    assert packer.wait() == 0
    packer.stdout.close()
    dress(tree / "srv/n", act, names)
    for name, text in FILES.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    packer = subprocess.Popen(["tar", "-c", "-C", tree, "."], stdout=subprocess.PIPE)
    run("docker", "--host", f"unix://{docker.socket}", "import", "-", IMAGE, stdin=packer.stdout)
    assert packer.wait() == 0
    packer.stdout.close()
    shutil.rmtree(tree)


# ---- a play ----

@dataclasses.dataclass
class Act:
    """One script that was run: when, where, and what it said."""
    begin: int
    end: int
    container: str
    mark: str
    code: int
    text: str
    alerts: list = dataclasses.field(default_factory=list)

    def of(self, rule):
        return [alert for alert in self.alerts if rule in (alert["rule"], alert.get("rule_id"))]

    def __repr__(self):
        return (f"<{self.mark} in {self.container}, exit {self.code}, said {self.text[-400:]!r}; "
                f"alerts: {sorted({alert['rule'] for alert in self.alerts})}>")


def time_of(alert):
    """Nanoseconds since 1970."""
    text, fraction = alert["time"].rstrip("Z").split(".")
    whole = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    return int(whole.timestamp()) * 10**9 + int(fraction.ljust(9, "0"))


NOTES = " stage=%container.id,%proc.aname,%proc.name,%evt.type"
SLACK = 3 * 10**6  # nanoseconds by which clocks of the kernel may differ


def write_additions(path, names):
    """What a user would add: every rule is on and says where it fired; three rules of Falco
    do nothing before they are told what is allowed."""
    lines = []
    for name in names:
        lines.append(f'- rule: {name!r}\n  output: "{NOTES}"\n  override: {{output: append}}\n'
                     f"- rule: {name!r}\n  enabled: true\n")
    lines.append(f"""- list: namespace_scope_network_only_subnet
  items: [{POD_NAMESPACE}]
  override: {{items: append}}
- macro: allowed_containers
  condition: (container.name != plimsoll-disallowed)
- rule: Curtain
  condition: evt.type = execve and proc.name = curtain
  output: the play is over
  desc: The last event of the play.
  priority: DEBUG
""")
    path.write_text("".join(lines))
    return path


class Play:
    """Runs all scenarios before one sensor; act(scenario, benign) is what came of one."""

    def __init__(self, scenarios, places, sensor):
        self.scenarios, self.places, self.sensor = scenarios, places, sensor
        self.acts = {}

    def run(self):
        for number, scenario in enumerate(self.scenarios):
            for benign in (False, True):
                self.acts[id(scenario), benign] = self._act(number, scenario, benign)
        self.places["host"].play("plimsoll-end", "$n/curtain".replace("$n", "/srv/n"), False,
                                 False, ())
        self.sensor.wait_rule("Curtain")
        self.sensor.stop()
        alerts = [(time_of(alert), alert) for alert in self.sensor.alerts()]
        for act in self.acts.values():
            act.alerts = [alert for at, alert in alerts if self._is_of(act, at, alert)]

    def _act(self, number, scenario, benign):
        where, script, direct, tty, options = scenario.action(benign)
        script = script.replace("$n/", "/srv/n/")
        mark = f"pm-{number}-{'b' if benign else 'f'}"
        begin = time.time_ns()
        code, text, container = self.places[where].play(mark, script, direct, tty, options)
        return Act(begin, time.time_ns(), container, mark, code, text)

    @staticmethod
    def _is_of(act, at, alert):
        if not act.begin - SLACK <= at <= act.end + SLACK:
            return False
        fields = alert["output_fields"]
        if act.container != "host":
            return fields.get("container.id") == act.container
        return act.mark in str(fields.get("proc.aname"))

    def act(self, scenario, benign):
        return self.acts[id(scenario), benign]


@contextlib.contextmanager
def staged(scenarios, folder, root, rules, names):
    """A play that was run: the engine, its containers, the sensor; all gone afterwards."""
    act, costume_names = build_act(folder), costumes(scenarios) + ["curtain"]
    docker, own = start_overlay_docker(folder)
    corner = None
    try:
        import_image(docker, root, act, costume_names, folder)
        corner = Corner(act, costume_names)
        additions = write_additions(folder / "additions.yaml", names)
        hosts = folder / "hosts"
        hosts.write_text(HOSTS)
        arguments = ["--builtin", "--all-matches", "--no-grouping", "--docker-socket",
                     docker.socket, "--containerd-socket", own.socket]
        for file in [*rules, additions]:
            arguments += ["--rules", file]
        sensor = Sensor(*arguments)
        sensor.args = ["unshare", "--mount", "sh", "-ec",
                       f'mount --bind {hosts} /etc/hosts; exec "$@"', "sh", *sensor.args]
        with sensor:
            label = "io.kubernetes.pod.namespace"
            places = {
                "docker": Container(docker),
                "privileged": Container(docker, "--privileged", "--pid", "host"),
                "pod": Container(docker, "--label", f"{label}={POD_NAMESPACE}", "--label",
                                 "io.kubernetes.pod.name=web", "--label",
                                 "io.kubernetes.container.name=app", "--label",
                                 "io.kubernetes.pod.uid=0f5a8a5c-0000-4000-8000-000000000001"),
                "start": Starter(docker, folder),
                "host": corner,
            }
            play = Play(scenarios, places, sensor)
            play.run()
        yield play
    finally:
        if corner:
            corner.close()
        for container in docker("ps", "--quiet").split():
            docker("rm", "--force", container)
        docker.process.stop()
        own.process.stop()
