import { closeSync, fstatSync, openSync } from 'node:fs';
import { run } from '@prac/subprocess';
import { withWorker } from '@prac/testing';
import { expect, test } from 'vitest';
import { leavesNothing, program } from './helpers.ts';

/** A bit of everything, as it should come out. */
const EVERYTHING = {
  run: ['captured', 3],
  runSync: ['captured', 3],
  exchange: 'through',
  stream: 'one,two',
  lines: ['one', 'two'],
  blocking: 'three\n',
  pipeline: ['y\ny\n', [-13, 0]],
  late: 'TimeoutExpired',
};

test('everything works in a worker, which leaves nothing', () =>
  leavesNothing(async () => {
    expect(await withWorker(doEverything, { within: 15 })).toEqual(EVERYTHING);
  }));

test(
  'everything works in several workers and on the main thread at the same time',
  () =>
    leavesNothing(async () => {
      const workers = Array.from({ length: 2 }, () => withWorker(doEverything, { within: 30 }));
      expect(await Promise.all([doEverything(), ...workers])).toEqual(Array(3).fill(EVERYTHING));
    }),
  40_000,
);

test("a worker's end closes no descriptor of another thread", async () => {
  const mine: number[] = [];
  await withWorker(usesDescriptors, { within: 15 });
  const ending = withWorker(usesDescriptors, { within: 15 });
  for (let i = 0; i < 60; i++) {
    await new Promise(setImmediate);
    mine.push(openSync('/dev/null', 'r'));
  }
  await ending;
  for (const fd of mine) expect(fstatSync(fd).isCharacterDevice()).toBe(true);
  for (const fd of mine) closeSync(fd);
});

test('an aborted wait does not keep a worker alive', async () => {
  const pids = await withWorker(abortsWaits, { within: 15 });
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await run(['true']);
});

test('workers that are ended in the middle of any wait end at once, and the process goes on', async () => {
  const { end, stdout, stderr } = await program('terminates');
  expect({ end, stderr }).toEqual({ end: 0, stderr: '' });
  expect(stdout).toBe('terminated 3 workers\nthe main thread goes on\n');
});

test('process.exit() ends the process at once though workers wait, blocked or not', async () => {
  const { end, stderr } = await program('terminates', ['exit']);
  expect({ end, stderr }).toEqual({ end: 5, stderr: '' });
});

// What follows travels to a worker as its text.

async function doEverything() {
  const { PIPE, Popen, pipeline, run, runSync } = await import('@prac/subprocess');
  const command = ['sh', '-c', 'cat; exit 3'];
  const options = { input: 'captured', captureOutput: true, text: true } as const;
  const a = await run(command, options);
  const b = runSync(command, options);
  const child = () => new Popen(['cat'], { stdin: PIPE, stdout: PIPE, text: true });
  const exchange = (await child().communicate({ input: 'through' }))[0];
  const streamed = child();
  streamed.stdin.write('one,');
  await streamed.stdin.write('two');
  await streamed.stdin.close();
  const stream = await streamed.stdout.read();
  streamed.stdout.close();
  await streamed.wait();
  const iterated = new Popen(['printf', 'one\ntwo\n'], { stdout: PIPE });
  const lines: string[] = [];
  for await (const line of iterated.stdout.lines()) lines.push(line);
  iterated.stdout.close();
  iterated.waitSync();
  const blocked = child();
  blocked.stdin.writeSync('three\n');
  const blocking = blocked.stdout.readlineSync();
  blocked[Symbol.dispose]();
  const yes = pipeline([['yes'], ['head', '-2']], { stdout: PIPE, text: true });
  const [output] = await yes.communicate();
  const late = await run(['sleep', '1000'], { captureOutput: true, timeout: 0.02 }).catch((error: Error) => error.name);
  return {
    run: [a.stdout, a.returncode],
    runSync: [b.stdout, b.returncode],
    exchange,
    stream,
    lines,
    blocking,
    pipeline: [output, yes.returncodes],
    late: String(late),
  };
}

async function usesDescriptors(): Promise<void> {
  const { DEVNULL, run, runSync } = await import('@prac/subprocess');
  for (let i = 0; i < 3; i++) {
    await run(['true'], { stdin: DEVNULL, stdout: DEVNULL });
    await run(['cat'], { input: 'x'.repeat(100_000), captureOutput: true });
    runSync(['cat'], { input: 'x', captureOutput: true, stderr: null });
  }
}

async function abortsWaits(): Promise<number[]> {
  const { PIPE, Popen } = await import('@prac/subprocess');
  const children = Array.from({ length: 3 }, () => new Popen(['sleep', '1000'], { stdin: PIPE, stdout: PIPE }));
  const controller = new AbortController();
  const { signal } = controller;
  const waits = [
    children[0]!.wait({ signal }),
    children[1]!.stdout.read(-1, { signal }),
    children[2]!.communicate({ signal }),
  ];
  setTimeout(() => controller.abort(), 20);
  for (const wait of waits) await wait.catch(() => {});
  return children.map(({ pid }) => pid);
}
