import { Condition, type Lock, type RLock, runAsTask } from '@prac/sync';
import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';
import { bunch } from '../helpers/crew.ts';
import type { Form } from '../helpers/forms.ts';

/** Who is woken, and that no notification is lost: seen by async functions of one thread. */
export function fairnessSuite(createLock: () => Lock | RLock): void {
  const create = (): Condition => new Condition(createLock());

  test('notify(n) wakes exactly the n who have waited longest', async () => {
    const { condition, waiting, woken } = await crowd(create(), 10);
    await condition.with(() => condition.notify(3));
    await waitUntil(() => woken.length === 3);
    expect(woken).toEqual([0, 1, 2]);
    await condition.with(() => condition.notify());
    await waitUntil(() => woken.length === 4);
    expect([woken, condition.statistics().waiting]).toEqual([[0, 1, 2, 3], 6]);
    await condition.with(() => condition.notifyAll());
    await Promise.all(waiting);
    expect(woken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('also when some of them have been aborted, or have timed out, before', async () => {
    const { condition, waiting, woken, abort } = await crowd(create(), 10, { aborted: [0, 3, 9], timedOut: [1, 4] });
    abort();
    await waitUntil(() => condition.statistics().waiting === 5);
    await condition.with(() => condition.notify(3));
    await waitUntil(() => woken.length === 3);
    expect([woken, condition.statistics().waiting]).toEqual([[2, 5, 6], 2]);
    await condition.with(() => condition.notifyAll());
    expect((await Promise.all(waiting)).filter((answer) => answer === 'aborted')).toHaveLength(3);
    expect([woken, condition.statistics().waiting, condition.locked()]).toEqual([[2, 5, 6, 7, 8], 0, false]);
  });

  test('the places of those who left are used again, and the order is that of coming', async () => {
    const { condition, waiting, woken, abort } = await crowd(create(), 6, { aborted: [0, 1, 2] });
    abort();
    await waitUntil(() => condition.statistics().waiting === 3);
    const later = [10, 11, 12].map((i) =>
      condition.with(async () => {
        await condition.wait();
        woken.push(i);
      }),
    );
    await waitUntil(() => condition.statistics().waiting === 6);
    await condition.with(() => condition.notify(4));
    await waitUntil(() => woken.length === 4);
    expect(woken).toEqual([3, 4, 5, 10]);
    await condition.with(() => condition.notifyAll());
    await Promise.all([...waiting, ...later]);
    expect(woken).toEqual([3, 4, 5, 10, 11, 12]);
  });

  test('those of several threads are woken in the order they came', async () => {
    const condition = create();
    const order = new Int32Array(new SharedArrayBuffer(4 * 6));
    const forms = ['sync', 'async', 'sync', 'async'] as const;
    const waiting: Promise<unknown>[] = [];
    for (const [i, form] of forms.entries()) {
      waiting.push(bunch([{ where: 'worker', form }], 1, waitAndSign, condition, order, i + 1).all);
      await waitUntil(() => condition.statistics().waiting === i + 1);
    }
    for (let i = 1; i <= forms.length; i++) {
      await condition.with(() => condition.notify());
      await waitUntil(() => Atomics.load(order, 0) === i);
    }
    await Promise.all(waiting);
    expect([...order.subarray(1, 5)]).toEqual([1, 2, 3, 4]);
  });

  test('a wait that was notified and then aborted passes the notification on', async () => {
    const { condition, waiting, woken, abort } = await crowd(create(), 3, { aborted: [0] });
    await condition.with(() => {
      condition.notify();
      abort(); // it has been woken, and waits for the lock
    });
    const [first] = await Promise.all([waiting[0], waitUntil(() => woken.length === 1)]);
    if (first === 'aborted') expect(woken).toEqual([1]);
    else expect(woken).toEqual([0]);
    await condition.with(() => condition.notifyAll());
    await Promise.all(waiting);
    expect([condition.statistics().waiting, condition.locked()]).toEqual([0, false]);
  });

  test('a wait that is aborted when it has been woken, and waits for the lock, passes the notification on', async () => {
    const lock = createLock();
    const condition = new Condition(lock);
    const controller = new AbortController();
    const [first, second] = [0, 1].map((i) =>
      condition.with(() => condition.wait({ signal: i === 0 ? controller.signal : undefined })).catch(() => 'aborted'),
    );
    await waitUntil(() => condition.statistics().waiting === 2);
    await condition.with(async () => {
      condition.notify();
      await waitUntil(() => lock.statistics().waiting === 1);
      controller.abort();
    });
    if ((await first) === true) await condition.with(() => condition.notify());
    await waitUntil(() => condition.statistics().waiting === 0, { within: 2 });
    expect(await second).toBe(true);
    expect(condition.locked()).toBe(false);
  });

  test('a wait whose time was up, but that was notified before it had the lock again, says so', async () => {
    const lock = createLock();
    const condition = new Condition(lock);
    const first = condition.with(() => condition.wait(0.005));
    await waitUntil(() => !lock.locked());
    const isLate = await condition.with(async () => {
      await waitUntil(() => lock.statistics().waiting === 1 || condition.statistics().waiting === 0);
      condition.notify();
      return condition.statistics().waiting === 0 && lock.statistics().waiting === 0;
    });
    expect(await first).toBe(!isLate); // late: it had the lock again before the notification came
    expect(condition.statistics().waiting).toBe(0);
  });

  test('an aborted wait has the lock again before it rejects', async () => {
    const condition = create();
    const controller = new AbortController();
    const before = leftovers();
    const waiting = condition.with(async () => {
      const reason = await condition.wait({ signal: controller.signal }).catch((reason: unknown) => reason);
      return [reason, condition.locked(), condition.statistics().waiting];
    });
    await waitUntil(() => condition.statistics().waiting === 1);
    await condition.with(async () => {
      controller.abort('enough');
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(await waiting).toEqual(['enough', true, 0]);
    expect(condition.locked()).toBe(false);
    await expectNothingLeft(before);
  });

  test('a wait with a signal that is aborted already rejects, and keeps the lock', async () => {
    const condition = create();
    const answers = await condition.with(async () => {
      const signal = AbortSignal.abort('no');
      const [wait, waitFor] = await Promise.allSettled([
        condition.wait({ signal }),
        condition.waitFor(() => false, { signal }),
      ]);
      return [wait, waitFor, condition.locked()];
    });
    expect(answers).toEqual([{ status: 'rejected', reason: 'no' }, { status: 'rejected', reason: 'no' }, true]);
    expect([condition.statistics().waiting, condition.locked()]).toEqual([0, false]);
  });

  test('one that is aborted while it waits for the lock to wait is not counted', async () => {
    const condition = create();
    const controller = new AbortController();
    const answers: unknown[] = [];
    await condition.with(async () => {
      const late = runAsTask(() => condition.with(() => condition.wait(), { signal: controller.signal }));
      const held = runAsTask(() => condition.hold({ signal: AbortSignal.abort('no') }));
      controller.abort('enough');
      answers.push(...(await Promise.allSettled([late, held])));
    });
    expect(answers).toMatchObject([{ reason: 'enough' }, { reason: 'no' }]);
    expect([condition.statistics().waiting, condition.locked()]).toEqual([0, false]);
  });

  test('a thousand async functions wait, and are woken in order', async () => {
    const { condition, waiting, woken } = await crowd(create(), 1000);
    await condition.with(() => condition.notify(500));
    await waitUntil(() => woken.length === 500);
    expect(condition.statistics().waiting).toBe(500);
    await condition.with(() => condition.notifyAll());
    await Promise.all(waiting);
    expect(woken).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
}

interface Crowd {
  readonly condition: Condition;
  /** What became of each: `aborted`, or whether it was notified. */
  readonly waiting: readonly Promise<unknown>[];
  /** Who was notified, in order. */
  readonly woken: number[];
  abort(): void;
}

/** So many async functions that wait, in the order of their numbers. */
async function crowd(
  condition: Condition,
  count: number,
  { aborted = [], timedOut = [] }: { readonly aborted?: readonly number[]; readonly timedOut?: readonly number[] } = {},
): Promise<Crowd> {
  const woken: number[] = [];
  const controller = new AbortController();
  const waiting = Array.from({ length: count }, (_, i) =>
    condition
      .with(async () => {
        const signal = aborted.includes(i) ? controller.signal : undefined;
        const notified = await condition.wait({ signal, timeout: timedOut.includes(i) ? 0.001 : undefined });
        if (notified) woken.push(i);
        return notified;
      })
      .catch(() => 'aborted'),
  );
  await waitUntil(() => condition.statistics().waiting >= count - timedOut.length);
  return { condition, waiting, woken, abort: () => controller.abort() };
}

async function waitAndSign(form: Form, condition: Condition, order: Int32Array, me: number): Promise<void> {
  await form.acquire(condition);
  await form.wait(condition);
  order[order[0]! + 1] = me;
  Atomics.add(order, 0, 1);
  condition.release();
}
