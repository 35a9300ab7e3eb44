from concurrent.futures import ThreadPoolExecutor


def task(n):
    print(f"{n}\n", end="", flush=True)


with ThreadPoolExecutor(max_workers=2) as executor:
    print("main: starting", flush=True)
    for n in [1, 2, 3, 4]:
        executor.submit(task, n)
print("main: done")
