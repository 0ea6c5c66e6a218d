"""The inventory of dpkg and apk roots, against what these tools say."""
import re
import shutil
import subprocess
import tarfile

import pytest

from conftest import SHARED
from inventory_dump import dump


@pytest.fixture(scope="module")
def own_system(tmp_path_factory):
    """This machine's dpkg database and licences, as a root of their own."""
    root = tmp_path_factory.mktemp("dpkg")
    for folder in ("var/lib/dpkg", "usr/share/doc", "etc", "usr/lib"):
        (root / folder).mkdir(parents=True)
    shutil.copy("/var/lib/dpkg/status", root / "var/lib/dpkg/status")
    shutil.copytree("/var/lib/dpkg/info", root / "var/lib/dpkg/info")
    shutil.copytree("/usr/share/doc", root / "usr/share/doc", symlinks=True, dirs_exist_ok=True)
    shutil.copy("/usr/lib/os-release", root / "usr/lib/os-release")
    (root / "etc/os-release").symlink_to("../usr/lib/os-release")
    return root


def query_dpkg(root, fields):
    form = "\\t".join("${%s}" % field for field in fields) + "\\n"
    out = subprocess.run(["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", form],
                         check=True, stdout=subprocess.PIPE).stdout.decode()
    return [tuple(line.split("\t")) for line in out.splitlines()]


def test_dpkg_packages(own_system):
    rows = query_dpkg(own_system, ["db:Status-Status", "Package", "Version", "Architecture",
                                   "source:Package", "source:Version", "Maintainer"])
    want = sorted(row[1:] for row in rows if row[0] not in ("not-installed", "config-files"))
    inventory = dump(own_system)
    assert len(want) > 100
    assert sorted((p.name, p.version, p.arch, p.source, p.source_version, p.maintainer)
                  for p in inventory.packages) == want
    release = (own_system / "usr/lib/os-release").read_text()
    assert inventory.os[0] == re.search(r'^ID="?([^"\n]*)', release, re.M)[1]
    assert inventory.os[1] == re.search(r'^VERSION_ID="?([^"\n]*)', release, re.M)[1]
    assert inventory.diagnostics == []


def test_dpkg_files(own_system):
    inventory = dump(own_system, options=["--files"])
    for name in ("coreutils", "dpkg", "libc6", "perl-base"):
        arch = next(p.arch for p in inventory.packages if p.name == name)
        listed = subprocess.run(["dpkg-query", f"--admindir={own_system}/var/lib/dpkg", "-L",
                                 name], check=True, stdout=subprocess.PIPE).stdout.decode()
        lines = [line for line in listed.splitlines() if line.startswith("/") and line != "/."]
        folders = {line for line in lines if any(o.startswith(line + "/") for o in lines)}
        assert set(inventory.files[name, arch]) == set(lines) - folders


def test_dpkg_licenses(own_system):
    licenses = {p.name: p.license for p in dump(own_system).packages}
    assert "GPL-2.0-or-later" in licenses["dpkg"]
    assert licenses["libc6"], "its copyright file refers to /usr/share/common-licenses"
    # Packages whose documentation is a link to another's have that one's licences.
    linked = [d.name for d in (own_system / "usr/share/doc").iterdir()
              if d.is_symlink() and (d / "copyright").is_file() and d.name in licenses
              and licenses.get((own_system / "usr/share/doc" / d.readlink()).name)]
    assert linked, "no package of this machine shares its documentation"
    for name in linked:
        target = (own_system / "usr/share/doc" / name).readlink().name
        assert licenses[name] == licenses[target]


def apk_records(text):
    """What awk would make of apk's database: its records, field by field."""
    for block in text.split("\n\n"):
        record, files, folder = {}, [], ""
        for line in block.splitlines():
            key, _, value = line.partition(":")
            if key == "F":
                folder = value
            elif key == "R":
                files.append("/" + (folder + "/" if folder else "") + value)
            elif key in "PVALom":
                record[key] = value
        if record:
            yield record, files


@pytest.mark.parametrize("name", ["alpine-3.10.9", "alpine-3.14.10", "alpine-3.18.9",
                                  "alpine-3.20.3", "alpine-3.20.3-aarch64"])
def test_apk_packages(name, tmp_path):
    archive = SHARED / "rootfs" / f"{name}.tar.gz"
    if not archive.exists():
        pytest.skip("the real Alpine roots are not here")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path)
    records = list(apk_records((tmp_path / "lib/apk/db/installed").read_text()))
    inventory = dump(tmp_path, options=["--files"])
    assert [(p.name, p.version, p.arch, p.license, p.source, p.maintainer)
            for p in inventory.packages] == \
        [tuple(r.get(k, r["P"] if k == "o" else "") for k in "PVALom") for r, _ in records]
    for record, files in records:
        assert inventory.files.get((record["P"], record["A"]), []) == files
    assert inventory.os[:2] == ["alpine", name.split("-")[1]]


def make_layer(folder, files=(), links=()):
    for path, text in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for path, target in links:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)
    return folder


def stanza(name, version):
    return (f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\n"
            f"Version: {version}\n\n")


def test_layers(tmp_path):
    """Who brought what, over an upgrade, a removal and a new package."""
    status = "var/lib/dpkg/status"
    layers = [
        make_layer(tmp_path / "0", [(status, stanza("a", "1") + stanza("b", "1"))]),
        make_layer(tmp_path / "1", [(status, stanza("a", "1") + stanza("b", "2"))]),
        make_layer(tmp_path / "2", [("etc/motd", "no package here\n")]),
        make_layer(tmp_path / "3", [(status, stanza("a", "1") + stanza("b", "2") +
                                     stanza("c", "1"))]),
    ]
    inventory = dump(*layers, options=["--layers"])
    assert {(p.name, p.version): p.layer for p in inventory.packages} == \
        {("a", "1"): "0", ("b", "2"): "1", ("c", "1"): "3"}


def test_linked_database(tmp_path):
    """A database behind links that no analyser knows is asked for and found."""
    root = make_layer(tmp_path / "root", [("data/packages/status", stanza("a", "1")),
                                          ("private/name", "ID=debian\nVERSION_ID=12\n")],
                      [("var/lib/dpkg", "/data/dpkg"), ("data/dpkg", "packages"),
                       ("etc/os-release", "../private/name")])
    inventory = dump(root)
    assert [(p.name, p.db_path) for p in inventory.packages] == [("a", "data/packages/status")]
    assert inventory.os[:2] == ["debian", "12"]


def test_cut_database(tmp_path):
    text = stanza("a", "1") + stanza("b", "1") + stanza("c", "1.2.3")
    root = make_layer(tmp_path, [("var/lib/dpkg/status", text[:-8])])
    inventory = dump(root)
    assert [p.name for p in inventory.packages] == ["a", "b"]
    assert [(d.level, d.code, d.path) for d in inventory.diagnostics] == \
        [("warning", "package-database-damaged", "var/lib/dpkg/status")]
    assert f"stanza of c at byte {text.index('Package: c')}" in inventory.diagnostics[0].message
