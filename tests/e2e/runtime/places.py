"""Containers and a corner of the host, in which the scripts of scenarios are run.

Everything is harmless: packets come back to where they were sent from, and
what is written is in containers that are thrown away or in mounts that only
the corner of the host has.
"""
import dataclasses
import os
import pathlib
import re
import secrets
import shlex
import shutil
import subprocess

from runtime import able_runc
from servers import Docker, Process, answers_on_socket, require, require_root, run, start_containerd

HERE = pathlib.Path(__file__).resolve().parent
IMAGE = "plimsoll.test/runtime:1"
LINKS, PROGRAMS = "/srv/n", "/usr/local/games"  # "$n" and "$s" of scripts
SLEEP = [f"{LINKS}/act", "@later", "100000", "/bin/true"]

# Files of the image besides Debian's and the costumes.
FILES = {
    "root/.ssh/id_rsa": "no key\n",
    "root/.ssh/authorized_keys": "",
    "root/.aws/credentials": "[default]\n",
    "srv/data/file": "data\n",
    "srv/data/typed.sh": "cp /etc/issue /etc/profile.d/typed.sh\n",
    "srv/data/liblzma.so.5.6.1": "no library\n",
    "srv/data/liblzma.so.5.4.1": "no library\n",
    "srv/data/key.pem": "no key\n",
    "host/etc/hostname": "node\n",
    "host/etc/kubernetes/admin.conf": "no key\n",
}

# A way to everywhere that comes back here: packets are lost, connections are begun.
NETWORK = """ip link set lo up
ip address add 198.51.100.2/24 dev lo
ip route add default dev lo src 198.51.100.2
"""


def build_act(folder):
    require("gcc")
    program = folder / "act"
    run("gcc", "-std=gnu17", "-O1", "-static", "-o", program, HERE / "act.c",
        HERE / "ring.c")
    return program


@dataclasses.dataclass
class Costumes:
    """The names that scripts use for act: of links to it, and of programs."""
    links: list
    programs: list


def costumes(scenarios):
    scripts = [script for scenario in scenarios for script in (scenario.fire, scenario.benign)]

    def found(place):
        names = re.findall(rf"\${place}/([\w.+-]+)", " ".join(scripts))
        return sorted(set(names) - {"act"})
    return Costumes([*found("n"), "curtain"], found("s"))


def dress(root, act, names):
    """act and its costumes, below a root."""
    links, programs = (root / place.lstrip("/") for place in (LINKS, PROGRAMS))
    for folder in (links, programs):
        folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(act, links / "act")
    for name in names.links:
        (links / name).symlink_to("act")
    for name in names.programs:
        (programs / name).hardlink_to(links / "act")


# ---- the places ----

def play_in(prefix, mark, script, direct, **options):
    """Runs a script behind the words that lead into a place; (exit code, what it said)."""
    command = shlex.split(script) if direct else \
        [f"{LINKS}/act", "@named", mark, "/bin/sh", "-c", script]
    done = subprocess.run([*map(str, prefix), *command], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          check=False, **options)
    return done.returncode, done.stdout


def lead_nowhere(pid):
    run("nsenter", "--target", pid, "--net", "sh", "-ec", NETWORK)


class DockerContainer:
    """A container of the Docker engine that sleeps until it is told to do something."""

    def __init__(self, docker, *options):
        self.docker = docker
        self.id = docker("run", "--detach", "--network", "none", *options, IMAGE, *SLEEP).strip()
        lead_nowhere(docker("inspect", "--format", "{{.State.Pid}}", self.id).strip())

    def play(self, mark, script, direct, tty, options):
        prefix = ["docker", "--host", f"unix://{self.docker.socket}", "exec",
                  *(["--tty"] if tty else []), self.id]
        return *play_in(prefix, mark, script, direct), self.id[:12]


class PodmanContainer:
    """With runc and limits below ours: where the tests may not raise theirs, crun gives up."""

    def __init__(self, podman):
        self.podman = podman
        self.id = podman("--runtime", "runc", "run", "--detach", "--network", "none", "--ulimit",
                         "nofile=1024:1024", "--ulimit", "nproc=1000:1000", IMAGE, *SLEEP) \
            .split()[-1]
        lead_nowhere(podman("inspect", "--format", "{{.State.Pid}}", self.id).strip())

    def play(self, mark, script, direct, tty, options):
        prefix = ["podman", "--runtime", "runc", "exec", *(["--tty"] if tty else []), self.id]
        env = {**os.environ, **self.podman.env}
        return *play_in(prefix, mark, script, direct, env=env), self.id[:12]

    def close(self):
        self.podman("rm", "--force", "--time", "0", self.id)


class ContainerdContainer:
    """Made by ctr, with an id as the kubelet's runtimes make them."""

    def __init__(self, containerd, snapshotter="overlayfs"):
        self.containerd, self.id, self.count = containerd, secrets.token_hex(32), 0
        containerd("run", "--detach", "--snapshotter", snapshotter, IMAGE, self.id, *SLEEP)
        lines = containerd("task", "list").splitlines()
        lead_nowhere(next(line.split()[1] for line in lines if line.startswith(self.id)))

    def play(self, mark, script, direct, tty, options):
        self.count += 1
        prefix = ["ctr", "--address", self.containerd.socket, "task", "exec", "--exec-id",
                  f"exec-{self.count}", self.id]
        return *play_in(prefix, mark, script, direct), self.id[:12]

    def close(self):
        self.containerd("task", "kill", "--signal", "SIGKILL", self.id, may_fail=True)
        self.containerd("task", "delete", "--force", self.id, may_fail=True)
        self.containerd("container", "delete", self.id, may_fail=True)


class Starter:
    """A new container for each action, with the action as its command."""

    def __init__(self, docker, folder):
        self.docker, self.folder = docker, folder

    def play(self, mark, script, direct, tty, options):
        note = self.folder / f"{mark}.cid"
        prefix = ["docker", "--host", f"unix://{self.docker.socket}", "run", "--rm", "--network",
                  "none", "--cidfile", note, *options, IMAGE]
        code, text = play_in(prefix, mark, script, True)
        return code, text, note.read_text()[:12] if note.exists() else ""


class Corner:
    """Processes outside of containers, with a network and mounts of their own."""

    def __init__(self, act, names):
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c",
             f"mount -t tmpfs none /srv && mount -t tmpfs none {PROGRAMS} && mkdir {LINKS} && "
             f"cp {act} {LINKS}/act && cd {LINKS} && "
             f"for name in {' '.join(names.links)}; do ln -s act $name; done; cd {PROGRAMS}; "
             f"for name in {' '.join(names.programs)}; do cp {act} $name; done; {NETWORK} "
             "echo ready; exec sleep 100000"], stdout=subprocess.PIPE, text=True)
        assert self.holder.stdout.readline() == "ready\n"

    def play(self, mark, script, direct, tty, options):
        prefix = ["nsenter", "--target", self.holder.pid, "--mount", "--net"]
        return *play_in(prefix, mark, script, direct), "host"

    def close(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()


def start_docker(folder, driver="overlay2"):
    """An engine; with overlays the kernel tells what a container writes from its image."""
    require_root()
    require("dockerd", "docker")
    own = start_containerd(folder / "containerd")
    runtime = [] if able_runc.complete() else \
        ["--add-runtime", f"able={HERE / 'able_runc.py'}", "--default-runtime", "able"]
    process = Process(
        ["dockerd", *runtime, "--data-root", folder / "data", "--exec-root", folder / "exec",
         "--pidfile", folder / "pid", "--host", f"unix://{folder}/docker.sock",
         "--containerd", own.socket, "--iptables=false", "--ip6tables=false", "--bridge=none",
         "--storage-driver", driver],
        folder / "log")
    process.wait_for(answers_on_socket(folder / "docker.sock"))
    return Docker(folder / "docker.sock", process), own


def import_image(docker, root, act, names, folder):
    """Debian's files, busybox where there is one, the costumes and FILES, as an image of one
    layer."""
    tree = folder / "tree"
    tree.mkdir()
    skipped = [f"--exclude=./{name}/*" for name in
               ("dev", "var/cache", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale",
                "usr/share/man", "usr/share/info")]
    packer = subprocess.Popen(["tar", "-c", "-C", root, *skipped, "."], stdout=subprocess.PIPE)
    run("tar", "-x", "-C", tree, stdin=packer.stdout)
    assert packer.wait() == 0
    packer.stdout.close()
    dress(tree, act, names)
    if shutil.which("busybox"):
        shutil.copy(shutil.which("busybox"), tree / "usr/bin/busybox")
    for name, text in FILES.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    packer = subprocess.Popen(["tar", "-c", "-C", tree, "."], stdout=subprocess.PIPE)
    run("docker", "--host", f"unix://{docker.socket}", "import", "-", IMAGE, stdin=packer.stdout)
    assert packer.wait() == 0
    packer.stdout.close()
    shutil.rmtree(tree)
