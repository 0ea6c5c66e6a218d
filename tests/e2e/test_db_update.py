"""Updates of the advisory database: from a server, a mirror, a directory, a file."""
import hashlib
import http.server
import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
import zipfile

import pytest

from conftest import PROGRAM, Plimsoll, advisory

KEV = json.dumps({"catalogVersion": "1", "vulnerabilities": [
    {"cveID": "CVE-2042-1111", "dateAdded": "2099-01-01", "dueDate": "2099-01-15"}]}).encode()


def all_zip(*records):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    return out.getvalue()


ONE = all_zip(advisory("CVE-2042-1111", "npm", "a", "2.0.0"))
TWO = all_zip(advisory("CVE-2042-1111", "npm", "a", "2.0.0"),
              advisory("CVE-2042-2222", "npm", "b", "2.0.0"))


class Feeds:
    """A web server with ETags and ranges; `files` and `faults` may change."""

    def __init__(self):
        self.files, self.faults, self.seen = {}, {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        body = self.files.get(request.path)
        etag = body is not None and f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        fault = self.faults.get(request.path, [None]).pop(0) if self.faults.get(
            request.path) else None
        start = int(request.headers.get("Range", "bytes=0-")[6:].split("-")[0])
        status = (fault if isinstance(fault, int) else 404 if body is None
                  else 304 if request.headers.get("If-None-Match") == etag
                  else 206 if start else 200)
        self.seen.append((request.path, status))
        content = body[start:] if status in (200, 206) else b""
        request.send_response(status)
        if body is not None:
            request.send_header("ETag", etag)
        if status == 206:
            request.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        request.send_header("Accept-Ranges", "bytes")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if fault == "hang up":
            request.wfile.write(content[:len(content) // 2])
            request.close_connection = True
            request.connection.close()
        else:
            request.wfile.write(content)


@pytest.fixture
def feeds():
    served = Feeds()
    served.files = {"/npm/all.zip": ONE, "/kev.json": KEV}
    yield served
    served.server.shutdown()


@pytest.fixture
def site(feeds, tmp_path):
    """A list of sources that names the server; a program that uses it."""
    sources = tmp_path / "sources.conf"
    sources.write_text(f"""
[source npm]
type = osv
items = npm
url = {feeds.url}/${{item}}/all.zip
mirror = osv/${{item}}/all.zip

[source kev]
type = kev
url = {feeds.url}/kev.json
mirror = kev.json
""")

    class Site(Plimsoll):
        def update(self, *args, **kwargs):
            return self("db", "update", "--sources", sources, "--no-progress", *args, **kwargs)

        def count(self):
            result = self("db", "info", "--json")
            assert result.code == 0, result
            return result.report["vulnerabilities"]

    return Site(tmp_path, tmp_path / "advisories.db")


def test_unchanged_feeds_are_not_fetched_again(site, feeds):
    assert site.update().code == 0
    assert sorted(feeds.seen) == [("/kev.json", 200), ("/npm/all.zip", 200)]
    assert site.count() == 1
    feeds.seen.clear()
    feeds.files["/npm/all.zip"] = TWO
    assert site.update().code == 0
    assert sorted(feeds.seen) == [("/kev.json", 304), ("/npm/all.zip", 200)]
    assert site.count() == 2


def test_where_from_and_what(site, feeds):
    site.update()
    by_name = {s["name"]: s for s in site("db", "info", "--json").report["sources"]}
    assert set(by_name) == {"npm/npm", "kev"}
    assert feeds.url + "/kev.json" in json.dumps(by_name["kev"])
    assert hashlib.sha256(KEV).hexdigest() in json.dumps(by_name["kev"])


def test_a_broken_transfer_goes_on(site, feeds):
    feeds.files["/kev.json"] = KEV + b" " * 3_000_000
    feeds.faults["/kev.json"] = ["hang up"]
    assert site.update().code == 0
    assert [status for path, status in feeds.seen if path == "/kev.json"] == [200, 206]


@pytest.mark.parametrize("status, word", [(404, "404"), (403, "403")])
def test_a_refusal_keeps_the_old_database(site, feeds, status, word):
    assert site.update().code == 0
    feeds.files["/npm/all.zip"] = TWO
    feeds.faults["/kev.json"] = [status]
    result = site.update()
    assert result.code == 3, result
    assert word in result.err and "kev" in result.err
    assert "0 days old) stays in use" in result.err
    assert site.count() == 1


def test_partial_takes_what_is_there(site, feeds):
    assert site.update().code == 0
    feeds.files["/npm/all.zip"] = TWO
    feeds.faults["/kev.json"] = [404]
    result = site.update("--partial")
    assert result.code == 0, result
    assert "kev" in result.err
    assert site.count() == 2


@pytest.mark.parametrize("body, word", [(b"<html>Sign in</html>", "JSON"),
                                        (KEV[:40], "JSON"), (b"", "JSON")])
def test_what_is_no_feed(site, feeds, body, word):
    feeds.files["/kev.json"] = body
    result = site.update()
    assert result.code == 3, result
    assert "kev" in result.err and word in result.err
    assert not site.db.exists()


def test_offline(site, feeds):
    result = site.update("--offline")
    assert result.code == 3 and "was not downloaded before" in result.err, result
    assert site.update().code == 0
    site.db.unlink()
    feeds.seen.clear()
    assert site.update("--offline").code == 0
    assert feeds.seen == [] and site.count() == 1


def test_mirrors(site, feeds, tmp_path):
    mirror = tmp_path / "mirror"
    (mirror / "osv/npm").mkdir(parents=True)
    (mirror / "osv/npm/all.zip").write_bytes(TWO)
    (mirror / "kev.json").write_bytes(KEV)
    assert site.update("--mirror", mirror).code == 0
    assert site.count() == 2 and feeds.seen == []
    assert site.update("--mirror", "mirror", cwd=tmp_path).code == 0
    feeds.files.update({"/m/osv/npm/all.zip": ONE, "/m/kev.json": KEV})
    assert site.update("--mirror", feeds.url + "/m/").code == 0
    assert site.count() == 1
    assert sorted(feeds.seen) == [("/m/kev.json", 200), ("/m/osv/npm/all.zip", 200)]


def test_two_at_once(site):
    env = site.env()
    command = [str(PROGRAM), "db", "update", "--sources", str(site.home / "sources.conf"),
               "--no-progress"]
    running = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert site.count() == 1


def test_export_and_import(site, tmp_path):
    assert site.update().code == 0
    assert site("db", "export", tmp_path / "copy.db").code == 0
    other = Plimsoll(tmp_path, tmp_path / "other.db")
    assert other("db", "import", tmp_path / "copy.db").code == 0
    assert other("db", "info", "--json").report["vulnerabilities"] == 1

    damaged = bytearray((tmp_path / "copy.db").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged.db").write_bytes(damaged)
    (tmp_path / "cut.db").write_bytes(damaged[:len(damaged) // 2])
    for name in ("damaged.db", "cut.db"):
        result = other("db", "import", tmp_path / name)
        assert result.code == 3 and name in result.err, result
        assert other("db", "info", "--json").report["vulnerabilities"] == 1


def test_a_list_that_makes_no_sense(site, tmp_path):
    (tmp_path / "sources.conf").write_text("[source a]\nurl = gopher://x\n")
    result = site.update()
    assert result.code != 0
    assert "sources.conf: line 1: url must begin with" in result.err, result


@pytest.fixture
def small_disk():
    """A file system of 256 KB, where that can be mounted."""
    folder = tempfile.mkdtemp(prefix="plimsoll-small-")
    mounted = os.geteuid() == 0 and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], check=False,
        stderr=subprocess.DEVNULL).returncode == 0
    if not mounted:
        os.rmdir(folder)
        pytest.skip("no small file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)
    os.rmdir(folder)


def test_a_full_disk_keeps_the_old_database(site, feeds, small_disk, tmp_path):
    env = {"PLIMSOLL_DB": f"{small_disk}/advisories.db"}
    assert site.update(env=env).code == 0
    before = (site("db", "info", "--json", env=env)).report
    many = [advisory(f"CVE-2042-{n}", "npm", f"package-{n}", f"{n}.0.0",
                     summary=f"A flaw of its own, the {n}th of many: " + "x" * 200)
            for n in range(10000, 13000)]
    feeds.files["/npm/all.zip"] = all_zip(*many)
    result = site.update(env=env)
    assert result.code == 3, result
    assert "no space left on the device" in result.err
    assert site("db", "info", "--json", env=env).report == before
    left = sorted(os.listdir(small_disk))
    assert left == ["advisories.db", "advisories.db.lock"], left
