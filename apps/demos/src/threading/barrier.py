from threading import Barrier, Thread, current_thread
from time import sleep


def worker(barrier):
    name = current_thread().name
    waiting = barrier.n_waiting
    print(f"{name} waiting for barrier with {waiting} others\n", end="")
    place = barrier.wait()
    print(f"{name} after barrier {place}\n", end="")


barrier = Barrier(3)
threads = [
    Thread(target=worker, name=f"worker-{i}", args=(barrier,))
    for i in range(3)
]
for thread in threads:
    print(f"{thread.name} starting\n", end="")
    thread.start()
    sleep(0.3)
for thread in threads:
    thread.join()
