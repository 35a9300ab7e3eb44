import type { Transferable } from 'node:worker_threads';
import { type Message, PicklingError, UnpicklingError } from '@prac/pickle';
import { hasDesk, theDesk } from './internal/hub.ts';
import type { DepositMessage, DiscardMessage } from './internal/messages.ts';
import { IDENT, shared } from './internal/world.ts';

/*
 * What cannot be bytes in shared memory (a port, a buffer that is handed over, shared memory itself) is left with the hub, which is
 * always at hand, until somebody calls for it. Whoever has the ticket may be blocked, and whoever left it may have ended.
 *
 *   deposit(ticket, message) ──> hub: kept ──> withdraw(ticket)        in whatever order the two arrive
 *
 * For packages of this family: the items of @prac/queue.
 */

/** What it is called for with: three numbers. */
export interface Ticket {
  /** The hub's thread. */
  readonly hub: number;
  /** The thread that left it. */
  readonly owner: number;
  readonly serial: number;
}

/** What comes with a {@link Message} when it goes to the hub. */
export interface Deposit {
  readonly message: Message;
  /** What is handed over. */
  readonly transferList: readonly Transferable[];
}

const serials = shared('deposits', () => ({ last: 0 }));

/**
 * A new ticket.
 *
 * @throws {PicklingError} in a worker that neither is the main thread nor was started by `Thread`: it has no way to the hub.
 */
export function newTicket(): Ticket {
  if (!hasDesk()) {
    throw new PicklingError({
      path: 'item',
      reason: 'a plain Worker cannot hand on what is no data',
      advice: 'use Thread of @prac/sync for it',
    });
  }
  return { hub: theDesk().hub, owner: IDENT, serial: ++serials.last };
}

/**
 * Leaves some together.
 *
 * @throws {DataCloneError} if something cannot be handed over: nothing is there then, and nothing has been handed over.
 */
export function deposit(deposits: readonly (Deposit & { readonly ticket: Ticket })[]): void {
  const requests = deposits.map(({ ticket, message, transferList }) => {
    return { key: keyOf(ticket), message, transferList: [...transferList] };
  });
  const all = requests.flatMap(({ transferList }) => transferList);
  theDesk().port.postMessage({ kind: 'deposit', deposits: requests } satisfies DepositMessage, all);
}

/**
 * What was left, waiting until it has arrived. Blocks for the time of two messages.
 *
 * @param isLeft - It stays there; nothing of it may be handed over then.
 * @throws {UnpicklingError} in a thread that has another hub.
 */
export function withdraw(ticket: Ticket, isLeft = false): Message {
  if (!hasDesk() || theDesk().hub !== ticket.hub)
    throw new UnpicklingError('what is no data cannot be handed to a plain Worker: use Thread of @prac/sync for it');
  return theDesk().ask({ kind: 'withdraw', key: keyOf(ticket), isLeft });
}

/** Nobody will call for it. */
export function discard(ticket: Ticket): void {
  if (!hasDesk() || theDesk().hub !== ticket.hub) return;
  theDesk().port.postMessage({ kind: 'discard', key: keyOf(ticket) } satisfies DiscardMessage);
}

function keyOf({ owner, serial }: Ticket): string {
  return `${owner}:${serial}`;
}
