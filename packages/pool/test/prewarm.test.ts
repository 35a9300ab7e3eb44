import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { activeChildren, Pipe, Process, prewarm, Queue } from '@prac/pool';
import { waitUntil } from '@prac/testing';
import { afterEach, expect, test } from 'vitest';

afterEach(() => prewarm(0));

const hasEnded = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] === 'Z';
  } catch {
    return true;
  }
};
/** Those that are ready. (A moment after it was started a process has no name yet.) */
async function spares(count: number): Promise<number[]> {
  await waitUntil(() => children().length === count);
  return children();
}
const children = (): number[] => {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, ppid, stat, ...args]) =>
        Number(ppid) === process.pid && stat![0] !== 'Z' && /programs.process/.test(args.join(' ')),
    )
    .map(([pid]) => Number(pid));
};

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
    import { execFileSync } from 'node:child_process';
    import { prewarm } from '@prac/pool';
    prewarm(1);
    console.log(execFileSync('ps', ['-o', 'pid=,stat=', '--ppid', process.pid], { encoding: 'utf8' }));
    ${end}`;
    const run = spawnSync(process.execPath, ['--conditions=@prac/source', '--input-type=module', '-e', program], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    const pids = run.stdout.match(/^ *\d+/gm)!.map(Number);
    expect(pids).toHaveLength(2); // and ps itself
    await waitUntil(() => pids.every(hasEnded));
  },
);

test.each([-1, 1.5, '2', null])('%s is no number of processes', (count) => {
  expect(() => prewarm(count as number)).toThrow(TypeError);
});
