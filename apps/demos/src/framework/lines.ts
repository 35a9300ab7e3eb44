import { StringDecoder } from 'node:string_decoder';

/** The lines of a text; the line end after the last one does not begin another. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Cuts arriving chunks into lines, and hands each on as soon as it is complete. */
export class LineCutter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #text = '';
  #begun = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Everything that has arrived. */
  get text(): string {
    return this.#text;
  }

  write(chunk: Buffer): void {
    this.#add(this.#decoder.write(chunk));
  }

  /** Hands on what is left: a last line without a line end. */
  end(): void {
    this.#add(this.#decoder.end());
    if (this.#begun !== '') this.#onLine(this.#begun);
    this.#begun = '';
  }

  #add(text: string): void {
    this.#text += text;
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() as string;
    for (const line of lines) this.#onLine(line);
  }
}
