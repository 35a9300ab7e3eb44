import { availableParallelism, cpus } from 'node:os';
import { family } from './internal/family.ts';
import { ParentProcess } from './internal/parent-process.ts';
import { shared, travels } from './internal/world.ts';
import { Adoption, Process } from './process.ts';

/** The process that was not started by this package. */
class MainProcess extends Process {}
Object.defineProperty(MainProcess, 'name', { value: '_MainProcess' });

const state: { main: Process | undefined; parent: ParentProcess | undefined } = shared('current', () => ({
  main: undefined,
  parent: undefined,
}));

/**
 * The process that runs.
 *
 * Python: `multiprocessing.current_process`.
 */
export function currentProcess(): Process {
  if (family.me !== undefined) return family.me;
  const { name, daemon, parent } = family.about; // of a process that was started by another, in one of its threads
  state.main ??= new (parent === undefined ? MainProcess : Process)(new Adoption(name, daemon) as never);
  return state.main;
}

/**
 * The process that has started this one; nothing in the main process.
 *
 * Python: `multiprocessing.parent_process`.
 */
export function parentProcess(): ParentProcess | undefined {
  const { parent } = family.about;
  if (parent === undefined) return undefined;
  state.parent ??= new ParentProcess(parent.name, parent.pid);
  return state.parent;
}

/**
 * The processes that this one has started and that have not ended. It collects those that have.
 *
 * Python: `multiprocessing.active_children`.
 */
export function activeChildren(): Process[] {
  return [...family.children].filter((child) => child.isAlive());
}

/** How many processors the system has. Python: `multiprocessing.cpu_count`. */
export function cpuCount(): number {
  return cpus().length || availableParallelism();
}

for (const [name, fn] of Object.entries({ currentProcess, parentProcess, activeChildren, cpuCount })) travels(name, fn);
