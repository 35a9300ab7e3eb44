import { Pool } from '@prac/pool';
import { Thread } from '@prac/sync';
import { expect, test } from 'vitest';
import { arena } from '../src/internal/arena.ts';

const NEXT = 1;
const lengthOf = (bytes: Uint8Array): number => bytes.length;

test('a cell that was given back is used again, and is 0', () => {
  const at = arena().allocate(5000);
  arena().words.fill(7, at, at + 5000);
  arena().free(at, 5000);
  const other = arena().allocate(20);
  const again = arena().allocate(4500); // of the same size
  expect([again === at, other === at]).toEqual([true, false]);
  expect(
    arena()
      .words.subarray(again, again + 4500)
      .every((word) => word === 0),
  ).toBe(true);
  arena().free(again, 4500);
  arena().free(other, 20);
});

test('threads take cells and give them back at once: no two have the same', async () => {
  const source = new URL('../src/internal/arena.ts', import.meta.url).href;
  const done = new Int32Array(new SharedArrayBuffer(4));
  const turn = async (url: string, mine: number, done: Int32Array): Promise<void> => {
    const { arena } = await import(url);
    const { words } = arena();
    const held: [number, number][] = [];
    for (let i = 0; i < 20_000; i++) {
      if (held.length < 4 || (i & 1) === 0) {
        const count = 16 << (i % 3);
        const at = arena().allocate(count);
        if (words[at + 1] !== 0) throw new Error('somebody has it');
        words.fill(mine, at + 1, at + count);
        held.push([at, count]);
      } else {
        const [at, count] = held.shift()!;
        for (let k = 1; k < count; k++) if (words[at + k] !== mine) throw new Error('somebody else has written');
        arena().free(at, count);
      }
    }
    for (const [at, count] of held) arena().free(at, count);
    Atomics.add(done, 0, 1);
  };
  const threads = [1, 2, 3].map((mine) => new Thread({ target: turn, args: [source, mine, done], daemon: true }));
  for (const thread of threads) thread.start();
  await Promise.all(threads.map((thread) => thread.join()));
  expect(done[0]).toBe(3);
});

test('pools give back what they had: they can be made again and again', async () => {
  const bytes = new Uint8Array(2 ** 20);
  const use = async (end: (pool: Pool) => void): Promise<void> => {
    const pool = new Pool({ processes: 1 });
    expect(await pool.apply(lengthOf, [bytes])).toBe(bytes.length);
    end(pool);
    await pool.join();
  };
  await use((pool) => pool.close());
  const before = arena().words[NEXT]!;
  for (let i = 0; i < 3; i++) await use((pool) => (i === 1 ? pool.close() : pool.terminate()));
  expect(arena().words[NEXT]! - before).toBe(0);
});
