/** A package's place in the house: it may import only from floors below its own. */
export interface Place {
  readonly floor: number;
  /** The Python modules it mirrors; for the root README. */
  readonly mirrors: string;
  /** What it is, for as long as it is only planned; later its package.json says so. */
  readonly planned?: string;
  /** The only packages it may import, where the floor alone allows too much. */
  readonly only?: readonly string[];
}

/** All packages of the house, from the top floor down. Private packages that hold tests stand above all floors. */
export const FLOORS: Readonly<Record<string, Place>> = {
  '@prac/slurm': { floor: 6, mirrors: '(a cluster)', planned: 'typed Slurm commands, executors on a Slurm cluster' },
  '@prac/asyncio': { floor: 6, mirrors: 'asyncio', planned: 'tasks, cancellation, task groups, time-outs, streams' },
  '@prac/futures': { floor: 5, mirrors: 'concurrent.futures', planned: 'executors of threads and processes' },
  '@prac/pool': { floor: 4, mirrors: 'multiprocessing', planned: 'processes, pools, shared memory, managers' },
  '@prac/queue': { floor: 3, mirrors: 'queue', planned: 'queues between tasks and threads' },
  '@prac/sync': { floor: 2, mirrors: 'threading', planned: 'threads, locks, events, conditions, barriers' },
  '@prac/subprocess': { floor: 2, mirrors: 'subprocess' },
  '@prac/signal': { floor: 2, mirrors: 'signal', planned: 'signal handlers, alarms, waiting for signals' },
  '@prac/profile': {
    floor: 2,
    mirrors: 'cProfile, pstats',
    planned: 'exact call counts, statistics, flame graphs',
    only: ['@prac/exceptions'],
  },
  '@prac/pickle': { floor: 1, mirrors: 'pickle', planned: 'functions and values on their way to other threads' },
  '@prac/park': { floor: 1, mirrors: "(the interpreter's waiting)", planned: 'how a thread waits' },
  '@prac/libc': { floor: 0, mirrors: '(ctypes)' },
  '@prac/exceptions': { floor: 0, mirrors: 'the built-in exceptions' },
};

/** Says why a package may not use another one, or nothing if it may. */
export function floorViolation(from: string, to: string): string | undefined {
  const lower = FLOORS[to];
  const upper = FLOORS[from];
  if (upper === undefined) return undefined; // apps, tests, the template: above all floors
  if (lower === undefined) return `${to} has no floor: nothing published may import it (scripts/lib/floors.ts)`;
  if (upper.only && !upper.only.includes(to)) return `it may import only ${upper.only.join(', ')}, not ${to}`;
  if (lower.floor >= upper.floor) {
    return `${to} is on floor ${lower.floor}, not below floor ${upper.floor}: imports go downwards only`;
  }
  return undefined;
}
