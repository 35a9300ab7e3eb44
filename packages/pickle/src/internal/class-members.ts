import type { Class, MethodDefinition } from 'acorn';
import type { Callable } from './kinds.ts';

/*
 * What is on a class, or on its prototype, compared with what the text of the class makes: a mixin, a decorator or a test's
 * double may have put something there, replaced or deleted it since. A method is as written if its text is that of a member.
 */

export interface Members {
  /** Own properties that the text does not make. */
  readonly added: (string | symbol)[];
  /** Names of methods that the text makes, and that are there no more. */
  readonly gone: string[];
  /** The names of members whose names are computed: what they were computed to. */
  readonly computed: Map<MethodDefinition, string | symbol>;
}

/** @param isStatic - Whether it is the class itself that is looked at, or its prototype. */
export function membersOf(type: Callable, node: Class, source: string, isStatic: boolean): Members {
  const target = isStatic ? type : (type.prototype as object);
  const written = textOf(type) === source.slice(node.start, node.end);
  const methods = node.body.body.filter(
    (member): member is MethodDefinition => member.type === 'MethodDefinition' && member.static === isStatic,
  );
  const byText = Map.groupBy(methods, (member) => textOfMember(member, source));
  const computed: Members['computed'] = new Map();

  /** Members with one text and different names come in the order of their properties. */
  const isMember = (key: string | symbol, part: unknown): boolean => {
    if (typeof part !== 'function') return false;
    // Of code that was rewritten as it was loaded, texts say nothing.
    if (!written) return methods.some((member) => member.computed || nameOf(member) === key);
    const alike = byText.get(textOf(part as Callable)) ?? [];
    const member = alike.find((one) => nameOf(one) === key) ?? alike.find((one) => one.computed && !computed.has(one));
    if (member?.computed) computed.set(member, key);
    return member !== undefined;
  };
  const isWritten = (key: string | symbol): boolean => {
    if (!isStatic && key === 'constructor') return true;
    const { enumerable, value, get, set } = Object.getOwnPropertyDescriptor(target, key)!;
    if (enumerable) return false; // what a class's text makes is not
    return [value, get, set].filter((part) => part !== undefined).every((part) => isMember(key, part));
  };
  const added = Reflect.ownKeys(target).filter((key) => !isWritten(key));
  const names = methods.filter(({ kind }) => kind !== 'constructor').map(nameOf);
  const gone = names.filter((name) => name !== undefined && !Object.hasOwn(target, name)) as string[];
  return { added, gone, computed };
}

/** The name of a member, if it is not computed or private. */
export function nameOf(member: Pick<MethodDefinition, 'computed' | 'key'>): string | undefined {
  const { computed, key } = member;
  if (computed || key.type === 'PrivateIdentifier') return undefined;
  return key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value);
}

/** As V8 says it: without `static`. */
function textOfMember(member: MethodDefinition, source: string): string {
  const text = source.slice(member.start, member.end);
  return member.static ? text.replace(/^static(\s|\/\*[\s\S]*?\*\/|\/\/.*)*/, '') : text;
}

function textOf(fn: Callable): string {
  return Function.prototype.toString.call(fn);
}
