import { expectNothingLeft, leftovers } from '@prac/testing';

/** Expects that an action leaves nothing open. The first time brings what is made once, or for many children at once. */
export async function leavesNothing(action: () => Promise<unknown>): Promise<void> {
  await action();
  const before = leftovers();
  await action();
  try {
    await expectNothingLeft(before, { within: 1 });
  } catch {
    // The fifo engine makes 32 pipes at a time: that does not happen twice in a row.
    const again = leftovers();
    await action();
    await expectNothingLeft(again);
  }
}
