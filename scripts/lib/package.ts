import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import { type PackageJson, ROOT, readPackage } from './workspace.ts';

/** A package as the rules of check-packages see it. */
export interface Package {
  readonly folder: string;
  /** The folder as seen from the root, with `/`: `packages/queue`. */
  readonly path: string;
  readonly json: PackageJson;
  readonly name: string;
  /** Private packages hold tests; apps run from source; the template is held to all rules of public packages but one. */
  readonly kind: 'public' | 'private' | 'app' | 'template';
  /** The way up to the root: `../..`. */
  readonly up: string;
  /** The path of each TypeScript file, as seen from the package. */
  readonly files: readonly string[];
}

/** A rule: looks at a package and answers one line per violation. With `write` it mends what can be mended. */
export type Rule = (pkg: Package, options: { readonly write: boolean; readonly root: string }) => string[];

export function openPackage(folder: string, root: string = ROOT): Package {
  const path = relative(root, folder).replaceAll('\\', '/');
  const json = readPackage(folder);
  const kind =
    path === 'template' ? 'template' : path.startsWith('apps/') ? 'app' : json.private ? 'private' : 'public';
  const files = globSync('{src,test,bench,examples}/**/*.ts', { cwd: folder }).sort();
  return { folder, path, json, name: json.name, kind, up: path === 'template' ? '..' : '../..', files };
}

/** Whether readers outside the house will see this package. */
export function isShown({ kind }: Package): boolean {
  return kind === 'public' || kind === 'template';
}

export function read({ folder }: Package, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
