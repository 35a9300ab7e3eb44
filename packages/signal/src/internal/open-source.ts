import { isLibcAvailable, type Libc, libc } from '@prac/libc';
import { setSignalHook } from '@prac/park';
import type { Control } from './control.ts';
import { letInterruptsKill } from './interrupt-kills.ts';
import { LoopSource } from './loop-source.ts';
import type { SignalSource } from './source.ts';
import { ThreadSource } from './thread-source.ts';

/** What runs the handlers that are due. */
export interface Delivery {
  /** From the event loop. */
  readonly fromLoop: () => void;
  /** From inside a blocking call. */
  readonly fromBlock: () => void;
}

/** Whether signals can be seen while the main thread is blocked. Loads koffi. */
export function canUseThread(): boolean {
  if (process.permission?.has('worker') === false) return false;
  return isLibcAvailable() && libc().modulePath !== null && libc().pollFd !== null;
}

/** The best source of signals that there is here. */
export function openSource(control: Control, delivery: Delivery): SignalSource {
  letInterruptsKill();
  if (canUseThread()) {
    try {
      return openThread(control, delivery);
    } catch (error) {
      process.emitWarning(`signals reach the event loop only: ${(error as Error).message}`);
    }
  }
  return new LoopSource(control, delivery.fromLoop);
}

function openThread(control: Control, delivery: Delivery): SignalSource {
  const library = libc();
  const source = new ThreadSource(library, control);
  setSignalHook({
    get due() {
      return control.due;
    },
    fd: source.eventFd,
    enter: (words, index) => source.park(words, index),
    leave: () => source.unpark(),
    deliver: delivery.fromBlock,
  });
  watch(library, source, delivery.fromLoop);
  return source;
}

/** The loop is not kept alive by this: a program that only has handlers ends. */
function watch(library: Libc, source: ThreadSource, deliver: () => void): void {
  const handle = library.pollFd!(source.eventFd);
  handle.start({ readable: true }, () => {
    source.drain();
    setImmediate(deliver); // promise reactions might not follow libuv's callback
  });
  handle.unref();
  // Open at the end, it might call back when no JavaScript runs any more, which ends the process by SIGABRT.
  process.prependOnceListener('exit', () => handle.close());
}
