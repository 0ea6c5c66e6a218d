#!/usr/bin/python3
"""Makes the recordings of tests/recordings of a play that was kept.

    PLIMSOLL_KEEP=FOLDER python3 -m pytest tests/e2e/test_sensor_rules.py    (as root)
    python3 tests/e2e/runtime/keep.py FOLDER [--forbid WORD]... [SCENARIO]...

A recording is one scenario: what makes the rule fire begins a day after boot, its twin an hour
later. It holds the processes that the scenario started, those that they came of up
to the container's shim, and their container; nothing else that the machine did
meanwhile. runtime/neutral.py takes out what tells of the machine.
"""
import argparse
import dataclasses
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from runtime import capture_file as cf  # noqa: E402
from runtime import neutral  # noqa: E402
from runtime.family import Family  # noqa: E402
from runtime.recordings import (BENIGN, BOOT, FIRES, FOLDER, TABLE, TABLES,  # noqa: E402
                                Recording, place_of, table_of)

SLACK = 3 * 10**6  # nanoseconds by which clocks of the kernel may differ
USERS = {b"root", b"daemon", b"bin", b"sys", b"nobody", b"adm", b"tty", b"disk"}
RUNTIMES = ("runc", "containerd-shim-runc-v2", "containerd")  # by what they call themselves
KEY_FIELDS = ("evt.type", "proc.name", "proc.cmdline", "proc.exepath", "proc.pname", "fd.name",
              "user.name", "container.name", "container.image.repository")


@dataclasses.dataclass
class Act:
    """A scenario's action: processes, its container, and when it was; nanoseconds since boot."""
    begin: int
    end: int
    container: str  # the full id; empty: none
    members: set


class Raw:
    """The play as it was recorded."""

    def __init__(self, folder):
        self.capture = cf.read(folder / "play.plc")
        self.host = self.capture.host.find(cf.P_HOST)
        self.boot = cf.HOST_FIELDS.get(self.host, "boot_time")
        self.family = Family(self.capture)
        self.containers = [record for record in self.capture.records
                           if record.kind == cf.CONTAINER]
        self.names = [record for record in self.capture.records
                      if record.kind in (cf.USER, cf.RESOLVED)]
        assert not any(record.kind == cf.LOST for record in self.capture.records), "lost events"

    def act(self, told):
        begin, end = told["begin"] - self.boot - SLACK, told["end"] - self.boot + SLACK
        if told["container"] == "host":
            roots = {process for process in self.family.processes if told["mark"] in process.names}
            return Act(begin, end, "", self.family.below(roots))
        full = next(record.find(cf.P_NAME).decode() for record in self.containers
                    if record.find(cf.P_NAME).decode().startswith(told["container"]))
        ids = {number for number, record in self.family.cgroups.items()
               if full.encode() in record.find(cf.P_CGROUP)}
        roots = {process for process in self.family.processes
                 if process.cgroups & ids and begin <= process.start <= end}
        return Act(begin, end, full, self.family.below(roots))


# ---- what is kept of an act ----

def is_runtime(process, time):
    program = process.program(time)
    words = program.find(cf.P_ARGUMENTS).split(b"\0") if program else [b""]
    return pathlib.Path(words[0].decode()).name in RUNTIMES


def forebears(act):
    """Processes that members came of, with when they forked; the eldest first. Above them
    nobody is told of."""
    found = {}
    for member in act.members:
        child = member
        for ancestor in member.ancestors():
            if not is_runtime(ancestor, child.start):
                break
            if ancestor not in act.members:
                found.setdefault(ancestor, child.start)
            child = ancestor
    return dict(sorted(found.items(), key=lambda item: item[0].start))


FIRST = 1  # the pid of who stands for everybody above


def first_process(raw, act, time):
    """systemd, as far as rules may ask."""
    model = next(process.program(process.start) for process in sorted(
        act.members, key=lambda process: process.start) if process.program(process.start))
    cgroup = next(number for number, record in raw.family.cgroups.items()
                  if record.find(cf.P_CGROUP) == b"/")
    process = cf.PROCESS_FIELDS.set(
        model.find(cf.P_PROCESS), pid=1, parent=0, vpid=1, vparent=0, vpgid=1, vsid=1, pgid=1,
        sid=1, tty=0, flags=0, start=1, parent_start=0, cgroup=cgroup, namespace_start=1,
        comm=b"systemd",
        pid_namespace=cf.HOST_FIELDS.get(raw.host, "pid_namespace"),
        mount_namespace=cf.HOST_FIELDS.get(raw.host, "mount_namespace"))
    texts = [(cf.P_EXE, b"/usr/lib/systemd/systemd"), (cf.P_FILENAME, b"/sbin/init"),
             (cf.P_ARGUMENTS, b"/sbin/init\0"), (cf.P_ENVIRONMENT, b""), (cf.P_CWD, b"/")]
    return cf.Record(cf.PROCESS, time=time, pid=FIRST, tid=FIRST, flags=1, parameters=[
        cf.Parameter(cf.P_PROCESS, 0, 0, process),
        *(cf.Parameter(kind, 0, 0, text) for kind, text in texts)])


def snapshot(process, known, forked, time):
    """A PROCESS record of what the process was when it forked."""
    parent = process.parent if process.parent in known else None
    data = cf.PROCESS_FIELDS.set(process.state(forked), parent=parent.pid if parent else FIRST,
                                 parent_start=parent.start if parent else 1)
    parameters = [dataclasses.replace(each, data=data) if each.kind == cf.P_PROCESS else each
                  for each in process.program(forked).parameters]
    return cf.Record(cf.PROCESS, time=time, pid=process.pid, tid=process.pid, flags=1,
                     parameters=parameters)


def reparented(record, process, known):
    """A record that names a parent of whom nothing is kept names the first process."""
    if process.parent in known or record.kind != cf.EXEC:
        return record
    data = cf.PROCESS_FIELDS.set(record.find(cf.P_PROCESS), parent=FIRST, parent_start=1)
    return dataclasses.replace(record, parameters=[
        dataclasses.replace(each, data=data) if each.kind == cf.P_PROCESS else each
        for each in record.parameters])


def birth(process):
    """The fork of a process by the first one."""
    data = cf.PROCESS_FIELDS.set(process.born.find(cf.P_PROCESS), parent=FIRST, parent_start=1,
                                 comm=b"systemd")
    return dataclasses.replace(process.born, pid=FIRST, tid=FIRST, parameters=[
        cf.Parameter(cf.P_PROCESS, 0, 0, data)])


def own_records(act, known):
    """What members did. Those that nobody kept has forked begin with their program: before it
    they are copies of somebody who is not to be told of."""
    for process in act.members:
        since = 0
        if process.parent in known:
            if process.parent not in act.members:
                yield process.born
        elif process.born:
            since = process.told[0].time
            yield birth(process)
        for record in process.records:
            if since <= record.time <= act.end and not neutral.is_search(record):
                yield reparented(record, process, known)


def about_container(raw, act):
    """Its cgroups and what its runtime said of it: (before, meanwhile)."""
    used = {number for process in act.members for number in process.cgroups}
    records = [record for number, record in raw.family.cgroups.items()
               if number in used or record.find(cf.P_CGROUP) == b"/"]
    records = [dataclasses.replace(record, kind=cf.CGROUP_MAKE, pid=0, tid=0, other=0)
               for record in records]
    said = [record for record in raw.containers
            if record.find(cf.P_NAME).decode() == act.container]
    before = [record for record in said if record.time < act.begin][-1:]
    return records + before, [record for record in said if act.begin <= record.time <= act.end]


def users(raw, act):
    """Names of the numbers that members had, and addresses that rules ask for."""
    numbers, addresses = {0}, set()
    for record in (record for process in act.members for record in process.records):
        for each in record.parameters:
            if each.kind == cf.P_CREDENTIALS:
                numbers |= {cf.CREDENTIALS_FIELDS.get(each.data, name)
                            for name in ("uid", "euid", "suid", "gid", "egid", "loginuid")}
            elif each.kind in neutral.SOCKETS:
                addresses.add(cf.SOCKET_FIELDS.get(each.data, "remote"))
    for record in raw.names:
        names = [each.data for each in record.parameters if each.kind == cf.P_NAME]
        if record.kind == cf.RESOLVED and \
                cf.SOCKET_FIELDS.get(record.find(cf.P_ADDRESS), "remote") in addresses:
            yield record
        elif record.kind == cf.USER and names[0] in USERS and record.arguments[0] in numbers and \
                (len(names) == 1 or names[1].decode() == act.container):
            yield record


def select(raw, act):
    """All that is kept of an act, in order."""
    eldest = forebears(act)
    known = {*eldest, *act.members}
    own = sorted(own_records(act, known), key=lambda record: record.time)
    start = own[0].time - 1
    before, meanwhile = about_container(raw, act)
    front = [*users(raw, act), *before, first_process(raw, act, start),
             *(snapshot(process, known, forked, start) for process, forked in eldest.items())]
    front = [dataclasses.replace(record, time=start) for record in front]
    return front + sorted(own + meanwhile, key=lambda record: record.time)


# ---- another clock ----

class Clock:
    """Moves times so that an act begins at `to`; one second after boot is the least."""

    def __init__(self, raw, begin, to):
        self.shift = to - begin
        self.wall = BOOT + to - (raw.boot + begin)

    def __call__(self, time):
        return max(time + self.shift, 10**9) if time > 1 else time

    def _process(self, data):
        get = lambda name: cf.PROCESS_FIELDS.get(data, name)  # noqa: E731
        return cf.PROCESS_FIELDS.set(
            data, **{name: self(get(name)) for name in ("start", "parent_start",
                                                        "namespace_start")},
            **{name: get(name) + self.wall for name in ("exe_ctime", "exe_mtime") if get(name)})

    def _container(self, data):
        if not data:
            return data
        said = json.loads(data)
        for name in ("created", "started"):
            if said.get(name):
                said[name] += self.wall
        return json.dumps(said, separators=(",", ":")).encode()

    def set(self, record):
        change = {cf.P_PROCESS: self._process, cf.P_CONTAINER: self._container}
        return dataclasses.replace(record, time=self(record.time), sequence=0, parameters=[
            dataclasses.replace(each, data=change[each.kind](each.data))
            if each.kind in change else each for each in record.parameters])


# ---- recordings ----

def make(raw, acts):
    """A capture of what fires and its twin."""
    host = cf.Record(cf.HOST, parameters=[cf.Parameter(
        cf.P_HOST, 0, 0, cf.HOST_FIELDS.set(raw.host, boot_time=BOOT))])
    host.parameters = neutral.neutral(host)
    records = []
    for told, to in zip(acts, (FIRES, BENIGN)):
        kept = select(raw, raw.act(told))
        clock = Clock(raw, kept[0].time, to)
        records += [clock.set(record) for record in kept]
    return cf.Capture(host, [dataclasses.replace(record, parameters=neutral.neutral(record))
                             for record in records])


def expected(alerts, names):
    """What the table says of alerts: key fields, and those that the scenario is about."""
    return [{name: alert["output_fields"][name] for name in dict.fromkeys((*KEY_FIELDS, *names))
             if alert["output_fields"].get(name) is not None} for alert in alerts]


def keep(raw, acts, scenario, words):
    """(the table's row, or None; what is wrong)"""
    capture = make(raw, acts)
    left = neutral.unkept(capture, words)
    if left:
        return None, left[:3]
    recording = Recording(scenario.name, table_of(scenario), [])
    cf.write(recording.path, capture)
    fired, spared = recording.replay(push_down=False)
    if not fired or spared or len(fired) != acts[0].get("alerts", len(fired)):
        return None, [f"{len(fired)} alerts of {acts[0].get('alerts')}, the twin {len(spared)}"]
    recording.alerts = expected(fired, scenario.fields)
    return recording, []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--forbid", action="append", default=[])
    options = parser.parse_args()
    raw, words = Raw(options.folder), neutral.forbidden(options.forbid)
    told = {}
    for act in json.loads((options.folder / "acts.json").read_text()):
        told.setdefault(act["mark"].rpartition("-")[0], []).append(act)
    scenarios = {scenario.name: scenario for table in TABLES.values() for scenario in table}
    failed = 0
    rows = {row.name: row for row in Recording.all() if row.name in scenarios}
    for acts in told.values():
        scenario = scenarios.get(acts[0]["name"])
        if not scenario or (options.names and scenario.name not in options.names):
            continue
        recording, wrong = keep(raw, acts, scenario, words)
        if recording:
            rows[scenario.name] = recording
        else:
            failed += 1
            rows.pop(scenario.name, None)
            place_of(scenario.name, table_of(scenario)).unlink(missing_ok=True)
            print(f"{scenario.name}: {'; '.join(wrong)}", file=sys.stderr)
    TABLE.write_text(Recording.table([rows[name] for name in scenarios if name in rows]))
    size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
    print(f"{len(rows)} recordings, {size} bytes in all, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
