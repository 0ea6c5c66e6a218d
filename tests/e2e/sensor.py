"""A running sensor, for end-to-end tests.

with Sensor("--rules", file) as sensor: events flow inside; sensor.alerts() are
the JSON lines so far, sensor.wait(predicate) blocks until one satisfies it.
"""
import json
import os
import pathlib
import queue
import subprocess
import threading
import time

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
PROGRAM = BUILD / "src/cmd/sensor/plimsoll-sensor"

START_SECONDS = 60
ALERT_SECONDS = 20


def run_sensor(*args, timeout=120, **kwargs):
    """One run to its end."""
    return subprocess.run([str(PROGRAM), *map(str, args)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="replace", timeout=timeout, **kwargs)


def require_kernel():
    """Skips where the kernel takes no programs (no root, no BTF, a container)."""
    if os.geteuid() != 0:
        pytest.skip("the sensor needs root")
    done = run_sensor("doctor", "--json")
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    bad = [check for check in checks.values() if check["state"] == "bad"]
    if bad:
        pytest.skip("the sensor can't run here: " + bad[0]["seen"])


class Sensor:
    """plimsoll-sensor run, or record; `ready` is what it says when events flow."""

    def __init__(self, *args, command="run", ready=("watching", "recording")):
        self.args = [str(PROGRAM), command, *map(str, args)]
        if command == "run":
            self.args += ["--format", "json"]
        self.ready = ready
        self.lines, self.errors = [], []
        self.more = threading.Condition()

    def __enter__(self):
        env = dict(os.environ, LC_ALL="C.UTF-8")
        self.process = subprocess.Popen(self.args, stdin=subprocess.DEVNULL, env=env,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        started = queue.Queue()
        self.readers = [threading.Thread(target=self._read_alerts, daemon=True),
                        threading.Thread(target=self._read_errors, args=(started,), daemon=True)]
        for reader in self.readers:
            reader.start()
        try:
            line = started.get(timeout=START_SECONDS)
        except queue.Empty:
            line = None
        if line is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the sensor did not start:\n" + "\n".join(self.errors))
        return self

    def _read_alerts(self):
        for line in self.process.stdout:
            with self.more:
                self.lines.append(line.decode(errors="replace"))
                self.more.notify_all()

    def _read_errors(self, started):
        for line in self.process.stderr:
            text = line.decode(errors="replace").rstrip()
            with self.more:
                self.errors.append(text)
                self.more.notify_all()
            if text.startswith(self.ready):
                started.put(text)
        started.put(None)

    def alerts(self, rule=None):
        with self.more:
            found = [json.loads(line) for line in self.lines]
        return [alert for alert in found if rule is None or alert["rule"] == rule]

    def wait(self, predicate, seconds=ALERT_SECONDS):
        """The first alert that satisfies the predicate; fails when none comes."""
        deadline = time.monotonic() + seconds
        seen = 0
        with self.more:
            while True:
                for line in self.lines[seen:]:
                    alert = json.loads(line)
                    if predicate(alert):
                        return alert
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self.more.wait(left)
        raise AssertionError("no such alert among:\n" + "".join(self.lines[-40:]) +
                             "\n".join(self.errors[-10:]))

    def wait_rule(self, rule, seconds=ALERT_SECONDS, **fields):
        """The first alert of the rule whose output fields are as given."""
        names = {name.replace("_", "."): value for name, value in fields.items()}
        return self.wait(lambda alert: alert["rule"] == rule and
                         all(alert["output_fields"].get(name) == value
                             for name, value in names.items()), seconds)

    def wait_error(self, text, times=1, seconds=ALERT_SECONDS):
        """The line on standard error that holds the text, the last of so many."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self.more:
                found = [line for line in self.errors if text in line]
                if len(found) >= times:
                    return found[times - 1]
                self.more.wait(0.05)
        raise AssertionError(f"{text!r} was not said:\n" + "\n".join(self.errors))

    def stop(self):
        """Ends it in order; the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=60)
        for reader in self.readers:
            reader.join(timeout=30)
        return code

    def __exit__(self, *_):
        self.stop()
        self.process.stdout.close()
        self.process.stderr.close()
