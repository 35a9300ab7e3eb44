import logging
from random import randint
from threading import Thread, local


class MyLocal(local):
    def __init__(self, value):
        super().__init__()
        logging.debug("Initializing %r", self)
        self.value = value


def show(data):
    logging.debug("value=%d", data.value)


def worker(data):
    show(data)
    data.value = randint(1, 100)
    show(data)


logging.basicConfig(
    level=logging.DEBUG, format="(%(threadName)-10s) %(message)s"
)
data = MyLocal(1000)
show(data)
for _ in range(2):
    Thread(target=worker, args=(data,)).start()
