import { adopted, nativeIdOfThisThread, Thread } from '../thread.ts';
import { type Facts, type Slot, table } from './thread-table.ts';
import { IDENT, shared, travels } from './world.ts';

/*
 * The thread objects of this world: one for each thread that it knows. In a world that was not started as a thread, the thread
 * that runs is the main thread.
 */
interface Known {
  current: Thread | undefined;
  main: Slot | undefined;
  readonly bySerial: Map<number, WeakRef<Thread>>;
}

const known: Known = shared('threads', () => ({ current: undefined, main: undefined, bySerial: new Map() }));

/** The thread that runs: the main thread in a world that was not started as a thread. */
export function myself(): Thread {
  known.current ??= mainThreadObject();
  return known.current;
}

function mainThreadObject(): Thread {
  const slot = table().claim('MainThread', false);
  slot.ident = IDENT;
  slot.run(nativeIdOfThisThread());
  const thread = adopted(slot, class _MainThread extends Thread {});
  remember(slot.serial, thread);
  return thread;
}

/** This world is that thread. */
export function become(thread: Thread, serial: number): void {
  known.current = thread;
  remember(serial, thread);
}

/** Whether it is the main thread's slot: the first. */
export function isMain(slot: Slot): boolean {
  return slot.index === 0;
}

export function remember(serial: number, thread: Thread): void {
  known.bySerial.set(serial, new WeakRef(thread));
}

/** The object of this world for a thread that may have ended. */
export function threadOf(slot: Slot, facts: Facts | undefined = slot.facts): Thread {
  myself(); // slot 0 is the main thread's
  const here = known.bySerial.get(slot.serial)?.deref();
  if (here !== undefined) return here;
  const thread = adopted(slot, Thread, facts);
  remember(slot.serial, thread);
  return thread;
}

/** How a thread object travels: as the thread's slot, and what is known of it. */
export const openThread: (index: number, serial: number, facts: Facts) => Thread = travels(
  'openThread',
  (index: number, serial: number, facts: Facts) => threadOf(table().slot(index, serial), facts),
);
