import asyncio


async def my_coroutine(future, task_name, seconds_to_sleep):
    print(f"{task_name} sleeping for: {seconds_to_sleep} seconds")
    await asyncio.sleep(seconds_to_sleep)
    future.set_result(f"{task_name} is finished")


def got_result(future):
    print(future.result())


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
future1, future2 = asyncio.Future(loop=loop), asyncio.Future(loop=loop)
tasks = [
    loop.create_task(my_coroutine(future1, "task1", 0.3)),
    loop.create_task(my_coroutine(future2, "task2", 0.1)),
]
future1.add_done_callback(got_result)
future2.add_done_callback(got_result)
loop.run_until_complete(asyncio.wait(tasks))
loop.close()
