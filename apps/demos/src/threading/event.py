import logging
from threading import Event, Thread
from time import sleep


def wait_for_event(event):
    logging.debug("wait_for_event starting")
    is_set = event.wait()
    logging.debug("event set: %s", is_set)


def wait_with_timeout(event, seconds):
    while not event.is_set():
        logging.debug("wait_for_event_timeout starting")
        is_set = event.wait(seconds)
        logging.debug("event set: %s", is_set)
        if is_set:
            logging.debug("processing event")
        else:
            logging.debug("doing other work")


logging.basicConfig(
    level=logging.DEBUG, format="(%(threadName)-10s) %(message)s"
)
event = Event()
threads = [
    Thread(target=wait_for_event, name="block", args=(event,)),
    Thread(target=wait_with_timeout, name="nonblock", args=(event, 2)),
]
for thread in threads:
    thread.start()

logging.debug("Waiting before calling Event.set()")
sleep(1)
event.set()
logging.debug("Event is set")
