import * as futures from '@prac/futures';
import { expect, test } from 'vitest';

test('the package exports what its README lists', () => {
  const executors = ['Executor', 'InterpreterPoolExecutor', 'ProcessPoolExecutor', 'ThreadPoolExecutor'];
  const waits = ['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION', 'wait', 'waitSync'];
  const iterators = [
    'AsCompleted',
    'AsCompletedSync',
    'ExecutorMap',
    'ExecutorMapSync',
    'asCompleted',
    'asCompletedSync',
  ];
  const errors = [
    'BrokenExecutor',
    'BrokenProcessPool',
    'BrokenThreadPool',
    'CancelledError',
    'InvalidStateError',
    'PicklingError',
    'RuntimeError',
    'TimeoutError',
    'UnpicklingError',
    'ValueError',
    'WorkerLostError',
  ];
  expect(Object.keys(futures).sort()).toEqual(['Future', ...executors, ...waits, ...iterators, ...errors].sort());
});
