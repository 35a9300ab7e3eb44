import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { repr } from '@prac/exceptions';
import { UnpicklingError } from '../errors.ts';
import type { GraphNode, ImportNode } from './graph.ts';

/*
 * Files that a graph names, where its reader is another machine: they may lie elsewhere there, and may be others.
 *
 *   file:///home/me/app/work.js ── roots: { '/home/me': '/data/me' } ──> file:///data/me/app/work.js ── its hash is the one that came along? ──> imported
 */

/** Directories, and which they are on the other side. */
export type Roots = Readonly<Record<string, string>>;

/** What a URL is on the other side. */
export type Move = (url: string) => string;

/** The longest of the directories that holds a file counts. @throws {TypeError} if they are no absolute paths. @internal */
export function moveOf(roots: Roots | null | undefined): Move | undefined {
  if (roots == null) return undefined;
  if (typeof roots !== 'object') throw new TypeError(`Expected roots to be an object of paths, got ${repr(roots)}`);
  const all = Object.entries(roots).map(([from, to]) => [prefixOf(from), prefixOf(to)] as const);
  all.sort(([a], [b]) => b.length - a.length);
  if (all.length === 0) return undefined;
  return (url) => {
    const found = all.find(([from]) => url === from || url.startsWith(`${from}/`));
    return found === undefined ? url : found[1] + url.slice(found[0].length);
  };
}

function prefixOf(path: unknown): string {
  if (typeof path !== 'string' || !isAbsolute(path))
    throw new TypeError(`Expected roots to have absolute paths, got ${repr(path)}`);
  return pathToFileURL(path).href.replace(/\/$/, ''); // of `/` that is `file://`
}

/** Names the files as the other side does. */
export function moveAll(nodes: readonly GraphNode[], move: Move): void {
  for (const node of nodes as readonly { t: unknown; u?: unknown; f?: unknown }[]) {
    if (node.t !== 'import' && node.t !== 'function' && node.t !== 'require') continue;
    if (typeof node.u === 'string') node.u = move(node.u);
    if (node.t === 'import' && typeof node.f === 'string') node.f = move(node.f);
  }
}

/** Has each reference say which file it means. */
export function addHashes(nodes: readonly GraphNode[]): void {
  for (const node of nodes) {
    if (node.t !== 'import') continue;
    const hash = hashOf(node);
    if (hash !== undefined) (node as { s?: string }).s = hash;
  }
}

/** @throws {UnpicklingError} if the file is not the one that was meant. */
export function checkHash(node: ImportNode): void {
  if (node.s === undefined) return;
  const hash = hashOf(node);
  if (hash === undefined || hash === node.s) return; // one that is not there: importing it says so
  throw new UnpicklingError(
    `${fileOf(node)} is not the file that was pickled with ${node.p.join('.')}: it was changed, or is another version`,
  );
}

/** A program has what a file was when it was first asked for. */
const hashes = new Map<string, string | undefined>();

function hashOf(node: ImportNode): string | undefined {
  const file = fileOf(node);
  if (file === undefined) return undefined;
  if (!hashes.has(file)) hashes.set(file, read(file));
  return hashes.get(file);
}

/** Of a reference to a file; packages have versions of their own. */
function fileOf({ u, f }: ImportNode): string | undefined {
  try {
    if (u.startsWith('file:')) return fileURLToPath(u);
    if (/^\.{1,2}\//.test(u) && f?.startsWith('file:')) return fileURLToPath(new URL(u, f));
  } catch {
    // no path: importing it says so
  }
  return undefined;
}

function read(file: string): string | undefined {
  try {
    const bytes = process.getBuiltinModule('node:fs').readFileSync(file);
    return process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('base64url');
  } catch {
    return undefined;
  }
}
