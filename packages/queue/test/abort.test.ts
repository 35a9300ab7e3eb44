import { toMessage } from '@prac/pickle';
import { Queue } from '@prac/queue';
import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';

function local(size?: number): Queue {
  return new Queue(size);
}

function shared(size?: number): Queue {
  const queue = new Queue(size);
  toMessage<unknown>(queue);
  return queue;
}

describe.each([
  ['in one thread', local],
  ['in shared memory', shared],
])('an abort, %s', (_, make) => {
  test('before the call: nothing is put or got', async () => {
    const queue = make(2);
    await queue.put(1);
    const signal = AbortSignal.abort('enough');
    for (const call of [
      queue.put(2, { signal }),
      queue.get({ signal }),
      queue.putMany([2], { signal }),
      queue.getMany(2, { signal }),
      queue.join({ signal }),
    ])
      await expect(call).rejects.toBe('enough');
    expect(queue.statistics()).toEqual({ size: 1, getting: 0, putting: 0, joining: 0 });
  });

  test('of a wait: nothing is put or got, and nothing is left', async () => {
    const [full, empty] = [make(1), make()];
    await full.put(1);
    const before = leftovers();
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [full.put(2, { signal }), empty.get({ signal }), empty.getMany(3, { signal }), full.join({ signal })];
    await waitUntil(() => full.statistics().putting === 1 && empty.statistics().getting === 2);
    controller.abort('enough');
    for (const wait of waits) await expect(wait).rejects.toBe('enough');
    await expectNothingLeft(before);
    expect(full.statistics()).toEqual({ size: 1, getting: 0, putting: 0, joining: 0 });
    expect(empty.statistics()).toEqual({ size: 0, getting: 0, putting: 0, joining: 0 });
  });

  test.each([
    ['before', (abort: () => void, put: () => void) => [abort(), put()]],
    ['after', (abort: () => void, put: () => void) => [put(), abort()]],
  ])('in the same tick %s the put: the item goes to the next, or to who got it', async (_order, both) => {
    for (let round = 0; round < 20; round++) {
      const queue = make();
      const controller = new AbortController();
      const first = queue.get({ signal: controller.signal }).then(
        (item) => item,
        () => 'aborted',
      );
      const second = queue.get();
      await waitUntil(() => queue.statistics().getting === 2);
      both(
        () => controller.abort(),
        () => queue.putNowait('item'),
      );
      if ((await first) === 'item') queue.putNowait('item');
      expect(await second).toBe('item');
      expect(queue.statistics().size).toBe(0);
    }
  });
});
