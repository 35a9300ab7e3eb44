import time
from concurrent.futures import ThreadPoolExecutor


def task(n):
    print(f"{n}: sleeping", flush=True)
    time.sleep(0.2)
    print(f"{n}: done", flush=True)
    return n / 10


def when_done(future):
    if future.cancelled():
        print(f"{future.arg}: cancelled")
    elif future.exception():
        print(f"{future.arg}: failed: {future.exception()}")
    else:
        print(f"{future.arg}: the value is {future.result()}")


executor = ThreadPoolExecutor(max_workers=2)
print("main: starting", flush=True)
future = executor.submit(task, 5)
future.arg = 5
future.add_done_callback(when_done)
future.result()
