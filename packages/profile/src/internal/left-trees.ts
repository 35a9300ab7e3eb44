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
  runtime.onTree = (memory, seen) => tell({ kind: 'tree', memory, era: CallTree.eraOf(memory), seen });
  runtime.onFunctions = (first, keys) => tell({ kind: 'functions', first, keys });
}

type Tree = Extract<Notice, { kind: 'tree' }>;

/** In the main thread: the trees of the others. */
export class LeftTrees {
  readonly #trees = new Map<number, Tree>();
  readonly #functions = new Map<number, FunctionKey[]>();

  take(notice: Notice): void {
    const { kind, thread } = notice;
    if (kind === 'tree') this.#trees.set(thread, notice);
    else if (kind === 'functions') {
      const functions = this.#functions.get(thread) ?? [];
      this.#functions.set(thread, functions);
      for (const [i, key] of notice.keys.entries()) functions[notice.first + i] = key;
    } else if (kind === 'ended') {
      this.#trees.delete(thread);
      this.#functions.delete(thread);
    }
  }

  /** Of those threads that have not done it themselves. @param takeRest - Takes notices that have come meanwhile. */
  writeParts(folder: string, takeRest: () => void): void {
    for (const thread of [...this.#trees.keys()]) {
      if (existsSync(partFile(folder, thread))) continue;
      const tree = this.#snapshot(thread, takeRest);
      takeRest(); // the functions of the last nodes
      if (tree === undefined) continue;
      tree.costs = runtime.costs;
      writePart(folder, { tree, functions: this.#functions.get(thread) ?? [] }, thread);
    }
  }

  /** Nothing if it has ended meanwhile. A thread that clears its tree has told before where what was in it is now. */
  #snapshot(thread: number, takeRest: () => void): CallTree | undefined {
    for (;;) {
      const told = this.#trees.get(thread);
      if (told === undefined) return undefined;
      const tree = CallTree.snapshotOf(told.memory);
      addSeen(told.seen, tree.seen);
      if (CallTree.eraOf(told.memory) === told.era) return tree;
      takeRest();
      if (this.#trees.get(thread) === told) return undefined; // it has nothing more to tell
    }
  }
}
