import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that users install. */
export interface PublicPackage {
  readonly name: string;
  readonly folder: string;
  /** What can be imported: the name, and the name with each subpath. */
  readonly entries: readonly string[];
}

const PACKAGES = join(import.meta.dirname, '../..');

/** Lists the packages of this repository that are published. */
export function publicPackages(): PublicPackage[] {
  const folders = readdirSync(PACKAGES).map((name) => join(PACKAGES, name));
  return folders.flatMap((folder) => {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) return [];
    const json = JSON.parse(readFileSync(file, 'utf8')) as { name: string; private?: boolean; exports: object };
    if (json.private) return [];
    const subpaths = Object.keys(json.exports).filter((subpath) => subpath !== './package.json');
    return [{ name: json.name, folder, entries: subpaths.map((subpath) => json.name + subpath.slice(1)) }];
  });
}
