export { dumps, loads, loadsSync } from './dumps.ts';
export { PickleError, PicklingError, type Refusal, UnpicklingError } from './errors.ts';
export { canPickle, type ExplainOptions, explain } from './explain.ts';
export { hasPrivateState } from './has-private-state.ts';
export type { Roots } from './internal/places.ts';
export {
  fromMessage,
  fromMessageAsync,
  type Message,
  type MessageOptions,
  toMessage,
} from './message.ts';
export {
  type Key,
  type PickledReference,
  type PickleOptions,
  Pickler,
  type UnpickleOptions,
  Unpickler,
} from './pickler.ts';
export { byValue, isMain, reference } from './reference.ts';
export { type ReduceContext, type Reducer, type Reduction, reduce, register } from './register.ts';
export type { CannotTravel, Pickleable, PickleableArgs } from './types.ts';
