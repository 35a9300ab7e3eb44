import type { CommunicateOptions, WaitOptions } from '../options.ts';
import { refuseUnknown } from './unknown-options.ts';

/*
 * The options of `wait` and `communicate`, for Popen and Pipeline. A blocking call knows no `signal`: nothing could abort it.
 */

type Given<T> = T | null | undefined;
type Reader<T, Shorthand = never> = (options: Given<T> | Shorthand) => Partial<T>;

/** A time limit alone may be a number. */
export const waitOptions: Reader<WaitOptions, number> = timeoutOr(known<WaitOptions>('timeout', 'signal'));
export const waitOptionsSync: Reader<WaitOptions, number> = timeoutOr(known<WaitOptions>('timeout'));
export const communicateOptions: Reader<CommunicateOptions> = known('input', 'timeout', 'signal');
export const communicateOptionsSync: Reader<CommunicateOptions> = known('input', 'timeout');

function known<T extends object>(...names: (keyof T & string)[]): Reader<T> {
  const set = new Set<string>(names);
  return (options) => {
    if (options == null) return {};
    refuseUnknown(options, set);
    return options;
  };
}

function timeoutOr(read: Reader<WaitOptions>): Reader<WaitOptions, number> {
  return (options) => (typeof options === 'number' ? { timeout: options } : read(options));
}
