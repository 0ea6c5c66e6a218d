"""The sensor when things go wrong: floods, odd paths, full disks, sudden deaths, a kernel that
refuses, runtimes that lie. It goes on, or ends with one clear line."""
import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

from sensor import PROGRAM as SENSOR, Sensor, require_kernel, run_sensor
from servers import require, require_root, run

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 30
MIB = 1 << 20

RULES = """
- rule: Marked program runs
  desc: d
  condition: evt.type in (execve, execveat) and proc.exepath contains "{mark}"
  output: ran (exe=%proc.exepath cmd=%proc.cmdline parent=%proc.pname)
  priority: WARNING
- rule: Marked file opened
  desc: d
  condition: evt.type in (open, openat, openat2) and fd.name contains "{mark}"
  output: opened (file=%fd.name proc=%proc.name)
  priority: NOTICE
- rule: Marked file renamed
  desc: d
  condition: evt.type in (rename, renameat, renameat2) and evt.args contains "{mark}"
  output: renamed (%evt.args)
  priority: NOTICE
- rule: Child of the marked shell
  desc: d
  condition: evt.type in (execve, execveat) and proc.pname = {shell}
  output: child (cmd=%proc.cmdline parent=%proc.pcmdline)
  priority: INFO
"""


@pytest.fixture(scope="module", autouse=True)
def kernel():
    require_root()
    if not SENSOR.exists():
        pytest.skip("plimsoll-sensor is not built")
    require_kernel()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    require("gcc")
    program = tmp_path_factory.mktemp("faulty") / "faulty"
    run("gcc", "-std=gnu17", "-O1", "-static", "-o", program, HERE / "runtime/faulty.c")
    return program


class Shell:
    """A shell of a name of its own that runs commands it is told."""

    def __init__(self, path):
        if not path.exists():
            shutil.copy("/bin/bash", path)
        self.child = subprocess.Popen([path, "-c", "while read -r line; do $line; echo; done"],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, words):
        self.child.stdin.write(f"{words}\n".encode())
        self.child.stdin.flush()
        self.child.stdout.readline()

    def close(self):
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()


class Marked:
    """A folder with a mark in its path, rules about it, and a shell of the rules."""

    def __init__(self, folder):
        self.mark = f"faultmark{os.getpid()}"
        self.folder = folder / self.mark
        self.folder.mkdir()
        self.shell = Shell(folder / f"sh{os.getpid()}")
        (folder / "rules").mkdir()
        self.rules = folder / "rules/rules.yaml"
        self.rules.write_text(RULES.format(mark=self.mark, shell=f"sh{os.getpid()}"))
        self.file = self.folder / "file"
        self.file.write_text("text\n")


@pytest.fixture
def marked(tmp_path):
    made = Marked(tmp_path)
    yield made
    made.shell.close()


def metrics_of(path):
    """Values by name and labels, as they stand in the file."""
    found = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            found[name] = float(value)
    return found


def memory_of(pid, what="VmRSS"):
    """Bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) << 10
    return 0


def until(condition, seconds=SECONDS):
    deadline = time.monotonic() + seconds
    while not (said := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)  # between two looks
    return said


@contextlib.contextmanager
def going_on(*words):
    """A program that does something over and over, until the block ends."""
    stop = threading.Event()

    def repeat():
        while not stop.is_set():
            subprocess.run([str(word) for word in words], stdout=subprocess.DEVNULL, check=False)

    worker = threading.Thread(target=repeat)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


# ---- Floods ----

def test_a_hundred_thousand_short_processes(marked, faulty, tmp_path):
    """No end, no memory, the state is right afterwards, and what was lost was told."""
    page = tmp_path / "metrics"
    count = 100000
    with Sensor("--rules", marked.rules, "--metrics-file", page) as sensor:
        pid = sensor.process.pid
        before = memory_of(pid)
        begin = time.monotonic()
        subprocess.run([faulty, "fork", str(count)], check=True)
        took = time.monotonic() - begin
        marked.shell.run("/bin/true after the flood")
        child = sensor.wait_rule("Child of the marked shell", SECONDS)
        alive = len([name for name in os.listdir("/proc") if name.isdigit()])
        written = page.stat().st_mtime_ns if page.exists() else 0
        until(lambda: page.exists() and page.stat().st_mtime_ns != written)
        seen = metrics_of(page)
        after = memory_of(pid, "VmHWM")
        assert sensor.stop() == 0
        losses = sensor.alerts("Sensor lost events")
    lost = sum(value for name, value in seen.items()
               if name.startswith("plimsoll_sensor_events_lost_total"))
    print(f"{count} processes in {took:.1f} s, {lost:.0f} events lost, "
          f"{before / MIB:.0f} MiB before, {after / MIB:.0f} MiB at most")
    assert child["output_fields"]["proc.cmdline"] == "true after the flood"
    assert seen["plimsoll_sensor_events_total"] >= count  # was not asleep
    assert bool(lost) == bool(losses)
    assert after < before + 64 * MIB
    # Those that ended are forgotten, but for what is kept a while for late events.
    assert seen["plimsoll_sensor_processes"] < alive + 20000


def test_gaps_are_told_and_closed(marked, faulty, tmp_path):
    """A sensor that was held up while much happened: it counts what it lost, tells it, and
    knows the processes that began meanwhile."""
    page = tmp_path / "metrics"
    with Sensor("--rules", marked.rules, "--no-grouping", "--ring-size", "64K",
                "--metrics-file", page) as sensor:
        sensor.process.send_signal(signal.SIGSTOP)
        subprocess.run([faulty, "fork", "20000"], check=True)
        late = Shell(marked.shell.child.args[0])
        subprocess.run([faulty, "open", "30000", marked.file], check=True)
        sensor.process.send_signal(signal.SIGCONT)
        told = sensor.wait_rule("Sensor lost events")
        sensor.wait_error("all are read again")
        said = "true of a parent that began in the gap"

        def told_of_late():
            late.run("/bin/" + said)
            return ("while read -r line", said) in [
                (alert["output_fields"]["proc.pcmdline"].split(" -c ")[-1].split(";")[0],
                 alert["output_fields"]["proc.cmdline"])
                for alert in sensor.alerts("Child of the marked shell")]
        until(told_of_late)
        marked.shell.run("/bin/true of an old one")
        sensor.wait_rule("Child of the marked shell", proc_cmdline="true of an old one")
        written = page.stat().st_mtime_ns if page.exists() else 0
        until(lambda: page.exists() and page.stat().st_mtime_ns != written)
        seen = metrics_of(page)
        late.close()
        assert sensor.stop() == 0
        gaps = sensor.alerts("Sensor lost events")
        opened = len(sensor.alerts("Marked file opened"))
    lost = {kind: seen.get(f'plimsoll_sensor_events_lost_total{{class="{kind}"}}', 0)
            for kind in ("state", "privileged", "network", "file", "other")}
    for kind, count in lost.items():
        assert sum(int(gap["output_fields"][kind] or 0) for gap in gaps) == count, (kind, gaps)
    print(f"lost: {lost}, {opened} of 30000 opens judged")
    assert lost["state"] > 0 and lost["file"] > 0 and told["priority"] == "Warning"
    assert opened < 30000 <= opened + lost["file"]  # of others' files, too


def test_what_parses_is_killed(marked, docker_socket_that_answers):
    """Without the process that reads what runtimes say, containers have no names; that is told
    once, and all else goes on."""
    path, name = docker_socket_that_answers
    with Sensor("--rules", marked.rules, "--no-grouping", "--docker-socket", path,
                "--containerd-socket", "/nonexistent") as sensor:
        pid = sensor.process.pid
        read_in_container(marked)
        sensor.wait(lambda alert: alert.get("container", {}).get("name") == name)
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        assert children
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        identifiers = [read_in_container(marked) for _ in range(3)]
        for identifier in identifiers:
            sensor.wait(lambda alert, wanted=identifier: alert.get("container", {}).get("id") ==
                        wanted)
        sensor.wait_error("the sandbox is gone")
        assert sensor.stop() == 0
    assert len([line for line in sensor.errors if "sandbox" in line]) == 1, sensor.errors


def memory_of_all(pid):
    """Bytes of a process and of those that it started."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(memory_of(each) for each in [pid, *children])


@contextlib.contextmanager
def holder_of_descriptors(faulty, file, wanted, prefix):
    """Processes with so many descriptors together, each with as many as a process may have here:
    (how many there are, what makes one more process open the file)"""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    each = min(hard - 64, wanted)
    more = -(-wanted // each) - 1
    holder = subprocess.Popen([*prefix, faulty, "descriptors", str(each), file, str(more)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (hard, hard)))

    def open_file():
        holder.stdin.write("open\n")
        holder.stdin.flush()
    try:
        yield int(holder.stdout.readline().split()[1]), open_file
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def test_a_million_descriptors(marked, faulty):
    """Of one container, there when the sensor starts: they cost it nothing."""
    wanted = 1000000
    with made_up_container() as (identifier, prefix), \
            holder_of_descriptors(faulty, marked.file, wanted, prefix) as (held, open_file):
        begin = time.monotonic()
        with Sensor("--rules", marked.rules, "--no-runtimes") as sensor:
            took = time.monotonic() - begin
            open_file()
            alert = sensor.wait_rule("Marked file opened")
            memory = memory_of_all(sensor.process.pid)
            assert sensor.stop() == 0
    print(f"{held} descriptors: watching after {took:.1f} s, {memory / MIB:.0f} MiB")
    assert held >= wanted
    assert alert["output_fields"]["proc.name"] == "faulty"
    assert alert["container"]["id"] == identifier
    assert took < 20 and memory < 50 * MIB  # alone on the machine 1 s


def test_ends_in_order_during_a_flood(marked, faulty):
    """SIGHUP loads rules again, SIGTERM ends it within seconds, and each line is whole."""
    with going_on(faulty, "exec", "500", "/bin/true"), \
            going_on(faulty, "open", "200000", marked.file):
        with Sensor("--rules", marked.rules, "--no-grouping") as sensor:
            for times in range(1, 4):
                sensor.process.send_signal(signal.SIGHUP)
                sensor.wait_error("rules loaded again", times)
            sensor.process.send_signal(signal.SIGTERM)
            begin = time.monotonic()
            assert sensor.process.wait(SECONDS) == 0
            took = time.monotonic() - begin
            sensor.stop()
            assert sensor.alerts("Marked file opened")
    print(f"{len(sensor.lines)} alerts; ended in {took:.2f} s")
    assert took < 10


def test_kill_9_during_a_flood_and_all_is_known_again(marked, faulty):
    with going_on(faulty, "exec", "500", "/bin/true"), going_on(faulty, "fork", "5000"):
        for _ in range(2):
            with Sensor("--rules", marked.rules) as sensor:
                sensor.process.kill()
                assert sensor.process.wait(SECONDS) == -signal.SIGKILL
        with Sensor("--rules", marked.rules) as sensor:
            marked.shell.run("/bin/true again")
            alert = sensor.wait_rule("Child of the marked shell")
            assert sensor.stop() == 0
    assert "while read -r line" in alert["output_fields"]["proc.pcmdline"]
    programs = run("bpftool", "prog", "show", may_fail=True) if shutil.which("bpftool") else ""
    assert programs.count("name plimsoll") == 0


def test_two_sensors_at_once(marked):
    with Sensor("--rules", marked.rules) as one, Sensor("--rules", marked.rules) as two:
        marked.shell.run("/bin/true both")
        for sensor in (one, two):
            sensor.wait_rule("Child of the marked shell", proc_cmdline="true both")
        one.process.kill()
        one.process.wait()
        marked.shell.run(f"/bin/cat {marked.file}")
        two.wait_rule("Marked file opened")
        assert two.stop() == 0


# ---- Paths ----

NAMES = {
    "blank": b"a b",
    "quotes": b"it's \"quoted\" `this` way",
    "backslash": b"back\\slash\\n",
    "newline": b"first\nsecond",
    "controls": bytes(range(1, 32)) + b"\x7f",
    "chinese": "路径".encode(),
    "astral": "\U0001f6a2".encode(),
    "not UTF-8": b"\xff\xfe\x80 \xc3( \xe2\x82",
    "surrogate": b"\xed\xa0\x80",
    "too long a form": b"\xc0\xaf",
    "percent": b"%proc.name %s %n",
    "long": b"n" * 255,
}


def shown(path):
    """A path as an alert has it: bytes that are no UTF-8 replaced."""
    return path.decode("utf-8", "replace")


def printable(text):
    return "".join(c for c in text if c.isprintable() and c != "\ufffd")


class FileSink:
    """Alerts as bytes, from a file."""

    def __init__(self, folder):
        self.path = folder / "alerts.json"
        self.words = ["--sink", f"file:{self.path}", "--no-grouping"]

    def alerts(self):
        lines = self.path.read_bytes().split(b"\n") if self.path.exists() else [b""]
        return [json.loads(line.decode("utf-8")) for line in lines[:-1]]

    def wait(self, rule, field, fits):
        def look():
            for alert in self.alerts():
                if alert["rule"] == rule and fits(str(alert["output_fields"].get(field))):
                    return alert
            return None
        return until(look)


@pytest.fixture(scope="class")
def watched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    made, sink = Marked(folder), FileSink(folder)
    with Sensor("--rules", made.rules, *sink.words) as sensor:
        yield made, sink
        assert sensor.stop() == 0
    made.shell.close()


class TestPaths:
    """One sensor sees programs, files and new names of any bytes."""

    @pytest.mark.parametrize("name", NAMES)
    def test_any_bytes(self, watched, name):
        marked, sink = watched
        folder = os.fsencode(marked.folder) + b"/" + name.encode()[:20].replace(b" ", b"_")
        os.mkdir(folder)
        path = folder + b"/" + NAMES[name]
        shutil.copy("/bin/true", path)
        subprocess.run([path, NAMES[name]], check=True)
        os.rename(path, folder + b"/other")
        wanted = printable(shown(path))
        opened = sink.wait("Marked file opened", "fd.name",
                           lambda text: printable(text).startswith(wanted))
        ran = sink.wait("Marked program runs", "proc.exepath",
                        lambda text: printable(text).startswith(wanted))
        renamed = sink.wait("Marked file renamed", "evt.args", lambda text: wanted in
                            printable(text))
        assert printable(shown(NAMES[name])) in printable(ran["output_fields"]["proc.cmdline"])
        for alert in (opened, ran, renamed):
            assert "\n" not in alert["output"] or name == "newline" or name == "controls"

    def test_as_long_as_paths_may_be(self, watched):
        """4,095 bytes as an argument, and a file that is deeper than any argument can say."""
        marked, sink = watched
        start = os.fsencode(marked.folder)
        path = start
        while len(path) + 201 < 4095:
            path += b"/" + b"d" * 199
        os.makedirs(path)
        path += b"/" + b"f" * (4095 - len(path) - 1)
        assert len(path) == 4095
        shutil.copy("/bin/true", path)
        sink.wait("Marked file opened", "fd.name", lambda text: text == path.decode())
        subprocess.run([path], check=True)
        sink.wait("Marked program runs", "proc.exepath", lambda text: text == path.decode())
        os.rename(path, path[:-1] + b"g")
        found = sink.wait("Marked file renamed", "evt.args",
                          lambda text: text.count("d" * 199) > 10)
        assert path.decode() in found["output_fields"]["evt.args"]
        deep = subprocess.run(
            ["sh", "-c", 'cd "$0"; for i in 1 2 3 4 5 6 7 8; do mkdir $1; cd $1; done; '
             "echo > deepest", os.path.dirname(path), "e" * 250], check=True)
        assert deep.returncode == 0
        sink.wait("Marked file opened", "fd.name",
                  lambda text: "deepest" in text or "e" * 250 in text)


def test_names_do_not_reach_the_terminal(marked):
    """As text, an alert is one line without control characters, whatever a file is called."""
    name = b"a\x1b]0;title\x07\x1b[2J\nfake alert\r\x9b\xc2\x9b \xe2\x80\xae"
    path = os.fsencode(marked.folder) + b"/" + name
    pathlib.Path(os.fsdecode(path)).write_text("x")
    as_text = Sensor("--rules", marked.rules, "--no-grouping")
    as_text.args[-1] = "text"
    with as_text as sensor:
        with open(path, "rb"):
            pass
        until(lambda: sensor.lines)
        assert sensor.stop() == 0
        text = "".join(sensor.lines)
    lines = [line for line in text.split("\n") if line]
    assert len(lines) == 1 and "fake alert" in lines[0], lines
    bad = [c for c in lines[0] if ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c == "\u202e"]
    assert not bad, lines


# ---- Full disks ----

@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=256k", "none", folder)
    yield folder
    run("umount", "--lazy", folder)


def fill(folder):
    with contextlib.suppress(OSError), open(folder / "ballast", "wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


def test_recording_to_a_full_disk_ends_with_one_line(marked, faulty, small_disk):
    capture = small_disk / "events.plc"
    with Sensor("--rules", marked.rules, "--output", capture, command="record") as sensor:
        with going_on(faulty, "exec", "500", "/bin/true"):
            assert sensor.process.wait(SECONDS) == 3
        sensor.stop()
        said = [line for line in sensor.errors if not line.startswith("recording;")]
    assert "no space left" in said[0] and str(capture) in said[0], said
    assert len(said) == 2 and said[1].strip().startswith("hint:"), said
    # What was written is whole.
    done = run_sensor("replay", capture, "--rules", marked.rules, "--statistics")
    assert done.returncode == 0, done


def test_recording_ends_at_its_limit(marked, faulty, tmp_path):
    capture = tmp_path / "events.plc"
    with Sensor("--rules", marked.rules, "--output", capture, "--size-limit", "1M",
                command="record") as sensor:
        with going_on(faulty, "exec", "2000", "/bin/true"):
            assert sensor.process.wait(SECONDS) == 0
        sensor.stop()
        assert any("grown to its limit" in line for line in sensor.errors), sensor.errors
    assert 0 < capture.stat().st_size <= MIB
    assert run_sensor("replay", capture, "--rules", marked.rules).returncode == 0


def test_alerts_into_a_file_on_a_full_disk(marked, small_disk):
    """The other sink has them all, one line tells of the file, and it goes on with room."""
    file = small_disk / "alerts.json"
    fill(small_disk)
    with Sensor("--rules", marked.rules, "--no-grouping", "--sink", f"file:{file}", "--sink",
                "stdout") as sensor:
        for i in range(50):
            marked.shell.run(f"/bin/true {i}")
        sensor.wait_rule("Child of the marked shell", proc_cmdline="true 49")
        said = [line for line in sensor.errors if "no space left" in line]
        assert len(said) == 1 and str(file) in said[0], sensor.errors
        (small_disk / "ballast").unlink()
        marked.shell.run("/bin/true with room")
        until(lambda: "true with room" in file.read_text())
        again = sensor.wait_error("takes alerts again")
        assert sensor.stop() == 0
        assert again.endswith(" were lost") and len(sensor.errors) == 3, sensor.errors
    for line in file.read_text().splitlines():
        json.loads(line)


def test_a_spool_on_a_full_disk(marked, small_disk):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        (small_disk / "spool").mkdir()
        fill(small_disk)
        with Sensor("--rules", marked.rules, "--no-grouping", "--sink", address, "--spool",
                    small_disk / "spool", "--sink", "stdout") as sensor:
            for i in range(50):
                marked.shell.run(f"/bin/true {i}")
            sensor.wait_rule("Child of the marked shell", proc_cmdline="true 49")
            sensor.wait_error("the spool can't be written")
            assert sensor.wait_error("alerts wait for it").count("http://127.0.0.1") == 1
            (small_disk / "ballast").unlink()
            sensor.wait_error("the spool can be written again")
            assert sensor.stop() == 0
    assert len(sensor.errors) == 4, sensor.errors
    assert list((small_disk / "spool").rglob("*.spool"))


def test_a_file_for_alerts_that_only_the_almighty_may_write(marked, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o755)
    os.chown(folder, 65534, 65534)
    done = run_sensor("run", "--rules", marked.rules, "--sink", f"file:{folder}/alerts.jsonl",
                      "--duration", "1s")
    assert done.returncode == 3
    assert f"cannot open {folder}/alerts.jsonl: permission denied" in done.stderr
    assert "must belong to its user" in done.stderr


def test_metrics_on_a_full_disk(marked, small_disk):
    fill(small_disk)
    page = small_disk / "metrics"
    with Sensor("--rules", marked.rules, "--metrics-file", page) as sensor:
        said = sensor.wait_error("--metrics-file")
        assert "no space left" in said
        marked.shell.run("/bin/true all the same")
        sensor.wait_rule("Child of the marked shell")
        (small_disk / "ballast").unlink()
        until(lambda: metrics_of(page))
        assert sensor.stop() == 0
        assert len([line for line in sensor.errors if "--metrics-file" in line]) == 1


def test_nobody_reads_any_more(marked):
    """Standard output is closed: that is told, and the file goes on."""
    file = marked.folder.parent / "alerts.json"
    with Sensor("--rules", marked.rules, "--no-grouping", "--sink", "stdout", "--sink",
                f"file:{file}") as sensor:
        started = subprocess.Popen(sensor.args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            while not started.stderr.readline().startswith(b"watching"):
                assert started.poll() is None
            started.stdout.close()
            for i in range(20):
                marked.shell.run(f"/bin/true {i}")
            until(lambda: file.exists() and file.read_text().count("true 19") >= 2)
            started.terminate()
            assert started.wait(SECONDS) == 0
        finally:
            started.kill()
            started.wait()
            started.stderr.close()


# ---- Rules ----

WRONG = {
    "binary": bytes(range(256)) * 64,
    "empty": b"",
    "no list": b"rule: a\n",
    "deep": b"[" * 100000,
    "aliases": b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9))
        for i in range(12)),
    "a field that is none": b"- rule: r\n  desc: d\n  condition: proc.nmae = x\n  output: o\n"
                            b"  priority: INFO\n",
    "an open bracket": b"- rule: r\n  desc: d\n  condition: (proc.name = x\n  output: o\n"
                       b"  priority: INFO\n",
    "itself": b"- macro: a\n  condition: a\n- rule: r\n  desc: d\n  condition: a\n  output: o\n"
              b"  priority: INFO\n",
}


@pytest.mark.parametrize("name", [name for name in WRONG if name != "empty"])
def test_rules_that_cannot_be_compiled_at_the_start(tmp_path, name):
    path = tmp_path / "wrong.yaml"
    path.write_bytes(WRONG[name])
    begin = time.monotonic()
    done = run_sensor("run", "--rules", path)
    assert done.returncode == 3 and str(path) in done.stderr, done
    assert len(done.stderr.splitlines()) < 12 and time.monotonic() - begin < 20, done


def test_rules_that_cannot_be_compiled_when_loaded_again(marked):
    right = marked.rules.read_text()
    with Sensor("--rules", marked.rules, "--no-watch") as sensor:
        times = 0
        for wrong in WRONG.values():
            if not wrong:
                continue
            times += 1
            marked.rules.write_bytes(wrong)
            sensor.process.send_signal(signal.SIGHUP)
            sensor.wait_error("the old ones stay", times)
        marked.rules.unlink()
        sensor.process.send_signal(signal.SIGHUP)
        sensor.wait_error("the old ones stay", times + 1)
        marked.shell.run("/bin/true old rules")
        sensor.wait_rule("Child of the marked shell")
        marked.rules.write_text(right)
        sensor.process.send_signal(signal.SIGHUP)
        sensor.wait_error("rules loaded again")
        assert sensor.stop() == 0


# ---- Kernels ----

def refused(*prefix, command=("run",), code=3):
    """What a sensor says that can't start; two lines at most: what, and what to do."""
    done = subprocess.run([*map(str, prefix), str(SENSOR), *map(str, command)], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == code, done
    return done


NO_BTF = ["unshare", "--mount", "sh", "-c",
          'mount -t tmpfs none /sys/kernel/btf && exec "$@"', "sh"]


@pytest.mark.parametrize("command", ["run", "record"])
def test_without_types_of_the_kernel(marked, tmp_path, command):
    more = ["--output", tmp_path / "events.plc"] if command == "record" else []
    done = refused(*NO_BTF, command=[command, "--rules", marked.rules, *more])
    lines = done.stderr.splitlines()
    assert "does not describe its types" in lines[0] and "CONFIG_DEBUG_INFO_BTF" in done.stderr
    assert len(lines) == 2 and lines[1].strip().startswith("hint:"), lines


def test_the_doctor_without_types_of_the_kernel():
    done = refused(*NO_BTF, command=["doctor", "--json"], code=1)
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["btf"]["state"] == "bad" and "BTF" in checks["btf"]["advice"]
    assert checks["programs"]["state"] == "bad"


@pytest.fixture
def program_of_all(tmp_path_factory):
    """The program where everybody may run it."""
    path = pathlib.Path("/tmp") / f"plimsoll-sensor-{os.getpid()}"
    shutil.copy(SENSOR, path)
    path.chmod(0o755)
    yield path
    path.unlink()


NOBODY = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]


@pytest.mark.parametrize("prefix", [
    pytest.param(NOBODY, id="nobody"),
    pytest.param(["setpriv", "--bounding-set", "-bpf,-sys_admin"], id="no CAP_BPF"),
    pytest.param(["setpriv", "--bounding-set", "-perfmon,-sys_admin"], id="no CAP_PERFMON"),
])
def test_without_privilege(program_of_all, prefix):
    require("setpriv")
    done = subprocess.run([*prefix, program_of_all, "run"], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    lines = done.stderr.splitlines()
    assert done.returncode == 3 and not done.stdout, done
    assert len(lines) == 2 and "root" in lines[1] and "BPF" in lines[1], lines
    doctor = subprocess.run([*prefix, program_of_all, "doctor", "--json"], text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, timeout=60, check=False)
    checks = {check["id"]: check for check in json.loads(doctor.stdout)["checks"]}
    assert doctor.returncode == 1 and checks["programs"]["state"] == "bad"
    assert "CAP_BPF" in checks["programs"]["advice"]


# ---- Runtimes ----

class Liar:
    """A socket of a runtime that answers what it is told to."""

    def __init__(self, path, answer):
        self.answer, self.asked = answer, 0
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.socket.accept()
                threading.Thread(target=self._tell, args=(peer,), daemon=True).start()

    def _tell(self, peer):
        with contextlib.suppress(OSError), peer:
            peer.settimeout(SECONDS)
            request = peer.recv(65536)
            self.asked += 1
            for part in self.answer(request) if callable(self.answer) else self.answer:
                peer.sendall(part)


def http(body, more=b""):
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + more + \
        b"Content-Length: %d\r\n\r\n" % len(body) + body


def describe(name, identifier):
    """What Docker says of a container."""
    return json.dumps({"Name": "/" + name, "Id": identifier, "Mounts": [], "HostConfig": {},
                       "Config": {"Image": "a:1", "Labels": {}}, "Created": "2026-01-01T00:00:00Z",
                       "State": {"Pid": 1, "StartedAt": "2026-01-01T00:00:00Z"}}).encode()


class Forever:
    """Parts of an answer without end."""

    def __init__(self, first, part):
        self.first, self.part = first, part

    def __iter__(self):
        yield self.first
        while True:
            yield self.part


LIES = {
    "no HTTP": [b"\x00\x01\x02 hello\r\n\r\n"],
    "no JSON": [http(b"<html>no</html>")],
    "another container": [http(describe("liar", "0" * 64))],
    "wrong types": [http(b'{"Name": 5, "Config": [], "State": "x", "Mounts": {"a": 1}}')],
    "deep": [http(b'{"a":' * 100000)],
    "cut off": [http(b'{"Name": "/x"')[:-4]],
    "endless body": Forever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                            b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "endless head": Forever(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 65536 + b"\r\n"),
    "a length that is a lie": [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n{}"],
}


@contextlib.contextmanager
def made_up_container():
    """A cgroup as Docker makes them; words that run a program in it."""
    identifier = os.urandom(32).hex()
    roots = [root for root in (pathlib.Path("/sys/fs/cgroup/pids"),
                               pathlib.Path("/sys/fs/cgroup")) if (root / "cgroup.procs").exists()]
    folder = roots[0] / "docker" / identifier
    folder.mkdir(parents=True)
    try:
        yield identifier, ["sh", "-c", f'echo $$ > {folder}/cgroup.procs && exec "$@"', "sh"]
    finally:
        until(lambda: not (folder / "cgroup.procs").read_text())
        folder.rmdir()


def read_in_container(marked):
    """Reads the marked file in a container that is a cgroup and nothing else; its id."""
    with made_up_container() as (identifier, prefix):
        subprocess.run([*prefix, "/bin/cat", marked.file], check=True, stdout=subprocess.PIPE)
    return identifier


@pytest.fixture
def docker_socket_that_answers(short_directory):
    """A socket that knows every container by one name."""
    name = "known-" + os.urandom(3).hex()

    def answer(request):
        asked = re.search(rb"/containers/([0-9a-f]{64})", request)
        return [http(describe(name, asked.group(1).decode() if asked else "0"))]
    path = short_directory / f"{name}.sock"
    server = Liar(path, answer)
    yield path, name
    server.socket.close()


@pytest.mark.parametrize("lie", LIES)
def test_a_runtime_that_lies(marked, short_directory, lie):
    path = short_directory / f"lies{len(os.listdir(short_directory))}.sock"
    liar = Liar(path, LIES[lie])
    with Sensor("--rules", marked.rules, "--docker-socket", path, "--containerd-socket",
                "/nonexistent", "--metadata-wait", "1s") as sensor:
        identifier = read_in_container(marked)
        alert = sensor.wait_rule("Marked file opened")
        memory = memory_of(sensor.process.pid)
        assert sensor.stop() == 0
    liar.socket.close()
    assert alert["output_fields"]["proc.name"] == "cat"
    assert liar.asked and memory < 200 * MIB
    assert len(sensor.errors) < 8, sensor.errors
    assert alert["container"]["id"] == identifier
    assert alert["container"].get("name") is None
