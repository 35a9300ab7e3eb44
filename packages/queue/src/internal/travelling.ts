import { type Journey, open, Primitive } from '@prac/sync/memory';
import { travels } from './world.ts';

/** The object of this thread that stands for the memory: what a queue is on its way. */
const openQueue = travels('openQueue', (kind: string, ...rest: [SharedArrayBuffer, ...unknown[]]): object =>
  open(kind, ...rest),
);

const REDUCE: unique symbol = Symbol.for('prac.pickle.reduce') as never;
type Reduce = (journey: Journey) => readonly [unknown, readonly unknown[]];

/** Has objects with that prototype, or one that extends it, go to other threads: as what this package makes of them there. */
export function letTravel(prototype: Primitive): void {
  Object.defineProperty(prototype, REDUCE, {
    value(this: object, journey: Journey) {
      // By the class itself: a subclass may have the same name.
      const { kind } = this as unknown as { readonly kind: string };
      if (!Object.hasOwn(Object.getPrototypeOf(this), 'kind'))
        journey.refuse(`it would arrive as a ${kind}`, 'keep the queue in a field of an object of your own');
      const reduce = (Primitive.prototype as unknown as { readonly [REDUCE]: Reduce })[REDUCE];
      return [openQueue, reduce.call(this, journey)[1]];
    },
    configurable: true,
    writable: true,
  });
}
