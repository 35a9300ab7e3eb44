import { constants } from 'node:os';
import type { Control } from './control.ts';
import { nodeListeners, nodeName } from './node-listeners.ts';
import type { SignalSource } from './source.ts';

/** Without koffi: Node's own delivery, at the next turn of the main thread's loop. */
export class LoopSource implements SignalSource {
  readonly reachesBlocked = false;
  readonly #control: Control;
  readonly #deliver: () => void;
  readonly #listeners = new Map<number, () => void>();

  constructor(control: Control, deliver: () => void) {
    this.#control = control;
    this.#deliver = deliver;
  }

  catch(signum: number): number {
    const name = nodeName(signum);
    if (name === undefined) return constants.errno.EINVAL; // realtime signals do not reach Node's listeners
    if (this.#listeners.has(signum)) return 0;
    const listener = (): void => {
      this.#control.raise(signum);
      this.#deliver();
    };
    try {
      process.on(name, listener);
    } catch (error) {
      return Math.abs((error as NodeJS.ErrnoException).errno ?? constants.errno.EINVAL);
    }
    this.#listeners.set(signum, listener);
    return 0;
  }

  release(signum: number): void {
    const listener = this.#listeners.get(signum);
    if (listener === undefined) return;
    process.off(nodeName(signum)!, listener);
    this.#listeners.delete(signum);
  }

  drain(): void {}

  sync(): void {} // the loop would have to turn

  raise(signum: number): boolean {
    if (nodeListeners(signum) > 1) return false; // others want it too
    this.#control.raise(signum);
    return true;
  }
}
