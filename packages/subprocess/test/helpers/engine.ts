import { allowWarnings } from '@prac/testing';
import { beforeEach, type TestFunction, test } from 'vitest';

/** The engine that this run of the suite tests (vitest.config.ts). */
export const ENGINE = (process.env.PRAC_SUBPROCESS_ENGINE ?? 'posix-spawn') as keyof typeof DIFFERENCES;

/** What a child, or a pipe to it, can do; each with the reason why an engine cannot. */
export type Ability =
  | 'blocking pipes'
  | 'real pipes'
  | 'joining groups'
  | 'pipe sizes'
  | 'inherited descriptors'
  | 'ignored signals'
  | 'bytes as they are'
  | 'exec format errors'
  | 'opening pipes by name';

const BY_NODE = {
  'joining groups': 'spawn knows only `detached`, which makes a group (and a session)',
  'pipe sizes': 'F_SETPIPE_SZ needs fcntl',
  'inherited descriptors':
    'libuv closes nothing in the child: what has no FD_CLOEXEC is inherited, whatever closeFds says',
  'ignored signals': 'libuv resets all signals in the child',
  'opening pipes by name': 'a FIFO whose writer has gone cannot be opened any more, a socket never',
  'exec format errors': 'libuv gives a script without #! to the shell',
  'bytes as they are': 'spawn takes strings, and writes them as UTF-8',
} satisfies Partial<Record<Ability, string>>;

/** What an engine cannot do. engine-differences.test.ts asserts what happens instead; everything else must work. */
export const DIFFERENCES = {
  'posix-spawn': {},
  fifo: BY_NODE,
  'child-process': {
    ...BY_NODE,
    'blocking pipes': "Node's sockets are read and written by the event loop only",
    'real pipes': "Node's pipes are sockets",
  },
} satisfies Record<string, Partial<Record<Ability, string>>>;

export function can(ability: Ability): boolean {
  return !(ability in DIFFERENCES[ENGINE]);
}

/** A test of something that not every engine can do. */
export function testOf(ability: Ability, title: string, body: TestFunction): void {
  test.skipIf(!can(ability))(title, body);
}

if (process.env.PRAC_LIBC === 'node:ffi') beforeEach(() => allowWarnings(/FFI is an experimental feature/));
