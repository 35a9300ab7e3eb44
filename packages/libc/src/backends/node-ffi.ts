import type { Backend, CArgument, CFunction, CType } from './backend.ts';

const TYPES = { i32: 'i32', i64: 'i64', ptr: 'pointer' } as const satisfies Record<CType, string>;

/** What we use of node:ffi (experimental since Node 26.1: Node itself prints an ExperimentalWarning when it is loaded). */
interface NodeFfi {
  dlopen(
    path: null,
    functions: Record<string, { arguments: string[]; return: string }>,
  ): {
    lib: { getSymbol(name: string): bigint };
    functions: Record<string, (...args: (CArgument | bigint)[]) => number | bigint>;
  };
  getRawPointer(memory: Uint8Array): bigint;
  getInt32(address: bigint, offset: number): number;
  getUint64(address: bigint, offset: number): bigint;
}

/** Loads node:ffi (about 1 ms). @throws if this Node has none. */
export function loadNodeFfi(): Backend {
  const ffi = process.getBuiltinModule('node:ffi' as 'node:fs') as unknown as NodeFfi | undefined;
  if (ffi === undefined) throw new Error('this Node.js has no node:ffi');
  const { lib, functions } = ffi.dlopen(null, { __errno_location: { arguments: [], return: 'pointer' } });
  const errnoLocation = functions.__errno_location as unknown as () => bigint;
  const environ = lib.getSymbol('environ');
  return {
    name: 'node:ffi',
    modulePath: null,
    bind(name, returns, args) {
      try {
        const types = args.map((type) => TYPES[type]);
        const bound = ffi.dlopen(null, { [name]: { arguments: types, return: TYPES[returns] } }).functions[name]!;
        return withBigInts(bound, returns, args);
      } catch {
        return null;
      }
    },
    address: (memory) => ffi.getRawPointer(memory),
    errno: () => ffi.getInt32(errnoLocation(), 0),
    environ: () => ffi.getUint64(environ, 0),
    pollFd: null,
  };
}

/** node:ffi takes and gives 64-bit integers as BigInts only. */
function withBigInts(
  bound: (...args: (CArgument | bigint)[]) => number | bigint,
  returns: CType,
  args: readonly CType[],
): CFunction {
  const wide = args.flatMap((type, i) => (type === 'i64' ? [i] : []));
  if (wide.length === 0 && returns === 'i32') return bound as CFunction;
  return (...values) => {
    for (const i of wide) values[i] = BigInt(values[i] as number);
    return Number(bound(...values));
  };
}
