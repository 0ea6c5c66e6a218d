"""plimsoll rules list and show, and the choice of checks: what a person sees of the rules."""
import re

import pytest


@pytest.mark.parametrize("language, head, why", [
    ("en", "severity: critical", "A privileged container"),
    ("zh", "严重程度：严重", "特权"),
])
def test_a_rule_is_shown_with_all_its_texts(plimsoll, language, head, why):
    text = plimsoll("rules", "show", "k8s-privileged", "--lang", language).out
    sections = re.split(r"\n\n", text.strip())
    assert head in sections[1].splitlines(), text
    for section in sections[2:]:
        assert all(line.strip() for line in section.splitlines()[1:]) and "\n" in section, section
    assert why in text and "container.effective.privileged = true" in text


def test_a_mistyped_rule_is_guessed(plimsoll):
    result = plimsoll("rules", "show", "k8s-privilegd")
    assert result.code == 3 and "did you mean k8s-privileged?" in result.err
    assert "'plimsoll rules list'" in plimsoll("rules", "show", "zzzzzz").err


def test_a_list_of_nothing_says_so(plimsoll):
    result = plimsoll("rules", "list", "--tag", "no-such-tag")
    assert result.code == 0 and "no rule is of this source and tag" in result.err


@pytest.mark.parametrize("options", [
    ["--no-builtin"],
    ["--check", "k8s-privileged", "--skip-check", "k8s-privileged"],
])
def test_a_scan_without_checks_is_wrong_usage(plimsoll, tmp_path, options):
    result = plimsoll("config", tmp_path, *options)
    assert result.code == 2 and "no check is left" in result.err and result.out == ""


def test_a_folder_without_configuration_is_no_clean_one(plimsoll, tmp_path):
    (tmp_path / "notes.txt").write_text("hello\n")
    result = plimsoll("config", tmp_path)
    assert result.code == 0 and "nothing was checked" in result.out
    assert "nothing was checked" not in plimsoll("config", tmp_path / "notes.txt").out


def test_options_of_packages_are_for_scans_of_packages(plimsoll):
    for command, count in [("image", 1), ("config", 0), ("secret", 0)]:
        text = plimsoll("help", command).out
        assert len(re.findall(r"^ +--ignore-unfixed", text, re.M)) == count, command


def test_a_fingerprint_is_of_the_file_and_not_of_how_it_was_named(plimsoll, tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM debian\n")
    here, named = (plimsoll.scan("config", path, cwd=tmp_path).report["findings"]
                   for path in (".", "Dockerfile"))
    assert here and [f["fingerprint"] for f in here] == [f["fingerprint"] for f in named]


@pytest.mark.parametrize("options, warning", [
    (["--malware-hashes", "x"], "--yara and --malware-hashes do nothing"),
    (["--secret-rules", "x"], "--secret-rules does nothing"),
    (["--check", "x"], "--rules, --check and --skip-check do nothing"),
])
def test_options_of_a_scanner_that_was_not_asked_for(plimsoll, options, warning):
    assert warning in plimsoll("image", "nowhere.tar", *options).err


def test_a_list_of_hashes_has_hashes(plimsoll, tmp_path):
    wrong = tmp_path / "notes.txt"
    wrong.write_text("nothing here\n")
    result = plimsoll("image", "nowhere.tar", "--scanners", "malware", "--malware-hashes", wrong)
    assert result.code == 3 and f"{wrong}: there is no SHA-256 or MD5 hash in it" in result.err


WRONG = """\
- rule: Lacks a description
  condition: evt.type = open and proc.nam = x and fd.name regex "("
  output: "%fd.nme"
  priority: HIGH
- rule: Wrong shapes
  desc: {en: [a], zh: [b]}
  condition: proc.name = x and
  output: "%fd.nme"
  priority: INFO
  versions: [{since: 1}, 2]
  tests: [1, 2]
  exceptions:
    - {name: e, fields: [proc.nme], comps: [in, in], values: [[1, 2]]}
- rule: Fine
  desc: d
  condition: evt.type = open
  output: o
  priority: INFO
"""


@pytest.mark.parametrize("language, summary", [
    ("en", "rules: 1, errors: 16, warnings: 0\n"),
    ("zh", "规则 1 条，错误 16 个，警告 0 个\n"),
])
def test_all_mistakes_of_a_file_are_told(plimsoll, tmp_path, language, summary):
    """Whatever is wrong with a rule's shape, its fields and expressions are looked at, too."""
    (tmp_path / "wrong.yaml").write_text(WRONG)
    result = plimsoll("rules", "check", "wrong.yaml", "--lang", language, cwd=tmp_path)
    assert result.code == 1 and result.out == summary, result
    places = sorted((int(line), int(column)) for line, column in
                    re.findall(r"^wrong\.yaml:(\d+):(\d+): ", result.err, re.M))
    assert places == [(1, 9), (2, 34), (2, 65), (3, 13), (4, 13), (6, 14), (6, 23), (7, 31),
                      (8, 13), (10, 14), (10, 26), (11, 11), (11, 14), (13, 26), (13, 44),
                      (13, 63)], result.err


def test_cases_are_counted(plimsoll, tmp_path):
    (tmp_path / "one.yaml").write_text("""\
- rule: Latest
  source: dockerfile
  subject: stage
  condition: stage.base.image exists
  desc: d
  output: o
  priority: INFO
""")
    result = plimsoll("rules", "test", "one.yaml", cwd=tmp_path)
    assert result.out == "rules: 1, without a case: 1; cases: 0, failures: 0\n", result
