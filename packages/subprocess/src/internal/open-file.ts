import { openSync } from 'node:fs';
import { OSError } from '@prac/exceptions';

/** `fs.openSync` with Python's errors. Such a descriptor is closed by `fs.closeSync`: in workers Node keeps count of them. */
export function openFile(path: string, flags: string | number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw OSError.from(error);
  }
}
