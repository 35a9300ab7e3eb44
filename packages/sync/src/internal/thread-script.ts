// The program of a thread as one script: see program.ts.
import type { ThreadData } from './messages.ts';
import type { Script } from './program.ts';
import { serveModules } from './serve-modules.ts';
import * as life from './thread-life.ts';

export { rehearse } from './thread-life.ts';

export function begin(data: ThreadData, script: Script): void {
  serveModules(script.served);
  life.begin(data);
}
