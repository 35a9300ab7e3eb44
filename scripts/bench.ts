// pnpm bench [filter]                       at the root: the benchmarks of all packages, one after the other
// pnpm --filter @prac/queue bench [filter]  in a package: its bench/*.bench.ts
//
// Benchmarks run against the built packages (no source condition), each as a process of its own of the project's Node.
// The filter is a part of the file's name.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageFolders, ROOT, readPackage } from './lib/workspace.ts';

const filter = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? '';
const here = process.cwd();
const folders = here === ROOT ? packageFolders() : [here];
const benches = folders.flatMap((folder) => benchesOf(folder).map((file) => ({ folder, file })));

if (benches.length === 0) {
  console.log(`No benchmark${filter && ` whose name has "${filter}"`} in ${relative(ROOT, here) || 'the workspace'}`);
  process.exit(filter ? 1 : 0);
}
const names = [...new Set(benches.map(({ folder }) => `--filter=${readPackage(folder).name}...`))];
run('turbo', ['run', 'build', '--output-logs=errors-only', '--no-update-notifier', ...names], ROOT);
const { NODE_OPTIONS: _, ...environment } = process.env;
for (const { folder, file } of benches) {
  console.log(`\n# ${relative(ROOT, join(folder, file))}\n`);
  run(process.execPath, ['--expose-gc', file], folder, environment);
}

function benchesOf(folder: string): string[] {
  const bench = join(folder, 'bench');
  if (!existsSync(bench)) return [];
  const files = readdirSync(bench).filter((name) => name.endsWith('.bench.ts') && name.includes(filter));
  return files.sort().map((name) => join('bench', name));
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): void {
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
