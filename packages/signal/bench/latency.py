# latency.py <count>: seconds from kill to the handler, the main thread blocked in sleep (the median).
import os
import signal
import sys
import threading
import time

count = int(sys.argv[1])
samples = []
sent = 0.0
arrived = threading.Event()


def handler(signum, frame):
    samples.append(time.perf_counter() - sent)


def send():
    global sent
    for _ in range(count):
        before = len(samples)
        time.sleep(0.0005)  # the main thread is asleep by then
        sent = time.perf_counter()
        os.kill(os.getpid(), signal.SIGUSR2)
        while len(samples) == before:
            time.sleep(0.0001)


signal.signal(signal.SIGUSR2, handler)
thread = threading.Thread(target=send)
thread.start()
while thread.is_alive():
    time.sleep(1)
samples.sort()
print(samples[len(samples) // 2])
