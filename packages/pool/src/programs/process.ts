import { enableCompileCache } from 'node:module';

enableCompileCache?.(); // V8 need not compile what it has compiled in another process
const { live } = await import('../internal/child.ts');
void live(Number(process.argv[2]));
