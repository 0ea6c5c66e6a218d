"""plimsoll secret: trees, archives, streams, git histories, baselines, and that no
secret is ever shown.

Tokens are made here, so that none stands in the repository.
"""
import base64
import io
import json
import os
import random
import stat
import string
import subprocess
import sys
import tarfile
import textwrap
import time
import zipfile
import zlib

import pytest

from conftest import PROGRAM

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def letters(alphabet, count, seed):
    return "".join(random.Random(seed).choices(alphabet, k=count))


def github_token(seed=1, prefix="ghp_"):
    body = letters(BASE62, 30, seed)
    crc, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        digits = BASE62[crc % 62] + digits
        crc //= 62
    return prefix + body + digits


def password(seed=1):
    return "Plum" + letters(string.digits, 2, seed) + "!" + letters("bcdfghjklm", 5, seed)


TOKEN, OTHER, PASSWORD = github_token(1), github_token(2), password(1)


@pytest.fixture
def tree(tmp_path):
    """Writes files below a folder of their own, by a mapping."""
    def write(files, name="tree"):
        for file, text in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return tmp_path / name
    return write


def scan(plimsoll, *args, code=0, **kwargs):
    return plimsoll.scan("secret", *args, code=code, **kwargs).report


def found(report):
    return {(f["id"], f["location"]["path"], f["location"].get("line")) for f in report["findings"]}


def test_a_tree(plimsoll, tree):
    root = tree({
        "src/app.py": f"# app\ntoken = '{TOKEN}'\n",
        "src/deep/er/settings.ini": f"[db]\npassword = {PASSWORD}\n",
        "src/clean.py": "print('hello')\n",
        "package-lock.json": f'{{"password": "{PASSWORD}"}}\n',
        ".git/config": f"token = '{OTHER}'\n",
        "empty": "",
    })
    report = scan(plimsoll, root)
    assert found(report) == {("github-pat", "src/app.py", 2),
                             ("generic-password", "src/deep/er/settings.ini", 2)}
    finding = next(f for f in report["findings"] if f["id"] == "github-pat")
    assert finding["kind"] == "secret" and finding["severity"] == "critical"
    assert finding["location"]["column"] == 10
    assert finding["title"] and finding["description"] and finding["remediation"]
    assert len(finding["fingerprint"]) == 32
    assert report["summary"]["files_examined"] == 4


@pytest.mark.parametrize("options", [[], ["-f", "json"], ["-f", "sarif"], ["-f", "junit"],
                                     ["--lang", "zh"], ["--debug"]])
def test_no_secret_is_shown(plimsoll, tree, options, tmp_path):
    secrets = [TOKEN, OTHER, PASSWORD, letters(BASE62, 40, 7), "9" + letters("0123456789abcdef", 63, 8)]
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.py", f"t = '{OTHER}'\n")
    root = tree({
        "a.py": f"token = '{TOKEN}'; also = '{OTHER}'\n",
        "a.conf": f"db_password = {PASSWORD}\nurl = postgres://app:{PASSWORD}@db.shop/x\n",
        "b.conf": f"api_token = {secrets[3]}\nLINODE_TOKEN={secrets[4]}\n",
        "c.yaml": "data: " + base64.b64encode(f"token: {TOKEN} is it".encode()).decode() + "\n",
        "d.zip": inner.getvalue(),
    })
    baseline = tmp_path / "baseline.yaml"
    result = plimsoll("secret", root, "--write-baseline", baseline, *options)
    assert result.code == 0, result
    everything = result.out + result.err + baseline.read_text()
    assert "secret" in everything.lower() or "github-pat" in everything
    for secret in secrets:
        assert secret not in everything
        # Nor enough of it to guess the rest.
        assert secret[: len(secret) // 4 + 1] not in everything
        assert secret[-(len(secret) // 4 + 1):] not in everything


def test_a_file_and_a_stream(plimsoll, tree):
    root = tree({"a.env": f"TOKEN={TOKEN}\n"})
    assert found(scan(plimsoll, root / "a.env")) == {("github-pat", str(root / "a.env"), 1)}
    with open(root / "a.env", encoding="ascii") as stdin:
        assert found(scan(plimsoll, "-", stdin=stdin)) == {("github-pat", "-", 1)}


def test_archives(plimsoll, tree):
    def tar(mode, name, body):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
        return out.getvalue()

    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.properties", f"api.token={TOKEN}\n")
    body = f"t = '{TOKEN}'\n".encode()
    root = tree({
        "app.jar": jar.getvalue(),
        "nested.tar.gz": tar("w:gz", "lib/app.jar", jar.getvalue()),
        "x.tar.xz": tar("w:xz", "x.py", body),
        "x.tar.bz2": tar("w:bz2", "x.py", body),
        "notes.txt.gz": __import__("gzip").compress(body),
        "broken.zip": jar.getvalue()[:-30],
        "cut.tar.gz": tar("w:gz", "x.py", body * 100)[:-20],
    })
    places = {f[1] for f in found(scan(plimsoll, root))}
    assert {"app.jar!/app.properties", "nested.tar.gz!/lib/app.jar!/app.properties",
            "x.tar.xz!/x.py", "x.tar.bz2!/x.py", "notes.txt.gz!/notes.txt"} <= places
    assert not scan(plimsoll, root, "--no-archives")["findings"]


def test_encoded_text(plimsoll, tree):
    def base64_of(text):
        return base64.b64encode(text.encode()).decode()

    root = tree({
        "one.txt": "x: " + base64_of(f"the token is {TOKEN}!") + "\n",
        "two.txt": "x: " + base64_of("outer " + base64_of(f"the token is {TOKEN}!") + " end") + "\n",
        "hex.txt": "x: " + f"token: {TOKEN}".encode().hex() + "\n",
        "url.txt": "x: token%3D" + TOKEN + "%26y%3D1\n",
        "lines.txt": "x: |\n  " + "\n  ".join(textwrap.wrap(
            base64_of("a long text of no interest at all " * 4 + f"token: {TOKEN} "), 76)) + "\n",
    })
    report = scan(plimsoll, root)
    assert {f["location"]["path"] for f in report["findings"]} == set(os.listdir(root))
    told = {f["location"]["path"]: f["message"] for f in report["findings"]}
    assert "base64, base64" in told["two.txt"] and "hexadecimal" in told["hex.txt"]
    assert not [f for f in scan(plimsoll, root, "--no-decode")["findings"]
                if f["location"]["path"] != "url.txt"]


def test_a_baseline_hides_what_is_known(plimsoll, tree, tmp_path):
    root = tree({"a.py": f"token = '{TOKEN}'\n", "b.conf": f"password = {PASSWORD}\n"})
    baseline = tmp_path / "known.yaml"
    assert len(scan(plimsoll, root, "--write-baseline", baseline)["findings"]) == 2
    assert not scan(plimsoll, root, "--baseline", baseline, "--fail-on", "low")["findings"]
    # Lines move, and a new one comes.
    (root / "a.py").write_text(f"\n\n# new\ntoken = '{TOKEN}'\nother = '{OTHER}'\n")
    report = scan(plimsoll, root, "--baseline", baseline, "--fail-on", "low", code=1)
    assert [f["location"]["line"] for f in report["findings"]] == [5]


def test_accepted_inline(plimsoll, tree):
    root = tree({
        "a.py": f"token = '{TOKEN}'  # plimsoll:allow-secret\n",
        "b.py": f"# plimsoll:allow-secret\ntoken = '{TOKEN}'\n",
        "c.py": f"token = '{TOKEN}'  # gitleaks:allow\n",
        "d.py": f"token = '{TOKEN}'\n# plimsoll:allow-secret\n",
    })
    assert {f[1] for f in found(scan(plimsoll, root))} == {"d.py"}


def test_rules_of_ones_own(plimsoll, tree, tmp_path):
    root = tree({"a.txt": "key ACME-1234567890ab\nDB_TOKEN=" + TOKEN + "\n"})
    rules = tmp_path / "own.yaml"
    rules.write_text(textwrap.dedent("""\
        rules:
        - id: acme-key
          title: {en: Acme key, zh: Acme 密钥}
          severity: high
          confidence: high
          regex: '%{begin}(ACME-[0-9a-f]{12})%{end}'
          group: 1
        """))
    assert found(scan(plimsoll, root)) == {("github-pat", "a.txt", 2)}
    # Placeholders count for own rules, too.
    assert found(scan(plimsoll, root, "--rules", rules)) == {("github-pat", "a.txt", 2)}
    (root / "a.txt").write_text("key ACME-93f7b20c1ad4\n")
    assert found(scan(plimsoll, root, "--rules", rules)) == {("acme-key", "a.txt", 1)}
    assert not scan(plimsoll, root, "--rules", rules, "--disable", "acme-key")["findings"]


def test_bad_rules_say_where(plimsoll, tree, tmp_path):
    root = tree({"a.txt": "x"})
    rules = tmp_path / "own.yaml"
    rules.write_text("rules:\n- id: a\n  title: t\n  regex: '(x'\n")
    result = plimsoll("secret", root, "--rules", rules)
    assert result.code == 3 and "own.yaml:2:3" in result.err and "the rule a" in result.err
    result = plimsoll("secret", root, "--disable", "no-such")
    assert result.code == 2 and "there is no secret rule no-such" in result.err


def test_what_is_passed_over(plimsoll, tree):
    root = tree({"keep/a.py": f"t = '{TOKEN}'\n", "vendor/b.py": f"t = '{TOKEN}'\n",
                 "c.log": f"t = '{TOKEN}'\n"})
    report = scan(plimsoll, root, "--skip", "vendor", "--skip", "*.log")
    assert {f[1] for f in found(report)} == {"keep/a.py"}


def test_links_devices_and_pipes_are_not_followed(plimsoll, tree, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text(f"t = '{TOKEN}'\n")
    root = tree({"a.txt": "nothing\n"})
    (root / "link.py").symlink_to(outside)
    (root / "up").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    if os.geteuid() == 0:
        try:
            os.mknod(root / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        except OSError:
            pass  # not in every container
    report = scan(plimsoll, root, timeout=20)
    assert not report["findings"] and report["summary"]["files_examined"] == 1


def test_unreadable_files_are_told(plimsoll, tree):
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    root = tree({"a.py": f"t = '{TOKEN}'\n", "b.py": "x\n"})
    (root / "b.py").chmod(0)
    report = scan(plimsoll, root, code=3)
    assert len(report["findings"]) == 1
    assert [d["path"] for d in report["diagnostics"]] == ["b.py"]


def test_what_is_not_there(plimsoll, tmp_path):
    result = plimsoll("secret", tmp_path / "nothing")
    assert result.code == 3 and "cannot open" in result.err
    result = plimsoll("secret", tmp_path, "--since", "2020-01-01")
    assert result.code == 2 and "--git" in result.err


def test_names_with_any_bytes(plimsoll, tmp_path):
    root = os.fsencode(tmp_path / "tree")
    os.makedirs(root + b"/\xff\xfe dir")
    with open(root + b"/\xff\xfe dir/\x1b[31m.py", "wb") as file:
        file.write(f"t = '{TOKEN}'\n".encode())
    result = plimsoll("secret", os.fsdecode(root), "--color", "never")
    assert result.code == 0 and "github-pat" in result.out and "\x1b" not in result.out


# ---- git ----

@pytest.fixture
def repository(tmp_path):
    """A repository, and a function that commits files into it."""
    root = tmp_path / "repo"
    root.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*args, **extra):
        return subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@shop.cn", *args],
                              cwd=root, check=True, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env={**env, **extra}).stdout.strip()

    def commit(files, date="2026-01-01T10:00:00+00:00"):
        for name, text in files.items():
            path = root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git("add", "-A")
        git("commit", "-q", "-m", "change", GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        return git("rev-parse", "HEAD")

    try:
        git("init", "-q", "-b", "main")
    except FileNotFoundError:
        pytest.skip("git is not here")
    commit.git, commit.root = git, root
    return commit


def test_the_history_of_a_repository(plimsoll, repository):
    repository({"a.txt": "hello\n"}, date="2025-01-01T10:00:00+00:00")
    first = repository({"src/a b.py": f"token = '{TOKEN}'\n"}, date="2025-06-01T10:00:00+00:00")
    repository({"src/a b.py": f"# more\ntoken = '{TOKEN}'\n"}, date="2025-07-01T10:00:00+00:00")
    repository({"src/a b.py": None}, date="2025-08-01T10:00:00+00:00")
    repository.git("checkout", "-q", "-b", "side")
    second = repository({"b.conf": f"password = {PASSWORD}\n"}, date="2026-02-01T10:00:00+00:00")
    repository.git("checkout", "-q", "main")

    assert not scan(plimsoll, repository.root)["findings"]  # the files themselves are clean
    report = scan(plimsoll, repository.root, "--git")
    assert found(report) == {("github-pat", "src/a b.py", 1), ("generic-password", "b.conf", 1)}
    by_rule = {f["id"]: f for f in report["findings"]}
    assert first.startswith(by_rule["github-pat"]["resource"].split()[1])
    assert second.startswith(by_rule["generic-password"]["resource"].split()[1])
    assert "2025-06-01" in by_rule["github-pat"]["message"]

    assert {f[0] for f in found(scan(plimsoll, repository.root, "--git", "--branch", "main"))} == {
        "github-pat"}
    for since in ("2026-01-01", first):
        assert {f[1] for f in found(scan(plimsoll, repository.root, "--git", "--since", since))} \
            == {"b.conf"} | ({"src/a b.py"} if since == first else set())


def test_a_repository_runs_nothing(plimsoll, repository, tmp_path):
    """Settings and attributes of a repository from outside must not become programs."""
    token = f"token = '{TOKEN}'\n"
    repository({"a.py": token, ".gitattributes": "* diff=evil filter=evil\n"})
    mark = tmp_path / "mark"
    for key in ("core.fsmonitor", "core.pager", "diff.evil.textconv", "diff.evil.command",
                "diff.external", "filter.evil.smudge", "filter.evil.clean", "gpg.program",
                "core.sshCommand", "pager.log", "core.alternateRefsCommand"):
        repository.git("config", key, f"touch {mark}; cat")
    repository.git("config", "log.showSignature", "true")
    assert len(scan(plimsoll, repository.root, "--git")["findings"]) == 1
    assert not mark.exists()


def test_what_is_no_whole_repository(plimsoll, repository, tmp_path):
    result = plimsoll("secret", tmp_path, "--git")
    assert result.code == 3 and "git" in result.err
    result = plimsoll("secret", tmp_path, "--git", env={"PATH": str(tmp_path)})
    assert result.code == 3 and "install git" in result.err
    repository({"a.py": f"t = '{TOKEN}'\n"})
    repository({"b.py": "x\n"})
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repository.root}",
                    str(tmp_path / "shallow")], check=True, stderr=subprocess.DEVNULL)
    report = scan(plimsoll, tmp_path / "shallow", "--git")
    assert "history-shallow" in {d["code"] for d in report["diagnostics"]}
    result = plimsoll("secret", repository.root, "--git", "--branch", "nosuch")
    assert result.code == 3 and "nosuch" in result.err


# ---- Bad and large input ----

def test_a_line_of_two_gigabytes(plimsoll, tmp_path):
    """No newline in 2 GB of text, with a token at its end; time and memory are bounded."""
    block = ("The quick brown fox jumps over the lazy dog; 0123 " * 21000).encode()[:1 << 20]
    wrapper = ("import json, resource, subprocess, sys\n"
               "code = subprocess.call(sys.argv[1:], stdin=0, stdout=sys.stderr)\n"
               "print(json.dumps([code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))")
    process = subprocess.Popen([sys.executable, "-c", wrapper, str(PROGRAM), "secret", "-", "-f",
                                "json", "-o", str(tmp_path / "report.json")],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=plimsoll.env())
    start = time.monotonic()
    for _ in range(2048):
        process.stdin.write(block)
    process.stdin.write(f" {TOKEN} end".encode())
    process.stdin.close()
    code, peak = json.loads(process.stdout.read())
    process.wait()
    assert code == 0
    (finding,) = json.loads((tmp_path / "report.json").read_text())["findings"]
    assert finding["id"] == "github-pat" and finding["location"]["line"] == 1
    assert finding["location"]["column"] == 2048 * len(block) + 2
    assert peak < 200 << 10  # KiB
    assert time.monotonic() - start < 60


def test_a_sparse_file(plimsoll, tmp_path):
    with open(tmp_path / "disk.img", "wb") as file:
        file.seek(1 << 31)
        file.write(f"\n{TOKEN}\n".encode())
    report = scan(plimsoll, tmp_path / "disk.img", timeout=60)
    assert [(f["id"], f["location"]["line"]) for f in report["findings"]] == [("github-pat", 2)]
    limited = scan(plimsoll, tmp_path / "disk.img", "--max-file-size", "1M")
    assert not limited["findings"] and "1 MiB" in limited["diagnostics"][0]["message"]


HOSTILE = {
    "keywords": "password=" * 500_000,
    "quotes": 'password="' * 400_000,
    "begins": "-----BEGIN RSA PRIVATE KEY-----\n" * 100_000,
    "urls": "postgres://a:b" * 300_000,
    "tokens": "ghp_" + "a" * 4_000_000,
    "aws": "AKIA" * 1_000_000,
    "base64": "QUFB" * 1_000_000,
    "wrapped": ("QUFBQUFB" * 9 + "\n") * 60_000,
    "jwt": "eyJhbGciOiJIUzI1NiJ9." * 200_000,
    "json": '{"kty":"RSA",' * 300_000,
    "secret": "kind: Secret\n" * 300_000,
    "server": "Server=" + "x;" * 2_000_000,
    "percent": "%41" * 1_300_000,
    "zeros": "0" * 4_000_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text(plimsoll, tree, name):
    root = tree({"a.conf": HOSTILE[name].encode() + f"\nlast = '{TOKEN}'\n".encode()})
    start = time.monotonic()
    report = scan(plimsoll, root, timeout=60)
    assert time.monotonic() - start < 20
    assert "github-pat" in {f["id"] for f in report["findings"]}


def test_a_bomb(plimsoll, tree):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(20):
            archive.writestr(f"{i}.txt", bytes(60 << 20))
    root = tree({"bomb.zip": bomb.getvalue(), "a.py": f"t = '{TOKEN}'\n"})
    report = scan(plimsoll, root, timeout=60)
    assert {f[1] for f in found(report)} == {"a.py"}
    assert any("the rest is not looked into" in d["message"] for d in report["diagnostics"])


@pytest.mark.parametrize("folder, most", [("/usr/lib/python3", 10), ("/usr/share/doc", 25),
                                          ("/usr/include", 3)])
def test_false_positives_in_a_real_system(plimsoll, folder, most):
    if not os.path.isdir(folder):
        pytest.skip(f"{folder} is not here")
    report = scan(plimsoll, folder, timeout=120)
    assert len(report["findings"]) <= most, found(report)
