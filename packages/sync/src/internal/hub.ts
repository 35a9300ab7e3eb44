import {
  getEnvironmentData,
  isMainThread,
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  SHARE_ENV,
  type Transferable,
  type Worker,
} from 'node:worker_threads';
import type { Message } from '@prac/pickle';
import { inheritedArguments } from '../starting.ts';
import type { HandedOn, HubData, HubRequest, SpareOptions, WithdrawMessage } from './messages.ts';
import { writeAtOnce } from './output.ts';
import { programOf, workerOf } from './program.ts';
import { rehearsal } from './rehearsal.ts';
import { table } from './thread-table.ts';
import { shared } from './world.ts';

interface Connection {
  hub: Worker | undefined;
  /** Leads to it, in a world that was started by it. */
  port: MessagePort | undefined;
  /** Where this world leaves what others call for. */
  desk: Desk | undefined;
  /** The hub knows what is done beforehand. */
  isRehearsing: boolean;
}

const connection: Connection = shared('hub', () => ({
  hub: undefined,
  port: undefined,
  desk: undefined,
  isRehearsing: false,
}));

/** This world is a thread of this package. */
export function becomeThread(port: MessagePort, hub: number): void {
  connection.port = port;
  connection.desk = new Desk(port, hub);
}

/** The way to what is deposited at the hub: see deposits.ts. */
class Desk {
  readonly port: MessagePort;
  /** The number of the hub's thread. */
  readonly hub: number;
  readonly #answer = new Int32Array(new SharedArrayBuffer(4));

  constructor(port: MessagePort, hub: number) {
    this.port = port;
    this.hub = hub;
  }

  /** Blocks for the time of two messages. */
  ask(request: Omit<WithdrawMessage, 'answer'>): Message {
    const answer = this.#answer;
    answer[0] = 0;
    this.port.postMessage({ ...request, answer } satisfies WithdrawMessage);
    while (Atomics.load(answer, 0) === 0) Atomics.wait(answer, 0, 0); // that of the last answer may wake it, too
    return receiveMessageOnPort(this.port)!.message as Message;
  }
}

/** Whether this world has a hub in common with others: the main thread has, and threads of this package. */
export function hasDesk(): boolean {
  return isMainThread || connection.port !== undefined;
}

export function theDesk(): Desk {
  if (connection.desk === undefined) theHub();
  return connection.desk!;
}

/** Workers inherit environment data from the thread that makes them, which is the hub. (What signals need to reach threads.) */
const HANDED_ON = ['prac.signal/1'];

export function handedOn(): HandedOn {
  return HANDED_ON.map((key) => [key, getEnvironmentData(key)] as [string, unknown]).filter(
    ([, value]) => value !== undefined,
  );
}

/** Tells the hub something. The first time, in the main thread, it is started. */
export function tellHub(request: HubRequest, transferList: Transferable[]): void {
  (connection.port ?? theHub()).postMessage(request, transferList);
}

/** Starts the hub, for a thread that is about to start. @param workerName - Its name, if any worker will do. */
export function summonHub(workerName: string | undefined): void {
  if (connection.port === undefined) theHub(workerName === undefined ? undefined : spareOptions(workerName));
}

export function spareOptions(workerName = 'prac thread'): SpareOptions {
  return { workerName, execArgv: inheritedArguments(), handedOn: handedOn() };
}

/** Tells the hub what workers do beforehand. It takes some milliseconds: to be called when a thread is on its way. */
export function rehearseThreads(): void {
  if (connection.port !== undefined || connection.isRehearsing) return;
  connection.isRehearsing = true;
  try {
    theHub().postMessage({ kind: 'rehearsal', work: rehearsal() } satisfies HubRequest);
  } catch {
    // Functions cannot travel here: others may, and nothing depends on it.
  }
}

/** The process stays alive for a thread that is about to start. */
export function keepProcessAlive(): void {
  if (connection.port === undefined) theHub().ref();
  table().countNonDaemon(1);
}

/** @param first - For the thread for which it is started. */
function theHub(first?: SpareOptions): Worker {
  if (connection.hub !== undefined) return connection.hub;
  writeAtOnce();
  const { port1, port2 } = new MessageChannel();
  const data: HubData = {
    table: table().memory,
    program: programOf('thread'),
    hasRequire: 'require' in globalThis,
    desk: port2,
    first,
  };
  const hub = workerOf(programOf('hub'), data, {
    execArgv: hubArguments(),
    name: 'prac hub',
    env: SHARE_ENV,
    transferList: [port2],
  });
  connection.desk = new Desk(port1, hub.threadId);
  hub.on('message', (message: unknown) => {
    if (message === 'busy') hub.ref();
    // A thread may have been started meanwhile.
    else if (message === 'idle' && table().nonDaemon === 0) hub.unref();
  });
  // The hub's word may come too late: what threads have started is in the table at once.
  process.on('beforeExit', () => {
    if (table().nonDaemon > 0) hub.ref();
  });
  hub.unref();
  connection.hub = hub;
  return hub;
}

/** Of Node's options only what finds the sources: a preloaded module would be loaded for nothing. */
function hubArguments(): string[] {
  return process.execArgv.filter((argument) => argument.startsWith('--conditions='));
}
