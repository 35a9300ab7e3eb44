import { repr, ValueError } from '@prac/exceptions';
import { Condition } from './condition.ts';
import { BrokenBarrierError } from './errors.ts';
import { type SignalOption, signalOf } from './internal/abort.ts';
import { quiet } from './internal/quiet.ts';
import { lockText, printsAsText } from './internal/text.ts';
import { travels } from './internal/world.ts';

/*
 *   filling ── the last has come ──> draining ── the last has gone ──> filling
 *      ├── reset() ──> resetting ── the last has gone ──> filling
 *      └── abort() ──> broken ── reset() ──> filling
 */
type State = 'filling' | 'draining' | 'resetting' | 'broken';

/**
 * So many tasks wait for each other, and go on together.
 *
 * Python: `asyncio.Barrier`.
 */
export class Barrier {
  readonly #condition = new Condition();
  readonly #parties: number;
  #state: State = 'filling';
  #count = 0;

  /** @throws {ValueError} if it is for nobody. */
  constructor(parties: number) {
    if (!Number.isInteger(parties)) throw new TypeError(`Expected parties to be an integer, got ${repr(parties)}`);
    if (parties < 1) throw new ValueError('parties must be >= 1');
    this.#parties = parties;
  }

  /**
   * Waits for the others.
   *
   * @returns Which of them it was, from 0 on, in the order in which they came.
   * @throws {BrokenBarrierError} if it is aborted, or reset meanwhile.
   */
  wait(options?: SignalOption | null): Promise<number> {
    try {
      signalOf(options);
      return quiet(this.#wait(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #wait(options: SignalOption | null | undefined): Promise<number> {
    await this.#condition.acquire(options);
    try {
      await this.#condition.waitFor(() => this.#state === 'filling' || this.#state === 'broken', options);
      if (this.#state === 'broken') throw new BrokenBarrierError('Barrier aborted');
      const index = this.#count++;
      try {
        if (index + 1 === this.#parties) this.#become('draining');
        else await this.#untilFull(options);
        return index;
      } finally {
        this.#count--;
        this.#leave();
      }
    } finally {
      this.#condition.release();
    }
  }

  async #untilFull(options: SignalOption | null | undefined): Promise<void> {
    await this.#condition.waitFor(() => this.#state !== 'filling', options);
    if (this.#state !== 'draining') throw new BrokenBarrierError('Abort or reset of barrier');
  }

  #leave(): void {
    if (this.#count > 0) return;
    if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';
    this.#condition.notifyAll();
  }

  #become(state: State): void {
    this.#state = state;
    this.#condition.notifyAll();
  }

  /** Makes it new: whoever waits gets a {@link BrokenBarrierError}. */
  reset(): Promise<void> {
    return quiet(this.#condition.with(() => this.#become(this.#count > 0 ? 'resetting' : 'filling')));
  }

  /** Whoever waits, or comes, gets a {@link BrokenBarrierError}, until it is reset. */
  abort(): Promise<void> {
    return quiet(this.#condition.with(() => this.#become('broken')));
  }

  get parties(): number {
    return this.#parties;
  }

  /** How many wait. */
  get nWaiting(): number {
    return this.#state === 'filling' ? this.#count : 0;
  }

  get broken(): boolean {
    return this.#state === 'broken';
  }

  toString(): string {
    const waiters = this.broken ? [] : [`waiters:${this.nWaiting}/${this.#parties}`];
    return lockText(this, this.#state, ...waiters);
  }
}

printsAsText(Barrier);

travels('Barrier', Barrier);
