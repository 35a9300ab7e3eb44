// What functions cost on their way, by reference and by value; what the first one costs a fresh process; and the four costs of
// asking the inspector: the first time, later, what is left behind, memory.
import { execFileSync } from 'node:child_process';
import { dumps, loadsSync, Pickler, Unpickler } from '@prac/pickle';
import { alternate, type Row } from '@prac/testing';
import { double } from './library.ts';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 7;
const many = quick ? 20 : 2_000;
const factor = 3;
const helper = (n: number): number => n * factor;
const closure = (n: number): number => helper(n) + 1;
const lambda = (n: number): number => n * factor;

const times = (count: number, body: () => unknown) => (): void => {
  for (let i = 0; i < count; i++) body();
};
const [pickler, unpickler] = [new Pickler({ remember: true }), new Unpickler({ remember: true })];
unpickler.loadsSync(pickler.dumps(lambda));
const bytes = { double: dumps(double), lambda: dumps(lambda), closure: dumps(closure) };

await alternate(
  [
    { name: 'dumps, by reference', run: times(many, () => dumps(double)) },
    { name: 'dumps, a lambda by value', run: times(many, () => dumps(lambda)) },
    { name: 'dumps, a closure and its helper', run: times(many, () => dumps(closure)) },
    { name: 'dumps, a lambda the receiver has', run: times(many, () => pickler.dumps(lambda)) },
    { name: 'loadsSync, by reference', run: times(many, () => loadsSync(bytes.double)) },
    { name: 'loadsSync, a lambda by value', run: times(many, () => loadsSync(bytes.lambda)) },
    { name: 'loadsSync, a closure and its helper', run: times(many, () => loadsSync(bytes.closure)) },
    { name: 'CPython pickle.dumps, by reference', run: () => pythonDumps(many) },
  ],
  { title: 'A function', operations: many, rounds },
);

function pythonDumps(count: number): number {
  const program = `import pickle, time, os.path
start = time.perf_counter()
for _ in range(${count}): pickle.dumps(os.path.join)
print(time.perf_counter() - start)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

const package_ = import.meta.resolve('@prac/pickle');
const importFrom = (file: string): string =>
  `import { double } from ${JSON.stringify(new URL(file, import.meta.url).href)};`;
const fresh =
  (code: string, imports = ''): Row['run'] =>
  () => {
    const program = `import { dumps } from ${JSON.stringify(package_)}; ${imports}
    const before = process.memoryUsage.rss(); const start = performance.now(); ${code}; console.log(performance.now() - start, process.memoryUsage.rss() - before)`;
    const said = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    memory.push(Number(said.split(' ')[1]));
    return Number(said.split(' ')[0]) / 1000;
  };
const memory: number[] = [];
await alternate(
  [
    { name: 'the first dumps, of a function by reference', run: fresh('dumps(double)', importFrom('./plain.mjs')) },
    // Node's own TypeScript stripper is a big script, which the inspector is told of, too.
    { name: 'the same in a program of TypeScript', run: fresh('dumps(double)', importFrom('./library.ts')) },
    { name: 'the first dumps, of a lambda', run: fresh('const k = 1; dumps((n) => n + k)') },
    {
      name: 'a second one, of another script',
      run: fresh(
        'dumps((n) => n); const f = new Function("return (n) => n + 1")(); globalThis.x = performance.now(); dumps(f)',
      ),
    },
    { name: 'the first dumps, of data', run: fresh('dumps({ a: [1] })') },
    { name: 'import of the package', run: importing(package_) },
    { name: 'import of an empty module', run: importing('data:text/javascript,') },
  ],
  { title: 'In a fresh process', rounds: quick ? 1 : 9 },
);
console.log(`\nMemory that the first dumps takes: ${(median(memory) / 2 ** 20).toFixed(1)} MiB (median of all rows).`);

function importing(url: string): Row['run'] {
  return () => {
    const program = `const start = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - start)`;
    return (
      Number(
        execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], { encoding: 'utf8' }),
      ) / 1000
    );
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

// What is left behind: in processes of their own, one with and one without a function that was pickled before.
const work = `
  const start = performance.now();
  for (let i = 0; i < ${quick ? 1_000 : 300_000}; i++) await null;
  const awaited = performance.now();
  for (let i = 0; i < ${quick ? 100 : 3_000}; i++) new Function('a', 'return a + ' + i)(1);
  const evaluated = performance.now();
  let sum = 0;
  for (let i = 0; i < ${quick ? 1_000 : 30_000_000}; i++) sum += (i ^ (i >> 3)) % 7;
  const computed = performance.now();
  console.log(awaited - start, evaluated - awaited, computed - evaluated)`;
for (const [index, title] of ['awaiting', 'new Function', 'computing'].entries()) {
  const measured =
    (before: string): Row['run'] =>
    () => {
      const program = `import { dumps } from ${JSON.stringify(package_)}; const k = 1; ${before}; ${work}`;
      const said = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
        encoding: 'utf8',
      });
      return Number(said.split(' ')[index]) / 1000;
    };
  await alternate(
    [
      { name: 'after dumps of a lambda', run: measured('dumps((n) => n + k)') },
      { name: 'without', run: measured('dumps(1)') },
    ],
    { title: `What is left behind: ${title}`, rounds: quick ? 1 : 5 },
  );
}
