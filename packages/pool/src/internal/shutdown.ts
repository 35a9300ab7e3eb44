import { getLogger } from '../logging.ts';
import type { Process } from '../process.ts';
import { family } from './family.ts';
import { shared } from './world.ts';

/*
 * The end of a process that has started others: daemons are ended, the others are waited for.
 *
 *   the event loop is empty ──> daemons get SIGTERM; the rest is joined, which keeps the loop alive ──> it is empty again ──> exit
 *   process.exit(), an uncaught error ──> the same, blocking
 */
const state: { isWatching: boolean; hasBegun: boolean } = shared('shutdown', () => ({
  isWatching: false,
  hasBegun: false,
}));

/** This process does not end before its children. */
export function endWithChildren(): void {
  if (state.isWatching) return;
  state.isWatching = true;
  process.on('beforeExit', () => {
    begin();
    for (const child of endDaemons()) void join(child);
  });
  process.on('exit', () => {
    begin();
    for (const child of endDaemons()) joinSync(child);
  });
}

function begin(): void {
  if (state.hasBegun) return;
  state.hasBegun = true;
  getLogger().info('process shutting down');
}

/** Those that are still to be joined. */
function endDaemons(): Process[] {
  const children = [...family.children].filter((child) => child.isAlive());
  for (const child of children) {
    if (!child.daemon) continue;
    getLogger().info(`calling terminate() for daemon ${child.name}`);
    child.terminate();
  }
  for (const child of children) getLogger().info(`calling join() for process ${child.name}`);
  return children;
}

function joinSync(child: Process): void {
  try {
    child.joinSync();
  } catch {
    // As below.
  }
}

/** What it has left that cannot be opened is nobody's now. */
async function join(child: Process): Promise<void> {
  await child.join().catch(() => {});
}
