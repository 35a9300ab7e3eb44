import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { waitUntil } from '@prac/testing';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Waits until an object has been collected. */
export async function collected(ref: WeakRef<object>): Promise<void> {
  await waitUntil(() => {
    gc();
    return ref.deref() === undefined;
  });
}
