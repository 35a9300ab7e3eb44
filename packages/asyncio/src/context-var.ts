import { LookupError, RuntimeError, repr, ValueError } from '@prac/exceptions';
import { scheduler } from './internal/scheduler.ts';
import { travels } from './internal/world.ts';

/*
 * Variables of tasks. A context is shared by all that its task calls and awaits; a task that is created, and a callback that is scheduled,
 * get a copy. Copies are made when somebody sets something: until then they share one map.
 */

type Values = ReadonlyMap<ContextVar<unknown>, unknown>;

const NONE: Values = new Map();

/**
 * The values of context variables.
 *
 * Python: `contextvars.Context`.
 */
export class Context {
  /** @internal */
  values: Values;
  #isEntered = false;

  /** @internal */
  constructor(values: Values = NONE) {
    this.values = values;
  }

  /**
   * Calls a function that sees the values of this context, and sets them here.
   *
   * @throws {RuntimeError} if somebody is in it already.
   */
  run<Args extends readonly unknown[], T>(fn: (...args: Args) => T, ...args: Args): T {
    if (this.#isEntered) throw new RuntimeError(`cannot enter context: ${this} is already entered`);
    const before = entered;
    entered = this;
    this.#isEntered = true;
    try {
      return fn(...args);
    } finally {
      entered = before;
      this.#isEntered = false;
    }
  }

  copy(): Context {
    return new Context(this.values);
  }

  get<T>(variable: ContextVar<T>, fallback?: T): T | undefined {
    return this.values.has(variable as ContextVar<unknown>)
      ? (this.values.get(variable as ContextVar<unknown>) as T)
      : fallback;
  }

  has(variable: ContextVar<unknown>): boolean {
    return this.values.has(variable);
  }

  get size(): number {
    return this.values.size;
  }

  toString(): string {
    return '<Context object>';
  }
}

/** What belongs to no task, and to no callback. */
const root = new Context();
/** That in which `Context.run`, or a callback, runs. */
let entered: Context | undefined;

/** @internal */
export function currentContext(): Context {
  if (entered !== undefined) return entered;
  return (scheduler.current as { readonly context: Context } | null)?.context ?? root;
}

/** Calls a callback in its context. @internal */
export function callIn(context: Context, call: () => void): void {
  const before = entered;
  entered = context;
  try {
    call();
  } finally {
    entered = before;
  }
}

/** Runs a step of a task: what has called it may be in a context of its own. @internal */
export function inTask<T>(call: () => T): T {
  const before = entered;
  entered = undefined;
  try {
    return call();
  } finally {
    entered = before;
  }
}

/** A copy of the context in which it is called. Python: `contextvars.copy_context`. */
export function copyContext(): Context {
  return currentContext().copy();
}

/** What a variable was before it was set. Python: `contextvars.Token`. */
export class Token<T> {
  readonly variable: ContextVar<T>;
  /** `Token.MISSING` if it had none. */
  readonly oldValue: T | typeof Token.MISSING;
  /** @internal */
  readonly context: Context;
  /** @internal */
  isUsed = false;
  static readonly MISSING: unique symbol = Symbol('MISSING') as never;

  /** @internal */
  constructor(variable: ContextVar<T>, oldValue: T | typeof Token.MISSING, context: Context) {
    this.variable = variable;
    this.oldValue = oldValue;
    this.context = context;
  }
}

/**
 * A variable of which each task has its own value: that of who created it, until it sets another.
 *
 * Python: `contextvars.ContextVar`.
 *
 * @example
 * import { ContextVar, createTask, run } from '@prac/asyncio';
 * const user = new ContextVar<string>('user', { default: 'nobody' });
 * await run(async () => {
 *   user.set('ann');
 *   await createTask(async () => user.set('bob'));
 *   console.log(user.get()); // ann
 * });
 */
export class ContextVar<T> {
  readonly name: string;
  readonly #default: { readonly value: T } | undefined;

  constructor(name: string, options?: { readonly default?: T } | null) {
    if (typeof name !== 'string') throw new TypeError('context variable name must be a str');
    this.name = name;
    this.#default = options != null && 'default' in options ? { value: options.default as T } : undefined;
  }

  /**
   * The value here.
   *
   * @param fallback - If it has none.
   * @throws {LookupError} if it has none, and there is no other.
   */
  get(...fallback: [T?]): T {
    const { values } = currentContext();
    const variable = this as ContextVar<unknown>;
    if (values.has(variable)) return values.get(variable) as T;
    if (fallback.length > 0) return fallback[0] as T;
    if (this.#default === undefined) throw new LookupError(repr(this));
    return this.#default.value;
  }

  /** @returns What {@link reset} takes. */
  set(value: T): Token<T> {
    const context = currentContext();
    const variable = this as ContextVar<unknown>;
    const old = context.values.has(variable) ? (context.values.get(variable) as T) : Token.MISSING;
    context.values = new Map(context.values).set(variable, value);
    return new Token<T>(this, old, context);
  }

  /**
   * Gives it the value that it had before.
   *
   * @throws {RuntimeError} if the token was used. {ValueError} if it is of another variable, or of another context.
   */
  reset(token: Token<T>): void {
    if (!(token instanceof Token)) throw new TypeError(`expected an instance of Token, got ${repr(token)}`);
    if (token.isUsed) throw new RuntimeError('Token has already been used once');
    if (token.variable !== this) throw new ValueError('Token was created by a different ContextVar');
    const context = currentContext();
    if (token.context !== context) throw new ValueError('Token was created in a different Context');
    token.isUsed = true;
    const values = new Map(context.values);
    if (token.oldValue === Token.MISSING) values.delete(this as ContextVar<unknown>);
    else values.set(this as ContextVar<unknown>, token.oldValue);
    context.values = values;
  }

  toString(): string {
    const text = this.#default === undefined ? '' : ` default=${repr(this.#default.value)}`;
    return `<ContextVar name=${repr(this.name)}${text}>`;
  }
}

travels('Context', Context);
travels('ContextVar', ContextVar);
travels('copyContext', copyContext);
travels('Token', Token);
