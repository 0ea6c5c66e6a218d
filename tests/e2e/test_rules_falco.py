"""The rule files of Falco, as they are: they load, and none of their rules is lost.

What a file holds is counted apart, with PyYAML.
"""
import json
import pathlib

import pytest
import yaml

from conftest import SHARED

FOLDER = SHARED / "compat/falco-rules"
FILES = sorted(FOLDER.glob("*.yaml")) if FOLDER.exists() else []
SYSCALL = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"]

pytestmark = pytest.mark.skipif(not FILES, reason=f"{FOLDER} is not there")


def names(paths):
    """The names of rules in the order of their first definition."""
    seen = {}
    for path in paths:
        for item in yaml.safe_load(path.read_text()):
            if "rule" in item:
                seen[item["rule"]] = True
    return list(seen)


@pytest.mark.parametrize("paths", [[path] for path in FILES] + [[FOLDER / n for n in SYSCALL]],
                         ids=lambda paths: "+".join(pathlib.Path(p).stem for p in paths))
def test_every_rule_is_there(plimsoll, paths):
    checked = plimsoll("rules", "check", *paths)
    assert checked.code == 0, checked
    assert ", errors: 0," in checked.out, checked
    files = [argument for path in paths for argument in ("--rules", path)]
    listed = plimsoll("rules", "list", "--no-builtin", "--json", *files)
    assert listed.code == 0, listed
    assert [rule["rule"] for rule in json.loads(listed.out)] == names(paths)


def test_known_numbers():
    counts = {path.name: len(names([path])) for path in FILES}
    assert counts["k8s_audit_rules.yaml"] == 48
    assert len(names([FOLDER / name for name in SYSCALL])) == 93
