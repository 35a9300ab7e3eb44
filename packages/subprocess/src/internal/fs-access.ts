import { accessSync, constants } from 'node:fs';
import { constants as osConstants } from 'node:os';

/** Whether this process may execute a file: 0, or the negative errno. */
export function executableByFs(path: string | Uint8Array): number {
  try {
    accessSync(Buffer.from(path), constants.X_OK);
    return 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? -osConstants.errno.ENOENT;
  }
}
