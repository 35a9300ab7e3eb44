import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { activeChildren, Pipe, Process, prewarm, Queue } from '@prac/pool';
import { waitUntil } from '@prac/testing';
import { afterEach, expect, test } from 'vitest';
import { childrenOf, hasEnded } from './helpers/children.ts';

afterEach(() => prewarm(0));

/** Those that are ready. */
async function spares(count: number): Promise<number[]> {
  await waitUntil(() => childrenOf(process.pid).length === count);
  return childrenOf(process.pid);
}
test('a process that is ready is taken, and is as any other', async () => {
  prewarm(1);
  const [ready] = await spares(1);
  expect([ready! > 0, activeChildren()]).toEqual([true, []]);
  process.env.PRAC_TEST_LATER = 'set after the spare';
  const before = process.cwd();
  process.chdir(tmpdir());
  const queue = new Queue<unknown>();
  const child = new Process({
    target: (queue: Queue<unknown>) => queue.putSync([process.cwd(), process.env.PRAC_TEST_LATER]),
    args: [queue],
  });
  child.start();
  process.chdir(before);
  delete process.env.PRAC_TEST_LATER;
  expect(child.pid).toBe(ready);
  expect(await queue.get()).toEqual([realpathSync(tmpdir()), 'set after the spare']);
  await child.join();
  expect(child.exitcode).toBe(0);
  await spares(1); // another is there
});

test('one that was killed is not taken; one more than there are is started', async () => {
  prewarm(1);
  const [ready] = await spares(1);
  process.kill(ready!, 'SIGKILL');
  await waitUntil(() => hasEnded(ready!));
  const all = Array.from({ length: 3 }, () => new Process({ target: () => {} }));
  for (const child of all) child.start();
  for (const child of all) await child.join(20);
  expect(all.map((child) => child.exitcode)).toEqual([0, 0, 0]);
  expect(all.map((child) => child.pid)).not.toContain(ready);
});

test('a connection goes to a process of its own', async () => {
  prewarm(1);
  const [ready] = await spares(1);
  const [here, there] = Pipe();
  const child = new Process({ target: (end: typeof there) => end.sendSync('here'), args: [there] });
  child.start();
  expect([await here.recv(), child.pid === ready]).toEqual(['here', false]);
  await child.join();
});

test('they end when they are not wanted any more, and with the program', async () => {
  prewarm(2);
  await spares(2);
  prewarm(0);
  await spares(0);
});

test.each(['', 'process.exit(3);', "process.kill(process.pid, 'SIGKILL');"])(
  'they end with the program: %s',
  async (end) => {
    const program = `
    import { childrenOf } from './helpers/children.ts';
    import { prewarm } from '@prac/pool';
    prewarm(1);
    console.log(...childrenOf(process.pid));
    ${end}`;
    const run = spawnSync(process.execPath, ['--conditions=@prac/source', '--input-type=module', '-e', program], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    expect(run.stdout).toMatch(/^\d+\n$/);
    await waitUntil(() => hasEnded(Number(run.stdout)));
  },
);
