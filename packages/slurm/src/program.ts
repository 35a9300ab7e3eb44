import { isAbsolute, resolve } from 'node:path';
import { repr, ValueError } from '@prac/exceptions';
import type { Roots } from '@prac/pickle';
import { nodeArguments } from './internal/node-arguments.ts';

/** How jobs find this program on the nodes. */
export interface ProgramOptions {
  /**
   * Directories of this machine, and where the nodes have them: `{ '/home/me/app': '/scratch/me/app' }`. Of the program's files, of Node, and of the
   * directory of the run. @defaultValue all is under the same paths
   */
  readonly roots?: Roots | null | undefined;
  /** Node, on the nodes. @defaultValue the one that runs this program, by `roots` */
  readonly execPath?: string | null | undefined;
  /**
   * Whether a call fails if a file that it names is, on its node, not what it was here: it may have been edited since, or be another version.
   * @defaultValue true
   */
  readonly sourceHash?: boolean | null | undefined;
}

export const PROGRAM_OPTIONS = ['roots', 'execPath', 'sourceHash'] as const;

/** @throws {ValueError} for one that Slurm cannot write to: its patterns of names know no backslash. */
export function checkFolder(path: string): void {
  if (path.includes('\\'))
    throw new ValueError(`the directory of a run must have no backslash in its path, got ${repr(path)}`);
}

/** What jobs are told of it. */
export interface ProgramPlace {
  readonly roots: Roots;
  readonly execPath: string | undefined;
}

/** @throws {TypeError} for what they cannot be. */
export function checkProgram({ roots, execPath, sourceHash }: ProgramOptions): void {
  if (roots != null && (typeof roots !== 'object' || Array.isArray(roots)))
    throw new TypeError(`Expected roots to be an object of paths, got ${repr(roots)}`);
  for (const path of Object.entries(roots ?? {}).flat() as unknown[])
    if (typeof path !== 'string' || !isAbsolute(path))
      throw new TypeError(`Expected roots to have absolute paths, got ${repr(path)}`);
  if (execPath != null && (typeof execPath !== 'string' || execPath === ''))
    throw new TypeError(`Expected execPath to be a path, got ${repr(execPath)}`);
  if (sourceHash != null && typeof sourceHash !== 'boolean')
    throw new TypeError(`Expected sourceHash to be a boolean, got ${repr(sourceHash)}`);
}

/** Where the nodes have a file, or a directory, of this machine. */
export function onNodes(path: string, roots: Roots): string {
  const holds = (from: string): boolean => from === '/' || path === from || path.startsWith(`${from}/`);
  const all = Object.entries(roots).map(([from, to]) => [resolve(from), resolve(to)] as const);
  const best = all.filter(([from]) => holds(from)).sort(([a], [b]) => b.length - a.length)[0];
  return best === undefined ? path : resolve(`${best[1]}/${path.slice(best[0].length)}`);
}

/** From the nodes' point of view. */
export function back(roots: Roots): Roots {
  return Object.fromEntries(Object.entries(roots).map(([from, to]) => [to, from]));
}

/** The words that run one of this package's programs on a node. */
export function programWords({ roots, execPath }: ProgramPlace, program: string, path: string): string[] {
  const there = (word: string): string => (isAbsolute(word) ? onNodes(word, roots) : word);
  return [execPath ?? there(process.execPath), ...nodeArguments().map(there), there(program), there(path)];
}

/** The directory in which a job begins: this program's, if the nodes have it elsewhere. */
export function chdirOn(roots: Roots): { readonly chdir?: string } {
  const [here, there] = [process.cwd(), onNodes(process.cwd(), roots)];
  return here === there ? {} : { chdir: there };
}
