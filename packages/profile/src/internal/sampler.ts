import { Worker } from 'node:worker_threads';

/*
 * A thread that looks, about every millisecond, at which node of the tree of calls another thread is.
 *
 *   words   │ CURRENT: the node │ STATE: 0 idle, 1 it looks, 2 it ends │        times   seconds that were seen in each node
 *
 * It is started when the first function has become hot, once for each world, and sleeps as long as no profiler is active. It does not keep
 * the process alive.
 */
export const CURRENT = 0;
const STATE = 1;
const WORDS = 2;
const IDLE = 0;
const LOOKS = 1;

/** Nodes beyond are not seen. */
const MOST_NODES = 2 ** 24;
const FIRST_NODES = 1024;

/** The pauses are of different lengths: what is done every millisecond would be seen always, or never. */
const PROGRAM = `
const { words, memory } = require('node:worker_threads').workerData;
const times = new Float64Array(memory);
for (;;) {
  Atomics.wait(words, ${STATE}, ${IDLE});
  let last = performance.now();
  while (Atomics.load(words, ${STATE}) === ${LOOKS}) {
    Atomics.wait(words, ${STATE}, ${LOOKS}, 0.5 + Math.random());
    const now = performance.now();
    const node = words[${CURRENT}];
    if (node < times.length && Atomics.load(words, ${STATE}) === ${LOOKS}) times[node] += (now - last) / 1000;
    last = now;
  }
}`;

export class Sampler {
  /** The word {@link CURRENT} says where the thread is. */
  readonly words: Int32Array = new Int32Array(new SharedArrayBuffer(4 * WORDS));
  readonly memory: SharedArrayBuffer = new SharedArrayBuffer(8 * FIRST_NODES, { maxByteLength: 8 * MOST_NODES });
  #worker: Worker | undefined;
  #isOn = false;

  /** Begins to look. */
  start(): void {
    this.#isOn = true;
    this.#worker ??= this.#create();
    Atomics.store(this.words, STATE, LOOKS);
    Atomics.notify(this.words, STATE);
  }

  /** Nothing where a process may have no threads: what is not seen is told by the first calls. */
  #create(): Worker | undefined {
    try {
      const workerData = { words: this.words, memory: this.memory };
      const worker = new Worker(PROGRAM, { eval: true, workerData, env: {}, execArgv: [], name: 'prac sampler' });
      worker.on('error', () => {});
      worker.unref();
      return worker;
    } catch {
      return undefined;
    }
  }

  /** Looks no more. */
  stop(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    Atomics.store(this.words, STATE, IDLE);
    Atomics.notify(this.words, STATE);
  }

  /** There are so many nodes. */
  reserve(nodes: number): void {
    const bytes = 8 * Math.min(nodes, MOST_NODES);
    if (bytes > this.memory.byteLength) this.memory.grow(bytes);
  }

  /** Adds what was seen to `times`, and forgets it. */
  moveTo(times: Float64Array): void {
    addSeen(this.memory, times).fill(0);
  }
}

/** Adds what was seen. @returns What that was. */
export function addSeen(memory: SharedArrayBuffer, times: Float64Array): Float64Array {
  const seen = new Float64Array(memory, 0, Math.min(times.length, memory.byteLength >> 3));
  for (let node = 0; node < seen.length; node++) times[node]! += seen[node]!;
  return seen;
}
