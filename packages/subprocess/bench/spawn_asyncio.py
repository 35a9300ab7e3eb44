# As spawn.py, with asyncio: spawn_asyncio.py <program> <count> <resident bytes>
import asyncio
import sys
import time
from asyncio.subprocess import PIPE

program, count, resident = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ballast = bytearray(b"\1") * resident


async def once():
    child = await asyncio.create_subprocess_exec(program, stdout=PIPE, stderr=PIPE)
    stdout, _ = await child.communicate()
    assert (child.returncode, stdout) == (0, b"")


async def main():
    await once()
    start = time.perf_counter()
    for _ in range(count):
        await once()
    print(time.perf_counter() - start)


asyncio.run(main())
assert len(ballast) == resident
