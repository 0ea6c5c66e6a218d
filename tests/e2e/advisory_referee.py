"""What advisories say of a package, evaluated apart from our C code.

Reads OSV records and Alpine's fix lists as JSON and answers for one installed
package: which vulnerabilities, and the version that fixes each. It follows the
formats' own documents (OSV schema, "Evaluation"; Alpine's secdb) and what we
document beyond them:

- where a distribution tracks each vulnerability, that record overrules what a
  notice about many (DSA, USN) implies for the same package name, unless the
  record knows no fix and the notice is newer (src/vulndb/precedence.h);
- a fix that the version has reached overrules records without an end, and a
  subscription's fix the main ones (src/match/verdict.h).

Versions are compared by the program that tests/e2e/test_version_differential.py
holds against dpkg, rpm and apk.
"""
import collections
import json
import re
import subprocess
import zipfile

Installed = collections.namedtuple("Installed", "name version source source_version module")
# bounds: (introduced, fixed, last_affected); role: main or pro
Claim = collections.namedtuple(
    "Claim", "ids by_source bounds versions direct modified modules role")


class Order:
    """Compares versions of one scheme, in batches: what is not yet known is
    taken as equal, and settle() repeats the question until all is known."""

    def __init__(self, program, scheme):
        self.program, self.scheme = program, scheme
        self.known, self.missing = {}, set()

    def __call__(self, a, b):
        if a == b:
            return 0
        if (a, b) not in self.known:
            self.missing.add((a, b))
        return self.known.get((a, b), 0)

    def settle(self, question):
        while True:
            answer = question()
            if not self.missing:
                return answer
            pairs = sorted(self.missing)
            lines = "".join(f"{self.scheme}\t{a}\t{b}\n" for a, b in pairs)
            done = subprocess.run([str(self.program)], input=lines, text=True, check=True,
                                  stdout=subprocess.PIPE, timeout=120)
            self.known.update(zip(pairs, map(int, done.stdout.split())))
            self.missing.clear()


# ---- Reading ----

def bounds_of(ranges):
    """Intervals of OSV events, in the order they are written."""
    for events in (r["events"] for r in ranges if r["type"] != "GIT"):
        start = None
        for event in events:
            if "introduced" in event:
                start = event["introduced"]
            else:
                yield start, event.get("fixed"), event.get("last_affected")
                start = None
        if start is not None:
            yield start, None, None


def ids_of(record):
    """A record about one vulnerability has its name in its own; others list them."""
    own = re.fullmatch(r"(?:DEBIAN-|UBUNTU-)?(CVE-\d+-\d+)", record["id"])
    if own:
        return [own[1]], True
    listed = [*record.get("upstream", []), *record.get("related", [])]
    return [i for i in listed if i.startswith("CVE-")] or [record["id"]], False


def modules_of(record, entry):
    """For builds of modules the streams, "nodejs:18", of the title; some titles
    name none. None for other packages."""
    if any(".module" in (fixed or "") for _, fixed, _ in bounds_of(entry.get("ranges", []))):
        return [word for word in record.get("summary", "").split() if re.search(r"\w:\w", word)]
    return None


def claims_of(record, entry):
    ids, direct = ids_of(record)
    specific = entry.get("database_specific", {})
    binary = specific.get("name_is") == "binary package" or "AlmaLinux" in str(entry["package"])
    ecosystem = entry["package"]["ecosystem"]
    role = "pro" if ":Pro:" in ecosystem else "main"
    place = (ecosystem.replace(":Pro", "").replace(":LTS", ""), entry["package"]["name"])
    return place, Claim(ids, not binary, list(bounds_of(entry.get("ranges", []))),
                        entry.get("versions", []), direct, record.get("modified", ""),
                        modules_of(record, entry), role)


def read_osv(path):
    """{(ecosystem, package): [Claim]}"""
    claims = collections.defaultdict(list)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            record = json.loads(archive.read(name))
            listed = record.get("upstream") or record.get("related") or record.get("aliases")
            if record.get("withdrawn") or (record["id"].startswith(("ALBA", "ALEA"))
                                           and not listed):
                continue
            for entry in record.get("affected", []):
                place, claim = claims_of(record, entry)
                claims[place].append(claim)
    return claims


def names_of_fix(text):
    """The CVEs of one of Alpine's strings, else its other names; remarks are in
    parentheses."""
    words = text.partition("(")[0].split()
    cves = [match[1] for match in (re.match(r"(CVE-\d+-\d+)", word) for word in words) if match]
    return cves or [word for word in words if re.search(r"^[A-Z].*\d", word)]


def read_secdb(path, ecosystem):
    """Alpine: version -> what it fixed; "0": never affected. A name that is listed
    under several versions was not wholly fixed by the first."""
    fixes = collections.defaultdict(set)
    for package in (item["pkg"] for item in json.loads(path.read_text())["packages"]):
        for version, texts in (package["secfixes"] or {}).items():
            for name in (name for text in texts for name in names_of_fix(text)):
                fixes[package["name"], name].add(version)
    claims = collections.defaultdict(list)
    for (package, name), versions in fixes.items():
        for version in (versions - {"0"}) or versions:
            claims[ecosystem, package].append(
                Claim([name], True, [("0", version, None)], [], True, "", None, "main"))
    return claims


# ---- Evaluating ----

class Referee:
    def __init__(self, claims, order, subscribed=False):
        self.claims, self.order, self.subscribed = claims, order, subscribed

    def covers(self, claim, version):
        """"ended", "open", "reached" or None."""
        found = None
        for introduced, fixed, last in claim.bounds:
            if introduced != "0" and self.order(version, introduced) < 0:
                continue
            if fixed is None and last is None:
                found = "open"
            elif (self.order(version, fixed) < 0 if fixed else self.order(version, last) <= 0):
                return "ended"
            elif fixed and found is None:
                found = "reached"
        return "ended" if any(self.order(version, v) == 0 for v in claim.versions) else found

    def resolve(self, claims):
        """Those that count of one package name and vulnerability."""
        best = [c for c in claims if c.direct] or claims
        if any(c.bounds == [("0", "0", None)] for c in best):
            return  # not affected
        fixes = [c for c in claims if all(fixed or last for _, fixed, last in c.bounds)]
        for claim in best:
            newer = [c for c in fixes if c.modified > claim.modified or c.direct == claim.direct]
            is_open = any(not fixed and not last for _, fixed, last in claim.bounds)
            yield max(newer, key=lambda c: (c.direct, c.modified)) if is_open and newer else claim

    def gather(self, ecosystem, installed):
        """[(vulnerability, claim, version to compare)]"""
        for name, version, by_source in (
                (installed.source, installed.source_version, True),
                (installed.name, installed.version, False)):
            groups = collections.defaultdict(list)
            for claim in self.claims.get((ecosystem, name), ()):
                for identifier in set(claim.ids):
                    groups[identifier, claim.role].append(claim)
            for (identifier, _), claims in groups.items():
                for claim in self.resolve(claims):
                    if claim.by_source == by_source and self.fits(claim, installed):
                        yield identifier, claim, version

    @staticmethod
    def fits(claim, installed):
        if claim.modules:
            return installed.module in claim.modules
        is_of_module = bool(installed.module) or ".module" in installed.version
        return is_of_module == (claim.modules is not None)

    def counting(self, said):
        """The claims that make the version affected; said: [(claim, coverage)]."""
        reached = {claim.role for claim, coverage in said if coverage == "reached"}
        for claim, coverage in said:
            out_of_reach = claim.role == "pro" and not self.subscribed
            if coverage not in ("open", "ended") or (claim.role == "main" and "pro" in reached):
                continue
            if reached and (coverage == "open" or out_of_reach):
                continue
            yield claim

    def fix_of(self, said):
        """The smallest fix that no claim holds against; said: [(claim, version)]."""
        best = ""
        counted = list(self.counting([(c, self.covers(c, v)) for c, v in said]))
        for claim, version in said:
            if claim not in counted or (claim.role == "pro" and not self.subscribed):
                continue
            for _, fixed, _ in claim.bounds:
                if not fixed or self.order(version, fixed) >= 0:
                    continue
                if best and self.order(fixed, best) >= 0:
                    continue
                if not list(self.counting([(c, self.covers(c, fixed)) for c, _ in said])):
                    best = fixed
        return best

    def evaluate(self, ecosystem, installed):
        """{vulnerability: fixed version or ""}"""
        groups = collections.defaultdict(list)
        for identifier, claim, version in self.gather(ecosystem, installed):
            groups[identifier].append((claim, version))
        return {identifier: self.fix_of(said) for identifier, said in groups.items()
                if list(self.counting([(c, self.covers(c, v)) for c, v in said]))}
