from concurrent.futures import ThreadPoolExecutor
from threading import Event

end = Event()


def task(n, end):
    end.wait()
    return n


def when_done(future):
    print(f"{future.arg}: {'cancelled' if future.cancelled() else 'not cancelled'}\n", end="", flush=True)


executor = ThreadPoolExecutor(max_workers=2)
futures = []
for n in [6, 5, 4, 3, 2, 1]:
    future = executor.submit(task, n, end)
    future.arg = n
    future.add_done_callback(when_done)
    futures.append(future)
for future in reversed(futures):
    if not future.cancel():
        print(f"main: did not cancel {future.arg}\n", end="", flush=True)
end.set()
executor.shutdown()
