import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import type { FunctionNode } from './graph.ts';
import { HERE } from './here.ts';
import { importModule, resolvedAs } from './importing.ts';
import { NAMES } from './shipped-source.ts';

/** A captured variable. */
export interface Variable {
  readonly name: string;
  /** Its value is there only after the function. */
  readonly late: boolean;
  /** It is late, or may be given another value. */
  readonly settable: boolean;
  readonly value: unknown;
}

type Setter = (values: readonly unknown[]) => void;

export interface Compiled {
  // biome-ignore lint/complexity/noBannedTypes: any function or class
  readonly fn: Function;
  /** Gives the settable variables their values, in their order. */
  readonly set: Setter;
  /** The same for private static fields; of a class that has some. */
  readonly setPrivates: Setter | undefined;
}

type Factory = (
  values: readonly unknown[],
  superclass: unknown,
  meta: unknown,
  importer: unknown,
  privates: { set?: Setter },
) => readonly [Setter, Compiled['fn']];

/** Compiled texts are kept: what the JIT has learnt of a function serves those that are made of it later. */
const factories = new Map<string, Factory>();
const MOST_FACTORIES = 500;
const MOST_PADDING = 1000;

/**
 * Makes a function of its text and its variables. They are constants, unless the function assigns to them, or they are
 * settable: V8 is much quicker with constants.
 *
 *   "use strict"; const k = v[0]; let helper; return [function (v) { [helper] = v; },
 *                             (x => helper(x) * k)]            on the line, and near the column, where it was written
 */
export function compile(node: FunctionNode, variables: readonly Variable[], superclass: unknown): Compiled {
  const early = variables.filter(({ late }) => !late);
  const settable = variables.filter((variable) => variable.settable).map(({ name }) => name);
  const assigned = new Set(node.w);
  const header = [
    node.z ? '"use strict";' : '',
    ...early.map((variable, i) => {
      const isConstant = !variable.settable && !assigned.has(variable.name);
      return `${isConstant ? 'const' : 'let'} ${variable.name} = __pracValues[${i}];`;
    }),
    ...variables.filter(({ late }) => late).map(({ name }) => `let ${name};`),
  ].join('');
  const set = `function (__pracValues) { [${settable.join()}] = __pracValues; }`;
  const text = node.k === 'method' ? `({ ${node.x} }).${NAMES.method}` : `(${node.x})`;
  const code = `${header} return [${set},\n${' '.repeat(Math.min(node.q, MOST_PADDING))}${text}]`;
  const privates: { set?: Setter } = {};
  const [setVariables, fn] = factoryOf(code, code.length - text.length - 1, node)(
    early.map(({ value }) => value),
    superclass,
    node.m ? metaOf(node.u) : undefined,
    node.d ? importerOf(node.u) : undefined,
    privates,
  );
  if (node.n !== undefined && fn.name !== node.n)
    Object.defineProperty(fn, 'name', { value: node.n, configurable: true });
  return { fn, set: setVariables, setPrivates: privates.set };
}

/**
 * Whoever counts calls (a profiler) may put a function there: it is given the code of a function that has come by value, and returns it
 * with what it has put into it, without another line.
 */
const INSTRUMENT = Symbol.for('prac.instrument');

interface About {
  /** Where in the code the function itself begins. */
  readonly from: number;
  readonly name: string | undefined;
  readonly url: string;
  /** On which line, from 1, the code's first one would be. */
  readonly line: number;
}

type Instrument = (code: string, about: About) => string;

function instrumented(code: string, from: number, { n, u, l }: FunctionNode): string {
  const instrument = (globalThis as { [INSTRUMENT]?: Instrument })[INSTRUMENT];
  return typeof instrument === 'function' ? instrument(code, { from, name: n, url: u, line: l }) : code;
}

function factoryOf(given: string, from: number, node: FunctionNode): Factory {
  const { u, l } = node;
  const key = `${u}:${l}\n${given}`;
  let factory = factories.get(key);
  if (factory === undefined) {
    const code = instrumented(given, from, node);
    const parameters = ['__pracValues', NAMES.superclass, NAMES.importMeta, NAMES.importModule, NAMES.privates];
    const filename = u.startsWith('file:') ? fileURLToPath(u) : u || 'pickled';
    factory = compileFunction(code, parameters, { filename, lineOffset: l - 1 }) as unknown as Factory;
    if (factories.size >= MOST_FACTORIES) factories.delete(factories.keys().next().value!);
  } else factories.delete(key);
  factories.set(key, factory); // the one that was used last is the last to go
  return factory;
}

/** What stands for `import()` in a module. */
export function importerOf(url: string): (specifier: unknown, options?: ImportCallOptions) => Promise<unknown> {
  return (specifier, options) => importModule(url || HERE, String(specifier), options?.with?.type);
}

/** `import.meta` of the module in which the function was written. */
function metaOf(url: string): object {
  if (!url.startsWith('file:')) return { url, main: false };
  const filename = fileURLToPath(url);
  const resolve = (specifier: unknown): string => resolvedAs(url, String(specifier));
  return { url, filename, dirname: dirname(filename), main: false, resolve };
}
