"""Runs tests/unit/inventory/dump_inventory and reads its lines."""
import collections
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
PROGRAM = BUILD / "tests/unit/inventory/dump_inventory"

Package = collections.namedtuple(
    "Package", "type name version arch source source_version license maintainer vendor modularity "
               "db_path layer")
Diagnostic = collections.namedtuple("Diagnostic", "level code layer path message")
Inventory = collections.namedtuple("Inventory", "os packages files diagnostics")


def dump(*directories, options=()):
    """The inventory of one directory, or of layers with options=["--layers"]."""
    done = subprocess.run([str(PROGRAM), *options, *map(str, directories)], check=True,
                          stdout=subprocess.PIPE, timeout=300)
    result = Inventory([], [], {}, [])
    # Lines end in \n only: maintainers may hold what Python takes for others.
    for line in done.stdout.decode("utf-8", "surrogateescape").split("\n"):
        kind, *columns = line.split("\t")
        if kind == "os":
            result.os.extend(columns)
        elif kind == "package":
            result.packages.append(Package(*columns))
        elif kind == "file":
            result.files.setdefault((columns[0], columns[1]), []).append(columns[2])
        elif kind == "diagnostic":
            result.diagnostics.append(Diagnostic(*columns))
    return result
