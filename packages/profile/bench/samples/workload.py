"""The same as workload.mjs: python workload.py plain|profile rounds."""
import cProfile, json, math, pstats, sys, time


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    @property
    def length(self):
        return math.sqrt(self.x * self.x + self.y * self.y)

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def is_prime(n):
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            return False
        i += 1
    return True


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def squares(n):
    for i in range(n):
        yield i * i


def cell(a, b, i, j, size):
    total = 0
    for k in range(size):
        total += a[i * size + k] * b[k * size + j]
    return total


def compare(a, b):
    return a - b


def recursion():
    return fibonacci(23)


def primes():
    return sum(1 for n in range(20_000) if is_prime(n))


def parity():
    return sum(1 for _ in range(200) if is_even(50))


def vectors():
    total, length = Vector(0, 0), 0
    for i in range(25_000):
        total = total.plus(Vector(i, 1))
        length += total.length
    return length


def sum_of_squares():
    total = 0
    for square in squares(50_000):
        total += square
    return total


def matrix():
    size = 60
    a = [i % 7 for i in range(size * size)]
    b = [i % 5 for i in range(size * size)]
    return sum(cell(a, b, i, j, size) for i in range(size) for j in range(size))


def sorting():
    from functools import cmp_to_key
    numbers, seed = [], 1
    for _ in range(10_000):
        seed = (seed * 16_807) % 2_147_483_647
        numbers.append(seed)
    return sorted(numbers, key=cmp_to_key(compare))[0]


SECTIONS = [recursion, primes, parity, vectors, sum_of_squares, matrix, sorting]
how, rounds = sys.argv[1], int(sys.argv[2])
seconds = {section.__name__: 0 for section in SECTIONS}


def run():
    for section in SECTIONS:
        before = time.perf_counter()
        section()
        if how == 'plain':
            seconds[section.__name__] += time.perf_counter() - before


profiler = cProfile.Profile()
begun = time.perf_counter()
if how == 'profile':
    profiler.enable()
for _ in range(rounds):
    run()
profiler.disable()
total = (time.perf_counter() - begun) / rounds
calls = 0
if how == 'profile':
    stats = pstats.Stats(profiler)
    calls = stats.total_calls / rounds
    for (_, _, name), (_, _, _, cumtime, _) in stats.stats.items():
        if name in seconds:
            seconds[name] = cumtime
print(json.dumps({'seconds': total, 'calls': calls, 'shares': seconds}))
