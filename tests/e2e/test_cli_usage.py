"""Commands and options: help, mistakes, environment, completion, man pages, docs."""
import os
import re
import shutil
import subprocess

import pytest

from conftest import PROGRAM, SOURCE

COMMANDS = ["image", "fs", "host", "config", "harden", "secret", "rules", "db", "cache", "help",
            "version", "completion"]
VERBS = {"db": ["update", "import", "info", "export"], "cache": ["info", "clean"],
         "rules": ["list", "show", "check", "explain", "test", "fields"]}
ALL = [[c] for c in COMMANDS] + [[c, v] for c, verbs in VERBS.items() for v in verbs]


def fails(result, message, hint=""):
    """Exit code 2, one error line, perhaps a hint, and nothing on standard output."""
    lines = result.err.splitlines()
    assert result.code == 2 and result.out == "", result
    assert lines[0] == f"plimsoll: error: {message}", result
    assert lines[1:] == ([f"  hint: {hint}"] if hint else []), result


def test_help_names_every_command(plimsoll):
    result = plimsoll("--help")
    assert result.code == 0 and result.err == ""
    for command in COMMANDS:
        assert re.search(rf"^  {command}\b", result.out, re.M), command


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_help_of_every_command(plimsoll, command):
    by_option, by_command = plimsoll(*command, "--help"), plimsoll("help", *command)
    assert by_option.code == 0 and by_option.err == "" and by_option.out == by_command.out
    assert by_option.out.startswith(f"plimsoll {' '.join(command)}: ")
    assert "usage: plimsoll" in by_option.out and "Exit codes" in by_option.out
    assert max(map(len, by_option.out.splitlines())) <= 80


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_help_in_chinese(plimsoll, command):
    result = plimsoll(*command, "--help", "--lang", "zh")
    assert result.code == 0
    texts = [line for line in result.out.splitlines()
             if line.strip() and not re.search(r"[\u4e00-\u9fff]", line)]
    # What is left without Chinese is a command line, or the head of an option.
    for line in texts:
        assert re.match(r"\s+(--|plimsoll|docker|source|-\w|\[|NO_COLOR|COLUMNS)", line) or \
            re.fullmatch(r"\s+\S+( \S+)?|\s*\[?[A-Z_\]]+|\s*[a-z]+(, [a-z]+)* *", line) or \
            "plimsoll" in line or "PLIMSOLL" in line or "PROXY" in line or "LC_" in line, line


def test_no_command_is_wrong_usage(plimsoll):
    for args in ([], ["db"], ["cache", "--quiet"]):
        result = plimsoll(*args)
        assert result.code == 2 and result.out == "" and "usage: plimsoll" in result.err


def test_version(plimsoll):
    for args in (["version"], ["--version"]):
        result = plimsoll(*args)
        assert result.code == 0 and re.fullmatch(r"plimsoll \d+\.\d+\.\d+\n", result.out)


def test_mistakes(plimsoll):
    see = "see plimsoll image --help"
    fails(plimsoll("image", "x", "--severty", "high"),
          "unknown option --severty; did you mean --severity?", see)
    fails(plimsoll("image", "x", "--zzz"), "unknown option --zzz", see)
    fails(plimsoll("imgae", "x"), "unknown command 'imgae'", "did you mean image?")
    fails(plimsoll("frobnicate"), "unknown command 'frobnicate'",
          "'plimsoll help' lists the commands")
    fails(plimsoll("db", "updte"), "unknown command 'updte'", "did you mean update?")
    fails(plimsoll("rules", "frobnicate"), "unknown command 'frobnicate'",
          "'plimsoll help rules' lists the commands")
    fails(plimsoll("image"), "REF is missing", see)
    fails(plimsoll("image", "a", "b"), "unexpected argument 'b'", see)
    fails(plimsoll("image", "a", "--format"), "--format needs a value: FORMAT", see)
    fails(plimsoll("image", "a", "-f", "jsn"), "-f: unknown value 'jsn'",
          "did you mean json? it takes: table, json, sarif, junit, gitlab, github")
    fails(plimsoll("image", "a", "--jobs", "0"), "--jobs: '0' is not a number from 1 to 256", see)
    fails(plimsoll("image", "a", "--fail-on", "hihg"), "--fail-on: unknown severity 'hihg'",
          "did you mean high?")
    fails(plimsoll("image", "a", "--max-layer-size", "big"),
          "--max-layer-size: 'big' is not a size", "write it like 512M, 2G or 1048576")
    fails(plimsoll("image", "a", "--exit-code", "256"),
          "--exit-code: '256' is not a number from 0 to 255", see)
    fails(plimsoll("completion", "csh"), "no completion for the shell 'csh'",
          "there is completion for bash, zsh and fish")


def test_a_platform_that_is_none(plimsoll):
    result = plimsoll("image", "a", "--platform", "linux/")
    assert result.code in (2, 3) and "--platform" in result.err


def test_control_characters_do_not_reach_the_terminal(plimsoll):
    result = plimsoll("image", "--\x1b[2Jx")
    assert result.code == 2 and "\x1b" not in result.err


def test_mistakes_in_chinese(plimsoll):
    for args in (["image", "x", "--severty", "--lang", "zh"], ["--lang=zh", "image", "--severty"]):
        result = plimsoll(*args)
        assert result.code == 2 and result.err.startswith("plimsoll: 错误："), result
    result = plimsoll("imgae", env={"LC_ALL": "zh_CN.UTF-8"})
    assert "imgae" in result.err and "image" in result.err and "错误" in result.err
    assert "unknown command" in plimsoll("imgae", env={"LC_ALL": "zh_CN.UTF-8",
                                                       "PLIMSOLL_LANG": "en"}).err


def test_the_environment(plimsoll):
    result = plimsoll("image", "x", env={"PLIMSOLL_JOBS": "many"})
    assert result.code == 2
    assert "PLIMSOLL_JOBS: 'many' is not a number from 1 to 256" in result.err
    # The command line goes before the environment, and an empty variable is none.
    assert "REF is missing" in plimsoll("image", env={"PLIMSOLL_JOBS": ""}).err


def test_every_variable_is_documented(plimsoll):
    named = set()
    for source in (SOURCE / "src/cmd/cli/settings.c", SOURCE / "src/cmd/line/general.c"):
        named |= set(re.findall(r"PLIMSOLL_[A-Z_]+", source.read_text()))
    told = set()
    for command in ALL:
        told |= set(re.findall(r"PLIMSOLL_[A-Z_]+", plimsoll("help", "--man", *command).out))
    assert named == told


# -- Man pages, completion, docs --

@pytest.mark.parametrize("command", [[]] + [[c] for c in COMMANDS], ids=lambda c: " ".join(c) or "-")
def test_man_pages(plimsoll, command):
    page = plimsoll("help", "--man", *command)
    assert page.code == 0 and page.out.startswith(".TH plimsoll")
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"):
        assert f'.SH "{section}"' in page.out
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-Wbreak"], input=page.out,
                              text=True, capture_output=True, check=False)
        assert done.returncode == 0 and done.stderr == "" and len(done.stdout) > 500


def complete(script, *words):
    code = f"""source {script}
COMP_WORDS=({' '.join(f"'{w}'" for w in words)}); COMP_CWORD={len(words) - 1}
_plimsoll; printf '%s\\n' "${{COMPREPLY[@]}}" """
    return subprocess.run(["bash", "--norc", "-c", code], text=True, check=True,
                          stdout=subprocess.PIPE).stdout.split()


def test_completion_in_bash(plimsoll, tmp_path):
    script = tmp_path / "completion"
    script.write_text(plimsoll("completion", "bash").out)
    assert complete(script, "plimsoll", "ima") == ["image"]
    assert set(COMMANDS) <= set(complete(script, "plimsoll", ""))
    assert complete(script, "plimsoll", "db", "up") == ["update"]
    assert complete(script, "plimsoll", "image", "--sev") == ["--severity"]
    assert complete(script, "plimsoll", "image", "--format", "") == \
        ["table", "json", "sarif", "junit", "gitlab", "github"]
    assert complete(script, "plimsoll", "image", "-f", "j") == ["json", "junit"]
    assert complete(script, "plimsoll", "fs", "--fail-on", "cr") == ["critical"]
    (tmp_path / "a.tar").touch()
    assert complete(script, "plimsoll", "image", f"{tmp_path}/a.") == [f"{tmp_path}/a.tar"]


@pytest.mark.parametrize("shell,check", [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]),
                                         ("fish", ["fish", "-n"])])
def test_completion_is_sound(plimsoll, tmp_path, shell, check):
    script = tmp_path / "completion"
    result = plimsoll("completion", shell)
    assert result.code == 0 and "plimsoll" in result.out
    script.write_text(result.out)
    if not shutil.which(check[0]):
        pytest.skip(f"{check[0]} is not installed")
    subprocess.run([*check, str(script)], check=True)


def test_the_pages_of_commands_are_current():
    done = subprocess.run(["/usr/bin/python3", str(SOURCE / "tools/update-docs"), "--check",
                           str(PROGRAM)], text=True, capture_output=True, check=False,
                          env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_with_a_target_has_a_page():
    pages = {path.stem for path in (SOURCE / "docs/commands").glob("*.md")}
    assert pages >= {"image", "fs", "host", "db", "cache"}
