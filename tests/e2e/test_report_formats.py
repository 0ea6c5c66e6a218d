"""The formats that other programs read: SARIF, JUnit XML, GitLab, GitHub.

Each is held against what its readers ask for: SARIF against the schema of the
standard, which an npm package carries, and against what GitHub's code scanning
needs besides; JUnit against the elements and attributes that Jenkins and
GitLab know.
"""
import json
import re
import shutil
import subprocess
import tarfile
import urllib.parse
import xml.etree.ElementTree as xml

import pytest

from conftest import SOURCE
from tiny_images import Image, Layer, debian_files, dpkg_stanza

GOLDEN = SOURCE / "tests/golden/report"
SCHEMA_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SCHEMA_FILE = "package/lib/schemas/sarif-2.1.0-rtm.5.json"

ALPHA = dpkg_stanza("alpha", "1.9-3", source="alpha-source (1.9-3)")
BETA = dpkg_stanza("beta", "1:1.5-1")


@pytest.fixture
def tree(tmp_path):
    """A root with vulnerable packages."""
    root = tmp_path / "root"
    for name, content in debian_files(ALPHA, BETA).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


# -- SARIF --

@pytest.fixture(scope="session")
def sarif_schema(tmp_path_factory):
    """The standard's own schema, by npm's ordinary client."""
    if not shutil.which("npm"):
        pytest.skip("npm, which fetches the schema of SARIF, is not here")
    folder = tmp_path_factory.mktemp("sarif-schema")
    try:
        done = subprocess.run(["npm", "pack", "--silent", SCHEMA_PACKAGE], cwd=folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    except subprocess.TimeoutExpired:
        pytest.skip("the npm registry does not answer")
    if done.returncode != 0:
        pytest.skip("no npm registry to fetch the schema of SARIF from: " + done.stderr[-200:])
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        return json.load(archive.extractfile(SCHEMA_FILE))


def check_sarif(log, schema=None):
    if schema:
        jsonschema = pytest.importorskip("jsonschema")
        validator = jsonschema.validators.validator_for(schema)
        validator(schema, format_checker=validator.FORMAT_CHECKER).validate(log)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        check_sarif_rule(rule)
    for result in run["results"]:
        check_sarif_result(result, rules)
    return run


def check_sarif_rule(rule):
    """What GitHub's code scanning asks for besides the schema."""
    for member in ("shortDescription", "fullDescription", "help"):
        assert rule[member]["text"], rule
        assert len(rule[member]["text"].encode()) <= 1024 or member == "help"
    assert rule["help"]["markdown"] and rule["name"]
    properties = rule["properties"]
    assert "security" in properties["tags"] and 2 <= len(properties["tags"]) <= 20
    if "security-severity" in properties:
        assert isinstance(properties["security-severity"], str)
        assert 0 < float(properties["security-severity"]) <= 10


def check_sarif_result(result, rules):
    rule = rules[result["ruleIndex"]]
    assert rule["id"] == result["ruleId"]
    assert result["level"] in ("error", "warning", "note") and result["message"]["text"]
    assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["plimsollFinding/v1"])
    place, = [location["physicalLocation"] for location in result["locations"]]
    uri = urllib.parse.urlsplit(place["artifactLocation"]["uri"])
    assert uri.path and not uri.query and not uri.fragment and uri.scheme in ("", "file")
    assert place["region"]["startLine"] >= 1


@pytest.mark.parametrize("name", ["image", "files", "clean", "chinese"])
def test_golden_sarif_is_valid(name, sarif_schema):
    check_sarif(json.loads((GOLDEN / f"{name}.sarif").read_text()), sarif_schema)


def test_golden_sarif_says_what_was_found():
    run = check_sarif(json.loads((GOLDEN / "files.sarif").read_text()))
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert urllib.parse.unquote(places[1]["artifactLocation"]["uri"]) == "deploy/web 网站.yaml"
    # The end of a SARIF region is behind its last character.
    assert places[1]["region"] == {"startLine": 8, "startColumn": 13, "endLine": 8,
                                   "endColumn": 29}
    assert places[1]["contextRegion"]["startLine"] == 7
    assert [result.get("suppressions", [{}])[0].get("kind") for result in run["results"]] == \
        [None] * 5 + ["external", "inSource"]
    image = check_sarif(json.loads((GOLDEN / "image.sarif").read_text()))
    assert image["invocations"][0]["executionSuccessful"] is False
    bands = {rule["id"]: float(rule["properties"].get("security-severity", 0))
             for rule in image["tool"]["driver"]["rules"]}
    assert bands["CVE-2023-4911"] == 7.8 and bands["CVE-2023-38545"] >= 9 and bands["EVIL-1"] == 0


def test_sarif_of_a_tree(plimsoll, tree, sarif_schema):
    result = plimsoll("fs", "root", "--format", "sarif", cwd=tree.parent)
    run = check_sarif(json.loads(result.out), sarif_schema)
    assert {r["ruleId"] for r in run["results"]} == {"CVE-2099-0001", "CVE-2099-0002",
                                                     "CVE-2099-0003"}
    for r in run["results"]:
        artifact = r["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "root/var/lib/dpkg/status", "uriBaseId": "%SRCROOT%"}
    # Below the working directory a place is relative, however the target was named.
    again = plimsoll("fs", tree, "--format", "sarif", cwd=tree.parent)
    assert [r["locations"] for r in json.loads(again.out)["runs"][0]["results"]] == \
        [r["locations"] for r in run["results"]]
    elsewhere = json.loads(plimsoll("fs", tree, "-f", "sarif", cwd=plimsoll.home).out)["runs"][0]
    uri = elsewhere["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "file://" + urllib.parse.quote(str(tree)) + "/var/lib/dpkg/status"


def test_sarif_of_an_image(plimsoll, tmp_path, sarif_schema):
    image = Image([Layer.of({"opt/x": "y"}), Layer.of(debian_files(ALPHA))])
    archive = image.write_docker_archive(tmp_path / "i.tar")
    result = plimsoll("image", archive, "--format", "sarif", cwd=tmp_path)
    run = check_sarif(json.loads(result.out), sarif_schema)
    location, = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "i.tar/var/lib/dpkg/status"}
    package, = location["logicalLocations"]
    assert package["name"] == "alpha" and package["fullyQualifiedName"].startswith("pkg:deb/")
    assert run["results"][0]["properties"]["layer"].startswith("sha256:")
    assert run["properties"]["artifactKind"] == "image"


def test_sarif_in_chinese(plimsoll, tree, sarif_schema):
    english, chinese = (json.loads(plimsoll("fs", tree, "-f", "sarif", "--lang", lang).out)
                        for lang in ("en", "zh"))
    check_sarif(chinese, sarif_schema)
    assert chinese["runs"][0]["language"] == "zh-CN" and english["runs"][0]["language"] == "en-US"
    fingerprints = [[r["partialFingerprints"] for r in log["runs"][0]["results"]]
                    for log in (english, chinese)]
    assert fingerprints[0] == fingerprints[1]
    assert re.search("[\u4e00-\u9fff]", chinese["runs"][0]["results"][0]["message"]["text"])


# -- JUnit --

# Element -> its attributes (required, others), and the elements in it.
JUNIT = {
    "testsuites": ({"name", "tests", "failures", "errors", "time"}, set(), {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time", "timestamp"}, set(),
                  {"properties", "testcase"}),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name", "classname", "time"}, {"file"}, {"failure", "error"}),
    "failure": ({"type", "message"}, set(), set()),
    "error": ({"type", "message"}, set(), set()),
}


def check_junit(text):
    root = xml.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional, children = JUNIT[element.tag]
        assert required <= set(element.keys()) <= required | optional, element.attrib
        assert {child.tag for child in element} <= children
    for holder in [root, *root]:
        for counter, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert int(holder.get(counter)) == len(list(holder.iter(tag))), holder.attrib
    for suite in root:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
    return root


@pytest.mark.parametrize("name", ["image", "files", "clean"])
def test_golden_junit_is_valid(name):
    check_junit((GOLDEN / f"{name}.junit.xml").read_text())


def test_the_check_of_junit_finds_faults():
    text = (GOLDEN / "files.junit.xml").read_text()
    for old, new in (('tests="5"', 'tests="6"'), ("<failure type", "<fault type"),
                     ('type="high" ', ""), ("&amp;b", "&b"), ("\ufffd[2J", "\x1b[2J")):
        assert old in text
        with pytest.raises((AssertionError, KeyError, xml.ParseError)):
            check_junit(text.replace(old, new, 1))


def test_junit_of_a_tree(plimsoll, tree):
    root = check_junit(plimsoll("fs", tree, "--format", "junit").out)
    assert [suite.get("name") for suite in root] == [str(tree), "alpha 1.9-3", "beta 1:1.5-1"]
    cases = [case.get("name") for case in root.iter("testcase")]
    assert cases == ["CVE-2099-0001: alpha", "CVE-2099-0002: alpha", "CVE-2099-0003: beta"]
    assert [f.get("type") for f in root.iter("failure")] == ["critical", "low", "unknown"]


def test_junit_of_a_clean_tree_has_a_case(plimsoll, tree):
    root = check_junit(plimsoll("fs", tree, "--format", "junit", "-s", "medium").out)
    case, = root.iter("testcase")
    assert case.get("classname") == "vulnerability" and root.get("failures") == "0"


# -- GitLab and GitHub --

def test_gitlab(plimsoll, tree):
    issues = json.loads(plimsoll("fs", "root", "--format", "gitlab", cwd=tree.parent).out)
    assert [(i["check_name"], i["severity"]) for i in issues] == \
        [("CVE-2099-0001", "blocker"), ("CVE-2099-0002", "minor"), ("CVE-2099-0003", "info")]
    assert len({i["fingerprint"] for i in issues}) == 3
    for issue in issues + json.loads((GOLDEN / "files.gitlab.json").read_text()):
        assert issue["description"] and issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("/", "./"))


def test_github(plimsoll, tree):
    out = plimsoll("fs", "root", "--format", "github", cwd=tree.parent).out
    lines = out.splitlines()
    assert lines[0].startswith("::error file=root/var/lib/dpkg/status,title=CVE-2099-0001::")
    assert lines[-1] == "Findings: 3"
    command = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
    for line in lines[:-1] + (GOLDEN / "files.github.txt").read_text().splitlines()[:-1]:
        properties = dict(part.split("=", 1) for part in command.fullmatch(line)[2].split(","))
        assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "gitlab", "github"])
def test_every_format_takes_part_in_the_gate(plimsoll, tree, format_):
    result = plimsoll("fs", tree, "-f", format_, "--fail-on", "critical")
    assert result.code == 1 and "CVE-2099-0001" in result.out
    assert "the gate failed" in result.err


# -- What a person accepted --

def test_an_ignore_file(plimsoll, tree, tmp_path):
    (tmp_path / ".plimsollignore.yaml").write_text(
        "ignore:\n  - id: CVE-2099-0001\n    resources: [alpha]\n    until: 2999-12-31\n"
        "    reason: not reachable\n  - id: CVE-2099-0002\n    until: 2020-01-01\n"
        "  - id: CVE-1\n  - id: k8s-none\n")
    report = plimsoll.scan("fs", tree, cwd=tmp_path).report
    assert {f["id"] for f in report["findings"]} == {"CVE-2099-0002", "CVE-2099-0003"}
    assert report["summary"]["suppressed"] == 1 and "suppressed" not in report
    codes = [d["code"] for d in report["diagnostics"] if d["code"].startswith("suppression")]
    assert codes == ["suppression-ended", "suppression-unused", "suppression-unused"]
    shown = plimsoll.scan("fs", tree, "--show-suppressed", cwd=tmp_path).report["suppressed"]
    assert [(s["finding"]["id"], s["reason"], s["until"], s["line"]) for s in shown] == \
        [("CVE-2099-0001", "not reachable", "2999-12-31T23:59:59Z", 2)]
    table = plimsoll("fs", tree, cwd=tmp_path).out
    assert "Findings accepted (--show-suppressed lists them): 1\n" in table
    assert "not reachable" in plimsoll("fs", tree, "--show-suppressed", cwd=tmp_path).out
    assert plimsoll("fs", tree, "--fail-on", "critical", cwd=tmp_path).code == 0
    assert plimsoll("fs", tree, "--fail-on", "critical", cwd=tree).code == 1


def test_an_ignore_file_by_name(plimsoll, tree, tmp_path):
    lines = tmp_path / "accepted"
    lines.write_text("# accepted\nCVE-2099-000[12] exp:2999-12-31\n")
    report = plimsoll.scan("fs", tree, "--ignorefile", lines).report
    assert [f["id"] for f in report["findings"]] == ["CVE-2099-0003"]
    result = plimsoll("fs", tree, "--ignorefile", tmp_path / "none")
    assert result.code == 3 and str(tmp_path / "none") in result.err
    lines.write_text("ignore:\n  - id: x\n    path: y\n")
    result = plimsoll("fs", tree, env={"PLIMSOLL_IGNOREFILE": lines})
    assert result.code == 3 and "line 3, column 5" in result.err and "hint: " in result.err


# -- Odds and ends of reports --

def test_what_is_exploited_fails_whatever_its_severity(tmp_path, tree):
    from conftest import SMALL_ADVISORIES, Plimsoll, import_database, write_advisories
    kev = {"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "1",
           "dateReleased": "2026-01-01T00:00:00.0Z", "count": 1, "vulnerabilities": [
               {"cveID": "CVE-2021-0002", "vendorProject": "a", "product": "b",
                "vulnerabilityName": "c", "dateAdded": "2026-01-01", "shortDescription": "d",
                "requiredAction": "e", "dueDate": "2026-02-01",
                "knownRansomwareCampaignUse": "Known", "notes": ""}]}
    home = tmp_path / "kev-home"
    # The list takes no CVE of a year to come.
    records = [record | {"id": record["id"].replace("CVE-2099-0002", "CVE-2021-0002")}
               for record in SMALL_ADVISORIES]
    folder = write_advisories(home / "osv", records)
    listed = home / "known_exploited_vulnerabilities.json"
    listed.write_text(json.dumps(kev))
    plimsoll = Plimsoll(home, import_database(home, folder, listed))
    result = plimsoll("fs", tree, "--fail-on-kev")
    assert result.code == 1 and "findings known to be exploited: 1" in result.err
    # Low, but shown: a build must not fail for what its log does not name.
    result = plimsoll.scan("fs", tree, "--fail-on-kev", "-s", "critical", code=1)
    assert {f["id"] for f in result.report["findings"]} == {"CVE-2099-0001", "CVE-2021-0002"}
    assert plimsoll("fs", tree, "--fail-on-kev", "--ignore-unfixed").code == 0
    assert plimsoll("fs", tree, "--fail-on-kev", "--exit-code", "9").code == 9


def test_a_report_that_has_no_place_names_it_once(plimsoll, tree):
    result = plimsoll("fs", tree, "-o", "/nodir/x")
    assert result.code == 3 and result.out == ""
    assert result.err.count("/nodir/x") == 1, result
