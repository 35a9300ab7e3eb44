import { EventEmitter } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { MessageChannel, Worker } from 'node:worker_threads';
import { canPickle, dumps, explain, PicklingError, toMessage } from '@prac/pickle';
import { afterAll, describe, expect, test } from 'vitest';

class Secret {
  #word = 'x';
  get length(): number {
    return this.#word.length;
  }
}
class SecretBase extends Secret {}
class Plain {}
class Tricky {
  re = /`/;
  #x = 1;
  y = '`';
  get x(): number {
    return this.#x;
  }
}
class MyDate extends Date {}
class MyBytes extends Uint8Array {}
class MyUrl extends URL {}
const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
const channel = new MessageChannel();
const port = channel.port2;
const timer = setTimeout(() => {}, 0);
const worker = new Worker('', { eval: true });
afterAll(async () => {
  channel.port1.close();
  clearTimeout(timer);
  await worker.terminate();
});
const arrowWithThis = function (this: unknown): () => unknown {
  return () => this;
}.call({});
const outerArguments = (function (): () => unknown {
  // biome-ignore lint/complexity/noArguments: this is what is refused
  return () => arguments;
})();
function callsEval(): unknown {
  // biome-ignore lint/security/noGlobalEval: this is what is refused
  return eval('1');
}
const superMethod = {
  __proto__: { f: () => 1 },
  f(): unknown {
    return super.toString();
  },
}.f;
function early(): () => number {
  const fn = (): number => later;
  const refusal = explain(fn);
  const later = 1;
  refusals.push(refusal!.reason);
  return fn;
}
const refusals: string[] = [];

// What, the path, the reason, the advice.
const REFUSED: readonly [string, unknown, string, string, string][] = [
  ['a promise', { a: [Promise.resolve()] }, 'value.a[0]', 'a Promise object: it is a promise', 'await it first'],
  ['a running generator', (function* () {})(), 'value', 'it is a running generator', '[...values]'],
  ['an iterator', [[1].values()], 'value[0]', 'it is an iterator', '[...iterator]'],
  ['a WeakMap', { w: new WeakMap() }, 'value.w', 'it is a WeakMap', 'pass a Map'],
  ['a WeakSet', { w: new WeakSet() }, 'value.w', 'it is a WeakSet', 'pass a Set'],
  ['a WeakRef', { w: new WeakRef({}) }, 'value.w', 'it is a WeakRef', 'pass what it refers to'],
  ['an event emitter', new EventEmitter(), 'value', 'it is an EventEmitter', 'open it where it is needed'],
  ['a stream', Readable.from([]), 'value', 'it is an EventEmitter', 'open it where it is needed'],
  ['a server', createServer(), 'value', 'it is an EventEmitter', 'open it where it is needed'],
  ['a worker', { worker }, 'value.worker', 'it is an EventEmitter', 'open it where it is needed'],
  ['a web stream', new ReadableStream(), 'value', 'it is a stream', 'what was read from it'],
  [
    'an abort signal',
    { signal: new AbortController().signal },
    'value.signal',
    'it is an AbortSignal',
    'cancel from here',
  ],
  ['a message port', channel.port2, 'value', 'it is a MessagePort', 'in the list `transfer`'],
  ['a timer', { timer }, 'value.timer -> class Timeout', 'it belongs to Node itself', 'open it where it is needed'],
  ['what Node says of a file', [statSync('.')], 'value[0] -> class Stats', 'it belongs to Node itself', '{ ...value }'],
  [
    'a setter',
    Object.defineProperty(new Plain(), 'a', { set: () => {} }),
    'value.a',
    'this property has a getter or setter',
    'pass its value',
  ],
  [
    'a state of a reducer that is no object',
    { [Symbol.for('prac.pickle.reduce')]: () => [Map, [], 5] },
    'value',
    'its reducer returned a state that is no object',
    'setState(state)',
  ],
  ['a Proxy', { p: new Proxy({}, {}) }, 'value.p', 'it is a Proxy', 'pass what is behind it'],
  ['a Proxy of a function', new Proxy(() => 1, {}), 'value', 'it is a Proxy', 'pass what is behind it'],
  [
    'a symbol of its own',
    { s: Symbol('mine') },
    'value.s',
    'Symbol(mine): it would not be the same symbol there',
    'use Symbol.for(name)',
  ],
  [
    'private fields among odd texts',
    new Tricky(),
    'value',
    'class Tricky has private fields',
    'register(Tricky, reducer)',
  ],
  [
    'a subclass of Date',
    { d: new MyDate() },
    'value.d',
    'the native class Date keeps hidden state',
    'register(MyDate, reducer)',
  ],
  ['a subclass of a typed array', new MyBytes(2), 'value', 'the native class', 'register(MyBytes, reducer)'],
  [
    'a subclass of URL',
    new MyUrl('http://a.example'),
    'value',
    'class URL has private fields',
    'register(URL, reducer)',
  ],
  [
    'a date with a property',
    Object.assign(new Date(), { x: 1 }),
    'value',
    'it has properties of its own',
    'put both into an object',
  ],
  ['memory that was handed over', { detached, f: () => 1 }, 'value.detached', 'its memory has been handed over', ''],
  [
    'an accessor',
    Object.defineProperty(new Plain(), 'a', { get: () => 1 + 1, enumerable: true }),
    'value.a',
    'this property has a getter',
    'pass its value',
  ],
  [
    'private fields',
    [new Secret()],
    'value[0]',
    'class Secret has private fields',
    "[Symbol.for('prac.pickle.reduce')]()",
  ],
  [
    'private fields of a base class',
    new SecretBase(),
    'value',
    'class Secret has private fields',
    'register(Secret, reducer)',
  ],
  [
    'a native class',
    new Intl.NumberFormat('de'),
    'value',
    'the native class NumberFormat keeps hidden state',
    'register(NumberFormat, reducer)',
  ],
  ['shared memory', { m: new SharedArrayBuffer(8) }, 'value.m', 'its memory is shared between the threads', 'copy it'],
  ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(8)), 'value', 'its memory is shared', 'copy it'],
  ['a Blob', new Blob(['a']), 'value', 'it cannot be read at once', 'await blob.bytes()'],
  [
    'this of an arrow function',
    { f: arrowWithThis },
    'value.f',
    'it uses the `this` of the function around it',
    'copy what it needs',
  ],
  ['arguments from outside', outerArguments, 'value', 'it uses the arguments around it', 'copy what it needs'],
  ['eval', callsEval, 'value', 'it calls eval', 'pass what it needs'],
  ['super outside its class', superMethod, 'value', 'it uses the super around it', 'export it'],
  ['what a function captured', () => port, 'value -> variable port', 'it is a MessagePort', 'transfer'],
];

describe('refused, with the way to it, the reason and an advice', () => {
  test.each(REFUSED)('%s', (_, value, path, reason, advice) => {
    const refusal = explain(value)!;
    expect(refusal.path).toContain(path);
    expect(refusal.reason).toContain(reason);
    expect(refusal.advice).toContain(advice);
    expect(() => dumps(value)).toThrow(PicklingError);
    expect(() => dumps(value)).toThrow(`${refusal.path}: ${refusal.reason}${refusal.advice && `; ${refusal.advice}`}`);
    expect(canPickle(value)).toBe(false);
  });

  test('a variable that has no value yet', () => {
    early();
    expect(refusals[0]).toContain('its variable later has no value yet');
  });

  test('the path begins with the name that was given', () => {
    expect(() => dumps<unknown>([Promise.resolve()], { name: 'args' })).toThrow(
      'args[0]: cannot pickle a Promise object',
    );
    expect(() => toMessage<unknown>([Promise.resolve()], { name: 'args' })).toThrow(
      'args[0]: cannot pickle a Promise object',
    );
    const odd = { 'a b': new Map([['key', { [Symbol.for('s')]: Promise.resolve() }]]) };
    expect(explain(odd)!.path).toBe('value["a b"].get("key")[Symbol(s)]');
  });

  test('no getter of an instance runs while it is explained', () => {
    const value = new Plain();
    Object.defineProperty(value, 'trap', { enumerable: true, get: () => expect.unreachable() });
    expect(canPickle(value)).toBe(false);
  });

  test('a thread may get what bytes may not', () => {
    expect(canPickle(new SharedArrayBuffer(8), { target: 'thread' })).toBe(true);
    expect(canPickle({ b: new Blob([]) }, { target: 'thread' })).toBe(true);
  });
});
