// What every bad call says: class and text, with Python's text where Python has one.
import { dumps, PicklingError } from '@prac/pickle';
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
  TIMEOUT_MAX,
} from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { refusal, refusalOf } from './helpers/refusal.ts';

type Case = readonly [what: string, call: () => unknown, expected: string];
const any = (value: unknown): never => value as never;
const taken = <T extends { tryAcquire(): boolean }>(lock: T): T => {
  lock.tryAcquire();
  return lock;
};

const releases: readonly Case[] = [
  ['new Lock().release()', () => new Lock().release(), 'RuntimeError: release unlocked lock'],
  ['new RLock().release()', () => new RLock().release(), 'RuntimeError: cannot release un-acquired lock'],
  ['new Condition().release()', () => new Condition().release(), 'RuntimeError: cannot release un-acquired lock'],
  ['release of an RLock of another task', releaseOfAnother, 'RuntimeError: cannot release un-acquired lock'],
  ['BoundedSemaphore beyond its bound', () => new BoundedSemaphore(2).release(), TOO_MANY()],
  ['BoundedSemaphore beyond its bound, n', () => taken(new BoundedSemaphore(2)).release(2), TOO_MANY()],
  ['Semaphore.release(0)', () => new Semaphore().release(0), 'ValueError: n must be one or more'],
  ['Semaphore.release(-1)', () => new Semaphore().release(-1), 'ValueError: n must be one or more'],
  ['Semaphore.release(1.5)', () => new Semaphore().release(1.5), 'TypeError: Expected n to be an integer, got 1.5'],
  [
    'Semaphore.release("2")',
    () => new Semaphore().release(any('2')),
    "TypeError: Expected n to be an integer, got '2'",
  ],
  [
    'Semaphore.release(NaN)',
    () => new Semaphore().release(Number.NaN),
    'TypeError: Expected n to be an integer, got nan',
  ],
  ['too many permits', () => new Semaphore(2 ** 31 - 1).release(), MOST()],
  ['far too many permits', () => new Semaphore().release(2 ** 40), MOST()],
  ['an unheld with', () => new SharedValue('i').release(), 'RuntimeError: cannot release un-acquired lock'],
];

const constructors: readonly Case[] = [
  ['Semaphore(-1)', () => new Semaphore(-1), 'ValueError: semaphore initial value must be >= 0'],
  ['Semaphore(-MAX)', () => new Semaphore(-(2 ** 53)), 'ValueError: semaphore initial value must be >= 0'],
  ['BoundedSemaphore(-1)', () => new BoundedSemaphore(-1), 'ValueError: semaphore initial value must be >= 0'],
  ['Semaphore(1.5)', () => new Semaphore(1.5), 'TypeError: Expected value to be an integer, got 1.5'],
  ['Semaphore("3")', () => new Semaphore(any('3')), "TypeError: Expected value to be an integer, got '3'"],
  ['Semaphore(2 ** 31)', () => new Semaphore(2 ** 31), MOST()],
  ['Barrier(0)', () => new Barrier(0), 'ValueError: parties must be > 0'],
  ['Barrier(-1)', () => new Barrier(-1), 'ValueError: parties must be > 0'],
  ['Barrier(1.5)', () => new Barrier(1.5), 'TypeError: Expected parties to be an integer, got 1.5'],
  ['Barrier()', () => new Barrier(any(undefined)), 'TypeError: Expected parties to be an integer, got None'],
  ['Barrier, action', () => new Barrier(2, { action: any(3) }), 'TypeError: Expected action to be a function, got 3'],
  ['Barrier, timeout', () => new Barrier(2, { timeout: any('5s') }), A_NUMBER('"5s"')],
  ['Barrier, absurd timeout', () => new Barrier(2, { timeout: 1e100 }), TOO_LARGE()],
  [
    'Barrier, unknown',
    () => new Barrier(2, any({ tiemout: 1 })),
    "TypeError: Unknown option 'tiemout': expected action, timeout, memory",
  ],
  ['Condition({})', () => new Condition(any({})), 'TypeError: Expected a Lock or RLock, got {}'],
  [
    'Condition(Semaphore)',
    () => new Condition(any(new Event())),
    /^TypeError: Expected a Lock or RLock, got <sync.Event at 0x/.source,
  ],
  [
    'Lock, unknown',
    () => new Lock(any({ robbust: true })),
    "TypeError: Unknown option 'robbust': expected robust, memory",
  ],
  ['Lock(5)', () => new Lock(any(5)), 'TypeError: Expected an object of options, got 5'],
  ['RLock, unknown', () => new RLock(any({ name: 'x' })), "TypeError: Unknown option 'name': expected robust, memory"],
  ['Event(true)', () => new Event(any(true)), 'TypeError: Expected an object of options, got True'],
  [
    'Semaphore, unknown',
    () => new Semaphore(1, any({ bound: 2 })),
    "TypeError: Unknown option 'bound': expected memory",
  ],
  ['SharedValue, typecode', () => new SharedValue(any('z')), TYPECODE("'z'")],
  ['SharedValue, no typecode', () => new SharedValue(any(undefined)), TYPECODE('None')],
  ['SharedArray, inherited name', () => new SharedArray(any('toString'), 1), TYPECODE("'toString'")],
  ['SharedArray, size', () => new SharedArray('i', -1), 'ValueError: size must be >= 0'],
  ['SharedArray, fraction', () => new SharedArray('i', 1.5), 'TypeError: Expected a size or values, got 1.5'],
  [
    'SharedArray, unknown',
    () => new SharedArray('i', 1, any({ lok: 1 })),
    "TypeError: Unknown option 'lok': expected lock, memory",
  ],
];

const others: readonly Case[] = [
  ['notify("1")', () => notifyWith(any('1')), "TypeError: Expected n to be a number, got '1'"],
  ['notify(NaN)', () => notifyWith(Number.NaN), 'TypeError: Expected n to be a number, got nan'],
  ['with(5)', () => new Lock().with(any(5)), 'TypeError: Expected a function, got 5'],
  ['withSync(5)', () => new Lock().withSync(any(5)), 'TypeError: Expected a function, got 5'],
  ['withSync(async)', () => new Lock().withSync(async () => {}), NO_PROMISE()],
  ['runAsTask(5)', () => runAsTask(any(5)), 'TypeError: Expected a function, got 5'],
  ['waitFor(5)', () => new Condition().waitFor(any(5)), 'TypeError: Expected a function, got 5'],
  ['waitForSync(5)', () => new Condition().waitForSync(any(5)), 'TypeError: Expected a function, got 5'],
  ['hold(unknown)', () => new Lock().hold(any({ sginal: 1 })), UNKNOWN('sginal', 'timeout, signal, blocking')],
  ['an index too great', () => new SharedArray('i', 2).at(2), 'IndexError: array index out of range'],
  ['an index too small', () => new SharedArray('i', 2).at(-3), 'IndexError: array index out of range'],
  ['an index to set', () => new SharedArray('i', 2).set(5, 1), 'IndexError: array index out of range'],
  ['an index that is none', () => new SharedArray('i', 2).at(any('x')), "TypeError: Expected an index, got 'x'"],
  ['a fraction of an index', () => new SharedArray('i', 2).at(0.5), 'TypeError: Expected an index, got 0.5'],
];

test.each(releases)('releasing too much: %s', async (_, call, expected) => {
  expect(await refusalOf(call)).toBe(expected);
});

test.each(constructors)('made wrongly: %s', (_, call, expected) => {
  const text = refusal(call);
  if (expected.startsWith('^')) expect(text).toMatch(new RegExp(expected));
  else expect(text).toBe(expected);
});

test('made wrongly: Semaphore("-3")', () => {
  expect(refusal(() => new Semaphore(any('-3')))).toBe("TypeError: Expected value to be an integer, got '-3'");
});

test.each(others)('called wrongly: %s', async (_, call, expected) => {
  expect(await refusalOf(call)).toBe(expected);
});

describe.each([
  ['Lock', () => new Lock()],
  ['RLock', () => new RLock()],
  ['Condition', () => new Condition()],
  ['SharedValue', () => new SharedValue('i')],
] as const)('acquire of %s refuses', (_, create) => {
  test.each<readonly [string, unknown, string]>([
    ['a negative time limit', { timeout: -100 }, 'ValueError: timeout value must be a non-negative number'],
    ['a small negative time limit', { timeout: -0.5 }, 'ValueError: timeout value must be a non-negative number'],
    ['an absurd time limit', { timeout: 1e100 }, TOO_LARGE()],
    ['one above TIMEOUT_MAX', { timeout: TIMEOUT_MAX + 1 }, TOO_LARGE()],
    ['one that is no number', { timeout: '5s' }, A_NUMBER('"5s"')],
    ['NaN', { timeout: Number.NaN }, A_NUMBER('null')],
    [
      'a time limit without blocking',
      { blocking: false, timeout: 1 },
      "ValueError: can't specify a timeout for a non-blocking call",
    ],
    ['blocking that is no boolean', { blocking: 0 }, 'TypeError: Expected blocking to be a boolean, got 0'],
    ['options that are none', 5, 'TypeError: Expected an object of options, got 5'],
  ])('%s', async (_, options, expected) => {
    const lock = create();
    expect(await refusalOf(() => lock.acquire(any(options)))).toBe(expected);
    expect(refusal(() => lock.acquireSync(any(options)))).toBe(expected);
    expect(lock.tryAcquire()).toBe(true);
  });

  test.each([false, 0, '', Number.NaN])('%o for options', async (options) => {
    const lock = create();
    const expected = /^TypeError: Expected an object of options, got /;
    expect(await refusalOf(() => lock.acquire(any(options)))).toMatch(expected);
    expect(refusal(() => lock.acquireSync(any(options)))).toMatch(expected);
  });

  test('options that its form has not', async () => {
    const lock = create();
    expect(await refusalOf(() => lock.acquire(any({ unchecked: true })))).toBe(
      UNKNOWN('unchecked', 'timeout, signal, blocking'),
    );
    const signal = new AbortController().signal;
    expect(refusal(() => lock.acquireSync(any({ signal })))).toBe(UNKNOWN('signal', 'timeout, blocking, unchecked'));
  });

  test('a signal that is none', async () => {
    const lock = create();
    await runAsTask(async () => {
      const held = taken(lock);
      expect(await refusalOf(() => runAsTask(() => lock.acquire({ signal: any({}) })))).toBe(
        'TypeError: Expected signal to be an AbortSignal',
      );
      held.release();
    });
  });
});

describe('acquire of Semaphore, as in Python,', () => {
  test('takes a negative time limit for none at all left', async () => {
    const semaphore = new Semaphore(0);
    expect([await semaphore.acquire({ timeout: -5 }), semaphore.acquireSync({ timeout: -1 })]).toEqual([false, false]);
  });

  test.each([
    [{ timeout: 1e100 }, TOO_LARGE()],
    [{ timeout: TIMEOUT_MAX + 1 }, TOO_LARGE()],
    [{ timeout: '1' }, A_NUMBER('"1"')],
    [{ blocking: false, timeout: 1 }, "ValueError: can't specify timeout for non-blocking acquire"],
  ])('refuses %o', async (options, expected) => {
    const semaphore = new Semaphore();
    expect(await refusalOf(() => semaphore.acquire(any(options)))).toBe(expected);
    expect(refusal(() => semaphore.acquireSync(any(options)))).toBe(expected);
    expect(semaphore.statistics()).toEqual({ value: 1, waiting: 0 });
  });
});

describe.each([
  ['Event', async () => new Event()],
  ['Condition', async () => taken(new Condition(new Lock()))],
  ['Barrier', async () => new Barrier(2)],
] as const)('wait of %s', (name, create) => {
  test.each<readonly [string, unknown, string]>([
    ['an absurd time limit', 1e100, TOO_LARGE()],
    ['one above TIMEOUT_MAX', { timeout: TIMEOUT_MAX + 1 }, TOO_LARGE()],
    ['one that is no number', { timeout: '5s' }, A_NUMBER('"5s"')],
    ['NaN', Number.NaN, A_NUMBER('null')],
    ['options that are none', '5', "TypeError: Expected an object of options, got '5'"],
    ['unknown options', { tiemout: 1 }, UNKNOWN('tiemout')],
  ])('refuses %s', async (_, options, expected) => {
    const waited = await create();
    expect(await refusalOf(() => waited.wait(any(options)))).toBe(expected.replace('*', 'timeout, signal'));
    expect(refusal(() => waited.waitSync(any(options)))).toBe(expected.replace('*', 'timeout'));
    expect(waited.statistics().waiting).toBe(0);
  });

  test('refuses a signal in its blocking form, and what is no signal', async () => {
    const waited = await create();
    const { signal } = new AbortController();
    expect(refusal(() => waited.waitSync(any({ signal })))).toBe(UNKNOWN('signal', 'timeout'));
    expect(await refusalOf(() => waited.wait({ signal: any({}) }))).toBe(
      'TypeError: Expected signal to be an AbortSignal',
    );
    expect(waited.statistics().waiting).toBe(0);
  });

  test('takes a negative time limit for none at all left, as Python does', async () => {
    const ends = [await refusalOf(async () => (await create()).wait(-1))];
    const waited = await create();
    ends.push(refusal(() => waited.waitSync({ timeout: -1 })));
    expect(ends.map((end) => end.replace(/:? *$/, ''))).toEqual(
      Array(2).fill(name === 'Barrier' ? 'BrokenBarrierError' : 'no error, but false'),
    );
  });
});

describe('null and undefined mean what Python’s None means:', () => {
  test.each([undefined, null, {}, { timeout: null, signal: null, blocking: null }, { timeout: undefined }])(
    '%o',
    async (options) => {
      const lock = new Lock();
      expect(await lock.acquire(options)).toBe(true);
      lock.release();
      const event = new Event();
      event.set();
      expect(await event.wait(any(options && 'blocking' in options ? { timeout: null } : options))).toBe(true);
    },
  );
});

describe('pickling for a process is refused, with advice', () => {
  test.each([
    ['Lock', () => new Lock()],
    ['RLock', () => new RLock()],
    ['Condition', () => new Condition()],
    ['Event', () => new Event()],
    ['Semaphore', () => new Semaphore()],
    ['BoundedSemaphore', () => new BoundedSemaphore()],
    ['Barrier', () => new Barrier(2)],
    ['SharedValue', () => new SharedValue('i')],
    ['SharedArray', () => new SharedArray('d', 2)],
  ])('%s', (name, create) => {
    expect(() => dumps({ config: [create()] })).toThrow(PicklingError);
    expect(refusal(() => dumps({ config: [create()] }))).toBe(
      `PicklingError: value.config[0]: cannot pickle ${name === 'Event' ? 'an' : 'a'} ${name} object: a threading ${name} lives in one process; use ${name} of @prac/pool`,
    );
  });
});

async function releaseOfAnother(): Promise<void> {
  const lock = new RLock();
  await runAsTask(async () => lock.acquireSync());
  await runAsTask(async () => lock.release());
}

function notifyWith(n: number): void {
  const condition = new Condition(new Lock());
  condition.withSync(() => condition.notify(n));
}

function TOO_MANY(): string {
  return 'ValueError: Semaphore released too many times';
}

function MOST(): string {
  return 'OverflowError: a semaphore has at most 2147483647 permits';
}

function TOO_LARGE(): string {
  return 'OverflowError: timeout value is too large';
}

function A_NUMBER(got: string): string {
  return `TypeError: Expected timeout to be a number of seconds, got ${got}`;
}

function TYPECODE(got: string): string {
  return `TypeError: Expected a typecode, one of b B h H i I l L q Q f d, got ${got}`;
}

function NO_PROMISE(): string {
  return 'TypeError: Expected a function that returns no promise: use with() for async functions';
}

/** A star stands for what the form has. */
function UNKNOWN(option: string, known = '*'): string {
  return `TypeError: Unknown option '${option}': expected ${known}`;
}
