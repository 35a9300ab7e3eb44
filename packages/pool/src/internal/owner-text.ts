import { currentThread, mainThread } from '@prac/sync';
import { processName } from './identity.ts';
import { me, pidOf } from './members.ts';

/** Who holds a lock, as Python says it. */
export function ownerText({ locked, owner }: { readonly locked: boolean; readonly owner: number | undefined }): string {
  if (!locked || owner === undefined) return 'None';
  if (pidOf(owner) !== process.pid) return 'SomeOtherProcess';
  if (owner !== me()) return 'SomeOtherThread';
  const thread = currentThread();
  return thread === mainThread() ? processName() : `${processName()}|${thread.name}`;
}
