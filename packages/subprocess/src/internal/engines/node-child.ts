import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { constants as C } from '@prac/libc';
import { returncodeOf } from '../exit-status.ts';
import type { Kernel } from '../kernel.ts';
import { needsLoop } from '../pollable.ts';
import type { Child } from './engine.ts';

/** The field of /proc/<pid>/stat that holds the wait status, counted from the state (field 3). */
const STATUS_AFTER_STATE = 52 - 3;

/**
 * A child that Node started and collects.
 *
 *   running ── it ends ──> zombie ── Node's loop runs ──> collected, 'exit'
 *
 * While the loop does not run the zombie stays, and /proc tells its status: so a blocking wait works on Linux, by looking
 * now and then.
 */
export class NodeChild implements Child {
  readonly pid: number;
  readonly fd = -1;
  readonly events: number = C.POLLIN;
  readonly native = true;
  readonly blocker: Kernel | null;
  readonly refusal: () => Error = needsLoop;
  readonly streams: Child['streams'];
  readonly #process: ChildProcess;
  readonly #callbacks = new Set<() => void>();
  #returncode: number | undefined;

  constructor(child: ChildProcess, kernel: Kernel, streams: Child['streams']) {
    this.blocker = process.platform === 'linux' ? kernel : null;
    this.pid = child.pid!;
    this.streams = streams;
    this.#process = child;
    child.unref(); // only a wait keeps the loop alive
    child.on('error', () => {}); // a failed kill; the start has succeeded
    child.once('exit', (status, signal) => {
      this.#returncode ??= signal === null ? status! : -constants.signals[signal];
      for (const callback of [...this.#callbacks]) callback();
    });
  }

  poll(): number | undefined {
    if (this.#returncode === undefined && this.blocker !== null) {
      this.#returncode = zombieReturncode(this.pid);
      if (this.#returncode !== undefined) this.#process.ref(); // until Node has collected it: a turn of the loop
    }
    return this.#returncode;
  }

  ended(): boolean {
    return this.poll() !== undefined; // Node collects it, when its loop runs
  }

  watch(callback: () => void): void {
    this.#callbacks.add(callback);
    if (this.#returncode !== undefined) setImmediate(callback);
    else this.#process.ref();
  }

  unwatch(callback: () => void): void {
    if (this.#callbacks.delete(callback) && this.#callbacks.size === 0) this.#process.unref();
  }
}

function zombieReturncode(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // collected: 'exit' is on its way
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? returncodeOf(Number(fields[STATUS_AFTER_STATE])) : undefined;
}
