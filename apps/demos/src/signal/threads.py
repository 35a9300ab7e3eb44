import os
import signal
from threading import Thread, current_thread
from time import sleep


def name():
    return current_thread().name


def on_signal(signum, frame):
    print("Received signal", signum, "in", name())


def wait_for_signal():
    print("Waiting for signal in", name())
    signal.pause()
    print("Done waiting")


def send_signal():
    print("Sending signal in", name())
    os.kill(os.getpid(), signal.SIGUSR1)


signal.signal(signal.SIGUSR1, on_signal)

# A thread that will not receive the signal.
receiver = Thread(target=wait_for_signal, name="receiver")
receiver.start()
sleep(0.5)

sender = Thread(target=send_signal, name="sender")
sender.start()
sender.join()

# Waits for the thread to see the signal, which does not happen.
print("Waiting for receiver")
signal.alarm(2)
receiver.join()
