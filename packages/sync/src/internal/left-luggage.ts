import { MessagePort } from 'node:worker_threads';
import type { Deposited, DepositMessage, DiscardMessage, WithdrawMessage } from './messages.ts';

/**
 * What is kept at the hub until somebody calls for it. A call, or the news that there will be none, may arrive before what it is
 * about, by another way: then it waits.
 */
export class LeftLuggage {
  readonly #kept = new Map<string, Deposited>();
  readonly #calls = new Map<string, () => void>();
  readonly #unwanted = new Set<string>();

  receive(request: DepositMessage | WithdrawMessage | DiscardMessage, from: MessagePort): void {
    if (request.kind === 'deposit') for (const deposit of request.deposits) this.#keep(deposit);
    else if (request.kind === 'discard') this.#throwAway(request.key);
    else if (this.#kept.has(request.key)) this.#answer(request, from);
    else this.#calls.set(request.key, () => this.#answer(request, from));
  }

  #keep(deposit: Deposited): void {
    const { key } = deposit;
    this.#kept.set(key, deposit);
    if (this.#unwanted.delete(key)) this.#throwAway(key);
    else this.#calls.get(key)?.();
  }

  /** The other ends of its ports hear of it. */
  #throwAway(key: string): void {
    if (!this.#kept.has(key)) this.#unwanted.add(key);
    for (const item of this.#kept.get(key)?.transferList ?? []) if (item instanceof MessagePort) item.close();
    this.#kept.delete(key);
  }

  #answer({ key, isLeft, answer }: WithdrawMessage, to: MessagePort): void {
    const { message, transferList } = this.#kept.get(key)!;
    this.#calls.delete(key);
    if (!isLeft) this.#kept.delete(key);
    to.postMessage(message, transferList);
    Atomics.store(answer, 0, 1);
    Atomics.notify(answer, 0);
  }
}
