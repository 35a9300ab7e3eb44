import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 4096;
const MOST_LINES = 20;

/** The last lines of a file; nothing if there is none. */
export function tailOf(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8').trimEnd().split('\n').slice(-MOST_LINES).join('\n');
  } finally {
    closeSync(file);
  }
}
