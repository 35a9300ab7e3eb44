import signal
from threading import Thread, current_thread
from time import ctime, sleep


def say(*words):
    print(ctime(), *words)


def on_alarm(signum, frame):
    say("Alarm in", current_thread().name)


def use_alarm():
    name = current_thread().name
    say("Setting alarm in", name)
    signal.alarm(1)
    say("Sleeping in", name)
    sleep(3)
    say("Done with sleep in", name)


signal.signal(signal.SIGALRM, on_alarm)
thread = Thread(target=use_alarm, name="alarm_thread")
thread.start()
sleep(0.5)

# Waits for the thread, which does not receive the signal.
say("Waiting for", thread.name)
thread.join()
say("Exiting normally")
