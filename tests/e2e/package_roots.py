"""Root directories that hold nothing but os-release and a package database."""
import sqlite3
import struct

NAME, VERSION, RELEASE, EPOCH, ARCH, SOURCE_RPM, MODULARITY = 1000, 1001, 1002, 1003, 1022, 1044, \
    5096
INT32, STRING = 4, 6


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def os_release(root, identifier, version):
    write(root / "etc/os-release", f'ID={identifier}\nVERSION_ID="{version}"\n')


def deb_root(root, packages):
    """packages: Installed tuples (advisory_referee.py), as for the others."""
    write(root / "var/lib/dpkg/status", "".join(
        f"Package: {p.name}\nStatus: install ok installed\nArchitecture: amd64\n"
        f"Source: {p.source} ({p.source_version})\nVersion: {p.version}\n\n" for p in packages))


def apk_root(root, packages):
    write(root / "lib/apk/db/installed", "".join(
        f"P:{p.name}\nV:{p.version}\nA:x86_64\no:{p.source}\n\n" for p in packages))


def rpm_header(tags):
    """A header as rpm's databases keep it: index and data, big-endian."""
    index, data = b"", b""
    for tag, value in sorted(tags.items()):
        if isinstance(value, int):
            data += b"\0" * (-len(data) % 4)
            index += struct.pack(">iiii", tag, INT32, len(data), 1)
            data += struct.pack(">i", value)
        else:
            index += struct.pack(">iiii", tag, STRING, len(data), 1)
            data += value.encode() + b"\0"
    return struct.pack(">ii", len(index) // 16, len(data)) + index + data


def rpm_root(root, packages):
    path = root / "var/lib/rpm/rpmdb.sqlite"
    path.parent.mkdir(parents=True)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT,"
                     " blob BLOB NOT NULL)")
    for p in packages:
        epoch, _, evr = p.version.rpartition(":")
        version, _, release = evr.rpartition("-")
        tags = {NAME: p.name, VERSION: version, RELEASE: release, ARCH: "x86_64",
                SOURCE_RPM: f"{p.source}-{version}-{release}.src.rpm"}
        if epoch:
            tags[EPOCH] = int(epoch)
        if p.module:
            tags[MODULARITY] = f"{p.module}:9020020230717162447:rhel9"
        database.execute("INSERT INTO Packages (blob) VALUES (?)", (rpm_header(tags),))
    database.commit()
    database.close()
