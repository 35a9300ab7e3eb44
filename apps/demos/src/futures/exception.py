from concurrent.futures import ThreadPoolExecutor


def task(n):
    print(f"{n}: starting", flush=True)
    raise ValueError(f"the value {n} is no good")


executor = ThreadPoolExecutor(max_workers=2)
future = executor.submit(task, 5)
print(f"main: error: {future.exception()}")
try:
    future.result()
except ValueError as error:
    print(f'main: saw the error "{error}" when asking for the result')
