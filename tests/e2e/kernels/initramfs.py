"""A root file system in a cpio archive, as the kernel unpacks it into memory."""
import os
import pathlib
import re
import stat
import subprocess


class Initramfs:
    """Files by their paths; folders above them come by themselves."""

    def __init__(self):
        self.entries = {}  # path: (mode, content)

    def add_folder(self, path, mode=0o755):
        self._add_parents(path)
        self.entries[path.strip("/")] = (stat.S_IFDIR | mode, b"")

    def add_file(self, path, content, mode=0o644):
        self._add_parents(path)
        self.entries[path.strip("/")] = (stat.S_IFREG | mode,
                                         content.encode() if isinstance(content, str) else content)

    def add_link(self, path, target):
        self._add_parents(path)
        self.entries[path.strip("/")] = (stat.S_IFLNK | 0o777, os.fsencode(target))

    def _add_parents(self, path):
        for parent in reversed(pathlib.PurePosixPath("/", path).parents):
            self.entries.setdefault(str(parent).strip("/"), (stat.S_IFDIR | 0o755, b""))

    def add_program(self, path, source, root=""):
        """With the libraries that it needs, where the loader finds them here (below root)."""
        self.add_file(path, pathlib.Path(source).read_bytes(), 0o755)
        listed = subprocess.run(["ldd", str(source)], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, check=False).stdout
        for library in re.findall(r"(/\S+) \(0x", listed):
            self.add_file(root + library, pathlib.Path(library).read_bytes(), 0o755)

    def add_init(self, name, steps):
        """One of the scripts here as the first process, and what it is to run."""
        here = pathlib.Path(__file__).resolve().parent
        self.add_file("/init", (here / name).read_text(), 0o755)
        self.add_file("/mounts", (here / "mounts.sh").read_text())
        self.add_file("/steps", steps.read_text())

    def write(self, path):
        """In the format "newc": a header of hexadecimal numbers, name, content, each padded
        to 4 bytes."""
        with open(path, "wb") as archive:
            for number, (name, (mode, content)) in enumerate(sorted(self.entries.items()), 1):
                if name:
                    self._write_entry(archive, number, name, mode, content)
            self._write_entry(archive, 0, "TRAILER!!!", 0, b"")

    @staticmethod
    def _write_entry(archive, number, name, mode, content):
        name = os.fsencode(name) + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        header = b"070701" + b"".join(b"%08x" % field for field in fields)
        for part in (header + name, content):
            archive.write(part + bytes(-len(part) % 4))
