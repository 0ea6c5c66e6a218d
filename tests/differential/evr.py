# rpm: librpm through python3-rpm. It refuses nothing.
import sys

import rpm


def sign(a, b):
    left, right = rpm.ver(a), rpm.ver(b)
    return (left > right) - (left < right)


for line in sys.stdin:
    print(sign(*line.rstrip("\n").split("\t")))
