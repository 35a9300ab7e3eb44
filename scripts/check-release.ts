// pnpm check-release: packs what would be published and looks at it as a user's project would. publint and attw read the
// tarballs; a scratch project installs them, imports every entry point on Node 22 and 26, and type-checks.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installApart } from './lib/pnpm.ts';
import { consume } from './lib/release/consumer.ts';
import { contents, packAll, type Tarball } from './lib/release/pack.ts';
import { inLanes, run } from './lib/run.ts';
import { ROOT } from './lib/workspace.ts';

const tools = join(ROOT, 'release/node_modules/.bin');
const scratch = mkdtempSync(join(tmpdir(), 'prac-release-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

installApart(join(ROOT, 'release'));
const built = await run([join(ROOT, 'node_modules/.bin/turbo'), 'run', 'build', '--output-logs=errors-only'], {
  cwd: ROOT,
});
if (!built.ok) throw new Error(`The build fails:\n${built.output}`);

const packed = join(scratch, 'tarballs');
mkdirSync(packed);
const tarballs = await packAll(packed);
const checks = tarballs.flatMap((tarball) => [() => contents(tarball), () => publint(tarball), () => attw(tarball)]);
const violations = [...(await inLanes(2, checks)).flat(), ...(await consume(join(scratch, 'consumer'), tarballs))];
for (const line of violations) console.error(line);
console.log(`${tarballs.length} packages packed, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;

async function publint({ name, path }: Tarball): Promise<string[]> {
  const { ok, output } = await run([join(tools, 'publint'), path, '--strict']);
  // "repository" is left out until the public home of the code is known.
  const found = output.split('\n').filter((line) => /^\s*\d+\./.test(line) && !line.includes('repository'));
  return found.length > 0 || (!ok && !output.includes('repository')) ? [`${name}: publint says\n${output}`] : [];
}

async function attw({ name, path }: Tarball): Promise<string[]> {
  const { ok, output } = await run([
    join(tools, 'attw'),
    path,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-color',
    '--no-emoji',
  ]);
  return ok ? [] : [`${name}: attw says\n${output}`];
}
