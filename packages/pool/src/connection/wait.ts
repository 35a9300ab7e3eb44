import { OSError, repr } from '@prac/exceptions';
import { constants, libc } from '@prac/libc';
import { block, now, type Steps, suspend, waitLimits } from '@prac/park';
import { travels } from '../internal/world.ts';
import { Connection, type SignalOption } from './connection.ts';
import { Descriptor, readyAmong } from './descriptor.ts';
import { closeTaken, longestWait } from './parcels.ts';
import { needsLibc } from './pipe.ts';

/** What can be waited for: what has a descriptor, or a descriptor, such as a process's `sentinel`. */
export type Waited = Connection<never, unknown> | { fileno(): number } | number;

/**
 * Waits until something can be received from one of several connections, or another descriptor becomes readable: that of a `Listener`, a
 * process's `sentinel`.
 *
 * Python: `multiprocessing.connection.wait`.
 *
 * @param options - Time limit in seconds, or options. @defaultValue no limit
 * @returns Those that are ready, in their order; none if the time was up first.
 * @example
 * import { Pipe, Process } from '@prac/pool';
 * import { wait } from '@prac/pool/connection';
 * const [receiver, sender] = Pipe({ duplex: false });
 * const child = new Process({ target: () => {} });
 * child.start();
 * const ready = await wait([receiver, child.sentinel]);
 * console.log(ready[0] === child.sentinel); // true
 * sender.close();
 * console.log((await wait([receiver])).length); // 1
 */
export async function wait<It extends Waited>(
  objects: Iterable<It>,
  options?: number | ({ readonly timeout?: number | null } & SignalOption) | null,
): Promise<It[]> {
  const limits = waitLimits(options, 'async');
  return suspend(anyReady([...objects], limits.deadline), limits);
}

/** Blocking form of {@link wait}. */
export function waitSync<It extends Waited>(
  objects: Iterable<It>,
  options?: number | { readonly timeout?: number | null } | null,
): It[] {
  return block(anyReady([...objects], waitLimits(options, 'sync').deadline));
}

travels('wait', wait, '@prac/pool/connection');
travels('waitSync', waitSync, '@prac/pool/connection');

/** Connections count as being in use meanwhile: who closes one elsewhere closes its descriptor behind that. */
function* anyReady<It extends Waited>(objects: readonly It[], deadline: number): Steps<It[]> {
  needsLibc();
  const own: Descriptor[] = [];
  const latest: (() => number)[] = [];
  const connections = objects.filter((it) => it instanceof Connection);
  let steps = function* (): Steps<It[]> {
    const descriptors = objects.map((it) => descriptorOf(it, own));
    for (;;) {
      closeTaken();
      const inDescriptors = readyAmong(descriptors);
      const ready = objects.map((it, i) => (it instanceof Connection && it.isAhead) || inDescriptors[i]!);
      if (ready.some(Boolean) || now() >= deadline) return objects.filter((_, i) => ready[i]);
      yield { on: descriptors, deadline: Math.min(deadline, now() + longestWait(), ...latest.map((look) => look())) };
      for (const connection of connections) connection.fileno(); // it may have been closed
    }
  };
  for (const connection of connections) {
    const inner = steps;
    steps = () =>
      connection.during((look) => {
        latest.push(look);
        return inner();
      });
  }
  try {
    return yield* steps();
  } finally {
    for (const descriptor of own) {
      descriptor.forget();
      libc().close(descriptor.fd);
    }
  }
}

/** Of what is not ours a duplicate: somebody else in this thread may wait for the same. */
function descriptorOf(it: Waited, own: Descriptor[]): Descriptor {
  if (it instanceof Connection) {
    it.fileno();
    if (!it.readable) throw new OSError('connection is write-only');
    return it.incoming;
  }
  const fd = typeof it === 'number' ? it : (it as { fileno?(): number } | null)?.fileno?.();
  if (!Number.isInteger(fd)) throw new TypeError(`Expected connections or descriptors, got ${repr(it)}`);
  const copy = libc().fcntl(fd!, constants.F_DUPFD_CLOEXEC);
  if (copy < 0) throw new OSError(-copy);
  own.push(new Descriptor(copy, constants.POLLIN));
  return own.at(-1)!;
}
