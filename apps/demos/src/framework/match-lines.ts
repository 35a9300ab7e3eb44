import { describeLine, type Interleaved, type Line, type Part, type Repeated } from './expectation.ts';

type Names = Readonly<Record<string, string>>;

/** More tries than any honest scenario needs: lists of look-alike lines can be mixed in a great many ways. */
const MOST_TRIES = 200_000;

/**
 * Compares lines with the parts that are to describe them all.
 *
 * @returns `null` if they agree, else a sentence on the first line that no reading of the parts can explain.
 */
export function mismatch(parts: readonly Part[], lines: readonly string[]): string | null {
  const matcher = new Matcher(lines);
  return matcher.matches(parts, 0, {}) ? null : matcher.report();
}

/** A search with backtracking. It remembers how far the best reading got, because that is where the output went wrong. */
class Matcher {
  readonly #lines: readonly string[];
  #furthest = -1;
  #wanted: string[] = [];
  #tries = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  matches(parts: readonly Part[], at: number, names: Names): boolean {
    this.#tries += 1;
    if (this.#tries > MOST_TRIES) return false;
    const [part, ...rest] = parts;
    if (part === undefined) return at === this.#lines.length || this.#miss(at, 'no more lines');
    if (typeof part === 'string' || part instanceof RegExp) return this.#one(part, rest, at, names);
    if (part.kind === 'either') return part.outputs.some((parts) => this.matches([...parts, ...rest], at, names));
    return part.kind === 'repeated' ? this.#some(part, rest, at, names) : this.#mixed(part, rest, at, names);
  }

  report(): string {
    if (this.#tries > MOST_TRIES) return 'the lines can be read in too many ways: make their patterns more distinct';
    const wanted = [...new Set(this.#wanted)].join(' or ');
    const line = this.#lines[this.#furthest];
    const found = line === undefined ? 'the output ends' : JSON.stringify(line);
    return `line ${this.#furthest + 1}: expected ${wanted}, found ${found}`;
  }

  #one(line: Line, rest: readonly Part[], at: number, names: Names): boolean {
    const known = this.#read(line, at, names);
    return known === null ? this.#miss(at, describeLine(line)) : this.matches(rest, at + 1, known);
  }

  #some(part: Repeated, rest: readonly Part[], at: number, names: Names): boolean {
    let end = at;
    while (this.#read(part.like, end, names) !== null) end += 1;
    this.#miss(end, describeLine(part.like));
    for (; end - at >= part.atLeast; end -= 1) {
      const missing = part.including.find((line) => !this.#among(line, at, end, names));
      if (missing !== undefined) return this.#miss(end, `${describeLine(missing)} before it`);
      if (this.matches(rest, end, names)) return true;
    }
    return false;
  }

  #mixed(part: Interleaved, rest: readonly Part[], at: number, names: Names): boolean {
    const lists = part.lists.filter((list) => list.length > 0);
    if (lists.length === 0) return this.matches(rest, at, names);
    const tried = new Set<string>();
    for (const [index, list] of lists.entries()) {
      // Threads often run the same function: lists with the same lines left are the same choice.
      const left = list.map(describeLine).join('\n');
      if (tried.has(left)) continue;
      tried.add(left);
      const others = lists.toSpliced(index, 1, list.slice(1));
      if (this.#one(list[0] as Line, [{ kind: 'interleaved', lists: others }, ...rest], at, names)) return true;
    }
    return false;
  }

  #among(line: Line, from: number, to: number, names: Names): boolean {
    for (let at = from; at < to; at += 1) if (this.#read(line, at, names) !== null) return true;
    return false;
  }

  /** What the names stand for after this line, or `null` if it is another line. */
  #read(line: Line, at: number, names: Names): Names | null {
    const text = this.#lines[at];
    if (text === undefined) return null;
    if (typeof line === 'string') return text === line ? names : null;
    const match = new RegExp(`^(?:${line.source})$`, line.flags).exec(text);
    if (match === null) return null;
    const found = Object.entries(match.groups ?? {});
    const agree = found.every(([name, value]) => names[name] === undefined || names[name] === value);
    return agree ? { ...names, ...match.groups } : null;
  }

  #miss(at: number, wanted: string): false {
    if (at > this.#furthest) this.#wanted = [];
    if (at >= this.#furthest) {
      this.#furthest = at;
      this.#wanted.push(wanted);
    }
    return false;
  }
}
