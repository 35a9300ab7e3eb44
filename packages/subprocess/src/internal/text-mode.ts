import type { ErrorHandling } from '../options.ts';
import { Codec } from './codec.ts';

/** Text mode as the options ask for it; `undefined` for bytes. */
export function textModeOf(options: {
  readonly text?: boolean | null | undefined;
  readonly universalNewlines?: boolean | null | undefined;
  readonly encoding?: string | null | undefined;
  readonly errors?: ErrorHandling | null | undefined;
}): Codec | undefined {
  const { text, universalNewlines, encoding, errors } = options;
  if (!text && !universalNewlines && !encoding && !errors) return undefined;
  return new Codec(encoding || 'utf-8', errors || 'strict');
}

/** Python's universal newlines: `\r\n` and `\r` become `\n`. */
export function translateNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Decodes a stream piece by piece: what is only the beginning of a character or of a line end waits for the next piece. */
export class StreamDecoder {
  readonly #codec: Codec;
  #bytes: Buffer = Buffer.alloc(0);
  #pendingReturn = false;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  decode(piece: Buffer): string {
    const bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
    const whole = bytes.length - this.#codec.incomplete(bytes);
    this.#bytes = Buffer.from(bytes.subarray(whole)); // a copy: the piece's memory is used again
    return this.#translate(this.#codec.decode(bytes.subarray(0, whole)));
  }

  /** The end of the stream, with its last piece. */
  end(piece: Buffer): string {
    const rest = this.#codec.decode(this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]));
    this.#bytes = Buffer.alloc(0);
    const text = translateNewlines((this.#pendingReturn ? '\r' : '') + rest);
    this.#pendingReturn = false;
    return text;
  }

  #translate(text: string): string {
    const whole = this.#pendingReturn ? `\r${text}` : text;
    this.#pendingReturn = whole.endsWith('\r');
    return translateNewlines(this.#pendingReturn ? whole.slice(0, -1) : whole);
  }
}
