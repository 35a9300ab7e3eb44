import { isMainThread } from 'node:worker_threads';
import { constants, FdWatch, libc } from '@prac/libc';
import { PollBlocker, type Polled } from '@prac/subprocess/polling';
import { shared } from '../internal/world.ts';

const { POLLIN } = constants;

/** A descriptor that becomes readable or writable, as this thread waits for it. It is somebody else's to close. */
export class Descriptor implements Polled {
  readonly fd: number;
  readonly events: number;
  readonly native = true;
  readonly #callbacks = new Set<() => void>();
  #watch: FdWatch | undefined;

  constructor(fd: number, events: number) {
    this.fd = fd;
    this.events = events;
  }

  get blocker(): PollBlocker {
    return blocker();
  }

  watch(callback: () => void): void {
    this.#callbacks.add(callback);
    if (this.#callbacks.size > 1) return;
    this.#watch ??= new FdWatch(libc(), this.fd, this.events === POLLIN ? 'readable' : 'writable');
    this.#watch.start(this.wake);
  }

  unwatch(callback: () => void): void {
    if (this.#callbacks.delete(callback) && this.#callbacks.size === 0) this.#watch?.stop();
  }

  /** Lets those who wait look again. */
  readonly wake = (): void => {
    for (const callback of [...this.#callbacks]) callback();
  };

  /** Before the descriptor is closed. */
  forget(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }
}

/** Of which descriptors something may be read, or written, now. */
export function readyAmong(all: readonly Descriptor[]): boolean[] {
  const events = libc().poll(
    all.map(({ fd, events }) => [fd, events]),
    0,
  );
  return typeof events === 'number' ? all.map(() => false) : events.map((event) => event !== 0);
}

const state: { blocker: PollBlocker | undefined } = shared('blocker', () => ({ blocker: undefined }));

function blocker(): PollBlocker {
  state.blocker ??= new PollBlocker(libc(), isMainThread);
  return state.blocker;
}
