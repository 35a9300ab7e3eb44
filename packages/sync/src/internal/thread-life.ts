import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { SystemExit } from '@prac/exceptions';
import { fromMessage, fromMessageAsync, type Message, toMessage } from '@prac/pickle';
import { callHook, hasHook } from '../excepthook.ts';
import * as all from '../index.ts';
import { changedFields, ownFields, travelling } from '../starting.ts';
import { adopted, nativeIdOfThisThread, Thread } from '../thread.ts';
import { isDead } from './death.ts';
import { becomeThread } from './hub.ts';
import type { Birth, RehearsalMessage, Report, ThreadData, Work } from './messages.ts';
import { writeDirectly } from './output.ts';
import { type ThreadTable, useTable } from './thread-table.ts';
import { become, myself } from './threads.ts';
import { tellOfThread } from './watched-task.ts';
import { IDENT, offer } from './world.ts';

/*
 * The program of a thread:
 *
 *   birth ──> its object, with class and fields ──> run() ──> the event loop empties ──> exit: own fields to the starter
 *                                                     └── throws ──> the hook ──> exit
 *
 * That it has ended is said by the hub, which sees it in every case.
 */
export function begin(data: ThreadData): void {
  const table = useTable(data.table);
  becomeThread(data.hub, data.hubId);
  if (data.hasRequire) Object.assign(globalThis, { require: createRequire(`${process.cwd()}/`) });
  offer(all); // whatever arrives is at hand
  writeDirectly();
  data.hub.on('message', function receive(message: Birth | RehearsalMessage) {
    if (message.kind === 'rehearsal') return void rehearse(message.work);
    data.hub.off('message', receive); // its other messages are waited for: see hub.ts
    void live(table, message);
  });
}

/** Does once what every thread does: the next time it is quick. */
export async function rehearse(message: Message<Work>): Promise<void> {
  const { target, args } = await fromMessageAsync(message);
  (target as (...args: readonly unknown[]) => unknown)(...args);
  toMessage(ownFields(args));
}

async function live(table: ThreadTable, birth: Birth): Promise<void> {
  const slot = table.slot(birth.index, birth.serial);
  const nativeId = nativeIdOfThisThread();
  slot.run(nativeId);
  send(birth, { kind: 'running', ident: IDENT, nativeId });
  process.argv.splice(0, process.argv.length, ...birth.argv);
  become(adopted(slot), birth.serial); // as long as its class is not known
  tellOfThread('begin', birth.name, birth.serial);
  // Opening a message of plain data does not copy it. (A plain Thread has no fields, as a rule.)
  const asBorn = birth.type === undefined ? undefined : structuredClone(birth.work);
  process.on('uncaughtException', (error) => fail(birth, error));
  process.on('exit', () => {
    send(birth, { kind: 'done', name: myself().name, fields: messageOfFields(myself(), asBorn) });
    tellOfThread('end', myself().name, birth.serial);
  });
  try {
    const type = (birth.type === undefined ? Thread : await fromMessageAsync(birth.type)) as typeof Thread;
    const thread = adopted(slot, type);
    become(thread, birth.serial);
    const { target, args, fields } = await fromMessageAsync(birth.work);
    Object.assign(thread, fields);
    thread.employ(target, args);
    await thread.run();
  } catch (error) {
    fail(birth, error);
  }
}

function messageOfFields(thread: object, asBorn: Message<Work> | undefined): never {
  const hasFields = Object.keys(ownFields(thread)).length > 0;
  const before = asBorn !== undefined && hasFields ? fromMessage(asBorn).fields : {};
  return travelling(changedFields(thread, before), (fields) => toMessage<unknown>(fields).message) as never;
}

/** What cannot travel is told of by its text. */
function messageOfError(error: unknown): Message {
  try {
    return toMessage<unknown>(error).message;
  } catch {
    return toMessage<unknown>(new Error(inspect(error))).message;
  }
}

function send({ port }: Birth, report: Report): void {
  port.postMessage(report);
}

/** An uncaught error ends the thread, and is told of. */
function fail(birth: Birth, error: unknown): void {
  if (!(error instanceof SystemExit)) {
    const hasStarterHook = Atomics.load(new Int32Array(birth.hooked), 0) !== 0 && !isDead(birth.starter);
    if (hasHook() || !hasStarterHook) callHook(error, myself());
    else send(birth, { kind: 'failed', error: messageOfError(error) });
  }
  process.exit(error instanceof SystemExit ? 0 : 1);
}
