// Locks of processes: one that is free, one that two processes want, and how long it takes until a process runs.
import { execFileSync } from 'node:child_process';
import { Barrier, Event, Lock, Process, RLock, Semaphore, Value } from '@prac/pool';
import { alternate } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 7;
const many = quick ? 1_000 : 500_000;
const wanted = quick ? 200 : 50_000;

const [lock, rlock, semaphore] = [new Lock(), new RLock(), new Semaphore(1)];

/** Seconds, by CPython itself. */
function python(setup: string, work: string, count: number): number {
  const program = `
import multiprocessing as m, time
${setup}
begun = time.perf_counter()
for _ in range(${count}): ${work}
print(time.perf_counter() - begun)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

function timed(count: number, work: () => void): number {
  const begun = performance.now();
  for (let i = 0; i < count; i++) work();
  return (performance.now() - begun) / 1000;
}

await alternate(
  [
    { name: 'Lock', run: () => lockTimes(many) },
    { name: 'RLock', run: () => rlockTimes(many) },
    { name: 'Semaphore', run: () => semaphoreTimes(many) },
    { name: 'CPython Lock', run: () => python('x = m.Lock()', 'x.acquire(); x.release()', many) },
    { name: 'CPython RLock', run: () => python('x = m.RLock()', 'x.acquire(); x.release()', many) },
    { name: 'CPython Semaphore', run: () => python('x = m.Semaphore(1)', 'x.acquire(); x.release()', many) },
  ],
  { title: 'A free lock: acquire and release', operations: many, rounds },
);

function lockTimes(count: number): number {
  return timed(count, () => {
    lock.acquireSync();
    lock.release();
  });
}

function rlockTimes(count: number): number {
  return timed(count, () => {
    rlock.acquireSync();
    rlock.release();
  });
}

function semaphoreTimes(count: number): number {
  return timed(count, () => {
    semaphore.acquireSync();
    semaphore.release();
  });
}

/** Two processes take a lock in turn, as often as they can. */
async function contended(): Promise<number> {
  const [both, contended, sum] = [new Barrier(2), new Lock(), new Value('d')];
  const take = (both: Barrier, contended: Lock, sum: Value<'d'>, count: number): number => {
    both.waitSync();
    const begun = performance.now();
    for (let i = 0; i < count; i++) {
      contended.acquireSync();
      sum.value += 1;
      contended.release();
    }
    return (performance.now() - begun) / 1000;
  };
  const other = new Process({ target: take as never, args: [both, contended, sum, wanted] as never });
  other.start();
  const seconds = take(both, contended, sum, wanted);
  await other.join();
  if (sum.value !== 2 * wanted) throw new Error(`${sum.value} of ${2 * wanted}`);
  return seconds;
}

const CONTENDED = `
import multiprocessing as m, time
def take(both, lock, total, count):
    both.wait()
    begun = time.perf_counter()
    for _ in range(count):
        lock.acquire()
        total.value += 1
        lock.release()
    return time.perf_counter() - begun
if __name__ == '__main__':
    c = m.get_context('fork')
    both, lock, total = c.Barrier(2), c.Lock(), c.Value('d', 0, lock=False)
    other = c.Process(target=take, args=(both, lock, total, ${wanted}))
    other.start()
    print(take(both, lock, total, ${wanted}))
    other.join()`;

await alternate(
  [
    { name: 'Lock', run: contended },
    { name: 'CPython Lock', run: () => Number(execFileSync('python3', ['-c', CONTENDED], { encoding: 'utf8' })) },
  ],
  { title: 'A lock that two processes want: acquire and release', operations: 2 * wanted, rounds },
);

async function started(): Promise<number> {
  const running = new Event();
  const begun = performance.now();
  const child = new Process({ target: (running: Event) => running.set(), args: [running] });
  child.start();
  await running.wait();
  const seconds = (performance.now() - begun) / 1000;
  await child.join();
  return seconds;
}

const STARTED = `
import multiprocessing as m, time
def f(e): e.set()
if __name__ == '__main__':
    c = m.get_context('spawn')
    e = c.Event()
    begun = time.perf_counter()
    p = c.Process(target=f, args=(e,))
    p.start()
    e.wait()
    print(time.perf_counter() - begun)
    p.join()`;

await started(); // the first one brings the pickler along
await alternate(
  [
    { name: 'Process', run: started },
    {
      name: 'CPython Process, spawn',
      run: () => {
        const program = `import sys, tempfile, subprocess, os
f = tempfile.NamedTemporaryFile('w', suffix='.py', delete=False); f.write(${JSON.stringify(STARTED)}); f.close()
print(subprocess.run([sys.executable, f.name], capture_output=True, text=True).stdout); os.unlink(f.name)`;
        return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
      },
    },
    {
      name: 'node -e 0',
      run: () => {
        const begun = performance.now();
        execFileSync(process.execPath, ['-e', '0']);
        return (performance.now() - begun) / 1000;
      },
    },
  ],
  { title: 'From start() until the function runs', operations: 1, rounds },
);
