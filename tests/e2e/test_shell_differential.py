"""Our shell parser against dash and bash.

Scripts that `dash -n` or `bash -n` accepts must be read without a fault: those
installed on this machine, and seeded mixtures of their lines. The other way
round a part must be refused: scripts cut off in the middle of a compound.
"""
import os
import pathlib
import random
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
OURS = BUILD / "tests/unit/config/dump_shell"
FOLDERS = ["/usr/bin", "/usr/sbin", "/var/lib/dpkg/info", "/etc/init.d", "/usr/lib", "/usr/share"]
LIMIT = 600


def referee(path):
    """The shell of a script's first line, or None."""
    with open(path, "rb") as file:
        line = file.readline(200)
    if not line.startswith(b"#!"):
        return None
    words = line[2:].split()
    names = [word.rsplit(b"/", 1)[-1] for word in words]
    for name, shell in ((b"bash", "bash"), (b"dash", "dash"), (b"sh", "dash")):
        if name in names[:2]:
            return shell
    return None


def scripts():
    found = []
    for folder in FOLDERS:
        for root, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(root, name)
                if os.path.islink(path) or not os.access(path, os.X_OK) or \
                        os.path.getsize(path) > 1 << 20 or "\n" in path:
                    continue
                shell = referee(path)
                if shell and shutil.which(shell):
                    found.append((path, shell))
                if len(found) == LIMIT:
                    return found
    return found


def accepts(shell, path):
    return subprocess.run([shell, "-n", path], capture_output=True, timeout=20).returncode == 0


def ours(paths):
    done = subprocess.run([OURS], input="".join(f"{path}\n" for path in paths), capture_output=True,
                          text=True, errors="replace", timeout=120)
    return done.stdout.splitlines()


@pytest.fixture(scope="module", autouse=True)
def built():
    if not OURS.exists():
        subprocess.run(["ninja", "-C", BUILD, "tests/unit/config/dump_shell"], check=True,
                       capture_output=True, timeout=600)


def test_installed_scripts():
    accepted = [path for path, shell in scripts() if accepts(shell, path)]
    if len(accepted) < 20:
        pytest.skip(f"only {len(accepted)} shell scripts are installed here")
    refused = [line for line in ours(accepted) if ": refused at " in line]
    assert not refused, "\n".join(refused[:10])


PIECES = [
    "a b", "x=1", "x=1 a", "echo 'q' \"d $x ${y:-z}\"", "a | b |& c", "a && b || c", "! a", "a &",
    "(a; b)", "{ a; b; }", "if a; then b; elif c; then d; else e; fi", "for i in 1 2; do a; done",
    "while a; do b; done", "until a; do b; done", "case $x in a|b) c;; (d) e;; esac",
    "f() { a; }", "a > f 2>&1 < g", "a $(b $(c)) `d`", "a $((1 + (2) * x))", "cat <<E\nx $y\nE",
    "cat <<-'E'\n\tx\n\tE", "a \\\n b", "# comment", "[ a = b ] && c", "a \"$(b \"c\")\"",
    "x=$(a)$(b)", "a ${x#'}'} ${y%%*/}",
]
BASH_PIECES = [
    "[[ a == b* && $x =~ ^(a|b)$ ]]", "(( i++ ))", "x=(a b $(c))", "declare -a y=(1 2)",
    "a <<< \"b $c\"", "diff <(a) <(b)", "for ((i = 0; i < 3; i++)); do a; done", "a &> f",
    "function g { a; }", "select x in a b; do c; done", "echo $'a\\'b'", "case x in a) b;;& esac",
    "a {b,c}d", "coproc a", "x[1]=b", "x+=(c)", "echo ${x[@]} ${!y} ${z//a/b}",
]


def mixtures(pieces, seed, count):
    chance = random.Random(seed)
    for _ in range(count):
        lines = [chance.choice(pieces) for _ in range(chance.randint(1, 6))]
        text = "\n".join(lines)
        wrap = chance.choice(["%s", "(\n%s\n)", "{\n%s\n}", "if\n%s\nthen\n%s\nfi", "x=$(\n%s\n)",
                              "h() {\n%s\n}", "while\n%s\ndo\n%s\ndone"])
        yield wrap.replace("%s", text) + "\n"


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_mixtures(shell, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    pieces = PIECES + (BASH_PIECES if shell == "bash" else [])
    paths = []
    for number, text in enumerate(mixtures(pieces, 20, 150)):
        path = tmp_path / f"{number}.sh"
        path.write_text(text)
        if accepts(shell, path):
            paths.append(path)
    assert len(paths) > 100
    refused = [line for line in ours(paths) if ": refused at " in line]
    assert not refused, "\n".join(refused[:10])


CUT = ["if a; then b", "for i in x; do a", "case x in a) b;;", "(a", "{ a", "a 'b", "a \"b",
       "a $(b", "a ${b", "a &&", "a |", "done", "fi", "a )", "while a; b; done", "a ;; b"]


def test_cut_off(tmp_path):
    paths = []
    for number, text in enumerate(CUT):
        path = tmp_path / f"{number}.sh"
        path.write_text(text)
        assert not accepts("bash", path), text
        paths.append(path)
    taken = [line for line in ours(paths) if ": refused at " not in line]
    assert not taken, "\n".join(taken)
