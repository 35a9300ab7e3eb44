import { repr, ValueError } from '@prac/exceptions';

/**
 * What the rows of a table are sorted by.
 *
 * Python: `pstats.SortKey`.
 *
 * @example
 * import { SortKey } from '@prac/profile';
 * console.log(String(SortKey.TIME), SortKey.of('tottime') === SortKey.TIME); // time true
 */
export class SortKey {
  static readonly #byValue = new Map<string, SortKey>();

  /** How often it was called. */
  static readonly CALLS: SortKey = new SortKey('CALLS', 'calls', 'ncalls');
  /** Time in it and in what it has called. */
  static readonly CUMULATIVE: SortKey = new SortKey('CUMULATIVE', 'cumulative', 'cumtime');
  static readonly FILENAME: SortKey = new SortKey('FILENAME', 'filename', 'module');
  static readonly LINE: SortKey = new SortKey('LINE', 'line');
  static readonly NAME: SortKey = new SortKey('NAME', 'name');
  /** Name, file, line. */
  static readonly NFL: SortKey = new SortKey('NFL', 'nfl');
  /** Calls by others than itself. */
  static readonly PCALLS: SortKey = new SortKey('PCALLS', 'pcalls');
  /** As tables name it. */
  static readonly STDNAME: SortKey = new SortKey('STDNAME', 'stdname');
  /** Time in it alone. */
  static readonly TIME: SortKey = new SortKey('TIME', 'time', 'tottime');

  /** The name of the constant: `'TIME'`. */
  readonly name: string;
  /** What `sortStats` takes as well: `'time'`. */
  readonly value: string;

  private constructor(name: string, ...values: readonly [string, ...string[]]) {
    this.name = name;
    this.value = values[0];
    for (const value of values) SortKey.#byValue.set(value, this);
  }

  /**
   * The key with that name. Python: `SortKey('tottime')`.
   *
   * @throws {ValueError} if there is none.
   */
  static of(value: string): SortKey {
    const key = SortKey.#byValue.get(value);
    if (key === undefined) throw new ValueError(`${repr(value)} is not a valid SortKey`);
    return key;
  }

  /** All of them. */
  static [Symbol.iterator](): IterableIterator<SortKey> {
    return new Set(SortKey.#byValue.values()).values();
  }

  toString(): string {
    return this.value;
  }
}

// Bundlers rename classes that name themselves.
Object.defineProperty(SortKey, 'name', { value: 'SortKey', configurable: true });
