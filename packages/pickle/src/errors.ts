import { Exception } from '@prac/exceptions';

/** What all errors of this package have in common. Python: `pickle.PickleError`. */
export class PickleError extends Exception {
  static {
    named(PickleError, 'PickleError');
  }
}

/** Why a value cannot be pickled. */
export interface Refusal {
  /** The way to it, from what was to be pickled: `args[0].onClick`. */
  readonly path: string;
  /** What it is, and what is wrong with it. */
  readonly reason: string;
  /** What to do instead; `''` if nothing helps. */
  readonly advice: string;
}

/**
 * A value cannot be pickled. The message names the path to it, the reason, and what to do instead.
 *
 * Python: `pickle.PicklingError`.
 */
export class PicklingError extends PickleError implements Refusal {
  static {
    named(PicklingError, 'PicklingError');
  }
  readonly path: string;
  readonly reason: string;
  readonly advice: string;

  /** @param refusal - What it is about, or the reason alone. */
  constructor(refusal: Refusal | string, options?: ErrorOptions) {
    const { path, reason, advice } = typeof refusal === 'string' ? { path: '', reason: refusal, advice: '' } : refusal;
    super(`${path && `${path}: `}${reason}${advice && `; ${advice}`}`, options);
    this.path = path;
    this.reason = reason;
    this.advice = advice;
  }
}

/** Bytes or a message cannot be read: they are damaged, or name what is not there. Python: `pickle.UnpicklingError`. */
export class UnpicklingError extends PickleError {
  static {
    named(UnpicklingError, 'UnpicklingError');
  }
}

/** Also where a bundler gives the class another name. */
function named(type: object, name: string): void {
  Object.defineProperty(type, 'name', { value: name, configurable: true });
}
