// Loads the package, and looks what came with it.
import { createRequire } from 'node:module';
import '@prac/subprocess';

const loaded = [
  ...(process as unknown as { moduleLoadList: string[] }).moduleLoadList,
  ...Object.keys(createRequire(import.meta.url).cache),
];
const has = (pattern: RegExp): boolean => loaded.some((name) => pattern.test(name));
const ours = process.getActiveResourcesInfo().filter((name) => !/^(TTY|Pipe)Wrap$/.test(name));
const listeners = process.eventNames().filter((name) => name === 'exit' || name === 'SIGCHLD');
console.log(
  'koffi',
  has(/koffi/),
  'ffi',
  has(/NativeModule ffi$/),
  'handles',
  ours.length,
  'listeners',
  listeners.length,
);
