import { table } from './internal/thread-table.ts';
import { myself, threadOf } from './internal/threads.ts';
import { IDENT, travels } from './internal/world.ts';
import { nativeIdOfThisThread, type Thread } from './thread.ts';

/** The thread that runs. Python: `threading.current_thread`. */
export function currentThread(): Thread {
  return myself();
}

/** The thread that the process was started with. Python: `threading.main_thread`. */
export function mainThread(): Thread {
  myself();
  return threadOf(table().alive()[0]!);
}

/** All threads that are alive, the main thread first. Python: `threading.enumerate`. */
export function enumerate(): Thread[] {
  myself();
  return table()
    .alive()
    .map((slot) => threadOf(slot));
}

/** How many threads are alive. Python: `threading.active_count`. */
export function activeCount(): number {
  myself();
  return table().alive().length;
}

/** The number of the thread that runs: never 0, and never used again in this process. Python: `threading.get_ident`. */
export function getIdent(): number {
  return IDENT;
}

/** The system's number of the thread that runs (Linux), or 0. Python: `threading.get_native_id`. */
export function getNativeId(): number {
  return nativeIdOfThisThread();
}

travels('currentThread', currentThread);
travels('mainThread', mainThread);
travels('enumerate', enumerate);
travels('activeCount', activeCount);
travels('getIdent', getIdent);
travels('getNativeId', getNativeId);
