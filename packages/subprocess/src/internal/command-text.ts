import { repr } from '@prac/exceptions';

/** A command as Python's `'%s' % cmd` prints it: a string as it is, an argument list by its repr. */
export function commandText(cmd: unknown): string {
  return typeof cmd === 'string' ? cmd : repr(cmd);
}
