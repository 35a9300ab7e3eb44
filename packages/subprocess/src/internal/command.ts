import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { IndexError, ValueError } from '@prac/exceptions';
import type { Command, PathLike } from '../options.ts';
import { ShellCommand } from '../template-tags.ts';
import type { Bytes } from './engines/engine.ts';
import { fsEncode } from './fs-encode.ts';

/** The command as `argv`, and the program it names. */
export interface ParsedCommand {
  readonly argv: readonly Bytes[];
  readonly program: Bytes;
}

/**
 * Reads the command as CPython does: one string is one argument; with `shell` the arguments follow `/bin/sh -c`.
 *
 * @throws {TypeError} for an argument that is no string, bytes or URL.
 * @throws {ValueError} for an argument with a NUL.
 * @throws {IndexError} for an empty argument list.
 */
export function parseCommand(command: Command, shell: boolean, executable: PathLike | null | undefined): ParsedCommand {
  if (command instanceof ShellCommand) return parseCommand(command.command, true, executable);
  const isList = Array.isArray(command);
  if (!isList && shell && command instanceof URL)
    throw new TypeError('path-like args is not allowed when shell is true');
  const argv = ((isList ? command : [command]) as readonly PathLike[]).map((argument) => toBytes(argument));
  if (shell) {
    const sh = executable == null ? defaultShell() : toBytes(executable);
    const argvOfShell = [sh, ...(process.platform === 'win32' ? ['/d', '/s', '/c'] : ['-c']), ...argv];
    return { argv: argvOfShell, program: sh };
  }
  const [first] = argv;
  if (first === undefined) throw new IndexError('list index out of range');
  return { argv, program: executable == null ? first : toBytes(executable) };
}

function defaultShell(): string {
  return process.platform === 'win32' ? (process.env.comspec ?? 'cmd.exe') : '/bin/sh';
}

/** A path or argument as text or bytes. @throws {TypeError} {ValueError} */
export function toBytes(value: PathLike): Bytes {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new ValueError('embedded null byte');
    return fsEncode(value);
  }
  if (value instanceof Uint8Array) {
    if (value.includes(0)) throw new ValueError('embedded null byte');
    return value;
  }
  if (value instanceof URL) return fileURLToPath(value);
  throw new TypeError(`expected a string, bytes or a file URL, not ${inspect(value, { depth: 0 })}`);
}

/** The path as text, for messages and for Node's functions. */
export function toText(value: Bytes): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString();
}
