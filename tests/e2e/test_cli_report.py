"""What a scan writes, where, and with which exit code."""
import copy
import json
import os
import pty
import re
import signal
import subprocess
import time

import pytest

from conftest import PROGRAM, SOURCE
from tiny_images import Image, Layer, debian_files, dpkg_stanza

ALPHA = dpkg_stanza("alpha", "1.9-3", source="alpha-source (1.9-3)")
BETA = dpkg_stanza("beta", "1:1.5-1")
# alpha: one critical with a fix, one low without; beta: one unknown with a fix.
FINDINGS = {"CVE-2099-0001": "critical", "CVE-2099-0002": "low", "CVE-2099-0003": "unknown"}


@pytest.fixture
def tree(tmp_path):
    """A root with vulnerable packages."""
    root = tmp_path / "root"
    for name, content in debian_files(ALPHA, BETA).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


# -- JSON --

def strict(schema):
    """The schema, with every member that it does not name forbidden."""
    if isinstance(schema, dict):
        schema = {key: strict(value) for key, value in schema.items()}
        if "properties" in schema:
            schema["additionalProperties"] = False
    elif isinstance(schema, list):
        schema = [strict(value) for value in schema]
    return schema


def check_schema(report):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SOURCE / "docs/formats/report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(strict(schema)).validate(report)


def test_reports_keep_to_the_schema(plimsoll, tree, tmp_path):
    image = Image([Layer.of(debian_files(ALPHA)), Layer.of({"opt/x": "y"})])
    archive = image.write_docker_archive(tmp_path / "i.tar")
    check_schema(plimsoll.scan("fs", tree).report)
    check_schema(plimsoll.scan("image", archive, "--list-all-pkgs", "--timing").report)


@pytest.mark.parametrize("name", ["report.json", "everything.json", "empty.json",
                                  "files.json"])
def test_golden_reports_keep_to_the_schema(name):
    check_schema(json.loads((SOURCE / "tests/golden/report" / name).read_text()))


def test_the_schema_finds_faults(plimsoll, tree):
    jsonschema = pytest.importorskip("jsonschema")
    good = plimsoll.scan("fs", tree).report
    for change in (lambda r: r.pop("summary"), lambda r: r["findings"][0].pop("id"),
                   lambda r: r["findings"][0].update(severity="awful"),
                   lambda r: r["artifact"].update(extra=1)):
        bad = copy.deepcopy(good)
        change(bad)
        with pytest.raises(jsonschema.ValidationError):
            check_schema(bad)


def test_every_member_is_described():
    page = (SOURCE / "docs/formats/report.md").read_text()

    def members(schema):
        for name, value in schema.get("properties", {}).items():
            yield name
            yield from members(value)
        yield from members(schema["items"]) if "items" in schema else ()

    schema = json.loads((SOURCE / "docs/formats/report.schema.json").read_text())
    schema["properties"]["findings"]["items"] = schema["$defs"]["finding"]
    missing = [name for name in members(schema) if f"`{name}`" not in page and f'"{name}"' not in page
               and f"## {name}" not in page and name not in FINDINGS.values()]
    assert set(missing) <= {"high", "medium", "negligible", "score", "version"}, missing


def test_the_summary_counts(plimsoll, tree):
    report = plimsoll.scan("fs", tree).report
    assert {f["id"]: f["severity"] for f in report["findings"]} == FINDINGS
    summary = report["summary"]
    assert summary["findings"] == 3 and summary["fixable"] == 2 and summary["hidden"] == 0
    assert summary["complete"] is True and summary["gate_failed"] is False
    assert summary["by_severity"] == dict.fromkeys(
        ["high", "medium", "negligible"], 0) | dict.fromkeys(["critical", "low", "unknown"], 1)


def test_json_does_not_follow_the_language(plimsoll, tree):
    english, chinese = (plimsoll.scan("fs", tree, "--lang", lang).report for lang in ("en", "zh"))
    for report in (english, chinese):
        for diagnostic in report["diagnostics"]:
            diagnostic["message"] = diagnostic["hint"] = ""
    assert english == chinese


# -- Filters, gate, exit codes --

@pytest.mark.parametrize("options,code,shown", [
    ([], 0, 3),
    (["--severity", "HIGH,CRITICAL"], 0, 1),
    (["--severity", "critical,low"], 0, 2),
    (["-s", "medium"], 0, 0),
    (["--ignore-unfixed"], 0, 2),
    (["--ignore-unfixed", "-s", "low"], 0, 0),
    (["--fail-on", "critical"], 1, 3),
    (["--fail-on", "high"], 1, 3),
    (["--fail-on", "LOW", "-s", "unknown"], 0, 1),
    (["--fail-on", "low", "--ignore-unfixed", "-s", "low"], 0, 0),
    (["--exit-code", "7"], 7, 3),
    (["--exit-code", "7", "-s", "medium"], 0, 0),
    (["--exit-code", "7", "--fail-on", "high"], 7, 3),
    (["--exit-code", "0"], 0, 3),
    (["--exit-code", "0", "--fail-on", "high"], 0, 3),
])
def test_gates(plimsoll, tree, options, code, shown):
    result = plimsoll.scan("fs", tree, *options, code=code)
    summary = result.report["summary"]
    assert summary["findings"] == shown and summary["hidden"] == 3 - shown
    failed = code != 0 or options == ["--exit-code", "0", "--fail-on", "high"]
    assert summary["gate_failed"] is failed
    assert ("the gate failed" in result.err) is failed


def test_a_gate_by_environment(plimsoll, tree):
    result = plimsoll("fs", tree, env={"PLIMSOLL_FAIL_ON": "critical", "PLIMSOLL_EXIT_CODE": "9"})
    assert result.code == 9


# -- The table --

def test_the_table_in_a_pipe(plimsoll, tree):
    result = plimsoll("fs", tree)
    assert result.code == 0 and result.err == "" and "\x1b" not in result.out
    rows = [line.split() for line in result.out.splitlines() if "CVE-2099-" in line]
    assert [row[:6] for row in rows] == [
        ["alpha-source", "CVE-2099-0001", "CRITICAL", "1.9-3", "2.0-1", "fixed"],
        ["alpha-source", "CVE-2099-0002", "LOW", "1.9-3", "-", "affected"],
        ["beta", "CVE-2099-0003", "UNKNOWN", "1:1.5-1", "1:1.5-2", "fixed"]]
    assert "Vulnerabilities: 3 (1 critical, 1 low, 1 unknown); source packages: 2; with a fix: 2\n" \
        in result.out


def test_packages_and_timing(plimsoll, tree):
    result = plimsoll("fs", tree, "--list-all-pkgs", "--timing")
    assert re.search(r"^beta +1:1\.5-1 +beta +deb", result.out, re.M)
    assert re.search(r"^match +\d+\.\d ms$", result.out, re.M)


def test_the_table_in_chinese(plimsoll, tree):
    result = plimsoll("fs", tree, "--lang", "zh")
    assert re.search(r"^beta +CVE-2099-0003 +未知", result.out, re.M), result


def test_headings_and_steps_in_chinese(plimsoll, tmp_path):
    archive = Image([Layer.of(debian_files(ALPHA))]).write_docker_archive(tmp_path / "i.tar")
    out = plimsoll("image", archive, "--lang", "zh", "--timing").out
    assert out.splitlines()[0].endswith("（归档文件、linux/amd64）"), out
    steps = [line.split()[0] for line in out.partition("步骤")[2].splitlines()[1:] if "毫秒" in line]
    assert steps and all(re.match("[\u4e00-\u9fff]", step) for step in steps), steps


def test_colour(plimsoll, tree):
    assert "\x1b[1;31m" in plimsoll("fs", tree, "--color", "always").out
    assert "\x1b" not in plimsoll("fs", tree, "--color", "auto").out


def on_terminal(plimsoll, *args, env=None, columns=100):
    """(exit code, what appears) with all streams on a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [str(PROGRAM), *map(str, args)],
                  plimsoll.env({"COLUMNS": columns, "TERM": "xterm"} | (env or {})))
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


def test_the_table_on_a_terminal(plimsoll, tree):
    code, shown = on_terminal(plimsoll, "fs", tree)
    assert code == 0 and "\x1b[1;31mCRITICAL" in shown and "\x1b[1malpha-source" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(len(line) for line in plain.splitlines() if "CVE-" in line) <= 100
    assert sum(line.startswith("alpha-source") for line in plain.splitlines()) == 1
    code, shown = on_terminal(plimsoll, "fs", tree, env={"NO_COLOR": "1"})
    assert "\x1b" not in shown
    code, shown = on_terminal(plimsoll, "fs", tree, "--color", "never")
    assert "\x1b" not in shown


# -- Where it goes --

def test_output_to_a_file(plimsoll, tree, tmp_path):
    target = tmp_path / "report.json"
    target.write_text("old")
    result = plimsoll("fs", tree, "-f", "json", "-o", target)
    assert result.code == 0 and result.out == ""
    assert len(json.loads(target.read_text())["findings"]) == 3
    assert target.stat().st_mode & 0o777 == 0o644
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("report")) == \
        ["report.json"]


def test_output_to_what_is_no_file(plimsoll, tree, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE, text=True)
    assert plimsoll("fs", tree, "-f", "json", "-o", fifo).code == 0
    assert len(json.loads(reader.communicate(timeout=30)[0])["findings"]) == 3
    assert fifo.is_fifo()
    result = plimsoll("fs", tree, "-o", "-")
    assert "CVE-2099-0001" in result.out


def test_a_failed_scan_leaves_the_old_report(plimsoll, tmp_path):
    target = tmp_path / "report.json"
    target.write_text("old")
    assert plimsoll("fs", tmp_path / "none", "-o", target).code == 3
    assert target.read_text() == "old"


def test_a_reader_that_goes_away_is_quiet(plimsoll, tree):
    for index in range(6000):  # more than a pipe holds
        with open(tree / "var/lib/dpkg/status", "a", encoding="utf-8") as status:
            status.write("\n" + dpkg_stanza(f"package-{index}", "1.0"))
    process = subprocess.Popen([str(PROGRAM), "fs", str(tree), "--list-all-pkgs"],
                               env=plimsoll.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == -signal.SIGPIPE


# -- Errors --

@pytest.mark.parametrize("format_", ["table", "json"])
def test_errors_are_lines_on_standard_error(plimsoll, tmp_path, format_):
    result = plimsoll("fs", tmp_path / "none", "--format", format_)
    assert result.code == 3 and result.out == ""
    assert result.err.splitlines()[0].startswith("plimsoll: error: ")
    assert str(tmp_path / "none") in result.err.splitlines()[0]


def test_errors_in_chinese(plimsoll, tmp_path):
    result = plimsoll("fs", tmp_path / "none", "--lang", "zh")
    assert result.code == 3 and result.err.startswith("plimsoll: 错误：")


def test_a_database_that_is_missing_says_what_to_do(plimsoll, tree, tmp_path):
    result = plimsoll("fs", tree, "--db", tmp_path / "none.db")
    assert result.code == 3 and "none.db" in result.err
    assert re.search(r"^  hint: .*plimsoll db (update|import)", result.err, re.M)


def test_quiet(plimsoll, tree):
    result = plimsoll("fs", tree, "--quiet", "--fail-on", "critical")
    assert result.code == 1 and result.err == ""


def hear_interrupts():
    """What runs in the background of a script was started deaf to SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def blocked(plimsoll, *args):
    """A scan that waits for its input, on a FIFO that nobody writes to."""
    read, write = os.pipe()
    process = subprocess.Popen([str(PROGRAM), "image", "-", *args], env=plimsoll.env(), stdin=read,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=hear_interrupts)
    os.close(read)
    return process, write


def wait_until_reading(process):
    """Until the program waits for its input; a scan that is under way."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
            caught = int(re.search(r"SigCgt:\s*(\w+)", status.read())[1], 16)
        if caught >> (signal.SIGINT - 1) & 1:
            return
        os.sched_yield()
    raise AssertionError("the program does not catch SIGINT")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_scan_ends_at_once(plimsoll, number):
    process, pipe = blocked(plimsoll)
    wait_until_reading(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    os.close(pipe)
    assert process.returncode == 128 + number and out == "" and err == ""


def test_a_scan_that_takes_too_long(plimsoll):
    process, pipe = blocked(plimsoll, "--timeout", "1")
    out, err = process.communicate(timeout=30)
    os.close(pipe)
    assert process.returncode == 3 and out == ""
    assert err == "plimsoll: error: not done within 1 s (--timeout)\n"


def test_progress_comes_late_and_leaves_nothing(plimsoll):
    """With standard error on a terminal: a line after two seconds, erased at the end."""
    terminal, side = pty.openpty()
    read, write = os.pipe()
    start = time.monotonic()
    process = subprocess.Popen([str(PROGRAM), "image", "-"], env=plimsoll.env({"COLUMNS": 60}),
                               stdin=read, stdout=subprocess.PIPE, stderr=side)
    os.close(read)
    os.close(side)
    shown = b""
    while b"Finding the image" not in shown:
        shown += os.read(terminal, 4096)
    assert time.monotonic() - start >= 2
    os.close(write)  # an empty archive: the scan ends with an error
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:
        pass
    os.close(terminal)
    assert process.wait(timeout=30) == 3 and process.stdout.read() == b""
    line, erased, error = shown.decode().rpartition("\r\x1b[K")
    assert erased and line.startswith("\rFinding the image  2 s\x1b[K")
    assert error.startswith("plimsoll: error: ")


# -- The cache --

def test_cache_info(plimsoll, tmp_path):
    image = Image([Layer.of(debian_files(ALPHA)), Layer.of({"opt/x": "y"})])
    plimsoll.scan("image", image.write_docker_archive(tmp_path / "i.tar"))
    info = json.loads(plimsoll("cache", "info", "--json").out)
    assert info["layers"] == 2 and 0 < info["size"] < info["limit"]
    assert info["path"].startswith(str(plimsoll.home))
    assert re.search(r"^Layers +2$", plimsoll("cache", "info").out, re.M)
    assert "layers forgotten: 2" in plimsoll("cache", "clean").out
    assert json.loads(plimsoll("cache", "info", "--json").out)["layers"] == 0


def test_no_cache(plimsoll, tmp_path):
    archive = Image([Layer.of(debian_files(ALPHA))]).write_docker_archive(tmp_path / "i.tar")
    plimsoll.scan("image", archive, "--no-cache")
    assert json.loads(plimsoll("cache", "info", "--json").out)["layers"] == 0


# -- The database --

def test_db_info_and_export(plimsoll, tmp_path):
    info = json.loads(plimsoll("db", "info", "--json").out)
    assert info["vulnerabilities"] == 6 and info["path"] == str(plimsoll.db)
    assert info["sources"] and info["sources"][0]["records"] >= 1
    assert re.search(r"^Vulnerabilities +6$", plimsoll("db", "info").out, re.M)
    copy_ = tmp_path / "copy.db"
    assert plimsoll("db", "export", copy_).code == 0
    again = json.loads(plimsoll("db", "info", "--json", "--db", copy_).out)
    assert again["built_at"] == info["built_at"]
    elsewhere = tmp_path / "elsewhere.db"
    assert plimsoll("db", "import", copy_, "--db", elsewhere).code == 0
    assert elsewhere.read_bytes() == plimsoll.db.read_bytes()


def test_import_tells_what_it_read(plimsoll, tmp_path):
    from conftest import SMALL_ADVISORIES, write_advisories
    folder = write_advisories(tmp_path / "osv", SMALL_ADVISORIES)
    result = plimsoll("db", "import", folder, "--db", tmp_path / "new.db")
    assert result.code == 0 and result.err == "", result
    assert "6 vulnerabilities" in result.out and str(tmp_path / "new.db") in result.out
    (folder / "notes.txt").write_text("no advisory")
    result = plimsoll("db", "import", folder, "--db", tmp_path / "new.db")
    assert result.code == 0 and "not recognised" in result.err
