import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from time import sleep

NUMBERS = range(1, 10)


def task(pid):
    sleep(random.randint(0, 2) * 0.001)
    print(f"Task {pid} done\n", end="", flush=True)


async def task_coro(pid):
    await asyncio.sleep(random.randint(0, 2) * 0.001)
    print(f"Task {pid} done")


executor = ThreadPoolExecutor(max_workers=4)
loop = asyncio.new_event_loop()


async def asynchronous_threads():
    await asyncio.wait([asyncio.ensure_future(loop.run_in_executor(executor, task, i)) for i in NUMBERS])


async def asynchronous_coroutines():
    await asyncio.wait([asyncio.ensure_future(task_coro(i)) for i in NUMBERS])


print("Asynchronous threads:", flush=True)
loop.run_until_complete(asynchronous_threads())
print("Asynchronous using coroutines:", flush=True)
loop.run_until_complete(asynchronous_coroutines())
loop.close()
