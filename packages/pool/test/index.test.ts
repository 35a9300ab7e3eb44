import * as pool from '@prac/pool';
import { expect, test } from 'vitest';

test('the package exports what its README lists', () => {
  const processes = ['Process', 'prewarm', 'activeChildren', 'cpuCount', 'currentProcess', 'parentProcess'];
  const methods = ['getAllStartMethods', 'getContext', 'getStartMethod', 'setStartMethod'];
  const primitives = ['Barrier', 'BoundedSemaphore', 'Condition', 'Event', 'Lock', 'RLock', 'Semaphore'];
  const values = ['Array', 'RawArray', 'RawValue', 'Value'];
  const queues = ['JoinableQueue', 'Pipe', 'Queue', 'SimpleQueue'];
  const pools = ['Manager', 'AsyncResult', 'IMapIterator', 'IMapSyncIterator', 'Pool', 'ThreadPool'];
  const logging = ['Logger', 'getLogger', 'logToStderr'];
  const errors = [
    'AssertionError',
    'AuthenticationError',
    'BrokenBarrierError',
    'BufferTooShort',
    'EOFError',
    'Empty',
    'Full',
    'MaybeEncodingError',
    'NotImplementedError',
    'OSError',
    'ProcessError',
    'RuntimeError',
    'ShutDown',
    'TimeoutError',
    'ValueError',
    'WorkerLostError',
  ];
  const all = [processes, methods, primitives, values, queues, pools, logging, errors].flat();
  expect(Object.keys(pool).sort()).toEqual(all.sort());
});
