import { Lockable } from './internal/lockable.ts';
import type { AcquireOptions, AcquireSyncOptions } from './internal/options.ts';
import type { ElementOf, Typecode } from './internal/typecodes.ts';
import { travels } from './internal/world.ts';
import type { Lock } from './lock.ts';
import { opens } from './memory.ts';
import type { RLock } from './rlock.ts';
import { checkElement, SharedArray, type SharedOptions } from './shared-array.ts';

/**
 * A number that threads share, and a lock for what takes several steps: `value += 1` is two.
 *
 * Python: `multiprocessing.Value`.
 *
 * @example
 * import { SharedValue, Thread } from '@prac/sync';
 * const counter = new SharedValue('i', 0);
 * const count = (counter: SharedValue<'i'>) => counter.withSync(() => { counter.value += 1; });
 * const threads = [1, 2].map(() => new Thread({ target: count, args: [counter] }));
 * for (const thread of threads) thread.start();
 * for (const thread of threads) await thread.join();
 * console.log(counter.value); // 2
 */
export class SharedValue<Code extends Typecode = Typecode> extends Lockable {
  readonly #array: SharedArray<Code>;

  /**
   * @param typecode - A letter of Python's `array`: `'i'` for 32-bit integers, `'q'` for 64-bit ones (bigint), `'d'` for doubles.
   * @param value - The first value. @defaultValue 0
   * @throws {TypeError} if it is no typecode.
   */
  constructor(typecode: Code, value?: ElementOf<Code>, options: SharedOptions = {}) {
    const array = new SharedArray<Code>(typecode, 1, options);
    super(array.memory);
    this.#array = array;
    if (value !== undefined) this.value = value;
  }

  get typecode(): Code {
    return this.#array.typecode;
  }

  get value(): ElementOf<Code> {
    return this.#array.obj[0] as ElementOf<Code>;
  }

  set value(value: ElementOf<Code>) {
    checkElement(this.typecode, value);
    (this.#array.obj as unknown as Record<number, unknown>)[0] = value;
  }

  /** The lock that goes with it. Python: `get_lock()`. */
  getLock(): Lock | RLock {
    return this.#array.getLock();
  }

  /** Acquires its lock. */
  acquire(options?: AcquireOptions | null): Promise<boolean> {
    return this.#array.acquire(options);
  }

  /** Blocking form of {@link acquire}. */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    return this.#array.acquireSync(options);
  }

  tryAcquire(): boolean {
    return this.#array.tryAcquire();
  }

  /** Releases its lock. */
  release(): void {
    this.#array.release();
  }

  override toString(): string {
    return `<sync.SharedValue '${this.typecode}' at ${this.address}: ${this.value}>`;
  }

  protected override get kind(): string {
    return 'SharedValue';
  }

  protected override parts(): readonly unknown[] {
    return [this.typecode, this.getLock()];
  }
}

travels('SharedValue', SharedValue);
opens('SharedValue', (memory, [typecode, lock]) => {
  return new SharedValue(typecode as Typecode, undefined, { memory, lock: lock as Lock });
});
