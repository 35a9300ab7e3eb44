import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { isInstanceOf } from './kinds.ts';

/** What a value is that can never travel, and what to do instead; nothing, if it may. */
export function refusalOf(value: object): readonly [what: string, advice: string] | undefined {
  for (const [is, what, advice] of KINDS) if (is(value)) return [what, advice];
  return undefined;
}

/** The constructor of their prototype is an accessor. */
const isIterator = (value: object): boolean => typeof Iterator === 'function' && value instanceof Iterator;

const instanceOf =
  (name: string) =>
  (value: object): boolean =>
    isInstanceOf(value, name);

const KINDS: readonly (readonly [(value: object) => boolean, string, string])[] = [
  [types.isPromise, 'a promise', 'await it first'],
  [types.isGeneratorObject, 'a running generator', 'pass the function that makes it, or [...values]'],
  [types.isWeakMap, 'a WeakMap', 'it cannot be enumerated: pass a Map'],
  [types.isWeakSet, 'a WeakSet', 'it cannot be enumerated: pass a Set'],
  [instanceOf('WeakRef'), 'a WeakRef', 'pass what it refers to'],
  [instanceOf('FinalizationRegistry'), 'a FinalizationRegistry', 'make it where it is needed'],
  [types.isMapIterator, 'an iterator', 'pass [...iterator]'],
  [types.isSetIterator, 'an iterator', 'pass [...iterator]'],
  [isIterator, 'an iterator', 'pass [...iterator]'],
  [types.isExternal, 'a native handle', 'open it where it is needed'],
  [
    (value) => value instanceof EventEmitter,
    'an EventEmitter (stream, socket, server, worker, process …)',
    'open it where it is needed, from what names it',
  ],
  [instanceOf('AbortSignal'), 'an AbortSignal', 'it is bound to this thread: cancel from here'],
  [instanceOf('AbortController'), 'an AbortController', 'it is bound to this thread: cancel from here'],
  [instanceOf('MessagePort'), 'a MessagePort', 'to a thread it can go in the list `transfer`'],
  [instanceOf('BroadcastChannel'), 'a BroadcastChannel', 'open it there, by its name'],
  [instanceOf('ReadableStream'), 'a stream', 'pass what was read from it'],
  [instanceOf('WritableStream'), 'a stream', 'open it where it is written to'],
  [instanceOf('TransformStream'), 'a stream', 'make it where it is needed'],
  [instanceOf('Request'), 'a Request', 'pass its url and options'],
  [instanceOf('Response'), 'a Response', 'pass what was read from it'],
  [instanceOf('FormData'), 'a FormData', 'pass [...entries]'],
];
