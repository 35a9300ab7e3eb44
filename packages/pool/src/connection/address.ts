import { OSError, OverflowError, repr, ValueError } from '@prac/exceptions';
import { libc, type SocketAddress } from '@prac/libc';

/** Where a `Listener` is: a path of the file system, or a host and a port. */
export type Address = string | readonly [host: string, port: number];

/** How an address is meant. */
export type Family = 'AF_UNIX' | 'AF_INET' | 'AF_INET6';

/** Loaded when they are needed: a process starts without them. */
const builtin = process.getBuiltinModule;

const FAMILIES = { AF_UNIX: 'unix', AF_INET: 'inet', AF_INET6: 'inet6' } as const;

/** @throws {TypeError} if it is no address. {ValueError} if the family is not that of the address. */
export function familyOf(address: Address, family: Family | null | undefined): Family {
  const isPath = typeof address === 'string';
  if (!isPath) {
    const [host, port] = (Array.isArray(address) ? address : []) as readonly unknown[];
    if (typeof host !== 'string' || !Number.isInteger(port) || (address as readonly unknown[]).length !== 2)
      throw new TypeError(`Expected address to be a path or [host, port], got ${repr(address)}`);
  }
  if (isPath && address.includes('\0', 1)) throw new ValueError('embedded null byte');
  if (!isPath && !(address[1] >= 0 && address[1] < 65_536))
    throw new OverflowError('getsockaddrarg: port must be 0-65535.');
  if (family == null) return isPath ? 'AF_UNIX' : builtin('node:net').isIP(address[0]) === 6 ? 'AF_INET6' : 'AF_INET';
  if (!(family in FAMILIES)) throw new ValueError(`Family ${String(family)} is not recognized.`);
  if (isPath !== (family === 'AF_UNIX')) throw new ValueError(`${repr(address)} is no address of family ${family}`);
  return family;
}

/** Without a name of a host that is still to be found. @throws {OSError} if that is not known. Blocks the thread. */
export function resolvedSync(address: Address, family: Family): SocketAddress {
  return numberOf(address, family) ?? found(libc().sockets.resolve(address[0]!), address, family);
}

/** The same with promises. */
export async function resolved(address: Address, family: Family): Promise<SocketAddress> {
  const known = numberOf(address, family);
  if (known !== undefined) return known;
  const hosts = await builtin('node:dns')
    .promises.lookup(address[0]!, { all: true })
    .catch(() => []);
  const all = hosts.map(
    (host) => ({ family: host.family === 6 ? 'inet6' : 'inet', host: host.address, port: 0 }) as const,
  );
  return found(all, address, family);
}

function numberOf(address: Address, family: Family): SocketAddress | undefined {
  if (typeof address === 'string') return { family: 'unix', path: address };
  const [host, port] = address;
  const isSix = family === 'AF_INET6';
  if (host === '') return { family: FAMILIES[family as 'AF_INET'], host: isSix ? '::' : '0.0.0.0', port };
  return builtin('node:net').isIP(host) === (isSix ? 6 : 4)
    ? { family: FAMILIES[family as 'AF_INET'], host, port }
    : undefined;
}

function found(all: readonly SocketAddress[], address: Address, family: Family): SocketAddress {
  const it = all.find((one) => one.family === FAMILIES[family]);
  if (it === undefined || it.family === 'unix')
    throw new OSError(-2, 'Name or service not known', typeof address === 'string' ? address : address[0]);
  return { ...it, port: address[1] as number };
}

/** As it is told to users. */
export function addressOf(address: SocketAddress): Address {
  return address.family === 'unix' ? address.path : [address.host, address.port];
}
