import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { Pickler, Unpickler } from '@prac/pickle';
import { programOf } from '../internal/world.ts';
import { back } from '../program.ts';
import { running } from '../task-context.ts';
import { connect, connectAgain } from './door.ts';
import type { Hello, Invitation } from './messages.ts';
import {
  ACK,
  BYE,
  DONE,
  DRAIN,
  FAILED,
  FORGET,
  FUNCTION,
  HELLO,
  MOST_BYTES,
  RETURNED,
  TAKE_BACK,
  TASK,
  Wire,
} from './wire.ts';

type AnyFunction = (...args: unknown[]) => unknown;

interface Task {
  readonly id: number;
  readonly attempt: number;
  readonly bytes: Uint8Array;
  readonly fn: number;
}

interface Result {
  readonly kind: typeof DONE | typeof FAILED;
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** Says hello, and does what it is told, one thing after the other. @param path - Of the invitation. */
export async function runWorker(path: string): Promise<void> {
  const invitation = JSON.parse(readFileSync(path, 'utf8')) as Invitation;
  new PoolWorker(invitation, aboutThis()).open(await connect(invitation.address));
}

/** See messages.ts. */
class PoolWorker {
  readonly #hello: Hello;
  readonly #invitation: Invitation;
  readonly #unpickler: Unpickler;
  readonly #pickler: Pickler;
  readonly #controller = new AbortController();
  readonly #functions = new Map<number, Promise<AnyFunction>>();
  /** Those that have not begun. */
  readonly #tasks: Task[] = [];
  #current: Task | undefined;
  /** By their attempts, in order: those that nobody may have heard of yet. */
  readonly #results = new Map<number, Result>();
  #wire: Wire | undefined;
  #isDraining = false;
  #hasPulse = false;

  constructor(invitation: Invitation, hello: Hello) {
    this.#hello = hello;
    this.#invitation = invitation;
    this.#unpickler = new Unpickler({ roots: invitation.roots });
    this.#pickler = new Pickler({ roots: back(invitation.roots) });
    running.context = {
      jobId: hello.jobId,
      node: hello.node,
      restarts: hello.restarts,
      signal: this.#controller.signal,
      checkpoint() {
        throw new Error('a worker of a pool has no checkpoints: its tasks are begun anew elsewhere');
      },
    };
    process.on('SIGUSR2', () => {
      this.#isDraining = true;
      this.#controller.abort('timeout');
      this.#wire?.send(DRAIN);
    });
  }

  /** Speaks by a connection, the first or one that takes the place of one that has broken. */
  open(link: Duplex): void {
    const isBack = this.#wire !== undefined;
    const wire = new Wire(link, (...message) => this.#hear(...message));
    this.#wire = wire;
    const own = [this.#current, ...this.#tasks].flatMap((task) => (task === undefined ? [] : [task.attempt]));
    const hello: Hello = isBack ? { ...this.#hello, has: [...this.#results.keys(), ...own] } : this.#hello;
    wire.send(HELLO, 0, 0, Buffer.from(JSON.stringify(hello)));
    for (const [attempt, { kind, id, bytes }] of this.#results) wire.send(kind, id, attempt, bytes);
    if (this.#isDraining) wire.send(DRAIN);
    link.on('close', async () => {
      const next = await connectAgain(this.#invitation.address, link, this.#invitation.patience);
      if (next === undefined) this.#leave();
      else this.open(next);
    });
  }

  #leave(): never {
    this.#wire?.link.destroy();
    process.exit(0);
  }

  #hear(kind: number, id: number, attempt: number, bytes: Uint8Array, fn: number): void {
    switch (kind) {
      case HELLO:
        this.#startPulse();
        break;
      case TASK:
        this.#tasks.push({ id, attempt, bytes, fn });
        if (this.#current === undefined) void this.#work();
        break;
      case ACK:
        for (const known of this.#results.keys()) if (known <= attempt) this.#results.delete(known);
        break;
      case FUNCTION: {
        const opened = this.#unpickler.loads<AnyFunction>(bytes);
        opened.catch(() => {}); // who calls it is told
        this.#functions.set(id, opened);
        break;
      }
      case FORGET:
        this.#functions.delete(id);
        break;
      case TAKE_BACK: {
        const at = this.#tasks.findIndex((task) => task.id === id && task.attempt === attempt);
        if (at < 0) return; // it has begun
        this.#tasks.splice(at, 1);
        this.#wire!.send(RETURNED, id, attempt);
        break;
      }
      case BYE:
        this.#leave();
    }
  }

  /** Once the coordinator knows whose it is. */
  #startPulse(): void {
    if (this.#hasPulse) return;
    this.#hasPulse = true;
    const workerData = { invitation: this.#invitation, hello: this.#hello };
    const pulse = new Worker(programOf('pulse'), { workerData });
    pulse.on('error', () => this.#leave());
    pulse.on('message', () => this.#wire!.link.destroy()); // the other end has lost it: it is made again
  }

  async #work(): Promise<void> {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      this.#current = task;
      const result = await this.#resultOf(task);
      this.#current = undefined;
      this.#results.set(task.attempt, result);
      this.#wire!.send(result.kind, task.id, task.attempt, result.bytes);
    }
  }

  async #resultOf({ id, bytes, fn }: Task): Promise<Result> {
    try {
      const [call, args] =
        fn === 0
          ? await this.#unpickler.loads<[AnyFunction, unknown[]]>(bytes)
          : [await this.#functions.get(fn)!, await this.#unpickler.loads<unknown[]>(bytes)];
      const result = this.#pickler.dumps(await call(...args), 'result');
      if (result.length > MOST_BYTES) throw new RangeError(`a result of ${result.length} bytes is too big to travel`);
      return { kind: DONE, id, bytes: result };
    } catch (error) {
      return { kind: FAILED, id, bytes: this.#bytesOf(error) };
    }
  }

  #bytesOf(error: unknown): Uint8Array {
    try {
      return this.#pickler.dumps(error, 'error');
    } catch (why) {
      return this.#pickler.dumps(why);
    }
  }
}

function aboutThis(): Hello {
  const { env, pid } = process;
  const node = env.SLURMD_NODENAME ?? hostname();
  const jobId =
    env.SLURM_ARRAY_JOB_ID === undefined
      ? (env.SLURM_JOB_ID ?? 'local')
      : `${env.SLURM_ARRAY_JOB_ID}_${env.SLURM_ARRAY_TASK_ID}`;
  return {
    worker: `${pid}@${node}#${Date.now()}`,
    key: env.PRAC_LAUNCH ?? (env.SLURM_ARRAY_JOB_ID === undefined ? String(pid) : jobId),
    isPulse: false,
    node,
    jobId,
    pid,
    restarts: Number(env.SLURM_RESTART_COUNT ?? 0),
  };
}
