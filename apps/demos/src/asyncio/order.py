import asyncio
import random
from time import sleep

NUMBERS = range(1, 10)


def random_seconds():
    return random.randint(0, 2) * 0.001


def task(pid):
    sleep(random_seconds())
    print(f"Task {pid} done")


async def task_coro(pid):
    await asyncio.sleep(random_seconds())
    print(f"Task {pid} done")


def synchronous():
    for i in NUMBERS:
        task(i)


async def asynchronous():
    await asyncio.wait([asyncio.ensure_future(task_coro(i)) for i in NUMBERS])


print("Synchronous:")
synchronous()
loop = asyncio.new_event_loop()
print("Asynchronous:")
loop.run_until_complete(asynchronous())
loop.close()
