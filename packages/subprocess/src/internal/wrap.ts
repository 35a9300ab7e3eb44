import { readSync } from 'node:fs';
import type { Bytes } from './engines/engine.ts';
import type { Identity } from './identity.ts';
import type { Kernel } from './kernel.ts';

/*
 * What posix_spawn has no attribute for (another user or group, a umask) is done by programs that exec the command in the
 * end, so that the process id and the exit status are the command's own:
 *
 *   setpriv --reuid 1 --keep-groups --   /bin/sh -c SCRIPT   /bin/program arguments
 *
 * The shell, which is that user by then, looks whether the program may be executed, and says so through a pipe that closes
 * when the program begins: the parent, which reads the pipe, throws what CPython throws.
 *
 * The program sees its path as its name: these tools have no exec with another `argv[0]`.
 */

/** What the wrapper has to change. */
export interface Changes {
  readonly identity: Identity;
  readonly umask: number | undefined;
  readonly passFds: readonly number[];
}

/** A wrapped command. */
export interface Wrapped {
  readonly argv: readonly Bytes[];
  /** How the wrapper tells that the program may not be executed. */
  readonly report: Report;
}

/** The program that makes the changes; `undefined` if there is nothing to change. */
export function wrapperOf({ identity, umask }: Changes): string | undefined {
  if (setprivOptions(identity).length > 0) return 'setpriv';
  return umask === undefined ? undefined : '/bin/sh';
}

export function wrapCommand(
  kernel: Kernel,
  { identity, umask, passFds }: Changes,
  program: Bytes,
  args: readonly Bytes[],
): Wrapped {
  const report = new Report(kernel, passFds);
  const { childFd } = report;
  const script = [
    ...(childFd === undefined ? [] : [`test -x "$0" || { echo no >&${childFd}; exit 126; }`]),
    ...(umask === undefined ? [] : [`umask ${umask.toString(8)}`]),
    `exec "$0" "$@" ${childFd === undefined ? '' : `${childFd}>&-`}`,
  ].join('\n');
  const command = ['/bin/sh', '-c', script, program, ...args];
  const setpriv = setprivOptions(identity);
  return { argv: setpriv.length === 0 ? command : ['setpriv', ...setpriv, '--', ...command], report };
}

function setprivOptions({ uid, gid, groups }: Identity): string[] {
  if (uid === undefined && gid === undefined && groups === undefined) return [];
  const options: string[] = [];
  if (uid !== undefined) options.push('--reuid', String(uid));
  if (gid !== undefined) options.push('--regid', String(gid));
  if (groups === undefined) options.push('--keep-groups');
  else if (groups.length === 0) options.push('--clear-groups');
  else options.push('--groups', groups.join(','));
  return options;
}

/** The pipe between the wrapper and us; none where the engine has no plain pipes. */
export class Report {
  /** Its number in the child: one digit, all that a shell's redirections can name. */
  readonly childFd: number | undefined;
  readonly #kernel: Kernel;
  readonly #pipe: number[] | null;

  constructor(kernel: Kernel, taken: readonly number[]) {
    this.#kernel = kernel;
    this.#pipe = kernel.pipe();
    this.childFd = this.#pipe === null ? undefined : [9, 8, 7, 6, 5, 4, 3].find((fd) => !taken.includes(fd));
  }

  /** For `Launch.passed`. */
  get passed(): readonly (readonly [number, number])[] {
    return this.#pipe === null || this.childFd === undefined ? [] : [[this.#pipe[1]!, this.childFd]];
  }

  /** Waits until the program has begun, or may not: the time that starting it takes. True if it may not be executed. */
  isRefusal(): boolean {
    if (this.#pipe === null) return false;
    const [readEnd, writeEnd] = this.#pipe.splice(0);
    this.#kernel.close(writeEnd!);
    try {
      return readSync(readEnd!, Buffer.alloc(8)) > 0;
    } finally {
      this.#kernel.close(readEnd!);
    }
  }

  /** Closes what is still open. */
  close(): void {
    for (const fd of this.#pipe?.splice(0) ?? []) this.#kernel.close(fd);
  }
}
