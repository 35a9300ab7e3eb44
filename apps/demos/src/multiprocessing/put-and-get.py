from multiprocessing import Process, Queue

sentinel = -1


def creator(data, queue):
    """Creates data to be consumed"""
    print("Creating data and putting it on the queue", flush=True)
    for item in data:
        queue.put(item)


def consumer(queue):
    """Consumes some data and works on it: doubles it"""
    while True:
        data = queue.get()
        print(f"data found to be processed: {data}")
        print(data * 2)
        if data == sentinel:
            break


if __name__ == "__main__":
    queue = Queue()
    data = [5, 10, 13, sentinel]
    one = Process(target=creator, args=(data, queue))
    two = Process(target=consumer, args=(queue,))
    one.start()
    two.start()
    queue.close()
    queue.join_thread()
    one.join()
    two.join()
