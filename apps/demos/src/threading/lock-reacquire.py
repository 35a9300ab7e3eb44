from threading import Lock

lock = Lock()
print("First try :", lock.acquire())
print("Second try:", lock.acquire(blocking=False))
