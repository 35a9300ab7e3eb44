import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { KeyboardInterrupt } from '@prac/exceptions';
import { libc } from '@prac/libc';
import { SIG_DFL, SIGINT } from '../constants.ts';

/** A word that never changes. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * A {@link KeyboardInterrupt} that nobody catches ends the process by SIGINT and not with an exit code: a shell script that
 * runs the program then stops too.
 */
export function letInterruptsKill(): void {
  process.on('uncaughtExceptionMonitor', (error) => {
    if (!(error instanceof KeyboardInterrupt) || process.listenerCount('uncaughtException') > 0) return;
    process.once('exit', () => {
      writeSync(2, `${inspect(error)}\n`); // Node would say it after 'exit', which is too late
      libc().signal(SIGINT, SIG_DFL);
      process.kill(process.pid, 'SIGINT');
      Atomics.wait(NEVER, 0, 0, 1000); // it comes within microseconds, on any thread
    });
  });
}
