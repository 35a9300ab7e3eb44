// Each mutation of a good package breaks one rule of check-packages.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPackage } from '../lib/package.ts';
import { dependencies } from '../lib/rules/dependencies.ts';
import { documents } from '../lib/rules/documents.ts';
import { manifest } from '../lib/rules/manifest.ts';
import { sources } from '../lib/rules/sources.ts';
import { tests } from '../lib/rules/tests.ts';
import { ROOT } from '../lib/workspace.ts';

let root = '';
let folder = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rules-'));
  folder = join(root, 'template');
  const filter = (path: string) => basename(path) !== 'node_modules';
  cpSync(join(ROOT, 'template'), folder, { recursive: true, filter });
  for (const file of ['package.json', 'LICENSE']) cpSync(join(ROOT, file), join(root, file));
});
afterEach(() => rmSync(root, { recursive: true }));

test('the template keeps all rules', () => {
  expect(violations()).toEqual([]);
});

const mutations: [says: string, file: string, change: (text: string) => string][] = [
  ['expected license to be "MIT"', 'package.json', (text) => text.replace('MIT', 'ISC')],
  ['expected engines to be', 'package.json', (text) => text.replace('>=22.18', '>=18')],
  [
    'expected sideEffects to be false, got nothing',
    'package.json',
    (text) => text.replace('"sideEffects": false,', ''),
  ],
  ['expected private to be true', 'package.json', (text) => text.replace('"private": true,', '')],
  ['expected exports["."] to be', 'package.json', (text) => text.replace('./dist/index.d.ts', './dist/main.d.ts')],
  [
    'expected publishConfig to be',
    'package.json',
    (text) => text.replace('"access": "public"', '"access": "restricted"'),
  ],
  ['expected scripts.build to be "tsx', 'package.json', (text) => text.replace(/tsx [^"]*build.ts/, 'tsup')],
  [
    'expected a description',
    'package.json',
    (text) => text.replace(/"description": ".*"/, '"description": "It greets."'),
  ],
  ['to be "workspace:^", got "workspace:*"', 'package.json', (text) => text.replace('workspace:^', 'workspace:*')],
  [
    'declares yaml, which nothing imports',
    'package.json',
    (text) => text.replace('"devDep', '"dependencies": { "yaml": "catalog:" },\n"devDep'),
  ],
  ['LICENSE: is not a copy', 'LICENSE', (text) => text.replace('MIT', 'ISC')],
  ['expected the title "# @prac/template"', 'README.md', (text) => text.replace('# @prac/template', '# Template')],
  ['expected the line "    npm install @prac/template"', 'README.md', (text) => text.replace('npm install', 'npm i')],
  ['expected the markers', 'README.md', (text) => text.replace('<!-- /example -->', '')],
  ['expected the line "[Changelog](./CHANGELOG.md)"', 'README.md', (text) => text.replace('Changelog', 'Changes')],
  ['expected at most 150 lines', 'README.md', (text) => `${text}${'\n'.repeat(150)}`],
  [
    'tsconfig.json: expected "extends"',
    'tsconfig.json',
    (text) => text.replace('../tsconfig.base.json', './mine.json'),
  ],
  ['src/index.ts: has more than re-exports', 'src/index.ts', (text) => `${text}console.log(1);\n`],
  ['src/index.ts: declares something', 'src/index.ts', (text) => `${text}export const one = 1;\n`],
  ['src/index.ts: export * hides', 'src/index.ts', () => `export * from './greet.ts';\n`],
  ['401 lines; split it', 'src/long.ts', () => '\n'.repeat(401)],
  ['outside the package', 'src/greet.ts', (text) => `import '../../packages/queue/src/index.ts';\n${text}`],
  ['imports ./other without its ending .ts', 'src/greet.ts', (text) => `import './other';\n${text}`],
  ['expected node:fs', 'src/greet.ts', (text) => `import 'fs';\n${text}`],
  [
    'imports koffi, which package.json does not declare',
    'src/greet.ts',
    (text) => `const koffi = await import('koffi');\n${text}`,
  ],
  [
    'imports vitest, which package.json does not declare',
    'src/greet.ts',
    (text) => `import type {} from 'vitest';\n${text}`,
  ],
  ['imports its own package by name', 'src/greet.ts', (text) => `import '@prac/template';\n${text}`],
  ['test/empty.test.ts: asserts nothing', 'test/empty.test.ts', () => `test('runs', () => {});\n`],
  ['has test.only', 'test/greet.test.ts', (text) => text.replace('test(', 'test.only(')],
  ['has test.skip', 'test/greet.test.ts', (text) => text.replace('test(', 'test.skip(')],
];

describe('a package is refused when', () => {
  test.each(mutations)('%s', (says, file, change) => {
    mutate(file, change);
    expect(violations()).toContainEqual(expect.stringContaining(says));
  });

  test('its floor is not above that of what it imports', () => {
    mutate('package.json', (text) =>
      text
        .replace('@prac/template', '@prac/sync')
        .replace('"devDep', '"dependencies": { "@prac/queue": "workspace:^" },\n"devDep'),
    );
    mutate('src/greet.ts', (text) => `import type {} from '@prac/queue';\n${text}`);
    expect(violations().join('\n')).toContain('@prac/queue is on floor 3, not below floor 2');
  });
});

test('a long file is accepted with its reason in the first comment', () => {
  mutate('src/long.ts', () => `// Long because it is one state machine.\n${'\n'.repeat(401)}`);
  expect(violations()).toEqual([]);
});

test('with write, the licence is copied', () => {
  mutate('LICENSE', () => '');
  expect(documents(openPackage(folder, root), { write: true, root })).toEqual([]);
  expect(violations()).toEqual([]);
});

function mutate(file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  const before = file.endsWith('long.ts') || file.endsWith('empty.test.ts') ? '' : readFileSync(path, 'utf8');
  writeFileSync(path, change(before));
}

function violations(): string[] {
  const pkg = openPackage(folder, root);
  return [manifest, dependencies, documents, sources, tests].flatMap((rule) => rule(pkg, { write: false, root }));
}
