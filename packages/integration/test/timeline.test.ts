// prac-profile --timeline: who waited for what, and held it, in threads, tasks and processes.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicPackages } from '@prac/integration';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'prac-integration-'));
afterAll(() => rmSync(folder, { recursive: true }));

function dist(name: string, file = 'index.js'): string {
  return join(publicPackages().find((one) => one.name === name)!.folder, 'dist', file);
}

const from = (name: string): string => `from '${pathToFileURL(dist(name))}'`;

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly name: string };
}

/** Runs a program, and gives its Chrome trace. */
function traced(program: string, options: readonly string[] = []): TraceEvent[] {
  const file = join(folder, 'program.mjs');
  const trace = join(folder, 'trace.json');
  writeFileSync(file, program);
  const command = dist('@prac/profile', 'bin/prac-profile.js');
  execFileSync(process.execPath, [command, ...options, '-o', join(folder, 'profile'), '--timeline', trace, file]);
  return (JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: TraceEvent[] }).traceEvents;
}

const named = (trace: readonly TraceEvent[], kind: string): string[] =>
  trace.filter(({ name }) => name === kind).map(({ args }) => args.name.trim());

test('what threads hold does not overlap, and all of it is there', () => {
  const trace = traced(`
    import { Barrier, Lock, Thread } ${from('@prac/sync')};
    const work = (lock, all) => {
      all.waitSync();
      for (let i = 0; i < 200; i++) lock.withSync(() => { for (let k = 0; k < 2000; k++); });
    };
    const [lock, all] = [new Lock(), new Barrier(4)];
    const threads = [1, 2, 3, 4].map((n) => new Thread({ target: work, args: [lock, all], name: 'worker ' + n }));
    for (const thread of threads) thread.start();
    for (const thread of threads) await thread.join();
  `);
  const holds = trace.filter(({ name }) => name === 'holds Lock 1').sort((a, b) => a.ts - b.ts);
  expect(holds).toHaveLength(800);
  for (let i = 1; i < holds.length; i++)
    expect(holds[i]!.ts).toBeGreaterThanOrEqual(holds[i - 1]!.ts + holds[i - 1]!.dur);
  expect(new Set(holds.map(({ tid }) => tid)).size).toBe(4);
  expect(named(trace, 'thread_name')).toEqual(
    expect.arrayContaining(['MainThread', 'worker 1', 'worker 2', 'worker 3', 'worker 4']),
  );
  expect(trace.filter(({ name }) => name === 'waits for Barrier 1')).toHaveLength(3);
});

test('a thread that was terminated has its row', () => {
  writeFileSync(
    join(folder, 'worker.mjs'),
    `
    import { parentPort, workerData } from 'node:worker_threads';
    import { fromMessage } ${from('@prac/pickle')};
    fromMessage(workerData).acquireSync();
    parentPort.postMessage('held');
    for (;;);
  `,
  );
  const trace = traced(`
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    import { Lock } ${from('@prac/sync')};
    import { toMessage } ${from('@prac/pickle')};
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: toMessage(new Lock()).message });
    await once(worker, 'message');
    await worker.terminate();
  `);
  const [hold, ...others] = trace.filter(({ ph }) => ph === 'X');
  expect([hold!.name, others]).toEqual(['holds Lock 1', []]);
  const [main, worker] = trace.filter(({ name }) => name === 'thread_name');
  expect([main!.args.name, worker!.args.name]).toEqual(['MainThread', expect.stringMatching(/^worker \d+$/)]);
  expect(hold!.tid).toBe(worker!.tid);
});

test('a queue between a task and a thread', () => {
  const trace = traced(`
    import { runAsTask, Thread } ${from('@prac/sync')};
    import { Queue } ${from('@prac/queue')};
    const queue = new Queue(1);
    const thread = new Thread({ target: (queue) => { for (let i = 0; i < 5; i++) queue.getSync(); }, args: [queue] });
    thread.start();
    await runAsTask(async function producer() { for (let i = 0; i < 5; i++) await queue.put(i); });
    await thread.join();
  `);
  expect(named(trace, 'thread_name')).toContain('producer');
  const marks = trace.filter(({ ph }) => ph === 'i').map(({ name }) => name);
  expect(marks.filter((name) => name === 'put Queue 1')).toHaveLength(5);
  expect(marks.filter((name) => name === 'get Queue 1')).toHaveLength(5);
  expect(trace.filter(({ ph }) => ph === 'C')).toHaveLength(10);
});

test.each([
  [[], ['program.mjs', expect.stringMatching(/program\.mjs child$/)], ['MainThread']],
  [['--subprocesses'], ['program.mjs', 'program.mjs child'], ['MainThread', 'MainThread']],
])('processes with %j', (options, processes, threads) => {
  const trace = traced(
    `
    import { Lock } ${from('@prac/sync')};
    import { run } ${from('@prac/subprocess')};
    new Lock().withSync(() => {});
    if (process.argv[2] === undefined) await run([process.execPath, process.argv[1], 'child']);
  `,
    options,
  );
  expect(named(trace, 'process_name').sort()).toEqual([...processes].sort());
  const rows = trace.filter(({ name, args }) => name === 'thread_name' && !args.name.includes('('));
  expect(rows.map(({ args }) => args.name)).toEqual(threads);
  expect(trace.some(({ name }) => /^waits for .* child$/.test(name))).toBe(true);
});

test('a page, of a program that fails', () => {
  const file = join(folder, 'fails.mjs');
  writeFileSync(file, `import { Lock } ${from('@prac/sync')}; new Lock().acquireSync(); process.exit(3);`);
  const page = join(folder, 'timeline.html');
  const command = dist('@prac/profile', 'bin/prac-profile.js');
  expect(spawnSync(process.execPath, [command, '--timeline', page, file]).status).toBe(3);
  expect(readFileSync(page, 'utf8')).toContain('"Lock 1"');
});

test('a program that stands still is ended by the second signal, and shows who waits', async () => {
  const file = join(folder, 'stands.mjs');
  writeFileSync(
    file,
    `
    import { writeSync } from 'node:fs';
    import { Event, Lock, Thread } ${from('@prac/sync')};
    const [a, b, ready] = [new Lock(), new Lock(), new Event()];
    const crossed = (a, b, ready) => { b.acquireSync(); ready.set(); a.acquireSync(); };
    a.acquireSync();
    new Thread({ target: crossed, args: [a, b, ready], name: 'other' }).start();
    ready.waitSync();
    writeSync(1, 'ready');
    b.acquireSync();
  `,
  );
  const trace = join(folder, 'trace.json');
  const command = dist('@prac/profile', 'bin/prac-profile.js');
  const program = spawn(process.execPath, [command, '--timeline', trace, file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(program, 'exit');
  await once(program.stdout, 'data');
  program.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 50)); // two signals at a time are one
  program.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: TraceEvent[] };
  const spans = traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name);
  expect(spans).toEqual(
    expect.arrayContaining(['holds Lock 1', 'holds Lock 2', 'waits for Lock 1', 'waits for Lock 2']),
  );
});

test('a program that ends while a thread makes locks', () => {
  const trace = traced(`
    import { Lock, Thread } ${from('@prac/sync')};
    const thread = new Thread({ target: () => { for (;;) new Lock().acquireSync(); }, daemon: true, name: 'maker' });
    thread.start();
    setTimeout(() => process.exit(0), 200);
  `);
  expect(named(trace, 'thread_name').some((name) => name.startsWith('maker'))).toBe(true);
  expect(trace.filter(({ ph }) => ph === 'X').every(({ name, dur }) => /^holds Lock \d+$/.test(name) && dur >= 0)).toBe(
    true,
  );
});

test('what would be lost is refused before the program runs', () => {
  const command = dist('@prac/profile', 'bin/prac-profile.js');
  const run = (...args: string[]): [number | null, string] => {
    const { status, stderr } = spawnSync(process.execPath, [command, ...args, 'program.mjs'], { encoding: 'utf8' });
    return [status, stderr.split('\n')[0]!];
  };
  expect(run('--timeline', folder)).toEqual([
    2,
    `prac-profile: cannot write ${JSON.stringify(folder)}: it is a folder`,
  ]);
  const file = join(folder, 'x');
  expect(run('-o', file, '--timeline', file)).toEqual([2, 'prac-profile: one file is to be written twice']);
});

test('a file that cannot be written is refused before the program runs', () => {
  const command = dist('@prac/profile', 'bin/prac-profile.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, '--timeline', join(folder, 'nowhere', 'x.html'), 'program.mjs'],
    { encoding: 'utf8' },
  );
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('cannot write');
});
