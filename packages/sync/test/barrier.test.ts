import { Barrier, BrokenBarrierError } from '@prac/sync';
import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { bunch, SETTINGS } from './helpers/crew.ts';
import type { Form } from './helpers/forms.ts';
import { refusalOf } from './helpers/refusal.ts';
import { barrierSuite } from './suites/barrier-suite.ts';

describe.each(SETTINGS)('Barrier, %s', (_, places) => barrierSuite(places));

describe('Barrier', () => {
  test('an aborted wait has not come: the others wait for another, and the barrier is whole', async () => {
    const barrier = new Barrier(3);
    const before = leftovers();
    const controller = new AbortController();
    const aborted = barrier.wait({ signal: controller.signal });
    const second = barrier.wait();
    await waitUntil(() => barrier.nWaiting === 2);
    controller.abort('enough');
    await expect(aborted).rejects.toBe('enough');
    expect(barrier.statistics()).toEqual({ parties: 3, waiting: 1, broken: false });
    await Promise.all([second, barrier.wait(), barrier.wait()]);
    await expectNothingLeft(before);
  });

  test('after an aborted wait the others still get a number each, from 0', async () => {
    const barrier = new Barrier(3);
    const controller = new AbortController();
    const aborted = barrier.wait({ signal: controller.signal }).catch(() => {});
    const second = barrier.wait();
    controller.abort();
    await aborted;
    const numbers = await Promise.all([second, barrier.wait(), barrier.wait()]);
    expect(numbers.sort()).toEqual([0, 1, 2]);
  });

  test('with a signal that is aborted already nobody has come', async () => {
    const barrier = new Barrier(2);
    await expect(barrier.wait({ signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(barrier.nWaiting).toBe(0);
  });

  test('aborted in the tick in which the last one comes, it is let go like the others', async () => {
    const barrier = new Barrier(2);
    const controller = new AbortController();
    const first = barrier.wait({ signal: controller.signal });
    const second = barrier.wait();
    controller.abort('late');
    const [one, two] = await Promise.allSettled([first, second]);
    expect(two).toEqual({ status: 'fulfilled', value: 1 });
    if (one.status === 'rejected') expect(one.reason).toBe('late');
    expect(barrier.statistics()).toEqual({ parties: 2, waiting: 0, broken: false });
    expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
  });

  test('what is thrown is a BrokenBarrierError, a new one for each', async () => {
    const barrier = new Barrier(3);
    const waiting = Promise.allSettled([barrier.wait(), barrier.wait()]);
    barrier.abort();
    const [first, second] = (await waiting).map((end) => (end as PromiseRejectedResult).reason as Error);
    expect(first).toBeInstanceOf(BrokenBarrierError);
    expect([first!.name, first === second]).toEqual(['BrokenBarrierError', false]);
    expect(() => barrier.waitSync()).toThrow(BrokenBarrierError);
  });

  test('reset() when nobody waits makes a broken barrier whole', async () => {
    const barrier = new Barrier(2);
    barrier.abort();
    barrier.reset();
    expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
    barrier.reset();
    expect(barrier.statistics()).toEqual({ parties: 2, waiting: 0, broken: false });
  });

  test('an action that returns a promise is refused: nobody would wait for it', async () => {
    const barrier = new Barrier(1, { action: async () => {} });
    expect(await refusalOf(() => barrier.wait())).toMatch(/^TypeError: Expected the action of a barrier/);
    expect(barrier.broken).toBe(true);
  });

  test('an action that aborts or resets the barrier breaks it for who runs it and all others', async () => {
    for (const change of ['abort', 'reset'] as const) {
      const barrier: Barrier = new Barrier(2, { action: () => barrier[change]() });
      const ends = await Promise.all([refusalOf(() => barrier.wait()), refusalOf(() => barrier.wait())]);
      for (const end of ends) expect(end).toMatch(/^BrokenBarrierError/);
      expect(barrier.broken).toBe(change === 'abort');
    }
  });

  test('those who come while the action runs wait for the next round', async () => {
    const late: Promise<number>[] = [];
    const barrier: Barrier = new Barrier(2, { action: () => void (late.length < 2 && late.push(barrier.wait())) });
    expect(await Promise.all([barrier.wait(), barrier.wait()])).toEqual([0, 1]);
    const last = barrier.wait();
    expect((await Promise.all([late[0]!, last])).sort()).toEqual([0, 1]);
    barrier.abort();
    await Promise.allSettled(late);
  });

  test('who waits in a round that is reset finds out, though many rounds have passed since', async () => {
    const barrier = new Barrier(2);
    const blocked = bunch([{ where: 'worker', form: 'async' }], 1, waitWhileBusy, barrier, control());
    await waitUntil(() => barrier.nWaiting === 1);
    barrier.reset();
    for (let round = 0; round < 5; round++) await Promise.all([barrier.wait(), barrier.wait()]);
    expect(await blocked.all).toEqual(['BrokenBarrierError']);
  });

  test('a thousand async functions pass it, each with a number of its own, also when some were called off', async () => {
    const barrier = new Barrier(1000);
    const controller = new AbortController();
    const aborted = Array.from({ length: 40 }, () => barrier.wait({ signal: controller.signal }));
    const staying = Array.from({ length: 900 }, () => barrier.wait());
    controller.abort();
    await Promise.allSettled(aborted);
    expect(barrier.nWaiting).toBe(900);
    const numbers = await Promise.all([...staying, ...Array.from({ length: 100 }, () => barrier.wait())]);
    expect(new Set(numbers).size).toBe(1000);
    expect([Math.min(...numbers), Math.max(...numbers), barrier.nWaiting]).toEqual([0, 999, 0]);
  });

  test('threads and tasks pass it together a hundred times', async () => {
    const barrier = new Barrier(6);
    const passes = bunch(SETTINGS.at(-1)![1], 6, passMany, barrier, 100);
    const sums = await passes.all;
    expect(sums.reduce((a, b) => a + b)).toBe(100 * (0 + 1 + 2 + 3 + 4 + 5));
    expect(barrier.statistics()).toEqual({ parties: 6, waiting: 0, broken: false });
  });
});

function control(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

async function waitWhileBusy(_: Form, barrier: Barrier, word: Int32Array): Promise<string> {
  const waiting = barrier.wait().then(String, (error: Error) => error.name);
  Atomics.wait(word, 0, 0, 100); // its event loop stands still while the rounds pass
  return waiting;
}

async function passMany(form: Form, barrier: Barrier, rounds: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum += await form.meet(barrier);
  return sum;
}
