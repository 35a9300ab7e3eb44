import { Script as VmScript } from 'node:vm';
import type { Message } from '@prac/pickle';
import type { Work } from './messages.ts';
import type { Script } from './program.ts';

type Life = typeof import('./thread-script.ts');

/**
 * V8's code cache of the threads' script, with the functions that every thread needs: they are compiled here, once.
 *
 * Memory: about 250 kB, which all workers read.
 */
export async function codeCacheOf(program: Script, rehearsal: Message<Work>): Promise<SharedArrayBuffer> {
  const script = new VmScript(program.text, { filename: program.filename });
  const run = script.runInThisContext() as (require: (name: string) => unknown, module: object, urls: object) => void;
  const module = { exports: {} as Life };
  run((name) => process.getBuiltinModule(name), module, program.urls);
  await module.exports.rehearse(rehearsal);
  const bytes = script.createCachedData();
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}
