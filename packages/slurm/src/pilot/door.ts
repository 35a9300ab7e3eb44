import type { Duplex } from 'node:stream';
import { type MailAddress, openByMail, openMailDoor } from './mail.ts';
import { openByTls, openTlsDoor, reachedBy, type TlsAddress } from './tls.ts';

/** How workers reach the coordinator. */
export type Address = TlsAddress | MailAddress;

/** Where the coordinator hears of workers. */
export interface Door {
  readonly address: Address;
  /** Ends all connections, and lets nobody in any more. */
  close(): void;
}

/** What a door is opened with. */
export interface DoorOptions {
  /** Of the pool. */
  readonly name: string;
  readonly transport: 'tls' | 'files';
  readonly host: string | undefined;
  readonly port: number;
  /** A directory that the nodes see, and what it is there. */
  readonly folder: string;
  readonly folderThere: string;
}

/**
 * @param welcome - Is given each connection.
 * @param broken - Is told if nobody can come in any more.
 * @throws if it cannot be opened.
 */
export function openDoor(
  options: DoorOptions,
  welcome: (link: Duplex) => void,
  broken: (error: unknown) => void,
): Promise<Door> {
  return (options.transport === 'tls' ? openTlsDoor : openMailDoor)(options, welcome, broken);
}

/** A connection to the coordinator. @throws if none can be made. */
export function connect(address: Address): Promise<Duplex> {
  return address.transport === 'tls' ? openByTls(address) : openByMail(address);
}

const PAUSE_MS = 200;
const OF_NETWORK = /^(ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/;
/** By the other end, or by something between. */
const RESET = /^(ECONNRESET|EPIPE)$/;

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown } | undefined)?.code);

/** Whether the other end cannot be reached now, and may be there. */
export function isOfNetwork(error: unknown): boolean {
  return OF_NETWORK.test(codeOf(error));
}

/** Others say that nobody listens there. */
export function mayPass(error: unknown): boolean {
  return isOfNetwork(error) || RESET.test(codeOf(error));
}

/**
 * A connection that has broken is made again, by the way that it had.
 *
 * @returns Nothing if the coordinator is not there any more, or was not reached for so many seconds.
 */
export async function connectAgain(address: Address, broken: Duplex, patience: number): Promise<Duplex | undefined> {
  if (address.transport === 'files') return undefined; // it does not break: it was ended
  const host = reachedBy.get(broken);
  const hosts = host === undefined ? address.hosts : [host];
  const until = performance.now() + 1000 * patience;
  for (;;) {
    try {
      return await connect({ ...address, hosts });
    } catch (error) {
      if (!mayPass(error) || performance.now() > until) return undefined;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
