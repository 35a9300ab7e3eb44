// Long because a thread's life is one story.
import { readlinkSync } from 'node:fs';
import { MessageChannel, type MessagePort, type ResourceLimits, receiveMessageOnPort } from 'node:worker_threads';
import { checkedOptions, RuntimeError, repr } from '@prac/exceptions';
import {
  block,
  now,
  type Steps,
  suspend,
  type WaitOptions,
  type WaitSyncOptions,
  Watching,
  Word,
  waitLimits,
} from '@prac/park';
import {
  fromMessage,
  hasPrivateState,
  type Message,
  type PickleableArgs,
  PicklingError,
  toMessage,
} from '@prac/pickle';
import { callHook, hookFlag } from './excepthook.ts';
import { handedOn, keepProcessAlive, rehearseThreads, summonHub, tellHub } from './internal/hub.ts';
import type { Birth, Report } from './internal/messages.ts';
import { checkBoolean, checkName, checkObject, defaultName } from './internal/thread-arguments.ts';
import { ENDED, type Facts, type Slot, table } from './internal/thread-table.ts';
import { isMain, myself, openThread, remember } from './internal/threads.ts';
import { tellOfThread, threadSubject } from './internal/watched-task.ts';
import { IDENT, travels } from './internal/world.ts';
import type { Journey } from './memory.ts';
import { defaultLimits } from './stack-size.ts';
import { inheritedArguments, ownFields } from './starting.ts';

/*
 * A thread, seen from one of the threads of the process:
 *
 *   initial ── start() ──> started: has a slot in the table ── the slot says so ──> stopped
 *
 * start() pickles what the thread is to do (and refuses what cannot travel), claims a slot, and tells the hub, which makes the
 * worker: see hub-entry.ts, thread-entry.ts. From then on the table knows it; every thread has an object of its own for it.
 *
 * What comes back comes to the thread that has started it, through a port: own fields that run() has set, and errors for its
 * hook. They are taken when the event loop turns, and before a join returns.
 */

/** Options of a {@link Thread}. */
export interface ThreadOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /** What the thread runs, unless a subclass has its own `run()`. An ordinary function; its promise is waited for. */
  readonly target?: ((...args: Args) => unknown) | null | undefined;
  /** What it is called with. */
  readonly args?: Readonly<PickleableArgs<Args>> | null | undefined;
  /** Keyword arguments: the function gets them as one last object. */
  readonly kwargs?: Readonly<Record<string, unknown>> | null | undefined;
  /** @defaultValue `Thread-N (target)` */
  readonly name?: string | null | undefined;
  /** The process does not wait for it to end. @defaultValue that of the thread that makes it */
  readonly daemon?: boolean | null | undefined;
  /** Limits of its memory, in MB; Node's `resourceLimits`. */
  readonly resourceLimits?: ResourceLimits | null | undefined;
}

const OPTIONS = ['target', 'args', 'kwargs', 'name', 'daemon', 'resourceLimits'];

let slotOf: (thread: Thread) => Slot | undefined;

/** How a thread object is made for a thread that exists: see {@link adopted}. */
class Adoption {
  readonly slot: Slot;
  readonly facts: Facts | undefined;
  constructor(slot: Slot, facts: Facts | undefined) {
    this.slot = slot;
    this.facts = facts;
  }
}

/**
 * A thread of its own: a function that runs beside this one, on another core.
 *
 * The function is sent there, with what it has captured; shared primitives stay shared. A subclass overrides `run()`; its
 * own fields travel, and those that `run()` has set are there after a `join`.
 *
 * The thread ends when the function has returned and its event loop has nothing more to do. The process waits for threads that
 * are not daemons.
 *
 * Python: `threading.Thread`.
 *
 * @example
 * import { Event, Thread } from '@prac/sync';
 * const ready = new Event();
 * const thread = new Thread({ target: (name: string) => { console.log('hello', name); ready.set(); }, args: ['thread'] });
 * thread.start(); // hello thread
 * await ready.wait();
 * await thread.join();
 * console.log(thread.isAlive()); // false
 */
export class Thread<Args extends readonly unknown[] = readonly unknown[]> {
  static {
    slotOf = (thread) => thread.#slot;
    // For pools: whatever it does it ends, and what it holds stays as if it had been killed.
    Object.defineProperty(Thread.prototype, Symbol.for('prac.sync.terminate'), {
      value(this: Thread) {
        if (this.#slot !== undefined) tellHub({ kind: 'terminate', serial: this.#slot.serial }, []);
      },
    });
  }

  #target: ((...args: never[]) => unknown) | undefined;
  #args: readonly unknown[];
  #name: string;
  #daemon: boolean;
  #resourceLimits: ResourceLimits | undefined;
  #slot: Slot | undefined;
  #port: MessagePort | undefined;
  #ident: number | undefined;
  #nativeId: number | undefined;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @throws {TypeError} if an option is not what it has to be.
   */
  constructor(options?: ThreadOptions<Args> | null) {
    if (options instanceof Adoption) {
      const { slot, facts } = options;
      this.#args = [];
      this.#slot = slot;
      this.#name = facts?.name ?? '';
      this.#daemon = facts?.daemon ?? false;
      this.#ident = facts?.ident || undefined;
      this.#nativeId = facts?.nativeId || undefined;
      return;
    }
    const { target, args, kwargs, name, daemon, resourceLimits } = checkedOptions(
      options ?? {},
      OPTIONS,
    ) as ThreadOptions;
    if (target !== undefined && target !== null && typeof target !== 'function')
      throw new TypeError(`Expected target to be a function, got ${repr(target)}`);
    if (args !== undefined && args !== null && !Array.isArray(args))
      throw new TypeError(`Expected args to be an array, got ${repr(args)}`);
    checkObject('kwargs', kwargs);
    checkObject('resourceLimits', resourceLimits);
    checkBoolean('daemon', daemon);
    this.#target = target ?? undefined;
    this.#args = [...((args as readonly unknown[] | null) ?? []), ...(kwargs ? [kwargs] : [])];
    this.#name = name === undefined || name === null || name === '' ? defaultName(this.#target) : checkName(name);
    this.#daemon = daemon ?? myself().daemon;
    this.#resourceLimits = resourceLimits ?? undefined;
  }

  /**
   * Starts it.
   *
   * @throws {RuntimeError} if it has been started.
   * @throws {PicklingError} if what it needs cannot travel.
   */
  start(): void {
    if (this.#slot !== undefined) throw new RuntimeError('threads can only be started once');
    myself(); // the main thread has the first slot
    const limits = { ...defaultLimits(), ...this.#resourceLimits };
    summonHub(isEmpty(limits) ? this.#name : undefined); // it and the first worker start while this thread pickles
    const type = this.constructor === Thread ? undefined : messageOfClass(this.constructor as typeof Thread);
    // Known by its slot from now on: among what travels may be the thread itself.
    const slot = table().claim(this.#name, this.#daemon);
    this.#slot = slot;
    remember(slot.serial, this);
    let work: ReturnType<typeof toMessage>;
    try {
      const fields = ownFields(this);
      work = toMessage<unknown>({ target: this.#target, args: this.#args, fields }, { name: this.#name });
    } catch (error) {
      this.#unclaim(slot);
      throw error;
    }
    try {
      this.#send(slot, type?.message, work, limits);
    } catch (error) {
      this.#unclaim(slot);
      throw error;
    }
  }

  #unclaim(slot: Slot): void {
    slot.end();
    slot.free();
    this.#slot = undefined;
  }

  #send(slot: Slot, type: Birth['type'], work: ReturnType<typeof toMessage>, limits: ResourceLimits): void {
    const { port1, port2 } = new MessageChannel();
    const birth: Birth = {
      kind: 'birth',
      index: slot.index,
      serial: slot.serial,
      name: this.#name,
      daemon: this.#daemon,
      type,
      work: work.message as Birth['work'],
      port: port2,
      starter: IDENT,
      hooked: hookFlag(),
      argv: process.argv,
    };
    if (!this.#daemon) keepProcessAlive(); // the hub is there from now on: nothing else can fail
    tellHub(
      {
        kind: 'start',
        index: slot.index,
        serial: slot.serial,
        daemon: this.#daemon,
        workerName: this.#name,
        execArgv: inheritedArguments(),
        resourceLimits: limits,
        plain: isEmpty(limits),
        handedOn: handedOn(),
        birth,
      },
      [port2, ...work.transferList],
    );
    tellOfThread('start', this.#name, slot.serial);
    this.#port = port1;
    port1.on('message', (report: Report) => this.#take(report));
    port1.unref();
    rehearseThreads();
  }

  /**
   * What the thread does: calls the target. Subclasses have their own.
   *
   * Runs in the new thread; `this` is the thread there.
   */
  run(): unknown {
    return this.#target?.(...(this.#args as never[]));
  }

  /**
   * What has arrived in the new thread.
   *
   * @internal
   */
  employ(target: unknown, args: readonly unknown[]): void {
    this.#target = target as never;
    this.#args = args;
  }

  /**
   * Waits until the thread has ended.
   *
   * Cancellation: an aborted call leaves no trace.
   * Memory: what the thread has written is seen after it; own fields that it has set are set here.
   * Python: `Thread.join`.
   *
   * @param options - Time limit in seconds, or options. `isAlive()` tells whether it was up first.
   * @throws {RuntimeError} if it was not started, or is the calling thread, or the main thread. {UnpicklingError} if a field that
   * it has set cannot be opened here.
   */
  async join(options?: number | WaitOptions | null): Promise<void> {
    const limits = waitLimits(options, 'async');
    await suspend(joins.watch(this, this.#untilEnd(limits.deadline)), limits);
    this.#drain();
    this.#throwFailure();
  }

  /** Blocking form of {@link join}. */
  joinSync(options?: number | WaitSyncOptions | null): void {
    block(joins.watch(this, this.#untilEnd(waitLimits(options, 'sync').deadline)));
    this.#drain();
    this.#throwFailure();
  }

  /** Whether it has been started, and has not ended. */
  isAlive(): boolean {
    if (this.#slot === undefined) return false;
    const isAlive = this.#slot.phase !== ENDED;
    if (!isAlive) this.#drain();
    return isAlive;
  }

  /** Its name, which means nothing to anybody but you. Several threads may have the same. */
  get name(): string {
    if (this.isAlive()) this.#name = this.#slot!.name;
    return this.#name;
  }

  set name(name: string) {
    this.#name = checkName(name);
    if (this.#slot !== undefined && this.#slot.phase !== ENDED) this.#slot.name = name;
  }

  /**
   * Its number, from its start on. (Asked at once, this waits for the thread to be made.)
   *
   * Python: `Thread.ident`.
   */
  get ident(): number | undefined {
    const slot = this.#slot;
    if (slot === undefined || this.#ident !== undefined) return this.#ident;
    if (slot.ident === 0 && slot.phase !== ENDED) block(untilKnown(slot));
    if (this.isAlive()) this.#ident = slot.ident;
    return this.#ident;
  }

  /** The number that the system gives it (Linux), from its start on; undefined before. */
  get nativeId(): number | undefined {
    if (this.#nativeId === undefined && this.isAlive()) this.#nativeId = this.#slot!.nativeId || undefined;
    return this.#nativeId;
  }

  /** Whether the process ends without waiting for it. */
  get daemon(): boolean {
    return this.#daemon;
  }

  /** @throws {RuntimeError} if it has been started. */
  set daemon(daemon: boolean) {
    checkBoolean('daemon', daemon);
    if (this.#slot !== undefined) throw new RuntimeError('cannot set daemon status of active thread');
    this.#daemon = daemon;
  }

  toString(): string {
    const state = this.#slot === undefined ? 'initial' : this.isAlive() ? 'started' : 'stopped';
    const daemon = this.#daemon ? ' daemon' : '';
    if (this.#ident === undefined && state === 'started') this.#ident = this.#slot!.ident || undefined;
    const ident = this.#ident;
    return `<${this.constructor.name}(${this.name}, ${state}${daemon}${ident === undefined ? '' : ` ${ident}`})>`;
  }

  *#untilEnd(deadline: number): Steps<void> {
    const slot = this.#slot;
    if (slot === undefined) throw new RuntimeError('cannot join thread before it is started');
    if (myself() === this) throw new RuntimeError('cannot join current thread');
    if (isMain(slot) && deadline === Number.POSITIVE_INFINITY)
      throw new RuntimeError('cannot join the main thread: it ends with the process');
    const word = new Word(slot.words, slot.phaseIndex, { broadcast: true });
    for (let phase = slot.phase; phase !== ENDED; phase = slot.phase) {
      if (now() >= deadline) return;
      yield word.parkWhile(phase, deadline);
    }
  }

  /** Takes what the thread has sent, without waiting for the event loop. */
  #drain(): void {
    if (this.#slot?.phase !== ENDED) return;
    while (this.#port !== undefined) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) {
        this.#port.close();
        this.#port = undefined;
      } else this.#take(received.message as Report); // a hook that asks for the thread's name drains it, too
    }
  }

  #take(report: Report): void {
    if (report.kind === 'running') {
      this.#ident = report.ident;
      this.#nativeId = report.nativeId || undefined;
    } else if (report.kind === 'failed') callHook(fromMessage(report.error), this as unknown as Thread);
    else {
      this.#name = report.name;
      this.#setFields(report.fields);
    }
  }

  /** What cannot be opened here is told by `join`. */
  #setFields(message: Message): void {
    try {
      for (const [key, value] of Object.entries(fromMessage(message) as object)) Reflect.set(this, key, value);
    } catch (error) {
      this.#failure = { error };
    }
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}

/** Waits for the ends of threads. */
const joins = new Watching<Thread>('prac:task', (thread) => {
  return threadSubject(slotOf(thread)?.serial, thread.name);
});

function* untilKnown(slot: Slot): Steps<void> {
  const word = new Word(slot.words, slot.identIndex, { broadcast: true });
  while (slot.ident === 0 && slot.phase !== ENDED) yield word.parkWhile(0);
}

/** In the thread its object is made without the constructor: private fields would not be there. */
function messageOfClass(type: typeof Thread): ReturnType<typeof toMessage> {
  if (!hasPrivateState(type, Thread)) return toMessage(type as never, { name: 'class' });
  throw new PicklingError({
    path: 'class',
    reason: `class ${type.name} has private fields, which nobody can read from outside`,
    advice: 'use fields without #, which travel',
  });
}

travels('Thread', Thread);
Object.defineProperty(Thread.prototype, Symbol.for('prac.pickle.reduce'), {
  value: reduce,
  configurable: true,
  writable: true,
});
Object.defineProperty(Thread.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Thread) {
    return String(this);
  },
  configurable: true,
  writable: true,
});

/** It is the thread that travels, not what it would do. */
function reduce(this: Thread, { target, refuse }: Journey): readonly unknown[] {
  const slot = slotOf(this);
  if (target !== 'thread') refuse('a thread lives in one process', 'use Process of @prac/pool');
  if (slot === undefined) return refuse('it has not been started', 'start it first');
  const { name, daemon } = this;
  const [ident, nativeId] = slot.phase === ENDED ? [this.ident, this.nativeId] : [slot.ident, slot.nativeId];
  return [openThread, [slot.index, slot.serial, { name, daemon, ident: ident ?? 0, nativeId: nativeId ?? 0 }]];
}

/** An object for a thread that exists: of its class in the thread itself, of Thread elsewhere. @internal */
export function adopted(
  slot: Slot,
  type: new (...args: never[]) => Thread = Thread,
  facts: Facts | undefined = slot.facts,
): Thread {
  return Reflect.construct(Thread, [new Adoption(slot, facts)], type) as Thread;
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

/** The system's number of this thread, where it can be had. */
export function nativeIdOfThisThread(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return IDENT === 1 ? process.pid : 0;
  }
}
