import { Exception, RuntimeError } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/** The future was cancelled. Python: `concurrent.futures.CancelledError`. */
export class CancelledError extends Exception {}

/** A future is not in a state in which that can be done. Python: `concurrent.futures.InvalidStateError`. */
export class InvalidStateError extends Exception {}

/** An executor does nothing any more. Python: `concurrent.futures.BrokenExecutor`. */
export class BrokenExecutor extends RuntimeError {}

/** Of threads: the initializer has failed. Python: `concurrent.futures.thread.BrokenThreadPool`. */
export class BrokenThreadPool extends BrokenExecutor {}

/** Of processes: one has ended in the middle of its work. Python: `concurrent.futures.process.BrokenProcessPool`. */
export class BrokenProcessPool extends BrokenExecutor {}

const ERRORS = { CancelledError, InvalidStateError, BrokenExecutor, BrokenThreadPool, BrokenProcessPool };
for (const [name, type] of Object.entries(ERRORS)) {
  travels(name, type);
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}
