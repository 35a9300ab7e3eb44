import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type WaitUntilOptions, waitUntil } from './wait-until.ts';

/**
 * What a thread and its process hold at one moment, as lines of text.
 *
 * A thing that is there twice is two lines.
 */
export interface Leftovers {
  /** Open descriptors and what they lead to: `17 pipe:[4711]`. */
  readonly descriptors: readonly string[];
  /** Children that have not been waited for, zombies (state Z) included: `4711 sleep S`. */
  readonly children: readonly string[];
  /** What keeps this thread's loop busy: `Timeout`, `PipeWrap`, `MessagePort`; the test runner's own come and go. */
  readonly resources: readonly string[];
  /** Listeners of `process`: `exit`, `SIGINT`. */
  readonly listeners: readonly string[];
}

/**
 * Counts what is open now: descriptors, children, handles and timers of this thread, listeners of `process`.
 *
 * Descriptors and children are those of the process, read from /proc; elsewhere than on Linux they are empty.
 *
 * @returns A picture to compare a later one with.
 */
export function leftovers(): Leftovers {
  return {
    descriptors: descriptors(),
    children: children(),
    resources: process.getActiveResourcesInfo().sort(),
    listeners: process.eventNames().flatMap((name) => Array(process.listenerCount(name)).fill(String(name))),
  };
}

/**
 * Waits until nothing is left that was not there before.
 *
 * @param before - The picture taken at the start of the test.
 * @param options - How long what is closing may take to close.
 * @throws {Error} that lists what is still there when the time limit has passed.
 * @example
 * import { expectNothingLeft, leftovers } from '@prac/testing';
 * const before = leftovers();
 * clearTimeout(setTimeout(() => {}, 1000));
 * await expectNothingLeft(before);
 */
export async function expectNothingLeft(before: Leftovers, options: WaitUntilOptions = {}): Promise<void> {
  let remaining: string[] = [];
  try {
    await waitUntil(() => {
      remaining = added(before, leftovers());
      return remaining.length === 0;
    }, options);
  } catch {
    throw new Error(`Something is left:\n  ${remaining.join('\n  ')}`);
  }
}

function added(before: Leftovers, now: Leftovers): string[] {
  return (Object.keys(now) as (keyof Leftovers)[]).flatMap((kind) => {
    const known = [...before[kind]];
    return now[kind]
      .filter((line) => {
        const at = known.indexOf(line);
        if (at >= 0) known.splice(at, 1);
        return at < 0;
      })
      .map((line) => `${kind}: ${line}`);
  });
}

function descriptors(): string[] {
  return list('/proc/self/fd').flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/self/fd/${fd}`)}`];
    } catch {
      return []; // the one that read the folder
    }
  });
}

function children(): string[] {
  return list('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      // pid (name) state ppid ...; the name may hold blanks and brackets
      const [, name, state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').match(/\((.*)\) (\S) (\d+)/s) ?? [];
      return Number(parent) === process.pid ? [`${pid} ${name} ${state}`] : [];
    } catch {
      return []; // has ended in the meantime
    }
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
