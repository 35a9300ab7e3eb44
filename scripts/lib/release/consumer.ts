import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pnpmCommand } from '../pnpm.ts';
import { run } from '../run.ts';
import { ROOT, readPackage } from '../workspace.ts';
import type { Tarball } from './pack.ts';

const NODE22 = join(ROOT, 'release/node_modules/node22/bin/node');

/** Every subpath a user can import. */
function entryPoints(tarballs: readonly Tarball[]): string[] {
  return tarballs.flatMap(({ name, folder }) => {
    const subpaths = Object.keys(readPackage(folder).exports as object).filter(
      (subpath) => subpath !== './package.json',
    );
    return subpaths.map((subpath) => name + subpath.slice(1));
  });
}

/** A project that depends on what would be published; it has no optional dependencies, so that no import may need them. */
export async function consume(folder: string, tarballs: readonly Tarball[]): Promise<string[]> {
  mkdirSync(folder);
  const files = Object.fromEntries(tarballs.map(({ name, path }) => [name, `file:${path}`]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: files }));
  // They depend on each other by versions that no registry has yet.
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify({ packages: ['.'], overrides: files }));
  const installed = await run([...pnpmCommand(), 'install', '--no-optional', '--no-frozen-lockfile'], { cwd: folder });
  if (!installed.ok) return [`the tarballs cannot be installed:\n${installed.output}`];
  const names = entryPoints(tarballs);
  const results = [];
  for (const [node, path] of [
    ['26', process.execPath],
    ['22', NODE22],
  ] as const) {
    for (const name of names) results.push(...(await imports(folder, name, node, path)));
  }
  return [...results, ...(await examples(folder, tarballs)), ...(await typeChecks(folder, names))];
}

async function imports(cwd: string, name: string, version: string, node: string): Promise<string[]> {
  const program = `import * as it from '${name}'; if (Object.keys(it).length === 0) throw new Error('it exports nothing');`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { ok, output } = await run([node, '--input-type=module', '--eval', program], { cwd, env, timeout: 20 });
  if (ok && output === '') return [];
  return [`${name}: on Node ${version} its import ${ok ? 'prints' : 'fails with'}\n${output}`];
}

/** What the documents show works with what is published, not only with the sources. */
async function examples(cwd: string, tarballs: readonly Tarball[]): Promise<string[]> {
  const violations: string[] = [];
  for (const { name, folder } of tarballs) {
    const program = `${name.replace('@prac/', '')}.ts`;
    cpSync(join(folder, 'examples/first.ts'), join(cwd, program));
    const { ok, output } = await run([process.execPath, program], { cwd, timeout: 20 });
    if (!ok) violations.push(`${name}: examples/first.ts fails with\n${output}`);
  }
  return violations;
}

/** The declarations themselves are checked, too (no skipLibCheck). */
async function typeChecks(cwd: string, names: readonly string[]): Promise<string[]> {
  const program = names.map(
    (name, i) => `import * as m${i} from '${name}';\nexport const k${i}: string[] = Object.keys(m${i});\n`,
  );
  writeFileSync(join(cwd, 'consumer.ts'), program.join(''));
  const types = join(cwd, 'node_modules/@types');
  mkdirSync(types, { recursive: true });
  for (const each of readdirSync(join(ROOT, 'node_modules/@types'))) {
    symlinkSync(join(ROOT, 'node_modules/@types', each), join(types, each));
  }
  const flags = [
    '--strict',
    '--noEmit',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--lib',
    'es2024,esnext.disposable,esnext.iterator',
    '--types',
    'node',
  ];
  const { ok, output } = await run(
    [join(ROOT, 'node_modules/.bin/tsc'), '--pretty', 'false', ...flags, 'consumer.ts'],
    { cwd },
  );
  return ok ? [] : [`a program that imports everything has type errors:\n${output}`];
}
