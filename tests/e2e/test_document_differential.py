"""Our YAML and JSON trees against Python's yaml and json; edits against a model.

PyYAML's parser is written apart from libyaml: on generated documents and real
files the same tree must come out, each value at the same line and column.
What scalars mean differs between the two by design, so their texts are compared.
Edits of generated documents must give what the same edits do to Python values,
and leave all lines but the edited ones alone. All is seeded.
"""
import copy
import difflib
import json
import math
import os
import pathlib
import random
import subprocess

import pytest

yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
SHARED = pathlib.Path(os.environ.get("PLIMSOLL_SHARED", SOURCE.parent / "shared"))
DUMP = BUILD / "tests/unit/codec/dump_document"
EDIT = BUILD / "tests/unit/codec/edit_document"

LARGEST_JSON = 8 << 20  # Python is slow on more


def dump(kind, path, *mode):
    done = subprocess.run([DUMP, kind, path, *mode], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def hexed(text):
    return 's"' + text.encode("utf-8", "surrogatepass").hex() + '"'


class Offsets:
    """Bytes, line and column of each code point; PyYAML counts U+2028 as a line, we don't."""

    def __init__(self, text):
        self.list = []
        offset, line, column = 0, 1, 1
        for i, character in enumerate(text + "\n"):
            self.list.append(f"{offset}:{line}:{column}")
            offset += len(character.encode())
            column += 1
            if character == "\n" or (character == "\r" and text[i + 1:i + 2] != "\n"):
                line, column = line + 1, 1


def show(node, offsets, places):
    """PyYAML's node in the notation of dump_document; `places` gets ours to compare."""
    if isinstance(node, yaml.ScalarNode):
        text = hexed(node.value)
    elif isinstance(node, yaml.SequenceNode):
        text = "[" + ",".join(show(item, offsets, places) for item in node.value) + "]"
    else:
        text = "{" + ",".join(show(key, offsets, places) + ":" + show(value, offsets, places)
                              for key, value in node.value) + "}"
    # An empty scalar has no bytes: where it stands is a matter of taste.
    nothing = isinstance(node, yaml.ScalarNode) and node.start_mark.index == node.end_mark.index
    places.append(None if nothing else offsets.list[node.start_mark.index])
    return text + "@"


def without_marks(line):
    """Our line with each mark cut to "@", and the starts that were there."""
    text, *rest = line.split("@")
    starts = []
    for part in rest:
        end = 0
        while end < len(part) and part[end] in "0123456789:-":
            # A value may follow a key's mark: "{key@1:2:3-4:5:6:value".
            end += 1
        mark = part[:end].rstrip(":")
        starts.append(mark.split("-")[0])
        text += "@" + part[len(mark):]
    return text, starts


def compare_yaml(path, text):
    ours = [line for line in dump("yaml", path, "written") if line != "-"]
    offsets = Offsets(text)
    theirs = []
    for node in yaml.compose_all(text, Loader=yaml.SafeLoader):
        if node is None or (isinstance(node, yaml.ScalarNode) and node.value == "" and
                            node.start_mark.index == node.end_mark.index):
            continue
        places = []
        theirs.append((show(node, offsets, places), places))
    assert len(ours) == len(theirs)
    for line, (want, places) in zip(ours, theirs):
        got, starts = without_marks(line)
        assert got == want
        assert [s if p else None for s, p in zip(starts, places)] == places


WORDS = ["a", "name", "x y", "é中😀", "it's", '"q"', "a: b", "# c", "- d", "", " lead", "trail ",
         "1", "0x1F", "true", "null", "~", "2024-01-01", "a\nb\n", "tab\there", "[x]", "{y}", "*z",
         "&w", "!t", "%p", "@r", "long " * 30, "nel\x85 ls\u2028"]


def random_value(rng, depth=0):
    kind = rng.random()
    if depth < 4 and kind < 0.3:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if depth < 4 and kind < 0.7:
        return {rng.choice(WORDS): random_value(rng, depth + 1) for _ in range(rng.randrange(5))}
    return rng.choice(WORDS + [None, True, 3, 1.5])


def test_generated_yaml(tmp_path):
    rng = random.Random(20261121)
    path = tmp_path / "generated.yaml"
    for _ in range(300):
        values = [random_value(rng) for _ in range(rng.randrange(1, 4))]
        shared = {"base": values[0], "again": [values[0], values[0]]}
        text = yaml.safe_dump_all(
            values + [shared], default_flow_style=rng.choice([True, False, None]),
            allow_unicode=rng.random() < 0.7, explicit_start=True, indent=rng.choice([2, 4]),
            width=rng.choice([20, 80, 1000]), default_style=rng.choice([None, None, '"', "'", "|"]),
            line_break=rng.choice(["\n", "\r\n"]), sort_keys=False)
        path.write_bytes(text.encode())
        compare_yaml(path, text)


def yaml_files():
    return sorted(p for p in SHARED.rglob("*") if p.suffix in (".yaml", ".yml") and p.is_file())


def test_real_yaml():
    if not yaml_files():
        pytest.skip(f"{SHARED} has no YAML")
    for path in yaml_files():
        compare_yaml(path, path.read_text(encoding="utf-8"))


def show_json(value):
    if value is None:
        return "n"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return f"i{value}" if -2**63 <= value < 2**63 else show_json(float(value))
    if isinstance(value, float):
        return "dinf" if math.isinf(value) else f"d{value:.17g}"
    if isinstance(value, str):
        return hexed(value)
    if isinstance(value, list):
        return "[" + ",".join(map(show_json, value)) + "]"
    # dict keeps the first place of a key given twice, we the last.
    return "{" + ",".join(f"{hexed(k)}:{show_json(v)}" for k, v in value.items()) + "}"


def test_generated_json(tmp_path):
    rng = random.Random(7)
    path = tmp_path / "generated.json"
    for _ in range(300):
        value = [random_value(rng), rng.uniform(-1e9, 1e9), rng.randrange(-2**70, 2**70), 2**63 - 1,
                 -2**63, "\x00\x7f\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")]
        text = json.dumps(value, ensure_ascii=rng.random() < 0.5,
                          indent=rng.choice([None, 2, "\t"]))
        path.write_bytes(text.encode())
        assert dump("json", path) == [show_json(json.loads(text))]


def test_real_json():
    files = [p for p in sorted(SHARED.rglob("*.json"))
             if p.is_file() and p.stat().st_size <= LARGEST_JSON]
    if not files:
        pytest.skip(f"{SHARED} has no JSON")
    for path in files:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
        assert dump("json", path) == [show_json(value)], path.name


def test_broken_json(tmp_path):
    """What Python refuses we refuse, cut and changed at random."""
    rng = random.Random(11)
    path = tmp_path / "broken.json"
    text = json.dumps({"a": [1, -2.5e3, True, None, "x\u00e9\n"], "b": {"c": {}, "d": []}})
    for _ in range(400):
        at = rng.randrange(len(text))
        broken = rng.choice([text[:at], text[:at] + text[at + 1:],
                             text[:at] + rng.choice('{}[],:"0-.eE\\ \ttrue') + text[at:]])
        path.write_text(broken, encoding="utf-8")
        line = dump("json", path)[0]
        try:
            value = json.loads(broken, parse_constant=lambda name: pytest.fail(name))
        except ValueError:
            assert line.startswith("!"), broken
        else:
            # A key given twice: Python keeps its first place.
            assert line == show_json(value) or '"a"' in broken and broken.count('"') > 8, broken


NAMES = ["a", "b", "cc", "name", "image", "x-1"]
SCALARS = ["v", "w1", "nginx:1.25", "/bin/sh", 7, 250, True, False, "two words", "it's"]


class Writer:
    """Writes a model as YAML, as people do: comments, blank lines, mixed styles."""

    def __init__(self, rng):
        self.rng = rng
        self.step = rng.choice([2, 2, 4])
        self.dash = rng.choice([0, 2])
        self.lines = []

    def scalar(self, value):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            return str(value)
        if value is None:
            return self.rng.choice(["null", "~"])
        quoted = [json.dumps(value), "'" + value.replace("'", "''") + "'"]
        return self.rng.choice(quoted + [value] * 2)

    def flow(self, value):
        if isinstance(value, dict):
            blank = self.rng.choice(["", " "]) if value else ""
            return ("{" + blank + ", ".join(f"{k}: {self.flow(v)}" for k, v in value.items()) +
                    blank + "}")
        if isinstance(value, list):
            return "[" + ", ".join(map(self.flow, value)) + "]"
        return self.scalar(value) if not isinstance(value, str) else json.dumps(value)

    def comment(self):
        return f"  # c{self.rng.randrange(10**6)}" if self.rng.random() < 0.2 else ""

    def between(self, indent):
        if self.rng.random() < 0.1:
            self.lines.append("")
        if self.rng.random() < 0.15:
            self.lines.append(" " * indent + f"# c{self.rng.randrange(10**6)}")

    def inline(self, value):
        return not isinstance(value, (dict, list)) or not value or self.rng.random() < 0.2

    def entry(self, head, value, indent):
        if value is None and self.rng.random() < 0.5:
            self.lines.append(head + self.comment())
        elif self.inline(value):
            collection = isinstance(value, (dict, list))
            text = self.flow(value) if collection else self.scalar(value)
            self.lines.append(f"{head} {text}" + self.comment())
        else:
            self.lines.append(head + self.comment())
            self.block(value, indent + (self.step if isinstance(value, dict) else self.dash))

    def block(self, value, indent):
        for child in value.items() if isinstance(value, dict) else value:
            self.between(indent)
            if isinstance(value, dict):
                self.entry(" " * indent + child[0] + ":", child[1], indent)
            elif isinstance(child, dict) and child and not self.inline(child):
                start = len(self.lines)
                self.block(child, indent + 2)
                while not self.lines[start].strip() or self.lines[start].lstrip().startswith("#"):
                    start += 1
                line = self.lines[start]
                self.lines[start] = line[:indent] + "- " + line[indent + 2:]
            else:
                text = (self.flow(child) if isinstance(child, (dict, list))
                        else self.scalar(child))
                self.lines.append(" " * indent + "- " + text + self.comment())

    def text(self, value):
        self.block(value, 0)
        newline = self.rng.choice(["\n", "\n", "\r\n"])
        return newline.join(self.lines) + self.rng.choice([newline, newline, ""])


def random_model(rng, depth=0):
    kind = rng.random()
    if depth == 0 or (depth < 4 and kind < 0.35):
        names = rng.sample(NAMES, rng.randrange(0 if depth else 1, 5))
        return {name: random_model(rng, depth + 1) for name in names}
    if depth < 4 and kind < 0.55:
        return [random_model(rng, depth + 1) for _ in range(rng.randrange(4))]
    return None if kind < 0.6 else rng.choice(SCALARS)


def random_edit(rng, model):
    """(verb, path, value), made on the model, which is changed."""
    path, here = [], model
    while True:
        if isinstance(here, list) and here and rng.random() < 0.7:
            step = rng.randrange(len(here))
        elif isinstance(here, dict):
            step = rng.choice(NAMES + list(here))
        else:
            break
        path.append(step)
        inside = here[step] if isinstance(here, list) else here.get(step)
        if not isinstance(inside, (dict, list)) or rng.random() < 0.3:
            break
        here = inside
    if not path:
        return None
    owner = model
    for step in path[:-1]:
        owner = owner[step]
    last = path[-1]
    there = isinstance(owner, list) or last in owner
    value = rng.choice(SCALARS + [[], {}, ["v"], {"k": "v", "l": [1, {"m": True}]}, None])
    if there and rng.random() < 0.3:
        del owner[last]
        return "remove", path, None
    if there and isinstance(owner[last], list) and rng.random() < 0.6:
        if value not in owner[last] or isinstance(value, (bool, int)):
            if not any(type(v) is type(value) and v == value for v in owner[last]):
                owner[last].append(value)
        return "add", path, value
    if rng.random() < 0.2 and (not there or owner[last] is None):
        owner[last] = {"new": {"deep": value}}
        return "set", [*path, "new", "deep"], value
    owner[last] = value
    return "set", path, value


def edit(path, text, edits):
    path.write_bytes(text.encode())
    args = []
    for verb, steps, value in edits:
        args += ["0", verb, "/".join(map(str, steps)), json.dumps(value)]
    done = subprocess.run([EDIT, "yaml", path, *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, f"{text}\n{edits}\n{done.stderr.decode()}"
    return done.stdout.decode()


def same(a, b):
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def comments(text):
    """Each comment, with the key or dash that begins its line."""
    found = {}
    for line in text.splitlines():
        words, mark, comment = line.partition("# c")
        if mark:
            words = words.strip()
            found[comment] = "-" if words.startswith("-") else words.split(":")[0]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_edits(tmp_path, seed):
    rng = random.Random(seed)
    path = tmp_path / "edited.yaml"
    for _ in range(300):
        model = random_model(rng)
        text = Writer(rng).text(model)
        before = yaml.safe_load(text)
        assert same(before, model), text
        made = random_edit(rng, model)
        if not made:
            continue
        got = edit(path, text, [made])
        assert same(yaml.safe_load(got), model), f"{text}\n{made}\n{got}"
        if same(before, model):
            assert got == text
        if made[0] == "set":
            assert edit(path, got, [made]) == got
        assert ("\r\n" in got) <= ("\r\n" in text)
        matcher = difflib.SequenceMatcher(None, text.splitlines(), got.splitlines(), False)
        places = [op for op in matcher.get_opcodes() if op[0] != "equal"]
        # A block that becomes "{}" or a scalar changes its key's line, and lines below.
        assert len(places) <= 2, f"{text}\n{made}\n{got}"
        had, has = comments(text), comments(got)
        assert all(has[c] == had[c] for c in has) or made[0] == "remove", f"{text}\n{made}\n{got}"
        if made[0] == "add":
            assert had == has, f"{text}\n{made}\n{got}"


@pytest.mark.parametrize("seed", range(4))
def test_edits_together(tmp_path, seed):
    """Several edits at once mean what they mean one after the other."""
    rng = random.Random(1000 + seed)
    path = tmp_path / "edited.yaml"
    for _ in range(200):
        model = random_model(rng)
        text = Writer(rng).text(model)
        edits = []
        for _ in range(rng.randrange(2, 6)):
            made = copy.deepcopy(random_edit(rng, model))
            # Removed items shift the model's indexes, but not those of edits.
            if made and made[0] == "remove" and isinstance(made[1][-1], int):
                edits = None
                break
            edits += [made] if made else []
        if edits is None:
            continue
        got = edit(path, text, edits)
        assert same(yaml.safe_load(got), model), f"{text}\n{edits}\n{got}"
