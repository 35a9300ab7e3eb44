import { Event } from '@prac/pool';
import { expect, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

test('a process may end while the thread that sleeps for its waits begins', async () => {
  const never = new Event();
  const wait = (never: Event, milliseconds: number): Promise<boolean> => never.wait(milliseconds / 1000);
  for (const milliseconds of [0, 1, 5, 10, 20]) {
    const all = crew(3, wait, [never, milliseconds]);
    expect(await ended(all)).toEqual([0, 0, 0]);
  }
});
