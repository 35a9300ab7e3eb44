import type { AnyNode, Class, PropertyDefinition, StaticBlock } from 'acorn';
import { PicklingError } from '../errors.ts';
import { type Members, membersOf, nameOf } from './class-members.ts';
import type { FunctionNode, Slot } from './graph.ts';
import type { Callable } from './kinds.ts';
import { lowerPrototype } from './lower-prototype.ts';
import type { Lowering } from './lowering.ts';
import { type Edit, NAMES } from './shipped-source.ts';

/*
 * A class by value is its text and its state. The receiver does not run again what has made the state: initialisers of static
 * fields and static blocks are left out of the text, and their values travel. Where a value cannot travel (a WeakMap, a lock),
 * its initialiser stays, or the static block that names it, and blocks before them; where neither is there, the class is
 * refused.
 *
 *   class C {                            class C {
 *     static count = start();
 *     static #n = 0;               ──>     static #n;                          and { count: 5, #n: 7 }
 *     static cache = new WeakMap();        static cache = new WeakMap();
 *     static { C.ready = true; }
 *     [KIND]() {}                          ["run"]() {}
 *   }                                      static{ … a function that sets #n … }}
 */
interface Plan {
  readonly edits: readonly Edit[];
  /** Nodes that are not in the text that is shipped: what they use is not needed. */
  readonly left: ReadonlySet<AnyNode>;
}

/** Puts the state of a class into its node; tells what of its text is shipped. */
export function lowerClass(
  type: Callable,
  ast: Class,
  source: string,
  privates: ReadonlyMap<string, unknown> | undefined,
  node: FunctionNode,
  lowering: Lowering,
): Plan {
  const [own, onPrototype] = [membersOf(type, ast, source, true), membersOf(type, ast, source, false)];
  const shipping = new Shipping(type, ast, source, lowering);
  for (const key of own.added) {
    if (!isOfEveryClass(type, key)) shipping.public(key, node);
  }
  if (own.gone.length > 0) node.g = own.gone;
  for (const field of shipping.privateFields()) shipping.private(field, privates, node);
  shipping.leaveOut(node);
  shipping.nameComputed([own, onPrototype], node);
  const superclass = ast.superClass ? parentOf(type) : Object;
  const parent = Object.getPrototypeOf(type.prototype as object) as object | null;
  const isNatural = parent === null || parent === superclass.prototype;
  node.y = lowerPrototype(type, onPrototype, isNatural, lowering);
  return shipping;
}

function parentOf(type: Callable): { readonly prototype: unknown } {
  return Object.getPrototypeOf(type) as { readonly prototype: unknown };
}

function isOfEveryClass(type: Callable, key: string | symbol): boolean {
  if (key === 'length' || key === 'prototype') return true;
  return key === 'name' && typeof type.name === 'string' && !Object.getOwnPropertyDescriptor(type, key)!.enumerable;
}

class Shipping implements Plan {
  readonly edits: Edit[] = [];
  readonly left = new Set<AnyNode>();
  readonly #type: Callable;
  readonly #ast: Class;
  readonly #source: string;
  readonly #lowering: Lowering;
  readonly #fields: PropertyDefinition[];
  readonly #blocks: StaticBlock[];
  /** What private fields hold. */
  readonly #privates = new Map<string, Slot>();
  /** Initialisers and blocks that stay. */
  readonly #kept = new Set<AnyNode>();

  constructor(type: Callable, ast: Class, source: string, lowering: Lowering) {
    this.#type = type;
    this.#ast = ast;
    this.#source = source;
    this.#lowering = lowering;
    const members: readonly AnyNode[] = ast.body.body;
    this.#fields = members.filter((member) => member.type === 'PropertyDefinition').filter((member) => member.static);
    this.#blocks = members.filter((member) => member.type === 'StaticBlock');
  }

  privateFields(): PropertyDefinition[] {
    return this.#fields.filter(({ key }) => key.type === 'PrivateIdentifier');
  }

  public(key: string | symbol, node: FunctionNode): void {
    const lowered = this.#lowering.attempt(() => this.#lowering.properties(this.#type, [key], node));
    if (!(lowered instanceof PicklingError)) return;
    const field = this.#fields.find((one) => nameOf(one) === key && one.value);
    this.#keep(field, String(key), lowered);
  }

  private(field: PropertyDefinition, privates: ReadonlyMap<string, unknown> | undefined, node: FunctionNode): void {
    const name = `#${(field.key as { readonly name: string }).name}`;
    if (privates === undefined) {
      const advice = 'allow the inspector (--allow-inspector), or export the class';
      this.#lowering.refuse(this.#type, `nothing is known of its private static field ${name}`, advice);
    }
    const value = this.#lowering.attempt(() =>
      this.#lowering.at(`.${name}`, () => this.#lowering.slot(privates.get(name))),
    );
    if (value instanceof PicklingError) {
      this.#keep(field.value ? field : undefined, name, value);
      return;
    }
    this.#privates.set(name.slice(1), value);
    node.h ??= [];
    node.h.push(name, value);
  }

  #keep(field: AnyNode | undefined, name: string, refusal: PicklingError): void {
    const makers = field === undefined ? this.#blocks.filter((block) => this.#text(block).includes(name)) : [field];
    if (makers.length === 0) throw refusal;
    for (const maker of makers) this.#kept.add(maker);
  }

  leaveOut(node: FunctionNode): void {
    // What stays finds before it what has always been before it.
    const last = Math.max(-1, ...[...this.#kept].map(({ start }) => start));
    const names: string[] = [];
    for (const field of this.#fields) {
      if (this.#kept.has(field)) continue;
      const { key, value, start } = field;
      if (key.type === 'PrivateIdentifier') names.push(key.name);
      if (value && start < last) this.#substitute(field, value, node);
      else if (key.type !== 'PrivateIdentifier') this.#leave(field, field);
      else if (value) this.#leave(value, { start: key.end, end: value.end }, ';');
    }
    for (const block of this.#blocks) if (block.start > last) this.#leave(block, block);
    if (names.length === 0) return;
    const targets = names.map((name) => `this.#${name}`).join();
    const at = this.#ast.body.end - 1;
    const text = `;static{${NAMES.privates}.set=(values)=>{[${targets}]=values}}`;
    this.edits.push({ start: at, end: at, text });
  }

  /** The value that a field has now, instead of what has made it. */
  #substitute(field: PropertyDefinition, initialiser: AnyNode, node: FunctionNode): void {
    const slot = this.#stateOf(field);
    if (slot === undefined && field.key.type !== 'PrivateIdentifier') {
      this.#leave(field, field);
      return;
    }
    const variable = `${NAMES.state}${this.left.size}`;
    node.v.push(variable, slot);
    this.#leave(initialiser, initialiser, variable);
  }

  /** What a field holds; `undefined` also if it is there no more. */
  #stateOf(field: PropertyDefinition): Slot {
    if (field.key.type === 'PrivateIdentifier') return this.#privates.get(field.key.name);
    const name = nameOf(field);
    return name === undefined
      ? undefined
      : this.#lowering.slot(Object.getOwnPropertyDescriptor(this.#type, name)?.value);
  }

  #leave(node: AnyNode, { start, end }: { readonly start: number; readonly end: number }, text = ''): void {
    this.left.add(node);
    this.edits.push({ start, end, text: text + this.#lines(start, end) });
  }

  /** What is shipped stays on its lines. */
  #lines(start: number, end: number): string {
    return this.#source.slice(start, end).replaceAll(/[^\n]/g, '');
  }

  #text({ start, end }: AnyNode): string {
    return this.#source.slice(start, end);
  }

  /** Names that were computed once: what they were computed from may be gone, or something else now. */
  nameComputed(members: readonly Members[], node: FunctionNode): void {
    const names = members.flatMap(({ computed }) => [...computed]);
    for (const [i, [{ key }, name]] of names.entries()) {
      if (typeof name === 'symbol' && this.#text(key) === name.description) continue; // [Symbol.iterator]
      let text = JSON.stringify(name);
      if (typeof name === 'symbol') {
        const slot: Slot | PicklingError = this.#lowering.attempt(() => this.#lowering.slot(name));
        if (slot instanceof PicklingError) continue;
        text = `${NAMES.key}${i}`;
        node.v.push(text, slot);
      }
      this.#leave(key, key, text);
    }
  }
}
