import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

if __name__ == "__main__":
    with ProcessPoolExecutor(max_workers=2) as executor:
        pid = executor.submit(os.getpid).result()
        print(f"killing process {pid}")
        os.kill(pid, signal.SIGHUP)
        time.sleep(0.3)
        print("submitting another task")
        try:
            print(f"it ran in process {executor.submit(os.getpid).result()}")
        except BrokenProcessPool as error:
            print(f"could not run it: {error}")
