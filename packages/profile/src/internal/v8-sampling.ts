import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '@prac/exceptions';
import type { CallTree } from './call-tree.ts';
import type { FunctionKey } from './function-key.ts';
import { idOf } from './function-key.ts';

/*
 * For code that was loaded without the hook: V8's own sampler says which functions were on the stack, every 0.2 ms. How often they
 * were called nobody knows: in the tree stands how often they were seen.
 *
 *   sample ── its stack, from below: frames of Node are their caller's; above a frame of this package nothing is meant ──> a node
 *
 * To start it takes 20 ms.
 */
export const SAMPLING_SECONDS = 0.0002;

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface V8Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[];
}

interface Session {
  connect(): void;
  disconnect(): void;
  post(method: string, params: object | undefined, callback: (error: Error | null, result?: object) => void): void;
}

/** Of this package: what is loaded from there is no code that is meant. */
const OURS: string = new URL('.', import.meta.url).href.replace(/\/(internal|chunks|bin)\/$/, '/');
const NOBODY = -1;

export class V8Sampling {
  readonly functions: FunctionKey[] = [];
  readonly #numbers = new Map<string, number>();
  #session: Session | undefined;

  /** @throws {RuntimeError} where there is no inspector. */
  start(): void {
    this.#session = opened();
    this.#post('Profiler.enable');
    this.#post('Profiler.setSamplingInterval', { interval: Math.round(1e6 * SAMPLING_SECONDS) });
    this.#post('Profiler.start');
  }

  /** Adds what was seen to a tree. */
  stop(tree: CallTree): void {
    const { profile } = this.#post('Profiler.stop') as { profile: V8Profile };
    this.#session!.disconnect();
    this.#session = undefined;
    this.#add(tree, profile);
  }

  #post(method: string, params?: object): object {
    let answer: { readonly error: Error | null; readonly result: object | undefined } | undefined;
    this.#session!.post(method, params, (error, result) => {
      answer = { error, result };
    });
    if (answer?.error != null) throw new RuntimeError(`${method}: ${answer.error.message}`);
    return answer?.result ?? {};
  }

  #add(tree: CallTree, { nodes, samples = [], timeDeltas = [] }: V8Profile): void {
    const parents = new Map<number, number>();
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
    const places = new Map<number, number>();
    const placeOf = (id: number): number => {
      let place = places.get(id);
      if (place === undefined) {
        const parent = parents.get(id);
        place = this.#place(tree, parent === undefined ? 0 : placeOf(parent), frames.get(id)!);
        places.set(id, place);
      }
      return place;
    };
    let last = NOBODY;
    for (const [i, id] of samples.entries()) {
      const { functionName, url } = frames.get(id)!;
      // The collector works for who ran before; a program that waits is nobody's.
      const isCollector = functionName === '(garbage collector)' && url === '';
      const isNobody = !isCollector && url === '' && /^\((idle|program|root)\)$/.test(functionName);
      last = isNobody ? NOBODY : isCollector ? last : placeOf(id);
      if (last <= 0) continue;
      tree.self[last]! += (timeDeltas[i + 1] ?? 0) / 1e6;
      for (let node = last; node > 0; node = tree.parent[node]!) tree.count(node, 1);
    }
  }

  #place(tree: CallTree, parent: number, { functionName, url, lineNumber, columnNumber }: CallFrame): number {
    if (url.startsWith(OURS)) return 0;
    if (/^(|node:.*|wasm:.*)$/.test(url) || lineNumber < 0) return parent;
    const isModule = functionName === '' && lineNumber === 0 && columnNumber === 0;
    const name = isModule ? '<module>' : functionName || '<lambda>';
    const key: FunctionKey = [url.startsWith('file:') ? fileURLToPath(url) : url, lineNumber + 1, name];
    const id = idOf(key);
    const number = this.#numbers.get(id) ?? this.functions.push(key) - 1;
    this.#numbers.set(id, number);
    if (tree.size === tree.capacity) tree.grow(2 * tree.capacity);
    return tree.child(parent, number);
  }
}

function opened(): Session {
  try {
    const inspector = createRequire(import.meta.url)('node:inspector') as { Session: new () => Session };
    const session = new inspector.Session();
    session.connect();
    return session;
  } catch (cause) {
    throw new RuntimeError(
      'nothing of this program was loaded through the hook, and to sample it the inspector is needed: run it by prac-profile, or with --import @prac/profile/register',
      { cause },
    );
  }
}
