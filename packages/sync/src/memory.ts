// Long because the layout, the identity and the journey of shared objects are one thing.

import { addressOf } from '@prac/exceptions';
import { atomicsFutex, type Futex, type Subject } from '@prac/park';
import { isDead } from './internal/death.ts';
import { IDENT, shared, travels } from './internal/world.ts';

/*
 * The memory of a primitive: 32-bit words that threads share, and how they are slept on.
 *
 *   words  │ 0 CREATOR │ 1 SERIAL │ 2 WAITERS │ 3 … the primitive's own
 *            └── its name: 0 until it first travels ──┘
 *
 * In every thread one object stands for one memory: whoever opens the same memory twice gets the same object (the waiters of a
 * thread stand in one queue). A thread finds it by its name.
 */
const CREATOR = 0;
const SERIAL = 1;
/** Word 2: how many wait. Only a hint for who wakes, and for statistics: a thread that is terminated is never subtracted. */
export const WAITERS = 2;
/** The first word that is the primitive's own. */
export const OWN = 3;
const WORDS = 16;

/**
 * Where a primitive keeps its state. The default is memory that the threads of this process share; a package that has other
 * memory (between processes) brings it along.
 */
export interface Memory {
  /** At least 16, all 0, over shared memory. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** How it is slept on. */
  readonly futex: Futex;
  /** Who this thread is among those who share the memory: 1 to 2^28 - 1. */
  readonly me: number;
  /** Whether one of them has ended, as far as is known. */
  isDead(who: number): boolean;
  /** A primitive is in it already, which is to be opened, not made. */
  readonly opened?: boolean;
  /** Names it, to those who watch. @defaultValue a name that is given when it is needed */
  readonly name?: string;
  /** What is in it is a part of something else, of which nobody is told. */
  readonly isInner?: boolean;
}

/** Option of all primitives. */
export interface MemoryOption {
  /** Where its state is. @defaultValue memory that the threads of this process share */
  readonly memory?: Memory | undefined;
}

/** Memory for the threads of this process: new, and all 0. */
export function threadMemory(buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)): Memory {
  return { words: wordsOf(buffer), futex: atomicsFutex, me: IDENT, isDead };
}

/** A view of all that is there now: one that follows the growth of its buffer would be slow. */
export function wordsOf(buffer: SharedArrayBuffer): Int32Array<SharedArrayBuffer> {
  return new Int32Array(buffer, 0, buffer.byteLength >> 2);
}

/** What a primitive is made of when it arrives in another thread. */
type Opening = (memory: Memory, rest: readonly unknown[]) => object;

interface Identities {
  serial: number;
  readonly objects: Map<string, WeakRef<object>>;
  readonly gone: FinalizationRegistry<string>;
}

const identities: Identities = shared('identities', () => {
  const objects = new Map<string, WeakRef<object>>();
  const gone = new FinalizationRegistry<string>((name) => {
    if (objects.get(name)?.deref() === undefined) objects.delete(name);
  });
  return { serial: 0, objects, gone };
});

const openings: Map<string, Opening> = shared('openings', () => new Map<string, Opening>());

/** How the objects of a kind are made on memory that has arrived. */
export function opens(kind: string, opening: Opening): void {
  if (!openings.has(kind)) openings.set(kind, opening);
}

/** The object of this thread that stands for the memory. */
export const open: (kind: string, buffer: SharedArrayBuffer, ...rest: unknown[]) => object = travels(
  'open',
  (kind: string, buffer: SharedArrayBuffer, ...rest: unknown[]): object => {
    const memory = { ...threadMemory(buffer), opened: true };
    const { words } = memory;
    const name = `${words[CREATOR]}:${words[SERIAL]}`;
    const here = identities.objects.get(name)?.deref();
    if (here !== undefined) return here;
    const object = openings.get(kind)!(memory, rest);
    remember(name, object);
    return object;
  },
);

function remember(name: string, object: object): void {
  identities.objects.set(name, new WeakRef(object));
  identities.gone.register(object, name);
}

/** Names an object, so that it can be found again by those who get its memory. Done before it first travels. */
function identify(object: object, words: Int32Array): string {
  if (words[CREATOR] === 0) {
    words[SERIAL] = ++identities.serial;
    words[CREATOR] = IDENT;
    remember(`${IDENT}:${identities.serial}`, object);
  }
  return `${words[CREATOR]}:${words[SERIAL]}`;
}

/** Where a value is to go. */
export interface Journey {
  readonly target: 'thread' | 'bytes';
  refuse(reason: string, advice?: string): never;
}

/** What all primitives have in common: memory, a way to other threads, a text. */
export abstract class Primitive {
  /** @internal */
  readonly memory: Memory;

  protected constructor(memory: Memory | undefined) {
    this.memory = memory ?? threadMemory();
    // Not enumerable: it is no field of the user's.
    Object.defineProperty(this, 'memory', { enumerable: false });
  }

  /** Python's name of the class: `Lock`. */
  protected abstract get kind(): string;

  /** What {@link opens} gets beside the memory. */
  protected parts(): readonly unknown[] {
    return [];
  }

  /** Where it is, in a text: a number of its own in this thread. */
  protected get address(): string {
    return addressOf(this);
  }
}

/*
 * Methods under symbols of others: pickle's protocol (it goes to other threads of the process, where the same object stands for
 * it wherever it arrives), and what `console.log` shows.
 */
Object.defineProperties(Primitive.prototype, {
  [Symbol.for('prac.pickle.reduce')]: { value: reduce, configurable: true, writable: true },
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value(this: Primitive) {
      return String(this);
    },
    configurable: true,
    writable: true,
  },
});

/** What it is, to those who watch. @internal */
export function subjectOf(primitive: Primitive): Subject | undefined {
  const { kind, memory } = primitive as unknown as { readonly kind: string; readonly memory: Memory };
  if (memory.isInner) return undefined;
  const subject = subjects.get(primitive) ?? { kind, id: memory.name ?? identify(primitive, memory.words) };
  subjects.set(primitive, subject);
  return subject;
}

const subjects = new WeakMap<Primitive, Subject>();

function reduce(this: Primitive, { target, refuse }: Journey): readonly [make: typeof open, args: readonly unknown[]] {
  const { kind, memory } = this as unknown as { readonly kind: string; readonly memory: Memory };
  if (target !== 'thread') refuse(`a threading ${kind} lives in one process`, `use ${kind} of @prac/pool`);
  if (this.constructor.name !== kind)
    refuse(`it would arrive as a ${kind}`, 'keep the primitive in a field of an object of your own');
  identify(this, memory.words);
  return [open, [kind, memory.words.buffer, ...(this as unknown as { parts(): unknown[] }).parts()]];
}
