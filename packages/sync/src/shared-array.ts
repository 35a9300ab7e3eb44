import { checkedOptions, IndexError, repr, ValueError } from '@prac/exceptions';
import { Lockable } from './internal/lockable.ts';
import type { AcquireOptions, AcquireSyncOptions } from './internal/options.ts';
import {
  bytesOf,
  checkTypecode,
  type ElementOf,
  sharedElements,
  type Typecode,
  type TypedArrayOf,
} from './internal/typecodes.ts';
import { travels } from './internal/world.ts';
import { Lock } from './lock.ts';
import { type Memory, type MemoryOption, opens, threadMemory } from './memory.ts';
import { RLock } from './rlock.ts';

/** Words before the elements: those of every primitive, and the length. */
const HEADER_WORDS = 16;
const LENGTH = 3;

/** Options of a shared value or array. */
export interface SharedOptions extends MemoryOption {
  /** The lock that goes with it. @defaultValue a new RLock */
  readonly lock?: Lock | RLock | null | undefined;
}

/** Memory for so many elements. */
function memoryFor(typecode: Typecode, length: number): Memory {
  return threadMemory(new SharedArrayBuffer(4 * HEADER_WORDS + length * bytesOf(typecode)));
}

/**
 * Numbers that threads share, and a lock for what takes several steps.
 *
 * Reading and writing an element is one step, which needs no lock. `obj` is the typed array itself.
 *
 * Python: `multiprocessing.Array`.
 *
 * @example
 * import { SharedArray } from '@prac/sync';
 * const squares = new SharedArray('i', [0, 1, 4]);
 * squares.withSync(() => squares.set(0, squares.at(2) + 1));
 * console.log([...squares]); // [ 5, 1, 4 ]
 */
export class SharedArray<Code extends Typecode = Typecode> extends Lockable {
  readonly typecode: Code;
  /** The typed array, over shared memory. Python: `get_obj()`. */
  readonly obj: TypedArrayOf<Code>;
  readonly #lock: Lock | RLock;

  /**
   * @param typecode - A letter of Python's `array`: `'i'` for 32-bit integers, `'q'` for 64-bit ones (bigint), `'d'` for doubles.
   * @param sizeOrInitializer - How many, all 0; or their first values.
   * @throws {TypeError} if it is no typecode. {ValueError} if the size is negative.
   */
  constructor(typecode: Code, sizeOrInitializer: number | Iterable<ElementOf<Code>>, options: SharedOptions = {}) {
    checkTypecode(typecode);
    const { lock, memory } = checkedOptions(options, ['lock', 'memory']);
    if (lock !== undefined && lock !== null && !(lock instanceof Lock || lock instanceof RLock))
      throw new TypeError(`Expected lock to be a Lock or RLock, got ${repr(lock)}`);
    if (typeof sizeOrInitializer !== 'number' && typeof sizeOrInitializer?.[Symbol.iterator] !== 'function')
      throw new TypeError(`Expected a size or values, got ${repr(sizeOrInitializer)}`);
    const initial = typeof sizeOrInitializer === 'number' ? undefined : [...sizeOrInitializer];
    const length = initial?.length ?? (sizeOrInitializer as number);
    if (!Number.isInteger(length)) throw new TypeError(`Expected a size or values, got ${repr(sizeOrInitializer)}`);
    if (length < 0) throw new ValueError('size must be >= 0');
    super(memory ?? memoryFor(typecode, length));
    const { words } = this.memory;
    if (!this.memory.opened) words[LENGTH] = length;
    this.typecode = typecode;
    this.obj = sharedElements(typecode, words.buffer, words.byteOffset + 4 * HEADER_WORDS, words[LENGTH]!);
    for (const [i, value] of (initial ?? []).entries()) this.set(i, value);
    this.#lock = lock ?? new RLock();
  }

  get length(): number {
    return this.obj.length;
  }

  /**
   * An element.
   *
   * @param index - Negative ones count from the end.
   * @throws {IndexError} if there is none.
   */
  at(index: number): ElementOf<Code> {
    return this.obj[this.#index(index)] as ElementOf<Code>;
  }

  /** Sets an element. */
  set(index: number, value: ElementOf<Code>): void {
    checkElement(this.typecode, value);
    (this.obj as unknown as Record<number, unknown>)[this.#index(index)] = value;
  }

  /** A copy of a part. */
  slice(start?: number, end?: number): ElementOf<Code>[] {
    return [...this].slice(start, end);
  }

  [Symbol.iterator](): IterableIterator<ElementOf<Code>> {
    return (this.obj as unknown as Iterable<ElementOf<Code>>)[Symbol.iterator]() as IterableIterator<ElementOf<Code>>;
  }

  /** The lock that goes with it. Python: `get_lock()`. */
  getLock(): Lock | RLock {
    return this.#lock;
  }

  /** Acquires its lock. */
  acquire(options?: AcquireOptions | null): Promise<boolean> {
    return this.#lock.acquire(options);
  }

  /** Blocking form of {@link acquire}. */
  acquireSync(options?: AcquireSyncOptions | null): boolean {
    return this.#lock.acquireSync(options);
  }

  tryAcquire(): boolean {
    return this.#lock.tryAcquire();
  }

  /** Releases its lock. */
  release(): void {
    this.#lock.release();
  }

  override toString(): string {
    return `<sync.SharedArray '${this.typecode}' at ${this.address}: [${[...this].join(', ')}]>`;
  }

  protected override get kind(): string {
    return 'SharedArray';
  }

  protected override parts(): readonly unknown[] {
    return [this.typecode, this.#lock];
  }

  #index(index: number): number {
    const at = index < 0 ? index + this.length : index;
    if (Number.isInteger(at) && at >= 0 && at < this.length) return at;
    if (!Number.isInteger(index)) throw new TypeError(`Expected an index, got ${repr(index)}`);
    throw new IndexError('array index out of range');
  }
}

/** @throws {TypeError} for what would become another number. */
export function checkElement(typecode: Typecode, value: unknown): void {
  const expected = /[lLqQ]/.test(typecode) ? 'bigint' : 'number';
  const isWhole = /[fd]/.test(typecode) || expected === 'bigint' || Number.isInteger(value);
  if (typeof value === expected && isWhole) return;
  const name = expected === 'bigint' ? 'bigint' : /[fd]/.test(typecode) ? 'number' : 'integer';
  throw new TypeError(`Expected a value of type ${name}, got ${repr(value)}`);
}

travels('SharedArray', SharedArray);
opens(
  'SharedArray',
  (memory, [typecode, lock]) => new SharedArray(typecode as Typecode, 0, { memory, lock: lock as Lock }),
);
