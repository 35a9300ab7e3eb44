import { Exception } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/** Something is wrong with processes. Python: `multiprocessing.ProcessError`. */
export class ProcessError extends Exception {}

travels('ProcessError', ProcessError);
Object.defineProperty(ProcessError.prototype, 'name', { value: 'ProcessError', configurable: true, writable: true });
