import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def task(n):
    time.sleep(random.random() / 2)
    return (n, n / 10)


executor = ThreadPoolExecutor(max_workers=5)
print("main: starting")
futures = [executor.submit(task, n) for n in [5, 4, 3, 2, 1]]
for future in as_completed(futures):
    print("main: result:", future.result())
