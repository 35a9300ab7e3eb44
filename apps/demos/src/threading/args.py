from threading import Thread


def worker(number):
    print(f"Worker: {number}\n", end="")


for i in range(5):
    thread = Thread(target=worker, args=(i,))
    thread.start()
