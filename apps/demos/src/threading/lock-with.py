import logging
from threading import Lock, Thread


def managed(lock):
    with lock:
        logging.debug("Lock acquired via with")


def explicit(lock):
    lock.acquire()
    try:
        logging.debug("Lock acquired directly")
    finally:
        lock.release()


logging.basicConfig(
    level=logging.DEBUG, format="(%(threadName)-10s) %(message)s"
)
lock = Lock()
for target in (managed, explicit):
    Thread(target=target, args=(lock,)).start()
