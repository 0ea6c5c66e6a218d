"""The gate's last lines: what failed, by name, and the sums."""
import json
import subprocess

import pytest

from conftest import SOURCE


def outcome(name, result="OK", said=""):
    return json.dumps({"name": name, "result": result, "duration": 1.25, "stdout": said})


E2E = """<testsuites><testsuite>
<testcase classname="tests.e2e.test_a" name="test_b[1]">
<failure message="AssertionError: assert 1 == 2&#10;more">x</failure></testcase>
<testcase classname="tests.e2e.test_a" name="test_c"/>
<testcase classname="tests.e2e.test_a" name="test_d"><skipped/></testcase>
</testsuite></testsuites>"""
FAILED = "[ RUN ] x\n[   LINE   ] --- a.c:3: error: Failure!\n[  FAILED  ] arrays_grow\n"


@pytest.mark.parametrize("files, code, want", [
    ({"build.json": outcome("unit / a")}, 0, ["1 passed, 0 failed, 0 skipped"]),
    ({}, 1, ["0 passed, 0 failed, 0 skipped"]),
    ({"build.json": "\n".join([outcome("unit / a", "FAIL", FAILED),
                               outcome("unit / b", "TIMEOUT"), outcome("unit / c"),
                               outcome("unit / d", "SKIP")]),
      "failed-steps": "unit tests\tbuild.json\n"}, 1,
     ["failed: unit / a: FAIL after 1.2 s in build: [   LINE   ] --- a.c:3: error: Failure! | "
      "[  FAILED  ] arrays_grow",
      "failed: unit / b: TIMEOUT after 1.2 s in build: ",
      "1 passed, 2 failed, 1 skipped"]),
    ({"e2e.xml": E2E, "failed-steps": "end-to-end tests\te2e.xml\n"}, 1,
     ["failed: tests/e2e/test_a.py::test_b[1]: AssertionError: assert 1 == 2",
      "1 passed, 1 failed, 1 skipped"]),
    # A step without a failed test counts, beside others that have one.
    ({"build.json": outcome("unit / a"), "e2e.xml": E2E,
      "failed-steps": "build with sanitizers\t-\nunit tests\tbuild.json\n"}, 1,
     ["failed: tests/e2e/test_a.py::test_b[1]: AssertionError: assert 1 == 2",
      "failed: build with sanitizers: the step failed, see its output above",
      "failed: unit tests: the step failed, see its output above",
      "2 passed, 3 failed, 1 skipped"]),
], ids=["all pass", "nothing ran", "unit tests", "end to end", "steps"])
def test_failures_are_named_above_the_sums(tmp_path, files, code, want):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run([str(SOURCE / "tools/count-tests"), str(tmp_path)], capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()) == (code, want)


def test_a_flood_of_failures_is_cut(tmp_path):
    (tmp_path / "build.json").write_text(
        "\n".join(outcome(f"unit / {i}", "FAIL") for i in range(100)))
    done = subprocess.run([str(SOURCE / "tools/count-tests"), str(tmp_path)], capture_output=True,
                          text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == 42 and lines[-2:] == ["failed: 60 more", "0 passed, 100 failed, 0 skipped"]
