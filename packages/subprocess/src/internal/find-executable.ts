import { constants } from 'node:os';
import type { Bytes } from './engines/engine.ts';
import type { Kernel } from './kernel.ts';

/** Where programs are looked for when there is no PATH: Python's `os.defpath`. */
const DEFAULT_PATH = '/bin:/usr/bin';

/**
 * The files that a program's name may stand for: itself if it has a slash, else those in the directories of PATH that may be
 * executed. What cannot be told from here (a relative directory, with a `cwd`) is left for the child to find out.
 *
 * @returns The candidates in order, or the negative errno if there are none.
 */
export function findExecutable(kernel: Kernel, program: Bytes, path: string | undefined): readonly Bytes[] | number {
  if (process.platform === 'win32' || hasSlash(program)) return [program];
  let failure = -constants.errno.ENOENT;
  const candidates: Bytes[] = [];
  for (const directory of (path ?? DEFAULT_PATH).split(':')) {
    const file = join(directory, program);
    const answer = directory.startsWith('/') ? kernel.executable(file) : 0;
    if (answer === 0) candidates.push(file);
    else if (answer === -constants.errno.EACCES) failure = answer;
  }
  return candidates.length > 0 ? candidates : failure;
}

function hasSlash(program: Bytes): boolean {
  return typeof program === 'string' ? program.includes('/') : program.includes(0x2f);
}

function join(directory: string, program: Bytes): Bytes {
  const prefix = `${directory === '' ? '.' : directory}/`;
  return typeof program === 'string' ? prefix + program : Buffer.concat([Buffer.from(prefix), program]);
}
