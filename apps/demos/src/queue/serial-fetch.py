import cProfile
from urllib.request import urlopen

from pages import Pages


def do_profile(func):
    def profiled_func(*args, **kwargs):
        profile = cProfile.Profile()
        try:
            profile.enable()
            result = func(*args, **kwargs)
            profile.disable()
            return result
        finally:
            profile.print_stats()

    return profiled_func


@do_profile
def fetch_pages(hosts):
    for host in hosts:
        urlopen(host).read()
        print("Fetched :", host)


pages = Pages(3)
fetch_pages(pages.hosts)
print("Pages at once:", pages.at_once)
pages.close()
