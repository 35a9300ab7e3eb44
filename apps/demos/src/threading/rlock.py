from threading import RLock

lock = RLock()
print("First try :", lock.acquire())
print("Second try:", lock.acquire(blocking=False))
