import type { ElementOf, Typecode } from '@prac/sync';
import { travels } from './internal/world.ts';
import { Array as SharedArray, Value } from './shared-values.ts';

type Elements<Code extends Typecode> = SharedArray<Code>['obj'];

/**
 * Numbers that processes share, without a lock: reading and writing one is one step, more than that is not.
 *
 * Python: `multiprocessing.RawArray`.
 *
 * @example
 * import { RawArray } from '@prac/pool';
 * const numbers = new RawArray('d', [1.5, 2]);
 * numbers.set(0, numbers.at(1) * 2);
 * console.log([...numbers], numbers.obj.length); // [ 4, 2 ] 2
 */
export class RawArray<Code extends Typecode = Typecode> {
  readonly #array: SharedArray<Code>;

  /** @param sizeOrInitializer - How many, all 0; or their first values. */
  constructor(typecode: Code, sizeOrInitializer: number | Iterable<ElementOf<Code>> | SharedArray<Code>) {
    this.#array =
      sizeOrInitializer instanceof SharedArray ? sizeOrInitializer : new SharedArray(typecode, sizeOrInitializer);
  }

  get typecode(): Code {
    return this.#array.typecode;
  }

  /** The typed array, over shared memory. */
  get obj(): Elements<Code> {
    return this.#array.obj;
  }

  get length(): number {
    return this.#array.length;
  }

  /** An element; negative indices count from the end. @throws {IndexError} if there is none. */
  at(index: number): ElementOf<Code> {
    return this.#array.at(index);
  }

  set(index: number, value: ElementOf<Code>): void {
    this.#array.set(index, value);
  }

  [Symbol.iterator](): IterableIterator<ElementOf<Code>> {
    return this.#array[Symbol.iterator]();
  }

  toString(): string {
    return `<RawArray '${this.typecode}': [${[...this].join(', ')}]>`;
  }

  /** @internal */
  static parts(raw: RawArray): readonly unknown[] {
    return [raw.typecode, raw.#array];
  }
}

/**
 * A number that processes share, without a lock.
 *
 * Python: `multiprocessing.RawValue`.
 *
 * @example
 * import { RawValue } from '@prac/pool';
 * const flag = new RawValue('i', 1);
 * flag.value = 0;
 * console.log(flag.value); // 0
 */
export class RawValue<Code extends Typecode = Typecode> {
  readonly #value: Value<Code>;

  /** @param value - The first value. @defaultValue 0 */
  constructor(typecode: Code, value?: ElementOf<Code> | Value<Code>) {
    this.#value = value instanceof Value ? value : new Value(typecode, value);
  }

  get typecode(): Code {
    return this.#value.typecode;
  }

  get value(): ElementOf<Code> {
    return this.#value.value;
  }

  set value(value: ElementOf<Code>) {
    this.#value.value = value;
  }

  toString(): string {
    return `<RawValue '${this.typecode}': ${this.value}>`;
  }

  /** @internal */
  static parts(raw: RawValue): readonly unknown[] {
    return [raw.typecode, raw.#value];
  }
}

const made = travels('made', (kind: string, typecode: Typecode, shared: unknown): object =>
  kind === 'RawArray' ? new RawArray(typecode, shared as SharedArray) : new RawValue(typecode, shared as Value),
);

for (const [name, type] of Object.entries({ RawArray, RawValue })) {
  travels(name, type);
  Object.defineProperty(type.prototype, Symbol.for('prac.pickle.reduce'), {
    value(this: RawArray & RawValue) {
      return [made, [name, ...type.parts(this)]];
    },
    configurable: true,
    writable: true,
  });
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: object) {
      return String(this);
    },
    configurable: true,
    writable: true,
  });
}
