"""What a program does through io_uring is told as the calls that do the same, once each."""
import re
import shutil
import socket
import subprocess

import pytest

from runtime.places import build_act
from sensor import Sensor, require_kernel, run_sensor

NAME = "plimsoll-ring"
RULES = f"""
- rule: Call
  desc: What the marked program does, but for what it needs to get there.
  condition: >
    proc.name = {NAME} and evt.type in (openat, openat2, connect, accept4, sendto, sendmsg,
    renameat2, unlinkat, mkdirat, symlinkat, linkat, socket, bind, listen, ftruncate, dup)
  output: "%evt.type(%evt.args) %evt.res %fd.name %fd.num %fd.typechar '%evt.buffer' %user.uid
    %fd.name_changed"
  priority: NOTICE

- rule: End
  desc: After the last call.
  condition: evt.type = procexit and proc.name = {NAME}
  output: end %proc.pid
  priority: NOTICE
"""
UNKNOWN = 3  # exit code: this kernel does not know the operation


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    require_kernel()
    done = run_sensor("doctor")
    if "seen as the calls that do the same" not in done.stdout:
        pytest.skip("this kernel does not tell, or has no io_uring")
    folder = tmp_path_factory.mktemp("ring")
    shutil.copy(build_act(folder), folder / NAME)
    return folder / NAME


@pytest.fixture(scope="module", params=[(), ("--no-push-down",)], ids=["push-down", "all"])
def sensor(request, program, tmp_path_factory):
    rules = tmp_path_factory.mktemp("rules") / "rules.yaml"
    rules.write_text(RULES)
    with Sensor("--rules", rules, "--no-grouping", "--all-matches", "--no-runtimes",
                *request.param) as running:
        yield running


def told_of(sensor, program, words, folder):
    """Alerts of one run."""
    process = subprocess.Popen([program, "@ring", *words.split()], cwd=folder)
    code = process.wait(20)
    if code == UNKNOWN:
        pytest.skip("this kernel does not know the operation")
    assert code == 0
    end = sensor.wait(lambda alert: alert["rule"] == "End" and
                      alert["output_fields"]["proc.pid"] == process.pid)
    told = []
    for alert in sensor.alerts():
        if alert["rule"] == "End":
            if alert == end:
                return told
            told = []
        else:
            told.append(alert)
    raise AssertionError("the end was lost")


def free_port():
    """One that nobody has: rings let go of their sockets later than programs end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def some(told, type, **fields):
    """Those of a call, with such arguments and fields."""
    def fits(alert):
        values = alert["output_fields"]
        arguments = dict(re.findall(r"(\w+)=(\S*)", values["evt.args"]))
        return values["evt.type"] == type and all(
            str(values.get(name.replace("__", "."), arguments.get(name))) == value
            for name, value in fields.items())
    return [alert for alert in told if fits(alert)]


def check(told, type, count=1, **fields):
    found = some(told, type, **fields)
    assert len(found) == count, "\n".join(alert["output"] for alert in told)


@pytest.mark.parametrize("letters, number, result", [
    ("-", "4", "SUCCESS"), ("a", "4", "SUCCESS"), ("t", "4", "SUCCESS"), ("f", "4", "SUCCESS"),
    ("l", "4", "SUCCESS"), ("s", "2", "SUCCESS"), ("fs", "2", "SUCCESS"), ("x", "-1", "ECANCELED"),
    ("q", "0", "SUCCESS"),  # told as begun: what it is called nobody knows
])
@pytest.mark.parametrize("operation, call", [("open", "openat"), ("open2", "openat2")])
def test_opens_in_every_way(sensor, program, tmp_path, letters, operation, call, number, result):
    (tmp_path / "file").write_text("x")
    told = told_of(sensor, program, f"{letters} {operation} r {tmp_path}/file", tmp_path)
    check(told, call, fd__name=f"{tmp_path}/file", fd__num=number, fd__typechar="f",
          evt__res=result, name=f"{tmp_path}/file", flags="0(O_RDONLY)")
    assert len(told) == 1


def test_deferred_where_the_kernel_can(sensor, program, tmp_path):
    told = told_of(sensor, program, f"d open wc {tmp_path}/new", tmp_path)
    check(told, "openat", fd__name=f"{tmp_path}/new", flags="65(O_CREAT|O_WRONLY)",
          mode="420(0644)")


def test_failure_is_told(sensor, program, tmp_path):
    told = told_of(sensor, program, "- open r missing", tmp_path)
    check(told, "openat", evt__res="ENOENT", fd__name=f"{tmp_path}/missing")


@pytest.mark.parametrize("words", ["- open r file", "- open-below {} file",
                                   "- open r deep/../file"])
def test_relative_paths(sensor, program, tmp_path, words):
    (tmp_path / "deep").mkdir()
    (tmp_path / "file").write_text("x")
    told = told_of(sensor, program, words.format(tmp_path), tmp_path)
    check(told, "openat", fd__name=f"{tmp_path}/file", evt__res="SUCCESS")


def test_link_shows_the_file(sensor, program, tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")
    told = told_of(sensor, program, "- open r link", tmp_path)
    check(told, "openat", fd__name=f"{tmp_path}/link")


def test_long_path(sensor, program, tmp_path):
    """More than what most records take."""
    deep = tmp_path.joinpath(*["n" * 200] * 8)
    deep.mkdir(parents=True)
    (deep / "file").write_text("x")
    told = told_of(sensor, program, f"- rename {deep}/file {deep}/other", tmp_path)
    check(told, "renameat2", oldpath=f"{deep}/file", newpath=f"{deep}/other", res="0")


@pytest.mark.parametrize("letters", ["-", "q", "t"])
def test_changes_of_folders(sensor, program, tmp_path, letters):
    (tmp_path / "old").write_text("x")
    steps = [
        ("mkdir folder", "mkdirat", {"path": "folder({0}/folder)", "mode": "493(0755)"}),
        ("link old other", "linkat", {"oldpath": "old({0}/old)", "newpath": "other({0}/other)"}),
        ("rename other new", "renameat2",
         {"oldpath": "other({0}/other)", "newpath": "new({0}/new)"}),
        ("symlink /etc/shadow link", "symlinkat",
         {"target": "/etc/shadow", "linkpath": "link({0}/link)"}),
        ("unlink link", "unlinkat", {"name": "link({0}/link)"}),
    ]
    for words, call, arguments in steps:
        told = told_of(sensor, program, f"{letters} {words}", tmp_path)
        check(told, call, res="0",
              **{name: value.format(tmp_path) for name, value in arguments.items()})
        assert len(told) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "new", "old"]


def test_truncates(sensor, program, tmp_path):
    (tmp_path / "file").write_text("x")
    told = told_of(sensor, program, "- truncate file", tmp_path)
    check(told, "ftruncate", fd__name=f"{tmp_path}/file", length="0", res="0")
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize("letters, number", [("-", "4"), ("a", "4"), ("s", "2"), ("t", "4")])
def test_connects(sensor, program, tmp_path, letters, number):
    """With 's' the socket has no descriptor either."""
    told = told_of(sensor, program, f"{letters} connect 127.0.0.1 9", tmp_path)
    check(told, "socket", fd__num=number, domain="2(AF_INET)")
    check(told, "connect", fd__name="127.0.0.1:0->127.0.0.1:9", fd__num=number,
          evt__res="ECONNREFUSED", addr="127.0.0.1:9")


@pytest.mark.parametrize("operation, call", [("send", "sendto"), ("sendmsg", "sendmsg")])
def test_sends(sensor, program, tmp_path, operation, call):
    port = free_port()  # who got the last datagram is kept by socket, and these come again
    told = told_of(sensor, program, f"- {operation} 127.0.0.1 {port}", tmp_path)
    found = some(told, call, evt__buffer="text", evt__res="SUCCESS")
    assert len(found) == 1
    assert found[0]["output_fields"]["fd.name"].endswith(f"->127.0.0.1:{port}")
    assert found[0]["output_fields"]["fd.name_changed"] is True


@pytest.mark.parametrize("letters, count", [("-", 1), ("m", 2), ("s", 1), ("a", 1)])
def test_accepts(sensor, program, tmp_path, letters, count):
    port = free_port()
    told = told_of(sensor, program, f"{letters} accept 127.0.0.1 {port}", tmp_path)
    found = some(told, "accept4", evt__res="SUCCESS", fd__typechar="4")
    assert len(found) == count
    assert all(alert["output_fields"]["fd.name"].endswith(f"->127.0.0.1:{port}") for alert in found)


def test_accepts_of_the_same_name(sensor, program, tmp_path):
    """One of two is over: what the other accepts is told."""
    port = free_port()
    told = told_of(sensor, program, f"- accept-twins 127.0.0.1 {port}", tmp_path)
    check(told, "accept4", evt__res="ECANCELED")
    found = some(told, "accept4", evt__res="SUCCESS")
    assert len(found) == 1
    assert found[0]["output_fields"]["fd.name"].endswith(f"->127.0.0.1:{port}")


def test_serves(sensor, program, tmp_path):
    place = f"127.0.0.1:{free_port()}"
    told = told_of(sensor, program, "- bind " + place.replace(":", " "), tmp_path)
    check(told, "bind", addr=place, fd__name=place, res="0")
    place = f"127.0.0.1:{free_port()}"
    told = told_of(sensor, program, "- listen " + place.replace(":", " "), tmp_path)
    check(told, "listen", fd__name=place, backlog="8", res="0")


def test_installs_a_socket_as_output(sensor, program, tmp_path):
    """What dup2() does to a shell's descriptors."""
    port = free_port()
    told = told_of(sensor, program, f"- install 127.0.0.1 {port} 1", tmp_path)
    found = some(told, "dup", fd__num="1")
    assert len(found) == 1
    assert found[0]["output_fields"]["fd.name"].endswith(f"->127.0.0.1:{port}")


def test_as_another_user(sensor, program, tmp_path):
    """A request that the program gave the credentials that it had before."""
    (tmp_path / "file").write_text("x")
    told = told_of(sensor, program, f"p open r {tmp_path}/file", tmp_path)
    check(told, "openat", evt__res="SUCCESS", user__uid="0")


def test_crowd(sensor, program, tmp_path):
    """More requests that wait than there is room for: what comes then is told, too."""
    (tmp_path / "file").write_text("x")
    told = told_of(sensor, program, f"- crowd 127.0.0.1 {free_port()} 9000 {tmp_path}/file",
                   tmp_path)
    check(told, "openat", fd__name=f"{tmp_path}/file", evt__res="SUCCESS",
          fd__num="0")


PATHS = """
- rule: Call
  desc: Opens of what the test calls wanted, by this name or another.
  condition: >
    proc.name = {name} and evt.type in (openat, openat2) and
    (fd.name startswith {folder}/wanted or fd.name endswith .wanted)
  output: "%evt.type %evt.args %evt.res %fd.name"
  priority: NOTICE

- rule: End
  desc: After the last call.
  condition: evt.type = procexit and proc.name = {name}
  output: end %proc.pid
  priority: NOTICE
"""
WANTED = ["{}/wanted/file", "{}/other/file.wanted", "wanted/file", "{}//wanted/file",
          "{}/other/../wanted/file", "{}/wanted/missing", "{}/" + "n" * 200 + "/../wanted/file"]
# Of what is told when it begins, it is not known yet where these lead.
LINKED = ["{}/link", "link", "{}/./link", "{}/other/up/wanted/file", "/proc/self/cwd/wanted/file"]
ORDINARY = ["{}/other/file", "{}/other/missing", "other/file", "{}/back", "{}/other/../other/file"]


@pytest.mark.parametrize("letters", ["-", "s", "a", "q", "c", "ct", "cd"])
@pytest.mark.parametrize("more", [(), ("--no-push-down",)], ids=["push-down", "all"])
def test_holds_back_no_path_that_rules_name(program, tmp_path, letters, more):
    folder = tmp_path / "files"
    for name in ("wanted", "other", "n" * 200):
        (folder / name).mkdir(parents=True)
    for name in ("wanted/file", "other/file", "other/file.wanted"):
        (folder / name).write_text("x")
    (folder / "link").symlink_to("wanted/file")
    (folder / "back").symlink_to("other/file")
    (folder / "other/up").symlink_to("..")
    (tmp_path / "rules.yaml").write_text(PATHS.format(name=NAME, folder=folder))
    with Sensor("--rules", tmp_path / "rules.yaml", "--no-grouping", "--no-runtimes",
                *more) as sensor:
        for path in [*WANTED, *LINKED, *ORDINARY]:
            told = told_of(sensor, program, f"{letters} open r {path.format(folder)}", folder)
            assert bool(told) == (path in WANTED or (path in LINKED and letters != "q")), path
