# What `import subprocess` costs.
import time

start = time.perf_counter()
import subprocess  # noqa: E402

seconds = time.perf_counter() - start
assert subprocess.PIPE == -1
print(seconds)
