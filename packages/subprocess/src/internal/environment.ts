import { ValueError } from '@prac/exceptions';
import type { Bytes } from './engines/engine.ts';
import { fsEncode } from './fs-encode.ts';
import { isMainThread } from './main-thread.ts';

/** `process.env` as Node made it: on the main thread it is the C environment itself. */
const NODE_ENV = process.env;

/**
 * The environment as `NAME=value` entries; `null` where the C environment says the same and can be passed on unread.
 *
 * @throws {ValueError} for a name with `=` or a NUL.
 */
export function environmentEntries(
  env: Readonly<Record<string, string | undefined>> | null | undefined,
): Bytes[] | null {
  if (env == null && isMainThread() && process.env === NODE_ENV) return null;
  const entries: Bytes[] = [];
  for (const [name, value] of Object.entries(env ?? process.env)) {
    if (value == null) continue;
    if (typeof value !== 'string')
      throw new TypeError(`Expected environment variable ${name} to be a string, got ${typeof value}`);
    const entry = `${name}=${value}`;
    if (entry.includes('\0')) throw new ValueError('embedded null byte');
    if (env != null && name.includes('=')) throw new ValueError('illegal environment variable name');
    entries.push(fsEncode(entry));
  }
  return entries;
}
