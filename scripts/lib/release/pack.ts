import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pnpmCommand } from '../pnpm.ts';
import { inLanes, run } from '../run.ts';
import { publicFolders, readPackage } from '../workspace.ts';

/** A package as it would be published. */
export interface Tarball {
  readonly name: string;
  readonly folder: string;
  readonly path: string;
}

/** Packs every public package into a folder. */
export async function packAll(into: string): Promise<Tarball[]> {
  const jobs = publicFolders().map((folder) => async () => {
    const { name, version } = readPackage(folder);
    const packed = await run([...pnpmCommand(), 'pack', '--pack-destination', into], { cwd: folder });
    if (!packed.ok) throw new Error(`${name} cannot be packed:\n${packed.output}`);
    return { name, folder, path: join(into, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`) };
  });
  const tarballs = await inLanes(2, jobs);
  const there = await readdir(into);
  const lost = tarballs.find(({ path }) => !existsSync(path));
  if (lost) throw new Error(`Expected ${lost.path}, found ${there.join(', ')}`);
  return tarballs;
}

/** What must and must not be in a tarball. */
export async function contents({ name, folder, path }: Tarball): Promise<string[]> {
  const [list, manifest] = await Promise.all([
    run(['tar', '-tzf', path]),
    run(['tar', '-xzOf', path, 'package/package.json']),
  ]);
  const files = list.stdout
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));
  const json = manifest.stdout;
  const missing = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'].filter(
    (file) => !files.includes(file),
  );
  const stray = files.filter(
    (file) =>
      !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.*\.(js|d\.ts|js\.map)|dist\/internal\/[a-z]+-script\.cjs)$/.test(
        file,
      ),
  );
  const stale = files
    .filter((file) => file.endsWith('.d.ts'))
    .filter((file) => !existsSync(join(folder, sourceOf(file))));
  return [
    ...missing.map((file) => `lacks ${file}`),
    ...stray.map((file) => `has ${file}`),
    ...stale.map((file) => `has ${file}, whose source is gone: remove dist and build again`),
    ...['@prac/source', 'workspace:', 'catalog:']
      .filter((word) => json.includes(word))
      .map((word) => `still says ${word} in package.json`),
  ].map((line) => `${name}: its tarball ${line}`);
}

function sourceOf(file: string): string {
  return file.replace(/^dist\//, 'src/').replace(/\.d\.ts$/, '.ts');
}
