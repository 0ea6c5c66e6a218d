"""Drift where the kernel does not tell it: images that are unpacked without an overlay, and file
systems that are no part of the image."""
from runtime.scenario import S

SCENARIOS = [
    S("rt-drift", "cp /bin/true /tmp/drifted; /tmp/drifted", "/bin/true",
      variant="without an overlay", proc__exepath="/tmp/drifted"),
    S("rt-drift", "cp /bin/true /usr/bin/tool; touch -r /bin/true /usr/bin/tool; /usr/bin/tool",
      "cp /bin/true /usr/bin/tool-2; cat /usr/bin/tool-2 > /dev/null; ls -l /usr/bin/tool-2",
      variant="without an overlay, with forged times", proc__exepath="/usr/bin/tool"),
    S("rt-drift", "cat /bin/true > /bin/false; /bin/false", "/bin/true",
      variant="without an overlay, of a program that was changed", proc__exepath="/usr/bin/false"),
    S("rt-drift", "/bin/sh -c 'cp /bin/true /mnt/tool; /mnt/tool'",
      "/bin/sh -c 'cp /bin/true /mnt/tool; /mnt/tool'", where="start",
      options=("--tmpfs", "/mnt:exec"), benign_options=("--volume", "/mnt"),
      variant="without an overlay, in a file system of memory", proc__exepath="/mnt/tool"),
    S("rt-drift", "/bin/sh -c 'cp /bin/true /srv/tool; /srv/tool'", "/bin/sh -c '/bin/true'",
      where="start", variant="without an overlay, of a container that has just started",
      proc__exepath="/srv/tool"),
    S("rt-ptrace", "cp /bin/true /tmp/x; cp $n/act /tmp/gdb; /tmp/gdb @ptrace", "$s/gdb @ptrace",
      variant="without an overlay, by a copy", proc__exepath="/tmp/gdb"),
]
