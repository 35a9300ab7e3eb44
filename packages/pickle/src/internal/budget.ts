import { UnpicklingError } from '../errors.ts';

/** A list has an item for each word, a text four: no pickle that was written here comes near to both. */
const ITEMS_PER_WORD = 8;

/*
 * What may be gone through while one graph is read. Its nodes may share lists, records and texts, so that few bytes name very
 * many of them: all that is gone through is counted, again and again where it is shared, and may not be much more than the
 * pickle is long.
 */
export class Budget {
  #items: number;

  /** @param words - How long the pickle is. */
  constructor(words: number) {
    this.#items = ITEMS_PER_WORD * words;
  }

  /** Before so many items are gone through. @throws {UnpicklingError} if they are too many. */
  spend(items: number): void {
    this.#items -= items;
    if (this.#items < 0) throw damaged('says much more than it is long');
  }

  /** A list of a node: nothing that only looks like one. */
  list<Item>(value: readonly Item[] | undefined): readonly Item[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw damaged('has something else where a list has to be');
    this.spend(value.length);
    return value;
  }

  keys(record: object): string[] {
    const keys = Object.keys(record);
    this.spend(keys.length);
    return keys;
  }

  /** What a constructor of the platform goes through: texts, and lists of them. */
  spendOn(value: unknown, levels = 3): void {
    if (isText(value)) this.spend(value.length);
    else if (!Array.isArray(value) || levels === 0) this.spend(1);
    else for (const item of this.list(value)) this.spendOn(item, levels - 1);
  }
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function text(value: unknown): string {
  if (!isText(value)) throw damaged('has something else where a string has to be');
  return value;
}

export function damaged(what: string): UnpicklingError {
  return new UnpicklingError(`pickle data is damaged: it ${what}`);
}
