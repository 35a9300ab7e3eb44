import { type ElementOf, SharedArray, SharedValue, type Typecode } from '@prac/sync';
import { letTravel, opens, ownedBy, type ProcessMemory, processMemory } from './internal/process-memory.ts';
import { travels } from './internal/world.ts';
import type { Lock } from './lock.ts';
import { RLock } from './rlock.ts';

/** Options of a {@link Value} and an {@link Array}. */
export interface SharedValueOptions {
  /** The lock that goes with it. @defaultValue a new {@link RLock} */
  readonly lock?: Lock | RLock | null | undefined;
  /** @internal */
  readonly memory?: ProcessMemory | undefined;
}

/** Words before the elements: see @prac/sync. */
const HEADER_WORDS = 16;

function memoryFor(typecode: Typecode, length: number): ProcessMemory {
  const { BYTES_PER_ELEMENT } = new SharedArray(typecode, 0).obj; // or says what is wrong with the typecode
  return processMemory(HEADER_WORDS + Math.ceil((length * BYTES_PER_ELEMENT) / 4));
}

function lengthOf(sizeOrInitializer: unknown): number {
  if (typeof sizeOrInitializer === 'number') return Math.max(0, Math.floor(sizeOrInitializer) || 0);
  return Math.max(0, Number((sizeOrInitializer as { length?: unknown } | null)?.length) || 0);
}

/**
 * A number that processes share, and a lock for what takes several steps: `value += 1` is two.
 *
 * Python: `multiprocessing.Value`.
 *
 * @example
 * import { Process, Value } from '@prac/pool';
 * const counter = new Value('i', 0);
 * const count = (counter: Value<'i'>) => counter.withSync(() => { counter.value += 1; });
 * const children = [1, 2].map(() => new Process({ target: count, args: [counter] }));
 * for (const child of children) child.start();
 * for (const child of children) await child.join();
 * console.log(counter.value); // 2
 */
export class Value<Code extends Typecode = Typecode> extends SharedValue<Code> {
  /**
   * @param typecode - A letter of Python's `array`: `'i'` for 32-bit integers, `'q'` for 64-bit ones (bigint), `'d'` for doubles.
   * @param value - The first value. @defaultValue 0
   */
  constructor(typecode: Code, value?: ElementOf<Code>, { lock, memory }: SharedValueOptions = {}) {
    super(typecode, value, { lock: lock ?? new RLock(), memory: memory ?? memoryFor(typecode, 1) });
    ownedBy(this);
  }

  override toString(): string {
    return `<Value '${this.typecode}' at ${this.address}: ${this.value}>`;
  }

  protected override get kind(): string {
    return 'Value';
  }
}

/**
 * Numbers that processes share, and a lock for what takes several steps. `obj` is the typed array itself.
 *
 * Python: `multiprocessing.Array`.
 *
 * @example
 * import { Array } from '@prac/pool';
 * const squares = new Array('i', [0, 1, 4]);
 * squares.withSync(() => squares.set(0, squares.at(2) + 1));
 * console.log([...squares]); // [ 5, 1, 4 ]
 */
class ProcessArray<Code extends Typecode = Typecode> extends SharedArray<Code> {
  /** @param sizeOrInitializer - How many, all 0; or their first values. */
  constructor(
    typecode: Code,
    sizeOrInitializer: number | Iterable<ElementOf<Code>>,
    { lock, memory }: SharedValueOptions = {},
  ) {
    const isIterable =
      typeof (sizeOrInitializer as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function';
    const given = isIterable ? [...(sizeOrInitializer as Iterable<ElementOf<Code>>)] : (sizeOrInitializer as number);
    super(typecode, given, { lock: lock ?? new RLock(), memory: memory ?? memoryFor(typecode, lengthOf(given)) });
    ownedBy(this);
  }

  override toString(): string {
    return `<Array '${this.typecode}' at ${this.address}: [${[...this].join(', ')}]>`;
  }

  protected override get kind(): string {
    return 'Array';
  }
}

export { ProcessArray as Array };

travels('Value', Value);
letTravel(Value.prototype);
opens('Value', (memory, [typecode, lock]) => {
  return new Value(typecode as Typecode, undefined, { memory, lock: lock as Lock });
});
travels('Array', ProcessArray);
letTravel(ProcessArray.prototype);
opens('Array', (memory, [typecode, lock]) => {
  return new ProcessArray(typecode as Typecode, 0, { memory, lock: lock as Lock });
});
