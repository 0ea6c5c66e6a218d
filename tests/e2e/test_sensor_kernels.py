"""The sensor on other kernels than this machine's, under qemu, on cgroup v2 alone and with
BPF among the security modules: its programs load, see what is done, and deny programs."""
import json
import pathlib
import platform
import re
import shutil
import subprocess

import pytest

from kernels.initramfs import Initramfs
from kernels.machine import run_machine
from kernels.packages import NoKernel, fetch_kernel
from runtime.places import build_act
from sensor import BUILD, PROGRAM
from servers import require, run

HERE = pathlib.Path(__file__).parent / "kernels"
KERNELS = ["linux-image-cloud-amd64", "linux-image-6.12-cloud-amd64"]
# Those of sensor/collect that say more there: security hooks, reads that are calls.
UNIT_TESTS = {KERNELS[0]: ["guard", "probe_filter"], KERNELS[1]: ["guard"]}
EVERY_CALL = KERNELS[-1]  # the kernel that is tried with hooks on all calls: they take a while
MACHINE_SECONDS = 600  # it takes 30 to 100 on an idle machine, and the machine may be busy
# What mitigations do takes time in an emulated machine.
OPTIONS = "lsm=landlock,lockdown,yama,apparmor,bpf mitigations=off no5lvl"
MODULES = ("overlay", "loop", "fat", "nls_cp437", "nls_ascii", "vfat")  # loaded by their names
CALLERS = ("every-call", "old-call", "refused-call")
BUSYBOX_LINKS = ("sh", "cp", "true", "mkdir", "mount", "chmod")


@pytest.fixture(scope="module", autouse=True)
def needs():
    require("qemu-system-x86_64", "gcc", "dpkg-deb", "bpftool")
    if platform.machine() != "x86_64":
        pytest.skip("the machine that is played is x86-64")
    if not pathlib.Path("/bin/busybox").exists() or is_dynamic("/bin/busybox"):
        pytest.skip("/bin/busybox needs libraries: apt-get install busybox-static")


def is_dynamic(program):
    return subprocess.run(["ldd", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def loader_of(program):
    listed = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.search(r"^\s*(/\S+) \(0x", listed, re.MULTILINE)[1]


def add_image(initramfs, act):
    """The lower layer of the container's root."""
    initramfs.add_program("/image/bin/busybox", "/bin/busybox")
    initramfs.add_program("/image/bin/act", act)
    for name in BUSYBOX_LINKS:
        initramfs.add_link(f"/image/bin/{name}", "busybox")
    for name in ("dev", "proc", "tmp", "volume", "etc"):
        initramfs.add_folder(f"/image/{name}")
    initramfs.add_program("/image/bin/dynamic", "/bin/true", root="/image")
    initramfs.add_file("/image/loop", (HERE / "loop.sh").read_text())
    initramfs.add_file("/etc/loader", loader_of("/bin/true"))


def unit_test(name):
    return BUILD / f"tests/unit/test_sensor_collect_{name}"


def make_initramfs(kernel, folder, package):
    initramfs = Initramfs()
    act = build_act(folder)
    for name in CALLERS:
        run("gcc", "-std=gnu17", "-D_GNU_SOURCE", "-O1", "-static", "-o", folder / name,
            HERE / f"{name}.c")
        initramfs.add_program(f"/bin/{name}", folder / name)
    initramfs.add_init("init.sh", HERE / "steps.sh")
    for name in ("rules/rules.yaml", "rules/connects.yaml", "later.yaml", "policy.yaml"):
        initramfs.add_file(f"/etc/{name}", (HERE / pathlib.Path(name).name).read_text())
    if package == EVERY_CALL:
        initramfs.add_file("/etc/every.yaml", (HERE / "every.yaml").read_text())
    initramfs.add_file("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n")
    for name in ("shadow", "ordinary", "old-call", "in-box", "in-ring", "hostname"):
        initramfs.add_file(f"/etc/{name}", name)
    initramfs.add_program("/bin/busybox", "/bin/busybox")
    initramfs.add_program("/bin/plimsoll-sensor", PROGRAM)
    initramfs.add_program("/bin/bpftool", shutil.which("bpftool"))
    initramfs.add_program("/bin/act", act)
    for name in filter(lambda name: unit_test(name).exists(), UNIT_TESTS[package]):
        initramfs.add_program(f"/tests/{name}", unit_test(name))
    initramfs.add_file("/usr/share/common-licenses/GPL-3", "as long as need be\n")
    for name in MODULES:
        initramfs.add_file(f"/modules/{name}.ko", kernel.module(name))
    add_image(initramfs, act)
    initramfs.write(folder / "initramfs")
    return folder / "initramfs"


@pytest.fixture(scope="module", params=KERNELS)
def machine(request, tmp_path_factory):
    """What a machine with that kernel told."""
    folder = tmp_path_factory.mktemp("machine")
    try:
        kernel = fetch_kernel(request.param, folder)
    except NoKernel as problem:
        pytest.skip(str(problem))
    initramfs = make_initramfs(kernel, folder, request.param)
    report = run_machine(kernel, initramfs, folder, MACHINE_SECONDS, OPTIONS)
    shutil.rmtree(folder)  # some 150 MB
    assert report["kernel"].strip() == kernel.release
    return report


@pytest.fixture(scope="module")
def alerts(machine):
    assert machine["exit"].strip() == "0", machine["errors"]
    return [json.loads(line) for line in machine["alerts"].splitlines()]


def test_doctor_finds_it_able(machine):
    checks = {check["id"]: check for check in json.loads(machine["doctor"])["checks"]}
    assert not {id for id, check in checks.items() if check["state"] != "good"}
    assert "bpf" in checks["lsm"]["seen"].split(",")
    assert checks["cgroups"]["seen"] == "version 2"
    assert "LSM" in checks["deny-exec"]["seen"]


HOST, BOX = "host", "0123456789ab"


@pytest.mark.parametrize("rule, fields", [
    ("runs", {"proc.cmdline": "true marked", "proc.pname": "sh"}),
    ("reads", {"fd.name": "/etc/shadow", "evt.type": "openat", "container.id": HOST}),
    ("reads", {"fd.name": "/tmp/link", "container.id": HOST}),
    ("reads", {"fd.name": "/folded/Secret", "container.id": HOST}),
    ("reads", {"fd.name": "/etc/old-call", "evt.type": "open", "proc.name": "old-call"}),
    ("reads", {"fd.name": "/etc/in-box", "container.id": BOX}),
    ("connects", {"fd.sip": "127.0.0.1", "fd.sport": 4444}),
    ("reads", {"fd.name": "/etc/in-ring", "evt.type": "openat", "proc.name": "act"}),
    ("connects", {"fd.sip": "127.0.0.1", "fd.sport": 4445}),
    ("tries to link", {"evt.arg.target": "/etc/shadow", "evt.arg.linkpath": "/tmp/refused"}),
    ("runs from memory", {"proc.cmdline": "memfd:in-memory true", "container.id": HOST}),
    ("becomes another user", {"evt.arg.uid": "65534"}),
    ("runs what the image did not bring", {"proc.exepath": "/tmp/new", "container.id": BOX}),
])
def test_sees(alerts, rule, fields):
    assert [alert for alert in alerts if alert["rule"] == rule and
            all(alert["output_fields"].get(name) == value for name, value in fields.items())]


def told(alerts, *of):
    """Rules, and what their outputs say behind the time."""
    return sorted(alert["output"].partition(": ")[2] for alert in alerts if alert["rule"] in of)


def test_sees_each_call_once(alerts):
    assert told(alerts, "begins a session") == ["Notice began (proc=old-call)",
                                                "Notice began (proc=setsid)"]


def test_sees_the_same_from_the_return_of_all_calls(machine, alerts):
    returns = [json.loads(line) for line in machine["returns"].splitlines()]
    assert len(returns) >= 9
    rules = {alert["rule"] for alert in alerts[:len(returns)]}
    by_returns, by_calls = told(returns, *rules), told(alerts[:len(returns)], *rules)
    assert by_returns == by_calls, "\n".join([*by_returns, "and by calls:", *by_calls])


def numbers_of_calls():
    header = pathlib.Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
    return {int(number): name for name, number in
            re.findall(r"^#define __NR_(\w+) (\d+)$", header, re.MULTILINE)}


# Told by the events of processes that begin.
NOT_CALLS = {"fork", "vfork", "clone", "clone3"}


def test_sees_every_call_there_is(request, machine):
    if request.node.callspec.params["machine"] != EVERY_CALL:
        pytest.skip(f"tried with {EVERY_CALL} only, since it takes long")
    names = numbers_of_calls()
    made = {names[number] for number in map(int, machine["numbers"].split())
            if number in names} - NOT_CALLS
    seen = {json.loads(line)["output_fields"]["syscall.type"]
            for line in machine["every"].splitlines()}
    assert len(made) > 330
    assert made <= seen, made - seen


def fexit(links):
    return len(re.findall("trace_fexit", links))


def test_hooks_follow_the_rules(machine, alerts):
    assert fexit(machine["hooks"]) > 20 and "sys_exit" not in machine["hooks"]
    assert fexit(machine["hooks-later"]) == fexit(machine["hooks"]) - len(["connect"]) + \
        len(["mkdir", "mkdirat"])
    assert told(alerts, "makes a folder") == ["Notice made (path=/tmp/later)"]
    assert len(told(alerts, "connects")) == len(["by a call", "by io_uring"])


def test_sees_nothing_else(alerts):
    assert not [alert for alert in alerts if "/etc/ordinary" in alert["output"]]


def codes(part):
    """What was asked in the container, and its exit code."""
    return {command: int(code) for code, _, command in
            (line.partition(" ") for line in part.splitlines())}


DENIED = ["/tmp/new", "/tmp/script", "/volume/new", "/bin/act @memfd /bin/act", "/late/new",
          "/tmp/dynamic"]  # the ends of what is asked


def is_denied(command, also=()):
    return command.endswith((*DENIED, *also)) and not command.startswith("sh ")


@pytest.mark.parametrize("part", ["before", "lifted"])
def test_runs_all(machine, part):
    assert set(codes(machine["setup"]).values()) == {0}
    assert set(codes(machine[part]).values()) == {0}


@pytest.mark.parametrize("part, also", [
    ("denied", ()),  # by command
    ("answered", ()),  # since an alert's response is so
    ("alone", ("/volume/old",)),  # image-only
])
def test_denies_what_the_image_did_not_bring(machine, part, also):
    found = codes(machine[part])
    refused = {command for command, code in found.items() if code != 0}
    assert refused == {command for command in found if is_denied(command, also)}
    assert len(refused) == len(DENIED) + len(also) < len(found)


@pytest.mark.parametrize("part", ["host", "runtime"])
def test_leaves_others_alone(machine, part):
    assert machine[part].strip() == "0"


def test_passes_unit_tests(request, machine):
    names = UNIT_TESTS[request.node.callspec.params["machine"]]
    if not all(unit_test(name).exists() for name in names):
        pytest.skip("unit tests are not built")
    assert [line for line in machine["unit-tests"].splitlines() if line.startswith("exit")] == \
        [f"exit 0 of /tests/{name}" for name in names], machine["unit-tests"]


def test_undo_leaves_nothing(machine):
    assert machine["act"].splitlines()[-1] == "0"
    assert machine["again"].splitlines()[-1] == "0"
    assert machine["undo"].splitlines()[-1] == "0", machine["undo"]
    assert machine["pins"].strip() == ""
    undo = [entry.get("undo", "") for entry in map(json.loads, machine["journal"].splitlines())]
    assert re.fullmatch(r"cgroup \d+", undo[1]) and undo[3] == ""


def test_answers_with_what_privileges_are_left(machine):
    entries = [json.loads(line) for line in machine["answers"].splitlines()]
    assert [entry["state"] for entry in entries] == ["intended", "done"]
    assert entries[0]["who"] == "rule falls into the trap"
    assert entries[1]["undo"].startswith("cgroup ")


def test_rule_goes_with_its_cgroup(machine):
    assert "Found 1 element" in machine["rules"] or len(json.loads(machine["rules"])) == 1
    assert "Found 0 elements" in machine["forgotten"] or json.loads(machine["forgotten"]) == []
