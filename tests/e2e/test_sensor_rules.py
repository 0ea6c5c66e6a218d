"""Every rule of Falco's three files and of ours: a real action in a real process or container
makes it fire, with the fields it should have, and its twin does not.

The actions are data: runtime/*.py. All are played once, before one sensor.
"""
import pathlib

import pytest
import yaml

from conftest import SHARED
from runtime import falco_incubating, falco_rules, falco_sandbox, our_escapes, our_programs
from runtime.stage import BROKEN, staged
from sensor import PROGRAM, require_kernel

FALCO = SHARED / "compat/falco-rules"
OURS = pathlib.Path(__file__).resolve().parents[2] / "content/rules/runtime"
TABLES = {
    "falco_rules.yaml": falco_rules.SCENARIOS,
    "falco-incubating_rules.yaml": falco_incubating.SCENARIOS,
    "falco-sandbox_rules.yaml": falco_sandbox.SCENARIOS,
}
THEIRS = [scenario for table in TABLES.values() for scenario in table]
OWN = [*our_escapes.SCENARIOS, *our_programs.SCENARIOS]


def rules_of(path):
    return [item for item in yaml.safe_load(path.read_text()) if "rule" in item]


def same(value, want):
    """Whether an output field is as wanted."""
    if hasattr(want, "search"):
        return want.search(str(value)) is not None
    return value == want or str(value) == str(want)


@pytest.fixture(scope="module")
def play(request, short_directory):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    require_kernel()
    root = request.getfixturevalue("bookworm_root")
    folder = short_directory / "play"
    folder.mkdir()
    files = [FALCO / name for name in TABLES] if FALCO.exists() else []
    scenarios = [*(THEIRS if files else []), *OWN]
    names = [item["rule"] for path in [*files, *sorted(OURS.glob("*.yaml"))]
             for item in rules_of(path)]
    with staged(scenarios, folder, root, files, list(dict.fromkeys(names))) as played:
        yield played


def check(play, scenario):
    fired, spared = play.act(scenario, False), play.act(scenario, True)
    assert fired.code not in BROKEN and spared.code not in BROKEN, (fired, spared)
    found = fired.of(scenario.rule)
    assert found, f"it did not fire: {fired}"
    for name, want in scenario.fields.items():
        values = [alert["output_fields"].get(name) for alert in found]
        assert any(same(value, want) for value in values), f"{name} is {values}, not {want!r}"
    assert not spared.of(scenario.rule), f"the twin fired: {spared.of(scenario.rule)[0]['output']}"


@pytest.mark.skipif(not FALCO.exists(), reason=f"{FALCO} is not there")
@pytest.mark.parametrize("scenario", THEIRS, ids=lambda s: s.rule)
def test_a_rule_of_falco(play, scenario):
    check(play, scenario)


@pytest.mark.parametrize("scenario", OWN, ids=lambda s: s.rule)
def test_a_rule_of_ours(play, scenario):
    check(play, scenario)


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
