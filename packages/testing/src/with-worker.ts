import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Options of {@link withWorker}. */
export interface WithWorkerOptions<Data> {
  /** What the code receives, by structured clone. @defaultValue undefined */
  readonly data?: Data;
  /** Time limit in seconds until the worker has ended. @defaultValue 10 */
  readonly within?: number;
}

type Message<Result> = { readonly value: Result } | { readonly error: Error };

// Dynamic imports resolve as seen from the working folder, which in a test is the package's. Vitest rewrites them in a test's
// functions, to a name that is defined here again, and to paths below its root or behind /@fs.
const PROGRAM = `
const { existsSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const __vite_ssr_dynamic_import__ = (name) => {
  if (name.startsWith('/@fs/')) return import(name.slice(4));
  return import(name.startsWith('/') && existsSync(process.cwd() + name) ? process.cwd() + name : name);
};
(async () => {
  const code = workerData.file ? (await import(workerData.file)).default : eval('(' + workerData.source + ')');
  return code(workerData.data);
})().then((value) => parentPort.postMessage({ value }), (error) => parentPort.postMessage({ error }));
`;

/**
 * Runs a piece of test code in a worker thread and waits until the thread has ended by itself.
 *
 * A function travels as its text: it sees nothing of the file around it and gets what it needs with `await import(…)` or as
 * data. Something it leaves open keeps the thread alive, which the time limit turns into an error.
 *
 * @param code - The function, or the URL of a module whose default export is the function.
 * @param options - Data for the function, time limit.
 * @returns What the function returned, by structured clone.
 * @throws What the function threw, or an Error if the thread has not ended in time.
 * @example
 * import { withWorker } from '@prac/testing';
 * console.log(await withWorker((n: number) => n * 2, { data: 21 })); // 42
 */
export async function withWorker<Result, Data = undefined>(
  code: ((data: Data) => Result) | URL,
  { data, within = 10 }: WithWorkerOptions<Data> = {},
): Promise<Awaited<Result>> {
  const task = code instanceof URL ? { file: code.href, data } : { source: String(code), data };
  const worker = new Worker(PROGRAM, { eval: true, workerData: task });
  const answers: Message<Awaited<Result>>[] = [];
  worker.once('message', (message) => answers.push(message));
  if (!(await endsWithin(worker, within))) {
    await worker.terminate();
    throw new Error(`The worker has not ended within ${within} s${answers[0] ? ', though its function has' : ''}`);
  }
  const answer = answers[0] ?? { error: new Error('The worker ended without an answer') };
  if ('error' in answer) throw answer.error;
  return answer.value;
}

async function endsWithin(worker: Worker, seconds: number): Promise<boolean> {
  const limit = new AbortController();
  const late = pause(seconds * 1000, false, { signal: limit.signal }).catch(() => true);
  try {
    return await Promise.race([once(worker, 'exit').then(() => true), late]);
  } finally {
    limit.abort();
  }
}
