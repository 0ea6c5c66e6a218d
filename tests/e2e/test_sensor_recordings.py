"""Every detection as a recording: replayed, each gives the alerts of tests/recordings/alerts.yaml,
and its twin none. No root and no kernel is needed."""
import pytest

from runtime.recordings import FALCO, FOLDER, OWN, TABLES, Recording
from sensor import PROGRAM

RECORDINGS = Recording.all()
OURS = [recording for recording in RECORDINGS if recording.of == OWN]
THEIRS = [recording for recording in RECORDINGS if recording.of != OWN]

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"{PROGRAM} is not built")


def check(recording, push_down):
    fired, spared = recording.replay(push_down)
    told = [{name: alert["output_fields"].get(name) for name in want}
            for alert, want in zip(fired, recording.alerts)]
    assert told == recording.alerts
    assert len(fired) == len(recording.alerts)
    assert not spared, [alert["output"] for alert in spared]


@pytest.mark.parametrize("push_down", [False, True], ids=["all", "push-down"])
@pytest.mark.parametrize("recording", OURS, ids=lambda recording: recording.name)
def test_a_rule_of_ours(recording, push_down):
    check(recording, push_down)


@pytest.mark.skipif(not FALCO.exists(), reason=f"{FALCO} is not there")
@pytest.mark.parametrize("push_down", [False, True], ids=["all", "push-down"])
@pytest.mark.parametrize("recording", THEIRS, ids=lambda recording: recording.name)
def test_a_rule_of_falco(recording, push_down):
    check(recording, push_down)


def test_every_scenario_is_recorded():
    scenarios = {(name, scenario.name) for name, table in TABLES.items() for scenario in table}
    assert {(recording.of, recording.name) for recording in RECORDINGS} == scenarios
    assert {recording.path for recording in RECORDINGS} == set(FOLDER.rglob("*.plc"))


def need_reader():
    pytest.importorskip("xxhash", reason="apt-get install python3-xxhash")
    pytest.importorskip("zstandard", reason="apt-get install python3-zstandard")


@pytest.mark.parametrize("table", TABLES)
def test_recordings_tell_of_nobody(table):
    """What was cut out when they were made is not there; a reader made after the page of the
    format reads them all."""
    need_reader()
    from runtime import capture_file, neutral
    for path in (FOLDER / table).glob("*.plc"):
        assert not neutral.unkept(capture_file.read(path)), path


def test_a_capture_that_python_wrote_is_read_as_it_was(tmp_path):
    need_reader()
    from runtime import capture_file
    capture = capture_file.read(OURS[0].path)
    capture_file.write(tmp_path / "again.plc", capture)
    assert capture_file.read(tmp_path / "again.plc") == capture


# (what a capture may hold of the machine that it was recorded on, what is said of it)
REVEALING = [
    ("P_CWD", b"/home-of-somebody/checkout", "the path"),
    ("P_ENVIRONMENT", b"HOME=/root\0API_TOKEN=x\0", "neutral() changes"),
    ("P_ARGUMENTS", b"ls\0--of\0build-host-7\0", "'build-host-7'"),
    ("P_DATA", b"what a file holds", "neutral() changes"),
    ("P_CGROUP", b"/user.slice/user-1000.slice", "neutral() changes"),
    ("P_EXE", b"/tmp/plimsoll-abcdefgh/theatre/data/overlay2/x", "neutral() changes"),
]


@pytest.mark.parametrize("kind, data, said", REVEALING, ids=lambda value: str(value)[:20])
def test_what_tells_of_the_machine_is_refused(kind, data, said):
    need_reader()
    from runtime import capture_file, neutral
    host = capture_file.Record(capture_file.HOST)
    parameter = capture_file.Parameter(getattr(capture_file, kind), 0, 0, data)
    record = capture_file.Record(capture_file.EXEC, parameters=[parameter])
    found = neutral.unkept(capture_file.Capture(host, [record]), ["build-host-7"])
    assert said in " ".join(found)
