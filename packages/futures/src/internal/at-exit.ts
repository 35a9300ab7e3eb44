import type { Engine } from '@prac/pool/engine';

/*
 * What was submitted is done before the program ends: the event loop stays alive for it, and `process.exit()` waits, as Python's `sys.exit()`.
 * Workers that have nothing to do do not keep the program alive; those of executors that nobody has any more end.
 */
const engines = new Map<WeakRef<object>, Engine>();
/** Of executors that nobody has any more. */
const dropped = new Set<Engine>();
const gone = new FinalizationRegistry<WeakRef<object>>((executor) => {
  const engine = engines.get(executor);
  engines.delete(executor);
  if (engine === undefined) return;
  engine.close();
  dropped.add(engine);
});
const state = { isWatching: false, isExiting: false };

/** Whether nothing is done any more. */
export function isExiting(): boolean {
  return state.isExiting;
}

export function finishAtExit(executor: object, engine: Engine): void {
  const reference = new WeakRef(executor);
  engines.set(reference, engine);
  gone.register(executor, reference);
  if (state.isWatching) return;
  state.isWatching = true;
  // Before @prac/pool waits for processes, or ends them.
  process.prependListener('beforeExit', () => {
    for (const it of all()) it.release();
  });
  process.prependListener('exit', () => {
    // A callback of one may submit to another.
    for (let it = busy(); it !== undefined; it = busy()) it.waitSync(() => it!.isDone, Number.POSITIVE_INFINITY);
    state.isExiting = true;
    for (const it of all()) {
      it.close();
      it.joinSync();
    }
  });
}

function busy(): Engine | undefined {
  return all().find((it) => !it.isDone);
}

function all(): Engine[] {
  return [...engines.values(), ...dropped];
}
