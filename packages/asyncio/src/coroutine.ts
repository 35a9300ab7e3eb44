import { RuntimeError, RuntimeWarning, warn } from '@prac/exceptions';
import type { OnRejected } from './future.ts';
import { nameOf } from './internal/names.ts';
import { driveHere } from './internal/nested.ts';
import { travels } from './internal/world.ts';

/** What a coroutine is made of: an async function, a generator that yields what it waits for, or any function. */
export type CoroutineFunction<T, Args extends readonly unknown[] = []> = (
  ...args: Args
) => T | PromiseLike<T> | Generator<unknown, T, unknown>;

const neverAwaited = new FinalizationRegistry<string>((name) =>
  warn(`coroutine '${name}' was never awaited`, RuntimeWarning),
);

/**
 * A call that is to be made: nothing runs until it is awaited, in the task that does, or given to `createTask`.
 *
 * Python: a coroutine object. An async function of JavaScript starts when it is called; {@link coroutine} makes one that does not.
 */
export class Coroutine<T = unknown> implements PromiseLike<T> {
  /** So that it may stand where a promise is wanted. */
  readonly [Symbol.toStringTag]: string = 'Coroutine';
  readonly #fn: CoroutineFunction<T, never[]>;
  readonly #args: readonly unknown[];
  #isUsed = false;

  /** @internal */
  constructor(fn: CoroutineFunction<T, never[]>, args: readonly unknown[]) {
    this.#fn = fn;
    this.#args = args;
    neverAwaited.register(this, nameOf(fn), this);
  }

  get name(): string {
    return nameOf(this.#fn);
  }

  /** It will not be run. */
  close(): void {
    this.#isUsed = true;
    neverAwaited.unregister(this);
  }

  /** What it is made of: it is run elsewhere. @internal */
  handOver(): [fn: unknown, args: readonly unknown[]] {
    this.close();
    return [this.#fn, this.#args];
  }

  /** @internal */
  start(): T | PromiseLike<T> | Generator<unknown, T, unknown> {
    if (this.#isUsed) throw new RuntimeError('cannot reuse already awaited coroutine');
    this.#isUsed = true;
    neverAwaited.unregister(this);
    return this.#fn(...(this.#args as never[]));
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited, as in Python
  then<A = T, B = never>(
    onfulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onrejected?: OnRejected<B>,
  ): Promise<A | B> {
    let running: Promise<T>;
    try {
      running = Promise.resolve(driveHere(this.start()));
    } catch (error) {
      running = Promise.reject(error);
    }
    return running.then(onfulfilled, onrejected);
  }

  catch<B = never>(onrejected?: OnRejected<B>): Promise<T | B> {
    return this.then(undefined, onrejected) as Promise<T | B>;
  }

  finally(onfinally?: (() => void) | null): Promise<T> {
    return this.then().finally(onfinally) as Promise<T>;
  }

  *[Symbol.iterator](): Generator<unknown, T, unknown> {
    const running = this.start();
    return isGenerator<T>(running) ? yield* running : ((yield running) as T);
  }

  toString(): string {
    return `<coroutine object ${this.name}>`;
  }
}

/**
 * Makes a function whose calls are coroutines: they run when they are awaited, or given to a task.
 *
 * Python: `async def`.
 *
 * @example
 * import { coroutine, createTask, run } from '@prac/asyncio';
 * const twice = coroutine(async (n: number) => 2 * n);
 * await run(async () => {
 *   const later = twice(21); // nothing has run
 *   console.log(await createTask(later)); // 42
 * });
 */
export function coroutine<Args extends readonly unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | Generator<unknown, T, unknown>,
): (...args: Args) => Coroutine<T> {
  if (typeof fn !== 'function') throw new TypeError(`Expected a function, got ${typeof fn}`);
  const made = (...args: Args): Coroutine<T> => new Coroutine<T>(fn as never, args);
  Object.defineProperty(made, 'name', { value: nameOf(fn), configurable: true });
  made[Symbol.for('prac.asyncio.coroutine') as never] = true as never;
  return made;
}

/** Whether it is a {@link Coroutine}, or a generator, which is one. Python: `asyncio.iscoroutine`. */
export function isCoroutine(value: unknown): value is Coroutine | Generator<unknown, unknown, unknown> {
  return value instanceof Coroutine || isGenerator(value);
}

/** Whether calls of a function are coroutines. Python: `asyncio.iscoroutinefunction`. */
export function isCoroutineFunction(value: unknown): boolean {
  return typeof value === 'function' && Symbol.for('prac.asyncio.coroutine') in value;
}

/** @internal */
export function isGenerator<T>(value: unknown): value is Generator<unknown, T, unknown> {
  const it = value as Partial<Generator & PromiseLike<T>> | null | undefined;
  return typeof it?.next === 'function' && typeof it.throw === 'function' && typeof it.then !== 'function';
}

const remade = travels(
  'remadeCoroutine',
  (fn: CoroutineFunction<unknown, never[]>, args: readonly unknown[]): Coroutine => new Coroutine(fn, args),
);

/** It is run where it arrives, and no more here. */
Object.defineProperty(Coroutine.prototype, Symbol.for('prac.pickle.reduce'), {
  value(this: Coroutine) {
    return [remade, this.handOver()];
  },
  configurable: true,
  writable: true,
});

travels('Coroutine', Coroutine);
travels('coroutine', coroutine);
travels('isCoroutine', isCoroutine);
travels('isCoroutineFunction', isCoroutineFunction);
