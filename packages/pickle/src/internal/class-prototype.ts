import type { AnyNode, Class } from 'acorn';
import type { Callable } from './kinds.ts';

/*
 * What has been put on the prototype of a class after its definition, as a mixin, a decorator or a test's double does: the
 * class's text has nothing of it. What the text does have is left out: a method that is as it is written there.
 */

/** Own properties of a class's prototype that the text of the class does not make. Names and symbols. */
export function addedToPrototype(type: Callable, node: Class, source: string): (string | symbol)[] {
  const prototype = type.prototype as object;
  const written = Function.prototype.toString.call(type) === source.slice(node.start, node.end);
  const members = node.body.body.filter((member) => member.type === 'MethodDefinition' && !member.static);
  const texts = new Set(members.map(({ start, end }) => source.slice(start, end)));
  const names = new Set<string | symbol | undefined>(members.map((member) => nameOf(member)));
  return Reflect.ownKeys(prototype).filter((key) => {
    if (key === 'constructor') return false;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key)!;
    if (descriptor.enumerable) return true; // what a class's text makes is not
    // Of code that was rewritten as it was loaded, texts say nothing.
    if (!written) return false;
    const parts = [descriptor.value, descriptor.get, descriptor.set].filter((part) => part !== undefined);
    const isWritten = parts.every((part) => typeof part === 'function' && texts.has(textOf(part as Callable)));
    return !(isWritten && (names.has(key) || names.has(undefined)));
  });
}

/** Its name, if it is not computed. */
function nameOf(member: AnyNode): string | undefined {
  if (member.type !== 'MethodDefinition' || member.computed) return undefined;
  return member.key.type === 'Identifier' ? member.key.name : String((member.key as { value?: unknown }).value);
}

function textOf(fn: Callable): string {
  return Function.prototype.toString.call(fn);
}
