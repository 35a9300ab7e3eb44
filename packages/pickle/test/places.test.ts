// Files that lie elsewhere where a pickle is read, or are others there. Directories stand for machines.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Pickler, Unpickler } from '@prac/pickle';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { node } from './helpers/run.ts';

const WORK = `
  import { step } from './step.mjs';
  export const where = () => import.meta.url;
  export class Point { constructor(x) { this.x = x; } }
  export const make = () => (n) => [n + step, import.meta.url];
`;
const WRITER = `
  import { writeFileSync } from 'node:fs';
  import { Pickler } from '@prac/pickle';
  const { file, pickle, options } = JSON.parse(process.env.ABOUT);
  const { where, Point, make } = await import(file);
  writeFileSync(pickle, new Pickler(options).dumps({ where, point: new Point(3), byValue: make() }));
`;
const READER = `
  import { readFileSync } from 'node:fs';
  import { Unpickler } from '@prac/pickle';
  const { pickle, options } = JSON.parse(process.env.ABOUT);
  for (const way of ['loads', 'loadsSync']) {
    try {
      const { where, point, byValue } = await new Unpickler(options)[way](readFileSync(pickle));
      console.log(where(), point.constructor.name, point.x, ...byValue(1));
    } catch (error) {
      console.log(error.name + ': ' + error.message);
    }
  }
`;

let folder: string;
let [here, there, pickle] = ['', '', ''];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'prac-places-')));
  [here, there, pickle] = [join(folder, 'my app'), join(folder, 'data/ü'), join(folder, 'pickle')];
  for (const [place, step] of [
    [here, 1],
    [there, 10],
  ] as const) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'work.mjs'), WORK);
    writeFileSync(join(place, 'step.mjs'), `export const step = ${step};`);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const urlOf = (place: string): string => pathToFileURL(join(place, 'work.mjs')).href;

function run(program: string, options: object): Promise<string> {
  const about = JSON.stringify({ file: urlOf(here), pickle, options });
  return node(['--input-type=module', '-e', program], { ABOUT: about });
}

const twice = (line: string): string => `${line}\n${line}\n`;

test('files are found where they are: by the reader, by the writer, or back again', async () => {
  const atHere = `${urlOf(here)} Point 3 2 ${urlOf(here)}`;
  const atThere = `${urlOf(there)} Point 3 11 ${urlOf(there)}`;
  expect(await run(WRITER, {})).toBe('');
  expect(await run(READER, {})).toBe(twice(atHere));
  expect(await run(READER, { roots: { '/nowhere': '/else', [folder]: '/wrong', [`${here}/`]: there } })).toBe(
    twice(atThere),
  );
  expect(await run(WRITER, { roots: { [here]: there } })).toBe('');
  expect(await run(READER, {})).toBe(twice(atThere));
  expect(await run(READER, { roots: { [there]: here } })).toBe(twice(atHere));
  expect(await run(READER, { roots: { '/': '/nowhere', [`${there}//`]: here } })).toBe(twice(atHere));
  expect(await run(READER, { roots: { [join(folder, 'dat')]: here } })).toBe(twice(atThere)); // no directory
  const elsewhere = join(folder, 'else');
  cpSync(there, join(elsewhere, there), { recursive: true });
  expect(await run(READER, { roots: { '/': elsewhere } })).toContain(
    `file://${elsewhere}${new URL(urlOf(there)).pathname}`,
  );
  expect(await run(WRITER, { roots: { [here]: join(elsewhere, there) } })).toBe('');
  expect(await run(READER, { roots: { [elsewhere]: '/' } })).toBe(twice(atThere));
});

test('a file that is another is refused, if the writer says which it means', async () => {
  const roots = { [here]: there };
  writeFileSync(join(there, 'work.mjs'), `${WORK}// changed`);
  await run(WRITER, { sourceHash: true });
  expect(await run(READER, {})).toContain('Point 3 2');
  expect(await run(READER, { roots })).toBe(
    twice(
      `UnpicklingError: ${join(there, 'work.mjs')} is not the file that was pickled with where: it was changed, or is another version`,
    ),
  );
  await run(WRITER, { sourceHash: false });
  expect(await run(READER, { roots })).toContain('Point 3 11');
  writeFileSync(join(there, 'work.mjs'), WORK);
  await run(WRITER, { sourceHash: true, roots });
  // What a function by value imports from a path is meant, too.
  expect(await run(READER, {})).toBe(
    twice(
      `UnpicklingError: ${join(there, 'step.mjs')} is not the file that was pickled with step: it was changed, or is another version`,
    ),
  );
  rmSync(join(there, 'work.mjs'));
  expect(await run(READER, {})).toContain(`UnpicklingError: cannot import ${urlOf(there)}`);
});

test.each([
  [{ 'some/where': '/there' }, "Expected roots to have absolute paths, got 'some/where'"],
  [{ '/here': 5 }, 'Expected roots to have absolute paths, got 5'],
  ['/here', "Expected roots to be an object of paths, got '/here'"],
])('roots: %o is refused', (roots, text) => {
  expect(() => new Pickler({ roots: roots as never })).toThrow(text);
  expect(() => new Unpickler({ roots: roots as never })).toThrow(text);
});
