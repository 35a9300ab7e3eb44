from threading import Thread
from time import sleep


def background():
    print("Starting daemon\n", end="")
    sleep(1.5)
    print("Exiting daemon\n", end="")


def foreground():
    print("Starting non-daemon\n", end="")
    sleep(0.5)
    print("Exiting non-daemon\n", end="")


d = Thread(target=background, daemon=True)
t = Thread(target=foreground)
d.start()
t.start()

d.join()
t.join()
