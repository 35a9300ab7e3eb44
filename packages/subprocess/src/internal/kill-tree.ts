import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';

const { SIGCONT, SIGKILL, SIGSTOP } = constants.signals;

/**
 * Signals a process, all its descendants, and its process group if it leads one.
 *
 * Two nets: descendants are found by their parents in /proc (Linux), so that those which changed their group are found too;
 * orphans, whose parents are gone, by the group. For SIGKILL each process is stopped before its children are listed: it cannot
 * start another one behind our back.
 */
export function signalTree(
  pid: number,
  signal: number,
  { runs, leadsGroup }: { readonly runs: boolean; readonly leadsGroup: boolean },
): void {
  const kills = signal === SIGKILL;
  const tree: number[] = [];
  const visit = (member: number): void => {
    if (kills) send(member, SIGSTOP);
    tree.push(member);
    for (const child of childrenOf(member)) visit(child);
  };
  if (runs) visit(pid); // the number of a collected child may be another process's
  if (leadsGroup) send(-pid, signal);
  for (const member of tree) send(member, signal);
  // A process that is stopped notices nothing but SIGKILL before it goes on.
  if (!kills && signal !== SIGSTOP && signal !== 0) for (const member of tree) send(member, SIGCONT);
}

function send(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it is gone, or somebody else's
  }
}

function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
