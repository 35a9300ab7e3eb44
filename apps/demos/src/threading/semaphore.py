import logging
from threading import Lock, Semaphore, Thread, current_thread
from time import sleep


class ActivePool:
    def __init__(self):
        self.lock = Lock()
        self.active = []

    def make_active(self, name):
        with self.lock:
            self.active.append(name)
            logging.debug("Running: %s", self.active)

    def make_inactive(self, name):
        with self.lock:
            self.active.remove(name)
            logging.debug("Running: %s", self.active)


def worker(semaphore, pool):
    logging.debug("Waiting to join the pool")
    with semaphore:
        name = current_thread().name
        pool.make_active(name)
        sleep(0.5)
        pool.make_inactive(name)


logging.basicConfig(
    level=logging.DEBUG,
    format="%(asctime)s (%(threadName)-2s) %(message)s",
)
pool = ActivePool()
semaphore = Semaphore(2)
for name in ("0", "1", "2", "3"):
    Thread(target=worker, name=name, args=(semaphore, pool)).start()
