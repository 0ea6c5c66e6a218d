#!/usr/bin/python3
"""runc for machines that lack a capability: asks for those that are there.

A privileged container asks for all; where the tests' own bounding set has not
all of them, runc refuses. The runtime's files are changed before it reads them.
"""
import json
import os
import sys

# Of linux/capability.h, by number.
NAMES = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE
SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME
SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG
WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()


def present():
    with open("/proc/self/status", encoding="ascii") as status:
        bits = next(int(line.split()[1], 16) for line in status if line.startswith("CapBnd:"))
    return {f"CAP_{name}" for number, name in enumerate(NAMES) if bits >> number & 1}


def complete():
    return len(present()) == len(NAMES)


def limit(path, process_of):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    there = present()
    sets = process_of(document).get("capabilities") or {}
    for name, wanted in sets.items():
        sets[name] = [capability for capability in wanted or [] if capability in there]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)


def main():
    arguments = sys.argv[1:]
    for option, following in zip(arguments, arguments[1:]):
        if option == "--bundle":
            limit(os.path.join(following, "config.json"), lambda document: document["process"])
        elif option == "--process":
            limit(following, lambda document: document)
    os.execvp("runc", ["runc", *arguments])


if __name__ == "__main__":
    main()
