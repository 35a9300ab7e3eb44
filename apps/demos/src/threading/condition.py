import logging
from threading import Condition, Thread
from time import sleep


def consumer(condition):
    logging.debug("Starting consumer thread")
    with condition:
        condition.wait()
        logging.debug("Resource is available to consumer")


def producer(condition):
    logging.debug("Starting producer thread")
    with condition:
        logging.debug("Making resource available")
        condition.notify_all()


logging.basicConfig(
    level=logging.DEBUG,
    format="%(asctime)s (%(threadName)-2s) %(message)s",
)
condition = Condition()
c1 = Thread(target=consumer, name="c1", args=(condition,))
c2 = Thread(target=consumer, name="c2", args=(condition,))
p = Thread(target=producer, name="p", args=(condition,))

c1.start()
sleep(0.5)
c2.start()
sleep(0.5)
p.start()
