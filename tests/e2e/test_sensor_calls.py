"""Calls of 32-bit programs are told as those of 64-bit ones."""
import pathlib
import platform
import re
import shutil
import subprocess

import pytest

from sensor import Sensor, require_kernel

HERE = pathlib.Path(__file__).resolve().parent / "calls"
CALLS = ["socket", "setsockopt", "getsockopt", "bind", "listen", "getsockname", "socket", "connect",
         "accept", "getpeername", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg",
         "recvmmsg", "shutdown", "socket", "connect", "accept4", "socket", "sendto", "recvfrom",
         "socketpair"]
MOVE = ["sendmsg", "recvmsg", "sendmmsg", "recvmmsg"]  # two bytes
RULES = f"""
- rule: Call
  desc: Each call of the marked programs.
  condition: evt.type in ({', '.join(sorted(set(CALLS)))}) and proc.name startswith plimsoll-call
  output: "*%proc.name %evt.type(%evt.args) %evt.rawres %fd.name '%evt.buffer'"
  priority: NOTICE

- rule: End
  desc: After the last one.
  condition: evt.type = procexit and proc.name startswith plimsoll-call
  output: end
  priority: NOTICE
"""


@pytest.fixture
def programs(tmp_path):
    require_kernel()
    if platform.machine() != "x86_64" or not shutil.which("gcc"):
        pytest.skip("needs gcc on x86-64")
    made = []
    for bits in ("32", "64"):
        program = tmp_path / f"plimsoll-call{bits}"
        subprocess.run(["gcc", f"-m{bits}", "-std=gnu17", "-O1", "-Wall", "-Wextra", "-Werror",
                        "-Wno-unused-macros", "-fno-stack-protector", "-ffreestanding", "-nostdlib",
                        "-static", "-o", program, HERE / "sockets.c"], check=True)
        made.append(program)
    try:
        subprocess.run([made[0]], check=True)
    except OSError:
        pytest.skip("this kernel runs no 32-bit programs")
    return made


def told_of(sensor, program):
    """What was told of one run, without what differs from run to run."""
    pid = subprocess.Popen([program])
    assert pid.wait(20) == 0
    sensor.wait_rule("End", proc_pid=pid.pid)
    told = []
    for alert in sensor.alerts("Call"):
        if alert["output_fields"]["proc.name"] == program.name:
            text = alert["output"].split(program.name + " ", 1)[1]
            text = re.sub(r"=[0-9A-F]{7,16}\(0x[0-9a-f]+\)", "=PLACE", text)
            told.append(re.sub(r":\d{4,5}\b", ":PORT", text))
    return told


@pytest.mark.parametrize("pushed_down", [True, False])
def test_sockets(programs, tmp_path, pushed_down):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "rules.yaml").write_text(RULES)
    with Sensor("--rules", folder, "--no-grouping",
                *([] if pushed_down else ["--no-push-down"])) as sensor:
        small, large = (told_of(sensor, program) for program in programs)
        sensor.stop()
    assert [text.split("(")[0] for text in large] == CALLS
    assert small == large
    moved = {text.split("(")[0]: text.rsplit(" ", 1)[1] for text in large}
    assert {name: moved[name] for name in MOVE} == dict.fromkeys(MOVE, "'he'")
