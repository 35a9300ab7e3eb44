import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started, and that run. */
export function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((it) => {
    const [state, parent] = statOf(it);
    return Number(parent) === pid && state !== 'Z';
  });
}

/** All of its threads. (The first may be gone before the others.) */
export function hasEnded(pid: number): boolean {
  const [state] = statOf(pid);
  if (state === undefined) return true;
  try {
    return state === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}

/** Its state, and its parent: nothing if it is not there. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
