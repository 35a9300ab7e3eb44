// Shared values and arrays, and what all primitives do when they travel to other threads.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { fromMessage, toMessage } from '@prac/pickle';
import * as sync from '@prac/sync';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  runAsTask,
  Semaphore,
  SharedArray,
  SharedValue,
  Thread,
} from '@prac/sync';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, runAt, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';
import { collected } from './helpers/garbage.ts';
import { refusal } from './helpers/refusal.ts';

const worker = { where: 'worker', form: 'sync' } as const;
const primitives = [
  ['Lock', () => new Lock()],
  ['RLock', () => new RLock()],
  ['Condition', () => new Condition(new Lock())],
  ['Event', () => new Event()],
  ['Semaphore', () => new Semaphore(3)],
  ['BoundedSemaphore', () => new BoundedSemaphore(3)],
  ['Barrier', () => new Barrier(2)],
  ['SharedValue', () => new SharedValue('i', 7)],
  ['SharedArray', () => new SharedArray('d', [0.5, 1.5])],
] as const;

describe.each(primitives)('%s', (name, create) => {
  test('sent to a thread twice it is one object there, and back home it is the object it was', async () => {
    const original: object = create();
    const { where, form } = worker;
    const back = await runAt({ where, form }, sameTwice, [original, { again: [original] }]);
    expect(back).toEqual([true, `${name}`, expect.anything()]);
    expect(back[2]).toBe(original);
  });

  test('a message that is opened where it was made gives the same object', () => {
    const original: object = create();
    expect(fromMessage(toMessage<object>(original).message)).toBe(original);
    expect(fromMessage(toMessage<object>({ deep: [original] }).message)).toEqual({ deep: [original] });
  });

  test('one that is made in a thread arrives here, as one object, however often', async () => {
    const type = create().constructor as new (...args: unknown[]) => object;
    const made = await Promise.all([0, 1].map(() => runAt(worker, makeAndKeep, [type, name])));

    for (const objects of made) {
      expect(objects[0]).toBe(objects[1]);
      expect(objects[0]).toBeInstanceOf(type);
    }
    expect(made[0]![0]).not.toBe(made[1]![0]);
  });

  test('its memory is collected when nobody has it any more, after it has travelled', async () => {
    const ref = await (async () => {
      const original: object = create();
      await runAt(worker, () => 0, []);
      toMessage<object>(original);
      return new WeakRef<object>(original);
    })();
    await collected(ref);
  });

  test('its fields are not listed: they are nobody’s business', () => {
    const own = name === 'SharedArray' ? ['typecode', 'obj'] : [];
    expect(Object.keys(create())).toEqual(own);
  });
});

test('a lock arrives in a plain worker that has not loaded the package', async () => {
  const workerData = toMessage<unknown>(new Lock()).message;
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(String(require('@prac/pickle').fromMessage(workerData)));`;
  const plain = new Worker(program, { eval: true, workerData });
  const [text] = await once(plain, 'message');
  expect(text).toMatch(/^<unlocked sync.Lock object/);
});

describe('as arguments of a Thread', () => {
  test('primitives and shared memory are the same there and here', async () => {
    const lock = new Lock();
    const count = new SharedValue('i', 0);
    const names = new SharedArray('q', 3);
    const done = new Event();
    const thread = new Thread({ target: useAll, args: [lock, count, names, done] });
    thread.start();
    expect(await done.wait(20)).toBe(true);
    await thread.join();
    expect([lock.locked(), count.value, [...names]]).toEqual([true, 5, [0n, 7n, 0n]]);
  });

  test('what its function has captured is shared too', async () => {
    const semaphore = new Semaphore(0);
    const thread = new Thread({ target: () => semaphore.release(2) });
    thread.start();
    await semaphore.acquire();
    await semaphore.acquire();
    await thread.join();
    expect(semaphore.statistics()).toEqual({ value: 0, waiting: 0 });
  });

  test('a condition and its lock stay together', async () => {
    const lock = new Lock();
    const [one, other] = [new Condition(lock), new Condition(lock)];
    const same = await runAt(worker, conditionsShareLock, [one, other, lock]);
    expect(same).toEqual([true, true, true]);
    expect(lock.locked()).toBe(false);
  });

  test('an RLock that a thread holds is not owned by what arrives elsewhere', async () => {
    const lock = new RLock();
    await runAsTask(async () => {
      await lock.acquire();
      expect(await runAt(worker, ownership, [lock])).toEqual([
        false,
        true,
        1,
        'RuntimeError: cannot release un-acquired lock',
      ]);
      lock.release();
    });
  });

  test('a barrier takes its action and its time limit along', async () => {
    const runs = new SharedValue('i', 0);
    const barrier = new Barrier(1, { action: () => void runs.value++, timeout: 30 });
    expect(await runAt(worker, (form, barrier) => form.meet(barrier), [barrier])).toBe(0);
    expect(runs.value).toBe(1);
  });
});

describe('SharedValue', () => {
  test.each([
    ['b', -128],
    ['B', 255],
    ['h', -32768],
    ['H', 65535],
    ['i', -(2 ** 31)],
    ['I', 2 ** 32 - 1],
    ['l', -(2n ** 63n)],
    ['L', 2n ** 64n - 1n],
    ['q', -5n],
    ['Q', 5n],
    ['f', 0.5],
    ['d', 1.1],
  ] as const)('of typecode %s keeps %s, in every thread', async (code, value) => {
    const shared = new SharedValue<typeof code>(code, value as never);
    const seen = await runAt(worker, readAndReset, [shared as SharedValue<'i'>]);
    expect(seen).toEqual([code, value]);
    expect(Number(shared.value)).toBe(0);
  });

  test('is 0 if nothing is said', () => {
    expect([new SharedValue('d').value, new SharedValue('q').value]).toEqual([0, 0n]);
  });

  test.each(SETTINGS)('guarded by its lock counts exactly: %s', async (_, places) => {
    const counter = new SharedValue('i', 0);
    await bunch(places, 3, countUp, counter, 200).all;
    expect(counter.value).toBe(600);
    expect(counter.getLock().locked()).toBe(false);
  });

  test('takes a lock of yours', async () => {
    const lock = new Lock();
    const value = new SharedValue('i', 1, { lock });
    expect(value.getLock()).toBe(lock);
    await value.with(() => expect(lock.locked()).toBe(true));
    using _held = value.holdSync();
    expect(lock.tryAcquire()).toBe(false);
  });

  test('its text says type and value', () => {
    expect(String(new SharedValue('i', 5))).toMatch(/^<sync\.SharedValue 'i' at 0x[0-9a-f]+: 5>$/);
    expect(String(new SharedValue('q', 5n))).toMatch(/^<sync\.SharedValue 'q' at 0x[0-9a-f]+: 5>$/);
  });
});

describe('SharedArray', () => {
  test('has the values it was made of, or zeros', () => {
    expect([...new SharedArray('i', [3, 4])]).toEqual([3, 4]);
    expect([...new SharedArray('d', new Set([0.5]))]).toEqual([0.5]);
    expect([...new SharedArray('q', 2)]).toEqual([0n, 0n]);
    expect([...new SharedArray('i', 0)]).toEqual([]);
    expect(new SharedArray('B', [256, -1]).slice()).toEqual([0, 255]); // as typed arrays do
  });

  test('is read and written by index, from the end too', () => {
    const array = new SharedArray('i', [1, 2, 3]);
    array.set(-1, 30);
    array.set(0, 10);
    expect([array.at(0), array.at(-2), array.at(2), array.length]).toEqual([10, 2, 30, 3]);
    expect([array.slice(1), array.slice(-1), array.slice(0, 1)]).toEqual([[2, 30], [30], [10]]);
    expect(refusal(() => array.at(3))).toBe('IndexError: array index out of range');
  });

  test('is the same memory in other threads, also a large one', async () => {
    const array = new SharedArray('d', 100_000);
    await runAt(worker, (_, array) => array.set(-1, 0.25), [array]);
    expect([array.at(99_999), array.length]).toEqual([0.25, 100_000]);
  });

  test('its text shows what is in it', () => {
    expect(String(new SharedArray('i', [1, 2]))).toMatch(/^<sync\.SharedArray 'i' at 0x[0-9a-f]+: \[1, 2\]>$/);
  });

  test('and SharedValue have multiprocessing’s names, too', () => {
    expect([sync.Array, sync.Value]).toEqual([SharedArray, SharedValue]);
  });
});

test('a thousand objects that travelled are collected, and their names with them', async () => {
  const refs = Array.from({ length: 1000 }, () => {
    const lock = new Lock();
    toMessage<unknown>(lock);
    return new WeakRef<object>(lock);
  });
  await waitUntil(async () => {
    await collected(refs[0]!);
    return refs.every((ref) => ref.deref() === undefined);
  });
});

function sameTwice(_: Form, one: object, other: { again: object[] }): [boolean, string, object] {
  return [one === other.again[0], one.constructor.name, one];
}

/** One of the same kind, made there. */
function makeAndKeep(_: Form, type: new (...args: unknown[]) => object, name: string): [object, object] {
  const args: Record<string, unknown[]> = { Barrier: [2], SharedValue: ['i'], SharedArray: ['i', 2] };
  const made = new type(...(args[name] ?? []));
  return [made, made];
}

function useAll(lock: Lock, count: SharedValue<'i'>, names: SharedArray<'q'>, done: Event): void {
  lock.acquireSync();
  count.value += 5;
  names.set(1, 7n);
  done.set();
}

function conditionsShareLock(_: Form, one: Condition, other: Condition, lock: Lock): boolean[] {
  lock.acquireSync();
  const held = [one.locked(), !other.tryAcquire()];
  one.notify();
  one.release();
  return [...held, !lock.locked()];
}

function ownership(_: Form, lock: RLock): unknown[] {
  let refused = 'no error';
  try {
    lock.release();
  } catch (error) {
    refused = String(error);
  }
  return [lock.isOwned(), lock.locked(), lock.statistics().count, refused];
}

function readAndReset(_: Form, shared: SharedValue<'i'>): [string, unknown] {
  const { value, typecode } = shared;
  (shared as { value: unknown }).value = typeof value === 'bigint' ? 0n : 0;
  return [typecode, value];
}

async function countUp(form: Form, counter: SharedValue<'i'>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await form.within(counter as never, () => {
      counter.value += 1;
    });
  }
}
