import type { Job } from './engine.ts';

/** Jobs that come one after the other. */
export interface Source {
  /** There are jobs, but nobody wants them yet. */
  readonly isHeld?: boolean;
  next(): Job | undefined;
  /** It has no more, as far as it knows. */
  readonly isEmpty?: boolean;
  /** There will be none: all that are left fail, without being made. */
  fail(error: unknown): void;
}

/** Of jobs that are there. */
export function sourceOf(jobs: readonly Job[]): Source {
  return new Jobs(jobs);
}

class Jobs implements Source {
  readonly #jobs: readonly Job[];
  #next = 0;

  constructor(jobs: readonly Job[]) {
    this.#jobs = jobs;
  }

  next(): Job | undefined {
    return this.#jobs[this.#next++];
  }

  get isEmpty(): boolean {
    return this.#next >= this.#jobs.length;
  }

  fail(error: unknown): void {
    const left = this.#jobs.slice(this.#next);
    this.#next = this.#jobs.length;
    for (const job of left) job.settle(false, error);
  }
}

/** Those of one priority, the oldest first. Those before `head` have gone. */
interface Level {
  readonly priority: number;
  sources: (Source | undefined)[];
  head: number;
}

/** So many that have gone are kept in a list before it is made anew. */
const MOST_GONE = 1024;

/** Where jobs come from: of the most urgent source first; of those that are equal, of the oldest. */
export class Sources {
  /** The most urgent first. */
  readonly #levels: Level[] = [];
  #count = 0;
  #found: Level | undefined;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Whether one of them is not held. */
  get hasReady(): boolean {
    return this.#first(false) !== undefined;
  }

  /** @param priority - Higher ones come first. */
  add(source: Source, priority: number): void {
    this.#level(priority).sources.push(source);
    this.#count++;
  }

  /** Before all others. */
  addFirst(source: Source): void {
    const level = this.#level(Number.POSITIVE_INFINITY);
    level.sources = [source, ...level.sources.slice(level.head)];
    level.head = 0;
    this.#count++;
  }

  /**
   * The next job. Sources may add others meanwhile.
   *
   * @param isPressing - Also of those that are held.
   */
  next(isPressing: boolean): Job | undefined {
    for (;;) {
      const source = this.#first(isPressing);
      if (source === undefined) return undefined;
      const level = this.#found!;
      const job = source.next();
      if (job === undefined || source.isEmpty) this.#remove(source, level);
      if (job !== undefined) return job;
    }
  }

  /** That which is to be asked. Its level is in `#found`. */
  #first(isPressing: boolean): Source | undefined {
    for (const level of this.#levels)
      for (let at = level.head; at < level.sources.length; at++) {
        const source = level.sources[at];
        if (source === undefined || (source.isHeld && !isPressing)) continue;
        this.#found = level;
        return source;
      }
    return undefined;
  }

  /** It has no more. (It may have gone meanwhile: it ran others' code.) */
  #remove(source: Source, level: Level): void {
    const at = level.sources.indexOf(source, level.head);
    if (at < 0 || !this.#levels.includes(level)) return;
    level.sources[at] = undefined;
    this.#count--;
    while (level.head < level.sources.length && level.sources[level.head] === undefined) level.head++;
    if (level.head === level.sources.length) {
      this.#levels.splice(this.#levels.indexOf(level), 1);
    } else if (level.head > MOST_GONE) {
      level.sources = level.sources.slice(level.head);
      level.head = 0;
    }
  }

  #level(priority: number): Level {
    const at = this.#levels.findIndex((level) => level.priority <= priority);
    const found = at < 0 ? undefined : this.#levels[at];
    if (found?.priority === priority) return found;
    const made = { priority, sources: [], head: 0 };
    this.#levels.splice(at < 0 ? this.#levels.length : at, 0, made);
    return made;
  }

  /** Takes all of them away. */
  takeAll(): Source[] {
    const all = this.#levels.flatMap(({ sources, head }) => sources.slice(head).filter((it) => it !== undefined));
    this.#levels.length = 0;
    this.#count = 0;
    return all;
  }
}
