import { readFileSync } from 'node:fs';
import { KeyError, OverflowError, PermissionError, repr, ValueError } from '@prac/exceptions';

/** As whom a child runs, as numbers; `undefined` for no change. */
export interface Identity {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly groups: readonly number[] | undefined;
}

/** The options `user`, `group`, `extraGroups` and `umask`. */
export interface IdentityOptions {
  readonly user?: string | number | null | undefined;
  readonly group?: string | number | null | undefined;
  readonly extraGroups?: readonly (string | number)[] | null | undefined;
}

const LARGEST_ID = 0xffffffff - 1; // the last is (uid_t) -1, which means no change

/**
 * Reads and checks the options.
 *
 * @throws {TypeError} {ValueError} {OverflowError} {KeyError} as CPython does.
 * @throws {PermissionError} if this process may not change its identity: setpriv would say so only in the child.
 */
export function identityOf({ user, group, extraGroups }: IdentityOptions): Identity {
  const gid =
    group == null
      ? undefined
      : groupId(group, (value) => new TypeError(`Group must be a string or an integer, not ${repr(value)}`));
  if (typeof extraGroups === 'string') throw new ValueError('Groups must be a list, not a string');
  const groups = extraGroups?.map((item) =>
    extraGroupId(
      item,
      (value) => new TypeError(`Items in extra_groups must be a string or integer, not ${repr(value)}`),
    ),
  );
  const uid = user == null ? undefined : userId(user);
  const changes =
    (uid !== undefined && uid !== process.getuid?.()) ||
    (gid !== undefined && gid !== process.getgid?.()) ||
    groups !== undefined;
  if (changes && process.geteuid?.() !== 0) throw new PermissionError(1);
  return { uid, gid, groups };
}

function extraGroupId(group: string | number, wrongType: (value: unknown) => Error): number {
  try {
    return groupId(group, wrongType);
  } catch (error) {
    throw error instanceof OverflowError ? new ValueError('invalid group id') : error;
  }
}

function groupId(group: string | number, wrongType: (value: unknown) => Error): number {
  if (typeof group === 'string') return idByName('/etc/group', group, 'getgrnam');
  if (!isInteger(group)) throw wrongType(group);
  return checkedId(group, 'Group');
}

function userId(user: string | number): number {
  if (typeof user === 'string') return idByName('/etc/passwd', user, 'getpwnam');
  if (!isInteger(user)) throw new TypeError('User must be a string or an integer');
  return checkedId(user, 'User');
}

function isInteger(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function checkedId(id: number | bigint, kind: string): number {
  if (id < 0) throw new ValueError(`${kind} ID cannot be negative, got ${id}`);
  if (id > LARGEST_ID) throw new OverflowError(`${kind} ID is too large, got ${id}`);
  return Number(id);
}

/** The number of a name in `/etc/passwd` or `/etc/group`; other sources of names are not asked. */
function idByName(file: string, name: string, lookup: string): number {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [entry, , id] = line.split(':');
    if (entry === name && id !== undefined) return Number(id);
  }
  throw new KeyError(`${lookup}(): name not found: ${repr(name)}`);
}
