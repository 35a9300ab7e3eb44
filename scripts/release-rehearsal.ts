// pnpm release-rehearsal: what a release will do, up to the public registry. In a copy of the repository, changesets sets the
// versions and publishes to a registry on this machine; a scratch project installs from there and imports every package.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { installApart, pnpmCommand } from './lib/pnpm.ts';
import { startRegistry } from './lib/release/registry.ts';
import { type RunOptions, run } from './lib/run.ts';
import { publicFolders, ROOT, readPackage } from './lib/workspace.ts';

const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', '.turbo']);

const scratch = mkdtempSync(join(tmpdir(), 'prac-rehearsal-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const copy = join(scratch, 'copy');
const consumer = join(scratch, 'consumer');
const changeset = join(copy, 'node_modules/.bin/changeset');

installApart(join(ROOT, 'release'));
await using registry = await startRegistry(join(scratch, 'registry'));
console.log(`A registry listens at ${registry.url}`);

cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
const userconfig = join(scratch, 'npmrc');
writeFileSync(userconfig, registry.npmrc);
const env = { ...process.env, npm_config_userconfig: userconfig, NPM_CONFIG_USERCONFIG: userconfig, CI: 'true' };

await succeed('install the copy', [...pnpmCommand(), 'install', '--frozen-lockfile', '--offline'], { cwd: copy });
await repository();
await succeed('set the versions', [changeset, 'version'], { cwd: copy });
await succeed('build', [join(copy, 'node_modules/.bin/turbo'), 'run', 'build'], { cwd: copy });
await git('commit', '-qam', 'version packages');
await succeed('publish', [changeset, 'publish'], { cwd: copy, env: { ...env, npm_config_registry: registry.url } });

const packages = publicFolders(copy).map((folder) => readPackage(folder));
mkdirSync(consumer);
writeFileSync(join(consumer, '.npmrc'), registry.npmrc);
writeFileSync(join(consumer, 'pnpm-workspace.yaml'), JSON.stringify({ packages: ['.'], minimumReleaseAge: 0 }));
const dependencies = Object.fromEntries(packages.map(({ name, version = '' }) => [name, version]));
writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
await succeed('install from it', [...pnpmCommand(), 'install', '--no-optional', '--no-frozen-lockfile'], {
  cwd: consumer,
});
const program = packages.map(({ name }) => `await import('${name}');`).join('\n');
await succeed('import', [process.execPath, '--input-type=module', '--eval', program], { cwd: consumer });
console.log(
  `\nPublished and installed: ${Object.entries(dependencies)
    .map((each) => each.join('@'))
    .join(', ')}`,
);

/** changesets tags what it publishes, so it needs a repository. */
async function repository(): Promise<void> {
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-qm', 'copy');
}

async function git(...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost', '-c', 'commit.gpgsign=false'];
  const { ok, output } = await run(['git', ...identity, ...args], { cwd: copy });
  if (!ok) throw new Error(`git ${args[0]} fails:\n${output}`);
}

async function succeed(what: string, command: readonly [string, ...string[]], options: RunOptions): Promise<void> {
  const { ok, output } = await run(command, options);
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!ok) throw new Error(`It wrote\n${output}`);
}
