from threading import Thread


def worker():
    # In one piece: print writes the end of a line apart, and another
    # thread may come between.
    print("Worker\n", end="")


for _ in range(5):
    thread = Thread(target=worker)
    thread.start()
