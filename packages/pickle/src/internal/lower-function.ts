import { PicklingError } from '../errors.ts';
import { asWritten } from './as-written.ts';
import { type FunctionLike, isClass } from './bindings.ts';
import { exportPath, isMain } from './export-path.ts';
import { type FreeVariables, freeVariables } from './free-variables.ts';
import type { BoundNode, FunctionNode, Slot } from './graph.ts';
import { type Captured, capture, type InScript, InspectorUnavailable, type Script } from './inspector.ts';
import { builtInExport, intrinsicPath } from './intrinsics.ts';
import { type Callable, isNative } from './kinds.ts';
import { lowerClass } from './lower-class.ts';
import { lowerFunctionPrototype } from './lower-prototype.ts';
import { isConstantVariable, lowerVariable, MISSING } from './lower-variable.ts';
import type { Lowering } from './lowering.ts';
import { foundReference, idOf, referenceTo, setFoundReference, travelsByValue } from './registry.ts';
import { type FoundFunction, ScriptModel } from './script-model.ts';
import { NAMES, shippedSource } from './shipped-source.ts';
import { isStable, OWN_OF_FUNCTIONS, setStable } from './stable.ts';

/** Which way functions go. */
export type FunctionMode = 'auto' | 'reference' | 'value';

/*
 * How a function travels. The first that applies:
 *
 *   reference(fn, …) was called ──> import
 *   every world has it, or a module of Node exports it ──> intrinsic, import
 *   its module exports it ──> import (the module is not imported here to look: its text is parsed)
 *   it is in the main script, or nowhere to be found again ──> by value: its text, and what it has captured
 *   by value it is refused, but the main script exports it ──> import
 */
export function lowerFunction(mode: FunctionMode): (fn: Callable, lowering: Lowering) => Slot {
  return (fn, lowering) => {
    const reference = referenceTo(fn);
    if (reference !== undefined) {
      const { module, path, from, world } = reference;
      const origin = { ...(from === undefined ? {} : { f: from }), ...(world === undefined ? {} : { g: world }) };
      return imported(fn, module, path, lowering, origin);
    }
    const found = mode === 'value' ? undefined : foundReference(fn);
    if (found !== undefined && !travelsByValue(found.module)) return imported(fn, found.module, found.path, lowering);
    const { sent } = lowering.options;
    if (sent !== undefined && isStable(fn) && sent.before.has(idOf(fn)))
      return lowering.add(fn, { t: 'known', i: idOf(fn) });
    const native = isNative(fn) ? (named(fn, lowering) ?? undefined) : undefined;
    if (native !== undefined) return native;
    let captured: Captured;
    try {
      captured = capture(fn);
    } catch (error) {
      if (!(error instanceof InspectorUnavailable)) throw error;
      return withoutInspector(fn, lowering, error);
    }
    if (captured.kind === 'bound') return bound(fn, captured, lowering);
    if (captured.kind === 'native') return lowering.refuse(fn, 'it is native code', 'pass a function that calls it');
    return fromScript(fn, asWritten(captured), lowering, mode);
  };
}

function imported(
  fn: object | undefined,
  url: string,
  path: readonly string[],
  lowering: Lowering,
  from?: { readonly f?: string; readonly a?: string; readonly g?: string },
): Slot {
  return lowering.add(fn, { t: 'import', u: url, p: path, ...from });
}

function named(fn: Callable, lowering: Lowering): Slot | undefined {
  const path = intrinsicPath(fn);
  if (path !== undefined) return lowering.add(fn, { t: 'intrinsic', p: path });
  const exported = builtInExport(fn);
  return exported && imported(fn, exported.module, exported.path, lowering);
}

function bound(fn: Callable, captured: Extract<Captured, { kind: 'bound' }>, lowering: Lowering): Slot {
  const node: BoundNode = { t: 'bound', f: undefined, b: undefined, a: [] };
  const slot = lowering.add(fn, node);
  node.f = lowering.at(' -> bound function', () => lowering.slot(captured.target));
  node.b = lowering.at(' -> bound this', () => lowering.slot(captured.self));
  node.a = captured.args.map((arg, i) => lowering.at(` -> bound argument ${i}`, () => lowering.slot(arg)));
  return slot;
}

function fromScript(fn: Callable, captured: InScript, lowering: Lowering, mode: FunctionMode): Slot {
  const { script } = captured;
  if (script.url.startsWith('node:')) {
    return (
      named(fn, lowering) ??
      lowering.refuse(
        fn,
        `it belongs to Node itself (${script.url})`,
        lowering.isAtClass
          ? 'open it where it is needed, or pass what is needed of it: { ...value }'
          : 'pass a function that calls it',
      )
    );
  }
  const model = modelOf(script);
  const column = captured.line === script.startLine ? captured.column - script.startColumn : captured.column;
  const found = model?.find(captured.line - script.startLine, column, isClassText(fn));
  const path = exportPath(fn, captured, model, found);
  const isPreferred = path !== null && mode !== 'value' && !isMain(script.url) && !travelsByValue(script.url);
  if (path !== null && isPreferred) {
    setFoundReference(fn, { module: script.url, path });
    return imported(fn, script.url, path, lowering);
  }
  if (mode === 'reference')
    lowering.refuse(fn, 'no module exports it', 'export it: functions travel by reference only here');
  if (model === null || found === undefined) lowering.refuse(fn, 'its text was not found in its script', 'export it');
  const attempt = lowering.attempt(() => byValue(fn, captured, model, found, lowering));
  if (!(attempt instanceof PicklingError)) return attempt;
  if (path === null || mode === 'value') throw attempt;
  return imported(fn, script.url, path, lowering);
}

const models = new WeakMap<Script, ScriptModel | null>();

function modelOf(script: Script): ScriptModel | null {
  let model = models.get(script);
  if (model === undefined) {
    try {
      model = new ScriptModel(script.source, script.isModule);
    } catch (error) {
      if (error instanceof PicklingError) throw error;
      model = null;
    }
    models.set(script, model);
  }
  return model;
}

function isClassText(fn: Callable): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}

function byValue(fn: Callable, captured: InScript, model: ScriptModel, found: FoundFunction, lowering: Lowering): Slot {
  const { node: ast, isStrict } = found;
  const { script, privates } = captured;
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  const node: FunctionNode = {
    t: 'function',
    i: idOf(fn),
    x: '',
    n: typeof name === 'string' ? name : undefined,
    k: isClass(ast) ? 'class' : found.isMethod ? 'method' : 'expression',
    z: isStrict,
    u: script.url,
    l: captured.line,
    q: captured.column,
    v: [],
    w: [],
  };
  const slot = lowering.add(fn, node);
  let { free } = found;
  if (isClass(ast)) {
    const { left, edits } = lowerClass(fn, ast, script.source, privates, node, lowering);
    if (left.size > 0) free = freeVariables(ast, isStrict, left);
    node.x = shippedSource(script.source, found, free, edits);
  } else {
    lowering.properties(fn, ownKeys(fn, ast), node);
    node.y = lowerFunctionPrototype(fn, ast, lowering);
    node.x = shippedSource(script.source, found, free);
  }
  checkSurroundings(fn, captured, found, free, lowering);
  node.w = [...free.assigned];
  if (free.importMetas.length > 0) node.m = true;
  if (free.dynamicImports.length > 0) node.d = true;
  let isConstantInAll = !isClass(ast);
  const parts: Callable[] = [];
  for (const [name, use] of free.uses) {
    // One that has come by value has variables for them, which the receiver makes.
    if (name === NAMES.importMeta) node.m = true;
    if (name === NAMES.importModule) node.d = true;
    if (name === NAMES.importMeta || name === NAMES.importModule) continue;
    const value = lowering.at(` -> variable ${name}`, () => lowerVariable(fn, name, use, captured, model, lowering));
    if (value === MISSING) continue;
    node.v.push(name, value);
    isConstantInAll &&= isConstantVariable(name, captured, model, parts);
  }
  if (isClass(ast) && ast.superClass) {
    const isNull = Object.getPrototypeOf((fn as { prototype?: unknown }).prototype) === null;
    node.e = isNull ? null : lowering.at(' -> superclass', () => lowering.slot(Object.getPrototypeOf(fn)));
  }
  if (node.e === undefined && !isParentOfFunctions(Object.getPrototypeOf(fn) as object | null))
    node.b = lowering.at(' -> prototype', () => lowering.slot(Object.getPrototypeOf(fn)));
  const isBare = [node.o, node.s, node.p, node.y, node.b].every((part) => part === undefined);
  if (isConstantInAll && isBare) setStable(fn, parts);
  lowering.options.sent?.news.push(node.i);
  return slot;
}

/** `Function.prototype`, and those of asynchronous and generator functions, of any `vm` context. */
function isParentOfFunctions(parent: object | null): boolean {
  if (parent === null) return false;
  const tag: unknown = Object.getOwnPropertyDescriptor(parent, Symbol.toStringTag)?.value;
  return Object.hasOwn(parent, Symbol.hasInstance) ? isNative(parent) : /Function$/.test(String(tag));
}

/** Keys of what has been put on a function. */
function ownKeys(fn: Callable, { params }: FunctionLike): (string | symbol)[] {
  const optional = params.findIndex(({ type }) => type === 'AssignmentPattern' || type === 'RestElement');
  const length = optional === -1 ? params.length : optional;
  return Reflect.ownKeys(fn).filter((key) => (key === 'length' ? fn.length !== length : !OWN_OF_FUNCTIONS.has(key)));
}

function checkSurroundings(
  fn: Callable,
  { script, scopes }: InScript,
  { node }: FoundFunction,
  free: FreeVariables,
  lowering: Lowering,
): void {
  if (free.hasDirectEval) lowering.refuse(fn, 'it calls eval, which may use any variable', 'pass what it needs');
  const isTopLevel = scopes.every(({ kind }) => /^(Module|Global|Script)/.test(kind));
  for (const name of free.surroundings) {
    // At the top level of a module `this` is undefined, as it is where the function will be.
    if (name === 'this' && script.isModule && isTopLevel) continue;
    const what =
      node.type === 'ArrowFunctionExpression' && name === 'this'
        ? 'the `this` of the function around it'
        : `the ${name} around it`;
    lowering.refuse(fn, `it uses ${what}`, 'copy what it needs to a constant before, or export it');
  }
}

/** All that is known then is the text: enough for a function that needs nothing but what every world has. */
function withoutInspector(fn: Callable, lowering: Lowering, unavailable: InspectorUnavailable): Slot {
  const refuse = (reason: string): never =>
    lowering.refuse(fn, `${reason}, and ${unavailable.reason}`, unavailable.advice);
  const known = named(fn, lowering);
  if (known !== undefined) return known;
  if (isNative(fn)) return refuse('it is native code, or bound');
  const text = Function.prototype.toString.call(fn);
  let model: ScriptModel | undefined;
  for (const candidate of [`(${text})`, `({ ${text} })`]) {
    try {
      model ??= new ScriptModel(candidate, true);
    } catch (error) {
      if (error instanceof PicklingError) throw error;
    }
  }
  const found = model?.outermost();
  if (found === undefined) return refuse('its text cannot be read');
  const free: FreeVariables = found.free;
  if (free.importMetas.length > 0 || free.dynamicImports.length > 0) return refuse('it imports something');
  const missing = [...free.uses].filter(([name, use]) => use.needed && !(name in globalThis)).map(([name]) => name);
  if (missing.length > 0) return refuse(`it uses ${missing.join(', ')}`);
  if (isClass(found.node) && found.node.superClass) return refuse('it is a class with a superclass');
  const captured: InScript = {
    kind: 'script',
    script: { url: '', isModule: true, startLine: 0, startColumn: 0, source: model!.source },
    line: 0,
    column: 0,
    scopes: [],
    privates: undefined,
  };
  return byValue(fn, captured, model!, found, lowering);
}
