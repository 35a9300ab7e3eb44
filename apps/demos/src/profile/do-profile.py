import cProfile


def do_profile(func):
    def profiled_func(*args, **kwargs):
        profile = cProfile.Profile()
        try:
            profile.enable()
            result = func(*args, **kwargs)
            profile.disable()
            return result
        finally:
            profile.print_stats()

    return profiled_func


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@do_profile
def sum_of_fibs(count):
    sum = 0
    for n in range(count):
        sum += fib(n)
    return sum


print("The sum is", sum_of_fibs(10))
