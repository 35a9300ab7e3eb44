import { currentOwner, currentTask, setTaskHook } from '@prac/park';
import { afterEach, expect, test } from 'vitest';

afterEach(() => void setTaskHook(undefined));

test('outside of tasks the thread owns what is acquired, always the same', () => {
  expect(currentTask()).toBeUndefined();
  expect(currentOwner()).toBe(currentOwner());
});

test('the task owns it that the hook says is running', () => {
  const task = {};
  setTaskHook({ current: () => task, enter: () => undefined });
  expect([currentTask(), currentOwner()]).toEqual([task, task]);
});
