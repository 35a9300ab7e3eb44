import { parentPort, SHARE_ENV, type Transferable, Worker } from 'node:worker_threads';
import type { HubData, HubRequest } from './messages.ts';
import { programOf } from './program.ts';
import { table } from './thread-table.ts';
import { shared } from './world.ts';

interface Connection {
  hub: Worker | undefined;
  /** This world was started by the hub: its parent port leads there. */
  isThread: boolean;
}

const connection: Connection = shared('hub', () => ({ hub: undefined, isThread: false }));

/** This world is a thread of this package. */
export function becomeThread(): void {
  connection.isThread = true;
}

export function isThread(): boolean {
  return connection.isThread;
}

/** Tells the hub something. The first time, in the main thread, it is started. */
export function tellHub(request: HubRequest, transferList: Transferable[]): void {
  if (connection.isThread) parentPort!.postMessage(request, transferList);
  else theHub().postMessage(request, transferList);
}

/** The process stays alive for a thread that is about to start. */
export function keepProcessAlive(): void {
  table().countNonDaemon(1);
  if (!connection.isThread) theHub().ref();
}

function theHub(): Worker {
  if (connection.hub !== undefined) return connection.hub;
  const { source, isText } = programOf('hub');
  const data: HubData = { table: table().memory, program: programOf('thread') };
  const hub = new Worker(isText ? source : new URL(source), {
    eval: isText,
    execArgv: hubArguments(),
    name: 'prac hub',
    env: SHARE_ENV,
    workerData: data,
  });
  hub.on('message', (message: unknown) => {
    if (message === 'busy') hub.ref();
    // A thread may have been started meanwhile.
    else if (message === 'idle' && table().nonDaemon === 0) hub.unref();
  });
  hub.unref();
  connection.hub = hub;
  return hub;
}

/** Of Node's options only what finds the sources: a preloaded module would be loaded for nothing. */
function hubArguments(): string[] {
  return process.execArgv.filter((argument) => argument.startsWith('--conditions='));
}
