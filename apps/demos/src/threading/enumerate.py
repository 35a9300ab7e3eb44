import threading
from random import randint
from time import sleep


def worker():
    pause = randint(3, 7) / 10
    print(f"sleeping {pause:.2f}\n", end="")
    sleep(pause)
    print("ending\n", end="")


for _ in range(3):
    threading.Thread(target=worker, daemon=True).start()

for thread in threading.enumerate():
    if thread is threading.main_thread():
        continue
    print(f"joining {thread.name}\n", end="")
    thread.join()
