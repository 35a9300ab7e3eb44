// Two threads want one lock all the time, and hold it for 0.1 ms each: who gets it how often, how long one goes on without the
// other, how long one waits.
import { execFileSync } from 'node:child_process';
import { Barrier, Lock, SharedArray, Thread } from '@prac/sync';

const seconds = process.env.PRAC_BENCH === 'quick' ? 0.05 : 0.6;
/** Of each thread: how often it had the lock, its longest run, its longest wait in ms. */
const [TIMES, RUN, WAIT] = [0, 1, 2];

function compete(me: number, lock: Lock, start: Barrier, last: SharedArray<'i'>, results: SharedArray<'d'>): void {
  start.waitSync();
  let run = 0;
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    const asked = performance.now();
    lock.acquireSync();
    const got = performance.now();
    run = last.at(0) === me ? run + 1 : 1;
    last.set(0, me);
    results.set(3 * me + TIMES, results.at(3 * me + TIMES) + 1);
    results.set(3 * me + RUN, Math.max(results.at(3 * me + RUN), run));
    results.set(3 * me + WAIT, Math.max(results.at(3 * me + WAIT), got - asked));
    while (performance.now() < got + 0.1);
    lock.release();
  }
}

const [lock, start] = [new Lock(), new Barrier(2)];
const [last, results] = [new SharedArray('i', [-1]), new SharedArray('d', 6)];
const threads = [0, 1].map((me) => new Thread({ target: compete, args: [me, lock, start, last, results] }));
for (const thread of threads) thread.start();
for (const thread of threads) await thread.join();

const python = `import threading, time
lock, start, last, results = threading.Lock(), threading.Barrier(2), [-1], [[0, 0, 0.0], [0, 0, 0.0]]
def compete(me):
    start.wait(); run = 0; end = time.perf_counter() + ${seconds}; mine = results[me]
    while time.perf_counter() < end:
        asked = time.perf_counter()
        with lock:
            got = time.perf_counter()
            run = run + 1 if last[0] == me else 1
            last[0] = me; mine[0] += 1; mine[1] = max(mine[1], run); mine[2] = max(mine[2], 1000 * (got - asked))
            while time.perf_counter() < got + 0.0001: pass
threads = [threading.Thread(target=compete, args=(me,)) for me in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(*results[0], *results[1])`;

console.log('### Two threads and one lock\n');
console.log('| what | acquisitions | longest run | longest wait |\n| --- | ---: | ---: | ---: |');
print('Lock', [...results]);
print('CPython Lock', execFileSync('python3', ['-c', python], { encoding: 'utf8' }).split(' ').map(Number));

function print(name: string, [a = 0, runA = 0, waitA = 0, b = 0, runB = 0, waitB = 0]: readonly number[]): void {
  console.log(`| ${name} | ${a} : ${b} | ${Math.max(runA, runB)} | ${Math.max(waitA, waitB).toFixed(1)} ms |`);
}
