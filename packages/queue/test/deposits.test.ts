// Items that are no bytes: locks, queues, shared memory; ports and buffers that are handed over.
import { once } from 'node:events';
import { type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { toMessage } from '@prac/pickle';
import { Full, LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@prac/queue';
import { Event, Lock, SharedArray, Thread } from '@prac/sync';
import { describe, expect, test } from 'vitest';
import { type AnyQueue, BLOCKED, type Form, PLACES } from './helpers/places.ts';
import { thrown } from './helpers/text.ts';

/** Has it in shared memory, as if another thread had it. */
function shared<Q extends object>(queue: Q): Q {
  toMessage<unknown>(queue);
  return queue;
}

const KINDS = [
  ['Queue', () => new Queue()],
  ['LifoQueue', () => new LifoQueue()],
  ['PriorityQueue', () => new PriorityQueue()],
  ['SimpleQueue', () => new SimpleQueue()],
] as const;

describe.each(PLACES)('$name', (place) => {
  test.each(KINDS)('%s: a lock comes back as itself', async (_, create) => {
    const [there, back] = [create(), create()];
    const lock = new Lock();
    const passing = place.run(passOn, there as Queue, back as Queue, 2);
    await there.put(lock);
    expect(await back.get()).toBe(lock);
    await there.put({ lock, of: [1, 'two'] });
    expect(((await back.get()) as { lock: Lock }).lock).toBe(lock);
    await passing;
  });

  test('a queue in a queue: whoever works answers there', async () => {
    const work = new Queue<{ n: number; answer: Queue<number> }>();
    const answer = new Queue<number>();
    const working = place.run(square, work, 3);
    for (const n of [1, 2, 3]) await work.put({ n, answer });
    expect([await answer.get(), await answer.get(), await answer.get()]).toEqual([1, 4, 9]);
    await working;
  });

  test('shared memory stays shared', async () => {
    const queue = new Queue();
    const array = new SharedArray('i', 2);
    const words = new Int32Array(new SharedArrayBuffer(4));
    const writing = place.run(write, queue, 2);
    await queue.put({ array });
    await queue.put({ words });
    await writing;
    expect([[...array], words[0]]).toEqual([[0, 7], 7]);
  });

  test('a port', async () => {
    const { port1, port2 } = new MessageChannel();
    const queue = new Queue();
    const saying = place.run(sayHello, queue);
    await queue.put({ port: port2 }, { transfer: [port2] });
    await saying;
    const said = (receiveMessageOnPort(port1 as unknown as MessagePort) ?? {
      message: (await once(port1, 'message'))[0],
    }) as object;
    expect(said).toEqual({ message: 'hello' });
    port1.close();
  });
});

describe('a buffer that is handed over', () => {
  test('is there, and no longer here', async () => {
    const queue = shared(new Queue());
    const bytes = new Uint8Array([1, 2, 3]);
    await queue.put(bytes, { transfer: [bytes.buffer] });
    expect(bytes.length).toBe(0);
    const sum = (_form: Form, queue: Queue) => (queue.getSync() as Uint8Array).reduce((a, b) => a + b);
    expect(await BLOCKED.run(sum, queue)).toBe(6);
  });

  test('is still here, if it was not put: the time was up, it was aborted, it was full', async () => {
    const queue = shared(new Queue(1));
    queue.putNowait(0);
    const bytes = new Uint8Array([1, 2, 3]);
    const options = { transfer: [bytes.buffer] };
    expect(() => queue.putSync(bytes, { ...options, timeout: 0.01 })).toThrow(Full);
    expect(() => queue.putNowait(bytes, options)).toThrow(Full);
    const abort = new AbortController();
    const putting = queue.put(bytes, { ...options, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(putting).rejects.toThrow('enough');
    expect([...bytes]).toEqual([1, 2, 3]);
  });

  test('waits for room, and goes then', async () => {
    const queue = shared(new Queue(1));
    queue.putNowait(0);
    const bytes = new Uint8Array([1, 2, 3]);
    const putting = queue.put(bytes, { transfer: [bytes.buffer] });
    expect(bytes.length).toBe(3);
    queue.getNowait();
    await putting;
    expect([bytes.length, queue.getNowait()]).toEqual([0, new Uint8Array([1, 2, 3])]);
  });

  test('goes on when the queue is shared', async () => {
    const queue = new Queue();
    const bytes = new Uint8Array([1, 2, 3]);
    await queue.put({ bytes }, { transfer: [bytes.buffer] });
    expect(bytes.length).toBe(3); // nobody else has it
    shared(queue);
    expect([bytes.length, queue.getNowait()]).toEqual([0, { bytes: new Uint8Array([1, 2, 3]) }]);
  });
});

describe('what is kept for an item', () => {
  test('is there after its thread has ended', async () => {
    const queue = new Queue<Lock>();
    const thread = new Thread({ target: putLock, args: [queue, Lock] });
    thread.start();
    thread.joinSync();
    expect(queue.getSync()).toBeInstanceOf(Lock);
  });

  test('is not opened more often than it is put: getMany, putMany', async () => {
    const queue = shared(new Queue());
    const locks = [new Lock(), new Lock()];
    await queue.putMany([1, locks[0], 'two', locks[1], 3]);
    const got: unknown[] = [];
    while (!queue.empty()) got.push(...(await queue.getMany(10)));
    expect(got).toEqual([1, locks[0], 'two', locks[1], 3]);
    expect([got[1] === locks[0], got[3] === locks[1]]).toEqual([true, true]);
  });

  test('goes when the queue is shut down at once', () => {
    const queue = shared(new Queue());
    const { port1, port2 } = new MessageChannel();
    queue.putNowait([port2], { transfer: [port2 as never] });
    queue.putNowait(new Lock());
    queue.putNowait(1);
    queue.shutdown({ immediate: true });
    expect(queue.qsize()).toBe(0);
    return once(port1, 'close'); // its other end is gone
  });
});

describe('a PriorityQueue', () => {
  test('opens what it compares, and leaves it', () => {
    const queue = shared(new PriorityQueue<readonly [number, number, unknown]>());
    const [first, second] = [new Event(), new Event()];
    queue.putNowait([1, 2, second]);
    queue.putNowait([1, 1, first]);
    expect(queue.getNowait()[2]).toBe(first);
    expect(queue.getNowait()[2]).toBe(second);
  });

  test('takes nothing that is handed over', async () => {
    const queue = shared(new PriorityQueue());
    const { port1 } = new MessageChannel();
    expect(await thrown(() => queue.putNowait([1, port1], { transfer: [port1 as never] }))).toBe(
      'PicklingError: item: what is handed over cannot be compared with other items of a PriorityQueue; use a Queue for it',
    );
    port1.close();
  });
});

test('what is refused: a port that is not handed over, unknown options, a plain Worker', async () => {
  const queue = shared(new Queue());
  const { port1 } = new MessageChannel();
  expect(await thrown(() => queue.putNowait(port1))).toMatch(/^PicklingError: item: .*in the list `transfer`/);
  expect(await thrown(() => queue.putNowait(1, { timeout: 1 } as never))).toMatch(
    /^TypeError: Unknown option 'timeout'/,
  );
  await expect(queue.put(1, { transfer: [1] as never })).rejects.toThrow(
    new TypeError('Expected transfer to be a list of ports and buffers, got [1]'),
  );
  await expect(queue.get({ transfer: [] } as never)).rejects.toThrow(/^Unknown option 'transfer'/);
  port1.close();
  queue.putNowait(new Lock());
  const worker = new Worker(new URL('fixtures/plain.ts', import.meta.url), {
    workerData: toMessage<unknown>(queue).message,
  });
  expect(await once(worker, 'message')).toEqual([
    [
      'UnpicklingError: what is no data cannot be handed to a plain Worker: use Thread of @prac/sync for it',
      'PicklingError: item: a plain Worker cannot hand on what is no data; use Thread of @prac/sync for it',
    ],
  ]);
});

async function passOn(form: Form, from: Queue, to: Queue, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await form.put(to, await form.get(from));
}

async function square(form: Form, work: AnyQueue, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { n, answer } = (await form.get(work)) as { n: number; answer: AnyQueue };
    await form.put(answer, n * n);
  }
}

async function write(form: Form, queue: AnyQueue, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { array, words } = (await form.get(queue)) as { array?: SharedArray<'i'>; words?: Int32Array };
    array?.set(1, 7);
    if (words !== undefined) words[0] = 7;
  }
}

async function sayHello(form: Form, queue: AnyQueue): Promise<void> {
  const { port } = (await form.get(queue)) as { port: MessagePort };
  port.postMessage('hello');
  port.close();
}

function putLock(queue: Queue<Lock>, type: typeof Lock): void {
  queue.putSync(new type());
}
