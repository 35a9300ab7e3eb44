import type { Backend } from './backends/backend.ts';
import { loadKoffi } from './backends/koffi.ts';
import { loadNodeFfi } from './backends/node-ffi.ts';
import { LibcUnavailableError } from './errors.ts';
import { Libc } from './libc.ts';

/*
 * The door to C, opened by the first call and kept for the thread:
 *
 *   unknown ── first libc() ──> open (a Libc)
 *                          └──> shut (the LibcUnavailableError, thrown anew each time)
 *
 * koffi comes first: it runs on every Node we support and lets libuv watch descriptors. node:ffi loads faster, but is
 * experimental, prints a warning, and watches descriptors by looking at them: it serves where koffi is not installed.
 * PRAC_LIBC=koffi | node:ffi | none asks for one of them only.
 */
const LOADERS = { koffi: loadKoffi, 'node:ffi': loadNodeFfi } as const satisfies Record<string, () => Backend>;

let door: Libc | string | undefined;

/**
 * Opens the C library.
 *
 * The first call of a thread loads a foreign function interface: koffi (an optional dependency), else node:ffi (Node 26.1 and
 * later). Later calls return the same object.
 *
 * @returns The C library's functions; each answers a negative `errno` where C would answer -1 and set it.
 * @throws {LibcUnavailableError} if there is no way to call C here.
 * @example
 * import { isLibcAvailable, libc } from '@prac/libc';
 * if (isLibcAvailable()) console.log(libc().getpgid(process.pid) > 0);
 */
export function libc(): Libc {
  door ??= open();
  if (typeof door === 'string') throw new LibcUnavailableError(door);
  return door;
}

/**
 * Tells whether {@link libc} would succeed, loading the foreign function interface if that has not been done.
 *
 * @returns `false` where {@link libc} throws.
 */
export function isLibcAvailable(): boolean {
  door ??= open();
  return typeof door !== 'string';
}

function open(): Libc | string {
  const where = unsupportedPlatform();
  if (where !== undefined) return `C library calls need a 64-bit little-endian Linux, this is ${where}`;
  const wanted = process.env.PRAC_LIBC || 'koffi,node:ffi';
  if (wanted === 'none') return 'C library calls are switched off (PRAC_LIBC=none)';
  const answers: string[] = [];
  for (const name of wanted.split(',')) {
    if (!Object.hasOwn(LOADERS, name)) return `Expected PRAC_LIBC to be koffi, node:ffi or none, got "${name}"`;
    try {
      return new Libc(LOADERS[name as keyof typeof LOADERS]());
    } catch (error) {
      answers.push(`${name}: ${(error as Error).message.split('\n', 1)[0]}`);
    }
  }
  return `No foreign function interface could be loaded (${answers.join('; ')}). Install koffi: npm install koffi`;
}

/** Pointers are laid out as 8 little-endian bytes, and the constants are Linux's. */
function unsupportedPlatform(): string | undefined {
  const known = ['x64', 'arm64', 'riscv64', 'loong64', 'ppc64'].includes(process.arch);
  const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  return process.platform === 'linux' && known && littleEndian ? undefined : `${process.platform} ${process.arch}`;
}
