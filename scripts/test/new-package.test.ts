import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../lib/workspace.ts';

// A copy of what new-package needs, so that the repository itself stays as it is.
const root = mkdtempSync(join(tmpdir(), 'new-package-'));
const folder = join(root, 'packages/park');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

beforeAll(() => {
  const parts = [
    'package.json',
    'pnpm-workspace.yaml',
    'tsconfig.base.json',
    'biome.json',
    '.gitignore',
    'LICENSE',
    'README.md',
  ];
  for (const part of [...parts, 'configs', 'template', 'scripts', 'packages/testing']) {
    cpSync(join(ROOT, part), join(root, part), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  symlinkSync(join(ROOT, 'scripts/node_modules'), join(root, 'scripts/node_modules'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('new-package', () => {
  test.each([
    { args: [], says: 'Usage: pnpm new-package <name> "<description>"' },
    {
      args: ['Park', 'How a thread waits'],
      says: 'Expected a name of lower-case letters, digits and single hyphens, got "Park"',
    },
    { args: ['../park', 'How a thread waits'], says: 'Expected a name' },
    { args: ['park'], says: 'Expected a description' },
    { args: ['testing', 'Already there'], says: 'packages/testing is there already' },
  ])('refuses $args', ({ args, says }) => {
    const { status, output } = run('new-package', ...args);
    expect(output).toContain(says);
    expect(status).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  test('makes a package that is checked, built and tested like any other', () => {
    expect(run('new-package', '@prac/park', 'How a thread waits')).toMatchObject({ status: 0 });
    mkdirSync(join(folder, 'node_modules/@prac'), { recursive: true });
    symlinkSync(join(root, 'packages/testing'), join(folder, 'node_modules/@prac/testing')); // as pnpm install would
    run('check-packages', '--write');
    expect(aboutPark(run('check-packages').output)).toEqual([]);
    for (const command of [
      [bin('tsc'), '-p', 'tsconfig.json'],
      [bin('tsx'), '../../scripts/build.ts'],
      [bin('vitest'), 'run'],
      [bin('biome'), 'check', '--vcs-enabled=false', '.'],
    ]) {
      expect({ command, ...start(command, folder) }).toMatchObject({ status: 0 });
    }
    expect(['index.js', 'index.d.ts'].filter((file) => existsSync(join(folder, 'dist', file)))).toHaveLength(2);
  }, 120_000);
});

function aboutPark(output: string): string[] {
  return output.split('\n').filter((line) => line.includes('packages/park'));
}

function run(script: string, ...args: string[]) {
  return start([bin('tsx'), `scripts/${script}.ts`, ...args], root);
}

function start([command = '', ...args]: string[], cwd: string): { status: number | null; output: string } {
  const { NODE_OPTIONS: _, VITEST: __, PATH, ...others } = process.env;
  const env = { ...others, PATH: `${join(root, 'node_modules/.bin')}:${PATH}` };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 60_000 });
  return { status, output: stdout + stderr };
}
