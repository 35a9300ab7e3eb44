import { addressOf } from '@prac/exceptions';
import { IDENT, shared, travels } from './internal/world.ts';
import type { Journey } from './memory.ts';

/*
 * In the thread that has made it, a local has a name: that thread's number and a count. Wherever it travels, the name finds the
 * object that stands for it there; the first time it is made anew, by the same class with the same arguments. It is kept as long
 * as the thread lives, since the same local may arrive again.
 */
interface Locals {
  count: number;
  /** Of other threads' locals: what stands for them here. */
  readonly here: Map<string, local>;
  readonly names: WeakMap<local, string>;
  readonly args: WeakMap<local, readonly unknown[]>;
  /** Is set while one is made that has a name. */
  name: string | undefined;
}

const locals: Locals = shared('locals', () => ({
  count: 0,
  here: new Map(),
  names: new WeakMap(),
  args: new WeakMap(),
  name: undefined,
}));

/**
 * An object whose properties are each thread's own: sent to another thread, it has there what that thread has put on it.
 *
 * The constructor of a subclass runs once in each thread, with the arguments that it gave to `super(…)`.
 *
 * Python: `threading.local`.
 *
 * @example
 * import { local, Thread } from '@prac/sync';
 * const data = new local();
 * data.value = 1;
 * const thread = new Thread({ target: (data: local) => console.log(data.value), args: [data] });
 * thread.start();
 * await thread.join(); // undefined
 * console.log(data.value); // 1
 */
export class local {
  [name: string]: unknown;

  /**
   * @param args - The arguments of the subclass's constructor, for the other threads.
   * @throws {TypeError} if that wants more.
   */
  constructor(...args: unknown[]) {
    if (new.target === local && args.length > 0) throw new TypeError('Initialization arguments are not supported');
    if (new.target.length > args.length) {
      throw new TypeError(
        `Expected ${new.target.name} to give super() its ${new.target.length} arguments: its constructor runs with them in every thread`,
      );
    }
    locals.args.set(this, args);
    if (locals.name === undefined) return;
    locals.names.set(this, locals.name);
    locals.here.set(locals.name, this);
    locals.name = undefined;
  }
}

travels('local', local);
/** As Python's repr. */
const text = {
  value(this: local): string {
    return `<${this.constructor.name} object at ${addressOf(this)}>`;
  },
  configurable: true,
  writable: true,
};
Object.defineProperties(local.prototype, { toString: text, [Symbol.for('nodejs.util.inspect.custom')]: text });
Object.defineProperty(local.prototype, Symbol.for('prac.pickle.reduce'), {
  value: reduce,
  configurable: true,
  writable: true,
});

function reduce(this: local, { target, refuse }: Journey): readonly unknown[] {
  if (target !== 'thread') refuse('a local belongs to the threads of one process', 'pass what it holds');
  if (!locals.names.has(this)) {
    const name = `${IDENT}:${++locals.count}`;
    locals.names.set(this, name);
    locals.here.set(name, this);
  }
  return [openLocal, [locals.names.get(this), this.constructor, locals.args.get(this)]];
}

/** What stands for a local in this thread. */
export const openLocal: (name: string, type: typeof local, args: readonly unknown[]) => local = travels(
  'openLocal',
  (name: string, type: typeof local, args: readonly unknown[]) => {
    const here = locals.here.get(name);
    if (here !== undefined) return here;
    locals.name = name;
    try {
      return new type(...args);
    } finally {
      locals.name = undefined;
    }
  },
);
