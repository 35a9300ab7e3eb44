import asyncio
import os
import sys
from urllib.request import urlopen

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "queue"))
from pages import Pages


def read(url):
    with urlopen(url) as response:
        assert response.status == 200
        return response.read().decode()


async def fetch_page(url):
    content = await asyncio.to_thread(read, url)
    print(f"URL: {url}: Content: {content}")


async def main():
    tasks = [asyncio.ensure_future(fetch_page(host)) for host in pages.hosts]
    await asyncio.wait(tasks)
    for task in tasks:
        print(task)


pages = Pages(3, together=True)
asyncio.run(main())
print("Pages at once:", pages.at_once)
pages.close()
