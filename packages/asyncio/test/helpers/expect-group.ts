import { getRunningLoop } from '@prac/asyncio';
import type { BaseExceptionGroup, ExceptionClass } from '@prac/exceptions';
import { expect } from 'vitest';

/** As unittest's `assertRaises`, or `assertRaisesRegex`: an error of another class goes through, such as a CancelledError. */
export async function raises<E extends Error>(type: ExceptionClass<E>, fn: () => unknown, text?: RegExp): Promise<E> {
  try {
    await fn();
  } catch (error) {
    if (!(error instanceof type)) throw error;
    if (text !== undefined) expect(error.message).toMatch(text);
    return error;
  }
  return expect.unreachable(`${type.name} was not thrown`);
}

/** The classes of what a group holds. */
export function errorTypes(group: BaseExceptionGroup): Set<unknown> {
  return new Set(group.exceptions.map((error) => error.constructor));
}

/** Throws where a statement may not: in a `finally`. */
export function raise(type: new () => Error): never {
  throw new type();
}

/** Has the loop call a function in no task, and waits for it. */
export async function withoutTask(fn: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  getRunningLoop().callSoon(() => resolve(fn()));
  await promise;
}
