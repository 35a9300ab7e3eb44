import { existsSync } from 'node:fs';
import { CallTree } from './call-tree.ts';
import type { FunctionKey } from './function-key.ts';
import type { Notice, Told } from './notices.ts';
import { partFile, writePart } from './part.ts';
import { runtime } from './runtime.ts';
import { addSeen } from './sampler.ts';

/*
 * A thread that ends leaves its part (part.ts). One that is terminated, by its parent or with the process, cannot: the main thread
 * does it, from the memory of that one. What it did since its last call or return is missing.
 */

/** In a thread: tells where its tree is, and what functions are in it. */
export function shareTree(tell: (told: Told) => void): void {
  runtime.onTree = (memory, seen) => tell({ kind: 'tree', memory, seen });
  runtime.onFunctions = (first, keys) => tell({ kind: 'functions', first, keys });
}

/** In the main thread: the trees of the others. */
export class LeftTrees {
  readonly #trees = new Map<number, Extract<Notice, { kind: 'tree' }>>();
  readonly #functions = new Map<number, FunctionKey[]>();

  take(notice: Notice): void {
    if (notice.kind === 'tree') this.#trees.set(notice.thread, notice);
    else if (notice.kind === 'functions') {
      const functions = this.#functions.get(notice.thread) ?? [];
      this.#functions.set(notice.thread, functions);
      for (const [i, key] of notice.keys.entries()) functions[notice.first + i] = key;
    }
  }

  /** Of those threads that have not done it themselves. */
  writeParts(folder: string): void {
    for (const [thread, { memory, seen }] of this.#trees) {
      if (existsSync(partFile(folder, thread))) continue;
      const tree = new CallTree();
      tree.copy(CallTree.in(memory)); // it may still be at work
      addSeen(seen, tree.seen.subarray(0, tree.size));
      tree.costs = runtime.costs;
      writePart(folder, { tree, functions: this.#functions.get(thread) ?? [] }, thread);
    }
  }
}
