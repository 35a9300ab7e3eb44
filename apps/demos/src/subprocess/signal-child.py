import os
import signal
import sys
from time import sleep

ME = f"CHILD {os.getpid():>6}"


def on_usr1(signum, frame):
    print(f"{ME}: Received USR1", flush=True)
    sys.exit()


print(f"{ME}: Setting up signal handler", flush=True)
signal.signal(signal.SIGUSR1, on_usr1)
print(f"{ME}: Pausing to wait for signal", flush=True)
sleep(5)
print(f"{ME}: Never received signal", flush=True)
