// prac-profile --threads: what threads of @prac/sync do is in the report, also what has come to them by value.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publicPackages } from '@prac/integration';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'prac-integration-'));
afterAll(() => rmSync(folder, { recursive: true }));

function dist(name: string, file: string): string {
  return join(publicPackages().find((one) => one.name === name)!.folder, 'dist', file);
}

const PROGRAM = `
import { Thread } from '${pathToFileURL(dist('@prac/sync', 'index.js'))}';
const factor = 2;
const helper = (n) => n * factor;
function work(count) {
  for (let i = 0; i < count; i++) helper(i);
  const inner = new Thread({ target: function inner(count) { for (let i = 0; i < count; i++) helper(i); }, args: [7] });
  inner.start();
  inner.joinSync();
}
class Worker extends Thread {
  run() { this.sum = helper(21); }
}
const threads = [new Thread({ target: work, args: [100] }), new Thread({ target: work, args: [1000] }), new Worker()];
for (const thread of threads) thread.start();
for (const thread of threads) await thread.join();
console.log(threads[2].sum);
`;

test.each([
  [[], {}],
  [['--threads'], { helper: 1115, work: 2, inner: 2, 'Worker.run': 1 }],
])('prac-profile %j', (options, expected) => {
  const program = join(folder, 'program.mjs');
  writeFileSync(program, PROGRAM);
  const report = join(folder, 'report.json');
  const args = [dist('@prac/profile', 'bin/prac-profile.js'), ...options, '-f', 'json', '-o', report, program];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('42\n');
  const rows = JSON.parse(readFileSync(report, 'utf8')) as {
    file: string;
    line: number;
    name: string;
    calls: number;
  }[];
  const own = rows.filter(({ file, name }) => file === program && /helper|work|inner|run/.test(name));
  expect(Object.fromEntries(own.map(({ name, calls }) => [name, calls]))).toEqual(expected);
  for (const { name, line } of own) expect(PROGRAM.split('\n')[line - 1]).toContain(name.replace('Worker.', ''));
});

test('what terminated threads have called is in the report', () => {
  const program = join(folder, 'terminating.mjs');
  writeFileSync(
    join(folder, 'counted.mjs'),
    `
    import { parentPort } from 'node:worker_threads';
    const half = (n) => n / 2;
    function busy() { for (let i = 0; i < 5000; i++) half(i); }
    function last() { parentPort.postMessage('done'); for (;;); }
    busy();
    last();
  `,
  );
  writeFileSync(
    program,
    `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const [first, second] = [1, 2].map(() => new Worker(new URL('./counted.mjs', import.meta.url)));
    await Promise.all([once(first, 'message'), once(second, 'message')]);
    await first.terminate();
    process.exit(); // the other one ends by that
  `,
  );
  const report = join(folder, 'report.json');
  execFileSync(process.execPath, [
    dist('@prac/profile', 'bin/prac-profile.js'),
    '--threads',
    '-f',
    'json',
    '-o',
    report,
    program,
  ]);
  const rows = JSON.parse(readFileSync(report, 'utf8')) as { name: string; calls: number; tottime: number }[];
  const calls = Object.fromEntries(rows.map(({ name, calls }) => [name, calls]));
  expect(calls).toMatchObject({ half: 10_000, busy: 2, last: 2 });
});

test.each([
  [
    'makes nodes of its tree when the program ends',
    `function deeper(n) { return n === 0 ? 0 : deeper(n - 1) + other(n - 1); }
     function other(n) { return n <= 0 ? 0 : deeper(n - 1); }
     parentPort.postMessage('go');
     for (let n = 0; ; n = (n + 1) % 22) deeper(n);`,
    {},
  ],
  [
    'ends when the program ends',
    `function counted() {}
     function target() { for (let i = 0; i < 5000; i++) counted(); }
     target();
     parentPort.postMessage('go');`,
    { counted: 5000, target: 1 },
  ],
])('a thread that %s', (_, thread, expected) => {
  writeFileSync(join(folder, 'racing.mjs'), `import { parentPort } from 'node:worker_threads';\n${thread}`);
  const program = join(folder, 'racing-main.mjs');
  writeFileSync(
    program,
    `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL('./racing.mjs', import.meta.url));
    await once(worker, 'message');
    process.on('exit', () => console.log('its own handler'));
    setTimeout(() => process.exit(0), Number(process.argv[2]));
  `,
  );
  const report = join(folder, 'report.json');
  const command = dist('@prac/profile', 'bin/prac-profile.js');
  for (const delay of [0, 1, 2, 3, 5, 50]) {
    const args = [command, '--threads', '-f', 'json', '-o', report, program, String(delay)];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('its own handler\n');
    const rows = JSON.parse(readFileSync(report, 'utf8')) as { name: string; calls: number }[];
    expect(Object.fromEntries(rows.map(({ name, calls }) => [name, calls]))).toMatchObject(expected);
  }
});
