import { RuntimeError, repr } from '@prac/exceptions';
import { Coroutine } from './coroutine.ts';
import { type Future, isFuture } from './future.ts';
import { awaitersOf } from './internal/awaited-by.ts';
import { nameOf } from './internal/names.ts';
import { Waiter } from './internal/waiter.ts';
import { travels } from './internal/world.ts';
import { allTasks, currentTask, Task } from './task.ts';

/*
 * Who waits for whom. The call stack of an async function that waits cannot be read in JavaScript: a task is told by its name, and that of what
 * it runs.
 */

/** A future, and those who wait for it. Python: 3.14's `asyncio.FutureCallGraph`. */
export interface FutureCallGraph {
  readonly future: Future;
  readonly awaitedBy: readonly FutureCallGraph[];
}

/**
 * Who waits for a future, who for them, and so on.
 *
 * Python: 3.14's `asyncio.capture_call_graph`.
 *
 * @param future - @defaultValue the task that runs
 * @returns `null` outside of tasks.
 */
export function captureCallGraph(future?: Future | null): FutureCallGraph | null {
  const from = future ?? currentTask();
  if (from === null) return null;
  if (!isFuture(from)) throw new TypeError(`Future object is expected, got ${repr(from)}`);
  return graphOf(from, new Set());
}

function graphOf(future: Future, above: ReadonlySet<Future>): FutureCallGraph {
  if (above.has(future)) return { future, awaitedBy: [] }; // they wait in a circle
  const path = new Set(above).add(future);
  return { future, awaitedBy: waitersOf(future).map((waiter) => graphOf(waiter, path)) };
}

/** Tasks that await it, and others that wait for it. */
function waitersOf(future: Future): Future[] {
  const { waiting } = future;
  const all = new Set<Future>(awaitersOf(future));
  for (const it of waiting === undefined ? [] : [waiting].flat())
    if (it instanceof Task) all.add(it as Future);
    else if (it instanceof Waiter && it.task !== null) all.add(it.task as unknown as Future);
  return [...all];
}

/**
 * The same as text.
 *
 * Python: 3.14's `asyncio.format_call_graph`.
 *
 * @example
 * import { createTask, formatCallGraph, Future, run, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   const data = new Future<string>();
 *   const reader = createTask(() => data, { name: 'reader' });
 *   createTask(() => reader, { name: 'main' });
 *   await sleep(0);
 *   console.log(formatCallGraph(data)); // * Future
 *   // + Awaited by:
 *   //    * Task(name='reader')
 *   data.setResult('x');
 * });
 */
export function formatCallGraph(future?: Future | null): string {
  const graph = captureCallGraph(future);
  return graph === null ? '' : linesOf(graph, '').join('\n');
}

function linesOf({ future, awaitedBy }: FutureCallGraph, indent: string): string[] {
  const lines = [`${indent}* ${titleOf(future)}`];
  if (future instanceof Task) lines.push(`${indent}  + Coroutine: ${coroutineName(future)}()`);
  if (awaitedBy.length === 0) return lines;
  return [...lines, `${indent}  + Awaited by:`, ...awaitedBy.flatMap((it) => linesOf(it, `${indent}     `))];
}

function titleOf(future: Future): string {
  return future instanceof Task ? `Task(name=${repr(future.getName())})` : future.title;
}

function coroutineName(task: Task): string {
  const made = task.getCoro();
  if (made instanceof Coroutine) return made.name;
  return typeof made === 'function' ? nameOf(made) : 'generator';
}

/** Writes it to stdout, or elsewhere. Python: 3.14's `asyncio.print_call_graph`. */
export function printCallGraph(
  future?: Future | null,
  options?: { readonly file?: { write(text: string): unknown } | null } | null,
): void {
  (options?.file ?? process.stdout).write(`${formatCallGraph(future)}\n`);
}

/** The tasks of this thread: a line for each, with those who wait for it. Python: 3.14's `python -m asyncio ps`. */
export function ps(): string {
  const rows = [...allTasks()].map((task) => [
    task.getName(),
    `${coroutineName(task)}()`,
    waitersOf(task as Future)
      .map(titleOf)
      .join(', '),
  ]);
  return table([['task', 'coroutine', 'awaited by'], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * The tasks of this thread, each below who waits for it.
 *
 * Python: 3.14's `python -m asyncio pstree`.
 *
 * @throws {RuntimeError} if tasks wait for each other in a circle: they do so for ever.
 */
export function pstree(): string {
  const tasks = [...allTasks()] as Future[];
  const children = new Map<Future, Future[]>();
  const roots: Future[] = [];
  for (const task of tasks) {
    const waiters = tasksAbove(task, new Set());
    if (waiters.size === 0) roots.push(task);
    for (const waiter of waiters) {
      const own = children.get(waiter);
      if (own === undefined) children.set(waiter, [task]);
      else own.push(task);
    }
  }
  const shown = new Set<Future>();
  const lines = roots.flatMap((root) => treeOf(root, children, '', new Set(), shown));
  const left = tasks.filter((task) => !shown.has(task));
  if (left.length > 0) throw inCircle(left);
  return lines.join('\n');
}

function inCircle(tasks: Iterable<Future>): RuntimeError {
  return new RuntimeError(`tasks wait for each other in a circle: ${[...tasks].map(titleOf).join(', ')}`);
}

/** The tasks that wait for it, also through gatherings and the like. */
function tasksAbove(future: Future, seen: Set<Future>): Set<Future> {
  const all = new Set<Future>();
  for (const waiter of waitersOf(future)) {
    if (seen.has(waiter)) continue;
    seen.add(waiter);
    if (waiter instanceof Task) all.add(waiter as Future);
    else for (const above of tasksAbove(waiter, seen)) all.add(above);
  }
  return all;
}

/** @param shown - Those that have been written: below another of those who wait for them they are only named. */
function treeOf(
  task: Future,
  children: ReadonlyMap<Future, readonly Future[]>,
  indent: string,
  above: ReadonlySet<Future>,
  shown: Set<Future>,
): string[] {
  if (above.has(task)) throw inCircle(above);
  const own = `${indent}└── (T) ${(task as Task).getName()}  ${coroutineName(task as Task)}()`;
  const below = shown.has(task) ? [] : (children.get(task) ?? []);
  shown.add(task);
  const path = new Set(above).add(task);
  return [own, ...below.flatMap((child) => treeOf(child, children, `${indent}    `, path, shown))];
}

travels('captureCallGraph', captureCallGraph);
travels('formatCallGraph', formatCallGraph);
travels('printCallGraph', printCallGraph);
travels('ps', ps);
travels('pstree', pstree);
