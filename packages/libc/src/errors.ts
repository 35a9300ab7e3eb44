/**
 * Raised when the C library cannot be called: no FFI is installed (`koffi` is an optional dependency), the platform is not a
 * 64-bit Linux, or the environment variable `PRAC_LIBC` switched it off.
 *
 * The message says what was tried and what each attempt answered.
 */
export class LibcUnavailableError extends Error {
  static {
    Object.defineProperty(LibcUnavailableError.prototype, 'name', {
      value: 'LibcUnavailableError',
      configurable: true,
      writable: true,
    });
  }
}
