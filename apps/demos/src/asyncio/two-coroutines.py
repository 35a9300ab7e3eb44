import asyncio


async def foo():
    print("Running in foo")
    await asyncio.sleep(0)
    print("Explicit context switch to foo again")


async def bar():
    print("Explicit context to bar")
    await asyncio.sleep(0)
    print("Implicit context switch back to bar")


loop = asyncio.new_event_loop()
tasks = [loop.create_task(foo()), loop.create_task(bar())]
loop.run_until_complete(asyncio.wait(tasks))
loop.close()
