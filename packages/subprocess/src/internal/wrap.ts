import type { Bytes } from './engines/engine.ts';
import type { Identity } from './identity.ts';

/**
 * Puts before a command what posix_spawn has no attribute for: another user or group (setpriv), a umask (the shell). Each
 * ends in an exec of the next, so that the process id and the exit status are the command's own.
 *
 *   /bin/sh -c 'umask 077; exec "$@"' sh   setpriv --reuid 1 --regid 1 --keep-groups --   /bin/program arguments
 *
 * The program then sees its path as its name: there is no exec with another `argv[0]` in these tools.
 */
export function wrapCommand(
  program: Bytes,
  args: readonly Bytes[],
  { uid, gid, groups }: Identity,
  umask: number | undefined,
): readonly Bytes[] | undefined {
  let command: readonly Bytes[] | undefined;
  if (uid !== undefined || gid !== undefined || groups !== undefined) {
    const options: string[] = [];
    if (uid !== undefined) options.push('--reuid', String(uid));
    if (gid !== undefined) options.push('--regid', String(gid));
    if (groups === undefined) options.push('--keep-groups');
    else options.push(...(groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')]));
    command = ['setpriv', ...options, '--', program, ...args];
  }
  if (umask === undefined) return command;
  return ['/bin/sh', '-c', `umask ${umask.toString(8)}; exec "$@"`, 'sh', ...(command ?? [program, ...args])];
}
