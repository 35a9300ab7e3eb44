import type { Roots } from '@prac/pickle';
import type { ProgramPlace } from '../program.ts';
import type { Address } from './door.ts';

/*
 * The parts of a pool on a cluster:
 *
 *   the program's thread ── requests ──> the coordinator, a thread of its own ── TLS ──> a worker: a process on a node
 *                        <── answers ──                                      <──────
 *
 * The coordinator launches workers, hands tasks out, and hears of losses while the program's thread computes, or is blocked. What is in a task and in
 * its result it does not look at: those are bytes.
 *
 *   task: waiting ── a worker has room ──> given ── an answer ──> settled
 *                       ^                    └── the worker is lost ── not begun ──> waiting
 *                       └──────────────────────── begun: may it run twice? ── so often? ──> waiting, or failed
 *
 * Each time a task is given it has a new attempt number: an answer of an earlier attempt is dropped.
 *
 *   worker: launched ── hello ──> idle <──> busy ── its time is about to be up ──> drains ── bye ──> ended
 *              └── its job ends, no heartbeat, or its connections ──> lost
 *
 * A worker has two connections: one for tasks, and one for heartbeats, from a thread of its own, which a task that computes does not hold up.
 *
 *   connections: there ── both have broken ──> away ── it connects again ──> there: it says which tasks it has, and its last results again
 *                                                └── its process has ended, or too long ──> lost
 *
 * A result stays with the worker until the coordinator has acknowledged it. What it was sent and does not have when it comes back is given anew.
 */

/** What the coordinator is made with: data only. */
export interface CoordinatorOptions {
  /** Its own: there may be other pools in the directory. */
  readonly name: string;
  readonly folder: string;
  readonly launcher: 'sbatch' | 'srun' | 'local';
  /** Of the jobs: options of sbatch. */
  readonly options: object;
  readonly min: number;
  readonly max: number;
  /** Seconds after which a worker that has nothing to do ends, above `min`. */
  readonly idleTimeout: number;
  readonly transport: 'tls' | 'files';
  readonly host: string | undefined;
  readonly port: number;
  /** Seconds between two signs of life, and after how many seconds without one somebody is lost. */
  readonly heartbeat: number;
  readonly patience: number;
  readonly retries: number;
  readonly drainNotice: number;
  readonly program: ProgramPlace;
}

export type ToCoordinator =
  /** One that does not change: workers get it once. */
  | { readonly kind: 'function'; readonly id: number; readonly bytes: Uint8Array }
  /** It will not be called any more. */
  | { readonly kind: 'forget'; readonly id: number }
  /** `fn`: the function; 0 if it is among the bytes. */
  | {
      readonly kind: 'task';
      readonly id: number;
      readonly fn: number;
      readonly bytes: Uint8Array;
      readonly priority: number;
      readonly requeue: boolean;
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'adapt'; readonly min: number; readonly max: number; readonly idleTimeout: number }
  | { readonly kind: 'end' };

export type FromCoordinator =
  | { readonly kind: 'begun'; readonly ids: readonly number[] }
  | { readonly kind: 'done'; readonly id: number; readonly isFailed: boolean; readonly bytes: Uint8Array }
  | { readonly kind: 'lost'; readonly id: number; readonly text: string }
  /** Nothing works. */
  | { readonly kind: 'broken'; readonly text: string }
  | { readonly kind: 'workers'; readonly workers: readonly WorkerInfo[] };

/** What is known of a worker. */
export interface WorkerInfo {
  readonly id: number;
  readonly node: string;
  /** The number of its job: `123_4`. */
  readonly jobId: string;
  readonly pid: number;
  readonly restarts: number;
}

/** How a worker finds the coordinator, and is known to it: in a file that only the user can read. */
export interface Invitation {
  readonly address: Address;
  readonly heartbeat: number;
  readonly patience: number;
  /** Where the nodes have what the program has. */
  readonly roots: Roots;
}

/** What a worker says first. `isPulse`: it is its heartbeat's connection. */
export interface Hello extends Omit<WorkerInfo, 'id'> {
  readonly worker: string;
  /** Under which its launcher knows it. */
  readonly key: string;
  readonly isPulse: boolean;
  /** Of one that comes back: the attempts that it has, also those whose results it will say again. */
  readonly has?: readonly number[];
}
