import type { FunctionLike } from './bindings.ts';
import type { PrototypeNode, Slot } from './graph.ts';
import { type Callable, isForeignPlain, ownerOf } from './kinds.ts';
import type { Lowering } from './lowering.ts';

/** What is on a prototype that was not made with it. */
export interface OnPrototype {
  readonly added: readonly (string | symbol)[];
  readonly gone: readonly string[];
}

/*
 * A prototype is made with its function; what travels is how it differs. One that somebody else's function has, or that the
 * graph knows as an object already, is put in its place as a whole.
 *
 *   Dog.prototype.bark = …              ──> { t: 'prototype', f: Dog, o: { bark } }
 *   Object.setPrototypeOf(Dog.prototype, Animal.prototype)                     ──> …, e: [the prototype of Animal]
 *   Dog.prototype = Cat.prototype       ──> [the prototype of Cat]
 */
export function lowerPrototype(
  fn: Callable,
  { added, gone }: OnPrototype,
  isNatural: boolean,
  lowering: Lowering,
): Slot {
  const prototype = fn.prototype as object;
  const owner = ownerOf(prototype);
  const known = lowering.known(prototype);
  return lowering.at('.prototype', () => {
    if (known !== undefined || (owner !== undefined && owner !== fn)) return lowering.slot(prototype);
    if (isNatural && added.length === 0 && gone.length === 0) return undefined;
    const node: PrototypeNode = { t: 'prototype', f: lowering.slot(fn) };
    const slot = lowering.add(prototype, node);
    if (!isNatural) node.e = lowering.at(' -> prototype', () => lowering.slot(Object.getPrototypeOf(prototype)));
    lowering.properties(prototype, added, node);
    if (gone.length > 0) node.g = [...gone];
    return slot;
  });
}

/** Of a function that is no class. */
export function lowerFunctionPrototype(fn: Callable, ast: FunctionLike, lowering: Lowering): Slot {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  // A generator's objects have no constructor.
  const made = ast.generator ? [] : ['constructor'];
  const isMade = (key: string | symbol): boolean => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
    return made.includes(key as string) && descriptor?.value === fn && descriptor.enumerable === false;
  };
  const added = Reflect.ownKeys(prototype).filter((key) => !isMade(key));
  const gone = made.filter((key) => !Object.hasOwn(prototype, key));
  return lowerPrototype(fn, { added, gone }, isNaturalParent(prototype, ast.generator), lowering);
}

/** Whether an object inherits from what the prototypes of all such functions do. */
function isNaturalParent(prototype: object, isOfGenerator: boolean): boolean {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  if (!isOfGenerator) return parent === Object.prototype || isForeignPlain(parent);
  const tag: unknown = parent && Object.getOwnPropertyDescriptor(parent, Symbol.toStringTag)?.value;
  return tag === 'Generator' || tag === 'AsyncGenerator';
}

/** Whether a function has nothing on its prototype but what is made with it. */
export function hasBarePrototype(fn: Callable): boolean {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  if (prototype === undefined) return true;
  if (typeof prototype !== 'object' || prototype === null) return false;
  const isOwner = ownerOf(prototype) === fn; // not so a generator function
  return Reflect.ownKeys(prototype).length === (isOwner ? 1 : 0) && isNaturalParent(prototype, !isOwner);
}
