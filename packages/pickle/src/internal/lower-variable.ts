import { isBuiltin } from 'node:module';
import { types } from 'node:util';
import type { Use } from './free-variables.ts';
import type { Slot } from './graph.ts';
import type { InScript, Scope } from './inspector.ts';
import { builtInExport } from './intrinsics.ts';
import type { Callable } from './kinds.ts';
import type { Lowering } from './lowering.ts';
import type { Import, ScriptModel } from './script-model.ts';
import { isConstant } from './stable.ts';

/*
 * The variables that a function has captured. Imports go as what they import, whatever stands for them: nothing in modules as
 * V8 has them, an object of getters where esbuild, tsx or vite has been at work.
 */

/** Every world has it, or it need not be there. */
export const MISSING: unique symbol = Symbol('missing');

function scopeOf({ scopes }: InScript, name: string): Scope | undefined {
  return scopes.find(({ kind, variables }) => kind !== 'Global' && Object.hasOwn(variables, name));
}

/** The import that a variable is; not one that only has the name of an import. */
function importOf(name: string, scope: Scope, model: ScriptModel): Import | undefined {
  return scope.kind.startsWith('Module') ? model.imports.get(name) : undefined;
}

/** @param parts - Gets functions that it depends on. */
export function isConstantVariable(name: string, captured: InScript, model: ScriptModel, parts: Callable[]): boolean {
  const scope = scopeOf(captured, name);
  if (scope === undefined || importOf(name, scope, model) !== undefined) return true;
  return !model.changing.has(name) && isConstant(scope.variables[name], parts);
}

/** The value of a variable; of an import, what is imported. */
export function lowerVariable(
  fn: Callable,
  name: string,
  use: Use,
  captured: InScript,
  model: ScriptModel,
  lowering: Lowering,
): Slot | typeof MISSING {
  const scope = scopeOf(captured, name);
  if (scope === undefined) {
    if (name in globalThis || !use.needed) return MISSING;
    return lowering.refuse(fn, `nothing is known of its variable ${name}`, 'is it declared?');
  }
  const { url } = captured.script;
  const origin = importOf(name, scope, model);
  if (origin !== undefined) {
    const path = origin.name === '*' ? [] : [origin.name];
    if (isBuiltin(origin.source)) return lowering.add(undefined, { t: 'import', u: origin.source, p: path });
    const attribute = origin.type === undefined ? {} : { a: origin.type };
    return lowering.add(undefined, { t: 'import', u: origin.source, p: path, f: url, ...attribute });
  }
  let value: unknown;
  try {
    value = scope.variables[name];
  } catch {
    lowering.refuse(fn, `its variable ${name} has no value yet`, 'pickle it after that');
  }
  if (typeof value === 'function' && name === 'require' && 'resolve' in value)
    return lowering.add(value, { t: 'require', u: url });
  if (name === 'module' || name === 'exports') {
    if (scope.variables.require !== undefined)
      lowering.refuse(fn, `it uses ${name} of its CommonJS module`, 'export it');
  }
  if (name === '__vite_ssr_dynamic_import__') return lowering.add(value, { t: 'require', u: url, d: true });
  if (!use.whole && (isNamespace(value) || isViteImport(name, value) || isEsbuildImport(value)))
    return members(value, use, lowering);
  const module = isEsbuildImport(value) ? builtInExport(value.default as object) : undefined;
  if (module !== undefined) return lowering.add(undefined, { t: 'import', u: module.module, p: [] });
  return lowering.slot(value);
}

function isNamespace(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const tag = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value as unknown;
  return types.isModuleNamespaceObject(value) || tag === 'Module';
}

/** What vite and vitest make of an import; of a module that is not theirs, a Proxy. */
function isViteImport(name: string, value: unknown): value is object {
  return /^__vi(te_ssr)?_import_\d+__$/.test(name) && typeof value === 'object' && value !== null;
}

/**
 * What esbuild and tsx make in CommonJS of a module that is imported: getters for all that it exports, and a `default` that
 * cannot be written.
 */
function isEsbuildImport(value: unknown): value is { readonly default?: unknown } {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const isMade = Object.getOwnPropertyDescriptor(value, 'default')?.writable === false;
  if (!isMade && !Object.hasOwn(value, '__esModule')) return false;
  const { default: _, __esModule, ...others } = Object.getOwnPropertyDescriptors(value) as PropertyDescriptorMap;
  return Object.values(others).every(({ get }) => get !== undefined);
}

/** Of a module that was captured as a whole: what is used of it. */
function members(namespace: object, use: Use, lowering: Lowering): Slot {
  const o: Record<string, Slot> = {};
  const slot = lowering.add(undefined, { t: 'object', o });
  for (const key of new Set(use.paths.map(([first]) => first!))) {
    o[key] = lowering.at(`.${key}`, () => lowering.slot(Reflect.get(namespace, key)));
  }
  return slot;
}
