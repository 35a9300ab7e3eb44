import { repr } from '../repr.ts';

/** A path, a path as bytes, or an open file's number. */
export type Filename = string | Uint8Array | number;

/** What Node puts on errors of the operating system. */
export interface SystemError {
  readonly code?: unknown;
  /** Negative where libuv made the error, positive in Node's own checks. */
  readonly errno?: unknown;
  readonly message?: string;
  readonly path?: Filename;
  readonly dest?: Filename;
}

/** Python's `str()` of an OSError. */
export function messageOf(
  errno: number,
  strerror: string,
  filename: Filename | null | undefined,
  filename2: Filename | null | undefined,
): string {
  const text = `[Errno ${errno}] ${strerror}`;
  if (filename == null) return text;
  return filename2 == null ? `${text}: ${repr(filename)}` : `${text}: ${repr(filename)} -> ${repr(filename2)}`;
}
