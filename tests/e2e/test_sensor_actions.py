"""What became of responses, as the journal, the metrics and the last line of a run tell it."""
import collections
import json
import pathlib
import re
import shutil
import subprocess

import pytest

from sensor import Sensor, require_kernel, run_sensor

SECONDS = 20
RULES = """
- rule: Prey began
  desc: A marked program, which no other test runs.
  condition: evt.type in (execve, execveat) and proc.name in (plimsoll-prey, plimsoll-kept)
  output: prey
  priority: NOTICE

- rule: Tree began
  desc: Another one.
  condition: evt.type in (execve, execveat) and proc.name = plimsoll-tree
  output: tree
  priority: NOTICE
"""
# They are processes of the host, which --allow-host allows to kill.
POLICY = """
version: 1
actions:
  - rules: [Prey began]
    do: [kill]
  - rules: [Tree began]
    do: [kill-tree]
never:
  processes: [plimsoll-kept]
"""


@pytest.fixture
def files(tmp_path):
    require_kernel()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/rules.yaml").write_text(RULES)
    (tmp_path / "policy.yaml").write_text(POLICY)
    for name in ("prey", "kept", "tree"):
        shutil.copy("/bin/sleep", tmp_path / f"plimsoll-{name}")
    return tmp_path


def told_by_journal(files):
    told = collections.Counter()
    done = run_sensor("journal", "--json", "--journal", files / "journal")
    for entry in json.loads(done.stdout):
        if entry["action"] == "refused":
            told["refused"] += int(re.match(r"\d+", entry["why"])[0])
        else:
            told[entry["action"], entry["state"].replace(" ", "-")] += 1
    return told


def told_by_metrics(files):
    return collections.Counter({
        (action, outcome): int(value) for action, outcome, value in re.findall(
            r'^plimsoll_sensor_actions_total\{action="([^"]*)",outcome="([^"]*)"\} (\d+)$',
            (files / "metrics").read_text(), re.M)})


def told_at_the_end(sensor):
    line = next(line for line in sensor.errors if line.startswith("actions: "))
    return [int(number) for number in re.findall(r"\d+", line)]


def respond(files, names, *args):
    """The sensor after these programs began in turn, and what became of each."""
    started = []
    with Sensor("--rules", files / "rules", "--no-grouping", "--allow-host", "--responses",
                files / "policy.yaml", "--journal", files / "journal", "--metrics-file",
                files / "metrics", *args) as sensor:
        try:
            for name in names:
                started.append(subprocess.Popen([files / f"plimsoll-{name}", "1000"]))
                sensor.wait(lambda alert: alert["output_fields"]["proc.pid"] == started[-1].pid)
            sensor.stop()  # it acts on all before
            return sensor, [process.poll() for process in started]
        finally:
            for process in started:
                process.kill()
                process.wait(SECONDS)


def test_done_failed_and_refused(files):
    """What comes after the third action is over the rate."""
    sensor, codes = respond(files, ["prey", "kept", "tree", "prey", "tree", "tree"],
                            "--action-rate", "3")
    assert codes == [-9, None, -9, None, None, None]
    journal, metrics = told_by_journal(files), told_by_metrics(files)
    assert journal == {("kill", "done"): 1, ("kill", "failed"): 1, ("kill-tree", "done"): 1,
                       "refused": 3}
    assert +metrics == {("kill", "done"): 1, ("kill", "failed"): 1, ("kill-tree", "done"): 1,
                        ("kill", "refused"): 1, ("kill-tree", "refused"): 2}
    assert told_at_the_end(sensor) == [2, 1, 3, 0]
    # Those that nothing became of are there, too, so that a rate begins at zero.
    assert metrics.keys() >= {("isolate", "done"), ("stop", "dry-run")}


def test_dry_run(files):
    """What would have failed has."""
    sensor, codes = respond(files, ["prey", "kept"], "--dry-run")
    assert codes == [None, None]
    assert told_by_journal(files) == {("kill", "dry-run"): 1, ("kill", "failed"): 1}
    assert +told_by_metrics(files) == {("kill", "dry-run"): 1, ("kill", "failed"): 1}
    assert told_at_the_end(sensor) == [0, 1, 0, 1]
    text = run_sensor("journal", "--journal", files / "journal", "--lang", "en").stdout
    assert re.search(r"  kill +dry run  pid", text) and \
        re.search(r"  kill +failed \(dry run\)  pid", text), text


def test_the_page_names_the_outcomes():
    page = (pathlib.Path(__file__).resolve().parents[2] / "docs/formats/metrics.md").read_text()
    assert "| Responses: done, failed, refused, dry-run. |" in page
