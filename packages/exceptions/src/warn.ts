import { brandOf } from './internal/brand.ts';
import { repr } from './repr.ts';
import { UserWarning, Warning } from './warning.ts';

/** A class of warnings: {@link Warning} or a subclass of it. */
export type WarningCategory = new (message?: string, options?: ErrorOptions) => Warning;

/**
 * Issues a warning.
 *
 * It goes through `process.emitWarning`: Node prints it to stderr, gives it to `process.on('warning')` as an instance of
 * the category, and honours `--no-warnings` and `--trace-warnings`. The category's name is the type that
 * Node's `--disable-warning=` takes.
 *
 * Python: `warnings.warn`; there are no filters, so a warning is shown each time and not once per line.
 *
 * @param message - The text, or a warning made before (then `category` has no say).
 * @param category - The kind of warning. @defaultValue {@link UserWarning}
 * @throws {TypeError} if `category` is not a subclass of {@link Warning}.
 * @example
 * import { ResourceWarning, warn } from '@prac/exceptions';
 * warn('subprocess 4711 is still running', ResourceWarning);
 */
export function warn(message: string | Warning, category: WarningCategory = UserWarning): void {
  if (message instanceof Warning) {
    process.emitWarning(message);
    return;
  }
  if (!isCategory(category)) {
    throw new TypeError(`category must be a Warning subclass, not ${repr(category)}`);
  }
  const warning = new category(message);
  Error.captureStackTrace(warning, warn);
  process.emitWarning(warning);
}

function isCategory(category: unknown): boolean {
  return typeof category === 'function' && (brandOf(category) === 'Warning' || category.prototype instanceof Warning);
}
