import cProfile
from queue import Queue
from threading import Thread
from urllib.request import urlopen

from pages import Pages


def do_profile(func):
    def profiled_func(*args, **kwargs):
        profile = cProfile.Profile()
        try:
            profile.enable()
            result = func(*args, **kwargs)
            profile.disable()
            return result
        finally:
            profile.print_stats()

    return profiled_func


class ThreadUrl(Thread):
    """Fetches what comes out of the queue."""

    def __init__(self, queue):
        super().__init__(daemon=True)
        self.queue = queue

    def run(self):
        while True:
            # Grabs a host from the queue, and its page.
            host = self.queue.get()
            urlopen(host).read()
            print("Fetched: " + host + "\n", end="")
            # Says that it has been dealt with.
            self.queue.task_done()


@do_profile
def fetch_pages(hosts):
    queue = Queue()
    for _ in hosts:
        ThreadUrl(queue).start()
    for host in hosts:
        queue.put(host)
    queue.join()


pages = Pages(3, together=True)
fetch_pages(pages.hosts)
print("Pages at once:", pages.at_once)
pages.close()
