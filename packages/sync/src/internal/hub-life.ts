import { inspect } from 'node:util';
import {
  MessageChannel,
  type MessagePort,
  parentPort,
  SHARE_ENV,
  setEnvironmentData,
  threadId,
  type Worker,
} from 'node:worker_threads';
import { codeCacheOf } from './code-cache.ts';
import { markDead } from './death.ts';
import { LeftLuggage } from './left-luggage.ts';
import type {
  HandedOn,
  HubData,
  HubRequest,
  PrewarmMessage,
  RehearsalMessage,
  SpareOptions,
  StartMessage,
  ThreadData,
} from './messages.ts';
import { writeAll } from './output.ts';
import { type Program, workerOf } from './program.ts';
import { type Slot, type ThreadTable, useTable } from './thread-table.ts';

/*
 * The hub: the worker that starts all threads, and hears of their ends. It does nothing else and so is always at hand, whatever
 * the main thread and all others are busy or blocked with:
 *
 *   - a thread that was started by a thread outlives it: Node ends workers together with the one that made them;
 *   - that a thread has run out of memory is known while the main thread is blocked in joinSync();
 *   - what cannot be bytes in shared memory is kept here until somebody calls for it: see left-luggage.ts.
 *
 *   start() ── message ──> hub ── new Worker ──> thread          hub ── 'idle', 'busy' ──> main thread: whether it is to stay alive
 */
/** A worker, and the way to it. */
interface Hand {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** How much it has been handed on. */
  readonly handedOn: number;
}

/** So often until more of them make a spare worker no quicker. */
const REHEARSALS = 6;

let table: ThreadTable;
let program: Program;
let rehearsal: RehearsalMessage | undefined;
let cache: SharedArrayBuffer | undefined;
let hasRequire = false;
const luggage = new LeftLuggage();
const ready: Hand[] = [];
/** Workers by the serial numbers of their threads. */
const running = new Map<number, Worker>();
let wanted: PrewarmMessage = { kind: 'prewarm', count: 0, workerName: '', execArgv: [], handedOn: [] };

export function begin(data: HubData): void {
  ({ program, hasRequire } = data);
  table = useTable(data.table);
  if (data.first !== undefined) addSpare(data.first);
  parentPort!.on('message', (request: HubRequest) => receive(request, data.desk));
  serve(data.desk);
}

/** A thread, or main, has something to say. */
function serve(port: MessagePort): void {
  port.on('message', (request: HubRequest) => receive(request, port));
  port.unref();
}

function receive(request: HubRequest, from: MessagePort): void {
  if (request.kind === 'prewarm') {
    wanted = request;
    prewarm();
  } else if (request.kind === 'rehearsal') {
    rehearsal = request;
    setImmediate(() => void makeCache(request));
  } else if (request.kind === 'start') start(request);
  else if (request.kind === 'terminate') void running.get(request.serial)?.terminate();
  else luggage.receive(request, from);
}

function start(request: StartMessage): void {
  const slot = table.slot(request.index, request.serial);
  if (!request.daemon) parentPort!.postMessage('busy');
  try {
    const { worker, port } = (request.plain ? takeSpare(request) : undefined) ?? create(request);
    port.postMessage(request.birth, [request.birth.port]);
    worker.ref();
    const ident = worker.threadId + 1;
    slot.ident = ident;
    running.set(request.serial, worker);
    watch(worker, slot, request, ident);
  } catch (error) {
    report(request, error);
    end(slot, request, 0);
  }
  prewarm();
}

/** While the first thread is on its way: for all that follow. */
async function makeCache({ work }: RehearsalMessage): Promise<void> {
  if (program.kind === 'script') cache = await codeCacheOf(program, work);
}

function create({
  execArgv,
  handedOn,
  resourceLimits = {},
  workerName,
}: SpareOptions & Partial<Pick<StartMessage, 'resourceLimits'>>): Hand {
  handOn(handedOn);
  const { port1, port2 } = new MessageChannel();
  const data: ThreadData = { table: table.memory, hub: port2, hubId: threadId, hasRequire };
  const make = (execArgv: string[]): Worker =>
    workerOf(
      program,
      data,
      {
        execArgv,
        name: workerName,
        env: SHARE_ENV,
        resourceLimits,
        transferList: [port2],
      },
      cache,
    );
  const worker = withAllowed(execArgv, make);
  serve(port1); // threads start threads
  return { worker, port: port1, handedOn: handedOn.length };
}

/** Workers inherit it. */
function handOn(data: HandedOn): void {
  for (const [key, value] of data) setEnvironmentData(key, value as Parameters<typeof setEnvironmentData>[1]);
}

const refused = new Set<string>();

/** Node refuses options for a worker that hold for the whole process anyway, and names them. */
function withAllowed(execArgv: readonly string[], make: (allowed: string[]) => Worker): Worker {
  for (;;) {
    try {
      return make(execArgv.filter((argument) => !refused.has(argument)));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const named =
        code === 'ERR_WORKER_INVALID_EXEC_ARGV' ? execArgv.filter((argument) => message.includes(argument)) : [];
      if (named.every((argument) => refused.has(argument))) throw error;
      for (const argument of named) refused.add(argument);
    }
  }
}

function watch(worker: Worker, slot: Slot, request: StartMessage, ident: number): void {
  // What its own code throws it reports itself: this is what it could not.
  worker.on('error', (error) => report(request, error));
  worker.on('exit', () => {
    running.delete(request.serial);
    end(slot, request, ident);
  });
}

function end(slot: Slot, { daemon }: StartMessage, ident: number): void {
  markDead(ident);
  slot.end();
  slot.free();
  if (!daemon && table.countNonDaemon(-1) === 0) parentPort!.postMessage('idle');
}

function report({ birth }: StartMessage, error: unknown): void {
  writeAll(2, `Exception in thread ${birth.name}:\n${inspect(error)}\n`);
}

function prewarm(): void {
  while (ready.length < wanted.count && addSpare(wanted)) {}
}

/** Adds a worker that waits for a thread to be born. `false` if none can be made: that is told when one is needed. */
function addSpare(options: SpareOptions): boolean {
  let hand: Hand;
  try {
    hand = create(options);
  } catch {
    return false;
  }
  const drop = (): void => {
    const at = ready.indexOf(hand);
    if (at >= 0) ready.splice(at, 1);
  };
  // What is wrong with it is wrong with the next one, too, which tells it.
  hand.worker.on('error', drop).on('exit', drop);
  hand.worker.unref();
  if (rehearsal !== undefined) for (let i = 0; i < REHEARSALS; i++) hand.port.postMessage(rehearsal);
  ready.push(hand);
  return true;
}

/** One that has been handed on all that there is now. */
function takeSpare({ handedOn }: StartMessage): Hand | undefined {
  for (let hand = ready.shift(); hand !== undefined; hand = ready.shift()) {
    if (hand.handedOn === handedOn.length) return hand;
    void hand.worker.terminate();
  }
  return undefined;
}
