// The ring between one producer and one consumer: order, room, waiting, ends, misuse.
import { Empty, Full, ShutDown, SpscRing } from '@prac/queue';
import { Lock, Thread } from '@prac/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ask } from './helpers/places.ts';
import { thrown } from './helpers/text.ts';

type Form = 'async' | 'sync';
const FORMS = ['async', 'sync'] as const;

/** Runs a function in a thread of its own. */
function elsewhere<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Promise<unknown> {
  const thread = new Ask(fn as never, args);
  thread.start();
  return thread.result();
}

const ITEMS = [
  0,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  -0,
  1.5,
  'text',
  '',
  null,
  undefined,
  true,
  10n,
  [1, [2]],
  { a: { b: 'c' } },
  new Date(0),
];

describe('in one thread', () => {
  test('what is put is got, in order, around the end many times', () => {
    const ring = new SpscRing(1024);
    for (let round = 0; round < 50; round++) {
      for (const item of ITEMS) ring.putNowait(item);
      for (const item of ITEMS) expect(ring.getNowait()).toEqual(item);
    }
    expect(() => ring.getNowait()).toThrow(Empty);
  });

  test('random puts and gets are those of a list', () => {
    const item = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string({ maxLength: 40 }),
      fc.record({ n: fc.integer(), s: fc.string() }),
    );
    fc.assert(
      fc.property(fc.array(fc.option(item, { freq: 2 })), fc.integer({ min: 64, max: 500 }), (steps, bytes) => {
        const ring = new SpscRing(bytes);
        const model: unknown[] = [];
        for (const step of steps) {
          if (step === null) {
            if (model.length === 0) expect(() => ring.getNowait()).toThrow(Empty);
            else expect(ring.getNowait()).toEqual(model.shift());
          } else if (tryPut(ring, step)) model.push(step);
          else expect(model.length).toBeGreaterThan(0);
          expect(ring.empty()).toBe(model.length === 0);
        }
        for (const left of model) expect(ring.getNowait()).toEqual(left);
      }),
      { numRuns: 300 },
    );
  });

  test('an item that is bigger than the ring goes all the same', () => {
    const ring = new SpscRing<unknown>(64);
    const big = { text: 'x'.repeat(1000), n: [1, 2, 3] };
    ring.putNowait(big);
    ring.putNowait(1);
    expect([ring.getNowait(), ring.getNowait()]).toEqual([big, 1]);
  });

  test('async functions wait for items and for room, in turn', async () => {
    const ring = new SpscRing<number>(64);
    const got: number[] = [];
    const getting = (async () => {
      for await (const n of ring) got.push(n);
    })();
    for (let n = 0; n < 100; n++) await ring.put(n);
    ring.close();
    await getting;
    expect(got).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  test('time limits, signals: nothing is put or got', async () => {
    const ring = new SpscRing<number>(64);
    await expect(ring.get({ timeout: 0.01 })).rejects.toThrow(Empty);
    expect(() => ring.getSync({ timeout: 0.01 })).toThrow(Empty);
    while (tryPut(ring, 1)) {}
    await expect(ring.put(2, { timeout: 0.01 })).rejects.toThrow(Full);
    const abort = new AbortController();
    const putting = ring.put(2, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(putting).rejects.toThrow('enough');
    while (!ring.empty()) expect(ring.getNowait()).toBe(1);
  });

  test('close: what is in it can be got', async () => {
    const ring = new SpscRing<number>();
    ring.putNowait(1);
    ring.close();
    expect(() => ring.putNowait(2)).toThrow(ShutDown);
    expect(await ring.get()).toBe(1);
    await expect(ring.get()).rejects.toThrow(ShutDown);
  });

  test('misuse is refused', async () => {
    expect(() => new SpscRing(1)).toThrow(new TypeError('Expected a number of bytes from 64 to 2^30, got 1'));
    expect(() => new SpscRing('9' as never)).toThrow(TypeError);
    const ring = new SpscRing(64);
    expect(await thrown(() => ring.getSync())).toMatch(/^RuntimeError: the ring is empty/);
    expect(await thrown(() => ring.putNowait(Promise.resolve()))).toMatch(/^TypeError: a promise cannot be/);
    expect(await thrown(() => ring.putNowait(Symbol('s')))).toMatch(/^PicklingError: item/);
    const recursive = {
      get n() {
        ring.putNowait({});
        return 1;
      },
    };
    expect(await thrown(() => ring.putNowait(recursive))).toMatch(/^RuntimeError: a getter/);
    while (tryPut(ring, 1)) {}
    expect(await thrown(() => ring.putSync(1))).toMatch(/^RuntimeError: the ring is full/);
    class Mine extends SpscRing {}
    expect(await thrown(() => new Thread({ target: () => undefined, args: [new Mine()] as never }).start())).toMatch(
      /^PicklingError: .*it would arrive as a SpscRing/,
    );
  });
});

describe.each(FORMS.flatMap((putter) => FORMS.map((getter) => [putter, getter] as const)))(
  'from a thread (%s) to another (%s)',
  (putter, getter) => {
    test('all of it arrives, in order', async () => {
      const ring = new SpscRing(1 << 10);
      const [, sums] = await Promise.all([
        elsewhere(putMany, ring, putter, 5_000),
        elsewhere(check, ring, getter, 5_000),
      ]);
      expect(sums).toBe('fine');
    });
  },
);

test('a lock, and what is handed over', async () => {
  const ring = new SpscRing<unknown>();
  const lock = new Lock();
  const bytes = new Uint8Array([1, 2]);
  ring.putNowait({ lock });
  ring.putNowait(bytes, { transfer: [bytes.buffer] });
  expect(bytes.length).toBe(0);
  expect(await elsewhere(useLock, ring)).toEqual([1, 2]);
  expect(lock.locked()).toBe(true);
});

test('a second producer, a second consumer are refused', async () => {
  const ring = new SpscRing<number>();
  ring.putNowait(1);
  await expect(elsewhere((ring: SpscRing<number>) => ring.putNowait(2), ring)).rejects.toThrow(
    /^thread \d+ puts into the ring/,
  );
  expect(await elsewhere((ring: SpscRing<number>) => ring.getNowait(), ring)).toBe(1);
  expect(() => ring.getNowait()).toThrow(/^thread \d+ gets from the ring/);
});

test.each(FORMS)('an end that has ended is noticed (%s)', async (form) => {
  const [from, to] = [new SpscRing<number>(64), new SpscRing<number>(64)];
  const ending = elsewhere(
    (from: SpscRing<number>, to: SpscRing<number>) => {
      from.putNowait(1);
      return to.getSync();
    },
    from,
    to,
  );
  to.putNowait(2);
  expect(await ending).toBe(2);
  expect(form === 'async' ? await from.get() : from.getSync()).toBe(1);
  if (form === 'async') await expect(from.get()).rejects.toThrow(ShutDown);
  else expect(() => from.getSync()).toThrow(ShutDown);
  await expect(
    (async () => {
      for (;;) form === 'async' ? await to.put(1) : to.putSync(1);
    })(),
  ).rejects.toThrow(ShutDown);
});

function tryPut<T>(ring: SpscRing<T>, item: unknown): boolean {
  try {
    ring.putNowait(item as T);
    return true;
  } catch (error) {
    if (error instanceof Full) return false;
    throw error;
  }
}

function itemOf(n: number): unknown {
  if (n % 3 === 0) return n;
  return n % 3 === 1 ? { n, text: 'x'.repeat(n % 50) } : [n, `${n}`];
}

async function putMany(ring: SpscRing, form: Form, count: number): Promise<void> {
  for (let n = 0; n < count; n++) form === 'async' ? await ring.put(itemOf(n)) : ring.putSync(itemOf(n));
  ring.close();
}

async function check(ring: SpscRing, form: Form, count: number): Promise<string> {
  for (let n = 0; n < count; n++) {
    const got = form === 'async' ? await ring.get() : ring.getSync();
    const expected = itemOf(n);
    if (JSON.stringify(got) !== JSON.stringify(expected)) return `${n}: ${JSON.stringify(got)}`;
  }
  return 'fine';
}

async function useLock(ring: SpscRing): Promise<unknown> {
  const { lock } = ring.getSync() as { lock: Lock };
  lock.acquireSync();
  return [...(ring.getSync() as Uint8Array)];
}
