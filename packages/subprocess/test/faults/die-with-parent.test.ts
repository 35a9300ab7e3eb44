import { expect, test } from 'vitest';
import { haveEnded, killAfterwards, pidsIn, program, runs } from './helpers.ts';

const ENDS = { SIGKILL: 'SIGKILL', exit: 5, error: 1, end: 0 } as const;

test.concurrent.for(Object.entries(ENDS))(
  'guarded children die with a parent that ends by %s, and their watchdog too',
  async ([way, end], { onTestFinished }) => {
    const parent = await program('parent', [way, 'guarded']);
    const pids = pidsIn(parent.stdout);
    killAfterwards(pids, onTestFinished);
    expect([parent.end, pids.length]).toEqual([end, 5]); // two children, a grandchild each, the watchdog
    await haveEnded(pids);
  },
);

test.concurrent('children that are not guarded outlive their parent', async ({ onTestFinished }) => {
  const pids = pidsIn((await program('parent', ['SIGKILL', 'plain'])).stdout);
  killAfterwards(pids, onTestFinished);
  expect(pids.map(runs)).toEqual([true, true, true, true]);
});

test.concurrent('a child that has ended is guarded no more: whoever has its number later is safe', async ({
  onTestFinished,
}) => {
  const { end, stdout, stderr } = await program('guards-no-more');
  const pids = pidsIn(stdout);
  killAfterwards(pids, onTestFinished);
  expect({ end, stderr, count: pids.length }).toEqual({ end: 0, stderr: '', count: 2 });
  expect(pids.map(runs)).toEqual([true, true]);
});

test.concurrent('a watchdog takes no notice of what a terminal sends', async ({ onTestFinished }) => {
  const { stdout } = await program('parent', ['signals', 'guarded']);
  const pids = pidsIn(stdout);
  killAfterwards(pids, onTestFinished);
  await haveEnded(pids);
});
