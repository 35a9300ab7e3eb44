import { constants } from 'node:os';
import { KeyboardInterrupt, repr } from '@prac/exceptions';
import { deadlineAfter, now, type Steps, type Waitable } from '@prac/park';
import { type Captured, OutputLimitExceeded, TimeoutExpired } from '../errors.ts';
import type { Command, PopenOptions } from '../options.ts';
import { type PipeReader, sequenceOf } from '../pipe-reader.ts';
import { type PipeWriter, writerCoreOf } from '../pipe-writer.ts';
import { Communication } from './communication.ts';
import { engine as chosenEngine } from './engines/choose.ts';
import type { Child } from './engines/engine.ts';
import { signalTree } from './kill-tree.ts';
import { openParentEnds } from './parent-ends.ts';
import type { Pump } from './pump.ts';
import { Collection, reapDropped, reapWhenDropped } from './reaper.ts';
import type { Settings } from './settings.ts';
import { start } from './start.ts';
import { trace, watch } from './trace.ts';
import { type Watchdog, watchdogOf } from './watchdog.ts';

const { SIGKILL, SIGTERM } = constants.signals;

/** How the child's descendants are treated. */
export interface TreeOptions {
  /** Kill them where the child is killed, unless the option `killTree` says otherwise. */
  readonly killsTree?: boolean;
  /** Put the child into a process group of its own, unless the options say otherwise. */
  readonly ownGroup?: boolean;
}

/*
 * A child from its start to the collection of its return code. Public `Popen` is a thin face of it.
 *
 *   running ── it ends, somebody looks (poll, a wait) ──> collected: `returncode` is set, and stays
 *
 * Signals go only to a child that was looked at and still runs: a number that was collected may be another process's.
 */
export class ChildCore {
  readonly args: Command;
  readonly pid: number;
  readonly stdin: PipeWriter | null;
  readonly stdout: PipeReader<string | Buffer> | null;
  readonly stderr: PipeReader<string | Buffer> | null;
  readonly settings: Settings;
  returncode: number | null = null;
  /** Whether the whole tree is killed where the child is. */
  readonly killsTree: boolean;

  readonly #child: Child;
  readonly #leadsGroup: boolean;
  readonly #pumps: readonly Pump[];
  readonly #inputPump: Pump | undefined; // one of them
  readonly #startedAt = now();
  readonly #watchdog: Watchdog | undefined;
  readonly #collection: Collection;
  #communication: Communication | undefined;
  #graceMs = 250; // once
  #whenCollected: (() => void) | undefined;

  /** @param tree - What `run` wants beyond the options. */
  constructor(args: Command, options: PopenOptions, tree: TreeOptions = {}) {
    reapDropped();
    // Before the child: what cannot be guarded is not started.
    this.#watchdog = options.dieWithParent === true ? watchdogOf(chosenEngine()) : undefined;
    const started = start(args, options, tree.ownGroup ?? false);
    const { child, engine, settings } = started;
    this.args = args;
    this.pid = child.pid;
    this.settings = settings;
    this.killsTree = options.killTree ?? tree.killsTree ?? false;
    this.#child = child;
    this.#leadsGroup = started.leadsGroup;
    const ends = openParentEnds(started);
    this.stdin = ends.stdin;
    this.stdout = ends.stdout;
    this.stderr = ends.stderr;
    this.#inputPump = ends.inputPump;
    this.#pumps = ends.pumps;
    this.#watchdog?.guard(this.pid);
    this.#collection = new Collection(child, this.#watchdog);
    reapWhenDropped(this, this.#collection);
    trace(() => ({ type: 'spawn', pid: this.pid, args, engine: engine.name, cwd: options.cwd ?? null }));
  }

  poll(): number | null {
    if (this.returncode !== null) return this.returncode;
    const returncode = this.#collection.collect();
    if (returncode === undefined) return null;
    this.returncode = returncode;
    this.#inputPump?.stop();
    this.#whenCollected?.();
    trace(() => ({
      type: 'exit',
      pid: this.pid,
      args: this.args,
      returncode,
      seconds: (now() - this.#startedAt) / 1000,
    }));
    return returncode;
  }

  /** Calls back once, when the return code is there. */
  onceCollected(callback: () => void): void {
    this.#whenCollected = callback;
  }

  waitSteps(timeout: number | null | undefined): Steps<number> {
    return watch(this, this.#waitSteps(timeout));
  }

  *#waitSteps(timeout: number | null | undefined): Steps<number> {
    const deadline = deadlineAfter(timeout);
    try {
      return yield* this.#waitUntil(deadline, () => new TimeoutExpired(this.args, timeout!));
    } catch (error) {
      yield* this.#graceAfter(error, deadline);
      throw error;
    }
  }

  *#waitUntil(deadline: number, expired: () => Error): Steps<number> {
    const pending = (): Waitable[] => [...(this.poll() === null ? [this.#child] : []), ...this.#pendingPumps()];
    for (let on = pending(); on.length > 0; on = pending()) {
      if (now() >= deadline) throw expired();
      yield { on, deadline };
    }
    const failed = this.#pumps.find(({ failure }) => failure !== undefined);
    if (failed?.failure !== undefined) throw failed.failure.error;
    return this.returncode!;
  }

  /** Pumps are waited for together with the rest, so that a blocking wait refuses them before it begins. */
  readonly #pendingPumps = (): Pump[] => this.#pumps.filter(({ done }) => !done);

  communicateSteps(
    input: string | Uint8Array | null | undefined,
    timeout: number | null | undefined,
  ): Steps<[Captured, Captured]> {
    return watch(this, this.#communicateSteps(input, timeout));
  }

  *#communicateSteps(
    input: string | Uint8Array | null | undefined,
    timeout: number | null | undefined,
  ): Steps<[Captured, Captured]> {
    const deadline = deadlineAfter(timeout);
    for (const reader of [this.stdout, this.stderr]) if (reader?.closed === false) sequenceOf(reader).refuseIfBusy();
    this.#communication ??= new Communication({
      ...this.#pipes,
      args: this.args,
      maxOutput: this.settings.maxOutput,
      pending: this.#pendingPumps,
    });
    const communication = this.#communication;
    communication.begin(input, this.settings.codec);
    const seconds = timeout ?? Number.POSITIVE_INFINITY;
    const waiter = (): Steps<number> => this.#waitUntil(deadline, () => communication.expired(seconds));
    try {
      return yield* communication.steps(deadline, seconds, waiter);
    } catch (error) {
      if (error instanceof OutputLimitExceeded) yield* this.endSteps();
      yield* this.#graceAfter(error, deadline);
      throw error;
    }
  }

  /** Ctrl-C at a terminal reaches the child as well: it gets a moment to end by itself, as in CPython. */
  *#graceAfter(error: unknown, deadline: number): Steps<void> {
    if (!(error instanceof KeyboardInterrupt)) return;
    const end = Math.min(deadline, now() + this.#graceMs);
    this.#graceMs = 0;
    while (this.poll() === null && now() < end) yield { on: [this.#child], deadline: end };
  }

  get #pipes(): Pick<ChildCore, 'stdin' | 'stdout' | 'stderr'> {
    return { stdin: this.stdin, stdout: this.stdout, stderr: this.stderr };
  }

  /** What was captured until now, for an error. */
  captured(): { output: Captured; stderr: Captured } {
    this.#communication?.drain();
    return this.#communication?.partial() ?? { output: null, stderr: null };
  }

  signal(number: number): void {
    if (this.poll() !== null) return;
    trace(() => ({ type: 'signal', pid: this.pid, args: this.args, signal: number }));
    try {
      process.kill(this.pid, number);
    } catch (error) {
      // It ended just now.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Signals the child and all its descendants. */
  signalTree(number: number): void {
    const runs = this.poll() === null;
    trace(() => ({ type: 'signal', pid: this.pid, args: this.args, signal: number }));
    signalTree(this.pid, number, { runs, leadsGroup: this.#leadsGroup });
  }

  /** Ends the child: SIGTERM and a time of grace if the options say so, then SIGKILL. */
  *endSteps(): Steps<void> {
    const { killAfter } = this.settings;
    const kill = (number: number): void => (this.killsTree ? this.signalTree(number) : this.signal(number));
    if (killAfter !== undefined && this.poll() === null) {
      kill(SIGTERM);
      try {
        // The exchange goes on: it may have something to say.
        if (this.#communication === undefined) yield* this.waitSteps(killAfter);
        else yield* this.communicateSteps(null, killAfter);
        return;
      } catch {
        // it did not end, or said too much
      }
    }
    kill(SIGKILL);
    while (this.poll() === null) yield { on: [this.#child], deadline: Number.POSITIVE_INFINITY };
  }

  /** Closes the pipes. The steps end when what was written to stdin is in the pipe. */
  *closeSteps(): Steps<void> {
    this.stdout?.close();
    this.stderr?.close();
    if (this.stdin !== null) yield* writerCoreOf(this.stdin).closeSteps();
  }

  /** Closes the pipes at once. */
  abandonPipes(): void {
    this.stdout?.close();
    this.stderr?.close();
    if (this.stdin !== null && !this.stdin.closed) writerCoreOf(this.stdin).abandon();
  }

  toString(name: string): string {
    const text = `<${name}: returncode: ${this.returncode ?? 'None'} args: ${repr(this.args)}>`;
    return text.length > LONGEST_REPR ? `${text.slice(0, LONGEST_REPR - 4)}...>` : text;
  }
}

const LONGEST_REPR = 80;
