import { allowWarnings } from '@prac/testing';
import { beforeAll, describe } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { loadKoffi } from '../../src/backends/koffi.ts';
import { loadNodeFfi } from '../../src/backends/node-ffi.ts';
import { Libc } from '../../src/libc.ts';

/** Whether this Node has the module; asking for it makes Node print a warning. */
export const hasNodeFfi: boolean = process.getBuiltinModule('node:ffi' as 'node:fs') !== undefined;
beforeAll(() => allowWarnings(/FFI is an experimental feature/));

/** A suite, run over every foreign function interface that this Node has. */
export function describeBackends(title: string, suite: (library: Libc) => void): void {
  const loaders: [string, () => Backend][] = [['koffi', loadKoffi]];
  if (hasNodeFfi) loaders.push(['node:ffi', loadNodeFfi]);
  describe.each(loaders)(`${title} (%s)`, (_, load) => suite(new Libc(load())));
}
