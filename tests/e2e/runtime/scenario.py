"""What makes a rule fire, and what looks like it and does not, as data.

A table is a list of S(rule, fire, benign, ...). Scripts are run by /bin/sh;
"$n/NAME" is a link of that name to act.c's program, which is what whoever pretends has; and
"$s/NAME" is a program of that name in a system's folder. Where a script runs:

    docker       a container without privileges
    privileged   a privileged container with the node's process namespace
    pod          a container with the labels of a pod
    host         outside of containers, with network and mounts of its own
    start        the command of a new container; `options` go to `docker run`

Under `direct` the words of the script are what the runtime starts, with no
shell between; with `tty` it has a terminal.

Several scenarios of one rule are told apart by a `variant`. `fields` are output
fields of the alert: a text that is equal, or a compiled expression that is
found in it.
"""
import dataclasses


@dataclasses.dataclass
class Scenario:
    rule: str
    fire: str
    benign: str
    where: str = "docker"
    fields: dict = dataclasses.field(default_factory=dict)
    benign_where: str = ""
    direct: bool = False
    tty: bool = False
    benign_tty: bool = False
    benign_direct: bool = None
    options: tuple = ()
    benign_options: tuple = ()
    variant: str = ""

    @property
    def name(self):
        return f"{self.rule}, {self.variant}" if self.variant else self.rule

    def action(self, benign):
        """(where, script, direct, tty, options)"""
        if not benign:
            return self.where, self.fire, self.direct, self.tty, self.options
        direct = self.direct if self.benign_direct is None else self.benign_direct
        return (self.benign_where or self.where, self.benign, direct, self.benign_tty,
                self.benign_options)


FIELDS = ("container__", "evt__", "fd__", "fs__", "proc__", "thread__", "user__")


def S(rule, fire, benign, where="docker", **more):
    fields = {name.replace("__", "."): more.pop(name) for name in list(more)
              if name.startswith(FIELDS)}
    return Scenario(rule, fire, benign, where, fields, **more)
