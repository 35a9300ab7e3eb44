import os
from concurrent.futures import ProcessPoolExecutor


def task(n):
    return (n, os.getpid())


if __name__ == "__main__":
    executor = ProcessPoolExecutor(max_workers=2)
    for n, pid in executor.map(task, [5, 4, 3, 2, 1]):
        print(f"task {n} ran in process {pid}")
    print(f"main is process {os.getpid()}")
