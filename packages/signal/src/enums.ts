import { repr, ValueError } from '@prac/exceptions';
import * as C from './constants.ts';

/** A member of an enumeration. */
export interface Member {
  readonly name: string;
  readonly value: number;
  valueOf(): number;
  toString(): string;
}

/** An enumeration: called with a number it gives the member; its properties are the numbers. */
export type Enumeration<Name extends string> = ((value: number) => Member) & Readonly<Record<Name, number>>;

type SignalName = Exclude<Extract<keyof typeof C, `SIG${string}`>, `SIG_${string}`>;

/**
 * The signals by name and number.
 *
 * Python: `signal.Signals`.
 *
 * @throws {ValueError} if called with a number that has no name.
 * @example
 * import { Signals } from '@prac/signal';
 * console.log(Signals(10).name, Signals.SIGINT); // SIGUSR1 2
 */
export const Signals: Enumeration<SignalName> = enumeration('Signals', named(/^SIG[^_]/) as Record<SignalName, number>);

/** What may stand in a handler's place. Python: `signal.Handlers`. */
export const Handlers: Enumeration<'SIG_DFL' | 'SIG_IGN'> = enumeration('Handlers', {
  SIG_DFL: C.SIG_DFL,
  SIG_IGN: C.SIG_IGN,
});

/** How a mask is changed. Python: `signal.Sigmasks`. */
export const Sigmasks: Enumeration<'SIG_BLOCK' | 'SIG_UNBLOCK' | 'SIG_SETMASK'> = enumeration('Sigmasks', {
  SIG_BLOCK: C.SIG_BLOCK,
  SIG_UNBLOCK: C.SIG_UNBLOCK,
  SIG_SETMASK: C.SIG_SETMASK,
});

function named(pattern: RegExp): Record<string, number> {
  return Object.fromEntries(Object.entries(C).filter(([name]) => pattern.test(name)));
}

function enumeration<Name extends string>(title: string, values: Record<Name, number>): Enumeration<Name> {
  const members = new Map<number, Member>();
  const ALIASES = new Set(['SIGIOT', 'SIGCLD', 'SIGPOLL']);
  for (const [name, value] of Object.entries<number>(values)) {
    if (ALIASES.has(name)) continue;
    const text = `<${title}.${name}: ${value}>`;
    members.set(value, Object.freeze({ name, value, valueOf: () => value, toString: () => text }));
  }
  const byValue = (value: number): Member => {
    const member = members.get(value);
    if (member === undefined) throw new ValueError(`${repr(value)} is not a valid ${title}`);
    return member;
  };
  return Object.freeze(Object.assign(byValue, values));
}
