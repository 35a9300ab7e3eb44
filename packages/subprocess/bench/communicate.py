# Sends bytes through cat: communicate.py <bytes>
import subprocess
import sys
import time

size = int(sys.argv[1])
line = b"data for the child\n"
data = (line * (size // len(line) + 1))[:size]
start = time.perf_counter()
output = subprocess.run(["cat"], input=data, stdout=subprocess.PIPE, check=True).stdout
seconds = time.perf_counter() - start
assert len(output) == size and output[:: 1 << 20] == data[:: 1 << 20]
print(seconds)
