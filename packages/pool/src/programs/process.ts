import { enableCompileCache } from 'node:module';

enableCompileCache?.(); // V8 need not compile what it has compiled in another process
const { live } = await import('../internal/child.ts');
const [mailbox, cell, parent] = process.argv.slice(2).map(Number);
void live(mailbox!, cell === undefined ? undefined : { cell, parent: parent! });
