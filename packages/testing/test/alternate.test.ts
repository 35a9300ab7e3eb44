import { alternate } from '@prac/testing';
import { expect, test } from 'vitest';

test('each round runs each row once, beginning with another row each time', async () => {
  const order: string[] = [];
  const rows = ['a', 'b', 'c'].map((name) => ({ name, run: () => void order.push(name) }));
  await alternate(rows, { rounds: 3, warmups: 0, print: false });
  expect(order.join('')).toBe('abcbaccab');
});

test('median, minimum and ratio come from the seconds a row returns', async () => {
  const figures = [9, 4, 1, 7];
  const { rows } = await alternate(
    [
      { name: 'ours', run: () => 2 },
      { name: 'theirs', run: async () => figures.pop()! },
    ],
    { rounds: 3, operations: 2, print: false },
  );
  expect(rows[0]).toMatchObject({ median: 1, min: 1, ratio: 1 });
  expect(rows[1]).toMatchObject({ median: 2, min: 0.5, ratio: 2, samples: [0.5, 2, 4.5] });
});

test('a run that returns nothing is timed', async () => {
  const { rows } = await alternate([{ name: 'nothing', run: () => {} }], { print: false });
  expect(rows[0]!.median).toBeGreaterThan(0);
  expect(rows[0]!.median).toBeLessThan(0.1);
});

test('a skipped row does not run and is listed with its reason', async () => {
  const run = () => {
    throw new Error('ran');
  };
  const { markdown } = await alternate(
    [
      { name: 'rival', run, skip: 'not installed' },
      { name: 'ours', run: () => 0.0012345, version: '1.2.3' },
    ],
    { title: 'A title', print: false },
  );
  const [title, , head, , skipped, ours, , below] = markdown.split('\n');
  expect(title).toBe('### A title');
  expect(head).toMatch(/^\| what +\| {2}median \| +min \| ratio \|$/);
  expect(skipped).toMatch(/^\| rival \(skipped: not installed\) \| +\| +\| +\|$/);
  expect(ours).toMatch(/^\| ours +\| 1\.23 ms \| 1\.23 ms \| {2}1\.00 \|$/);
  expect(below).toMatch(/^Node 2\d\.\d+\.\d+, .*; ours 1\.2\.3; median of 7 alternating rounds.*; \d{4}-\d\d-\d\d/);
});

test('a run that throws ends the benchmark', async () => {
  const failing = { name: 'wrong', run: () => Promise.reject(new Error('wrong result')) };
  await expect(alternate([failing], { print: false })).rejects.toThrow('wrong result');
});
