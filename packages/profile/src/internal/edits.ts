/*
 * Texts that are put into a source, which stays as it is: no line is added, so that what is behind them is only moved to the right.
 *
 * Several may belong to one place. What ends there comes first (the inner ones before the outer ones), then what begins (the outer
 * ones before the inner ones).
 */
interface Edit {
  readonly at: number;
  readonly text: string;
  /** Ends before beginnings; then by depth. */
  readonly rank: number;
  readonly serial: number;
}

const DEEPEST = 1e6;

export class Edits {
  readonly #source: string;
  readonly #edits: Edit[] = [];
  #isSorted = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** @param depth - Of what begins there in the syntax tree. */
  open(at: number, text: string, depth: number): void {
    this.#edits.push({ at, text, rank: depth, serial: this.#edits.length });
  }

  /** @param depth - Of what ends there. */
  close(at: number, text: string, depth: number): void {
    this.#edits.push({ at, text, rank: -DEEPEST - depth, serial: this.#edits.length });
  }

  /** The source with the texts in it. */
  toString(): string {
    const parts: string[] = [];
    let last = 0;
    for (const { at, text } of this.#sorted()) {
      parts.push(this.#source.slice(last, at), text);
      last = at;
    }
    parts.push(this.#source.slice(last));
    return parts.join('');
  }

  /** Where in the source something is that stands at a place of the result: what was put in belongs to what is behind it. */
  original(place: number): number {
    let shift = 0;
    for (const { at, text } of this.#sorted()) {
      if (at + shift > place) break;
      if (at + shift + text.length > place) return at;
      shift += text.length;
    }
    return place - shift;
  }

  #sorted(): readonly Edit[] {
    if (!this.#isSorted) this.#edits.sort((a, b) => a.at - b.at || a.rank - b.rank || a.serial - b.serial);
    this.#isSorted = true;
    return this.#edits;
  }
}
