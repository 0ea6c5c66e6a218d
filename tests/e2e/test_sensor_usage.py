"""plimsoll-sensor's commands and options: help, mistakes, completion, man pages."""
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest

from sensor import BUILD, PROGRAM, SOURCE, Sensor, require_kernel, run_sensor
from servers import require, run

COMMANDS = re.findall(r"^  ([a-z]+)\b", subprocess.run(
    [PROGRAM, "help", "--lang", "en"], stdout=subprocess.PIPE, text=True, check=True).stdout
    .split("\nCommands\n")[1].split("\nGeneral\n")[0], re.M) if PROGRAM.exists() else []

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="plimsoll-sensor is not built")

RULE = """
- rule: Only one
  desc: d
  condition: evt.type = execve and proc.name = nobody-has-this-name
  output: o
  priority: INFO
  tags: [mine]
"""


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(RULE)
    return path


def mistakes(*args, **kwargs):
    done = run_sensor(*args, **kwargs)
    assert done.stdout == "", done
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command):
    english = run_sensor(command, "--help", env={"LC_ALL": "C.UTF-8"}).stdout
    assert english == run_sensor("help", command, env={"LC_ALL": "C.UTF-8"}).stdout
    assert english.startswith(f"plimsoll-sensor {command}: ") and "Exit codes" in english
    assert "gate" not in english and "scanned" not in english
    chinese = run_sensor(command, "--help", "--lang", "zh").stdout
    assert "用法" in chinese and "Exit codes" not in chinese
    assert run_sensor("help", "--man", command).stdout.startswith(".TH plimsoll")


@pytest.mark.parametrize("command", ["help", "version", "completion"])
def test_general_commands_are_those_of_plimsoll(command):
    """But for the names of the program and of its commands."""
    def said(program):
        page = subprocess.run([program, "help", "--markdown", command, "--lang", "en"],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
        man = subprocess.run([program, "help", "--man", command, "--lang", "en"],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
        examples = re.search(r'\.SH "EXAMPLES"(.*?)\.SH', man, re.S)[1]
        text = page.split("### Exit codes")[0] + examples
        for name in ("plimsoll-sensor", r"plimsoll\-sensor"):
            text = text.replace(name, "plimsoll")
        text = re.sub(r"help( --man| \\-\\-man)? (image|run)", r"help\1 NAME", text)
        return text.replace("[COMMAND [VERB]]", "[COMMAND]")

    plimsoll = BUILD / "src/cmd/cli/plimsoll"
    if not plimsoll.exists():
        pytest.skip("plimsoll is not built")
    assert said(PROGRAM) == said(plimsoll)


def test_the_commands_are_known():
    assert {"run", "record", "replay", "doctor", "act", "undo", "journal"} <= set(COMMANDS)


@pytest.mark.parametrize("args, code, says", [
    (["run", "--rulez", "x"], 2, "did you mean --rules?"),
    (["rnu"], 2, "did you mean run?"),
    (["run", "x"], 2, "unexpected argument 'x'"),
    (["run", "--ring-size", "1"], 2, "--ring-size: give 64K to 256M"),
    (["run", "--ring-size", "1G"], 2, "--ring-size: give 64K to 256M"),
    (["run", "--group-window", "0"], 2, "--no-grouping sends every alert"),
    (["run", "--duration", "-1"], 2, "is not a duration"),
    (["run", "--min-priority", "high"], 2, "it takes: emergency, alert"),
    (["run", "--dry-run"], 2, "--dry-run needs --responses"),
    (["run", "--responses", "x", "--keep", "foo"], 2, '--keep: "foo" is no network'),
    (["act", "isolate", "-c", "x", "--keep", "foo"], 2, '--keep: "foo" is no network'),
    (["run", "--rules", "none.yaml"], 3, "cannot open none.yaml"),
    (["run", "--disable", "*"], 3, "are switched off"),
    (["record"], 2, "plimsoll-sensor record -o events.plc"),
    (["replay"], 2, "FILE is missing"),
    (["replay", "/etc/passwd"], 3, "this is no capture file"),
    (["act"], 2, "ACTION is missing"),
    (["act", "maim"], 2, "there are: kill, kill-tree, pause"),
    (["act", "pause"], 2, "pause needs --container or --pid"),
    (["undo"], 2, "ID is missing"),
    (["journal", "--journal", "nowhere/at/all"], 3, "it begins with the first action"),
    (["undo", "20261121T130501-1", "--journal", "nowhere/at/all"], 3,
     "there is no journal nowhere/at/all"),
])
def test_mistakes(args, code, says, tmp_path):
    got, err = mistakes(*args, cwd=tmp_path)
    assert got == code and says in err, err
    assert err.startswith("plimsoll-sensor: error: ")
    assert not list(tmp_path.iterdir())


def test_mistakes_in_chinese():
    for args in (["run", "--rulez"], ["act", "maim"], ["replay", "/etc/passwd"]):
        _, err = mistakes(*args, "--lang", "zh")
        assert err.startswith("plimsoll-sensor: 错误：") and "建议：" in err


def test_completion(tmp_path):
    script = tmp_path / "completion"
    script.write_text(run_sensor("completion", "bash").stdout)
    code = f"""source {script}
COMP_WORDS=(plimsoll-sensor run --si); COMP_CWORD=2
_plimsoll_sensor; echo "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "--norc", "-c", code], text=True, check=True,
                          stdout=subprocess.PIPE)
    assert done.stdout.split() == ["--sink"]
    for shell in ("zsh", "fish"):
        script.write_text(run_sensor("completion", shell).stdout)
        if shutil.which(shell):
            subprocess.run([shell, "-n", script], check=True)


def chosen(rules, *args):
    """The rules that a run has, and what it says before."""
    require_kernel()
    with Sensor("--rules", rules, *args) as sensor:
        sensor.stop()
    count = next(re.search(r"rules: (\d+)", line) for line in sensor.errors
                 if line.startswith("watching"))
    return int(count[1]), "\n".join(sensor.errors)


def test_a_choice_that_fits_no_rule_is_told(rules):
    count, said = chosen(rules, "--enable", "mien", "--disable", "none-*", "--enable", "MINE")
    assert count == 1
    assert "--enable mien: no rule has this name, id or tag" in said
    assert "--disable none-*: no rule has this name" in said and "MINE" not in said


def test_only_some(rules):
    rules.write_text(RULE + RULE.replace("Only one", "Another").replace("mine", "other"))
    assert chosen(rules)[0] == 2
    assert chosen(rules, "--disable", "*", "--enable", "mine")[0] == 1
    assert chosen(rules, "--disable", "mine", "--enable", "*")[0] == 1


def test_a_response_to_no_rule_is_told(rules, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nactions:\n  - rules: [Only one, Other]\n    do: [kill]\n")
    said = chosen(rules, "--responses", policy, "--journal", tmp_path / "journal")[1]
    assert "--responses: no rule in force has the name, id or tag Other" in said
    assert "Only one" not in said


def test_other_files_beside_the_rules_do_not_matter(rules):
    require_kernel()
    with Sensor("--rules", rules) as sensor:
        (rules.parent / "notes.txt").write_text("x")
        os.kill(sensor.process.pid, signal.SIGHUP)
        sensor.wait_error("rules loaded again")
        (rules.parent / "more.txt").write_text("x")
        rules.write_text(RULE.replace("INFO", "ERROR"))
        sensor.wait_error("rules loaded again", times=2)
        sensor.stop()
    assert sum("loaded again" in line for line in sensor.errors) == 2


def test_what_a_link_leads_to_is_watched(rules, tmp_path):
    require_kernel()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.yaml").write_text(RULE)
    link = tmp_path / "links/rules.yaml"
    link.parent.mkdir()
    link.symlink_to("../first/rules.yaml")
    with Sensor("--rules", link) as sensor:
        (tmp_path / "first/rules.yaml").write_text(RULE + "\n")
        sensor.wait_error("rules loaded again")
        (link.parent / "new").symlink_to("../second/rules.yaml")
        (link.parent / "new").rename(link)
        sensor.wait_error("rules loaded again", times=2)
        (tmp_path / "second/rules.yaml").write_text(RULE + "\n\n")
        sensor.wait_error("rules loaded again", times=3)
        sensor.stop()


def test_new_rules_count_for_programs_that_run(rules, tmp_path):
    """What the old rules could not match of a process is forgotten with them."""
    require_kernel()
    text = RULE.replace("evt.type = execve and proc.name = nobody-has-this-name",
                        "evt.type in (chmod, fchmodat) and proc.exe = plimsoll-another")
    rules.write_text(text)
    held = ["plimsoll-held", "-c", "import os, sys\n"
            "for line in sys.stdin: os.chmod(line.strip(), 0o600)\n"]
    with subprocess.Popen(held, executable=sys.executable, stdin=subprocess.PIPE,
                          text=True) as process, Sensor("--rules", rules) as sensor:
        rules.write_text(text.replace("plimsoll-another", "plimsoll-held"))
        sensor.wait_error("rules loaded again")
        process.stdin.write(f"{rules}\n")
        process.stdin.flush()
        sensor.wait_rule("Only one", proc_pid=process.pid)
        process.stdin.close()


def test_new_rules_that_need_more_of_the_kernel_are_refused(rules):
    """The environment is captured when the first rules read it; else the old ones stay."""
    require_kernel()
    with Sensor("--rules", rules) as sensor:
        rules.write_text(RULE.replace("proc.name = nobody-has-this-name", "proc.env[PLIMSOLL_X] = 1"))
        said = sensor.wait_error("the rules were not loaded")
        assert "environment of programs" in said and "restart" in said
        sensor.stop()
    with Sensor("--rules", rules) as sensor:
        subprocess.run(["true"], env={"PLIMSOLL_X": "1", "PATH": os.environ["PATH"]}, check=True)
        sensor.wait_rule("Only one")
        sensor.stop()


def test_ends_when_its_only_reader_does(rules):
    require_kernel()
    with subprocess.Popen([PROGRAM, "run", "--rules", rules], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().startswith("watching")
        process.stdout.close()
        assert "nobody reads standard output any more" in process.stderr.read()
        assert process.wait() == 3


def test_health(rules):
    require_kernel()
    with Sensor("--rules", rules, "--metrics", "localhost:19765") as sensor:
        with urllib.request.urlopen("http://127.0.0.1:19765/healthz", timeout=20) as answer:
            assert answer.status == 200 and answer.read() == b"ok\n"
        sensor.stop()


def test_alerts_are_fit_for_reading(rules, tmp_path):
    """Times are numbers as Falco's, causes are text, explanations have a line for each reason."""
    require_kernel()
    rules.write_text(f"""
- list: many
  items: [{', '.join(f'name{i}' for i in range(20))}]
- rule: Only one
  desc: d
  condition: evt.type in (execve, execveat) and proc.exepath startswith {tmp_path} and
    not proc.name in (many) {' '.join(f'and not proc.name = other{i}' for i in range(10))}
  output: ran %evt.time %proc.name
  priority: INFO
""")
    program = tmp_path / "a|b"
    shutil.copy("/bin/true", program)
    with Sensor("--rules", rules, "--explain") as sensor:
        subprocess.run([program], check=True)
        alert = sensor.wait_rule("Only one")
        sensor.stop()
    assert isinstance(alert["output_fields"]["evt.time"], int)
    assert alert["cause"].startswith(f"{tmp_path}/a\\|b | ") and alert["cause"].isprintable()
    lines = alert["explanation"].splitlines()
    assert f"proc.exepath startswith {tmp_path} [{program}]" in lines
    assert "none of 11 conditions on proc.name [a|b]" in lines and len(lines) == 3
    assert json.loads(json.dumps(alert)) == alert


def test_the_systemd_unit(tmp_path):
    """It is installed, names the program where that is installed, and systemd understands it."""
    require("meson", "systemd-analyze")
    installed = json.loads(run("meson", "introspect", "--installed", BUILD))
    unit = BUILD / "packaging/systemd/plimsoll-sensor.service"
    assert installed[str(unit)].endswith("/lib/systemd/system/plimsoll-sensor.service")
    text = unit.read_text()
    start = re.search(r"^ExecStart=(\S+)", text, re.M).group(1)
    assert start == installed[str(PROGRAM)]
    copy = tmp_path / unit.name
    copy.write_text(text.replace(start, str(PROGRAM)))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.returncode == 0 and unit.name not in done.stdout, done.stdout


def test_the_journal_does_nothing_to_a_terminal(tmp_path):
    """Reasons hold command lines, and these any bytes: they forge no lines, and no colours."""
    evil = "x\x1b[31m\n20261121T130501-000001  forged\x9b\u202e"
    names = {"action": "pause", "who": f"rule {evil}", "why": evil, "container_name": evil}
    stamp = {"id": "20261121T130501-482913", "time": 1795266301482913000}
    lines = [{**stamp, "state": "intended", **names}, {**stamp, "state": "failed", "outcome": evil}]
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = run_sensor("journal", "--journal", path).stdout
    assert len(said.splitlines()) == 3 and said.count("forged??") == 4, said
    assert said.replace("\n", "").isprintable()


@pytest.fixture
def listener(short_directory):
    """A socket whose clients get these bytes; None: nothing, and the connection stays."""
    servers = []

    def listen(says):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(short_directory / secrets.token_hex(4)))
        server.listen()
        servers.append(server)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    client, _ = server.accept()
                    servers.append(client)
                    if says is not None:
                        client.sendall(says)
                        client.shutdown(socket.SHUT_WR)
        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()
    yield listen
    for server in servers:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


SETTINGS = b"\0\0\0\4\0\0\0\0\0"


@pytest.mark.parametrize("option, says, state", [
    ("docker", b"HTTP/1.1 200 OK\r\n\r\n", "good"),
    ("docker", None, "limited"),
    ("docker", b"220 mail.example ESMTP\r\n", "limited"),
    ("docker", SETTINGS, "limited"),
    ("podman", b"HTTP/1.0 404 Not Found\r\n\r\n", "good"),
    ("containerd", SETTINGS, "good"),
    ("containerd", b"HTTP/1.1 400 Bad Request\r\n\r\n", "limited"),
    ("crio", SETTINGS, "good"),
    ("cri", SETTINGS, "good"),
    ("cri", b"", "limited"),
])
def test_the_doctor_greets_runtimes(listener, option, says, state):
    path = listener(says)
    done = run_sensor("doctor", "--json", f"--{option}-socket", path)
    check = next(check for check in json.loads(done.stdout)["checks"] if path in check["seen"])
    assert check["id"] == option and check["state"] == state, check
    assert ("no name" in check.get("cost", "")) == (state == "limited")


def test_a_replay_whose_alerts_nobody_gets_fails():
    recording = SOURCE / "tests/recordings/ours/rt-sysrq.plc"
    assert run_sensor("replay", recording).returncode == 0
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "replay", recording], stdin=subprocess.DEVNULL,
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                              check=False)
    assert done.returncode == 3 and "stdout: 1 alerts were lost" in done.stderr, done
