import { isDeepStrictEqual } from 'node:util';

/*
 * What threads and processes have in common: which of Node's options they are started with, and how fields come back.
 */

/** Node's options of this program, without the program that may be among them (`-e`). */
export function inheritedArguments(): string[] {
  const { execArgv } = process;
  const isProgram = (argument: string | undefined): boolean =>
    /^(-e|-p|-pe|--eval|--print|--input-type)$/.test(argument ?? '');
  return execArgv.filter((argument, i) => {
    return !isProgram(argument) && !isProgram(execArgv[i - 1]) && !/^--(eval|print|input-type)=/.test(argument);
  });
}

/** Fields that a subclass, or somebody else, has put on it. */
export function ownFields(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object));
}

/** Those that are not what they were: what the starter has already stays as it is there. */
export function changedFields(object: object, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(ownFields(object)).filter(([key, value]) => {
      return !Object.hasOwn(before, key) || !isUnchanged(before[key], value);
    }),
  );
}

function isUnchanged(before: unknown, now: unknown): boolean {
  if (typeof before === 'function' && typeof now === 'function') return String(before) === String(now);
  return isDeepStrictEqual(before, now);
}

/** Those that can travel, if not all can. */
export function travelling<Travelled>(
  fields: Readonly<Record<string, unknown>>,
  travel: (fields: object) => Travelled,
): Travelled {
  try {
    return travel(fields);
  } catch {
    const canTravel = ([key, value]: readonly [string, unknown]): boolean => {
      try {
        travel({ [key]: value });
        return true;
      } catch {
        return false;
      }
    };
    return travel(Object.fromEntries(Object.entries(fields).filter(canTravel)));
  }
}
