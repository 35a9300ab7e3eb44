import asyncio
import time

start = time.time()


def tic():
    return f"at {time.time() - start:.1f} seconds"


async def gr1():
    print(f"gr1 started work: {tic()}")
    await asyncio.sleep(0.4)
    print(f"gr1 ended work: {tic()}")


async def gr2():
    print(f"gr2 started work: {tic()}")
    await asyncio.sleep(0.4)
    print(f"gr2 ended work: {tic()}")


async def gr3():
    print(f"Let's do some stuff while the coroutines are blocked, {tic()}")
    await asyncio.sleep(0.2)
    print("Done!")


loop = asyncio.new_event_loop()
tasks = [loop.create_task(work()) for work in (gr1, gr2, gr3)]
loop.run_until_complete(asyncio.wait(tasks))
loop.close()
