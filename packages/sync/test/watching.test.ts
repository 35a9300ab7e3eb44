// What is published on prac:lock and prac:task.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, runAsTask, Semaphore, Thread } from '@prac/sync';
import { describe, expect, onTestFinished, test } from 'vitest';

interface Told {
  readonly type: string;
  readonly kind: string;
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string };
  readonly task?: object;
  readonly wait?: number;
  readonly count?: number;
}

function told(channel = 'prac:lock'): Told[] {
  const events: Told[] = [];
  const collect = (event: unknown): void => void events.push(event as Told);
  subscribe(channel, collect);
  onTestFinished(() => void unsubscribe(channel, collect));
  return events;
}

const texts = (events: readonly Told[]): string[] =>
  events.map(({ type, kind, subject }) => `${subject?.kind ?? kind} ${type}`);

describe.each([
  ['Lock', () => new Lock()],
  ['RLock', () => new RLock()],
  ['Semaphore', () => new Semaphore()],
])('%s', (kind, create) => {
  test('acquire and release are told in both forms', async () => {
    const events = told();
    const lock = create();
    await lock.with(() => {});
    lock.withSync(() => {});
    expect(lock.tryAcquire()).toBe(true);
    expect(texts(events)).toEqual([
      `${kind} acquire`,
      `${kind} release`,
      `${kind} acquire`,
      `${kind} release`,
      `${kind} acquire`,
    ]);
    lock.release();
  });

  test('who has to wait is told of before, and acquires in that wait', async () => {
    const lock = create();
    const release = Promise.withResolvers<void>();
    const holding = lock.with(() => release.promise);
    const events = told();
    const waiting = lock.with(() => {});
    release.resolve();
    await Promise.all([holding, waiting]);
    expect(texts(events)).toEqual([
      `${kind} wait`,
      `${kind} release`,
      `${kind} acquire`,
      `${kind} waited`,
      `${kind} release`,
    ]);
    const [wait, , acquire, waited] = events;
    expect([acquire!.wait, waited!.wait]).toEqual([wait!.wait, wait!.wait]);
    expect(new Set(events.map(({ subject }) => subject)).size).toBe(1);
  });

  test('a wait whose time is up has not acquired', async () => {
    const lock = create();
    lock.acquireSync();
    const events = told();
    await runAsTask(async () => expect(await lock.acquire({ timeout: 0.1 })).toBe(false));
    expect(texts(events)).toEqual([`${kind} wait`, `${kind} waited`]);
    lock.release();
  });

  test('release is told while it is held, acquire when it is', () => {
    const lock = create();
    const states: (boolean | number)[] = [];
    const collect = (): void => {
      states.push(lock instanceof Semaphore ? lock.statistics().value === 0 : lock.locked());
    };
    subscribe('prac:lock', collect);
    onTestFinished(() => void unsubscribe('prac:lock', collect));
    lock.withSync(() => {});
    expect(states).toEqual([true, true]);
  });
});

test('an RLock is held once, however often its owner acquires it', () => {
  const events = told();
  const lock = new RLock();
  lock.withSync(() => lock.withSync(() => {}));
  expect(texts(events)).toEqual(['RLock acquire', 'RLock release']);
});

test('a failed release is not told', () => {
  const events = told();
  expect(() => new Lock().release()).toThrow('release unlocked lock');
  expect(() => new RLock().release()).toThrow('cannot release');
  expect(() => new Semaphore(0).release(0)).toThrow('one or more');
  expect(events).toEqual([]);
});

test('a semaphore says how many permits it was given', () => {
  const events = told();
  new Semaphore(0).release(3);
  expect(events).toMatchObject([{ type: 'release', count: 3 }]);
});

test('an event is waited for, set and cleared', async () => {
  const events = told();
  const event = new Event();
  const waiting = event.wait();
  event.set();
  await waiting;
  event.clear();
  expect(texts(events)).toEqual(['Event wait', 'Event set', 'Event waited', 'Event clear']);
});

test('who waits for a condition gives its lock up, and has it again', async () => {
  const events = told();
  const condition = new Condition(new Lock());
  const waiting = condition.with(() => condition.wait());
  await condition.with(() => condition.notify());
  await waiting;
  expect(texts(events)).toEqual([
    'Lock acquire',
    'Lock wait', // by who will notify
    'Lock release',
    'Condition wait',
    'Lock acquire',
    'Lock waited',
    'Condition notify',
    'Lock release',
    'Lock acquire', // by who was woken
    'Condition waited',
    'Lock release',
  ]);
});

test('who comes to a barrier first waits', async () => {
  const events = told();
  const barrier = new Barrier(2);
  await Promise.all([barrier.wait(), barrier.wait()]);
  expect(texts(events)).toEqual(['Barrier wait', 'Barrier waited']);
});

test('tasks are told of, and who does what', async () => {
  const [tasks, locks] = [told('prac:task'), told()];
  const lock = new Lock();
  await runAsTask(async function worker() {
    await lock.acquire();
    lock.release();
  });
  expect(tasks).toEqual([
    { type: 'begin', kind: 'task', name: 'worker', task: expect.any(Object) },
    { type: 'end', kind: 'task', name: 'worker', task: tasks[0]!.task },
  ]);
  expect(locks.map(({ task }) => task)).toEqual([tasks[0]!.task, tasks[0]!.task]);
});

test('a task that fails has ended, and its error is its caller’s', async () => {
  const tasks = told('prac:task');
  await expect(runAsTask(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(() =>
    runAsTask(() => {
      throw new Error('never');
    }),
  ).toThrow('never');
  expect(texts(tasks)).toEqual(['task begin', 'task end', 'task begin', 'task end']);
});

test('the start of a thread, and a wait for its end, are told', async () => {
  const tasks = told('prac:task');
  const go = new Event();
  const thread = new Thread({ target: (go: Event) => go.waitSync(), args: [go], name: 'mine' });
  thread.start();
  const joining = thread.join();
  go.set();
  await joining;
  const [start, wait, waited] = tasks;
  expect(tasks).toHaveLength(3);
  expect(start).toMatchObject({ type: 'start', kind: 'thread', name: 'mine' });
  expect(wait).toMatchObject({ type: 'wait', subject: { kind: 'Thread', name: 'mine', id: start!.subject!.id } });
  expect(waited).toMatchObject({ type: 'waited', wait: wait!.wait });
});

test('to be watched changes nothing for who waits for a task', async () => {
  told('prac:task');
  const promise = Object.assign(Promise.resolve(1), { mine: true });
  expect(runAsTask(() => promise)).toBe(promise);
  const order: string[] = [];
  const task = runAsTask(async () => 'task').then((text) => order.push(text));
  await Promise.all([task, Promise.resolve('other').then((text) => order.push(text))]);
  expect(order).toEqual(['task', 'other']);
  const rejected = Promise.reject(new Error('no'));
  rejected.catch(() => {});
  expect(runAsTask(() => rejected)).toBe(rejected);
});

test('an error of a task that nobody handles is one, also if the task is watched', async () => {
  told('prac:task');
  const seen = new Promise((resolve) => {
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.once('unhandledRejection', (reason) => {
      for (const listener of before) process.on('unhandledRejection', listener);
      resolve(reason);
    });
  });
  void runAsTask(async () => {
    throw new Error('nobody');
  });
  expect(String(await seen)).toBe('Error: nobody');
});

test('a release that is refused is not told', () => {
  const semaphore = new BoundedSemaphore(2);
  semaphore.acquireSync();
  const events = told();
  expect(() => semaphore.release(2)).toThrow('released too many times');
  expect(events).toEqual([]);
});
