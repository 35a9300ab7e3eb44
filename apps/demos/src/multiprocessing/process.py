import os
from multiprocessing import Process


def doubler(number):
    """A doubling function that can be used by a process"""
    result = number * 2
    # Line and line break at once: other processes print, too.
    print(f"{number} doubled to {result} by process id: {os.getpid()}\n", end="")


if __name__ == "__main__":
    numbers = [5, 10, 15, 20, 25]
    children = []
    for number in numbers:
        child = Process(target=doubler, args=(number,))
        children.append(child)
        child.start()
    for child in children:
        child.join()
