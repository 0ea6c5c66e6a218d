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
@pytest.mark.parametrize("recording", OURS, ids=lambda recording: recording.rule)
def test_a_rule_of_ours(recording, push_down):
    check(recording, push_down)


@pytest.mark.skipif(not FALCO.exists(), reason=f"{FALCO} is not there")
@pytest.mark.parametrize("push_down", [False, True], ids=["all", "push-down"])
@pytest.mark.parametrize("recording", THEIRS, ids=lambda recording: recording.rule)
def test_a_rule_of_falco(recording, push_down):
    check(recording, push_down)


def test_every_scenario_is_recorded():
    scenarios = {(name, scenario.rule) for name, table in TABLES.items() for scenario in table}
    assert {(recording.of, recording.rule) for recording in RECORDINGS} == scenarios
    assert {recording.path for recording in RECORDINGS} == set(FOLDER.rglob("*.plc"))


@pytest.mark.parametrize("table", TABLES)
def test_recordings_tell_of_nobody(table):
    """What was cut out when they were made is not there, and the page of the format is right:
    a reader written after it reads all, and a writer gives back what was read."""
    pytest.importorskip("xxhash", reason="apt-get install python3-xxhash")
    pytest.importorskip("zstandard", reason="apt-get install python3-zstandard")
    from runtime import capture_file, neutral
    words = neutral.forbidden()
    for path in (FOLDER / table).glob("*.plc"):
        capture = capture_file.read(path)
        assert not neutral.unkept(capture, words), path
        assert capture_file.read_bytes(capture_file.capture_bytes(capture)) == capture
