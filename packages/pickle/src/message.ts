import { types } from 'node:util';
import type { Transferable } from 'node:worker_threads';
import { repr } from '@prac/exceptions';
import { UnpicklingError } from './errors.ts';
import { describe } from './internal/describe.ts';
import type { Graph } from './internal/graph.ts';
import { isCloneable } from './internal/is-cloneable.ts';
import { isPlainObject } from './internal/kinds.ts';
import { type FunctionMode, lowerFunction } from './internal/lower-function.ts';
import { Lowering } from './internal/lowering.ts';
import { Raising } from './internal/raising.ts';
import { checked, checkMode, raisingOptions } from './pickler.ts';
import type { Pickleable } from './types.ts';

/** How a value becomes a message. */
export interface MessageOptions {
  /** As in `PickleOptions`. @defaultValue 'auto' */
  readonly functions?: FunctionMode | null | undefined;
  /** What is not copied but handed over: array buffers, message ports. */
  readonly transfer?: Iterable<Transferable> | null | undefined;
  /** What the value is called in errors. @defaultValue 'value' */
  readonly name?: string | null | undefined;
}

/** A message that structured cloning carries: for `postMessage`, `workerData`, `setEnvironmentData`. */
export interface Message<T = unknown> {
  /** The value itself, where structured cloning carries all of it. */
  readonly value?: unknown;
  readonly graph?: Graph;
  /** Never there: the type of what is in the message. */
  readonly carries?: T;
}

const OPTIONS = ['functions', 'transfer', 'name'];

/**
 * Makes a message for another thread of this process: no bytes, but an object that structured cloning carries. Shared memory
 * stays shared.
 *
 * A message without a transfer list may be opened any number of times, in any threads. (Plain data is the message itself: it
 * is copied when it is posted, not when it is opened.)
 *
 * @throws {PicklingError} if the value holds what cannot travel.
 * @throws {TypeError} if `transfer` holds what cannot be handed over.
 * @example
 * import { fromMessage, toMessage } from '@prac/pickle';
 * const k = 3;
 * const { message, transferList } = toMessage({ triple: (n: number) => n * k });
 * const copy = fromMessage(structuredClone(message, { transfer: transferList }));
 * console.log(copy.triple(5)); // 15
 */
export function toMessage<T>(
  value: T & Pickleable<T>,
  options?: MessageOptions | null,
): { readonly message: Message<T>; readonly transferList: Transferable[] } {
  const { functions, transfer, name } = checked(options, OPTIONS);
  checkMode(functions);
  const transferList = checkedTransfer(transfer);
  if (isCloneable(value, transferList)) return { message: { value }, transferList };
  const lowering = new Lowering({
    target: 'thread',
    name: name ?? 'value',
    transfer: new Set<unknown>(transferList),
    persistentId: undefined,
    sent: undefined,
    lowerFunction: lowerFunction(functions ?? 'auto'),
  });
  return { message: { graph: lowering.lower(value) }, transferList };
}

/** @throws {TypeError} for what no thread can be given: `postMessage` would say so, far from here. */
function checkedTransfer(transfer: Iterable<Transferable> | null | undefined): Transferable[] {
  if (transfer == null) return [];
  if (typeof transfer !== 'object' || typeof transfer[Symbol.iterator] !== 'function')
    throw new TypeError(`Expected transfer to be a list, got ${repr(transfer)}`);
  const list = [...transfer];
  for (const item of list as unknown[]) {
    const isObject = typeof item === 'object' && item !== null;
    if (
      !isObject ||
      isPlainObject(item) ||
      Array.isArray(item) ||
      ArrayBuffer.isView(item) ||
      types.isSharedArrayBuffer(item)
    )
      throw new TypeError(`Expected transfer to hold array buffers, ports or streams, got ${describe(item)}`);
  }
  return list;
}

/**
 * Opens a message. Modules that it names are loaded at once.
 *
 * @throws {UnpicklingError} if it is none, or names what is not here, or a module with a top-level await (which
 * {@link fromMessageAsync} can wait for).
 */
export function fromMessage<T>(message: Message<T>): T {
  const graph = graphOf(message);
  return (graph === undefined ? message.value : graph.raiseSync()) as T;
}

/** {@link fromMessage}, where modules can be waited for. */
export async function fromMessageAsync<T>(message: Message<T>): Promise<T> {
  const graph = graphOf(message);
  return (graph === undefined ? message.value : await graph.raise()) as T;
}

function graphOf(message: Message): Raising | undefined {
  if (typeof message !== 'object' || message === null || !('graph' in message || 'value' in message)) {
    throw new UnpicklingError(`Expected a message of toMessage(), got ${repr(message)}`);
  }
  return message.graph === undefined
    ? undefined
    : new Raising(message.graph, raisingOptions({}), Number.POSITIVE_INFINITY);
}
