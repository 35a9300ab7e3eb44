import { ControllerError, SubmitLimitError } from '../errors.ts';
import type { PilotLauncher } from './launchers.ts';

/** So often Slurm is asked for workers that will not come, in milliseconds: at first, and at last. */
const FIRST_LOOK_MS = 500;
const LAST_LOOK_MS = 15_000;
/** Before workers that cannot be started now are tried again. */
const PAUSE_MS = 10_000;
/** So many workers may end before the first has said hello. */
const MOST_STILLBORN = 3;

/** What it has to know of the pool, and tells it. */
export interface Employer {
  /** So many more than are there. */
  wanted(): number;
  /** The jobs of these have ended. */
  ended(keys: readonly string[]): void;
  /** Nothing will ever come. */
  broken(text: string): void;
}

/**
 * Has workers come.
 *
 *   wanted ── start ──> coming ── hello ──> there
 *                         └── its job has ended before ──> wanted again; so often at first: broken
 */
export class Recruiter {
  readonly #launcher: PilotLauncher;
  readonly #employer: Employer;
  /** Workers that were started and have not said hello, by their keys. */
  readonly #coming = new Map<string, number>();
  /** Those who have said hello before their launcher has told their keys. */
  readonly #early = new Map<string, number>();
  /** So many are being started. */
  #starting = 0;
  #started: Promise<void> = Promise.resolve();
  #hellos = 0;
  /** Workers that have ended before the first has said hello. */
  #stillborn = 0;
  #isOver = false;
  #isLooking = false;
  #pausedUntil = 0;
  #lookAt = 0;
  #lookPause = FIRST_LOOK_MS;

  constructor(launcher: PilotLauncher, employer: Employer) {
    this.#launcher = launcher;
    this.#employer = employer;
  }

  /** Starts those who are missing. */
  adapt(): void {
    if (this.#isOver || this.#starting > 0 || performance.now() < this.#pausedUntil) return;
    const missing = this.#employer.wanted() - this.#comingCount;
    if (missing > 0) this.#started = this.#start(missing);
  }

  /** One is there. */
  came(key: string): void {
    this.#hellos++;
    const coming = this.#coming.get(key);
    if (coming === undefined) {
      if (this.#starting > 0) this.#early.set(key, (this.#early.get(key) ?? 0) + 1);
    } else if (coming > 1) this.#coming.set(key, coming - 1);
    else this.#coming.delete(key);
  }

  /** Whether it is known that its process has ended. */
  hasEnded(key: string): boolean {
    return this.#launcher.hasEnded(key);
  }

  /** It is taken for lost, and may be there all the same. */
  dismiss(key: string): void {
    void this.#launcher.end(key).catch(() => {});
  }

  /** One was lost: others may be soon. */
  lookSoon(): void {
    this.#lookAt = 0;
    this.#lookPause = FIRST_LOOK_MS;
  }

  /** Who was started may never come; whose job has ended is not there any more. @param isWorthIt - Somebody waits for something. */
  lookIfDue(now: number, isWorthIt: boolean): void {
    if (now >= this.#lookAt && (isWorthIt || this.#coming.size > 0)) void this.#look();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#started; // whoever is being started is to be ended
    await this.#launcher.stop().catch(() => {});
  }

  async #start(count: number): Promise<void> {
    this.#starting = count;
    try {
      for (const [key, many] of await this.#launcher.start(count)) {
        const early = this.#early.get(key) ?? 0;
        this.#early.delete(key);
        if (many > early) this.#coming.set(key, many - early);
      }
    } catch (error) {
      // What may be accepted later is tried again; what never will be breaks the pool.
      if (error instanceof SubmitLimitError || error instanceof ControllerError)
        this.#pausedUntil = performance.now() + PAUSE_MS;
      else this.#break(String(error));
    } finally {
      this.#starting = 0;
    }
    this.adapt();
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.#isOver) return;
    this.#isLooking = true;
    this.#lookPause = Math.min(LAST_LOOK_MS, 2 * this.#lookPause);
    this.#lookAt = performance.now() + this.#lookPause;
    try {
      const { keys, log } = await this.#launcher.ended();
      for (const key of keys) this.#coming.delete(key);
      this.#employer.ended(keys);
      if (this.#hellos === 0) this.#stillborn += keys.length;
      if (this.#stillborn >= MOST_STILLBORN && this.#hellos === 0)
        this.#break(`workers end before they are there\n${log}`);
    } catch {
      // the controller does not answer: nothing is known
    } finally {
      this.#isLooking = false;
    }
    this.adapt();
  }

  #break(text: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#employer.broken(text);
  }

  get #comingCount(): number {
    let count = 0;
    for (const many of this.#coming.values()) count += many;
    return count;
  }
}
