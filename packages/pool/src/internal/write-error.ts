import { writeSync } from 'node:fs';

const NAP = new Int32Array(new SharedArrayBuffer(4));

/** Writes to stderr at once: a process that ends waits for no stream. */
export function writeError(text: string): void {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(2, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return; // nobody reads it
      Atomics.wait(NAP, 0, 0, 1);
    }
  }
}
