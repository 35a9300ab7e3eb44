import { type Channel, channel } from 'node:diagnostics_channel';
import type { Steps } from './wait.ts';
import { actor, type Waiting, watched } from './watched.ts';

/*
 * What happens to the objects of a package is published on a channel of node:diagnostics_channel, for timelines and the like. Nobody has to
 * know of those who listen; where nobody does it costs about a nanosecond.
 *
 *   wait ── has to wait ──> waited, whatever came of it         acquire: has it now         release: will let it go now
 *
 * `release` is told before the object is free, `acquire` after it was taken: on one clock nobody is seen to hold what another holds.
 */

/** What it happens to. */
export interface Subject {
  /** Python's name of its class. */
  readonly kind: string;
  /** Names it in all threads of the process. */
  readonly id: string;
  /** What people call it, if it has a name. */
  readonly name?: string;
}

/** What is published. */
export interface ObjectEvent {
  readonly type: string;
  /** For a lock or a queue always the same object. */
  readonly subject: Subject;
  /** The task that does it, if one runs. */
  readonly task: object | undefined;
  /** In which wait of this thread it happens, from 1. 0: in none. */
  readonly wait: number;
  /** How many permits, items, waiters, if it is about a number of them. */
  readonly count: number | undefined;
  /** What is in the queue now. */
  readonly size: number | undefined;
}

/** How many permits, items, waiters it is about. */
type Numbers = Partial<Pick<ObjectEvent, 'count' | 'size'>>;

/**
 * One of the channels: `prac:lock`, `prac:queue`, `prac:task` (waits for threads, for processes, for time).
 */
export class Watching<Of> {
  readonly #channel: Channel;
  readonly #subject: (of: Of) => Subject | undefined;

  /** @param subject - Nothing: nobody is told of this one. */
  constructor(name: 'prac:lock' | 'prac:queue' | 'prac:task', subject: (of: Of) => Subject | undefined) {
    this.#channel = channel(name);
    this.#subject = subject;
  }

  /** Whether anybody listens: to be asked before anything is told. */
  get isOn(): boolean {
    return this.#channel.hasSubscribers;
  }

  tell(type: string, of: Of, numbers?: Numbers): void {
    this.#publish(type, of, actor(), numbers);
  }

  /** A waiting loop of which is told when it waits. */
  watch<T>(of: Of, steps: Steps<T>): Steps<T> {
    return this.isOn ? watched(steps, (type, waiting) => this.#publish(type, of, waiting)) : steps;
  }

  #publish(type: string, of: Of, { task, wait }: Waiting, numbers?: Numbers): void {
    const subject = this.#subject(of);
    if (subject === undefined) return;
    const event: ObjectEvent = { type, subject, task, wait, count: numbers?.count, size: numbers?.size };
    this.#channel.publish(event);
  }
}
