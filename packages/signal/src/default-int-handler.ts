import { KeyboardInterrupt } from '@prac/exceptions';
import type { Frame } from './internal/frame.ts';

/**
 * The handler that turns Ctrl-C into a {@link KeyboardInterrupt}. Nobody has to handle it: a program that lets it through ends
 * by SIGINT, as its shell expects.
 *
 * Python installs it for SIGINT by itself; here a program that wants it says `signal(SIGINT, defaultIntHandler)`.
 *
 * Python: `signal.default_int_handler`.
 *
 * @throws {KeyboardInterrupt}
 */
export function defaultIntHandler(_signum: number, _frame: Frame | null): never {
  throw new KeyboardInterrupt();
}
