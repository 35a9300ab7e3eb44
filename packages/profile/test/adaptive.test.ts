// Counts are exact however often a function is called; the times of hot functions are given out by what was seen of them.
import { type FunctionStats, Profile } from '@prac/profile';
import { describe, expect, test } from 'vitest';
import { CallTree } from '../src/internal/call-tree.ts';
import { selfTimes } from '../src/internal/spread.ts';
import { load } from './helpers/instrumented.ts';

/** Name, calls, primitive calls, and who has called how often. */
function countsOf(profile: Profile): unknown[] {
  profile.createStats();
  return [...profile.stats.values()].map(({ func, calls, primitiveCalls, callers }) => [
    func[2],
    calls,
    primitiveCalls,
    [...callers.values()].map(({ func, numbers }) => [func[2], (numbers as readonly number[]).slice(0, 2)]),
  ]);
}

const BUSY = `
function leaf(n) { return n + 1; }
function* numbers(n) { for (let i = 0; i < n; i++) yield leaf(i); }
function recursive(n) { return n === 0 ? leaf(0) : recursive(n - 1) + recursive(n - 1); }
function failing(n) { try { return thrower(n); } catch { return leaf(n); } }
function thrower(n) { if (n % 2) throw new Error('odd'); return n; }
async function waiting(n) { for (let i = 0; i < n; i++) await leaf(i); return n; }
return { run() {
  let sum = 0;
  for (let i = 0; i < 3000; i++) sum += leaf(i) + failing(i);
  for (const n of numbers(2500)) sum += n;
  sum += recursive(11);
  return sum;
}, waiting };`;

interface Busy {
  run(): number;
  waiting(n: number): Promise<number>;
}

describe('a function that is called very often', () => {
  test('is counted as exactly as others', async () => {
    const { run, waiting } = load<Busy>(BUSY);
    const counts: unknown[][] = [];
    const results: unknown[] = [];
    for (const mode of ['deterministic', 'adaptive', 'adaptive', 'deterministic'] as const) {
      const profile = new Profile({ mode });
      results.push([profile.runCall(run), await profile.runCall(waiting, 1500)]);
      counts.push(countsOf(profile));
    }
    expect(new Set(results.map(String)).size).toBe(1);
    for (const others of counts.slice(1)) expect(others).toEqual(counts[0]);
    const leaf = (counts[0] as unknown[][]).find(([name]) => name === 'leaf')!;
    expect(leaf.slice(0, 3)).toEqual(['leaf', 3000 + 1500 + 2500 + 2048 + 1500, 3000 + 1500 + 2500 + 2048 + 1500]);
  });

  test('has a part of the time, and the times of all make the whole', () => {
    const { run } = load<Busy>(BUSY);
    const profile = new Profile({ mode: 'adaptive' });
    for (let i = 0; i < 20; i++) profile.runCall(run);
    const stats = profile.getStats();
    const whole = stats.find(({ func }) => func[2] === 'run')!.cumtime;
    const sum = stats.reduce((total, { tottime }) => total + tottime, 0);
    expect(sum).toBeCloseTo(whole, 6);
    for (const { tottime, cumtime } of stats) expect(tottime >= 0 && cumtime >= tottime - 1e-9).toBe(true);
    expect(stats.find(({ func }) => func[2] === 'leaf')!.tottime).toBeGreaterThan(0);
  });

  test('that is suspended when the profiler ends is known to the next one', async () => {
    const { waiting } = load<Busy>(BUSY);
    const first = new Profile({ mode: 'adaptive' });
    first.enable();
    const pending = waiting(1200);
    first.disable();
    const second = new Profile({ mode: 'adaptive' });
    await second.runCall(() => pending);
    const [, ...rest] = await Promise.all([pending, second.runCall(waiting, 3)]);
    expect(rest).toEqual([3]);
    const entry = second.getStats().find(({ func }) => func[2] === 'waiting')!;
    expect([entry.calls, entry.resumes]).toEqual([1, 3]);
  });
});

test('more places than there is room for at first', () => {
  const names = Array.from({ length: 8 }, (_, i) => `f${i}`);
  const all = names.map((name) => `(d) => ${name}(d - 1)`).join(', ');
  const functions = names.map((name) => `function ${name}(d) { if (d > 0) for (const next of NEXT) next(d); }`);
  const { run } = load<{ run(): void }>(
    `const NEXT = [${all}]; ${functions.join('\n')} return { run() { for (const next of NEXT) next(6); } };`,
  );
  const profile = new Profile({ mode: 'adaptive' });
  profile.runCall(run);
  const stats = profile.getStats();
  const calls = (name: string): number =>
    stats.filter(({ func }) => func[2] === name).reduce((sum, { calls }) => sum + calls, 0);
  // Each of eight calls each of eight, six deep.
  const levels = [0, 1, 2, 3, 4, 5].map((depth) => 8 ** depth);
  expect(names.map(calls)).toEqual(names.map(() => levels.reduce((sum, level) => sum + level)));
  expect(calls('<lambda>')).toBe(8 * levels.reduce((sum, level) => sum + level));
});

describe('times', () => {
  /** A tree of nodes [parent, entries, self, seen]. */
  function treeOf(hotAfter: number, nodes: readonly (readonly [number, number, number, number])[]): CallTree {
    const tree = new CallTree(hotAfter, nodes.length + 1);
    for (const [i, [parent, entries, self, seen]] of nodes.entries()) {
      const node = tree.child(parent, i);
      tree.entries[node] = entries;
      tree.self[node] = self;
      tree.seen[node] = seen;
      tree.hasHot ||= entries >= hotAfter;
    }
    return tree;
  }
  const rounded = (tree: CallTree): number[] =>
    Array.from(selfTimes(tree).slice(1), (time) => Math.round(time * 1e6) / 1e6);

  test('are what was measured, where nothing is hot', () => {
    expect(rounded(treeOf(1000, [[0, 1, 0.5, 9], [1, 999, 0.25, 9]]))).toEqual([0.5, 0.25]); // biome-ignore format: a table
  });

  test('of a group are given out by what was seen; what was measured stays', () => {
    const tree = treeOf(1000, [[0, 1, 1, 0.1], [1, 5000, 0.01, 0.3], [2, 9000, 0.02, 0.1], [1, 3, 0.5, 0.7]]); // biome-ignore format: a table
    expect(rounded(tree)).toEqual([0.2, 0.61, 0.22, 0.5]);
  });

  test('what it takes to count is not theirs', () => {
    const nodes = [[0, 1, 1, 0.5], [1, 10_000, 0, 0.3]] as const; // biome-ignore format: a table
    const tree = treeOf(1000, nodes);
    tree.costs = { call: 2e-5, clock: 0 };
    // 9001 calls of 1 second, and of both of what was seen 0.1.
    const whole = 1 - 9001 * 2e-5;
    const [caller, callee] = selfTimes(tree).slice(1);
    expect(caller).toBeCloseTo((whole * 2) / 3, 4);
    expect(callee).toBeCloseTo(whole / 3, 4);
  });

  test('too short to be seen: as long as the first calls took', () => {
    const tree = treeOf(1000, [[0, 1, 0.01, 0], [1, 2998, 0.000999, 0]]); // biome-ignore format: a table
    expect(rounded(tree)).toEqual([0.008001, 0.002998]);
    const tooLong = treeOf(1000, [[0, 1, 0.001, 0], [1, 2998, 0.999, 0]]); // biome-ignore format: a table
    expect(rounded(tooLong)).toEqual([0, 1]);
  });

  test('a function is counted beyond the last integer', () => {
    const tree = new CallTree(1000, 2);
    const node = tree.child(0, 7);
    tree.entries[node] = 2 ** 31 - 1;
    tree.entries[node]!++;
    tree.lap(node);
    expect([tree.calls(node), tree.entries[node]! >= 1000]).toEqual([2 ** 31, true]);
  });
});

describe('options', () => {
  test('mode is one of two; a timer is for one of them', () => {
    expect(() => new Profile({ mode: 'quick' as never })).toThrow(
      /^Expected mode to be 'adaptive', 'deterministic' or 'sampling', got 'quick'$/,
    );
    expect(() => new Profile({ mode: 'adaptive', timer: () => 0 })).toThrow('a timer needs the mode deterministic');
    expect(() => new Profile({ subcalls: 1 as never })).toThrow('Expected subcalls to be a boolean, got 1');
  });

  test('subcalls: false records no callers', () => {
    const { run } = load<Busy>(BUSY);
    const profile = new Profile({ subcalls: false });
    profile.runCall(run);
    profile.createStats();
    const all: FunctionStats[] = [...profile.stats.values()];
    expect(all.map(({ callers }) => callers.size)).toEqual(all.map(() => 0));
    expect(all.length).toBeGreaterThan(4);
  });
});
