"""Capture files in Python: a reader and a writer, made after docs/formats/capture.md.

read(path) gives a Capture; write(path, capture) is the way back. Bytes of parameters stay
bytes; Fields reads and changes single members of the structs among them.
"""
import dataclasses
import struct

import xxhash
import zstandard

MAGIC, BLOCK_MAGIC, VERSION = b"\x89PLIMS\r\n", b"PLBK", 1
HEADER, BLOCK = struct.Struct("<8sII"), struct.Struct("<4sIIIQQ")
EVENT, PARAMETER = struct.Struct("<IHHQIIIHBBqII6Q"), struct.Struct("<BBHI")
BLOCK_LIMIT, BLOCK_SIZE = 1 << 20, 1 << 18

SYSCALL, EXEC, FORK, EXIT, RENAME, CGROUP_MAKE, CGROUP_REMOVE, CGROUP_ENTER, PROCESS = \
    range(1, 10)
HOST, CONTAINER, USER, RESOLVED, LOST = range(0x100, 0x105)

P_PATH, P_DIRECTORY, P_FILE, P_DESCRIPTOR, P_SOCKET, P_ADDRESS, P_DATA, P_EXE, P_FILENAME, \
    P_ARGUMENTS, P_ENVIRONMENT, P_CWD, P_ROOT, P_CGROUP, P_PROCESS, P_CREDENTIALS, P_STDIO, \
    P_STDIO_SOCKET, P_COMM, P_TEXT, P_HOST, P_CONTAINER, P_NAME, P_LOST, P_FLAGS, P_MODE = \
    range(1, 27)


class Fields:
    """Members of a struct without hidden padding: (name, struct code), in order."""

    def __init__(self, members):
        self.places, at = {}, 0
        for name, code in members:
            self.places[name] = (at, struct.Struct("<" + code))
            at += self.places[name][1].size
        self.size = at

    def get(self, data, name):
        at, code = self.places[name]
        return code.unpack_from(data, at)[0]

    def set(self, data, **values):
        changed = bytearray(data)
        for name, value in values.items():
            at, code = self.places[name]
            code.pack_into(changed, at, value)
        return bytes(changed)


PROCESS_FIELDS = Fields([
    *((name, "I") for name in ("pid", "parent", "vpid", "vparent", "vpgid", "vsid", "pgid", "sid",
                               "tty", "flags")),
    ("start", "Q"), ("parent_start", "Q"), ("cgroup", "Q"),
    *((name, "I") for name in ("pid_namespace", "mount_namespace", "net_namespace",
                               "user_namespace", "cgroup_namespace", "ipc_namespace")),
    ("exe_inode", "Q"), ("exe_device", "I"), ("exe_uid", "I"), ("exe_ctime", "q"),
    ("exe_mtime", "q"), ("namespace_start", "Q"), ("exe_mode", "I"), ("thread_count", "I"),
    ("memory_size", "Q"), ("memory_resident", "Q"), ("memory_swapped", "Q"),
    ("descriptor_limit", "I"), ("exec_id", "I"), ("comm", "16s")])
HOST_FIELDS = Fields([("boot_time", "Q"), ("machine", "I"), ("processors", "I"),
                      ("pid_namespace", "I"), ("mount_namespace", "I")])
CREDENTIALS_FIELDS = Fields([(name, "I") for name in (
    "uid", "euid", "suid", "fsuid", "gid", "egid", "sgid", "fsgid", "loginuid", "securebits")])
SOCKET_FIELDS = Fields([("family", "H"), ("type", "H"), ("protocol", "H"), ("flags", "H"),
                        ("local_port", "H"), ("remote_port", "H"), ("local", "16s"),
                        ("remote", "16s"), ("reserved", "I")])  # a Unix socket's name is behind


@dataclasses.dataclass
class Parameter:
    kind: int
    index: int
    flags: int
    data: bytes


@dataclasses.dataclass
class Record:
    kind: int
    number: int = 0
    time: int = 0
    pid: int = 0
    tid: int = 0
    sequence: int = 0
    cpu: int = 0
    flags: int = 0
    result: int = 0
    other: int = 0
    arguments: tuple = (0,) * 6
    parameters: list = dataclasses.field(default_factory=list)

    def find(self, kind, index=None):
        """The bytes of a parameter, or None."""
        return next((each.data for each in self.parameters
                     if each.kind == kind and index in (None, each.index)), None)

    def process(self, name):
        """A member of its PROCESS, or None."""
        data = self.find(P_PROCESS)
        return PROCESS_FIELDS.get(data, name) if data else None


@dataclasses.dataclass
class Capture:
    host: Record
    records: list


# ---- reading ----

def _padded(length):
    return -(-length // 8) * 8


def read_record(data, at=0):
    """(record, where the next one begins)"""
    (size, kind, number, time, pid, tid, sequence, cpu, flags, count, result, other, reserved,
     *arguments) = EVENT.unpack_from(data, at)
    assert reserved == 0 and size % 8 == 0 and at + size <= len(data), f"record at {at}"
    record = Record(kind, number, time, pid, tid, sequence, cpu, flags, result, other,
                    tuple(arguments))
    end, at = at + size, at + EVENT.size
    for _ in range(count):
        parameter, index, parameter_flags, length = PARAMETER.unpack_from(data, at)
        at += PARAMETER.size
        padding = data[at + length:at + _padded(length)]
        assert not any(padding), "padding that is not zero"
        record.parameters.append(
            Parameter(parameter, index, parameter_flags, bytes(data[at:at + length])))
        at += _padded(length)
    assert at == end, f"a record of {size} bytes, whose parameters end at {at}, not {end}"
    return record, end


def _check(part, data, at):
    assert struct.unpack_from("<Q", data, at)[0] == xxhash.xxh3_64_intdigest(part), \
        f"checksum at {at}"
    return at + 8


def _read_block(data, at):
    magic, stored, size, count, first, last = BLOCK.unpack_from(data, at)
    assert magic == BLOCK_MAGIC and size <= BLOCK_LIMIT, f"no block at {at}"
    end = at + BLOCK.size + stored
    unpacked = zstandard.ZstdDecompressor().decompress(data[at + BLOCK.size:end], BLOCK_LIMIT)
    records, place = [], 0
    while place < len(unpacked):
        record, place = read_record(unpacked, place)
        records.append(record)
    assert len(unpacked) == size and len(records) == count
    assert records[0].time == first and records[-1].time == last
    return records, _check(data[at:end], data, end)


def read_bytes(data):
    magic, version, length = HEADER.unpack_from(data)
    assert magic == MAGIC and version == VERSION
    host, end = read_record(data, HEADER.size)
    assert end == HEADER.size + length and host.kind == HOST
    at = _check(data[:end], data, end)
    records = []
    while at < len(data):
        more, at = _read_block(data, at)
        records += more
    return Capture(host, records)


def read(path):
    return read_bytes(path.read_bytes())


# ---- writing ----

def record_bytes(record):
    body = b"".join(PARAMETER.pack(each.kind, each.index, each.flags, len(each.data)) +
                    each.data.ljust(_padded(len(each.data)), b"\0") for each in record.parameters)
    return EVENT.pack(EVENT.size + len(body), record.kind, record.number, record.time, record.pid,
                      record.tid, record.sequence, record.cpu, record.flags,
                      len(record.parameters), record.result, record.other, 0,
                      *record.arguments) + body


def _summed(data):
    return data + struct.pack("<Q", xxhash.xxh3_64_intdigest(data))


def _block(records, packed):
    frame = zstandard.ZstdCompressor(level=19).compress(packed)
    return _summed(BLOCK.pack(BLOCK_MAGIC, len(frame), len(packed), len(records), records[0].time,
                              records[-1].time) + frame)


def capture_bytes(capture):
    host = record_bytes(capture.host)
    parts = [_summed(HEADER.pack(MAGIC, VERSION, len(host)) + host)]
    waiting, packed = [], b""
    for record in capture.records:
        waiting.append(record)
        packed += record_bytes(record)
        if len(packed) >= BLOCK_SIZE:
            parts.append(_block(waiting, packed))
            waiting, packed = [], b""
    if waiting:
        parts.append(_block(waiting, packed))
    return b"".join(parts)


def write(path, capture):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(capture_bytes(capture))
