"""The two ways of seeing system calls tell the same (docs/sensor-kernel.md): in a virtual machine
whose kernel takes programs on single calls, one sensor sees calls by them and one by the return of
all calls, with all rules of Falco and ours. Before both the scenarios of runtime/*.py are played
in containers made by hand: rules fire in both, twins in neither, and every alert of one is the
other's.

Played are the scenarios that do something in a way in which none before them did (another verb of
act.c, operation of io_uring, command, place, option of the container): so every call is made that
makes rules speak. PLIMSOLL_PLAY=all plays all of them, which takes minutes; PLIMSOLL_KERNEL names
another package of a kernel.
"""
import collections
import json
import os
import pathlib
import platform
import re
import shutil

import pytest

from kernels.debian import PROGRAMS as DEBIAN_PROGRAMS
from kernels.debian import DebianRoot, add_top, is_merged
from kernels.initramfs import Initramfs
from kernels.machine import run_machine
from kernels.packages import NoKernel, fetch_kernel
from kernels.plan import Plan, selection
from runtime.places import FILES, LINKS, PROGRAMS, build_act, costumes
from runtime.stage import HOSTS, Act, check_acts, rule_names, write_additions
from runtime.tables import FALCO, OURS, OWN, TABLES, THEIRS
from sensor import PROGRAM
from servers import require, run

HERE = pathlib.Path(__file__).parent / "kernels"
ALL = [*(THEIRS if FALCO.exists() else []), *OWN]
OLDEST = "linux-image-cloud-amd64"  # verifies the programs in a quarter of the time of 6.12
KERNEL = os.environ.get("PLIMSOLL_KERNEL", OLDEST)
# What the oldest kernel's io_uring can't do: to give a file of the ring's a number.
NEWER = ("Redirect STDOUT/STDIN to Network Connection in Container, through io_uring",)
CANDIDATES = [scenario for scenario in ALL if KERNEL != OLDEST or scenario.name not in NEWER]
PLAYED = CANDIDATES if os.environ.get("PLIMSOLL_PLAY") == "all" else selection(CANDIDATES)
MACHINE_SECONDS = 900  # about 60 on an idle machine, and it may be busy
WAYS = ("calls", "returns")
# Half of the time passes until the kernel has verified the programs of both.
OPTIONS = "mitigations=off no5lvl"
TIMES = ("evt.time", "container.start_ts", "proc.exe_ino.ctime_duration_proc_start")


@pytest.fixture(scope="module", autouse=True)
def needs():
    require("qemu-system-x86_64", "gcc", "dpkg-deb", "bpftool", *DEBIAN_PROGRAMS)
    if platform.machine() != "x86_64":
        pytest.skip("the machine that is played is x86-64")
    if not is_merged():
        pytest.skip("the programs of this system are not all in /usr")
    if not pathlib.Path("/bin/busybox").exists():
        pytest.skip("apt-get install busybox-static")


def add_image(initramfs, folder):
    """The lower layer of containers; its /usr and /srv are the host's, too."""
    root = DebianRoot(initramfs, "/image")
    add_top(initramfs, "")
    act, names = build_act(folder).read_bytes(), costumes(PLAYED)
    initramfs.add_file(f"/image{LINKS}/act", act, 0o755)
    for name in names.links:
        initramfs.add_link(f"/image{LINKS}/{name}", "act")
    for name in names.programs:
        initramfs.add_file(f"/image{PROGRAMS}/{name}", act, 0o755)
    root.add_texts(FILES)
    for program in (PROGRAM, shutil.which("bpftool")):
        root.add(program, "/usr/bin")
    # The program and the name of who starts containers.
    run("gcc", "-std=gnu17", "-D_GNU_SOURCE", "-O1", "-static", "-o", folder / "play",
        HERE / "play.c")
    initramfs.add_program("/image/usr/bin/containerd-shim-runc-v2", folder / "play")


def add_rules(initramfs, folder):
    files = [FALCO / name for name in TABLES] if FALCO.exists() else []
    names = rule_names([*files, *sorted(OURS.glob("*.yaml"))])
    for number, path in enumerate([*files, write_additions(folder / "more", files, names)]):
        initramfs.add_file(f"/rules/{number}.yaml", path.read_text())


def make_initramfs(kernel, folder, plan):
    initramfs = Initramfs()
    add_image(initramfs, folder)
    add_rules(initramfs, folder)
    for path in [path for path in initramfs.entries if path.startswith("image/etc/")]:
        initramfs.entries[path.removeprefix("image/")] = initramfs.entries[path]
    for container in plan.containers.values():
        for path, text in container.files():
            initramfs.add_file(path, text)
    initramfs.add_file("/etc/hosts", HOSTS)
    initramfs.add_file("/plan", plan.bytes())
    initramfs.add_init("hooks-init.sh", HERE / "hooks-steps.sh")
    initramfs.add_program("/tools/busybox", "/bin/busybox")
    for module in ("overlay", "loop"):
        initramfs.add_file(f"/modules/{module}.ko", kernel.module(module))
    initramfs.write(folder / "initramfs")
    return folder / "initramfs"


class Play:
    """What came of the plan: acts of each way by their marks, and alerts that are nobody's."""

    def __init__(self, plan, report):
        self.plan, self.report = plan, report
        self.acts = {way: dict(self._acts(way)) for way in WAYS}
        self.others = {way: self._assign(way) for way in WAYS}

    def _acts(self, way):
        for line in self.report["acts"].splitlines():
            told = re.fullmatch(r"(pm-\S+) (\d+) (.*)", line)
            assert told, f"play.c gave up: {line}"
            mark, code, said = told.groups()
            yield mark, Act(0, 0, self.plan.places[mark], f"{mark} by {way}", int(code), said)

    def _assign(self, way):
        others = []
        for alert in map(json.loads, self.report[way].splitlines()):
            ancestors = str(alert["output_fields"].get("proc.aname"))
            marks = re.findall(r"pm-[0-9a-z]+(?:-[bf])?", ancestors)
            (self.acts[way][marks[0]].alerts if marks else others).append(alert)
        return others

    def check(self, scenario, way):
        fired, spared = (self.acts[way][self.plan.mark(scenario, benign)]
                         for benign in (False, True))
        for act in (fired, spared):
            assert not re.search("not found|play: ", act.text), act
        check_acts(scenario, fired, spared)


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    folder = tmp_path_factory.mktemp("machine")
    try:
        kernel = fetch_kernel(KERNEL, folder)
    except NoKernel as problem:
        pytest.skip(str(problem))
    plan = Plan(PLAYED)
    initramfs = make_initramfs(kernel, folder, plan)
    report = run_machine(kernel, initramfs, folder, MACHINE_SECONDS, OPTIONS)
    shutil.rmtree(folder)  # some 200 MB
    assert report["kernel"].strip() == kernel.release
    return Play(plan, report)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", PLAYED, ids=lambda s: s.name)
def test_a_rule(play, scenario, way):
    play.check(scenario, way)


def told(act):
    """What alerts say, but for when."""
    return collections.Counter(
        json.dumps([alert["rule"], {name: value for name, value in alert["output_fields"].items()
                                    if name not in TIMES}], sort_keys=True)
        for alert in act.alerts)


def test_both_ways_tell_the_same(play):
    by_calls, by_returns = (play.acts[way] for way in WAYS)
    differences = {mark: (list(told(by_calls[mark]) - told(by_returns[mark])),
                          list(told(by_returns[mark]) - told(by_calls[mark])))
                   for mark in by_calls if told(by_calls[mark]) != told(by_returns[mark])}
    assert not differences
    assert sum(len(act.alerts) for act in by_calls.values()) > len(PLAYED)


def test_they_are_two_ways(play):
    assert play.report["hooks"].count("trace_fexit") > 40
    assert play.report["hooks"].count("tp 'sys_exit'") == 1


@pytest.mark.parametrize("way", WAYS)
def test_nothing_was_lost(play, way):
    assert len(play.report[f"errors-{way}"].splitlines()) == len(["watching"])
    told_else = {alert["rule"] for alert in play.others[way]}
    # One sees the other load its programs.
    assert told_else <= {"Curtain", "BPF Program Not Profiled"}


def test_the_kernel_finds_no_fault(play):
    # A machine that got no time may be told of as a stall.
    assert not re.search("WARNING:|BUG: (?!soft lockup)|Oops", play.report.console)
