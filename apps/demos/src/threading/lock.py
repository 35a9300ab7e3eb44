import logging
import threading
from random import random
from time import sleep


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.number = 0

    def increment(self):
        logging.debug("Waiting for lock")
        self.lock.acquire()
        try:
            logging.debug("Acquired lock")
            self.number += 1
        finally:
            self.lock.release()


def worker(counter):
    for _ in range(2):
        pause = random()
        logging.debug("Sleeping %.2f", pause)
        sleep(pause)
        counter.increment()
    logging.debug("Done")


logging.basicConfig(
    level=logging.DEBUG, format="(%(threadName)-10s) %(message)s"
)
counter = Counter()
for _ in range(2):
    threading.Thread(target=worker, args=(counter,)).start()

logging.debug("Waiting for worker threads")
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
logging.debug("Counter: %d", counter.number)
