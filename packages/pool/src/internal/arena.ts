import { fstatSync, ftruncateSync, readdirSync, readlinkSync } from 'node:fs';
import { NotImplementedError, OSError } from '@prac/exceptions';
import { constants, isLibcAvailable, libc } from '@prac/libc';
import { ARENA, family } from './family.ts';
import { shared } from './world.ts';

/*
 * The memory that the processes of a program share: one file that is in memory and has no name. Whoever needs it first makes it; every
 * process that is started from then on inherits its descriptor, and finds it among its own. Each thread maps it for itself.
 *
 *   words  │ LAYOUT │ NEXT │ MEMBERS │ … │ FREE: a list for each size │ the members: see members.ts │ cells, from FIRST_CELL on
 *
 * A cell is named by the index of its first word, and has one of some sizes: 16, 32, 48, 64 words, then four of each power of two. Those that nobody has any more are used again, by whoever
 * needs one: of each size there is a list, whose head is changed by one exchange, and whose links are the first words of the cells. (A head
 * counts its changes: else it could not be told from what it was before others took a cell, and put it back.)
 *
 * Cells that were shown to others stay, as a rule: who has them cannot be known. Pools know it: theirs are given back when their workers
 * have ended.
 */
const NAME = 'prac-pool-3';
const LAYOUT = 0;
const NEXT = 1;
export const MEMBERS = 2;
const MAGIC = 0x70726163;

const FREE = 16;
const SIZES = 96;
export const FIRST_MEMBER: number = FREE + 2 * SIZES;
export const MEMBER_WORDS = 8;
export const MOST_MEMBERS = 4096;
const FIRST_CELL: number = FIRST_MEMBER + MEMBER_WORDS * MOST_MEMBERS;
/** So many words have the smallest, and the largest of those that are multiples of it. */
const CELL = 16;
const SMALL = 64;
/** Pages are there when they are written to. */
const BYTES = 2 ** 28;

interface State {
  arena: Arena | undefined;
}

const state: State = shared('arena', () => ({ arena: undefined }));

/**
 * The arena of this program.
 *
 * @throws {NotImplementedError} where there is no way to share memory between processes.
 */
export function arena(): Arena {
  state.arena ??= new Arena(found() ?? created());
  return state.arena;
}

export class Arena {
  /** What children inherit. */
  readonly fd: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Of the first word: for futex(2). */
  readonly address: bigint;
  /** The heads of the lists: how often it was changed, and the first cell. */
  readonly #free: BigInt64Array<SharedArrayBuffer>;

  constructor(fd: number) {
    const buffer = libc().mapShared(fd, BYTES);
    if (typeof buffer === 'number') throw new OSError(-buffer);
    this.fd = fd;
    this.words = new Int32Array(buffer);
    this.#free = new BigInt64Array(buffer, 4 * FREE, SIZES);
    this.address = libc().addressOf(new Uint8Array(buffer));
    const layout = Atomics.compareExchange(this.words, LAYOUT, 0, MAGIC);
    if (layout !== 0 && layout !== MAGIC)
      throw new OSError(22, 'the shared memory of the program is of another version');
    Atomics.compareExchange(this.words, NEXT, 0, FIRST_CELL);
  }

  /**
   * A cell of at least so many words, all 0.
   *
   * @param isAny - They may be anything.
   */
  allocate(count: number, isAny = false): number {
    const size = sizeOf(count);
    const length = lengthOf(size);
    const again = this.#pop(size);
    if (again !== 0) {
      if (!isAny) this.words.fill(0, again, again + length);
      return again;
    }
    for (let at = Atomics.load(this.words, NEXT); at + length <= this.words.length; ) {
      const before = Atomics.compareExchange(this.words, NEXT, at, at + length);
      if (before === at) return at;
      at = before;
    }
    throw new OSError(12, `no shared memory is left for ${4 * length} bytes`);
  }

  /** Nobody has it any more. @param count - As it was asked for. */
  free(at: number, count: number): void {
    const size = sizeOf(count);
    for (let head = Atomics.load(this.#free, size); ; ) {
      Atomics.store(this.words, at, cellOf(head));
      const before = Atomics.compareExchange(this.#free, size, head, headOf(at, head));
      if (before === head) return;
      head = before;
    }
  }

  /** 0 if there is none. */
  #pop(size: number): number {
    for (let head = Atomics.load(this.#free, size); ; ) {
      const at = cellOf(head);
      if (at === 0) return 0;
      // If another has taken it meanwhile this is any number, and the exchange fails.
      const before = Atomics.compareExchange(this.#free, size, head, headOf(Atomics.load(this.words, at), head));
      if (before === head) return at;
      head = before;
    }
  }
}

/** Which of the sizes is the smallest that is enough. */
function sizeOf(count: number): number {
  if (count <= SMALL) return Math.max(0, Math.ceil(count / CELL) - 1);
  const power = 31 - Math.clz32(count - 1); // 2^power is less
  const quarters = Math.ceil((count - 2 ** power) / 2 ** (power - 2));
  return 4 * (power - 5) + quarters - 1;
}

/** How many words it has. */
function lengthOf(size: number): number {
  if (size < 4) return CELL * (size + 1);
  const power = Math.floor(size / 4) + 5;
  return 2 ** power + ((size % 4) + 1) * 2 ** (power - 2);
}

function cellOf(head: bigint): number {
  return Number(head & 0xffff_ffffn);
}

function headOf(at: number, before: bigint): bigint {
  return ((((before >> 32n) + 1n) & 0x7fff_ffffn) << 32n) | BigInt(at >>> 0);
}

const NOBODY = 0;
const SOMEBODY = -1;
const LOOK_MS = 50;

/** One thread makes it; the others of the process wait for that, and find it. */
function created(): number {
  if (!isLibcAvailable())
    throw new NotImplementedError(
      'processes share memory by way of the C library, which cannot be called here: install koffi',
    );
  const { words } = family.about;
  for (;;) {
    const state = Atomics.compareExchange(words, ARENA, NOBODY, SOMEBODY);
    if (state > 0) return state;
    if (state === NOBODY) return made(words);
    // Who makes it may have been terminated: then somebody else does.
    if (Atomics.wait(words, ARENA, SOMEBODY, LOOK_MS) === 'timed-out')
      Atomics.compareExchange(words, ARENA, SOMEBODY, NOBODY);
  }
}

function made(words: Int32Array): number {
  let fd = 0;
  try {
    fd = libc().memfdCreate(NAME, constants.MFD_CLOEXEC);
    if (fd < 0) throw new OSError(-fd);
    ftruncateSync(fd, BYTES);
  } catch (error) {
    fd = NOBODY;
    throw error;
  } finally {
    Atomics.store(words, ARENA, fd);
    Atomics.notify(words, ARENA);
  }
  return fd;
}

/** The first that was made: all threads of the process find the same. */
function found(): number | undefined {
  return arenaDescriptors()[0];
}

/** Those of this process that are whole. */
export function arenaDescriptors(): number[] {
  const mine = /^\/memfd:prac-pool-3\b/;
  const all = readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const fd = Number(name);
      return mine.test(readlinkSync(`/proc/self/fd/${name}`)) ? [{ fd, ...fstatSync(fd) }] : [];
    } catch {
      return []; // closed meanwhile, as that of the folder is
    }
  });
  const whole = all.filter(({ size }) => size === BYTES); // another thread may be making one
  return whole.sort((a, b) => a.ino - b.ino || a.fd - b.fd).map(({ fd }) => fd);
}
