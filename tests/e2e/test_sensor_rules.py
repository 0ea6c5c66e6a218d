"""Every rule of Falco's three files and of ours: a real action in a real process or container
makes it fire, with the fields it should have, and its twin does not.

The actions are data: runtime/*.py. All are played once, before one sensor.
"""
import os
import pathlib

import pytest

from runtime import our_drift
from runtime.ordinary import ORDINARY
from runtime.places import ContainerdContainer, PodmanContainer
from runtime.stage import BROKEN, Theatre, check_acts, rule_names, rules_of
from runtime.tables import FALCO, OURS, OWN, TABLES, THEIRS
from sensor import PROGRAM, require_kernel
from servers import Podman, require

UNSPOKEN = ["rt-root"]  # off, unless somebody takes stock


@pytest.fixture(scope="module")
def theatre(request, short_directory):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    require_kernel()
    root = request.getfixturevalue("bookworm_root")
    folder = short_directory / "theatre"
    folder.mkdir()
    opened = Theatre(folder, root, [*THEIRS, *OWN, *ORDINARY])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def rules():
    """The files, and the names of all rules."""
    files = [FALCO / name for name in TABLES] if FALCO.exists() else []
    return files, rule_names([*files, *sorted(OURS.glob("*.yaml"))])


@pytest.fixture(scope="module")
def play(theatre, rules):
    return theatre.play([*(THEIRS if rules[0] else []), *OWN, *ORDINARY], *rules)


def check(play, scenario):
    check_acts(scenario, play.act(scenario, False), play.act(scenario, True), play.lost)


@pytest.mark.skipif(not FALCO.exists(), reason=f"{FALCO} is not there")
@pytest.mark.parametrize("scenario", THEIRS, ids=lambda s: s.name)
def test_a_rule_of_falco(play, scenario):
    check(play, scenario)


@pytest.mark.parametrize("scenario", OWN, ids=lambda s: s.name)
def test_a_rule_of_ours(play, scenario):
    check(play, scenario)


@pytest.mark.parametrize("scenario", ORDINARY, ids=lambda s: s.name)
def test_ordinary_work_is_no_alert(play, scenario):
    act = play.act(scenario, False)
    assert act.code not in BROKEN, act
    told = [alert for alert in act.alerts if alert["rule_id"].startswith("rt-") and
            alert["rule_id"] not in (*scenario.allowed, *UNSPOKEN)]
    assert not told, [alert["output"] for alert in told]


def test_a_replay_tells_the_same(play):
    """What was recorded past the kernel's filter gives the alerts that the filtered sensor gave:
    the filter holds nothing back, and a recording is as good as the machine."""
    play.replay()
    differences = {}
    for act in play.acts.values():
        live, again = (sorted({alert["rule"] for alert in alerts})
                       for alerts in (act.alerts, act.replayed))
        if live != again:
            differences[act.mark] = (act, again)
    assert not differences, play.lost


@pytest.mark.skipif("PLIMSOLL_KEEP" not in os.environ, reason="PLIMSOLL_KEEP names no folder")
def test_plays_are_kept(play, play_of_vfs):
    """For runtime/keep.py, which makes the recordings of tests/recordings of them."""
    play.keep(pathlib.Path(os.environ["PLIMSOLL_KEEP"]))
    play_of_vfs.keep(pathlib.Path(os.environ["PLIMSOLL_KEEP"]) / "vfs")


def test_the_particular_goes_before_the_general(play):
    """Without --all-matches one rule speaks, and it is the one that says most."""
    play.replay(all_matches=False)
    miner = next(scenario for scenario in OWN if scenario.name == "rt-miner")
    told = [alert["rule_id"] for alert in play.act(miner, False).replayed
            if alert["output_fields"].get("proc.exepath") == "/tmp/xmrig" or
            "xmrig" in alert["output_fields"].get("proc.cmdline", "")]
    assert "rt-miner" in told and "rt-drift" not in told, told


# ---- other engines ----

# One of each kind of event is enough: what differs is how the container is recognised.
ELSEWHERE = [scenario for scenario in [*THEIRS, *OWN] if scenario.name in (
    "Read sensitive file untrusted", "Packet socket created in container",
    "Drop and execute new binary in container", "Launch Suspicious Network Tool in Container",
    "Redirect STDOUT/STDIN to Network Connection in Container",
    "rt-drift", "rt-miner", "rt-token-read", "rt-reverse-shell", "rt-cloud-metadata",
    "rt-log-removed", "rt-kernel-helper", "rt-proc-root", "rt-tool-by-server")]


@pytest.fixture(scope="module")
def play_of_podman(theatre, rules, short_directory):
    require("podman")
    folder = short_directory / "podman-overlay"
    folder.mkdir()
    (folder / "storage.conf").write_text(f"""[storage]
driver = "overlay"
graphroot = "{folder}/root"
runroot = "{folder}/run"
""")
    podman = Podman({"CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")})
    podman.load(theatre.archive())
    return theatre.play_in(lambda: PodmanContainer(podman), ELSEWHERE, *rules)


@pytest.fixture(scope="module")
def play_of_containerd(theatre, rules, containerd):
    containerd("images", "import", "--snapshotter", "overlayfs", theatre.archive())
    return theatre.play_in(lambda: ContainerdContainer(containerd), ELSEWHERE, *rules,
                           "--containerd-socket", containerd.socket)


@pytest.mark.parametrize("scenario", ELSEWHERE, ids=lambda s: s.name)
def test_a_rule_in_a_container_of_podman(play_of_podman, scenario):
    check(play_of_podman, scenario)


@pytest.mark.parametrize("scenario", ELSEWHERE, ids=lambda s: s.name)
def test_a_rule_in_a_container_of_containerd(play_of_containerd, scenario):
    check(play_of_containerd, scenario)


# ---- without an overlay ----

# Another engine tells when a container was started, and what is mounted, in its own way.
DRIFT_ELSEWHERE = [scenario for scenario in our_drift.SCENARIOS if scenario.where == "docker"]


@pytest.fixture(scope="module")
def vfs_theatre(request, short_directory):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    require_kernel()
    folder = short_directory / "vfs-theatre"
    folder.mkdir()
    root = request.getfixturevalue("bookworm_root")
    opened = Theatre(folder, root, our_drift.SCENARIOS, "vfs")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def play_of_vfs(vfs_theatre):
    return vfs_theatre.play(our_drift.SCENARIOS, [], [])


@pytest.fixture(scope="module")
def play_of_vfs_podman(vfs_theatre, podman, podman_service):
    podman.load(vfs_theatre.archive())
    return vfs_theatre.play_in(lambda: PodmanContainer(podman), DRIFT_ELSEWHERE, [], [],
                               "--podman-socket", podman_service)


@pytest.fixture(scope="module")
def play_of_native_containerd(vfs_theatre, containerd):
    containerd("images", "import", "--snapshotter", "native", vfs_theatre.archive())
    return vfs_theatre.play_in(lambda: ContainerdContainer(containerd, "native"), DRIFT_ELSEWHERE,
                               [], [], "--containerd-socket", containerd.socket)


@pytest.mark.parametrize("scenario", our_drift.SCENARIOS, ids=lambda s: s.name)
def test_drift_in_vfs(play_of_vfs, scenario):
    check(play_of_vfs, scenario)


@pytest.mark.parametrize("scenario", DRIFT_ELSEWHERE, ids=lambda s: s.name)
def test_drift_in_vfs_of_podman(play_of_vfs_podman, scenario):
    check(play_of_vfs_podman, scenario)


@pytest.mark.parametrize("scenario", DRIFT_ELSEWHERE, ids=lambda s: s.name)
def test_drift_in_a_native_snapshot_of_containerd(play_of_native_containerd, scenario):
    check(play_of_native_containerd, scenario)


# ---- nothing is left out ----

@pytest.mark.skipif(not FALCO.exists(), reason=f"{FALCO} is not there")
@pytest.mark.parametrize("name", TABLES)
def test_no_rule_of_falco_is_left_out(name):
    played = [scenario.rule for scenario in TABLES[name]]
    assert sorted(set(played)) == sorted({item["rule"] for item in rules_of(FALCO / name)})


def test_no_rule_of_ours_is_left_out():
    rules = {item["id"] for path in OURS.glob("*.yaml") for item in rules_of(path)}
    assert sorted(rules) == sorted({scenario.rule for scenario in OWN})


def test_the_page_of_our_rules_has_them_all():
    page = (OURS.parents[2] / "docs/runtime-rules.md").read_text()
    for path in OURS.glob("*.yaml"):
        for item in rules_of(path):
            techniques = ", ".join(tag[7:] for tag in item["tags"] if tag.startswith("ATTACK:"))
            off = ", off" if item.get("enabled") is False else ""
            row = f"| `{item['id']}` | {item['priority']}{off} | {item['rule']} | {techniques} |"
            assert row in page, f"docs/runtime-rules.md lacks the row {row}"
