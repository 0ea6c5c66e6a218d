"""A play: scripts of scenarios, run in their places before a sensor that watches."""
import contextlib
import dataclasses
import datetime
import json
import pathlib
import shutil
import time

import yaml

from runtime.places import (IMAGE, LINKS, PROGRAMS, Corner, DockerContainer, Starter, build_act,
                            costumes, import_image, start_docker)
from sensor import Sensor, run_sensor

# Below it: what rules of Falco must be told before they do anything.
RECORDINGS = pathlib.Path(__file__).resolve().parents[2] / "recordings"
POD_NAMESPACE = "plimsoll-test"  # as there
# The pod's container is as the kubelet asks for it through cri-dockerd: known by its name,
# since labels may be the image's.
POD_UID = "0f5a8a5c-0000-4000-8000-000000000001"
POD_NAME = f"k8s_app_web_{POD_NAMESPACE}_{POD_UID}_0"
POD_LABELS = {"io.kubernetes.pod.namespace": POD_NAMESPACE, "io.kubernetes.pod.name": "web",
              "io.kubernetes.container.name": "app", "io.kubernetes.pod.uid": POD_UID}
BROKEN = (124, 125, 126, 127)  # what act and the shell say when a script is wrong

# Names that the sensor's host resolves.
HOSTS = """127.0.0.1 localhost
198.51.100.10 kubernetes.default.svc.cluster.local
203.0.113.77 pool.minexmr.com
"""


# ---- a play ----

@dataclasses.dataclass
class Act:
    """One script that was run: when, where, and what it said."""
    begin: int
    end: int
    container: str
    mark: str
    code: int
    text: str
    alerts: list = dataclasses.field(default_factory=list)
    replayed: list = dataclasses.field(default_factory=list)

    def of(self, rule):
        return [alert for alert in self.alerts if rule in (alert["rule"], alert.get("rule_id"))]

    def __repr__(self):
        return (f"<{self.mark} in {self.container}, exit {self.code}, said {self.text[-400:]!r}; "
                f"alerts: {sorted({alert['rule'] for alert in self.alerts})}>")


def time_of(alert):
    """Nanoseconds since 1970."""
    text, fraction = alert["time"].rstrip("Z").split(".")
    whole = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    return int(whole.timestamp()) * 10**9 + int(fraction.ljust(9, "0"))


def same(value, want):
    """Whether an output field is as wanted."""
    if hasattr(want, "search"):
        return want.search(str(value)) is not None
    return value == want or str(value) == str(want)


def check_acts(scenario, fired, spared, lost=()):
    """That the scenario made its rule speak, with the fields it should have, and its twin did
    not."""
    assert fired.code not in BROKEN and spared.code not in BROKEN, (fired, spared)
    found = fired.of(scenario.rule)
    assert found, f"it did not fire: {fired} {lost}"
    for name, want in scenario.fields.items():
        values = [alert["output_fields"].get(name) for alert in found]
        assert any(same(value, want) for value in values), f"{name} is {values}, not {want!r}"
    assert not spared.of(scenario.rule), f"the twin fired: {spared.of(scenario.rule)[0]['output']}"


NOTES = " stage=%container.id,%proc.aname,%proc.name,%evt.type"
SLACK = 3 * 10**6  # nanoseconds by which clocks of the kernel may differ


def rules_of(path):
    return [item for item in yaml.safe_load(path.read_text()) if "rule" in item]


def rule_names(paths):
    return list(dict.fromkeys(item["rule"] for path in paths for item in rules_of(path)))


def write_additions(path, rules, names):
    """What a user would add to files of rules: every rule is on and says where it fired, and what
    the files must be told."""
    lines = []
    for name in names:
        lines.append(f'- rule: {name!r}\n  output: "{NOTES}"\n  override: {{output: append}}\n'
                     f"- rule: {name!r}\n  enabled: true\n")
    additions = [RECORDINGS / file.stem / "additions.yaml" for file in rules]
    lines += [each.read_text() for each in additions if each.exists()]
    lines.append("""- rule: Curtain
  condition: evt.type = execve and proc.name = curtain
  output: the play is over
  desc: The last event of the play.
  priority: DEBUG
""")
    path.write_text("".join(lines))
    return path


class Play:
    """Runs all scenarios before one sensor; act(scenario, benign) is what came of one."""

    def __init__(self, scenarios, places, watchers):
        self.scenarios, self.places = scenarios, places
        self.sensor, self.recorder, self.recording = watchers
        self.acts = {}

    def run(self):
        for number, scenario in enumerate(self.scenarios):
            for benign in (False, True):
                self.acts[id(scenario), benign] = self._act(number, scenario, benign)
        self.places["host"].play("plimsoll-end", f"{LINKS}/curtain", False, False, ())
        self.sensor.wait_rule("Curtain")
        self.sensor.stop()
        self.recorder.stop()
        self._assign(self.sensor.alerts(), "alerts")
        return self

    @property
    def lost(self):
        """What both say of events that they lost: a machine that is too busy shows no more."""
        said = [alert["output"] for alert in self.sensor.alerts("Sensor lost events")]
        return said + [line for line in self.recorder.errors if "lost" in line]

    def replay(self, all_matches=True):
        """Alerts from the recording: `replayed` of each act."""
        self._assign(self.recording.replay(all_matches), "replayed")

    def keep(self, folder):
        """The recording, and when and where each act was played."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.recording.path, folder / "play.plc")
        acts = [{"name": scenario.name, "rule": scenario.rule, "benign": benign,
                 "begin": act.begin, "end": act.end, "container": act.container, "mark": act.mark,
                 "alerts": len(act.of(scenario.rule))}
                for scenario in self.scenarios for benign in (False, True)
                for act in [self.act(scenario, benign)]]
        (folder / "acts.json").write_text(json.dumps(acts, indent=1))

    def _assign(self, alerts, name):
        timed = [(time_of(alert), alert) for alert in alerts]
        for act in self.acts.values():
            setattr(act, name, [alert for at, alert in timed if self._is_of(act, at, alert)])

    def _act(self, number, scenario, benign):
        where, script, direct, tty, options = scenario.action(benign)
        script = script.replace("$n/", f"{LINKS}/").replace("$s/", f"{PROGRAMS}/")
        mark = f"pm-{number}-{'b' if benign else 'f'}"
        begin = time.time_ns()
        code, text, container = self.places[where].play(mark, script, direct, tty, options)
        return Act(begin, time.time_ns(), container, mark, code, text)

    @staticmethod
    def _is_of(act, at, alert):
        if not act.begin - SLACK <= at <= act.end + SLACK:
            return False
        fields = alert["output_fields"]
        if act.container != "host":
            return fields.get("container.id") == act.container
        return act.mark in str(fields.get("proc.aname"))

    def act(self, scenario, benign):
        return self.acts[id(scenario), benign]


@contextlib.contextmanager
def watching(folder, rules, names, *sockets):
    """A sensor with our rules, those of the files and what a user would add; and beside it one
    that records what the kernel tells, past the filter of the other."""
    hosts = folder / "hosts"
    hosts.write_text(HOSTS)
    arguments = ["--builtin", "--all-matches", "--no-watch"]
    for file in [*rules, write_additions(folder / "additions.yaml", rules, names)]:
        arguments += ["--rules", file]
    sensor = Sensor(*arguments, *sockets, "--no-grouping")
    # Past the filter comes everything that the machine does, other tests included.
    recorder = Sensor(*arguments, *sockets, "--no-push-down", "--ring-size", "32M", "--output",
                      folder / "play.plc", command="record")
    for each in (sensor, recorder):
        each.args = ["nice", "-n", "-15", "unshare", "--mount", "sh", "-ec",
                     f'mount --bind {hosts} /etc/hosts; exec "$@"', "sh", *each.args]
    with sensor, recorder:
        yield sensor, recorder, Recording(folder / "play.plc", arguments)


@dataclasses.dataclass
class Recording:
    """What a play was recorded to, and the rules to judge it by."""
    path: pathlib.Path
    arguments: list

    def replay(self, all_matches=True):
        arguments = [each for each in self.arguments if all_matches or each != "--all-matches"]
        done = run_sensor("replay", *arguments, "--no-grouping", "--format", "json", self.path,
                          timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


def docker_places(docker, folder, wanted):
    """The places of scenarios, those that are wanted."""
    labels = [word for name, value in POD_LABELS.items() for word in ("--label", f"{name}={value}")]
    options = {"docker": [], "privileged": ["--privileged", "--pid", "host"],
               "pod": ["--name", POD_NAME, *labels]}
    return {"start": Starter(docker, folder),
            **{name: DockerContainer(docker, *words) for name, words in options.items()
               if name in wanted}}


class Theatre:
    """A Docker engine with the image, and the corner of the host: for several plays."""

    def __init__(self, folder, root, scenarios, driver="overlay2"):
        act, names = build_act(folder), costumes(scenarios)
        self.folder = folder
        self.docker, self.containerd = start_docker(folder, driver)
        import_image(self.docker, root, act, names, folder)
        self.corner = Corner(act, names)

    def archive(self):
        """The image as other engines load it."""
        path = self.folder / "image.tar"
        self.docker("save", "--output", path, IMAGE)
        return path

    def play(self, scenarios, rules, names):
        """All scenarios in containers of the Docker engine and on the host."""
        sockets = ["--docker-socket", self.docker.socket,
                   "--containerd-socket", self.containerd.socket]
        with watching(self.folder, rules, names, *sockets) as watchers:
            wanted = {scenario.action(benign)[0] for scenario in scenarios
                      for benign in (False, True)}
            places = {**docker_places(self.docker, self.folder, wanted), "host": self.corner}
            return Play(scenarios, places, watchers).run()

    def play_in(self, container, scenarios, rules, names, *sockets):
        """Scenarios of plain containers in one of another engine, made by `container`."""
        with watching(self.folder, rules, names, *sockets) as watchers:
            place = container()
            try:
                return Play(scenarios, {"docker": place, "host": self.corner}, watchers).run()
            finally:
                place.close()

    def close(self):
        self.corner.close()
        for container in self.docker("ps", "--quiet").split():
            self.docker("rm", "--force", container)
        self.docker.process.stop()
        self.containerd.process.stop()
