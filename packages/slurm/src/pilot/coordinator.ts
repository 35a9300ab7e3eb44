// Long because it is one mechanism: who has which task, and who is there.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { comesSoon } from '@prac/park';
import type { SimpleQueue } from '@prac/queue';
import { LocalHeap } from '@prac/queue/collections';
import { travels } from '../internal/world.ts';
import type { SbatchOptions } from '../options.ts';
import { onNodes } from '../program.ts';
import { type Door, isOfNetwork, openDoor } from './door.ts';
import { launcherOf } from './launchers.ts';
import type { CoordinatorOptions, FromCoordinator, Hello, Invitation, ToCoordinator, WorkerInfo } from './messages.ts';
import { Recruiter } from './recruiter.ts';
import {
  ACK,
  AGAIN,
  BYE,
  DONE,
  DRAIN,
  FAILED,
  FORGET,
  FUNCTION,
  HELLO,
  PULSE,
  RETURNED,
  TAKE_BACK,
  TASK,
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
  /** How often one's time was up that had. */
  expiries: number;
  isTold: boolean;
}

interface Remote {
  wire: Wire;
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
  /** When its connections had both broken, and how long it may take to come back, in milliseconds. */
  awaySince: number;
  awayTime: number;
  /** The last attempt that it has said a result of; 0 if it knows that that has come. */
  toAcknowledge: number;
}

const MOST_AT_A_TIME = 256;
/** Tasks that take less, in milliseconds, are given several at a time. */
const SHORT_MS = 2;
const DEPTH = 8;
/** So often those that have begun are told of, tasks that wait behind others taken back, and idle workers looked at. */
const TICK_MS = 20;
/** So long a worker has to come back whose connections were reset, in milliseconds: by something between, or since its process has ended. */
const RETURN_MS = 1000;

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
  readonly #waiting = new LocalHeap<Task>((a, b) => b.priority - a.priority || a.serial - b.serial);
  readonly #tasks = new Map<number, Task>();
  readonly #workers = new Map<string, Remote>();
  readonly #invitation: string;
  #door: Door | undefined;
  #recruiter: Recruiter | undefined;
  #outbox: FromCoordinator[] = [];
  readonly #functions = new Map<number, Uint8Array>();
  #attempts = 0;
  #serial = 0;
  #front = 0;
  #nextWorker = 0;
  #isClosed = false;
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
    this.#invitation = join(options.folder, `${options.name}.json`);
  }

  /** Listens, and starts the first workers. */
  async open(): Promise<void> {
    const { heartbeat, patience, folder, launcher, options, drainNotice, program } = this.#options;
    const { roots } = program;
    try {
      this.#door = await openDoor(
        { ...this.#options, folderThere: onNodes(folder, roots) },
        (link) => this.#accept(link),
        (error) => this.#break(String(error)),
      );
      const invitation: Invitation = { address: this.#door.address, heartbeat, patience, roots };
      writeFileSync(this.#invitation, JSON.stringify(invitation), { mode: 0o600, flag: 'wx' });
      this.#recruiter = new Recruiter(
        launcherOf(launcher, folder, this.#invitation, options as SbatchOptions, drainNotice, program),
        {
          wanted: () => Math.min(this.#max, Math.max(this.#min, this.#tasks.size)) - this.#staying,
          ended: (keys) => this.#ended(keys),
          broken: (text) => this.#break(text),
        },
      );
    } catch (error) {
      this.#break(String(error));
      return;
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#recruiter.adapt();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const { wire } of this.#workers.values()) wire.send(BYE);
    await this.#recruiter?.stop();
    this.#door?.close();
    rmSync(this.#invitation, { force: true });
  }

  handle(request: ToCoordinator): void {
    switch (request.kind) {
      case 'function':
        this.#functions.set(request.id, request.bytes);
        break;
      case 'forget':
        this.#functions.delete(request.id);
        for (const { functions, wire } of this.#workers.values())
          if (functions.delete(request.id)) wire.send(FORGET, request.id);
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
          expiries: 0,
          isTold: false,
        };
        this.#tasks.set(id, task);
        this.#waiting.push(task);
        this.#give();
        this.#recruiter?.adapt();
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
        this.#shrink();
        this.#recruiter?.adapt();
        break;
      case 'end':
        break;
    }
  }

  // Workers come and go.

  #accept(link: Duplex): void {
    let remote: Remote | undefined;
    let isSentAway = false;
    const wire = new Wire(link, (kind, id, attempt, bytes) => {
      if (isSentAway) return;
      if (remote !== undefined) this.#hear(remote, kind, id, attempt, bytes);
      else if (kind !== HELLO) link.destroy();
      else {
        remote = this.#greet(wire, JSON.parse(Buffer.from(bytes).toString()) as Hello);
        isSentAway = remote === undefined;
        wire.send(isSentAway ? BYE : HELLO);
      }
    });
    link.on('close', () => {
      if (remote !== undefined) this.#broke(remote, wire);
    });
  }

  /** @returns Nothing for one that was taken for lost. */
  #greet(wire: Wire, { worker: name, key, isPulse, has, ...about }: Hello): Remote | undefined {
    const known = this.#workers.get(name);
    if (isPulse) {
      if (known !== undefined) known.pulse = wire;
      return known;
    }
    if (has !== undefined) {
      if (known !== undefined) this.#welcomeBack(known, wire, has);
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
      awaySince: 0,
      awayTime: 0,
      toAcknowledge: 0,
    };
    this.#workers.set(name, remote);
    this.#recruiter!.came(key);
    this.#tellWorkers();
    if (this.#staying > this.#max) this.#dismiss(remote); // it comes back after its node has, and has been replaced
    this.#give();
    return remote;
  }

  /** What it was sent and has not got is given anew. */
  #welcomeBack(remote: Remote, wire: Wire, has: readonly number[]): void {
    const old = remote.wire;
    remote.wire = wire;
    old.link.destroy();
    remote.heard = performance.now();
    remote.functions.clear();
    remote.toAcknowledge = 0;
    const attempts = new Set(has);
    for (const [id, task] of remote.running) {
      if (attempts.has(task.attempt)) continue;
      remote.running.delete(id);
      this.#again(task);
    }
    this.#give();
    this.#leaveIfDrained(remote);
  }

  /** A connection of it has. If it has another, or makes one soon, nothing is lost. */
  #broke(remote: Remote, { error }: Wire): void {
    if (this.#workers.get(remote.name) !== remote || remote.wire.isOpen) return;
    remote.awaySince = performance.now();
    if (remote.pulse?.isOpen) return;
    remote.awayTime = isOfNetwork(error) ? 1000 * this.#options.patience : RETURN_MS;
    if (error === undefined) this.#lose(remote); // it has closed it itself, as a process does that ends
  }

  #isLeaving({ isDraining, running }: Remote): boolean {
    return isDraining && running.size === 0;
  }

  #isLost(remote: Remote, now: number): boolean {
    if (now - remote.heard > 1000 * this.#options.patience) return true;
    if (remote.wire.isOpen && this.#options.transport === 'tls') return false;
    if (this.#recruiter!.hasEnded(remote.key)) return true;
    if (remote.wire.isOpen || remote.pulse?.isOpen) return false;
    return now - remote.awaySince > remote.awayTime;
  }

  #hear(remote: Remote, kind: number, id: number, attempt: number, bytes: Uint8Array): void {
    remote.heard = performance.now();
    switch (kind) {
      case DONE:
      case FAILED: {
        remote.toAcknowledge = attempt;
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
        this.#recruiter?.adapt();
        break;
    }
  }

  /** Those that are too many leave: first who has nothing to do, then who is done. */
  #shrink(): void {
    const staying = [...this.#workers.values()].filter(({ isDraining }) => !isDraining);
    staying.sort((a, b) => a.running.size - b.running.size);
    for (const remote of staying.slice(0, Math.max(0, staying.length - this.#max))) {
      remote.isDraining = true;
      this.#leaveIfDrained(remote);
    }
  }

  #dismiss(remote: Remote): void {
    remote.isDraining = true;
    remote.wire.send(BYE);
  }

  #leaveIfDrained(remote: Remote): void {
    if (this.#isLeaving(remote)) remote.wire.send(BYE);
  }

  /** It has ended, or nobody has heard of it for too long. */
  #lose(remote: Remote): void {
    if (this.#workers.get(remote.name) !== remote) return;
    this.#workers.delete(remote.name);
    remote.wire.link.destroy();
    remote.pulse?.link.destroy();
    if (this.#isClosed) return;
    let hasBegun = true; // the first of them
    for (const task of remote.running.values()) {
      if (hasBegun || !task.requeue) this.#lost(task, remote);
      else this.#again(task);
      hasBegun = false;
    }
    this.#tellWorkers();
    this.#recruiter?.lookSoon();
    this.#give();
    this.#recruiter?.adapt();
  }

  #lost(task: Task, { info, isDraining }: Remote): void {
    const where = `the worker on ${info.node} (job ${info.jobId}, process ${info.pid}) was lost`;
    const { retries } = this.#options;
    // Whose time was up is not to blame the task, unless that happens again and again: it takes longer than workers have.
    if (isDraining) task.expiries++;
    else task.losses++;
    if (task.requeue && task.losses <= retries && task.expiries <= retries) this.#again(task);
    else {
      this.#tasks.delete(task.id);
      const why = task.requeue ? `, and ${task.losses + task.expiries - 1} before it` : '';
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
      const task = this.#waiting.shift();
      if (!this.#tasks.has(task.id)) continue; // it was cancelled
      const remote = this.#mostIdle(task);
      if (remote === undefined) {
        this.#waiting.push(task); // it is still the first
        return;
      }
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

  /** Who has nothing to do; or who has few, and they are short. What must not run twice has a worker alone. */
  #mostIdle(task: Task): Remote | undefined {
    let best: Remote | undefined;
    const begunAfter = performance.now() - SHORT_MS;
    for (const remote of this.#workers.values()) {
      const { running } = remote;
      const { size } = running;
      if (remote.isDraining || size >= remote.depth || !remote.wire.isOpen) continue;
      if (size === 0) return remote;
      if (!task.requeue || !running.values().next().value!.requeue) continue;
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
        if (this.#staying > this.#min && now - remote.since > 1000 * this.#idleTimeout) {
          this.#dismiss(remote);
        }
    }
    let isBusy = this.#waiting.length > 0;
    for (const remote of this.#workers.values()) {
      if (remote.toAcknowledge > 0) remote.wire.send(ACK, 0, remote.toAcknowledge);
      remote.toAcknowledge = 0;
      if (remote.running.size > 0 && this.#options.transport === 'files') isBusy = true; // no connection says that it has ended
      if (!remote.wire.isOpen && remote.pulse?.isOpen && now - remote.awaySince > RETURN_MS) {
        remote.pulse.send(AGAIN); // it may not know
        remote.awaySince = now;
      }
      if (!this.#isLost(remote, now)) continue;
      this.#lose(remote);
      this.#recruiter?.dismiss(remote.key);
    }
    this.#recruiter?.lookIfDue(now, isBusy);
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

  /** Those that take tasks. */
  get #staying(): number {
    let count = 0;
    for (const { isDraining } of this.#workers.values()) if (!isDraining) count++;
    return count;
  }

  /** Their jobs have. */
  #ended(keys: readonly string[]): void {
    for (const remote of [...this.#workers.values()]) if (keys.includes(remote.key)) this.#lose(remote);
  }

  #break(text: string): void {
    if (this.#isClosed) return;
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

travels('coordinate', coordinate);
