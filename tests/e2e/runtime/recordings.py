"""The recordings of tests/recordings: where they are, and what came of replaying one."""
import dataclasses
import json
import pathlib
import re

import yaml

from runtime import (falco_incubating, falco_rules, falco_sandbox, our_drift, our_escapes,
                     our_evasions, our_programs)
from sensor import SOURCE, run_sensor
from conftest import SHARED

FOLDER = SOURCE / "tests/recordings"
TABLE = FOLDER / "alerts.yaml"
FALCO = SHARED / "compat/falco-rules"
OWN = "ours"
TABLES = {
    "falco_rules": falco_rules.SCENARIOS,
    "falco-incubating_rules": falco_incubating.SCENARIOS,
    "falco-sandbox_rules": falco_sandbox.SCENARIOS,
    OWN: [*our_escapes.SCENARIOS, *our_programs.SCENARIOS, *our_evasions.SCENARIOS,
          *our_drift.SCENARIOS],
}

# Clocks of all recordings, in nanoseconds.
HOUR = 3600 * 10**9
BOOT = 1767225600 * 10**9  # 2026-01-01
FIRES = 24 * HOUR          # since boot
BENIGN = 25 * HOUR
BENIGN_BEGINS = "2026-01-02T01:00:00"


def table_of(scenario):
    return next(name for name, table in TABLES.items() if scenario in table)


def place_of(name, table):
    return FOLDER / table / (re.sub("[^a-z0-9]+", "-", name.lower()).strip("-") + ".plc")


def rules_of(table):
    """Options that load the rules that recordings are about."""
    if table == OWN:
        return ["--builtin"]
    files = [FALCO / f"{table}.yaml", FOLDER / table / "additions.yaml"]
    return [word for file in files if file.exists() for word in ("--rules", file)]


@dataclasses.dataclass
class Recording:
    """A row of the table: the alerts of a scenario's rule, each with some of its output fields."""
    name: str  # of the scenario
    of: str    # key of TABLES
    alerts: list

    @property
    def path(self):
        return place_of(self.name, self.of)

    @property
    def rule(self):
        return next(each.rule for each in TABLES[self.of] if each.name == self.name)

    def replay(self, push_down):
        """Alerts of the rule: (of what fires, of the twin)"""
        done = run_sensor("replay", *rules_of(self.of), "--enable", "*", "--all-matches",
                          "--no-grouping", "--quiet", "--format", "json",
                          *(["--push-down"] if push_down else []), self.path)
        assert done.returncode == 0, done.stderr[-2000:]
        alerts = [json.loads(line) for line in done.stdout.splitlines()]
        alerts = [alert for alert in alerts if self.rule in (alert["rule"], alert.get("rule_id"))]
        return ([alert for alert in alerts if alert["time"] < BENIGN_BEGINS],
                [alert for alert in alerts if alert["time"] >= BENIGN_BEGINS])

    @staticmethod
    def table(rows):
        """YAML of all rows."""
        tables = {}
        for row in rows:
            tables.setdefault(row.of, {})[row.name] = row.alerts
        return ("# Made by tests/e2e/runtime/keep.py: the alerts of each scenario's rule, in "
                "order, when\n# its recording is replayed. The twin has none.\n" +
                yaml.safe_dump(tables, sort_keys=False, allow_unicode=True, width=98))

    @staticmethod
    def all():
        tables = yaml.safe_load(TABLE.read_text())
        return [Recording(name, of, alerts) for of, rows in tables.items()
                for name, alerts in rows.items()]
