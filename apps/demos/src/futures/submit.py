import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

began = Event()


def task(n, began):
    began.set()
    time.sleep(0.2)
    return n / 10


executor = ThreadPoolExecutor(max_workers=2)
future = executor.submit(task, 5, began)
began.wait()
print(f"main: future: {future}")
print(f"main: result: {future.result()}")
print(f"main: future after result: {future}")
