import type { Engine } from '@prac/pool/engine';

/*
 * What was submitted is done before the program ends: the event loop stays alive for it, and `process.exit()` waits, as Python's `sys.exit()`.
 */
const engines = new Map<WeakRef<object>, Engine>();
const gone = new FinalizationRegistry<WeakRef<object>>((executor) => engines.delete(executor));
let isWatching = false;

export function finishAtExit(executor: object, engine: Engine): void {
  const reference = new WeakRef(executor);
  engines.set(reference, engine);
  gone.register(executor, reference);
  if (isWatching) return;
  isWatching = true;
  // Before @prac/pool ends the daemons that work.
  process.prependListener('exit', () => {
    for (const it of engines.values()) {
      it.close();
      it.joinSync();
    }
  });
}
