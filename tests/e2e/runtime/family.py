"""Who is who in a capture: processes, whose child each is, and which records are theirs."""
from runtime import capture_file as cf


class Process:
    """`parent` is who forked it. `born` is the FORK that made it, `told` are the EXEC and PROCESS
    records that say what it runs, `records` all of its own, `cgroups` ids in which it was."""

    def __init__(self, pid, start, parent, born):
        self.pid, self.start, self.parent, self.born = pid, start, parent, born
        self.told, self.records, self.renames, self.cgroups = [], [], [], set()

    @property
    def names(self):
        return {record.find(cf.P_COMM).rstrip(b"\0").decode() for record in self.renames}

    def program(self, time):
        """The record that tells what it ran then: its own, or of who it is a copy."""
        own = [record for record in self.told if record.time <= time]
        if own:
            return own[-1]
        return self.parent.program(self.start) if self.parent else None

    def state(self, time):
        """PROCESS as it was then."""
        own = [record for record in (self.born, *self.told) if record and record.time <= time]
        data = own[-1].find(cf.P_PROCESS)
        for record in self.renames:
            if own[-1].time <= record.time <= time:
                data = cf.PROCESS_FIELDS.set(data, comm=record.find(cf.P_COMM))
        return data

    def ancestors(self):
        ancestor = self.parent
        while ancestor:
            yield ancestor
            ancestor = ancestor.parent


class Family:
    """All processes of a capture, and its cgroups: id to path."""

    def __init__(self, capture):
        self.living, self.processes, self.cgroups = {}, [], {}
        for record in capture.records:
            if record.kind < cf.HOST:
                self._take(record)

    def _add(self, pid, start, parent=None, born=None):
        process = self.living[pid] = Process(pid, start, parent, born)
        self.processes.append(process)
        return process

    def _take(self, record):
        if record.kind in (cf.CGROUP_MAKE, cf.CGROUP_ENTER):
            self.cgroups[record.arguments[0]] = record
        if record.kind in (cf.CGROUP_MAKE, cf.CGROUP_REMOVE):
            return
        pid = record.other if record.kind == cf.CGROUP_ENTER else record.pid
        if record.kind == cf.PROCESS:
            pid = record.process("pid")
        process = self.living.get(pid) or self._add(pid, record.process("start") or 0)
        if not process.parent and record.process("parent") and record.kind != cf.FORK:
            process.parent = self.living.get(record.process("parent"))
        process.records.append(record)
        self._learn(process, record)

    def _learn(self, process, record):
        if record.kind in (cf.EXEC, cf.PROCESS):
            process.told.append(record)
            process.cgroups.add(record.process("cgroup"))
        elif record.kind == cf.CGROUP_ENTER:
            process.cgroups.add(record.arguments[0])
        elif record.kind == cf.RENAME:
            process.renames.append(record)
        elif record.kind == cf.FORK:
            child = self._add(record.process("pid"), record.process("start"), process, record)
            child.cgroups.add(record.process("cgroup"))
        elif record.kind == cf.EXIT:
            self.living.pop(process.pid)

    def below(self, roots):
        """These processes and all that came of them."""
        found = set(roots)
        for process in self.processes:  # parents stand before their children
            if process.parent in found:
                found.add(process)
        return found
