import time
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread


def task(n):
    print(f"{current_thread().name}: sleeping {n}\n", end="", flush=True)
    time.sleep(n / 10)
    print(f"{current_thread().name}: done with {n}\n", end="", flush=True)
    return n / 10


executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="worker")
print("main: starting\n", end="", flush=True)
results = executor.map(task, [5, 4, 3, 2, 1])
print("main: waiting for results\n", end="", flush=True)
print("main: results:", list(results))
