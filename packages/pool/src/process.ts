// Long because a process's life is one story.
import { constants as system } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { AssertionError, OSError, repr, ValueError } from '@prac/exceptions';
import { constants, isLibcAvailable, libc } from '@prac/libc';
import { dumps, hasPrivateState, loadsSync, type PickleableArgs, PicklingError } from '@prac/pickle';
import { DEVNULL, Popen, TimeoutExpired } from '@prac/subprocess';
import type { WaitOptions, WaitSyncOptions } from '@prac/sync';
import { inheritedArguments, ownFields } from '@prac/sync/starting';
import { arena } from './internal/arena.ts';
import type { Birth, Work } from './internal/birth.ts';
import { authkey, family, learn, nextLineage } from './internal/family.ts';
import { giving } from './internal/giving.ts';
import { processName } from './internal/identity.ts';
import { closeDescriptor, newMailbox, putBirth, takeOutcome } from './internal/mailbox.ts';
import { noteEnd } from './internal/members.ts';
import { endWithChildren } from './internal/shutdown.ts';
import { type Spare, takeSpare, wakeSpare } from './internal/spares.ts';
import { forSpawning } from './internal/spawning.ts';
import { programOf, travels } from './internal/world.ts';
import { loggingState } from './logging.ts';

/*
 * A process, seen from the one that starts it:
 *
 *   initial ── start() ──> started: a child of @prac/subprocess ── its end is seen ──> stopped ── close() ──> closed
 *
 * start() pickles what it is to do (and refuses what cannot travel) into a mailbox, and starts Node with the program of this package, which
 * inherits the mailbox and the memory that processes share: see internal/child.ts. When it has ended, its own fields that run() has set are in
 * the mailbox.
 */

/** Options of a {@link Process}. */
export interface ProcessOptions<Args extends readonly unknown[] = readonly unknown[]> {
  /** What the process runs, unless a subclass has its own `run()`. An ordinary function; its promise is waited for. */
  readonly target?: ((...args: Args) => unknown) | null | undefined;
  /** What it is called with. */
  readonly args?: Readonly<PickleableArgs<Args>> | null | undefined;
  /** Keyword arguments: the function gets them as one last object. */
  readonly kwargs?: Readonly<Record<string, unknown>> | null | undefined;
  /** @defaultValue `Process-N`; `Process-N:M` in a process that was started by another; a subclass has its own name in it */
  readonly name?: string | null | undefined;
  /** It ends with this process, and may start none itself. @defaultValue that of this process */
  readonly daemon?: boolean | null | undefined;
}

const { signals } = system;
const OPTIONS = ['target', 'args', 'kwargs', 'name', 'daemon'];

/** How an object is made for the process that runs. @internal */
export class Adoption {
  readonly name: string;
  readonly daemon: boolean;
  constructor(name: string, daemon: boolean) {
    this.name = name;
    this.daemon = daemon;
  }
}

/**
 * A process of its own: a function that runs beside this one, in another Node.
 *
 * The function is sent there, with what it has captured; locks, queues and values of this package stay the same there. A subclass overrides `run()`; its own
 * fields travel, and those that `run()` has set are there after a `join`.
 *
 * It ends when the function has returned and its event loop has nothing more to do. This process waits for those that are not daemons.
 *
 * Python: `multiprocessing.Process`.
 *
 * @example
 * import { currentProcess, Process } from '@prac/pool';
 * const child = new Process({ target: (n: number) => console.log(n * 2, 'by', currentProcess().name), args: [21] });
 * child.start(); // 42 by Process-1
 * await child.join();
 * console.log(child.exitcode); // 0
 */
export class Process<Args extends readonly unknown[] = readonly unknown[]> {
  #target: ((...args: never[]) => unknown) | undefined;
  #args: readonly unknown[];
  #name: string;
  #daemon: boolean;
  #authkey: Uint8Array | undefined;
  readonly #lineage: readonly number[];
  #child: Popen | undefined;
  #pid: number | undefined;
  #mailbox: number | undefined;
  #pidfd: number | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;
  readonly #isAdopted: boolean = false;

  /** @throws {TypeError} if an option is not what it has to be. */
  constructor(options?: ProcessOptions<Args> | null) {
    if (options instanceof Adoption) {
      this.#args = [];
      this.#name = options.name;
      this.#daemon = options.daemon;
      this.#lineage = family.about.lineage;
      this.#pid = process.pid;
      this.#isAdopted = true;
      return;
    }
    const { target, args, kwargs, name, daemon } = checked(options);
    this.#target = target ?? undefined;
    this.#args = [...((args as readonly unknown[] | null) ?? []), ...(kwargs ? [kwargs] : [])];
    this.#lineage = nextLineage();
    this.#name = name || `${new.target.name}-${this.#lineage.join(':')}`;
    this.#daemon = daemon ?? family.about.daemon;
  }

  /**
   * Starts it.
   *
   * @throws {AssertionError} if it has been started, or this process is a daemon. {PicklingError} if what it needs cannot travel.
   * {OSError} if no process can be started.
   */
  start(): void {
    this.#check();
    if (this.#pid !== undefined) throw new AssertionError('cannot start a process twice');
    if (family.about.daemon) throw new AssertionError('daemonic processes are not allowed to have children');
    for (const other of [...family.children]) other.isAlive(); // collects those that have ended
    if (hasPrivateState(this.constructor as never, Process as never)) throw privateState(this.constructor.name);
    const work: Work = {
      type: this.constructor === Process ? undefined : this.constructor,
      target: this.#target as Work['target'],
      args: this.#args,
      fields: ownFields(this),
    };
    const [[pickle, descriptors], undo] = giving(() => forSpawning(() => dumps<unknown>(work, { name: this.#name })));
    const spare = descriptors.length === 0 ? takeSpare() : undefined;
    const birth: Birth = {
      name: this.#name,
      daemon: this.#daemon,
      authkey: this.authkey,
      lineage: this.#lineage,
      parent: { name: processName(), pid: process.pid },
      isOfMain: isMainThread,
      argv: process.argv,
      logging: { ...loggingState() },
      surroundings: spare && { cwd: process.cwd(), umask: process.umask(), env: { ...process.env } },
      work: pickle,
    };
    const [child, mailbox] = bornOr(birth, descriptors, spare, undo);
    this.#child = child;
    this.#mailbox = mailbox;
    this.#pid = this.#child.pid;
    family.children.add(this as unknown as Process);
    endWithChildren();
  }

  /**
   * What the process does: calls the target. Subclasses have their own.
   *
   * Runs in the new process; `this` is the process there.
   */
  run(): unknown {
    return this.#target?.(...(this.#args as never[]));
  }

  /** What has arrived in the new process. @internal */
  employ(target: unknown, args: readonly unknown[]): void {
    this.#target = target as never;
    this.#args = args;
  }

  /**
   * Waits until the process has ended.
   *
   * Cancellation: an aborted call leaves no trace; the process goes on.
   * Python: `Process.join`.
   *
   * @param options - Time limit in seconds, or options. `exitcode` tells whether it was up first.
   * @throws {AssertionError} if it was not started by this process. {UnpicklingError} if a field that it has set cannot be opened here.
   */
  async join(options?: number | WaitOptions | null): Promise<void> {
    const child = this.#started('join');
    try {
      await child.wait(options);
    } catch (error) {
      if (!(error instanceof TimeoutExpired)) throw error;
    }
    this.#collect();
    this.#throwFailure();
  }

  /** Blocking form of {@link join}. */
  joinSync(options?: number | WaitSyncOptions | null): void {
    const child = this.#started('join');
    try {
      child.waitSync(options);
    } catch (error) {
      if (!(error instanceof TimeoutExpired)) throw error;
    }
    this.#collect();
    this.#throwFailure();
  }

  /** Whether it has been started, and has not ended. */
  isAlive(): boolean {
    this.#check();
    if (this.#isAdopted) return true;
    return this.#child !== undefined && this.#collect() === null;
  }

  /** Ends it by SIGTERM. Its own children, `finally` blocks and exit handlers are left as they are. */
  terminate(): void {
    this.#started('terminate').terminate();
  }

  /** Ends it by SIGKILL. */
  kill(): void {
    this.#started('kill').kill();
  }

  /**
   * Gives back what is kept for it.
   *
   * @throws {ValueError} if it is running.
   */
  close(): void {
    if (this.#isClosed) return;
    if (this.#child !== undefined && this.#collect() === null)
      throw new ValueError(
        'Cannot close a process while it is still running. You should first call join() or terminate().',
      );
    if (this.#pidfd !== undefined) closeDescriptor(this.#pidfd);
    this.#pidfd = undefined;
    this.#child = undefined;
    family.children.delete(this as unknown as Process);
    this.#isClosed = true;
  }

  /** Its name, which means nothing to anybody but you. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    if (typeof name !== 'string') throw new AssertionError('name must be a string');
    this.#name = name;
    if (this.#isAdopted) learn({ name });
  }

  /** Whether it ends with this process. */
  get daemon(): boolean {
    return this.#daemon;
  }

  /** @throws {AssertionError} if it has been started. */
  set daemon(daemon: boolean) {
    this.#check();
    if (this.#pid !== undefined) throw new AssertionError('process has already started');
    if (typeof daemon !== 'boolean') throw new TypeError(`Expected daemon to be a boolean, got ${repr(daemon)}`);
    this.#daemon = daemon;
  }

  /** Its number, from its start on. */
  get pid(): number | undefined {
    this.#check();
    return this.#pid;
  }

  /** The same. */
  get ident(): number | undefined {
    return this.pid;
  }

  /** How it has ended: 0, the code of its exit, or the negative number of the signal that has ended it; `null` before. */
  get exitcode(): number | null {
    this.#check();
    return this.#child === undefined ? null : this.#collect();
  }

  /**
   * A descriptor that is readable when it has ended: for `connection.wait`, poll(2) and the like.
   *
   * @throws {ValueError} if it was not started. {OSError} where there is no such thing.
   */
  get sentinel(): number {
    this.#check();
    if (this.#child === undefined) throw new ValueError('process not started');
    this.#pidfd ??= this.#collect() === null ? opened(this.#child.pid) : alwaysReadable();
    return this.#pidfd;
  }

  /** The key by which it proves that it is of this program. It begins with that of this process. */
  get authkey(): Uint8Array {
    this.#check();
    this.#authkey ??= authkey();
    return this.#authkey;
  }

  set authkey(authkey: Uint8Array) {
    if (!(authkey instanceof Uint8Array)) throw new TypeError(`Expected bytes, got ${repr(authkey)}`);
    this.#authkey = Uint8Array.from(authkey);
    if (this.#isAdopted) learn({ authkey: this.#authkey });
  }

  toString(): string {
    const name = `<${this.constructor.name} name=${repr(this.#name)}`;
    if (this.#isClosed) return `${name} closed>`;
    const parent = this.#isAdopted ? (family.about.parent?.pid ?? 'None') : process.pid;
    const pid = this.#pid === undefined || this.#isAdopted ? '' : ` pid=${this.#pid}`;
    return `${name}${pid} parent=${parent} ${this.#state()}${this.#daemon ? ' daemon' : ''}>`;
  }

  #state(): string {
    if (this.#isAdopted) return 'started';
    if (this.#child === undefined) return 'initial';
    const exitcode = this.#collect();
    if (exitcode === null) return 'started';
    return exitcode < 0 ? `stopped exitcode=${signalName(-exitcode)}` : `stopped exitcode=${exitcode}`;
  }

  #check(): void {
    if (this.#isClosed) throw new ValueError('process object is closed');
  }

  #started(what: string): Popen {
    this.#check();
    if (this.#child === undefined) throw new AssertionError(`can only ${what} a started process`);
    return this.#child;
  }

  /** Looks whether it has ended; takes then what it has left. */
  #collect(): number | null {
    const returncode = this.#child!.poll();
    if (returncode === null || this.#mailbox === undefined) return returncode;
    const mailbox = this.#mailbox;
    this.#mailbox = undefined;
    noteEnd(this.#child!.pid);
    family.children.delete(this as unknown as Process);
    try {
      const outcome = takeOutcome(mailbox);
      if (outcome !== undefined) this.#takeFields(outcome);
    } catch (error) {
      this.#failure = { error };
    }
    return returncode;
  }

  #takeFields(outcome: Uint8Array): void {
    for (const [key, value] of Object.entries(loadsSync<object>(outcome))) Reflect.set(this, key, value);
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}

function bornOr(
  birth: Birth,
  descriptors: readonly number[],
  spare: Spare | undefined,
  undo: (() => void) | undefined,
): readonly [Popen, number] {
  try {
    return born(birth, descriptors, spare);
  } catch (error) {
    undo?.(); // nobody takes what was left for it
    throw error;
  }
}

/** Starts it, or has one go on that was started before. */
function born(birth: Birth, descriptors: readonly number[], spare: Spare | undefined): readonly [Popen, number] {
  if (spare !== undefined) {
    putBirth(spare.mailbox, dumps<unknown>(birth));
    wakeSpare(spare);
    return [spare.child, spare.mailbox];
  }
  const shared = isLibcAvailable() ? [arena().fd] : [];
  const mailbox = newMailbox();
  try {
    putBirth(mailbox, dumps<unknown>(birth));
    const command = [process.execPath, ...inheritedArguments(), programOf('process'), String(mailbox)];
    return [new Popen(command, { stdin: DEVNULL, passFds: [...shared, mailbox, ...descriptors] }) as Popen, mailbox];
  } catch (error) {
    closeDescriptor(mailbox);
    throw error;
  }
}

function checked(options: object | null | undefined): ProcessOptions {
  const given = options ?? {};
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(given))
    if (!OPTIONS.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${OPTIONS.join(', ')}`);
  const { target, args, kwargs, name, daemon } = given as ProcessOptions;
  if (target != null && typeof target !== 'function')
    throw new TypeError(`Expected target to be a function, got ${repr(target)}`);
  if (args != null && !Array.isArray(args)) throw new TypeError(`Expected args to be an array, got ${repr(args)}`);
  if (kwargs != null && (typeof kwargs !== 'object' || Array.isArray(kwargs)))
    throw new TypeError(`Expected kwargs to be an object, got ${repr(kwargs)}`);
  if (name != null && typeof name !== 'string') throw new TypeError(`Expected name to be a string, got ${repr(name)}`);
  if (daemon != null && typeof daemon !== 'boolean')
    throw new TypeError(`Expected daemon to be a boolean, got ${repr(daemon)}`);
  return given as ProcessOptions;
}

/** In the process its object is made without the constructor: private fields would not be there. */
function privateState(name: string): PicklingError {
  return new PicklingError({
    path: 'class',
    reason: `class ${name} has private fields, which nobody can read from outside`,
    advice: 'use fields without #, which travel',
  });
}

/** It has ended, and the system has forgotten it. */
function alwaysReadable(): number {
  const fd = isLibcAvailable() ? libc().eventfd(constants.EFD_CLOEXEC) : -constants.ENOSYS;
  if (fd < 0) throw new OSError(-fd);
  libc().write(fd, new Uint8Array(new BigUint64Array([1n]).buffer));
  return fd;
}

function opened(pid: number): number {
  const fd = isLibcAvailable() ? libc().pidfdOpen(pid) : -constants.ENOSYS;
  if (fd < 0) throw new OSError(-fd);
  return fd;
}

function signalName(signal: number): string {
  const name = Object.entries(signals).find(([, number]) => number === signal)?.[0];
  return name === undefined ? String(-signal) : `-${name}`;
}

travels('Process', Process);
Object.defineProperty(Process.prototype, Symbol.for('prac.pickle.reduce'), {
  value: (journey: { refuse(reason: string, advice?: string): never }) =>
    journey.refuse('a process object is of use only in the process that has made it', 'send its pid, or its name'),
  configurable: true,
  writable: true,
});
Object.defineProperty(Process.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Process) {
    return String(this);
  },
  configurable: true,
  writable: true,
});
