import { enableCompileCache } from 'node:module';

enableCompileCache?.(); // V8 need not compile what it has compiled in another process
const { runWorker } = await import('../pilot/worker.ts');
await runWorker(process.argv[2]!);
