"""What every end-to-end test starts from: the program, databases, real roots.

The program under test is $PLIMSOLL_BUILD/src/cmd/cli/plimsoll (default: build/
in the source tree). Every test runs it with a home and a cache of its own.
"""
import json
import os
import pathlib
import shutil
import subprocess

import pytest

from servers import (certificates, connect_proxy, containerd, docker_engine,  # noqa: F401
                     faults, podman, podman_service, registry, registry_basic, registry_tls,
                     registry_token, short_directory, token_server)

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
PROGRAM = BUILD / "src/cmd/cli/plimsoll"
SHARED = pathlib.Path(os.environ.get("PLIMSOLL_SHARED", SOURCE.parent / "shared"))


def pytest_configure(config):
    if not PROGRAM.exists():
        pytest.exit(f"{PROGRAM} is not built; run make build first", returncode=2)


class Result:
    """A finished run: code, out, err (text), and the report when out is JSON."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def report(self):
        return json.loads(self.out)

    def finding_ids(self, package=None):
        return {f["id"] for f in self.report["findings"]
                if package is None or f["package"]["name"] == package}

    def __repr__(self):
        return f"<exit {self.code}\nstdout: {self.out[-2000:]}\nstderr: {self.err[-2000:]}>"


class Plimsoll:
    """Runs the program in an environment of its own."""

    def __init__(self, home, db=None):
        self.home, self.db = pathlib.Path(home), db

    def env(self, extra=None):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8",
               "PLIMSOLL_CACHE_DIR": str(self.home / "cache")}
        if self.db:
            env["PLIMSOLL_DB"] = str(self.db)
        env.update(extra or {})
        return {k: str(v) for k, v in env.items() if v is not None}

    def __call__(self, *args, env=None, stdin=None, timeout=120, **kwargs):
        done = subprocess.run([str(PROGRAM), *map(str, args)], env=self.env(env), text=True,
                              stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, errors="replace", **kwargs)
        return Result(done)

    def scan(self, *args, code=0, **kwargs):
        """A scan with a JSON report; the exit code must be `code`."""
        result = self(*args, "--format", "json", **kwargs)
        assert result.code == code, result
        return result


@pytest.fixture(scope="session")
def shared():
    if not SHARED.is_dir():
        pytest.skip("the folder of shared test data is not here")
    return SHARED


def advisory(identifier, ecosystem, package, fixed=None, introduced="0", **more):
    """One OSV record, as small as they come."""
    events = [{"introduced": introduced}] + ([{"fixed": fixed}] if fixed else [])
    record = {"schema_version": "1.7.3", "id": identifier, "modified": "2026-01-01T00:00:00Z",
              "published": "2025-01-01T00:00:00Z", "summary": f"A flaw in {package}",
              "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                            "ranges": [{"type": "ECOSYSTEM", "events": events}]}]}
    record.update(more)
    return record


# Flaws of packages that test images hold; the versions are the tests' own.
SMALL_ADVISORIES = [
    advisory("CVE-2099-0001", "Debian:12", "alpha-source", "2.0-1",
             severity=[{"type": "CVSS_V3",
                        "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]),
    advisory("CVE-2099-0002", "Debian:12", "alpha-source",
             severity=[{"type": "CVSS_V3",
                        "score": "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]),
    advisory("CVE-2099-0003", "Debian:12", "beta", "1:1.5-2"),
    advisory("CVE-2099-0004", "Alpine:v3.18", "gamma", "1.2.3-r1",
             severity=[{"type": "CVSS_V3",
                        "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}]),
    advisory("ALSA-2099:0001", "AlmaLinux:9", "delta", "1:2.0-3.el9",
             upstream=["CVE-2099-0005"]),
    advisory("CVE-2099-0006", "Debian:11", "alpha-source", "9.9-9"),
]


def write_advisories(folder, records):
    folder.mkdir(parents=True, exist_ok=True)
    for record in records:
        name = record["id"].replace(":", "_") + ".json"
        (folder / name).write_text(json.dumps(record))
    return folder


def import_database(home, *sources):
    """A database of its own made of the given sources."""
    db = pathlib.Path(home) / "advisories.db"
    result = Plimsoll(home, db)("db", "import", *sources, timeout=300)
    assert result.code == 0, result
    return db


@pytest.fixture(scope="session")
def small_db(tmp_path_factory):
    """SMALL_ADVISORIES, imported."""
    home = tmp_path_factory.mktemp("small-db")
    return import_database(home, write_advisories(home / "osv", SMALL_ADVISORIES))


@pytest.fixture(scope="session")
def feeds_db(tmp_path_factory, shared):
    """The real feeds, imported once for all tests."""
    home = tmp_path_factory.mktemp("feeds-db")
    return import_database(home, shared / "feeds")


@pytest.fixture
def plimsoll(tmp_path, small_db):
    """The program with the small database."""
    home = tmp_path / "home"
    home.mkdir()
    return Plimsoll(home, small_db)


@pytest.fixture
def plimsoll_feeds(tmp_path, feeds_db):
    """The program with the real feeds."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return Plimsoll(home, feeds_db)


def debian_mirror():
    """The mirror that this machine's own apt uses, or None."""
    done = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)",
                           "Created-By: Packages"], stdout=subprocess.PIPE, text=True, check=False)
    for line in done.stdout.splitlines():
        uri, codename = line.split()[:2]
        if codename == "bookworm":
            return uri
    return None


@pytest.fixture(scope="session")
def bookworm_root(tmp_path_factory):
    """A real Debian 12 root without its security updates, made by debootstrap."""
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("debootstrap needs root and its package")
    mirror = debian_mirror()
    if not mirror:
        pytest.skip("apt knows no mirror of Debian 12 here")
    # A mirror that hangs up in the middle is not what the tests are about.
    for _ in range(2):
        root = tmp_path_factory.mktemp("bookworm") / "root"
        done = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(root), mirror],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=600)
        if done.returncode == 0:
            return root
    last = done.stdout.strip().splitlines()[-1:]
    pytest.skip(f"debootstrap made no root of Debian 12, twice: {' '.join(last)}")
