"""The sensor on real processes: rules, reloads, captures, faults."""
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from sensor import Sensor, require_kernel, run_sensor

RULES = """
- rule: Marked program runs
  desc: a program of this test
  condition: evt.type in (execve, execveat) and proc.name = {name}
  output: ran (cmd=%proc.cmdline parent=%proc.pname user=%user.name container=%container.id)
  priority: WARNING
  tags: [test]
- rule: Marked file read
  desc: a file of this test
  condition: evt.type in (open, openat, openat2) and evt.is_open_read = true and
    fd.name startswith {folder}/secret
  output: read (file=%fd.name proc=%proc.name)
  priority: NOTICE
"""


@pytest.fixture(scope="module", autouse=True)
def kernel():
    require_kernel()


@pytest.fixture
def marked(tmp_path):
    """A program with a name of its own, a file, and rules about both."""
    program = tmp_path / f"mark{os.getpid() % 100000}"
    program.write_bytes(pathlib.Path("/bin/cat").read_bytes())
    program.chmod(0o755)
    (tmp_path / "secret.txt").write_text("s\n")
    (tmp_path / "plain.txt").write_text("p\n")
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES.format(name=program.name, folder=tmp_path))
    return program, rules


def touch(program, *names):
    subprocess.run([program, *(program.parent / name for name in names)], check=True,
                   stdout=subprocess.DEVNULL)


def test_tells_what_rules_find(marked):
    program, rules = marked
    with Sensor("--rules", rules) as sensor:
        touch(program, "secret.txt")
        ran = sensor.wait_rule("Marked program runs")
        read = sensor.wait_rule("Marked file read")
        code = sensor.stop()
    assert code == 0
    assert ran["output_fields"]["proc.cmdline"] == f"{program.name} {program.parent}/secret.txt"
    assert ran["output_fields"]["container.id"] == "host"
    assert ran["priority"] == "Warning" and ran["tags"] == ["test"]
    assert read["output_fields"]["fd.name"] == f"{program.parent}/secret.txt"
    assert read["output_fields"]["proc.name"] == program.name


def test_is_silent_about_what_no_rule_names(marked):
    program, rules = marked
    with Sensor("--rules", rules) as sensor:
        touch(program, "plain.txt")
        touch(program, "secret.txt")
        sensor.wait_rule("Marked file read")
        sensor.stop()
        assert [a["output_fields"]["fd.name"] for a in sensor.alerts("Marked file read")] == [
            f"{program.parent}/secret.txt"]


def test_a_link_does_not_hide_a_file(marked):
    program, rules = marked
    link = program.parent / "innocent"
    link.symlink_to(program.parent / "secret.txt")
    with Sensor("--rules", rules) as sensor:
        touch(program, "innocent")
        alert = sensor.wait_rule("Marked file read")
    assert alert["output_fields"]["fd.name"].startswith(str(link))


def test_a_relative_path_does_not_hide_a_file(marked):
    program, rules = marked
    with Sensor("--rules", rules) as sensor:
        subprocess.run([program, "./../" + program.parent.name + "/secret.txt"], check=True,
                       cwd=program.parent, stdout=subprocess.DEVNULL)
        alert = sensor.wait_rule("Marked file read")
    assert alert["output_fields"]["fd.name"] == f"{program.parent}/secret.txt"


def test_a_flood_is_one_alert_and_a_count(marked):
    program, rules = marked
    with Sensor("--rules", rules, "--disable", "Marked program runs") as sensor:
        subprocess.run([program, *[program.parent / "secret.txt"] * 500], check=True,
                       stdout=subprocess.DEVNULL)
        sensor.wait_rule("Marked file read")
        sensor.stop()
        alerts = sensor.alerts("Marked file read")
    assert len(alerts) == 2
    assert sum(alert.get("count", 1) for alert in alerts) == 500


def test_loads_rules_again_and_keeps_the_old_ones_on_an_error(marked):
    program, rules = marked
    text = rules.read_text()
    with Sensor("--rules", rules, "--no-grouping") as sensor:
        rules.write_text(text.replace("Marked program runs", "Renamed rule"))
        sensor.wait_error("rules loaded again")
        touch(program, "plain.txt")
        sensor.wait_rule("Renamed rule")
        rules.write_text(text + "- rule: broken\n  condition: no.such.field = 1\n"
                                "  desc: d\n  output: o\n  priority: INFO\n")
        sensor.wait_error("the old ones stay")
        assert any("no.such.field" in line for line in sensor.errors)
        touch(program, "secret.txt")
        sensor.wait(lambda alert: alert["rule"] == "Renamed rule" and
                    "secret" in alert["output_fields"]["proc.cmdline"])
        rules.write_text(text)
        os.kill(sensor.process.pid, signal.SIGHUP)
        sensor.wait_error("rules loaded again", times=2)
        touch(program, "plain.txt")
        sensor.wait_rule("Marked program runs")
        assert sensor.stop() == 0


def test_explains(marked):
    program, rules = marked
    with Sensor("--rules", rules, "--explain") as sensor:
        touch(program, "secret.txt")
        alert = sensor.wait_rule("Marked file read")
    assert "fd.name startswith" in alert["explanation"]
    assert f"[{program.parent}/secret.txt]" in alert["explanation"]
    assert "[openat]" in alert["explanation"]


def test_mistakes_in_rules_end_it_with_their_place(tmp_path):
    rules = tmp_path / "bad.yaml"
    rules.write_text("- rule: r\n  desc: d\n  condition: proc.nmae = x\n  output: o\n"
                     "  priority: INFO\n")
    done = run_sensor("run", "--rules", rules)
    assert done.returncode == 3
    assert f"{rules}:3:" in done.stderr and "proc.name" in done.stderr
    missing = run_sensor("run", "--rules", tmp_path / "none.yaml")
    assert missing.returncode == 3 and "none.yaml" in missing.stderr


def test_records_and_replays_the_same(marked, tmp_path):
    program, rules = marked
    capture = tmp_path / "events.plc"
    with Sensor("-o", capture, "--rules", rules, command="record") as sensor:
        touch(program, "plain.txt", "secret.txt")
        touch(program, "secret.txt")
        assert sensor.stop() == 0
    assert capture.stat().st_mode & 0o777 == 0o600
    runs = [run_sensor("replay", capture, "--rules", rules, "-f", "json", "--no-grouping", *more)
            for more in ([], ["--push-down"])]
    assert [done.returncode for done in runs] == [0, 0], runs
    told = run_sensor("replay", capture, "--rules", rules, "--statistics").stderr
    count = re.compile(r"(\d+) events")
    assert count.search(told)[1] == count.search("\n".join(sensor.errors))[1]

    def essence(done):
        alerts = [json.loads(line) for line in done.stdout.splitlines()]
        return [(a["rule"], a["time"], a["output"]) for a in alerts]

    assert essence(runs[0]) == essence(runs[1])
    assert [rule for rule, _, _ in essence(runs[0])].count("Marked file read") == 2
    assert [rule for rule, _, _ in essence(runs[0])].count("Marked program runs") == 2


def test_a_killed_recording_reads_up_to_its_last_block(marked, tmp_path):
    program, rules = marked
    capture = tmp_path / "events.plc"
    with Sensor("-o", capture, "--rules", rules, command="record") as sensor:
        for _ in range(50):
            touch(program, "secret.txt")
        sensor.process.kill()
        sensor.process.wait()
    done = run_sensor("replay", capture, "--rules", rules, "-f", "json")
    assert done.returncode == 0, done
    damaged = tmp_path / "damaged.plc"
    content = bytearray(capture.read_bytes())
    if len(content) > 4000:
        content[len(content) // 2] ^= 0xff
        damaged.write_bytes(content)
        done = run_sensor("replay", damaged, "--rules", rules)
        assert done.returncode == 3 and "damaged.plc" in done.stderr


def test_refuses_what_is_no_capture(tmp_path):
    for name, content in (("empty", b""), ("text", b"hello\n" * 100), ("zeros", bytes(4096))):
        path = tmp_path / name
        path.write_bytes(content)
        done = run_sensor("replay", path)
        assert done.returncode == 3 and name in done.stderr, (name, done)


def test_starts_again_after_kill_9_and_knows_the_processes_that_were_there(marked):
    program, rules = marked
    with open(rules, "a", encoding="utf-8") as more:
        more.write("- rule: Child of a known parent\n  desc: d\n  priority: INFO\n"
                   f"  condition: evt.type = execve and proc.pname = {program.name[:15]}x\n"
                   "  output: child (parent=%proc.pcmdline)\n")
    parent = program.parent / (program.name + "x")
    parent.write_bytes(pathlib.Path("/bin/bash").read_bytes())
    parent.chmod(0o755)
    shell = subprocess.Popen([parent, "-c", "while read line; do /bin/true $line; done"],
                             stdin=subprocess.PIPE)
    with Sensor("--rules", rules) as sensor:
        sensor.process.send_signal(signal.SIGKILL)
        sensor.process.wait()
    with Sensor("--rules", rules) as sensor:
        shell.stdin.write(b"go\n")
        shell.stdin.flush()
        alert = sensor.wait_rule("Child of a known parent")
    shell.stdin.close()
    shell.wait()
    assert alert["output_fields"]["proc.pcmdline"].startswith(parent.name[:15] + " -c while read")


def test_many_short_processes_lose_nothing(marked):
    program, rules = marked
    with Sensor("--rules", rules, "--no-grouping") as sensor:
        subprocess.run(["bash", "-c", f"for i in $(seq 500); do {program} /dev/null; done"],
                       check=True)
        sensor.stop()
        assert len(sensor.alerts("Marked program runs")) == 500
        assert not sensor.alerts("Sensor lost events")


def test_doctor_tells(tmp_path):
    done = run_sensor("doctor", "--json")
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 0
    assert checks["btf"]["state"] == "good" and checks["programs"]["state"] == "good"
    chinese = run_sensor("doctor", "--lang", "zh")
    assert "内核" in chinese.stdout
    lying = run_sensor("doctor", "--json", "--docker-socket", tmp_path / "none.sock")
    docker = {c["id"]: c for c in json.loads(lying.stdout)["checks"]}["docker"]
    assert docker["state"] == "limited" and docker["cost"]
