import type { Backend, CFunction, CType, PollHandle } from './backend.ts';

const TYPES = { i32: 'int', i64: 'int64_t', ptr: 'void *' } as const satisfies Record<CType, string>;

/** What we use of koffi (its own types come with the optional dependency, which need not be there). */
interface Koffi {
  load(path: null): KoffiLibrary;
  address(memory: Uint8Array): bigint;
  decode(address: bigint, type: string): bigint;
  errno(): number;
  node: { poll(fd: number, options: object, callback: () => void): PollHandle };
}
interface KoffiLibrary {
  func(name: string, returns: string, args: string[]): CFunction;
  symbol(name: string, type: string): bigint;
}

/** Loads koffi (7 to 18 ms, once per thread). @throws if it is not installed or has no binary for this platform. */
export function loadKoffi(): Backend {
  // node:module is not imported: it brings source maps with it, and nobody needs them who only imports this package.
  const { createRequire } = process.getBuiltinModule('node:module');
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(null);
  const environ = library.symbol('environ', 'void *');
  return {
    name: 'koffi',
    modulePath: createRequire(import.meta.url).resolve('koffi'),
    bind(name, returns, args) {
      try {
        return library.func(
          name,
          TYPES[returns],
          args.map((type) => TYPES[type]),
        );
      } catch {
        return null;
      }
    },
    address: (memory) => koffi.address(memory),
    errno: () => koffi.errno(),
    environ: () => koffi.decode(environ, 'void *'),
    pollFd(fd) {
      // koffi starts the handle as it makes it; ours begin stopped.
      const handle = koffi.node.poll(fd, { readable: true }, () => {});
      handle.stop();
      return handle;
    },
  };
}
