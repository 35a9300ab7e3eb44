# Iterates over the lines of a child: lines.py text|bytes <file> <lines>
import subprocess
import sys
import time

mode, file, lines = sys.argv[1], sys.argv[2], int(sys.argv[3])
start = time.perf_counter()
with subprocess.Popen(["cat", file], stdout=subprocess.PIPE, text=mode == "text") as child:
    n = 0
    for line in child.stdout:
        if len(line) == 64:
            n += 1
seconds = time.perf_counter() - start
assert (n, child.returncode) == (lines, 0)
print(seconds)
