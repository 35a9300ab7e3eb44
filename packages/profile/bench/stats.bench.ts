// What a report costs: a profile of 20,000 functions is read, sorted and printed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionKey, type FunctionStats, Stats } from '@prac/profile';
import { alternate } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const count = quick ? 500 : 20_000;
const folder = mkdtempSync(join(tmpdir(), 'prac-profile-'));
const file = join(folder, 'big.prof');
bigProfile().dumpStats(file);

await alternate(
  [
    { name: 'read', run: () => void new Stats(file) },
    { name: 'read, sort, print', run: () => report() },
    { name: 'CPython: read', run: () => python('pstats.Stats(f)') },
    {
      name: 'CPython: read, sort, print',
      run: () => python('pstats.Stats(f, stream=o).sort_stats("cumulative", "name").print_stats().print_callers()'),
    },
  ],
  { title: `A profile of ${count} functions, 60,000 callers`, operations: 1, rounds: quick ? 1 : 5 },
);
rmSync(folder, { recursive: true });

function report(): void {
  const parts: string[] = [];
  const stream = { write: (part: string) => parts.push(part) };
  new Stats(file, { stream }).sortStats('cumulative', 'name').printStats().printCallers();
}

function bigProfile(): Stats {
  const keys = Array.from(
    { length: count },
    (_, i): FunctionKey => [`/src/module${i % 300}.ts`, i, `function${i % 977}`],
  );
  const stats = new Map<string, FunctionStats>();
  for (const [i, func] of keys.entries()) {
    const callers = [1, 7, 31].map((step) => keys[(i * step + 1) % count]!);
    stats.set(String(i), {
      func,
      primitiveCalls: i % 1000,
      calls: i % 1009,
      tottime: (i % 101) / 1000,
      cumtime: (i % 307) / 100,
      callers: new Map(callers.map((func, k) => [String(k), { func, numbers: [i, i, 0.25, 0.5] as const }])),
    });
  }
  return new Stats({ createStats() {}, stats });
}

/** CPython's seconds: it times itself. */
function python(statement: string): number {
  const program = `import io, pstats, sys, time
f, o = sys.argv[1], io.StringIO()
start = time.perf_counter()
${statement}
print(time.perf_counter() - start)`;
  return Number(execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }));
}
