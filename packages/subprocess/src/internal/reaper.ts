import type { Child } from './engines/engine.ts';

/** Children whose Popen was dropped before they had ended. */
const dropped = new Set<Child>();

const registry = new FinalizationRegistry<Child>((child) => {
  if (child.poll() === undefined) dropped.add(child);
});

/** Collects a child that nobody waits for, so that it does not stay a zombie (CPython's `_active` list). */
export function reapWhenDropped(owner: object, child: Child): void {
  registry.register(owner, child);
}

/** Collects those that have ended by now. Called whenever a child is started. */
export function reapDropped(): void {
  for (const child of dropped) if (child.poll() !== undefined) dropped.delete(child);
}
