// Functions that go from process to process: the second one sends on what it has got.
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { dumps } from '@prac/pickle';

const k = 3;
const KEY = Symbol.for('prac.onwards');
class Counter {
  static #n = 5;
  static inc() {
    return ++Counter.#n;
  }
  [KEY]() {
    return k;
  }
}
const fns = [
  () => [Counter.inc(), new Counter()[KEY]()],
  () => import.meta.url.endsWith('onwards.mjs'),
  async (n) => (await import('./library.mjs')).double(n),
  () => Object.keys(path).includes('join'),
];

const begin = `import { dumps, loads } from '@prac/pickle'; import { readFileSync } from 'node:fs';
  const fns = await loads(readFileSync(0));`;
const run = (code, input) => {
  const args = ['--conditions=@prac/source', '--no-warnings', '--input-type=module', '-e', begin + code];
  return execFileSync(process.execPath, args, { input });
};
const onwards = run('process.stdout.write(dumps(fns))', dumps(fns));
console.log(String(run('console.log(JSON.stringify(await Promise.all(fns.map((fn) => fn(2)))))', onwards)).trim());
