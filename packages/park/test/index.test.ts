import type { Steps, Wait, Waitable } from '@prac/park';
import * as park from '@prac/park';
import { expect, expectTypeOf, test } from 'vitest';

test('the package exports what its README lists', () => {
  const functions = [
    'block',
    'comesSoon',
    'addChore',
    'currentOwner',
    'outsideTasks',
    'currentTask',
    'deadlineAfter',
    'notify',
    'now',
    'sleep',
    'sleepSync',
    'suspend',
    'together',
    'waitLimits',
    'wakeHere',
  ];
  const hooks = ['setSignalHook', 'setTaskHook', 'signalHook'];
  const others = [
    'Listening',
    'OverflowError',
    'RuntimeError',
    'TIMEOUT_MAX',
    'ValueError',
    'Watching',
    'Word',
    'atomicsFutex',
  ];
  expect(Object.keys(park).sort()).toEqual([...functions, ...hooks, ...others].sort());
});

test('the result of a waiting loop is that of the call', () => {
  expectTypeOf(park.block<number>).returns.toBeNumber();
  expectTypeOf(park.suspend<string>).returns.toEqualTypeOf<Promise<string>>();
  expectTypeOf<Steps<boolean>>().toExtend<Generator<Wait, boolean, void>>();
  expectTypeOf<park.Word>().toExtend<Waitable>();
});
