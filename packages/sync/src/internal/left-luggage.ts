import { MessagePort } from 'node:worker_threads';
import type { DepositMessage, DiscardMessage, WithdrawMessage } from './messages.ts';

/**
 * What is kept at the hub until somebody calls for it. A call may arrive before what it is for, by another way: then it waits.
 */
export class LeftLuggage {
  readonly #kept = new Map<string, DepositMessage>();
  readonly #calls = new Map<string, () => void>();

  receive(request: DepositMessage | WithdrawMessage | DiscardMessage, from: MessagePort): void {
    const { kind, key } = request;
    if (kind === 'deposit') {
      this.#kept.set(key, request);
      this.#calls.get(key)?.();
    } else if (kind === 'discard') this.#throwAway(key);
    else if (this.#kept.has(key)) this.#answer(request, from);
    else this.#calls.set(key, () => this.#answer(request, from));
  }

  /** The other ends of its ports hear of it. */
  #throwAway(key: string): void {
    for (const item of this.#kept.get(key)?.transferList ?? []) if (item instanceof MessagePort) item.close();
    this.#kept.delete(key);
  }

  #answer({ key, isLeft, answer }: WithdrawMessage, to: MessagePort): void {
    const { message, transferList } = this.#kept.get(key)!;
    this.#calls.delete(key);
    if (!isLeft) this.#kept.delete(key);
    to.postMessage(message, [...transferList]);
    Atomics.store(answer, 0, 1);
    Atomics.notify(answer, 0);
  }
}
