// Each item is got once, whoever puts and gets, in whatever form, with time-outs and aborts; the order of each producer is kept.
import { LifoQueue, PriorityQueue, Queue } from '@prac/queue';
import { SharedValue } from '@prac/sync';
import { expect, test } from 'vitest';
import { BLOCKED, ELSEWHERE, type Form, HERE } from './helpers/places.ts';

const COUNT = 600;
const PRODUCERS = [HERE, BLOCKED, ELSEWHERE];
const CONSUMERS = [HERE, BLOCKED, ELSEWHERE];

test.each([
  ['Queue', 0, () => new Queue<number[]>()],
  ['Queue', 1, () => new Queue<number[]>(1)],
  ['Queue', 3, () => new Queue<number[]>(3)],
  ['LifoQueue', 3, () => new LifoQueue<number[]>(3)],
  ['PriorityQueue', 3, () => new PriorityQueue<number[]>(3)],
  ['PriorityQueue', 0, () => new PriorityQueue<number[]>()],
])('%s of size %i: three producers, three consumers', async (kind, maxsize, make) => {
  const queue = make();
  const most = new SharedValue('i', 0);
  const producing = PRODUCERS.map(({ run }, id) => run(produce, queue as Queue, id, COUNT));
  const consuming = CONSUMERS.map(({ run }) => run(consume, queue as Queue, most));
  await Promise.all(producing);
  queue.shutdown();
  const got = (await Promise.all(consuming)) as number[][][];
  const all = got.flat().map(String).sort();
  const put = PRODUCERS.flatMap((_, id) => Array.from({ length: COUNT }, (_, n) => String([id, n]))).sort();
  expect(all).toEqual(put);
  if (maxsize > 0) expect(most.value).toBeLessThanOrEqual(maxsize);
  if (kind === 'Queue') for (const items of got) for (const id of [0, 1, 2]) expect(isRising(items, id)).toBe(true);
  expect(queue.statistics()).toEqual({ size: 0, getting: 0, putting: 0, joining: 0 });
});

function isRising(items: readonly number[][], of: number): boolean {
  const numbers = items.filter(([id]) => id === of).map(([, n]) => n!);
  return numbers.every((n, i) => i === 0 || n > numbers[i - 1]!);
}

async function produce(form: Form, queue: Queue, id: number, count: number): Promise<void> {
  for (let n = 0; n < count; ) {
    try {
      if (n % 7 === 0) queue.putNowait([id, n]);
      else await form.put(queue, [id, n], n % 3 === 0 ? { timeout: 0.001 } : {});
      n++;
    } catch (error) {
      if ((error as Error).name !== 'Full') throw error;
    }
  }
}

async function consume(form: Form, queue: Queue, most: SharedValue<'i'>): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let round = 0; ; round++) {
    try {
      const size = queue.qsize();
      most.withSync(() => {
        if (size > most.value) most.value = size;
      });
      if (round % 5 === 0) items.push(queue.getNowait());
      else if (round % 5 === 1) items.push(await queue.get({ signal: AbortSignal.timeout(1) }));
      else items.push(await form.get(queue, round % 5 === 2 ? { timeout: 0.001 } : {}));
    } catch (error) {
      const { name } = error as Error;
      if (name === 'ShutDown') return items;
      if (name !== 'Empty' && name !== 'TimeoutError') throw error;
    }
  }
}

test('grows to more than 1 GB, and all of it is got in another thread', { timeout: 60_000 }, async () => {
  const queue = new Queue<[n: number, bytes: Uint8Array]>();
  const [count, size] = [66, 16 * 2 ** 20];
  const bytes = new Uint8Array(size);
  queue.putSync([0, bytes]);
  const getting = ELSEWHERE.run(getOne, queue as Queue); // it is shared from now on
  await getting;
  for (let n = 1; n <= count; n++) {
    bytes[0] = n;
    bytes[size - 1] = n;
    queue.putSync([n, bytes]);
  }
  expect(await ELSEWHERE.run(countBytes, queue as Queue)).toEqual([count * size, count]);
  expect(queue.qsize()).toBe(0);
});

function getOne(_form: Form, queue: Queue): number {
  return (queue.getSync() as [number, Uint8Array])[1].length;
}

/** How many there are, and how many of the items are whole. */
function countBytes(_form: Form, queue: Queue): [bytes: number, whole: number] {
  let [total, whole] = [0, 0];
  while (!queue.empty()) {
    const [n, bytes] = queue.getSync() as [number, Uint8Array];
    total += bytes.length;
    if (bytes[0] === n && bytes.at(-1) === n) whole++;
  }
  return [total, whole];
}
