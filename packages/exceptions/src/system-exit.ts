import { BaseException } from './base-exception.ts';
import { brand } from './internal/brand.ts';
import { repr } from './repr.ts';

/**
 * Thrown to end a program with an exit code.
 *
 * Not an {@link Exception}, so that code which handles errors does not swallow it. Node knows nothing of it: who
 * catches it at the top ends the process, as `@prac/pool` does in its children.
 *
 * Python: `SystemExit`.
 *
 * @example
 * import { SystemExit } from '@prac/exceptions';
 * console.log(new SystemExit(3).code); // 3
 */
export class SystemExit extends BaseException {
  static {
    brand(SystemExit, 'SystemExit');
  }

  /** The exit code; `null` means success, a text is to be printed and means exit code 1. */
  readonly code: number | string | null;

  /**
   * @param code - The exit code, or a text to print. @defaultValue `null`: success
   * @param options - The error's `cause`.
   */
  constructor(code?: number | string | null, options?: ErrorOptions) {
    super(code == null ? '' : String(code), options);
    this.code = code ?? null;
  }

  override toRepr(): string {
    return `${this.name}(${this.code === null ? '' : repr(this.code)})`;
  }
}
