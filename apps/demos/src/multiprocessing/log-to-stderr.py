import logging
import multiprocessing
from multiprocessing import Lock, Process


def printer(item, lock):
    """Prints out the item that was passed in"""
    lock.acquire()
    try:
        print(item)
    finally:
        lock.release()


if __name__ == "__main__":
    lock = Lock()
    multiprocessing.log_to_stderr()
    multiprocessing.get_logger().setLevel(logging.INFO)
    for item in ["tango", "foxtrot", 10]:
        Process(target=printer, args=(item, lock)).start()
