import { LibcUnavailableError } from '@prac/libc';
import type { Polled } from '../polling.ts';
import type { Kernel } from './kernel.ts';

/** Something of a child that becomes ready: a pipe to read, a pipe to write, the child's end. */
export interface Pollable extends Polled {
  /** The kernel's poll, if it becomes ready without this thread's event loop running. */
  readonly blocker: Kernel | null;
}

/** Why a blocked thread cannot wait for it. */
export function needsLoop(): Error {
  return new LibcUnavailableError(
    'This child can be waited for by the event loop only: a ...Sync form needs koffi (npm install koffi) on Linux',
  );
}
