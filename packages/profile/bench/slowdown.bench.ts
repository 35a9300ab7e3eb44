// What it costs to be profiled, and how true the shares of the time are: a program with very many calls, and one that waits.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { alternate } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 5;
const repeats = quick ? 2 : 100; // V8 compiles what is hot anew when a profiler comes: that takes some tenths of a second

interface Run {
  readonly seconds: number;
  readonly calls: number;
  /** Seconds by section. */
  readonly shares: Readonly<Record<string, number>>;
}

const seen = new Map<string, Run[]>();
const sample = (name: string): string => fileURLToPath(new URL(`samples/${name}`, import.meta.url));

function remembered(name: string, text: string): number {
  const run = JSON.parse(text) as Run;
  seen.set(name, [...(seen.get(name) ?? []), run]);
  return run.seconds;
}

function node(name: string, program: string, how: string, isHooked: boolean): number {
  const hook = isHooked ? ['--import', '@prac/profile/register'] : [];
  const args = [...hook, sample(program), how, String(repeats)];
  return remembered(name, execFileSync(process.execPath, args, { encoding: 'utf8', cwd: sample('.') }));
}

function python(name: string, how: string): number {
  const args = [sample('workload.py'), how, String(Math.ceil(repeats / 20))];
  return remembered(name, execFileSync('python3', args, { encoding: 'utf8' }));
}

await alternate(
  [
    { name: 'Node', run: () => node('plain', 'run.mjs', 'plain', false) },
    { name: 'instrumented, not profiled', run: () => node('idle', 'run.mjs', 'idle', true) },
    { name: 'Profile', run: () => node('adaptive', 'run.mjs', 'adaptive', true) },
    { name: 'Profile, deterministic', run: () => node('deterministic', 'run.mjs', 'deterministic', true) },
    { name: 'CPython', run: () => python('python', 'plain') },
    { name: 'CPython, cProfile', run: () => python('cProfile', 'profile') },
  ],
  { title: 'Very many calls', operations: 1, rounds },
);

await alternate(
  [
    { name: 'Node', run: () => node('waiting', 'waits.mjs', 'plain', false) },
    { name: 'Profile', run: () => node('waiting, profiled', 'waits.mjs', 'adaptive', true) },
  ],
  { title: 'A program that waits for files and a server', operations: 1, rounds },
);

/** Half of what the shares of all sections are wrong by, against the mean of those that were not profiled; in hundredths. */
function shareErrors(of: string, truth: string): number[] {
  const shares = (seen.get(truth) ?? []).map(sharesOf);
  const mean = (name: string): number => shares.reduce((sum, share) => sum + share[name]!, 0) / shares.length;
  return (seen.get(of) ?? [])
    .map(sharesOf)
    .map((run) => 50 * Object.keys(run).reduce((sum, name) => sum + Math.abs(run[name]! - mean(name)), 0))
    .sort((a, b) => a - b);
}

function sharesOf({ shares }: Run): Record<string, number> {
  const whole = Object.values(shares).reduce((sum, share) => sum + share);
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share / whole]));
}

console.log('### How wrong the shares are, in hundredths: median, least, most\n');
for (const [of, truth] of [
  ['plain', 'plain'],
  ['adaptive', 'plain'],
  ['deterministic', 'plain'],
  ['python', 'python'],
  ['cProfile', 'python'],
] as const) {
  const errors = shareErrors(of, truth).map((error) => error.toFixed(1));
  console.log(`${of}: ${errors[errors.length >> 1]}, ${errors[0]}, ${errors.at(-1)}`);
}
