import os
import signal
from time import sleep


def receive_signal(signum, frame):
    print("Received:", signum)


signal.signal(signal.SIGUSR1, receive_signal)
signal.signal(signal.SIGUSR2, receive_signal)
signal.signal(signal.SIGINT, signal.default_int_handler)

print("My PID is:", os.getpid())
while True:
    print("Waiting...")
    sleep(3)
