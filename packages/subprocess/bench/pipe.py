# Reads from a child: pipe.py stream|collect <bytes> <pipesize>
import subprocess
import sys
import time
from subprocess import PIPE

mode, size, pipesize = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
command = ["head", "-c", str(size), "/dev/zero"]
n = 0
start = time.perf_counter()
if mode == "collect":
    n = len(subprocess.run(command, stdout=PIPE, check=True).stdout)
else:
    with subprocess.Popen(command, stdout=PIPE, bufsize=0, pipesize=pipesize) as child:
        memory = bytearray(1 << 20)
        while got := child.stdout.readinto(memory):
            n += got
    assert child.returncode == 0
seconds = time.perf_counter() - start
assert n == size
print(seconds)
