import { enableCompileCache } from 'node:module';

enableCompileCache?.(); // V8 need not compile what it has compiled in another process
const { runTask } = await import('../durable/task.ts');
await runTask(process.argv[2]!);
