import logging
from threading import Lock, Thread
from time import sleep


def holder(lock):
    logging.debug("Starting")
    while True:
        lock.acquire()
        try:
            logging.debug("Holding")
            sleep(0.5)
        finally:
            logging.debug("Not holding")
            lock.release()
        sleep(0.5)


def worker(lock):
    logging.debug("Starting")
    tries = 0
    acquired = 0
    while acquired < 3:
        sleep(0.4)
        logging.debug("Trying to acquire")
        tries += 1
        if lock.acquire(blocking=False):
            try:
                logging.debug("Iteration %d: Acquired", tries)
                acquired += 1
            finally:
                lock.release()
        else:
            logging.debug("Iteration %d: Not acquired", tries)
    logging.debug("Done after %d iterations", tries)


logging.basicConfig(
    level=logging.DEBUG, format="(%(threadName)-10s) %(message)s"
)
lock = Lock()
Thread(
    target=holder, args=(lock,), name="LockHolder", daemon=True
).start()
Thread(target=worker, args=(lock,), name="Worker").start()
