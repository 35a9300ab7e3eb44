import { currentThread, enumerate } from '@prac/sync';
import { afterEach, expect } from 'vitest';

/** Fails each test of a file after which a thread is still there. */
export function expectNoThreadsLeft(): void {
  afterEach(() => {
    expect(enumerate().map(String), 'threads that are left').toEqual([String(currentThread())]);
  });
}
