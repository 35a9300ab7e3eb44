import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A package to compare with. */
export interface Rival<Module> {
  /** What it exports; `undefined` where `skip` says why. */
  readonly module: Module;
  /** Its version, for {@link Row.version}. */
  readonly version?: string | undefined;
  /** Why it cannot run, for {@link Row.skip}. */
  readonly skip?: string | undefined;
}

/**
 * Loads a package from the folder `bench/` at the root, where `pnpm bench:rivals` installs what benchmarks compare with.
 *
 * @param name - The name to import, for example `execa`.
 * @returns What it exports and its version, or the reason to skip it.
 * @example
 * import { alternate, rival } from '@prac/testing';
 * const { module, ...about } = await rival<{ x: (command: string) => Promise<unknown> }>('tinyexec');
 * await alternate([{ name: 'tinyexec', ...about, run: async () => void (await module.x('true')) }], { rounds: 1 });
 */
export async function rival<Module>(name: string): Promise<Rival<Module>> {
  const bench = join(import.meta.dirname, '../../../bench');
  const about = join(bench, 'node_modules', packageOf(name), 'package.json');
  if (!existsSync(about)) return { module: undefined as Module, skip: 'not installed, see `pnpm bench:rivals`' };
  const { default: load } = await import(pathToFileURL(join(bench, 'load.js')).href);
  const { version } = JSON.parse(readFileSync(about, 'utf8')) as { version: string };
  return { module: (await load(name)) as Module, version };
}

/** `@scope/name/subpath` is a part of `@scope/name`. */
function packageOf(name: string): string {
  const [first = name, second = ''] = name.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
