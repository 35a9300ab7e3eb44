import signal
import sys
from pathlib import Path
from subprocess import Popen
from time import sleep

program = Path(__file__).with_name("signal-child.py")
with Popen([sys.executable, program]) as child:
    print("PARENT      : Pausing before sending signal...", flush=True)
    sleep(2)
    print("PARENT      : Signaling child", flush=True)
    child.send_signal(signal.SIGUSR1)
