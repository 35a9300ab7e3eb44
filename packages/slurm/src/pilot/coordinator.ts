// Long because it is one mechanism: who has which task, and who is there.
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { comesSoon } from '@prac/park';
import type { SimpleQueue } from '@prac/queue';
import { LocalHeap } from '@prac/queue/collections';
import { ControllerError, SubmitLimitError } from '../errors.ts';
import { travels } from '../internal/world.ts';
import type { SbatchOptions } from '../options.ts';
import { launcherOf, type PilotLauncher } from './launchers.ts';
import type { CoordinatorOptions, FromCoordinator, Hello, Invitation, ToCoordinator, WorkerInfo } from './messages.ts';
import {
  BYE,
  DONE,
  DRAIN,
  FAILED,
  FUNCTION,
  HELLO,
  PULSE,
  RETURNED,
  TAKE_BACK,
  TASK,
  TLS_OPTIONS,
  Wire,
} from './wire.ts';

interface Task {
  readonly id: number;
  readonly fn: number;
  readonly bytes: Uint8Array;
  readonly priority: number;
  /** In the order of which those of the same priority are given. */
  readonly serial: number;
  readonly requeue: boolean;
  /** How often it has been given. */
  attempt: number;
  /** How often a worker was lost that had begun with it. */
  losses: number;
  isTold: boolean;
}

interface Remote {
  readonly wire: Wire;
  readonly info: WorkerInfo;
  readonly name: string;
  readonly key: string;
  /** Those that it has. */
  readonly functions: Set<number>;
  /** In the order in which they were given: the first has begun. */
  readonly running: Map<number, Task>;
  /** So many it may have at a time: several, if they are short. */
  depth: number;
  /** When it had last nothing to do, or was given something, or was done with something. */
  since: number;
  heard: number;
  pulse: Wire | undefined;
  isDraining: boolean;
}

const MOST_AT_A_TIME = 256;
/** Tasks that take less, in milliseconds, are given several at a time. */
const SHORT_MS = 2;
const DEPTH = 8;
/** So often those that have begun are told of, tasks that wait behind others taken back, and idle workers looked at. */
const TICK_MS = 20;
/** So often Slurm is asked for workers that will not come, in milliseconds: at first, and at last. */
const FIRST_LOOK_MS = 500;
const LAST_LOOK_MS = 15_000;
/** Before workers that cannot be started now are tried again. */
const PAUSE_MS = 10_000;
/** So many workers may end before the first has said hello. */
const MOST_STILLBORN = 3;

/**
 * The thread that has the workers: see messages.ts.
 *
 * @param cell - Where it is told whether a task was cancelled: 1 or 2.
 */
export async function coordinate(
  requests: SimpleQueue<ToCoordinator>,
  answers: SimpleQueue<FromCoordinator>,
  cell: SharedArrayBuffer,
  options: CoordinatorOptions,
): Promise<void> {
  try {
    const coordinator = new Coordinator(answers, new Int32Array(cell), options);
    await coordinator.open();
    for (;;) {
      await comesSoon(requests);
      const all = await requests.getMany(MOST_AT_A_TIME);
      for (const request of all) coordinator.handle(request);
      if (all.some(({ kind }) => kind === 'end')) break;
    }
    await coordinator.close();
  } catch (error) {
    answers.putNowait({ kind: 'broken', text: String(error) });
    throw error;
  }
}

class Coordinator {
  readonly #answers: SimpleQueue<FromCoordinator>;
  readonly #cell: Int32Array;
  readonly #options: CoordinatorOptions;
  readonly #key = randomBytes(32);
  readonly #server = createServer({ ...TLS_OPTIONS, pskIdentityHint: '', pskCallback: () => this.#key }, (socket) =>
    this.#accept(socket),
  );
  readonly #waiting = new LocalHeap<Task>((a, b) => b.priority - a.priority || a.serial - b.serial);
  readonly #tasks = new Map<number, Task>();
  readonly #workers = new Map<string, Remote>();
  readonly #invitation: string;
  #launcher: PilotLauncher | undefined;
  #outbox: FromCoordinator[] = [];
  readonly #functions = new Map<number, Uint8Array>();
  #attempts = 0;
  #serial = 0;
  #front = 0;
  #nextWorker = 0;
  /** Workers that were started and have not said hello, by their keys. */
  readonly #coming = new Map<string, number>();
  /** So many are being started. */
  #startingNow = 0;
  /** Those who have said hello before their launcher has told their keys. */
  readonly #early = new Map<string, number>();
  #hellos = 0;
  /** Workers that have ended before the first has said hello. */
  #stillborn = 0;
  #isStarting = false;
  #isLooking = false;
  #isBroken = false;
  #pausedUntil = 0;
  #isClosed = false;
  #lookAt = 0;
  #lookPause = FIRST_LOOK_MS;
  #min: number;
  #max: number;
  #idleTimeout: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(answers: SimpleQueue<FromCoordinator>, cell: Int32Array, options: CoordinatorOptions) {
    this.#answers = answers;
    this.#cell = cell;
    this.#options = options;
    this.#min = options.min;
    this.#max = options.max;
    this.#idleTimeout = options.idleTimeout;
    this.#invitation = join(options.folder, 'pool.json');
  }

  /** Listens, and starts the first workers. */
  async open(): Promise<void> {
    const { host, port, heartbeat, patience, folder, launcher, options, drainNotice, program } = this.#options;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
      });
      this.#server.on('tlsClientError', (_, socket) => socket.destroy()); // who does not know the key
      const address = this.#server.address() as { readonly port: number };
      const invitation: Invitation = {
        hosts: host === undefined ? addresses() : [host],
        port: address.port,
        key: this.#key.toString('hex'),
        heartbeat,
        patience,
        roots: program.roots,
      };
      writeFileSync(this.#invitation, JSON.stringify(invitation), { mode: 0o600 });
      this.#launcher = launcherOf(launcher, folder, this.#invitation, options as SbatchOptions, drainNotice, program);
    } catch (error) {
      this.#break(String(error));
      return;
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#adapt();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const { wire } of this.#workers.values()) wire.send(BYE);
    await this.#launcher?.stop().catch(() => {});
    this.#server.close();
    for (const { wire, pulse } of this.#workers.values()) {
      wire.socket.destroy();
      pulse?.socket.destroy();
    }
    rmSync(this.#invitation, { force: true });
  }

  handle(request: ToCoordinator): void {
    switch (request.kind) {
      case 'function':
        this.#functions.set(request.id, request.bytes);
        break;
      case 'task': {
        const { id, fn, bytes, priority, requeue } = request;
        const task: Task = {
          id,
          fn,
          bytes,
          priority,
          serial: this.#serial++,
          requeue,
          attempt: 0,
          losses: 0,
          isTold: false,
        };
        this.#tasks.set(id, task);
        this.#waiting.push(task);
        this.#give();
        this.#adapt();
        break;
      }
      case 'cancel': {
        const task = this.#tasks.get(request.id);
        const isWaiting =
          task !== undefined && ![...this.#workers.values()].some(({ running }) => running.has(request.id));
        if (isWaiting) this.#tasks.delete(request.id); // it is passed over
        Atomics.store(this.#cell, 0, isWaiting ? 1 : 2);
        Atomics.notify(this.#cell, 0);
        break;
      }
      case 'adapt':
        this.#min = request.min;
        this.#max = request.max;
        this.#idleTimeout = request.idleTimeout;
        this.#adapt();
        break;
      case 'end':
        break;
    }
  }

  // Workers come and go.

  #accept(socket: TLSSocket): void {
    let remote: Remote | undefined;
    const wire = new Wire(socket, (kind, id, attempt, bytes) => {
      if (kind === HELLO) remote = this.#greet(wire, JSON.parse(Buffer.from(bytes).toString()) as Hello);
      else if (remote !== undefined) this.#hear(remote, kind, id, attempt, bytes);
      else socket.destroy();
    });
    socket.on('close', () => {
      if (remote !== undefined) this.#lose(remote);
    });
  }

  #greet(wire: Wire, { worker: name, key, isPulse, ...about }: Hello): Remote | undefined {
    const known = this.#workers.get(name);
    if (isPulse) {
      if (known === undefined) wire.socket.destroy();
      else known.pulse = wire;
      return known;
    }
    const info: WorkerInfo = { id: ++this.#nextWorker, ...about };
    const now = performance.now();
    const remote: Remote = {
      wire,
      info,
      name,
      key,
      functions: new Set(),
      running: new Map(),
      depth: 1,
      since: now,
      heard: now,
      pulse: undefined,
      isDraining: false,
    };
    this.#workers.set(name, remote);
    this.#hellos++;
    this.#came(key, 1);
    this.#tellWorkers();
    if (this.#staying > this.#max) this.#dismiss(remote); // it comes back after its node has, and has been replaced
    this.#give();
    return remote;
  }

  #hear(remote: Remote, kind: number, id: number, attempt: number, bytes: Uint8Array): void {
    remote.heard = performance.now();
    switch (kind) {
      case DONE:
      case FAILED: {
        const task = remote.running.get(id);
        if (task === undefined || task.attempt !== attempt) return; // of an earlier attempt
        const took = remote.heard - remote.since;
        remote.since = remote.heard;
        remote.depth = took < SHORT_MS ? Math.min(DEPTH, remote.depth + 1) : 1;
        remote.running.delete(id);
        this.#tasks.delete(id);
        this.#tell({ kind: 'done', id, isFailed: kind === FAILED, bytes });
        this.#give();
        this.#leaveIfDrained(remote);
        break;
      }
      case RETURNED: {
        const task = remote.running.get(id);
        if (task === undefined || task.attempt !== attempt) return;
        remote.running.delete(id);
        this.#again(task);
        this.#give();
        break;
      }
      case PULSE:
        remote.pulse?.send(PULSE);
        break;
      case DRAIN:
        remote.isDraining = true;
        this.#leaveIfDrained(remote);
        this.#adapt();
        break;
    }
  }

  #dismiss(remote: Remote): void {
    remote.isDraining = true;
    remote.wire.send(BYE);
  }

  #leaveIfDrained(remote: Remote): void {
    if (remote.isDraining && remote.running.size === 0) remote.wire.send(BYE);
  }

  /** It has ended, or nobody has heard of it for too long. */
  #lose(remote: Remote): void {
    if (this.#workers.get(remote.name) !== remote) return;
    this.#workers.delete(remote.name);
    remote.wire.socket.destroy();
    remote.pulse?.socket.destroy();
    if (this.#isClosed) return;
    let hasBegun = true; // the first of them
    for (const task of remote.running.values()) {
      if (hasBegun) this.#lost(task, remote);
      else this.#again(task);
      hasBegun = false;
    }
    this.#tellWorkers();
    this.#lookAt = 0;
    this.#lookPause = FIRST_LOOK_MS;
    this.#give();
    this.#adapt();
  }

  #lost(task: Task, { info, isDraining }: Remote): void {
    const where = `the worker on ${info.node} (job ${info.jobId}, process ${info.pid}) was lost`;
    if (!isDraining) task.losses++; // whose time was up is not to blame the task
    if (task.requeue && task.losses <= this.#options.retries) this.#again(task);
    else {
      this.#tasks.delete(task.id);
      const why = task.requeue ? `, and ${task.losses - 1} before it` : '';
      this.#tell({ kind: 'lost', id: task.id, text: `${where} while it ran the task${why}` });
    }
  }

  /** It is the next to be given. */
  #again(task: Task): void {
    this.#waiting.push({ ...task, serial: --this.#front });
    this.#tasks.set(task.id, { ...task });
  }

  // Tasks are given.

  #give(): void {
    while (this.#waiting.length > 0) {
      const remote = this.#mostIdle();
      if (remote === undefined) return;
      const task = this.#waiting.shift();
      if (!this.#tasks.has(task.id)) continue; // it was cancelled
      task.attempt = ++this.#attempts;
      this.#tasks.set(task.id, task);
      if (remote.running.size === 0) remote.since = performance.now();
      remote.running.set(task.id, task);
      this.#teach(remote, task.fn);
      remote.wire.send(TASK, task.id, task.attempt, task.bytes, task.fn);
    }
  }

  #teach({ functions, wire }: Remote, fn: number): void {
    if (fn === 0 || functions.has(fn)) return;
    functions.add(fn);
    wire.send(FUNCTION, fn, 0, this.#functions.get(fn)!);
  }

  /** Who has nothing to do; or who has few, and they are short. */
  #mostIdle(): Remote | undefined {
    let best: Remote | undefined;
    const begunAfter = performance.now() - SHORT_MS;
    for (const remote of this.#workers.values()) {
      const { size } = remote.running;
      if (remote.isDraining || size >= remote.depth) continue;
      if (size === 0) return remote;
      if (remote.since >= begunAfter && (best === undefined || size < best.running.size)) best = remote;
    }
    return best;
  }

  #tick(): void {
    const now = performance.now();
    this.#tellBegun();
    const idle = [...this.#workers.values()].filter(({ running, isDraining }) => running.size === 0 && !isDraining);
    if (this.#waiting.length === 0) {
      if (idle.length > 0) this.#takeBack(now, idle.length);
      for (const remote of idle)
        if (this.#workers.size > this.#min && now - remote.since > 1000 * this.#idleTimeout) {
          this.#dismiss(remote);
        }
    }
    for (const remote of this.#workers.values())
      if (now - remote.heard > 1000 * this.#options.patience) {
        this.#lose(remote);
        void this.#launcher?.end(remote.key).catch(() => {}); // it may be there all the same
      }
    if (now >= this.#lookAt && (this.#coming.size > 0 || this.#waiting.length > 0)) void this.#look();
  }

  #tellBegun(): void {
    const ids: number[] = [];
    for (const { running } of this.#workers.values()) {
      const first = running.values().next().value;
      if (first === undefined || first.isTold) continue;
      first.isTold = true;
      ids.push(first.id);
    }
    if (ids.length > 0) this.#tell({ kind: 'begun', ids });
  }

  /** Nothing waits behind a long task while somebody is idle. */
  #takeBack(now: number, count: number): void {
    let left = count;
    for (const { running, since, wire } of this.#workers.values()) {
      if (running.size < 2 || now - since < TICK_MS) continue;
      for (const { id, attempt } of [...running.values()].slice(1).reverse()) {
        if (left-- <= 0) return;
        wire.send(TAKE_BACK, id, attempt);
      }
    }
  }

  // There are as many workers as there is work.

  #adapt(): void {
    if (this.#isBroken || this.#isClosed || this.#isStarting || this.#launcher === undefined) return;
    if (performance.now() < this.#pausedUntil) return;
    const wanted = Math.min(this.#max, Math.max(this.#min, this.#tasks.size));
    const missing = wanted - this.#staying - this.#comingCount - this.#startingNow;
    if (missing > 0) void this.#start(missing);
  }

  async #start(count: number): Promise<void> {
    this.#isStarting = true;
    this.#startingNow = count;
    try {
      for (const [key, many] of await this.#launcher!.start(count)) {
        const early = this.#early.get(key) ?? 0; // who has said hello already
        this.#early.delete(key);
        if (many > early) this.#coming.set(key, many - early);
      }
    } catch (error) {
      // What may be accepted later is tried again; what never will be breaks the pool.
      if (error instanceof SubmitLimitError || error instanceof ControllerError)
        this.#pausedUntil = performance.now() + PAUSE_MS;
      else this.#break(String(error));
    } finally {
      this.#isStarting = false;
      this.#startingNow = 0;
    }
    this.#adapt();
  }

  /** Those that take tasks. */
  get #staying(): number {
    let count = 0;
    for (const { isDraining } of this.#workers.values()) if (!isDraining) count++;
    return count;
  }

  get #comingCount(): number {
    let count = 0;
    for (const many of this.#coming.values()) count += many;
    return count;
  }

  /** Some of those who were started are there. */
  #came(key: string, count: number): void {
    const coming = this.#coming.get(key);
    if (coming === undefined) {
      if (this.#isStarting) this.#early.set(key, (this.#early.get(key) ?? 0) + count);
    } else if (coming > count) this.#coming.set(key, coming - count);
    else this.#coming.delete(key);
  }

  /** Who was started may never come. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#isClosed || this.#launcher === undefined) return;
    this.#isLooking = true;
    this.#lookPause = Math.min(LAST_LOOK_MS, 2 * this.#lookPause);
    this.#lookAt = performance.now() + this.#lookPause;
    try {
      const { keys, log } = await this.#launcher.ended();
      for (const key of keys) this.#coming.delete(key);
      if (this.#hellos === 0 && keys.length > 0) {
        this.#stillborn += keys.length;
        if (this.#stillborn >= MOST_STILLBORN) this.#break(`workers end before they are there\n${log}`);
      }
    } catch {
      // the controller does not answer: nothing is known
    } finally {
      this.#isLooking = false;
    }
    this.#adapt();
  }

  #break(text: string): void {
    if (this.#isClosed) return;
    this.#isBroken = true;
    this.#tell({ kind: 'broken', text });
  }

  // What the program hears.

  #tellWorkers(): void {
    this.#tell({ kind: 'workers', workers: [...this.#workers.values()].map(({ info }) => info) });
  }

  /** All that is told within a turn goes together. */
  #tell(answer: FromCoordinator): void {
    this.#outbox.push(answer);
    if (this.#outbox.length > 1) return;
    process.nextTick(() => {
      const all = this.#outbox;
      this.#outbox = [];
      if (all.length === 1) this.#answers.putNowait(all[0]!);
      else this.#answers.putManySync(all);
    });
  }
}

/** All under which this machine may be reached. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = all
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  return [...new Set([...outside, hostname(), '127.0.0.1'])];
}

travels('coordinate', coordinate);
