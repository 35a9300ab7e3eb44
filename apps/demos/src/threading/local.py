import logging
from random import randint
from threading import Thread, local


def show(data):
    if hasattr(data, "value"):
        logging.debug("value=%d", data.value)
    else:
        logging.debug("No value yet")


def worker(data):
    show(data)
    data.value = randint(1, 100)
    show(data)


logging.basicConfig(
    level=logging.DEBUG, format="(%(threadName)-10s) %(message)s"
)
data = local()
show(data)
data.value = 1000
show(data)
for _ in range(2):
    Thread(target=worker, args=(data,)).start()
