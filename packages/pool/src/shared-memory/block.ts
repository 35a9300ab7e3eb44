import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync } from 'node:fs';
import { NotImplementedError, OSError, repr, ValueError } from '@prac/exceptions';
import { isLibcAvailable, libc } from '@prac/libc';
import { travels } from '../internal/world.ts';

/** Where Linux has them: what `shm_open` opens. */
const FOLDER = '/dev/shm/';

/** Options of a {@link SharedMemory}. */
export interface SharedMemoryOptions {
  /** @defaultValue a new one, if it is created */
  readonly name?: string | null | undefined;
  /** Makes it. Otherwise it is there. @defaultValue false */
  readonly create?: boolean | null | undefined;
  /** In bytes, if it is created. */
  readonly size?: number | null | undefined;
  /**
   * It is unlinked when the thread that has created it ends; in the main thread, with the process (not if that is killed).
   * @defaultValue true
   */
  readonly track?: boolean | null | undefined;
}

const OPTIONS = ['name', 'create', 'size', 'track'];

/** Created here, and to be unlinked at the end. */
const tracked = new Set<string>();

/**
 * A block of memory that all processes find by its name, also those of Python.
 *
 * Python: `multiprocessing.shared_memory.SharedMemory`.
 *
 * @example
 * import { SharedMemory } from '@prac/pool/shared-memory';
 * const block = new SharedMemory({ create: true, size: 10 });
 * block.buf.set([1, 2, 3]);
 * const same = new SharedMemory({ name: block.name });
 * console.log(same.buf.subarray(0, 3)); // Uint8Array(3) [ 1, 2, 3 ]
 * same.close();
 * block.close();
 * block.unlink();
 */
export class SharedMemory {
  readonly #name: string;
  readonly #size: number;
  #buf: Uint8Array<SharedArrayBuffer> | undefined;

  /**
   * @throws {ValueError} if the size or the name is missing. {FileExistsError} if it is to be created and is there. {FileNotFoundError} if
   * it is not there. {NotImplementedError} where the C library cannot be called.
   */
  constructor(options?: SharedMemoryOptions | null) {
    const { name, create, size, track } = checked(options);
    if (create && size === 0) throw new ValueError("'size' must be a positive number different from zero");
    if (name === undefined && !create) throw new ValueError("'name' can only be None if create=True");
    if (!isLibcAvailable())
      throw new NotImplementedError(
        'memory is mapped by way of the C library, which cannot be called here: install koffi',
      );
    const [fd, found] = opened(name, create);
    this.#name = found;
    try {
      if (create) ftruncateSync(fd, size);
      this.#size = fstatSync(fd).size;
      const memory = libc().mapShared(fd, this.#size);
      if (typeof memory === 'number') throw new OSError(-memory);
      this.#buf = new Uint8Array(memory, 0, this.#size);
    } catch (error) {
      if (create) unlinkSync(FOLDER + found);
      throw error instanceof RangeError ? error : OSError.from(error);
    } finally {
      closeSync(fd);
    }
    if (create && track) tracked.add(found);
  }

  /** By which others find it. */
  get name(): string {
    return this.#name;
  }

  /** In bytes: at least as many as were asked for. */
  get size(): number {
    return this.#size;
  }

  /**
   * The memory. Views of it are of use as long as they are there, also when it was closed.
   *
   * @throws {ValueError} if it was closed.
   */
  get buf(): Uint8Array<SharedArrayBuffer> {
    if (this.#buf === undefined) throw new ValueError('the shared memory was closed');
    return this.#buf;
  }

  /** This process uses it no more. */
  close(): void {
    this.#buf = undefined;
  }

  /**
   * Takes its name away: it is gone when all have closed it.
   *
   * @throws {FileNotFoundError} if somebody has done so.
   */
  unlink(): void {
    tracked.delete(this.#name);
    try {
      unlinkSync(FOLDER + this.#name);
    } catch (error) {
      throw OSError.from(error);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toString(): string {
    return `SharedMemory(${repr(this.#name)}, size=${this.#size})`;
  }
}

process.on('exit', () => {
  for (const name of tracked) {
    try {
      unlinkSync(FOLDER + name);
    } catch {
      // Somebody has done it.
    }
  }
});

function checked(options: SharedMemoryOptions | null | undefined): {
  readonly name: string | undefined;
  readonly create: boolean;
  readonly size: number;
  readonly track: boolean;
} {
  const given = options ?? {};
  if (typeof given !== 'object') throw new TypeError(`Expected an object of options, got ${repr(options)}`);
  for (const key of Object.keys(given))
    if (!OPTIONS.includes(key)) throw new TypeError(`Unknown option ${repr(key)}: expected ${OPTIONS.join(', ')}`);
  const { name, create, size, track } = given;
  if (name != null && (typeof name !== 'string' || !/^[^/\0]+$/.test(name)))
    throw new TypeError(`Expected name to be a name without slashes, got ${repr(name)}`);
  for (const [key, value] of Object.entries({ create, track }))
    if (value != null && typeof value !== 'boolean')
      throw new TypeError(`Expected ${key} to be a boolean, got ${repr(value)}`);
  if (size != null && !Number.isSafeInteger(size))
    throw new TypeError(`Expected size to be an integer, got ${repr(size)}`);
  if (size != null && size < 0) throw new ValueError("'size' must be a positive integer");
  return { name: name ?? undefined, create: create ?? false, size: size ?? 0, track: track ?? true };
}

/** Its descriptor, and its name. */
function opened(name: string | undefined, create: boolean): readonly [fd: number, name: string] {
  for (;;) {
    const tried = name ?? `psm_${randomBytes(4).toString('hex')}`;
    try {
      return [openSync(FOLDER + tried, create ? 'wx+' : 'r+', 0o600), tried];
    } catch (cause) {
      const error = OSError.from(cause);
      if (name === undefined && error.code === 'EEXIST') continue;
      throw new OSError(error.errno ?? 5, undefined, `/${tried}`, undefined, { cause });
    }
  }
}

const MODULE = '@prac/pool/shared-memory';
travels('SharedMemory', SharedMemory, MODULE);
Object.defineProperty(SharedMemory.prototype, Symbol.for('prac.pickle.reduce'), {
  value(this: SharedMemory) {
    return [attached, [this.name]];
  },
  configurable: true,
  writable: true,
});
Object.defineProperty(SharedMemory.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: SharedMemory) {
    return String(this);
  },
  configurable: true,
  writable: true,
});

/** What it is where it arrives. */
const attached = travels('attached', (name: string): SharedMemory => new SharedMemory({ name }), MODULE);
