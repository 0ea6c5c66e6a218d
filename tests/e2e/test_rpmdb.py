"""rpm databases of every kind, against what rpm itself says.

Debian's rpm writes SQLite. The headers of that database go into the others:
Berkeley DB through db5.3_load, in both byte orders (rpm reads it back), and
ndb, which this rpm lacks, by the layout that rpmpkg.c has. A small ndb file
that rpm's own code wrote is in tests/corpus/inventory_rpm_ndb.
"""
import collections
import shutil
import sqlite3
import struct
import subprocess
import zlib

import pytest

from inventory_dump import dump

pytestmark = pytest.mark.skipif(not shutil.which("rpmbuild"),
                                reason="rpm's own tools (package rpm) are not installed")

Row = collections.namedtuple("Row", "name version arch source license vendor packager modularity")

SPEC = """
Name: {name}
Version: {version}
Release: {release}
{epoch}
Summary: A test
License: {license}
{tags}
{arch}
%description
{description}
%prep
%build
%install
{install}
%files
{files}
"""

MODULARITY = "ModularityLabel: nodejs:18:8080020230306170042:63b34585"


def spec(name, version, release="1", epoch=None, license="MIT", tags="", noarch=True,
         description="Nothing.", paths=()):
    folders = sorted({path.rpartition("/")[0] for path in paths})
    install = "".join(f"mkdir -p '%{{buildroot}}{f}'\n" for f in folders)
    install += "".join(f"echo {name} > '%{{buildroot}}{p}'\n" for p in paths)
    return SPEC.format(name=name, version=version, release=release, license=license, tags=tags,
                       epoch=f"Epoch: {epoch}" if epoch else "", description=description,
                       arch="BuildArch: noarch" if noarch else "",
                       install=install, files="\n".join(f'"{p}"' for p in paths))


# The second header is larger than a page of Berkeley DB, and than one of SQLite.
PACKAGES = [
    spec("plain", "1.0", paths=["/usr/bin/plain", "/etc/plain.conf"]),
    spec("large", "2.0~rc1", "3.el9", epoch=2, license="GPLv2+ and MIT", tags="Vendor: Rocky",
         description="A word. " * 9000,
         paths=[f"/usr/share/large/{d:02}/{f:03}" for d in range(20) for f in range(40)]),
    spec("modular", "18.14", "2.module_el8", tags=MODULARITY, noarch=False,
         paths=["/opt/with space/file", "/top"]),
    spec("kernel", "5.14.0", "1.el9", tags="Packager: Someone <a@b.example>",
         paths=["/lib/k/5.14.0-1"]),
    spec("kernel", "5.14.0", "2.el9", paths=["/lib/k/5.14.0-2"]),
    spec("gpg-pubkey", "fd431d51", "4ae0493b"),
]


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def rpms(tmp_path_factory):
    top = tmp_path_factory.mktemp("rpmbuild")
    for number, text in enumerate(PACKAGES):
        path = top / f"{number}.spec"
        path.write_text(text)
        run("rpmbuild", "--define", f"_topdir {top}", "-bb", "--nodeps", path)
    return sorted(top.glob("RPMS/*/*.rpm"))


def rpm(root, backend, *arguments):
    return run("rpm", "--root", root, "--dbpath", "/var/lib/rpm",
               "--define", f"_db_backend {backend}", *arguments).decode()


def query(root, backend):
    """What rpm says is installed: rows, and files by name of package."""
    form = "\\t".join(["%{NAME}", "%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}", "%{ARCH}",
                       "%{SOURCERPM}", "%{LICENSE}", "%|VENDOR?{%{VENDOR}}|",
                       "%|PACKAGER?{%{PACKAGER}}|", "%|MODULARITYLABEL?{%{MODULARITYLABEL}}|"])
    rows = [Row(*line.split("\t")) for line in
            rpm(root, backend, "-qa", "--qf", form + "\\n").splitlines()]
    files = {}
    for line in rpm(root, backend, "-qa", "--qf",
                    "[%{=NAME}\\t%{FILENAMES}\\n]").splitlines():
        name, _, path = line.partition("\t")
        files.setdefault(name, set()).add(path)
    return [row for row in rows if row.name != "gpg-pubkey"], files


@pytest.fixture(scope="module")
def installed(rpms, tmp_path_factory):
    """A root that rpm installed the packages in, and what rpm says of it."""
    root = tmp_path_factory.mktemp("sqlite")
    (root / "var/lib/rpm").mkdir(parents=True)
    rpm(root, "sqlite", "-i", "--nodeps", "--noscripts", "--ignorearch", "--justdb", *rpms)
    return (root, *query(root, "sqlite"))


def check(root, rows, files):
    inventory = dump(root, options=["--files"])
    assert len(rows) == len(PACKAGES) - 1
    assert inventory.diagnostics == []
    assert sorted((p.name, p.version, p.arch, p.license, p.vendor, p.modularity)
                  for p in inventory.packages) == \
        sorted((r.name, r.version, r.arch, r.license, r.vendor, r.modularity) for r in rows)
    by_version = {(p.name, p.version): p for p in inventory.packages}
    for row in rows:
        package = by_version[row.name, row.version]
        assert package.type == "rpm"
        assert package.maintainer == (row.packager or row.vendor)
        assert f"{package.source}-{package.source_version.partition(':')[2] or package.source_version}" \
            == row.source.removesuffix(".src.rpm")
    found = collections.defaultdict(set)
    for (name, _), paths in inventory.files.items():
        found[name].update(paths)
    assert dict(found) == files


def test_sqlite(installed):
    check(*installed)


def headers(root):
    with sqlite3.connect(root / "var/lib/rpm/rpmdb.sqlite") as db:
        return db.execute("SELECT hnum, blob FROM Packages ORDER BY hnum").fetchall()


def write_ndb(path, rows):
    """Slots in one page, then the blobs, every second one with a hole before it."""
    slots, blobs, at = b"", b"", 4096
    for number, blob in rows:
        if number % 2:
            blobs, at = blobs + b"\0" * 48, at + 48
            slots += struct.pack("<4s3I", b"Slot", 0, 0, 0)
        size = -(-(16 + len(blob) + 12) // 16) * 16
        body = struct.pack("<4s3I", b"BlbS", number, 7, len(blob)) + blob
        body += b"\0" * (size - 12 - len(body))
        blobs += body + struct.pack("<2I4s", zlib.adler32(body), len(blob), b"BlbE")
        slots += struct.pack("<4s3I", b"Slot", number, at // 16, size // 16)
        at += size
    slots += struct.pack("<4s3I", b"Slot", 0, 0, 0) * ((4096 - 32 - len(slots)) // 16)
    path.parent.mkdir(parents=True)
    path.write_bytes(struct.pack("<4s4I12x", b"RpmP", 0, 7, 1, len(rows) + 1) + slots + blobs)


def test_ndb(installed, tmp_path):
    root, rows, files = installed
    write_ndb(tmp_path / "var/lib/rpm/Packages.db", headers(root))
    check(tmp_path, rows, files)


def load_bdb(path, rows, order, options=()):
    """A hash as rpm has them: keys are numbers in the order of the file."""
    if not shutil.which("db5.3_load"):
        pytest.skip("db5.3_load (package db5.3-util) is not installed")
    little = order == 1234

    def line(raw):
        return " " + raw.hex() + "\n"

    text = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder={order}\n"
    text += "".join(f"{o}\n" for o in options) + "HEADER=END\n"
    for number, blob in [(0, (len(rows) + 1).to_bytes(4, "little" if little else "big")), *rows]:
        text += line(number.to_bytes(4, "little" if little else "big")) + line(blob)
    text += "DATA=END\n"
    path.parent.mkdir(parents=True)
    run("db5.3_load", path, input=text.encode())


@pytest.mark.parametrize("order", [1234, 4321])
@pytest.mark.parametrize("options", [[], ["db_pagesize=512"], ["db_pagesize=65536"],
                                     ["chksum=1"]])
def test_berkeley_db(installed, tmp_path, order, options):
    root, rows, files = installed
    load_bdb(tmp_path / "var/lib/rpm/Packages", headers(root), order, options)
    check(tmp_path, rows, files)


def test_berkeley_db_is_what_rpm_reads(installed, tmp_path):
    """The file that stands for an old system's is one to rpm too."""
    load_bdb(tmp_path / "var/lib/rpm/Packages", headers(installed[0]), 1234)
    assert sorted(query(tmp_path, "bdb_ro")[0]) == sorted(installed[1])


@pytest.mark.parametrize("place", ["usr/lib/sysimage/rpm", "usr/share/rpm"])
def test_other_places(installed, tmp_path, place):
    root, rows, files = installed
    (tmp_path / place).parent.mkdir(parents=True)
    shutil.copytree(root / "var/lib/rpm", tmp_path / place)
    (tmp_path / "var/lib").mkdir(parents=True)
    (tmp_path / "var/lib/rpm").symlink_to("/" + place)
    check(tmp_path, rows, files)


def cut(source, target, size):
    target.parent.mkdir(parents=True)
    target.write_bytes(source.read_bytes()[:size])


@pytest.mark.parametrize("name", ["rpmdb.sqlite", "Packages.db", "Packages"])
def test_cut_in_the_middle(installed, tmp_path, name):
    """What lies before the cut is found; the rest is told."""
    root, rows, _ = installed
    whole = tmp_path / "whole" / name
    if name == "rpmdb.sqlite":
        whole = root / "var/lib/rpm" / name
    elif name == "Packages.db":
        write_ndb(whole, headers(root))
    else:
        load_bdb(whole, headers(root), 1234)
    wanted = {(r.name, r.version) for r in rows}
    size, seen = whole.stat().st_size, set()
    for part in range(1, 20):
        root = tmp_path / str(part)
        cut(whole, root / "var/lib/rpm" / name, size * part // 20 + 7)
        inventory = dump(root)
        found = {(p.name, p.version) for p in inventory.packages}
        assert found <= wanted
        if found != wanted:
            codes = {d.code for d in inventory.diagnostics}
            assert codes & {"package-database-damaged", "package-database-unreadable"}, codes
            assert all(d.path == f"var/lib/rpm/{name}" for d in inventory.diagnostics)
        seen.add(len(found))
    assert any(0 < n < len(wanted) for n in seen), "no cut left a part of the packages"


def test_journal_is_told(installed, tmp_path):
    """Changes that only the journal holds can't be read, and are not passed over."""
    shutil.copytree(installed[0] / "var/lib/rpm", tmp_path / "var/lib/rpm")
    path = tmp_path / "var/lib/rpm/rpmdb.sqlite"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("DELETE FROM Packages WHERE hnum = 1")
    writer.commit()
    inventory = dump(tmp_path)
    writer.close()
    assert [d.code for d in inventory.diagnostics] == ["package-journal"]


def test_newer_database_wins(installed, tmp_path):
    root, rows, _ = installed
    write_ndb(tmp_path / "0/usr/lib/sysimage/rpm/Packages.db", headers(root))
    shutil.copytree(root / "var/lib/rpm", tmp_path / "1/usr/share/rpm")
    inventory = dump(tmp_path / "0", tmp_path / "1", options=["--layers"])
    assert {p.db_path for p in inventory.packages} == {"usr/share/rpm/rpmdb.sqlite"}
    assert len(inventory.packages) == len(rows)
    assert [(d.level, d.code) for d in inventory.diagnostics] == \
        [("note", "package-database-ignored")]


def test_manifest(tmp_path):
    folder = tmp_path / "var/lib/rpmmanifest"
    folder.mkdir(parents=True)
    (folder / "container-manifest-1").write_text("bash.5.1.8-1.cm2.x86_64\n")
    (folder / "container-manifest-2").write_text(
        "bash\t5.1.8-1.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t7122\t"
        "x86_64\t0\tbash-5.1.8-1.cm2.src.rpm\n"
        "openssl-libs\t1.1.1k-15.cm2\t1653816591\t1653631609\tMicrosoft Corporation\t1\t"
        "123\tx86_64\t1\topenssl-1.1.1k-15.cm2.src.rpm\n")
    inventory = dump(tmp_path)
    assert [(p.name, p.version, p.source, p.source_version, p.arch, p.vendor)
            for p in inventory.packages] == [
        ("bash", "5.1.8-1.cm2", "bash", "5.1.8-1.cm2", "x86_64", "Microsoft Corporation"),
        ("openssl-libs", "1:1.1.1k-15.cm2", "openssl", "1:1.1.1k-15.cm2", "x86_64",
         "Microsoft Corporation")]
    (folder / "container-manifest-2").unlink()
    assert [(p.name, p.version, p.arch) for p in dump(tmp_path).packages] == \
        [("bash", "5.1.8-1.cm2", "x86_64")]
