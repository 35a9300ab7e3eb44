import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { KeyboardInterrupt } from '@prac/exceptions';
import { isLibcAvailable, libc } from '@prac/libc';
import { SIG_DFL, SIGINT } from '../constants.ts';

/** A word that never changes. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * A {@link KeyboardInterrupt} that nobody catches ends the process by SIGINT and not with an exit code: a shell script that
 * runs the program then stops too.
 */
export function letInterruptsKill(): void {
  process.on('uncaughtExceptionMonitor', (error) => {
    if (!(error instanceof KeyboardInterrupt) || isCaught()) return;
    process.once('exit', () => {
      say(`${inspect(error)}\n`); // Node would say it after 'exit', which is too late
      if (isLibcAvailable()) libc().signal(SIGINT, SIG_DFL);
      else process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
      Atomics.wait(NEVER, 0, 0, 1000); // it comes within microseconds, on any thread
    });
  });
}

function isCaught(): boolean {
  return process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
}

function say(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // nobody reads it
  }
}
