/** Whether this is the main thread. node:worker_threads is loaded by the first child, not by the import of the package. */
export function isMainThread(): boolean {
  return process.getBuiltinModule('node:worker_threads').isMainThread;
}
