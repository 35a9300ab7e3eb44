import type { Child } from './engines/engine.ts';
import type { Watchdog } from './watchdog.ts';

/** A child, and who guards it. */
interface Dropped {
  readonly child: Child;
  readonly watchdog: Watchdog | undefined;
}

/** Children whose Popen was dropped before they had ended. */
const dropped = new Set<Dropped>();

const registry = new FinalizationRegistry<Dropped>((entry) => {
  if (collect(entry) === undefined) dropped.add(entry);
});

/** Collects a child that nobody waits for, so that it does not stay a zombie (CPython's `_active` list). */
export function reapWhenDropped(owner: object, child: Child, watchdog: Watchdog | undefined): void {
  registry.register(owner, { child, watchdog });
}

/** Collects those that have ended by now. Called whenever a child is started. */
export function reapDropped(): void {
  for (const entry of dropped) if (collect(entry) !== undefined) dropped.delete(entry);
}

/** Collects a child if it has ended; the guard over its number ends before it may be another one's. */
export function collect({ child, watchdog }: Dropped): number | undefined {
  if (watchdog !== undefined) {
    if (!child.ended()) return undefined;
    watchdog.release(child.pid);
  }
  return child.poll();
}
