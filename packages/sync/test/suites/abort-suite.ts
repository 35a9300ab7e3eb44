import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';

/** Something that is waited for. */
export interface Waited<T> {
  /** Makes one where `wait` has to wait. */
  create(): Promise<T>;
  /** Waits; what it gets it keeps. */
  wait(waited: T, signal: AbortSignal | undefined): Promise<unknown>;
  /** Has one wait end. */
  make(waited: T): void;
}

type Countable = { statistics(): { readonly waiting: number } };

/** An aborted wait leaves no trace: it takes nothing, holds nobody up, and is not counted. */
export function abortSuite<T extends Countable>({ create, wait, make }: Waited<T>): void {
  test('a wait with a signal that is aborted already rejects with its reason, and takes nothing', async () => {
    const waited = await create();
    make(waited); // there is something to get
    const reason = new Error('enough');
    await expect(wait(waited, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(waited.statistics().waiting).toBe(0);
    await wait(waited, undefined);
  });

  test('an abort ends a wait, and leaves nothing behind', async () => {
    const waited = await create();
    const before = leftovers();
    const controller = new AbortController();
    const waiting = wait(waited, controller.signal);
    await waitUntil(() => waited.statistics().waiting === 1);
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    expect(waited.statistics().waiting).toBe(0);
    await expectNothingLeft(before);
    make(waited);
    await wait(waited, undefined); // nobody has taken it
  });

  test.each([
    ['before', (abort: () => void, wake: () => void) => [abort(), wake()]],
    ['after', (abort: () => void, wake: () => void) => [wake(), abort()]],
  ])('aborted in the same tick %s the wake-up: it goes to the next, or to who got it', async (_, both) => {
    const waited = await create();
    const controller = new AbortController();
    const first = wait(waited, controller.signal).then(
      () => 'got it',
      () => 'aborted',
    );
    const second = wait(waited, undefined).then(() => 'got it');
    await waitUntil(() => waited.statistics().waiting === 2);
    both(
      () => controller.abort(),
      () => make(waited),
    );
    if ((await first) === 'got it') make(waited);
    expect(await second).toBe('got it');
    expect(waited.statistics().waiting).toBe(0);
  });

  test('aborted at any moment around the wake-up, it is not lost', async () => {
    for (let round = 0; round < 30; round++) {
      const waited = await create();
      const controller = new AbortController();
      const first = wait(waited, controller.signal).then(
        () => true,
        () => false,
      );
      const second = wait(waited, undefined);
      setImmediate(() => make(waited));
      await turns(round % 6);
      controller.abort();
      if (await first) make(waited);
      await second;
      expect(waited.statistics().waiting).toBe(0);
    }
  });
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (i % 2 === 0) await null;
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
