"""Where rules and their scenarios are: Falco's files, with a table of scenarios for each, and ours.

Falco's files are found beside the checkout; FALCO need not exist.
"""
import pathlib

from conftest import SHARED
from runtime import (falco_incubating, falco_rules, falco_sandbox, our_escapes, our_evasions,
                     our_programs)

FALCO = SHARED / "compat/falco-rules"
OURS = pathlib.Path(__file__).resolve().parents[3] / "content/rules/runtime"
TABLES = {
    "falco_rules.yaml": falco_rules.SCENARIOS,
    "falco-incubating_rules.yaml": falco_incubating.SCENARIOS,
    "falco-sandbox_rules.yaml": falco_sandbox.SCENARIOS,
}
THEIRS = [scenario for table in TABLES.values() for scenario in table]
OWN = [*our_escapes.SCENARIOS, *our_programs.SCENARIOS, *our_evasions.SCENARIOS]
