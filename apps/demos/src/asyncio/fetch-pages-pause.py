import asyncio
import os
import sys
from urllib.request import urlopen

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "queue"))
from pages import Pages


def read(url):
    with urlopen(url) as response:
        return response.read().decode()


async def fetch_page(number, url, pause):
    if pause:
        await asyncio.sleep(1)
    content = await asyncio.to_thread(read, url)
    print(f"Page {number}: {content}")


async def main():
    tasks = [asyncio.ensure_future(fetch_page(i + 1, host, i == 1)) for i, host in enumerate(pages.hosts)]
    await asyncio.wait(tasks)
    print("All of them:", "true" if all(task.done() for task in tasks) else "false")


pages = Pages(3)
asyncio.run(main())
pages.close()
