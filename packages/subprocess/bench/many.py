# Many children at once, captured: many.py popen|asyncio <children>
import asyncio
import subprocess
import sys
import time
from subprocess import PIPE

mode, children = sys.argv[1], int(sys.argv[2])
COMMAND = ["sh", "-c", "sleep 0.5; echo done"]


def popen():
    started = [subprocess.Popen(COMMAND, stdout=PIPE, stderr=PIPE, text=True) for _ in range(children)]
    return [child.communicate()[0] for child in started]


async def gather():
    async def one():
        child = await asyncio.create_subprocess_exec(*COMMAND, stdout=PIPE, stderr=PIPE)
        return (await child.communicate())[0].decode()

    return await asyncio.gather(*(one() for _ in range(children)))


start = time.perf_counter()
outputs = popen() if mode == "popen" else asyncio.run(gather())
seconds = time.perf_counter() - start
assert outputs == ["done\n"] * children
print(seconds)
