"""Our findings against an evaluation of the same real advisories, written apart
from ours (advisory_referee.py): hundreds of packages of each system, in
versions that its advisories name, and a little below and above.
"""
import pathlib
import random
import re
import subprocess

import pytest

from advisory_referee import Installed, Order, Referee, read_osv, read_secdb
from conftest import BUILD, Plimsoll, import_database
from package_roots import apk_root, deb_root, os_release, rpm_root

COMPARE = BUILD / "tests/unit/version/version-compare"
PACKAGES = 400  # of each system

# Names that are taken for packages without kernel code, whose findings are left out.
CODELESS = re.compile(r"kernel-.*(headers|devel|doc|abi|tools|selftests|ipaclones)"
                      r"|(python3-|lib)?perf|bpftool|rtla|rv$")


@pytest.fixture(scope="module")
def feeds(shared):
    folder = shared / "feeds"
    if not (folder / "osv").is_dir():
        pytest.skip("the real feeds are not here")
    if not COMPARE.exists():
        pytest.fail(f"{COMPARE} is not built; run make build first")
    return folder


@pytest.fixture(scope="module")
def database(tmp_path_factory, feeds):
    """Of these feeds and no others, so that the referee reads all of it."""
    home = tmp_path_factory.mktemp("matching")
    db = import_database(home, *(feeds / f"osv/{name}/all.zip"
                                 for name in ("Debian", "Ubuntu", "AlmaLinux")),
                         feeds / "alpine/v3.18/main.json", feeds / "alpine/v3.18/community.json")
    return Plimsoll(home, db)


@pytest.fixture(scope="module")
def claims(feeds):
    """Read when first asked for."""
    cache = {}

    def read(name):
        if name not in cache:
            if name == "Alpine":
                cache[name] = read_secdb(feeds / "alpine/v3.18/main.json", "Alpine:v3.18")
                cache[name].update(read_secdb(feeds / "alpine/v3.18/community.json",
                                              "Alpine:v3.18"))
            else:
                cache[name] = read_osv(feeds / f"osv/{name}/all.zip")
        return cache[name]
    return read


# ---- Packages ----

def nearby(rng, version, scheme):
    """The version itself, or one right below or above it."""
    other = {"dpkg": ["~", "~~1", "+b1", ".1", "+esm9"], "rpm": ["~rc1", ".1", "^1", "_2.1"],
             "apk": ["0", "1"]}[scheme]
    return rng.choice([version, version, version + rng.choice(other)])


def sample(rng, claims, ecosystem, scheme):
    """PACKAGES of (name, version, claim), of versions that advisories name."""
    places = sorted(place for place in claims
                    if place[0] == ecosystem and not CODELESS.match(place[1]))
    for place in (rng.choice(places) for _ in range(PACKAGES)):
        known = [(c, b[1]) for c in claims[place] for b in c.bounds if b[1] not in (None, "0")]
        claim, version = rng.choice(known) if known else (claims[place][0], "1.0-1")
        yield place[1], nearby(rng, version, scheme), claim


def source_packages(rng, claims, ecosystem, scheme):
    """Binary packages of names of their own, with a version that is their own
    where the package manager allows that."""
    for i, (name, version, claim) in enumerate(sample(rng, claims, ecosystem, scheme)):
        if not claim.by_source:
            yield Installed(name, version, f"source-{i}", version, "")
        elif scheme == "dpkg":
            yield Installed(f"binary-{i}", rng.choice([version, f"9:{version}+b1"]), name, version,
                            "")
        else:
            yield Installed(f"binary-{i}", version, name, version, "")


def binary_packages(rng, claims, ecosystem, scheme):
    for name, version, claim in sample(rng, claims, ecosystem, scheme):
        streams = claim.modules or [""]
        module = rng.choice(streams + [""] if rng.random() < 0.1 else streams)
        yield Installed(name, version, name, version, module)


# ---- Comparing ----

def found_by_us(plimsoll, root):
    """{(package, version): {any name of the vulnerability: (id, fix)}}"""
    found = {}
    for finding in plimsoll.scan("fs", root).report["findings"]:
        key = finding["package"]["name"], finding["package"]["version"]
        for name in [finding["id"], *finding["aliases"]]:
            found.setdefault(key, {})[name] = (finding["id"], finding["fixed_version"])
    return found


def differences(want, got):
    """Lines that say what one of the two has and the other lacks."""
    for identifier, fix in want.items():
        if identifier not in got:
            yield f"{identifier} (fixed in {fix or 'nothing'}) is missing"
        elif got[identifier][1] != fix:
            yield f"{identifier}: fixed in {got[identifier][1] or '-'}, want {fix or '-'}"
    for identifier in {entry[0] for entry in got.values()}:
        names = {name for name, entry in got.items() if entry[0] == identifier}
        if not names & want.keys():
            yield f"{identifier} is too much"


SYSTEMS = {
    "debian-12": ("Debian", "Debian:12", "debian", "12", "dpkg", ""),
    "debian-11": ("Debian", "Debian:11", "debian", "11", "dpkg", ""),
    "ubuntu-22.04": ("Ubuntu", "Ubuntu:22.04", "ubuntu", "22.04", "dpkg", ""),
    "ubuntu-22.04-pro": ("Ubuntu", "Ubuntu:22.04", "ubuntu", "22.04", "dpkg", "pro"),
    "ubuntu-20.04": ("Ubuntu", "Ubuntu:20.04", "ubuntu", "20.04", "dpkg", ""),
    "ubuntu-24.04": ("Ubuntu", "Ubuntu:24.04", "ubuntu", "24.04", "dpkg", ""),
    "alpine-3.18": ("Alpine", "Alpine:v3.18", "alpine", "3.18.9", "apk", ""),
    "almalinux-9": ("AlmaLinux", "AlmaLinux:9", "almalinux", "9.4", "rpm", ""),
    "almalinux-8": ("AlmaLinux", "AlmaLinux:8", "almalinux", "8.10", "rpm", ""),
}


def attach_pro(root):
    """What an attached machine has in its package sources."""
    folder = root / "etc/apt/sources.list.d"
    folder.mkdir(parents=True)
    (folder / "ubuntu-esm-infra.list").write_text(
        "deb https://esm.ubuntu.com/infra/ubuntu jammy-infra-security main\n")


def compare(system, packages, database, claims, root):
    """Fails with what differs; returns how many vulnerabilities were compared."""
    feed, ecosystem, identifier, version, scheme, pro = SYSTEMS[system]
    {"dpkg": deb_root, "apk": apk_root, "rpm": rpm_root}[scheme](root, packages)
    os_release(root, identifier, version)
    if pro:
        attach_pro(root)
    order = Order(COMPARE, scheme)
    referee = Referee(claims(feed), order, subscribed=bool(pro))
    want = order.settle(lambda: {p: referee.evaluate(ecosystem, p) for p in packages})
    got = found_by_us(database, root)
    wrong = [f"{p.name} {p.version} of {p.source} {p.source_version} {p.module}: {line}"
             for p in packages
             for line in differences(want[p], got.get((p.name, p.version), {}))]
    total = sum(map(len, want.values()))
    assert not wrong, f"{len(wrong)} of {total} differ:\n" + "\n".join(wrong[:40])
    return total


@pytest.mark.parametrize("system", SYSTEMS)
def test_versions_that_advisories_name(system, database, claims, tmp_path):
    feed, ecosystem, _, _, scheme, _ = SYSTEMS[system]
    rng = random.Random(f"plimsoll {system}")
    make = binary_packages if scheme == "rpm" else source_packages
    packages = list({(p.name, p.version): p
                     for p in make(rng, claims(feed), ecosystem, scheme)}.values())
    if scheme != "rpm":  # which alone has packages in several versions at once
        packages = list({p.name: p for p in packages}.values())
    total = compare(system, packages, database, claims, tmp_path)
    assert len(packages) > PACKAGES // 2 and total > PACKAGES  # most of them have some


def archive_packages():
    """What apt knows of this machine's archive: real names, sources and rebuilds."""
    done = subprocess.run(["apt-cache", "dumpavail"], stdout=subprocess.PIPE, text=True,
                          errors="replace", timeout=120, check=True)
    for stanza in done.stdout.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.split("\n")
                      if re.match(r"(Package|Version|Source): ", line))
        if "Package" not in fields:
            continue
        source, _, version = fields.get("Source", fields["Package"]).partition(" ")
        if not re.match(r"linux(-|$)", source):
            yield Installed(fields["Package"], fields["Version"], source,
                            version.strip("()") or fields["Version"], "")


def test_packages_of_the_archive(database, claims, tmp_path):
    """Of Debian 12, in the versions that its archive has: mostly fixed."""
    release = pathlib.Path("/etc/os-release").read_text()
    if 'VERSION_ID="12"' not in release or "ID=debian" not in release:
        pytest.skip("this machine is not Debian 12")
    packages = sorted({p.name: p for p in archive_packages()}.values())
    packages = random.Random("archive").sample(packages, min(len(packages), 10 * PACKAGES))
    if len(packages) < PACKAGES:
        pytest.skip("apt has no package lists here (apt-get update)")
    assert compare("debian-12", packages, database, claims, tmp_path) > 0
