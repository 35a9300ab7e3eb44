/**
 * Where the main thread was when a signal's handler ran inside a blocking call.
 *
 * Python: a frame object.
 */
export interface Frame {
  /** The function; `<anonymous>` where it has no name. */
  readonly functionName: string;
  readonly fileName: string;
  readonly lineNumber: number;
  readonly column: number;
  /** Who called it; `null` for the outermost one that is known. */
  readonly back: Frame | null;
  /** The whole stack as text, innermost first. */
  readonly stack: string;
}

/** A function on the stack. */
export type Caller = (...args: never) => unknown;

const CALL = /^\s*at (?:async )?(?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/;
const MOST_FRAMES = 50;

/**
 * The stack below the blocking call that is being interrupted.
 *
 * @param from - The frames of this function and of what it called are left out.
 *
 * V8 only notes where everybody is; that becomes text and is taken apart when somebody looks: most handlers do not.
 */
export function interruptedFrame(from: Caller): Frame {
  const holder: { readonly stack?: string } = {};
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = MOST_FRAMES;
  Error.captureStackTrace(holder, from);
  Error.stackTraceLimit = before;
  return new LazyFrame(() =>
    String(holder.stack)
      .split('\n')
      .slice(1)
      .filter((line) => CALL.test(line)),
  );
}

class LazyFrame implements Frame {
  #read: (() => readonly string[]) | undefined;
  #lines: readonly string[] = [];

  constructor(read: () => readonly string[]) {
    this.#read = read;
  }

  get #calls(): readonly string[] {
    if (this.#read !== undefined) this.#lines = this.#read();
    this.#read = undefined;
    return this.#lines;
  }

  #part(index: number): string | undefined {
    return CALL.exec(this.#calls[0] ?? '')?.[index];
  }

  get functionName(): string {
    return this.#part(1) ?? '<anonymous>';
  }

  get fileName(): string {
    return this.#part(2) ?? '';
  }

  get lineNumber(): number {
    return Number(this.#part(3) ?? 0);
  }

  get column(): number {
    return Number(this.#part(4) ?? 0);
  }

  get back(): Frame | null {
    const calls = this.#calls;
    return calls.length > 1 ? new LazyFrame(() => calls.slice(1)) : null;
  }

  get stack(): string {
    return this.#calls.join('\n');
  }

  toString(): string {
    return `<frame at ${this.fileName}:${this.lineNumber}, ${this.functionName}>`;
  }
}
