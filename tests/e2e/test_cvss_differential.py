"""Our CVSS scores against those of the `cvss` package of PyPI.

Every base vector of 2.0, 3.0 and 3.1, and thousands with random temporal,
environmental, threat and supplemental metrics, seeded. The package is
installed into a virtual environment of its own; where it can't be had the
tests are skipped.
"""
import itertools
import os
import pathlib
import random
import subprocess
import sys

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
OURS = BUILD / "tests/unit/model/cvss-score"

RANDOM_VECTORS = 5000
PACKAGE = "cvss==3.6"

REFEREE = """
import sys
from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

def scores(vector):
    if vector.startswith("CVSS:4"):
        return (CVSS4(vector).base_score,)
    c = CVSS3(vector) if vector.startswith("CVSS:3") else CVSS2(vector)
    return c.scores()

for line in sys.stdin:
    try:
        print(*scores(line.rstrip("\\n")))
    except CVSSError:
        print("refused")
"""

V2_BASE = {"AV": "L A N", "AC": "H M L", "Au": "M S N", "C": "N P C", "I": "N P C", "A": "N P C"}
V2_TEMPORAL = {"E": "ND U POC F H", "RL": "ND OF TF W U", "RC": "ND UC UR C"}
V2_ENVIRONMENTAL = {"CDP": "ND N L LM MH H", "TD": "ND N L M H", "CR": "ND L M H",
                    "IR": "ND L M H", "AR": "ND L M H"}
V3_BASE = {"AV": "N A L P", "AC": "L H", "PR": "N L H", "UI": "N R", "S": "U C", "C": "H L N",
           "I": "H L N", "A": "H L N"}
V3_TEMPORAL = {"E": "X U P F H", "RL": "X O T W U", "RC": "X U R C"}
V3_ENVIRONMENTAL = {"CR": "X L M H", "IR": "X L M H", "AR": "X L M H",
                    **{"M" + name: "X " + values for name, values in V3_BASE.items()}}
V4_BASE = {"AV": "N A L P", "AC": "L H", "AT": "N P", "PR": "N L H", "UI": "N P A", "VC": "H L N",
           "VI": "H L N", "VA": "H L N", "SC": "H L N", "SI": "H L N", "SA": "H L N"}
V4_OTHER = {"E": "X A P U", "CR": "X H M L", "IR": "X H M L", "AR": "X H M L",
            **{"M" + name: "X " + values for name, values in V4_BASE.items()},
            "MSI": "X S H L N", "MSA": "X S H L N", "S": "X N P", "AU": "X N Y", "R": "X A U I",
            "V": "X D C", "RE": "X L M H", "U": "X Clear Green Amber Red"}


def every(prefix, metrics):
    choices = [[f"{name}:{value}" for value in values.split()] for name, values in metrics.items()]
    return [prefix + "/".join(choice) for choice in itertools.product(*choices)]


def some(prefix, base, other, count=RANDOM_VECTORS):
    rng = random.Random(f"plimsoll {prefix}")
    vectors = []
    for _ in range(count):
        chosen = list(base) + rng.sample(list(other), rng.randint(0, len(other)))
        rng.shuffle(chosen)
        every_metric = {**base, **other}
        vectors.append(prefix + "/".join(f"{name}:{rng.choice(every_metric[name].split())}"
                                         for name in chosen))
    return vectors


def spoil(vectors, count=500):
    """Vectors with one byte or one metric removed, doubled or changed."""
    rng = random.Random("plimsoll spoil")
    spoilt = []
    for vector in rng.sample(vectors, count):
        parts = vector.split("/")
        at = rng.randrange(len(parts))
        change = rng.randrange(4)
        if change == 0:
            parts.pop(at)
        elif change == 1:
            parts.append(parts[at])
        elif change == 2:
            parts[at] = parts[at][:-1]
        else:
            parts[at] = parts[at].lower()
        if parts:
            spoilt.append("/".join(parts))
    return spoilt


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    if not OURS.exists():
        pytest.fail(f"{OURS} is not built; run make build first")
    venv = tmp_path_factory.mktemp("cvss")
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True,
                          text=True, check=False)
    if made.returncode:
        pytest.skip(f"no virtual environment: {(made.stdout + made.stderr).strip()[-200:]}")
    got = subprocess.run([str(venv / "bin/pip"), "install", "--quiet", PACKAGE],
                         capture_output=True, text=True, timeout=120, check=False)
    if got.returncode:
        pytest.skip(f"{PACKAGE} can't be installed: {got.stderr.strip()[-200:]}")
    return venv / "bin/python"


def answers(command, vectors):
    done = subprocess.run(command, input="".join(v + "\n" for v in vectors), text=True,
                          capture_output=True, timeout=300, check=True)
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == len(vectors)
    return lines


def expected(vector, answer):
    """(fields of ours to compare, what they should be)"""
    if answer == "refused":
        return "refused"
    got = answer.split()
    if len(got) == 1:
        return f"score {got[0]}"
    base, temporal, environmental = got
    temporal = base if temporal == "None" else temporal
    if environmental == "None" or not defines(vector, environmental_of(vector)):
        environmental = temporal
    return f"{base} {temporal} {environmental}"


def environmental_of(vector):
    return V3_ENVIRONMENTAL if vector.startswith("CVSS:3") else V2_ENVIRONMENTAL


def defines(vector, metrics):
    fields = dict(part.split(":") for part in vector.split("/") if not part.startswith("CVSS"))
    return any(fields.get(name, "X") not in ("X", "ND") for name in metrics)


def check(python, vectors):
    theirs = answers([python, "-c", REFEREE], vectors)
    wrong = []
    for vector, answer, line in zip(vectors, theirs, answers([OURS], vectors)):
        want = expected(vector, answer)
        if line != "refused":
            fields = line.split()
            line = f"score {fields[3]}" if want.startswith("score") else " ".join(fields[:3])
        if line != want:
            wrong.append(f"{vector}: referee {want}, ours {line}")
    assert not wrong, f"{len(wrong)} of {len(vectors)} differ:\n" + "\n".join(wrong[:40])


def test_every_base_vector_of_3_1(python):
    vectors = every("CVSS:3.1/", V3_BASE)
    assert len(vectors) == 2592
    check(python, vectors)


def test_every_base_vector_of_3_0(python):
    check(python, every("CVSS:3.0/", V3_BASE))


@pytest.mark.parametrize("prefix", ["CVSS:3.0/", "CVSS:3.1/"])
def test_temporal_and_environmental_3(python, prefix):
    check(python, some(prefix, V3_BASE, {**V3_TEMPORAL, **V3_ENVIRONMENTAL}))


def test_every_base_vector_of_2_0(python):
    check(python, every("", V2_BASE))


def test_temporal_and_environmental_2(python):
    check(python, some("", V2_BASE, {**V2_TEMPORAL, **V2_ENVIRONMENTAL}))


def test_base_4(python):
    check(python, random.Random("plimsoll 4").sample(every("CVSS:4.0/", V4_BASE), 20000))


def test_all_metrics_4(python):
    check(python, some("CVSS:4.0/", V4_BASE, V4_OTHER, 20000))


def test_refusals(python):
    check(python, spoil(every("CVSS:3.1/", V3_BASE)) + spoil(every("", V2_BASE)) +
          spoil(some("CVSS:4.0/", V4_BASE, V4_OTHER)))
