// OSError and its subclasses stand in one file because they need each other: they extend it, and its constructor chooses among them.
import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';
import { codeOf, errnoOf } from './internal/errno-table.ts';
import { type Filename, messageOf, type SystemError } from './internal/os-error-text.ts';
import { repr } from './repr.ts';
import { strerror as textOf } from './strerror.ts';

/**
 * Thrown when the operating system refuses something.
 *
 * Made with an error number, `new OSError(2)` is an object of the matching subclass, {@link FileNotFoundError} here, as
 * in Python. Its subclasses, made directly, stay what they are.
 *
 * Python: `OSError`; there `OSError(2)` alone leaves `errno` empty, here the text is filled in.
 *
 * @example
 * import { FileNotFoundError, OSError } from '@prac/exceptions';
 * const error = new OSError(2, null, 'nonexistent');
 * console.log(error instanceof FileNotFoundError, error.code); // true ENOENT
 * console.log(error.message); // [Errno 2] No such file or directory: 'nonexistent'
 */
export class OSError extends Exception {
  static {
    brand(OSError, 'OSError');
    // Defaults on the prototype: an error without these fields does not list them as null.
    for (const field of ['errno', 'code', 'strerror', 'filename', 'filename2']) {
      Object.defineProperty(OSError.prototype, field, { value: null, writable: true, configurable: true });
    }
  }

  /** The error number, positive as in Python; `null` for an error made from a text. */
  declare readonly errno: number | null;
  /** The number's name, as on Node's errors: `'ENOENT'`; `null` if there is none. */
  declare readonly code: string | null;
  /** What the number means: `'No such file or directory'`. */
  declare readonly strerror: string | null;
  /** The file that it was about. */
  declare readonly filename: Filename | null;
  /** The second file, where two take part (a rename, a link). */
  declare readonly filename2: Filename | null;

  /**
   * @param message - A text, for an error without a number.
   * @param options - The error's `cause`.
   */
  constructor(message?: string, options?: ErrorOptions);
  /**
   * @param errno - The error number, positive.
   * @param strerror - What it means. @defaultValue the C library's text
   * @param filename - The file that it was about.
   * @param filename2 - The second file.
   * @param options - The error's `cause`.
   */
  constructor(
    errno: number,
    strerror?: string | null,
    filename?: Filename | null,
    filename2?: Filename | null,
    options?: ErrorOptions,
  );
  constructor(
    first?: string | number,
    second?: string | ErrorOptions | null,
    filename?: Filename | null,
    filename2?: Filename | null,
    options?: ErrorOptions,
  ) {
    if (typeof first !== 'number') {
      super(first, second as ErrorOptions | undefined);
      return;
    }
    const strerror = (second as string | null | undefined) ?? textOf(first);
    const code = codeOf(first);
    super(messageOf(first, strerror, filename, filename2), options);
    const Subclass = new.target === OSError && code !== null ? CLASS_BY_CODE[code] : undefined;
    // The prototype is changed rather than a second object made: one stack is captured, and it begins at the caller's line.
    if (Subclass !== undefined) Object.setPrototypeOf(this, Subclass.prototype);
    this.errno = first;
    this.strerror = strerror;
    if (code !== null) this.code = code;
    if (filename != null) this.filename = filename;
    if (filename2 != null) this.filename2 = filename2;
  }

  /**
   * Turns an error of Node's own modules (`fs`, `child_process`, `net`) into Python's.
   *
   * @param error - The error; one that is an OSError already is returned as it is.
   * @returns The matching OSError, whose `cause` is the error. Codes that are no error numbers (`ENOTFOUND`) give a plain
   * OSError with Node's text and `code`.
   * @throws {TypeError} if it is no error of the operating system (it has no `code`); the error is its `cause`.
   * @example
   * import { readFileSync } from 'node:fs';
   * import { OSError } from '@prac/exceptions';
   * try {
   *   readFileSync('nonexistent');
   * } catch (error) {
   *   console.log(String(OSError.from(error))); // FileNotFoundError: [Errno 2] No such file or directory: 'nonexistent'
   * }
   */
  static from(error: unknown): OSError {
    if (error instanceof OSError) return error;
    const { code, errno, path, dest, message } = (error ?? {}) as SystemError;
    if (typeof code !== 'string') {
      throw new TypeError(`Expected an error of the operating system, got ${repr(error)}`, { cause: error });
    }
    const number = errnoOf(code) ?? (typeof errno === 'number' && codeOf(errno) !== null ? errno : null);
    if (number !== null) return new OSError(number, null, path, dest, { cause: error });
    const other = new OSError(message, { cause: error });
    return Object.assign(other, { code });
  }

  override toRepr(): string {
    return this.errno === null ? super.toRepr() : `${this.name}(${this.errno}, ${repr(this.strerror)})`;
  }
}

/**
 * Thrown when an operation would block on something set to non-blocking.
 *
 * Made by `new OSError(errno)` for `EAGAIN`, `EALREADY` and `EINPROGRESS`.
 *
 * Python: `BlockingIOError`.
 */
export class BlockingIOError extends OSError {
  static {
    brand(BlockingIOError, 'BlockingIOError');
  }
}

/**
 * Thrown when an operation on a child process fails: there is none to wait for.
 *
 * Made by `new OSError(errno)` for `ECHILD`.
 *
 * Python: `ChildProcessError`.
 */
export class ChildProcessError extends OSError {
  static {
    brand(ChildProcessError, 'ChildProcessError');
  }
}

/**
 * The base of errors about connections.
 *
 * Python: `ConnectionError`.
 */
export class ConnectionError extends OSError {
  static {
    brand(ConnectionError, 'ConnectionError');
  }
}

/**
 * Thrown on writing to a pipe or socket whose other end is closed.
 *
 * Made by `new OSError(errno)` for `EPIPE` and `ESHUTDOWN`.
 *
 * Python: `BrokenPipeError`.
 */
export class BrokenPipeError extends ConnectionError {
  static {
    brand(BrokenPipeError, 'BrokenPipeError');
  }
}

/**
 * Thrown when the peer aborts an attempt to connect.
 *
 * Made by `new OSError(errno)` for `ECONNABORTED`.
 *
 * Python: `ConnectionAbortedError`.
 */
export class ConnectionAbortedError extends ConnectionError {
  static {
    brand(ConnectionAbortedError, 'ConnectionAbortedError');
  }
}

/**
 * Thrown when nobody listens at the address.
 *
 * Made by `new OSError(errno)` for `ECONNREFUSED`.
 *
 * Python: `ConnectionRefusedError`.
 */
export class ConnectionRefusedError extends ConnectionError {
  static {
    brand(ConnectionRefusedError, 'ConnectionRefusedError');
  }
}

/**
 * Thrown when the peer resets the connection.
 *
 * Made by `new OSError(errno)` for `ECONNRESET`.
 *
 * Python: `ConnectionResetError`.
 */
export class ConnectionResetError extends ConnectionError {
  static {
    brand(ConnectionResetError, 'ConnectionResetError');
  }
}

/**
 * Thrown on creating a file or directory that exists already.
 *
 * Made by `new OSError(errno)` for `EEXIST`.
 *
 * Python: `FileExistsError`.
 */
export class FileExistsError extends OSError {
  static {
    brand(FileExistsError, 'FileExistsError');
  }
}

/**
 * Thrown when a file, directory or program does not exist.
 *
 * Made by `new OSError(errno)` for `ENOENT`.
 *
 * Python: `FileNotFoundError`.
 */
export class FileNotFoundError extends OSError {
  static {
    brand(FileNotFoundError, 'FileNotFoundError');
  }
}

/**
 * Thrown when a signal interrupts a system call that is not restarted.
 *
 * Made by `new OSError(errno)` for `EINTR`.
 *
 * Python: `InterruptedError`.
 */
export class InterruptedError extends OSError {
  static {
    brand(InterruptedError, 'InterruptedError');
  }
}

/**
 * Thrown on doing to a directory what needs a file.
 *
 * Made by `new OSError(errno)` for `EISDIR`.
 *
 * Python: `IsADirectoryError`.
 */
export class IsADirectoryError extends OSError {
  static {
    brand(IsADirectoryError, 'IsADirectoryError');
  }
}

/**
 * Thrown on doing to something else what needs a directory.
 *
 * Made by `new OSError(errno)` for `ENOTDIR`.
 *
 * Python: `NotADirectoryError`.
 */
export class NotADirectoryError extends OSError {
  static {
    brand(NotADirectoryError, 'NotADirectoryError');
  }
}

/**
 * Thrown when the right to do something is missing.
 *
 * Made by `new OSError(errno)` for `EACCES` and `EPERM`.
 *
 * Python: `PermissionError`.
 */
export class PermissionError extends OSError {
  static {
    brand(PermissionError, 'PermissionError');
  }
}

/**
 * Thrown when a process does not exist.
 *
 * Made by `new OSError(errno)` for `ESRCH`.
 *
 * Python: `ProcessLookupError`.
 */
export class ProcessLookupError extends OSError {
  static {
    brand(ProcessLookupError, 'ProcessLookupError');
  }
}

/**
 * Thrown when a time limit passes, be it the system's (`ETIMEDOUT`) or one given to a call.
 *
 * Not the `DOMException` of the same name that `AbortSignal.timeout()` gives.
 *
 * Made by `new OSError(errno)` for `ETIMEDOUT`.
 *
 * Python: `TimeoutError`.
 */
export class TimeoutError extends OSError {
  static {
    brand(TimeoutError, 'TimeoutError');
  }
}

/** Python's choice of a class by error number; all others are plain OSErrors. */
const CLASS_BY_CODE: Readonly<Record<string, typeof OSError | undefined>> = {
  EAGAIN: BlockingIOError,
  EALREADY: BlockingIOError,
  EINPROGRESS: BlockingIOError,
  ECHILD: ChildProcessError,
  EPIPE: BrokenPipeError,
  ESHUTDOWN: BrokenPipeError,
  ECONNABORTED: ConnectionAbortedError,
  ECONNREFUSED: ConnectionRefusedError,
  ECONNRESET: ConnectionResetError,
  EEXIST: FileExistsError,
  ENOENT: FileNotFoundError,
  EINTR: InterruptedError,
  EISDIR: IsADirectoryError,
  ENOTDIR: NotADirectoryError,
  EACCES: PermissionError,
  EPERM: PermissionError,
  ESRCH: ProcessLookupError,
  ETIMEDOUT: TimeoutError,
};
