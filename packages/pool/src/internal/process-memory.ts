import type { Memory } from '@prac/sync/memory';
import { arena } from './arena.ts';
import { isDead, me } from './members.ts';
import { processFutex } from './process-futex.ts';
import { shared, travels } from './world.ts';

/*
 * The memory of a primitive that processes share: a cell of the arena. The primitives are those of @prac/sync, which know of memory only what
 * is said here.
 *
 * In every thread one object stands for one cell, as long as somebody there has it: the waiters of a thread stand in one queue.
 */
export interface ProcessMemory extends Memory {
  /** The name of the cell. */
  readonly at: number;
}

type Opening = (memory: ProcessMemory, rest: readonly unknown[]) => object;

/** Gives back what an object is made of, from that cell on. */
type Free = (at: number, count: number) => void;

interface Identities {
  readonly objects: Map<number, WeakRef<object>>;
  readonly gone: FinalizationRegistry<{ readonly at: number; readonly count: number; readonly free?: Free }>;
  /** Cells that others may know of. */
  readonly shown: Set<number>;
}

const identities: Identities = shared('identities', () => {
  const objects = new Map<number, WeakRef<object>>();
  const shown = new Set<number>();
  const gone: Identities['gone'] = new FinalizationRegistry(({ at, count, free }) => {
    if (objects.get(at)?.deref() !== undefined) return;
    objects.delete(at);
    if (!shown.has(at)) free?.(at, count);
  });
  return { objects, gone, shown };
});

const openings: Map<string, Opening> = shared('openings', () => new Map<string, Opening>());

/** Memory for a primitive of so many words. */
export function processMemory(count = 16): ProcessMemory {
  return memoryAt(arena().allocate(count), count);
}

function memoryAt(at: number, count: number): ProcessMemory {
  const { words } = arena();
  return {
    words: words.subarray(at, at + count),
    futex: processFutex,
    me: me(),
    isDead,
    at,
    name: `shared ${at}`,
  };
}

/** How the objects of a kind are made on a cell that has arrived. */
export function opens(kind: string, opening: Opening): void {
  if (!openings.has(kind)) openings.set(kind, opening);
}

/** The object of this thread that stands for the cell. */
export const open: (kind: string, at: number, count: number, ...rest: unknown[]) => object = travels(
  'open',
  (kind: string, at: number, count: number, ...rest: unknown[]): object => {
    const here = identities.objects.get(at)?.deref();
    if (here !== undefined) return here;
    const object = openings.get(kind)!({ ...memoryAt(at, count), opened: true }, rest);
    identities.shown.add(at);
    remember(object, at, count);
    return object;
  },
);

function remember(object: object, at: number, count: number): void {
  identities.objects.set(at, new WeakRef(object));
  identities.gone.register(object, { at, count }, object);
}

interface Shareable {
  readonly memory: ProcessMemory;
  readonly kind: string;
  parts(): readonly unknown[];
}

interface Journey {
  refuse(reason: string, advice?: string): never;
}

/**
 * Has objects with that prototype go to other threads and processes, where others stand for the same cell.
 *
 * @param parts - What they are made of there beside it.
 */
export function letTravel(
  prototype: object,
  parts: (object: object) => readonly unknown[] = (object) => (object as Shareable).parts(),
): void {
  Object.defineProperty(prototype, Symbol.for('prac.pickle.reduce'), {
    value(this: object, { refuse }: Journey) {
      const { memory, kind } = this as Shareable;
      if (this.constructor.name !== kind)
        refuse(`it would arrive as a ${kind}`, 'keep the primitive in a field of an object of your own');
      if (!identities.shown.has(memory.at)) {
        identities.shown.add(memory.at);
        remember(this, memory.at, memory.words.length);
      }
      return [open, [kind, memory.at, memory.words.length, ...parts(this)]];
    },
    configurable: true,
    writable: true,
  });
}

const freeCell: Free = (at, count) => arena().free(at, count);

/** Gives the cell back when the object is gone, unless it was shown to others. */
export function ownedBy<Object_ extends object>(object: Object_, free: Free = freeCell): Object_ {
  const { memory } = object as unknown as Shareable;
  if (memory.opened !== true)
    identities.gone.register(object, { at: memory.at, count: memory.words.length, free }, object);
  return object;
}

/** Gives its cell back now: whoever it was shown to has ended, and this thread does not use it any more. */
export function giveBack(object: object, free: Free = freeCell): void {
  const { at, words } = (object as Shareable).memory;
  identities.gone.unregister(object);
  identities.objects.delete(at);
  identities.shown.delete(at);
  free(at, words.length);
}
