# Python: python3-packaging.
import sys

from packaging.version import InvalidVersion, Version


def parse(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


for line in sys.stdin:
    left, right = map(parse, line.rstrip("\n").split("\t"))
    refused = ("a" if left is None else "") + ("b" if right is None else "")
    print(refused or (left > right) - (left < right))
