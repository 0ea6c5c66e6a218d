"""Our order of versions against that of each ecosystem's own implementation.

Pairs are made from real versions and mutations of them, seeded, so every run
asks the same. One process answers for all pairs of a scheme; a referee that is
not installed is a skip. The referees are in tests/differential/.
"""
import os
import pathlib
import random
import re
import shutil
import subprocess

import pytest

from version_seeds import NUMBERS, PIECES, seeds

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
OURS = BUILD / "tests/unit/version/version-compare"
REFEREES = SOURCE / "tests/differential"

PAIRS = 20000
DPKG_PAIRS = 300  # one process each
MAVEN_BATCH = 4000  # pairs given to one process as arguments
MAVEN_JARS = "/usr/share/java/maven3-artifact.jar:/usr/share/java/commons-lang3.jar"
SAFE_INTEGER = 2 ** 53 - 1


def mutate(rng, scheme, text):
    tokens = re.findall(r"\d+|[A-Za-z]+|.", text) or ["1"]
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randrange(len(tokens) + 1)
        old = tokens[at] if at < len(tokens) else ""
        kind = rng.randrange(6)
        if kind == 0 and old.isdigit():
            tokens[at] = rng.choice(NUMBERS + [str(int(old) + 1), "0" + old])
        elif kind == 1 and old:
            tokens[at] = rng.choice(PIECES[scheme])
        elif kind == 2:
            tokens.insert(at, rng.choice(PIECES[scheme] + NUMBERS))
        elif kind == 3 and old:
            del tokens[at]
        elif kind == 4 and old:
            tokens[at] = old.swapcase()
        else:
            tokens[at:] = [rng.choice(PIECES[scheme]), rng.choice(NUMBERS)]
    return "".join(tokens).strip()


def generate(scheme, count=PAIRS):
    rng = random.Random(f"plimsoll {scheme}")
    pool = seeds(scheme)
    pairs = [(a, b) for a in pool for b in pool]
    while len(pairs) < count:
        a = rng.choice(pool)
        if rng.random() < 0.5:
            a = mutate(rng, scheme, a)
        b = rng.choice(pool) if rng.random() < 0.1 else mutate(rng, scheme, a)
        pairs.append((a, b) if rng.random() < 0.5 else (b, a))
    return [(a, b) for a, b in pairs if a and b][:count]


def lines_of(pairs):
    return "".join(f"{a}\t{b}\n" for a, b in pairs)


def need(*programs):
    for program in programs:
        if not shutil.which(program) and not pathlib.Path(program).exists():
            pytest.skip(f"referee not installed: {program}")


def ask(command, pairs, **kwargs):
    done = subprocess.run(command, input=lines_of(pairs), text=True, capture_output=True,
                          timeout=300, **kwargs)
    assert done.returncode == 0, done.stderr[-2000:]
    answers = done.stdout.split("\n")[:-1]
    assert len(answers) == len(pairs)
    return answers


def ours(scheme, pairs):
    done = subprocess.run([str(OURS)], text=True, capture_output=True, check=True, timeout=60,
                          input="".join(f"{scheme}\t{a}\t{b}\n" for a, b in pairs))
    return done.stdout.split("\n")[:-1]


def expected(a, b, answer):
    """The referee's answer, or the order of malformed versions (version.h)."""
    if answer == "ab":
        left, right = a.encode(), b.encode()
        return str((left > right) - (left < right))
    return {"a": "-1", "b": "1"}.get(answer, answer)


def check(scheme, pairs, answers, least):
    """Every answer is ours, and at least `least` pairs had one to compare."""
    asked = [(pair, expected(*pair, answer)) for pair, answer in zip(pairs, answers) if answer]
    got = ours(scheme, [pair for pair, _ in asked])
    wrong = [f"{a!r} {b!r}: referee {want}, ours {have}"
             for ((a, b), want), have in zip(asked, got) if want != have]
    assert not wrong, f"{len(wrong)} of {len(asked)} differ:\n" + "\n".join(wrong[:40])
    assert len(asked) >= least


def both_valid(answers):
    return [answer if answer in ("-1", "0", "1") else None for answer in answers]


@pytest.fixture(scope="module", autouse=True)
def built():
    if not OURS.exists():
        pytest.fail(f"{OURS} is not built; run make build first")


def epoch_is_fine(version):
    """libdpkg-perl takes epochs that dpkg refuses: above INT_MAX, "1:", ":1"."""
    epoch = re.match(r"(\d+):.", version)
    return int(epoch[1]) < 2 ** 31 if epoch else ":" not in version


def test_dpkg_against_libdpkg_perl():
    need("/usr/share/perl5/Dpkg/Version.pm")
    pairs = [pair for pair in generate("dpkg") if all(map(epoch_is_fine, pair))]
    check("dpkg", pairs, both_valid(ask(["perl", REFEREES / "dpkg.pl"], pairs)), 8000)


def dpkg_says(a, b):
    def run(operator):
        return subprocess.run(["dpkg", "--compare-versions", a, operator, b],
                              stderr=subprocess.DEVNULL, check=False).returncode
    less = run("lt")
    if less > 1:
        return None
    return "-1" if less == 0 else "1" if run("gt") == 0 else "0"


def test_dpkg_against_dpkg():
    need("dpkg")
    pairs = random.Random("sample").sample(generate("dpkg"), DPKG_PAIRS)
    check("dpkg", pairs, [dpkg_says(a, b) for a, b in pairs], DPKG_PAIRS // 2)


def test_dpkg_refuses_what_dpkg_refuses():
    need("dpkg")
    refused = ["1.0 2", ":1", "a:1", "1:", "1-", "-1", "99999999999:1", "1:-1", "1.0:2-1"]
    assert [dpkg_says(version, "1") for version in refused] == [None] * len(refused)
    assert ours("dpkg", [(version, "~") for version in refused]) == ["-1"] * len(refused)


def test_rpm():
    pytest.importorskip("rpm", reason="referee not installed: python3-rpm")
    pairs = generate("rpm")
    check("rpm", pairs, ask(["/usr/bin/python3", REFEREES / "evr.py"], pairs), 19000)


def test_pep440():
    pytest.importorskip("packaging", reason="referee not installed: python3-packaging")
    pairs = generate("pep440")
    check("pep440", pairs, ask(["/usr/bin/python3", REFEREES / "pep440.py"], pairs), 19000)


def node_numbers_safe(version):
    return len(version) <= 256 and all(int(n) <= SAFE_INTEGER
                                       for n in re.findall(r"\d+", version))


def ask_node(mode, pairs):
    return ask(["node", REFEREES / "npm.js", mode], pairs,
               env=dict(os.environ, NODE_PATH="/usr/share/nodejs"))


def test_npm():
    """Where node-semver refuses a version ("1.2", "1.2.3.4") we go further."""
    need("node", "/usr/share/nodejs/semver")
    pairs = [pair for pair in generate("npm")
             if all(node_numbers_safe(v) and not re.match(r"\D*\d+\.\d+\.\d+\.", v) for v in pair)]
    answers = ask_node("loose", pairs)
    check("npm", pairs, both_valid(answers), 6000)


def test_semver():
    need("node", "/usr/share/nodejs/semver")
    pairs = [pair for pair in generate("semver") if all(map(node_numbers_safe, pair))]
    answers = ask_node("strict", pairs)
    check("semver", pairs, both_valid(answers), 4000)


def test_gem():
    need("ruby")
    pairs = generate("gem")
    check("gem", pairs, ask(["ruby", REFEREES / "gem.rb"], pairs), 19000)


def branch(version):
    return version in ("master", "trunk", "default") or version.lower().startswith("dev-")


def test_composer():
    """Branches have no order among themselves, and "STABLE" is ours."""
    need("php", "/usr/share/php/Composer/Semver/autoload.php")
    pairs = [(a, b) for a, b in generate("composer")
             if not (branch(a) and branch(b)) and
             not any(re.search("(?i:stable)", v.replace("stable", "")) for v in (a, b))]
    check("composer", pairs, ask(["php", REFEREES / "composer.php"], pairs), 15000)


def maven_answers(pairs):
    """ComparableVersion's main() compares each argument with the one before it."""
    done = subprocess.run(
        ["java", "-cp", MAVEN_JARS, "org.apache.maven.artifact.versioning.ComparableVersion",
         *(version for pair in pairs for version in pair)],
        text=True, capture_output=True, check=True, timeout=300)
    signs = re.findall(r"^   .* (<|==|>) .*$", done.stdout, re.MULTILINE)
    assert len(signs) == 2 * len(pairs) - 1
    return [{"<": "-1", "==": "0", ">": "1"}[sign] for sign in signs[::2]]


def has_list_in_first_place(version):
    """Where Maven is not transitive and maven.c differs: a list, opened by a
    hyphen or between a digit and a letter, behind nothing but zeros and words
    that mean a release."""
    empty = True
    tokens = re.findall(r"\d+|[^\d.-]+|[.-]", version.lower())
    for token, behind in zip(tokens, tokens[1:] + ["."]):
        if token not in ".-" and token.strip("0") and token not in ("ga", "final", "release"):
            empty = False
        if token == "-" or (token not in ".-" and behind not in ".-"):
            if empty:
                return True
            empty = True
    return False


def test_maven():
    """".word" is given to the referee as "-word", which Maven 3.8 makes of it
    only at the end and before a digit (maven.c)."""
    need("java", MAVEN_JARS.split(":", maxsplit=1)[0])
    pairs = [tuple(re.sub(r"\.(?=[^\d.-])", "-", version) for version in pair)
             for pair in generate("maven")]
    pairs = [pair for pair in pairs if not any(map(has_list_in_first_place, pair))]
    answers = []
    for start in range(0, len(pairs), MAVEN_BATCH):
        answers += maven_answers(pairs[start:start + MAVEN_BATCH])
    check("maven", pairs, answers, 10000)


def test_maven_dot_before_a_word():
    """As published, where Maven reads ".word" as "-word" by itself."""
    need("java", MAVEN_JARS.split(":", maxsplit=1)[0])
    rng = random.Random("maven words")
    words = ["Final", "GA", "RELEASE", "RC1", "RC10", "Beta2", "alpha", "M3", "jre8", "v20230217"]
    pool = [f"{rng.choice('123')}.{rng.choice('01')}.{rng.choice('01')}{rng.choice('.-')}"
            f"{rng.choice(words)}" for _ in range(200)]
    pairs = [(rng.choice(pool), rng.choice(pool)) for _ in range(MAVEN_BATCH)]
    check("maven", pairs, maven_answers(pairs), MAVEN_BATCH)


def run_go(tmp_path, program):
    """`go run` outside any module, with golang.org/x/mod from the toolchain itself."""
    need("go")
    root = pathlib.Path(subprocess.run(["go", "env", "GOROOT"], text=True, check=True,
                                       capture_output=True).stdout.strip())
    vendored = root / "src/cmd/vendor/golang.org/x/mod"
    if not vendored.exists():
        pytest.skip(f"referee not installed: {vendored}")
    source = tmp_path / "src/golang.org/x"
    source.mkdir(parents=True)
    (source / "mod").symlink_to(vendored)
    env = dict(os.environ, GO111MODULE="off", GOPATH=str(tmp_path), GOFLAGS="",
               GOTOOLCHAIN="local", GOCACHE=str(tmp_path / "cache"))
    binary = tmp_path / "referee"
    built = subprocess.run(["go", "build", "-o", str(binary), REFEREES / program], env=env,
                           text=True, capture_output=True, timeout=300, check=False)
    if built.returncode and "is not in" in built.stderr:
        pytest.skip(f"referee too old: {built.stderr.strip()[-200:]}")
    assert built.returncode == 0, built.stderr
    return binary


def test_go_modules(tmp_path):
    pairs = [pair for pair in generate("module") if all(v.startswith("v") for v in pair)]
    answers = ask([run_go(tmp_path, "module.go")], pairs)
    check("go", pairs, both_valid(answers), 4000)


def go_language(version):
    """"go1.21" is a language version for go/version, and 1.21.0 for us."""
    return re.fullmatch(r"go\d+(\.\d+)?", version.split("-")[0]) is not None


def test_go_toolchains(tmp_path):
    pairs = [pair for pair in generate("toolchain") if not any(map(go_language, pair))]
    answers = ask([run_go(tmp_path, "toolchain.go")], pairs)
    check("go", pairs, both_valid(answers), 2500)
