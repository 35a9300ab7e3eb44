import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolders, ROOT, readPackage } from '../workspace.ts';
import type { Program } from './program.ts';

/** A folder outside the repository in which every program is a file that can import every package and every library. */
export interface Scratch extends Disposable {
  readonly folder: string;
  readonly paths: readonly string[];
}

export function writeScratch(programs: readonly Program[]): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'prac-examples-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@prac'), { recursive: true });
  for (const each of packageFolders()) symlinkSync(each, join(modules, readPackage(each).name));
  const installed = readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.') && name !== '@prac');
  for (const each of installed) symlinkSync(join(ROOT, 'node_modules', each), join(modules, each));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const paths = programs.map(({ text }, i) => {
    const path = join(folder, `${i}.ts`);
    writeFileSync(path, text);
    return path;
  });
  return { folder, paths, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Compiles all programs in one go, against the packages' sources. */
export function compile({ folder }: Scratch, programs: readonly Program[]): string[] {
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      customConditions: ['@prac/source'],
      isolatedDeclarations: false,
      moduleDetection: 'force',
    },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--pretty', 'false', '-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return [];
  return stdout
    .trim()
    .split('\n')
    .map((line) =>
      line.replace(/^(\d+)\.ts\((\d+),(\d+)\)/, (_, i, at, column) => {
        const { file, line } = programs[Number(i)]!;
        return `${file}:${line + Number(at) - 1}:${column}`;
      }),
    );
}
