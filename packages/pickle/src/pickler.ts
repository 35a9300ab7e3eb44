import { repr } from '@prac/exceptions';
import { PicklingError, UnpicklingError } from './errors.ts';
import { Decoder } from './internal/codec/decoder.ts';
import { Encoder, NOT_DATA } from './internal/codec/encoder.ts';
import { type FunctionMode, lowerFunction } from './internal/lower-function.ts';
import { Lowering } from './internal/lowering.ts';
import { addHashes, type Move, moveAll, moveOf, type Roots } from './internal/places.ts';
import { Raising, type RaisingOptions } from './internal/raising.ts';
import { isConstant } from './internal/stable.ts';

/*
 * A pickle: a head of two words, and then a value in the codec's words; signed ones have 32 bytes between them.
 *
 *   50 72 61 pickle │ version, flags, 0, 0 │ HMAC-SHA256 of all the rest │ the value, or the graph of it (GRAPH)
 */
const MAGIC = 0x6b637250; // "Prck"
const VERSION = 1;
const GRAPH = 1;
const SIGNED = 2;
const HEAD_WORDS = 2;
const SIGNATURE_WORDS = 8;

/** A key for signed pickles. */
export type Key = string | Uint8Array;

/** How a value is pickled. */
export interface PickleOptions {
  /**
   * Which way functions and classes go: `'auto'` by reference where a module exports them and by value otherwise, or only one of
   * the ways. @defaultValue 'auto'
   */
  readonly functions?: FunctionMode | null | undefined;
  /** Signs the bytes: who loads them with the same key knows that they come from somebody who has it. */
  readonly key?: Key | null | undefined;
  /**
   * Is asked for every object and function; what it returns travels in its place, and is given to the receiver's
   * `persistentLoad`. `undefined`: it travels as always. Python: `Pickler.persistent_id`.
   */
  readonly persistentId?: ((value: object) => unknown) | null | undefined;
  /** What the value is called in errors. @defaultValue 'value' */
  readonly name?: string | null | undefined;
  /**
   * Whether one receiver, which remembers too, reads all that this pickler writes, in this order: a function that travels by
   * value is then written once, and named from then on, as long as all it has captured are constants. @defaultValue false
   */
  readonly remember?: boolean | null | undefined;
  /** The bytes stay in this process: see `ReduceContext`. @defaultValue false */
  readonly here?: boolean | null | undefined;
  /**
   * For a reader on another machine: directories that hold files, and where those are there. `{ '/home/me/app': '/data/app' }`: a function of
   * `/home/me/app/work.js` is taken from `/data/app/work.js`.
   */
  readonly roots?: Roots | null | undefined;
  /**
   * Whether a reference to a file says which it means, by its hash (SHA-256): a reader whose file is another refuses it. Of packages only their names
   * go. @defaultValue false
   */
  readonly sourceHash?: boolean | null | undefined;
}

/** A reference to something a module exports, as it is in a pickle. */
export interface PickledReference {
  /** The URL of the module, or the specifier by which another module imports it; '' for what every JavaScript world has. */
  readonly module: string;
  /** The way from its namespace: `Point`, `ops.double`. */
  readonly path: string;
  /** The URL of the module that imports it, where `module` is a specifier. */
  readonly from: string | undefined;
}

/** How a pickle is read. */
export interface UnpickleOptions {
  /** `false`: data only. A pickle that holds a function, a class or a reducer is refused. @defaultValue true */
  readonly functions?: boolean | null | undefined;
  /**
   * Needs `functions: false`: references that may be followed all the same, as `'module#path'`, or a function that is asked.
   * Python: an own `Unpickler.find_class`.
   */
  readonly allow?: readonly string[] | ((reference: PickledReference) => boolean) | null | undefined;
  /** The bytes have to be signed with this key. */
  readonly key?: Key | null | undefined;
  /** Makes what `persistentId` stands for. Python: `Unpickler.persistent_load`. */
  readonly persistentLoad?: ((id: unknown) => unknown) | null | undefined;
  /** Whether it reads all that a pickler that remembers has written. @defaultValue false */
  readonly remember?: boolean | null | undefined;
  /** Typed arrays and Buffers may be windows on the given bytes, where those are aligned to 8: nothing is copied. @defaultValue false */
  readonly zeroCopy?: boolean | null | undefined;
  /** Where the writer's files are here, as the `roots` of a writer: directories there, and here. */
  readonly roots?: Roots | null | undefined;
}

const PICKLE_OPTIONS = ['functions', 'key', 'persistentId', 'name', 'remember', 'here', 'roots', 'sourceHash'];
const UNPICKLE_OPTIONS = ['functions', 'allow', 'key', 'persistentLoad', 'remember', 'zeroCopy', 'roots'];

/** One encoder serves all calls of a thread: they do not overlap, except in a reducer that pickles something itself. */
const spare: Encoder[] = [];
const spareDecoders: Decoder[] = [];

/**
 * Writes values as bytes.
 *
 * Python: `pickle.Pickler`.
 */
export class Pickler {
  readonly #options: PickleOptions;
  readonly #move: Move | undefined;
  /** Ids of functions that the receiver has. */
  readonly #sent = new Set<string>();

  /** @throws {TypeError} for an option that is not known. */
  constructor(options?: PickleOptions | null) {
    this.#options = checked(options, PICKLE_OPTIONS);
    checkMode(this.#options.functions);
    checkKey(this.#options.key);
    this.#move = moveOf(this.#options.roots);
  }

  /** @param name - What the value is called in errors: that of the options. @throws {PicklingError} */
  dumps(value: unknown, name: string = this.#name): Uint8Array {
    const { key, persistentId } = this.#options;
    const encoder = spare.pop() ?? new Encoder(false);
    try {
      const head = HEAD_WORDS + (key == null ? 0 : SIGNATURE_WORDS);
      const isData = persistentId == null && encoder.encode(value, head) !== NOT_DATA;
      if (!isData) this.#encodeGraph(value, encoder, head, name);
      const bytes = encoder.take();
      const words = new Int32Array(bytes.buffer, 0, 2);
      words[0] = MAGIC;
      words[1] = VERSION | (((isData ? 0 : GRAPH) | (key == null ? 0 : SIGNED)) << 8);
      if (key != null) bytes.set(signature(bytes, key), 4 * HEAD_WORDS);
      return bytes;
    } catch (error) {
      if (
        !(
          error instanceof RangeError &&
          /call stack|length|allocation/.test(error.message) &&
          !(error as { code?: unknown }).code
        )
      )
        throw error;
      throw new PicklingError(
        { path: name, reason: 'it is nested too deeply, or too big', advice: '' },
        { cause: error },
      );
    } finally {
      spare.push(encoder);
    }
  }

  /**
   * Whether a function that was pickled is the same whenever it is pickled again: it travels by reference, or what it has captured cannot
   * change. Whoever has it needs it no more.
   */
  isSettled(fn: unknown): boolean {
    return typeof fn === 'function' && isConstant(fn, []);
  }

  get #name(): string {
    return this.#options.name ?? 'value';
  }

  #encodeGraph(value: unknown, encoder: Encoder, head: number, name: string): void {
    const { functions, persistentId, remember, here, sourceHash } = this.#options;
    const news: string[] = [];
    const lowering = new Lowering({
      target: 'bytes',
      isHere: here === true,
      name,
      transfer: new Set(),
      persistentId: persistentId ?? undefined,
      sent: remember === true ? { before: this.#sent, news } : undefined,
      lowerFunction: lowerFunction(functions ?? 'auto'),
    });
    const graph = lowering.lower(value);
    if (sourceHash === true) addHashes(graph.nodes);
    if (this.#move !== undefined) moveAll(graph.nodes, this.#move);
    if (encoder.encode(graph, head) === NOT_DATA) throw new PicklingError('the graph is not data');
    for (const id of news) this.#sent.add(id);
  }
}

/**
 * Reads what a {@link Pickler} has written.
 *
 * Python: `pickle.Unpickler`.
 */
export class Unpickler {
  readonly #options: UnpickleOptions;
  readonly #raising: RaisingOptions;

  /** @throws {TypeError} for an option that is not known. */
  constructor(options?: UnpickleOptions | null) {
    this.#options = checked(options, UNPICKLE_OPTIONS);
    const { functions, allow } = this.#options;
    if (functions != null && typeof functions !== 'boolean') {
      throw new TypeError(`Expected functions to be a boolean, got ${repr(functions)}`);
    }
    if (allow != null && !Array.isArray(allow) && typeof allow !== 'function') {
      throw new TypeError(`Expected allow to be a list of references, or a function, got ${repr(allow)}`);
    }
    if (allow != null && functions !== false) throw new TypeError('allow needs functions: false');
    checkKey(this.#options.key);
    this.#raising = raisingOptions(this.#options);
  }

  /** @throws {UnpicklingError} */
  async loads<T = unknown>(bytes: Uint8Array): Promise<T> {
    const read = this.#read(bytes);
    return (read instanceof Raising ? await read.raise() : read.value) as T;
  }

  /** Blocking form of {@link loads}: modules that it names are loaded at once. A module with a top-level await cannot be. */
  loadsSync<T = unknown>(bytes: Uint8Array): T {
    const read = this.#read(bytes);
    return (read instanceof Raising ? read.raiseSync() : read.value) as T;
  }

  #read(bytes: Uint8Array): Raising | { readonly value: unknown } {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`Expected a Uint8Array, got ${repr(bytes)}`);
    if (bytes.length < 4 * (HEAD_WORDS + 1)) throw new UnpicklingError('pickle data was truncated');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const [version, flags] = [bytes[4], bytes[5]!];
    if (view.getInt32(0, true) !== MAGIC) throw new UnpicklingError('this is no pickle of @prac/pickle');
    if (version !== VERSION) throw new UnpicklingError(`unsupported pickle protocol: ${version}`);
    if ((flags & ~(GRAPH | SIGNED)) !== 0 || bytes[6] !== 0 || bytes[7] !== 0)
      throw new UnpicklingError('pickle data is damaged: in its head');
    const { key, zeroCopy } = this.#options;
    const isSigned = (flags & SIGNED) !== 0;
    if (key != null && !(isSigned && isSignedWith(bytes, key)))
      throw new UnpicklingError('the pickle is not signed with this key');
    const decoder = spareDecoders.pop() ?? new Decoder(false);
    try {
      const head = HEAD_WORDS + (isSigned ? SIGNATURE_WORDS : 0);
      const value = decoder.decode(bytes, head, { zeroCopy: zeroCopy === true });
      return (flags & GRAPH) === 0 ? { value } : new Raising(value, this.#raising, bytes.length / 4);
    } finally {
      spareDecoders.push(decoder);
    }
  }
}

/** @throws {TypeError} if it is no way for functions to go. @internal */
export function checkMode(functions: unknown): void {
  if (functions == null || ['auto', 'reference', 'value'].includes(functions as string)) return;
  throw new TypeError(`Expected functions to be 'auto', 'reference' or 'value', got ${repr(functions)}`);
}

/** Anybody could sign with an empty one. */
function checkKey(key: unknown): void {
  const isKey = typeof key === 'string' || key instanceof Uint8Array;
  if (key != null && !(isKey && key.length > 0)) {
    throw new TypeError(`Expected key to be a string or bytes, and not empty, got ${isKey ? repr(key) : typeof key}`);
  }
}

/** @internal What of the options concerns graphs. */
export function raisingOptions({ functions, allow, persistentLoad, remember, roots }: UnpickleOptions): RaisingOptions {
  const names = Array.isArray(allow) ? new Set(allow) : undefined;
  const asks = typeof allow === 'function' ? allow : undefined;
  return {
    functions: functions ?? true,
    allowed: (module, path, from) => {
      const reference = { module, path: path.join('.'), from };
      // A list of names says nothing of whose node_modules a specifier is looked for in.
      return names === undefined
        ? asks?.(reference) === true
        : from === undefined && names.has(`${module}#${reference.path}`);
    },
    persistentLoad: persistentLoad ?? undefined,
    known: remember === true ? new Map() : undefined,
    move: moveOf(roots),
  };
}

/** Loaded when somebody signs: it takes longer than all the rest of this package. */
function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

function signature(bytes: Uint8Array, key: Key): Uint8Array {
  const end = 4 * HEAD_WORDS;
  const hmac = crypto().createHmac('sha256', key);
  return hmac
    .update(bytes.subarray(0, end))
    .update(bytes.subarray(end + 4 * SIGNATURE_WORDS))
    .digest();
}

function isSignedWith(bytes: Uint8Array, key: Key): boolean {
  const start = 4 * HEAD_WORDS;
  if (bytes.length < start + 4 * SIGNATURE_WORDS) return false;
  return crypto().timingSafeEqual(bytes.subarray(start, start + 4 * SIGNATURE_WORDS), signature(bytes, key));
}

/** @throws {TypeError} for an option that is not known. @internal */
export function checked<Options extends object>(
  options: Options | null | undefined,
  known: readonly string[],
): Options {
  if (options === null || options === undefined) return {} as Options;
  if (typeof options !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(options)) if (!known.includes(key)) throw new TypeError(`unknown option ${repr(key)}`);
  return options;
}
