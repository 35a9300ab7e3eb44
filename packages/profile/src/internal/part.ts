import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { threadId } from 'node:worker_threads';
import { CallTree } from './call-tree.ts';
import { type FunctionKey, idOf } from './function-key.ts';
import { selfTimes } from './spread.ts';

/*
 * A program's threads and processes each leave a file when they end: their tree, and their functions. Whoever has started the program
 * puts the trees together: what was called from the same places is one node.
 */
interface Part {
  readonly functions: readonly FunctionKey[];
  readonly fn: Int32Array;
  readonly parent: Int32Array;
  readonly entries: Float64Array;
  readonly resumes: Float64Array;
  readonly self: Float64Array;
  readonly wall: Float64Array;
}

/** A tree, and the functions that are meant in it. */
export interface Profiled {
  readonly tree: CallTree;
  readonly functions: readonly FunctionKey[];
}

const ENDING = '.part';

/** Where the part of a thread of this process is. */
export function partFile(folder: string, thread: number): string {
  return join(folder, `${process.pid}-${thread}${ENDING}`);
}

export function writePart(folder: string, { tree, functions }: Profiled, thread: number = threadId): void {
  if (tree.size === 1) return;
  const { size } = tree;
  const part: Part = {
    functions,
    fn: tree.fn.slice(0, size),
    parent: tree.parent.slice(0, size),
    entries: Float64Array.from({ length: size }, (_, node) => tree.entered(node)),
    resumes: tree.resumes.slice(0, size),
    self: selfTimes(tree),
    wall: tree.wall.slice(0, size),
  };
  try {
    writeWhole(partFile(folder, thread), serialize(part));
  } catch {
    // The program has outlived who wanted to know.
  }
}

/** Who looks for a file finds all of it, or none. */
export function writeWhole(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

export function readParts(folder: string): Profiled {
  const files = readdirSync(folder).filter((file) => file.endsWith(ENDING));
  const parts = files.sort().flatMap((file) => {
    try {
      return [deserialize(readFileSync(join(folder, file))) as Part];
    } catch {
      return []; // somebody is writing it
    }
  });
  const tree = new CallTree();
  const functions: FunctionKey[] = [];
  const numbers = new Map<string, number>();
  for (const part of parts) {
    const numberOf = part.functions.map((key) => {
      const id = idOf(key);
      const number = numbers.get(id) ?? functions.push(key) - 1;
      numbers.set(id, number);
      return number;
    });
    add(tree, part, numberOf);
  }
  return { tree, functions };
}

function add(tree: CallTree, part: Part, numberOf: readonly number[]): void {
  const place = new Int32Array(part.fn.length);
  for (let node = 1; node < place.length; node++) {
    if (tree.size === tree.capacity) tree.grow(2 * tree.capacity);
    const at = tree.child(place[part.parent[node]!]!, numberOf[part.fn[node]!]!);
    place[node] = at;
    tree.count(at, part.entries[node]!);
    tree.resumes[at]! += part.resumes[node]!;
    tree.self[at]! += part.self[node]!;
    tree.wall[at]! += part.wall[node]!;
  }
}
