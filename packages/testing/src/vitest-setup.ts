// Loaded by vitest before each test file (configs/vitest.ts). A process warning (a descriptor closed by the garbage collector,
// too many listeners, a deprecation) fails the test that caused it; unhandled rejections already fail vitest's run.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach } from 'vitest';
import { takeWarnings, watchWarnings } from './warnings.ts';

watchWarnings();
afterEach(failOnWarnings);
afterAll(failOnWarnings);

async function failOnWarnings(): Promise<void> {
  await nextTurn(); // a warning arrives one turn after its cause
  const [warning] = takeWarnings();
  if (warning !== undefined) throw new Error(`A process warning: ${warning}`, { cause: warning });
}
