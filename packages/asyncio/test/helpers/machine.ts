// Runs the programs of fixtures/record.py: the same operations, by the same words.
import {
  allTasks,
  Barrier,
  Condition,
  type CoroutineFunction,
  createTask,
  currentTask,
  Event,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  type ReturnWhen,
  Semaphore,
  shield,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '@prac/asyncio';
import { BaseExceptionGroup } from '@prac/exceptions';

type Operation = readonly [kind: string, ...args: never[]];
export type Block = readonly Operation[];

/** What its tasks are made of. */
export type Driver = 'async' | 'generators';

/** What has happened, and how it has ended. */
export interface Trace {
  readonly log: readonly string[];
  readonly final: readonly string[];
}

class Machine {
  readonly log: string[] = [];
  readonly tasks: Task<number>[] = [];
  readonly #indexes = new Map<Task, number>();
  readonly #locks = [new Lock(), new Lock()] as const;
  readonly #semaphores = [new Semaphore(1), new Semaphore(2)] as const;
  readonly #queues = [new Queue<number>(1), new Queue<number>()] as const;
  readonly #events = [new Event(), new Event()] as const;
  readonly #condition = new Condition();
  readonly #barrier = new Barrier(2);
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  note(...words: unknown[]): void {
    this.log.push([label(currentTask()), ...words].map(text).join(' '));
  }

  start(ops: Block): Task<number> {
    const task = createTask(this.#coroutine(ops), { name: `t${this.tasks.length}` });
    this.#indexes.set(task as Task, this.tasks.length);
    this.tasks.push(task);
    return task;
  }

  get #mine(): number {
    const task = currentTask();
    return (task && this.#indexes.get(task)) ?? 0;
  }

  #other(n: number): Task<number> | undefined {
    const mine = this.#mine;
    return mine > 0 ? this.tasks[n % mine] : undefined;
  }

  #coroutine(ops: Block): CoroutineFunction<number> {
    return () => (this.#driver === 'async' ? this.run(ops) : this.walk(ops));
  }

  async run(ops: Block): Promise<number> {
    for (const [kind, ...args] of ops) {
      this.note(kind);
      await this.#doings[kind]!(...args);
    }
    return ops.length;
  }

  /** The same, as a generator that yields what it waits for. */
  *walk(ops: Block): Generator<unknown, number, unknown> {
    for (const [kind, ...args] of ops) {
      this.note(kind);
      const walk = this.#walks[kind];
      if (walk !== undefined) yield* walk(...args);
      else {
        const doing = this.#doings[kind]!(...args) as PromiseLike<unknown> | undefined;
        if (typeof doing?.then === 'function') yield doing;
      }
    }
    return ops.length;
  }

  readonly #walks: Record<string, (...args: never[]) => Generator> = {
    call: function* (this: Machine, ops: Block) {
      this.note('got', yield* this.walk(ops));
    }.bind(this),
    await: function* (this: Machine, n: number): Generator {
      const task = this.#other(n);
      if (task !== undefined) this.note('got', yield* task);
    }.bind(this),
    try: function* (this: Machine, body: Block, handler: Block, swallow: boolean): Generator {
      try {
        yield* this.walk(body);
      } catch (error) {
        this.note('caught', named(error));
        yield* this.walk(handler);
        if (!swallow) throw error;
      }
    }.bind(this),
    finally: function* (this: Machine, body: Block, after: Block): Generator {
      try {
        yield* this.walk(body);
      } finally {
        yield* this.walk(after);
      }
    }.bind(this),
  };

  readonly #doings: Record<string, (...args: never[]) => unknown> = {
    yield: () => sleep(0),
    call: async (ops: Block) => this.note('got', await this.run(ops)),
    put: (n: number) => this.#queues[(n % 2) as 0].put(n),
    get: async (n: number) => this.note('got', await this.#queues[(n % 2) as 0].get()),
    set: (n: number) => this.#events[(n % 2) as 0].set(),
    clear: (n: number) => this.#events[(n % 2) as 0].clear(),
    event: (n: number) => this.#events[(n % 2) as 0].wait(),
    self: () => currentTask()!.cancel(),
    cancel: (n: number) => {
      const task = this.#other(n);
      if (task !== undefined) this.note(task.getName(), task.cancel());
    },
    await: async (n: number) => {
      const task = this.#other(n);
      if (task !== undefined) this.note('got', await task);
    },
    shield: async (n: number) => {
      const task = this.#other(n);
      if (task !== undefined) this.note('got', await shield(task));
    },
    spawn: (ops: Block) => void this.start(ops),
    wait: async (ns: readonly number[], returnWhen: ReturnWhen) => {
      const mine = this.#mine;
      const tasks = ns.filter((n) => n < mine).map((n) => this.tasks[n]!);
      if (tasks.length === 0) return;
      const { done } = await wait(tasks, { returnWhen });
      this.note('done', ...[...done].map((task) => task.getName()).sort());
    },
    raise: (n: number) => {
      throw new RangeError(String(n));
    },
    uncancel: () => this.note(currentTask()!.uncancel()),
    soon: (n: number) => getRunningLoop().callSoon(() => this.note('called', n)),
    callback: (n: number) => this.#other(n)?.addDoneCallback((task) => this.note('done', task.getName())),
    lock: (n: number, ops: Block) => this.#locks[n as 0].with(() => this.run(ops)),
    semaphore: (n: number, ops: Block) => this.#semaphores[n as 0].with(() => this.run(ops)),
    condition: () => this.#condition.with(() => this.#condition.wait()),
    notify: (n: number) => this.#condition.with(() => this.#condition.notify(n)),
    barrier: async () => this.note('got', await this.#barrier.wait()),
    try: async (body: Block, handler: Block, swallow: boolean) => {
      try {
        await this.run(body);
      } catch (error) {
        this.note('caught', named(error));
        await this.run(handler);
        if (!swallow) throw error;
      }
    },
    finally: async (body: Block, after: Block) => {
      try {
        await this.run(body);
      } finally {
        await this.run(after);
      }
    },
    gather: async (all: readonly Block[], returnExceptions: boolean) => {
      const results = await gather(...all.map((ops) => this.#coroutine(ops)), { returnExceptions });
      this.note('got', ...(results as unknown[]).map((result) => (result instanceof Error ? named(result) : result)));
    },
    group: (all: readonly Block[], body: Block) =>
      TaskGroup.run(async (group) => {
        for (const ops of all) group.createTask(this.#coroutine(ops), { name: `${label(currentTask())}.g` });
        await this.run(body);
      }),
    timeout: (now: boolean, ops: Block) => timeout(now ? 0 : null, () => this.run(ops)),
    wait_for: async (now: boolean, ops: Block) => this.note('got', await waitFor(this.#coroutine(ops), now ? 0 : null)),
  };
}

/** As Python writes it. */
function text(word: unknown): string {
  return word === true ? 'True' : word === false ? 'False' : String(word);
}

function label(task: Task | null): string {
  if (task === null) return '-';
  return task.getName().startsWith('Task-') ? 'x' : task.getName();
}

function named(error: unknown): string {
  if (error instanceof BaseExceptionGroup) return `${error.name}(${error.exceptions.map(named).join(', ')})`;
  const { name } = error as Error;
  return name === 'RangeError' ? 'ValueError' : name;
}

function final(task: Task<number>): string {
  if (!task.done()) return `pending ${task.cancelling()}`;
  if (task.cancelled()) return `cancelled ${task.cancelling()}`;
  const error = task.exception();
  return `${error === null ? task.result() : named(error)} ${task.cancelling()}`;
}

const ROUNDS = 6;
const TURNS = 40;

/** Runs a program, in a task. */
export async function play(blocks: readonly Block[], driver: Driver): Promise<Trace> {
  const machine = new Machine(driver);
  for (const ops of blocks) machine.start(ops);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < TURNS; i++) await sleep(0);
    const left = machine.tasks.filter((task) => !task.done());
    if (left.length === 0) break;
    machine.log.push(`-- cancel ${round}`);
    for (const task of left) task.cancel();
  }
  for (let i = 0; i < TURNS; i++) await sleep(0);
  const trace = { log: [...machine.log], final: machine.tasks.map(final) };
  for (const task of allTasks()) if (task !== currentTask()) task.cancel();
  return trace;
}
