# Runs a program many times, its output captured: spawn.py <program> <count> <resident bytes>
import subprocess
import sys
import time

program, count, resident = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ballast = bytearray(b"\1") * resident


def once():
    result = subprocess.run([program], capture_output=True, check=True)
    assert result.stdout == b""


once()
start = time.perf_counter()
for _ in range(count):
    once()
print(time.perf_counter() - start)
assert len(ballast) == resident
