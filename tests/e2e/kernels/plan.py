"""What play.c is to do in a virtual machine: scenarios in containers and on its host, and the
files by which a Docker engine would tell of the containers."""
import hashlib
import json
import re
import shlex

from runtime.places import IMAGE, LINKS, PROGRAMS, SLEEP
from runtime.stage import POD_LABELS, POD_NAME

DOCKER = "/var/lib/docker/containers"
CREATED = "2026-01-01T00:00:00.000000000Z"
SYS_ADMIN = 21

# What containers that stay are made with: options of play.c, name, labels.
STAYING = {
    "docker": ([], "plain", {}),
    "privileged": (["privileged", "host-pid"], "able", {}),
    "pod": ([], POD_NAME, POD_LABELS),
}


class Container:
    """One, from the words that `docker run` would take."""

    def __init__(self, seed, options=(), name="started", labels=None):
        self.id = hashlib.sha256(seed.encode()).hexdigest()
        self.options, self.name, self.labels, self.mounts = list(options), name, labels or {}, []

    def take(self, words):
        words = iter(words)
        for word in words:
            if word == "--privileged":
                self.options.append("privileged")
            else:
                getattr(self, f"take_{word.strip('-').replace('-', '_')}")(next(words))
        return self

    def take_cap_add(self, name):
        assert name == "SYS_ADMIN"
        self.options.append(f"capability={SYS_ADMIN}")

    def take_v(self, mount):
        source, destination, _ = mount.split(":")
        self.mounts.append((source, destination))
        self.options.append(f"bind={source}:{destination}")

    def take_name(self, name):
        self.name = name

    def take_user(self, user):
        self.options.append(f"user={user}")

    def take_env(self, variable):
        self.options.append(f"variable={variable}")

    def take_security_opt(self, option):
        if option != "seccomp=unconfined":
            self.options.append("no-rings")

    def files(self):
        """(path, text)"""
        mounts = {destination: {"Source": source, "Destination": destination, "RW": False,
                                "Relabel": "ro", "Propagation": "rprivate"}
                  for source, destination in self.mounts}
        container = {"ID": self.id, "Created": CREATED, "State": {"Running": False, "Pid": 0},
                     "Name": f"/{self.name}", "Image": f"sha256:{'5' * 64}",
                     "Config": {"Image": IMAGE, "Labels": self.labels}, "MountPoints": mounts}
        host = {"Privileged": "privileged" in self.options, "NetworkMode": "none",
                "PidMode": "host" if "host-pid" in self.options else "", "IpcMode": "private"}
        yield f"{DOCKER}/{self.id}/config.v2.json", json.dumps(container)
        yield f"{DOCKER}/{self.id}/hostconfig.json", json.dumps(host)


class Plan:
    """Where actions are done, by their marks, and what is done."""

    def __init__(self, scenarios):
        self.texts, self.containers, self.places, self.scenarios = [], {}, {}, scenarios
        for where, (options, name, labels) in STAYING.items():
            self.containers[where] = Container(where, options, name, labels)
            self._add(f"pm-{where}", self.containers[where], "stay", SLEEP)
        for scenario in scenarios:
            for benign in (False, True):
                self._play(self.mark(scenario, benign), *scenario.action(benign))
        self._add("pm-end", None, "", [f"{LINKS}/curtain"])

    def mark(self, scenario, benign):
        return f"pm-{self.scenarios.index(scenario)}-{'b' if benign else 'f'}"

    def _play(self, mark, where, script, direct, tty, options):
        script = script.replace("$n/", f"{LINKS}/").replace("$s/", f"{PROGRAMS}/")
        command = shlex.split(script) if direct or where == "start" else \
            [f"{LINKS}/act", "@named", mark, "/bin/sh", "-c", script]
        if where == "start":
            self.containers[mark] = Container(mark).take(options)
        container = self.containers.get(mark if where == "start" else where)
        self._add(mark, container, "terminal" if tty else "", command)

    def _add(self, mark, container, how, command):
        self.places[mark] = container.id[:12] if container else "host"
        self.texts += [mark, container.id if container else "", how,
                       " ".join(container.options) if container else "", str(len(command)),
                       *command]

    def bytes(self):
        return b"".join(text.encode() + b"\0" for text in self.texts)


# ---- a selection ----

VERB = re.compile(r"@ring \S+ \w+|@(?!open-later)[a-z][\w-]*")  # that one sleeps, and opens
WORD = re.compile(r"(?:^|[;|] |exec )([\w-]+)")


def means(scenario):
    """What makes its calls: verbs of act, operations of rings, commands; where, and how."""
    where, script, direct, tty, options = scenario.action(False)
    words = WORD.findall(script)
    return {where, ("direct", direct), ("tty", tty), *options[:1], *words,
            *(re.sub(r"@ring \S+", "@ring", verb) for verb in VERB.findall(script)),
            *([("alone", words[0])] if words and ";" not in script else []),
            *re.findall(">>?(?= /)", script)}


def selection(scenarios):
    """Those that do something in a way in which none before did."""
    known, chosen = set(), []
    for scenario in scenarios:
        if not means(scenario) <= known:
            known |= means(scenario)
            chosen.append(scenario)
    return chosen
