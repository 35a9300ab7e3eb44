from threading import Thread, current_thread
from time import sleep


def work(seconds):
    print(f"{current_thread().name} Starting\n", end="")
    sleep(seconds)
    print(f"{current_thread().name} Exiting\n", end="")


def worker():
    work(0.2)


def my_service():
    work(0.3)


threads = [
    Thread(target=worker, name="worker"),
    Thread(target=worker),  # has a name by default
    Thread(target=my_service, name="my_service"),
]
for thread in threads:
    thread.start()
