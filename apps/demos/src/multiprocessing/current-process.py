from multiprocessing import Process, current_process


def doubler(number):
    """A doubling function that can be used by a process"""
    result = number * 2
    # Line and line break at once: other processes print, too.
    print(f"{number} doubled to {result} by: {current_process().name}\n", end="")


if __name__ == "__main__":
    numbers = [5, 10, 15, 20, 25]
    Process(target=doubler, args=(5,))  # has a name, and never starts
    children = [Process(target=doubler, args=(number,)) for number in numbers]
    children.append(Process(target=doubler, name="Test", args=(2,)))
    for child in children:
        child.start()
    for child in children:
        child.join()
