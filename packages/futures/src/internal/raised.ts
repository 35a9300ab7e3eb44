import { MaybeEncodingError } from '@prac/pool';

/** Where something was thrown in another process, as a text. */
class RemoteTraceback extends Error {}
Object.defineProperty(RemoteTraceback.prototype, 'name', {
  value: '_RemoteTraceback',
  configurable: true,
  writable: true,
});

/** What is wrong with a result that cannot travel is told as it is, as in Python. */
export function raised(error: unknown): unknown {
  return error instanceof MaybeEncodingError && error.cause !== undefined ? error.cause : error;
}

/** The same for what comes from another process: its stack is the cause, as in Python. */
export function raisedRemotely(error: unknown, isRemote: boolean): unknown {
  const it = raised(error);
  if (isRemote && it instanceof Error && it.cause === undefined && Object.isExtensible(it)) {
    const cause = new RemoteTraceback(`\n"""\n${it.stack}\n"""`);
    Object.defineProperty(cause, 'stack', { value: String(cause), configurable: true, writable: true });
    Object.defineProperty(it, 'cause', { value: cause, configurable: true, writable: true });
  }
  return it;
}
