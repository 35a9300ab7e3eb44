import { createRequire } from 'node:module';
import { PicklingError } from '../errors.ts';
import { isMain } from './export-path.ts';
import { HERE } from './here.ts';

/*
 * What V8 knows of a function: where its text is, and the variables it has captured. The inspector tells it, of this very
 * thread, in calls that answer at once.
 *
 *   Runtime.getProperties ──> [[FunctionLocation]], [[Scopes]], or [[TargetFunction]] …
 *   Debugger.enable, getScriptSource, Debugger.disable ──> the text of a script that was not seen before
 *
 * The debugger is on for that blink only: left on, it would make awaiting five times as slow.
 */

export interface Script {
  readonly url: string;
  readonly isModule: boolean;
  /** Where V8 says that its text begins: functions that came by value are on the lines on which they were written. */
  readonly startLine: number;
  readonly startColumn: number;
  readonly source: string;
}

/** Variables of one scope; `kind` is V8's name for it: `Module`, `Closure (f)`, `Block`, `Script`, `Global` … */
export interface Scope {
  readonly kind: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type Captured =
  | { readonly kind: 'native' }
  | { readonly kind: 'bound'; readonly target: unknown; readonly self: unknown; readonly args: readonly unknown[] }
  | {
      readonly kind: 'script';
      readonly script: Script;
      /** Where the function begins, from 0; in the text, where that does not begin elsewhere. */
      readonly line: number;
      readonly column: number;
      readonly scopes: readonly Scope[];
      /** Of a class: its private static fields, by their names with `#`. Not known where there is no inspector. */
      readonly privates: ReadonlyMap<string, unknown> | undefined;
    };
export type InScript = Extract<Captured, { kind: 'script' }>;

interface Remote {
  readonly type: string;
  readonly objectId?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
}
interface Property {
  readonly name: string;
  readonly value?: Remote;
}
interface Session {
  connect(): void;
  post(method: string, params: object | undefined, callback: (error: Error | null, result?: object) => void): void;
  on(event: string, listener: (message: { params: ScriptParsed }) => void): void;
}
interface ScriptParsed {
  readonly scriptId: string;
  readonly url: string;
  readonly isModule?: boolean;
  readonly startLine: number;
  readonly startColumn: number;
}

// On `process`: every `vm` context that has one has the same, and the inspector looks in the main one.
const SLOT = Symbol.for('prac.pickle.slot');
const IN_SLOT = "process[Symbol.for('prac.pickle.slot')]";
const holder = process as unknown as { [SLOT]?: unknown };
const GROUP = 'prac.pickle';

let session: Session | undefined;
const scripts = new Map<string, Omit<Script, 'source'> & { source: string | undefined }>();

/** @throws {PicklingError} where there is no inspector. */
function open(): Session {
  if (session !== undefined) return session;
  try {
    const inspector = createRequire(HERE)('node:inspector') as { Session: new () => Session };
    const opened = new inspector.Session();
    opened.connect();
    opened.on('Debugger.scriptParsed', ({ params }) => {
      const { scriptId, url, isModule = false, startLine, startColumn } = params;
      if (!scripts.has(scriptId)) scripts.set(scriptId, { url, isModule, startLine, startColumn, source: undefined });
    });
    session = opened;
    return opened;
  } catch (cause) {
    throw new InspectorUnavailable(cause);
  }
}

/** Functions can be shipped by what they say of themselves only. */
export class InspectorUnavailable extends PicklingError {
  constructor(cause: unknown) {
    super(
      {
        path: '',
        reason: `the inspector, which tells what a function has captured, is not available (${(cause as NodeJS.ErrnoException).code ?? cause})`,
        advice: "allow it (--allow-inspector), or name the function: reference(fn, import.meta.url, 'name')",
      },
      { cause },
    );
  }
}

function post<Result>(method: string, params?: object): Result {
  let answer: { error: Error | null; result?: object | undefined } | undefined;
  open().post(method, params, (error, result) => {
    answer = { error, result };
  });
  if (answer === undefined) throw new PicklingError(`the inspector did not answer ${method} at once`);
  if (answer.error !== null) throw new PicklingError(`${method}: ${answer.error.message}`, { cause: answer.error });
  return answer.result as Result;
}

/** @throws {InspectorUnavailable} */
export function capture(fn: object): Captured {
  open();
  holder[SLOT] = fn;
  try {
    const evaluated = post<{ result: Remote }>('Runtime.evaluate', {
      expression: IN_SLOT,
      objectGroup: GROUP,
      silent: true,
    });
    const { internalProperties: internals = [], privateProperties = [] } = propertiesOf(evaluated.result);
    const internal = (name: string): Remote | undefined => internals.find((property) => property.name === name)?.value;
    if (internal('[[TargetFunction]]') !== undefined) {
      const args = real(internal('[[BoundArgs]]')) as ArrayLike<unknown> | undefined;
      return {
        kind: 'bound',
        target: real(internal('[[TargetFunction]]')),
        self: real(internal('[[BoundThis]]')),
        args: Array.from(args ?? []),
      };
    }
    const location = internal('[[FunctionLocation]]')?.value as
      | { scriptId: string; lineNumber: number; columnNumber: number }
      | undefined;
    if (location === undefined) return { kind: 'native' };
    return {
      kind: 'script',
      script: scriptOf(location.scriptId),
      line: location.lineNumber,
      column: location.columnNumber,
      scopes: scopesOf(internal('[[Scopes]]')),
      privates: new Map(privateProperties.map(({ name, value }) => [name, real(value)])),
    };
  } finally {
    delete holder[SLOT];
    post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
  }
}

interface Properties {
  readonly result: Property[];
  readonly internalProperties?: Property[];
  readonly privateProperties?: Property[];
}

function propertiesOf(remote: Remote): Properties {
  return post('Runtime.getProperties', { objectId: remote.objectId, ownProperties: true });
}

/** The value itself: the inspector can put it where it was asked for the function. */
function real(remote: Remote | undefined): unknown {
  if (remote === undefined || remote.type === 'undefined') return undefined;
  if (remote.objectId === undefined) return primitive(remote);
  holder[SLOT] = undefined;
  const functionDeclaration = `function () { ${IN_SLOT} = this; }`;
  post('Runtime.callFunctionOn', { objectId: remote.objectId, functionDeclaration, silent: true });
  return holder[SLOT];
}

function primitive({ value, unserializableValue: text }: Remote): unknown {
  if (text === undefined) return value;
  if (text.endsWith('n')) return BigInt(text.slice(0, -1));
  return text === '-0' ? -0 : Number(text);
}

function scopesOf(remote: Remote | undefined): Scope[] {
  const list = real(remote) as ArrayLike<{ readonly object: Record<string, unknown> }> | undefined;
  if (remote === undefined || list === undefined) return [];
  const kinds = propertiesOf(remote).result.filter(({ name }) => /^\d+$/.test(name));
  return kinds.map(({ value }, i) => ({ kind: value?.description ?? '', variables: list[i]?.object ?? {} }));
}

/** The debugger is on. */
function sourceOf(id: string): string {
  return post<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId: id }).scriptSource;
}

function scriptOf(id: string): Script {
  let script = scripts.get(id);
  if (script?.source === undefined) {
    post('Debugger.enable'); // tells of every script there is
    try {
      script = scripts.get(id);
      if (script === undefined) throw new PicklingError('its script is gone');
      script.source = sourceOf(id);
      for (const [other, known] of scripts) {
        if (known.source === undefined && isMain(known.url)) known.source = sourceOf(other); // it is asked for next
      }
    } finally {
      post('Debugger.disable');
    }
  }
  return script as Script;
}
