import { Codec } from './codec.ts';
import type { Bytes } from './engines/engine.ts';

const FILE_SYSTEM = new Codec('utf-8', 'surrogateescape');

/**
 * Text for the operating system. A lone surrogate U+DC80..U+DCFF stands for a byte that is no UTF-8, as in CPython.
 *
 * Python: `os.fsencode`.
 */
export function fsEncode(text: string): Bytes {
  return text.isWellFormed() ? text : FILE_SYSTEM.encode(text);
}
