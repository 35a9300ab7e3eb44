import type { Child } from './engines/engine.ts';
import type { Watchdog } from './watchdog.ts';

/**
 * The end of a child, collected once: by its Popen, or after the Popen was dropped.
 *
 * The guard over its number ends before the number may be another process's.
 */
export class Collection {
  readonly #child: Child;
  readonly #watchdog: Watchdog | undefined;
  #returncode: number | undefined;

  constructor(child: Child, watchdog: Watchdog | undefined) {
    this.#child = child;
    this.#watchdog = watchdog;
  }

  /** The return code, if the child has ended. */
  collect(): number | undefined {
    if (this.#returncode !== undefined) return this.#returncode;
    if (this.#watchdog !== undefined) {
      if (!this.#child.ended()) return undefined;
      this.#watchdog.release(this.#child.pid);
    }
    this.#returncode = this.#child.poll();
    return this.#returncode;
  }
}

/** Children whose Popen was dropped before they had ended. */
const dropped = new Set<Collection>();

const registry = new FinalizationRegistry<Collection>((collection) => {
  if (collection.collect() === undefined) dropped.add(collection);
});

/** Collects a child that nobody waits for, so that it does not stay a zombie (CPython's `_active` list). */
export function reapWhenDropped(owner: object, collection: Collection): void {
  registry.register(owner, collection);
}

/** Collects those that have ended by now. Called whenever a child is started. */
export function reapDropped(): void {
  for (const collection of dropped) if (collection.collect() !== undefined) dropped.delete(collection);
}
