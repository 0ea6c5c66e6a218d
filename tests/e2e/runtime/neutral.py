"""Takes out of records what tells of the machine and of who recorded.

Known places get a usual name of the same meaning; what is not known to be harmless is
an error, never passed on.
"""
import os
import pathlib
import re
import socket

from runtime import capture_file as cf

SOURCE = pathlib.Path(__file__).resolve().parents[3]
HOST_NAME = b"node"

# Where the tests keep an engine's files, and where one is that was installed.
PLACES = [(re.compile(pattern.encode()), text.encode()) for pattern, text in (
    (r"/tmp/plimsoll-[a-z0-9_]{8}/(?:vfs-)?theatre/data", "/var/lib/docker"),
    (r"/tmp/plimsoll-[a-z0-9_]{8}/(?:vfs-)?theatre/exec", "/run/docker"),
    (r"/tmp/plimsoll-[a-z0-9_]{8}/(?:vfs-)?theatre/docker\.sock", "/run/docker.sock"),
    (r"/tmp/plimsoll-[a-z0-9_]{8}/(?:vfs-)?theatre/containerd", "/run/containerd"),
    (re.escape(str(SOURCE / "tests/e2e/runtime/able_runc.py")), "/usr/bin/runc"),
    (re.escape(str(SOURCE)) + r"(/tests/e2e)?(?=$|\0)", "/root"),
    (r"(/var/lib/apt/lists/(?:partial/)?)[^_/\0]+(?=_)", r"\1apt.example.org"),
    (r"/usr/local/s?bin/(docker|dockerd|runc|containerd[a-z0-9-]*)\b", r"/usr/bin/\1"),
)]
HOST_CGROUP = b"/system.slice/session.scope"

# What the scenarios set, and what images and engines do.
VARIABLES = {b"PATH", b"HOME", b"HOSTNAME", b"TERM", b"HTTP_PROXY", b"GLIBC_TUNABLES",
             b"LD_PRELOAD"}
PATH = b"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
EXECVE = {59, 322}
RECEIVING = {45, 47, 299}  # recvfrom, recvmsg, recvmmsg: only of these rules ask for the bytes

# Paths begin with one of these, or are names of what has no path.
TOPS = re.compile(rb"/?($|(bin|boot|dev|etc|home|host|lib|lib64|mnt|proc|root|run|sbin|srv|sys|tmp|"
                  rb"usr|var|runc|docker|kubepods|system\.slice|memfd:[^/]*)(/|$| \(deleted\)))")
PATHS = {cf.P_FILE, cf.P_EXE, cf.P_CWD, cf.P_ROOT, cf.P_DIRECTORY, cf.P_CGROUP}

TEXTS = {cf.P_PATH, cf.P_DIRECTORY, cf.P_FILE, cf.P_EXE, cf.P_FILENAME, cf.P_ARGUMENTS, cf.P_CWD,
         cf.P_ROOT, cf.P_TEXT, cf.P_NAME, cf.P_CONTAINER, cf.P_COMM}
SOCKETS = {cf.P_SOCKET, cf.P_ADDRESS, cf.P_STDIO_SOCKET}


def rename_places(text):
    for pattern, place in PLACES:
        text = pattern.sub(place, text)
    return text


def cgroup(path):
    """What engines make, without what stands above; else a session's."""
    at = path.find(b"/docker/")
    return path[at:] if at >= 0 else HOST_CGROUP


def environment(data):
    kept = []
    for variable in data.split(b"\0"):
        name = variable.partition(b"=")[0]
        if name == b"PATH":
            kept.append(b"PATH=" + PATH)
        elif name in VARIABLES:
            kept.append(variable)
    return b"".join(variable + b"\0" for variable in kept)


def _neutral_bytes(record, parameter):
    data = parameter.data
    if parameter.kind in TEXTS:
        return rename_places(data)
    if parameter.kind in SOCKETS:
        return data[:cf.SOCKET_FIELDS.size] + rename_places(data[cf.SOCKET_FIELDS.size:])
    if parameter.kind == cf.P_ENVIRONMENT:
        return environment(data)
    if parameter.kind == cf.P_CGROUP:
        return cgroup(data)
    if parameter.kind == cf.P_DATA and record.number not in RECEIVING:
        return b""
    if parameter.kind == cf.P_HOST:
        return data[:cf.HOST_FIELDS.size] + HOST_NAME
    return data


def neutral(record):
    """The parameters of a record, as they may be kept."""
    return [cf.Parameter(each.kind, each.index, each.flags, _neutral_bytes(record, each))
            for each in record.parameters]


def is_search(record):
    """Whether it looked for a program where only this machine has some."""
    path = record.find(cf.P_PATH) or b""
    return record.number in EXECVE and record.result < 0 and b"/" in path and \
        path.rpartition(b"/")[0] not in PATH.split(b":")


# ---- what must not be left ----

def forbidden(more=()):
    """Words that would tell of this machine and of this work on it."""
    words = {str(SOURCE), "pytest", "theatre", "plimsoll-sensor", os.environ.get("TMPDIR", ""),
             *more}
    if not TOPS.match(os.fsencode(SOURCE)):
        words.add(f"/{SOURCE.parts[1]}/")
    words |= {value for name, value in os.environ.items()
              if re.search("PROXY|MIRROR|TOKEN|KEY|USER|HOST|INDEX", name.upper())}
    words |= set(os.environ["PATH"].split(":")) - set(PATH.decode().split(":"))
    words |= {socket.gethostname(), socket.getfqdn()}
    for path in pathlib.Path("/etc/apt").rglob("*"):
        if path.is_file():
            words |= set(re.findall(r"https?://([^/\s]+)", path.read_text(errors="replace")))
    usual = {"root", "true", "localhost", "127.0.0.1"}
    return sorted(word for word in words if len(word) > 3 and word not in usual)


def unkept(capture, words=()):
    """What of a capture may not be kept, as texts."""
    found = []
    for record in [capture.host, *capture.records]:
        if neutral(record) != record.parameters:
            found.append(f"parameters that neutral() changes: {record.parameters}")
        for each in record.parameters:
            text = each.data.lower()
            found += [f"{word!r} in {each.data!r}" for word in words
                      if word.lower().encode() in text]
            if each.kind in PATHS and each.data.startswith(b"/") and not TOPS.match(each.data):
                found.append(f"the path {each.data!r}")
    return found
