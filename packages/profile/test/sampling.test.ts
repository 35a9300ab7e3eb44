// Code that was loaded without the hook: V8 says what runs.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallerStats, Profile, Stats } from '@prac/profile';
import { expect, test } from 'vitest';
import { temporaryFolder } from './helpers/profiles.ts';

const folder = temporaryFolder();

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function caller(): number {
  return fib(20);
}

/** Runs until the function has been seen, called by the other one. (V8 may take that for a part of this one.) */
function seen(profile: Profile): void {
  const isCaller = ({ func }: CallerStats): boolean => func[2] === 'caller';
  do for (let i = 0; i < 50; i++) caller();
  while (!profile.getStats().some(({ func, callers }) => func[2] === 'fib' && [...callers.values()].some(isCaller)));
}

test('functions are seen, with those that have called them, from the profiler on', () => {
  const profile = new Profile({ mode: 'sampling' });
  profile.runCall(seen, profile);
  expect(profile.isSampled).toBe(true);
  const entries = profile.getStats();
  const of = (name: string) => entries.find(({ func }) => func[2] === name)!;
  expect(of('fib').func[0]).toMatch(/sampling\.test\.ts$/);
  expect(of('fib').primitiveCalls).toBeLessThan(of('fib').calls + 1);
  expect([...of('fib').callers.values()].map(({ func }) => func[2])).toContain('caller');
  expect(of('fib').cumtime).toBeGreaterThan(0); // that of its callers may be less: V8 takes one for another now and then
  // Nothing of the test runner, which has called all that.
  expect(new Set(entries.map(({ func }) => func[0]))).toEqual(new Set([of('fib').func[0]]));
  expect(profile.export('collapsed')).toContain('(caller);');
});

test('the report says so, also if something was counted, too', () => {
  const profile = new Profile({ mode: 'sampling' });
  profile.runCall(seen, profile);
  const lines: string[] = [];
  const stats = new Stats(profile, { stream: { write: (text: string) => lines.push(text) } });
  stats.sortStats('time').printStats();
  expect(lines.join('')).toMatch(/function calls .*\n {8}sampled: ncalls says how often a function was seen\./);
});

test('goes on, and is cleared', () => {
  const profile = new Profile({ mode: 'sampling' });
  profile.runCall(seen, profile);
  const calls = () => profile.getStats().find(({ func }) => func[2] === 'fib')!.calls;
  const before = calls();
  while (calls() === before) profile.runCall(seen, profile); // it is seen again
  profile.clear();
  expect([profile.getStats(), Profile.isActive]).toEqual([[], false]);
});

const PROGRAM = `
import { Profile } from '${new URL('../src/profile.ts', import.meta.url).href}';
function busy(n) { return n < 2 ? n : busy(n - 1) + busy(n - 2); }
const profile = new Profile(PRAC_OPTIONS);
try {
  profile.enable();
  for (let i = 0; i < 100; i++) busy(20);
  profile.disable();
  console.log(profile.isSampled, profile.getStats().some(({ func }) => func[2] === 'busy'));
} catch (error) {
  console.log(String(error), Profile.isActive);
}
`;

function node(args: readonly string[], options: string): string {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM.replace('PRAC_OPTIONS', options));
  const { stdout, stderr } = spawnSync(process.execPath, [...args, file], { encoding: 'utf8' });
  return stdout + stderr;
}

test('is what a profiler does where nothing was loaded through the hook', () => {
  expect(node([], '')).toBe('true true\n');
  expect(node([], "{ mode: 'adaptive' }")).toBe('false false\n');
  expect(node(['--import', new URL('../src/register.ts', import.meta.url).href], '')).toBe('false true\n');
});

test('needs the inspector, and says so', () => {
  const read = ['--permission', '--allow-fs-read=*'];
  expect(node(read, '')).toMatch(/^RuntimeError: nothing of this program was loaded through the hook, .* false\n/);
});
