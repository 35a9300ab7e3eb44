import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT: string = resolve(import.meta.dirname, '../..');

/** The fields of a package.json that the scripts look at. */
export interface PackageJson {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The folders of all packages, absolute: packages/*, apps/*, template. */
export function packageFolders(root: string = ROOT): string[] {
  const parents = ['packages', 'apps'].map((name) => join(root, name)).filter((folder) => existsSync(folder));
  const children = parents.flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)));
  return [...children, join(root, 'template')].filter((folder) => existsSync(join(folder, 'package.json'))).sort();
}

export function readPackage(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

/** The folders of the packages that are published. */
export function publicFolders(root: string = ROOT): string[] {
  return packageFolders(root).filter((folder) => readPackage(folder).private !== true);
}
