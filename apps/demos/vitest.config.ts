import { join } from 'node:path';
import { mergeConfig } from 'vitest/config';
import config from '../../configs/vitest.ts';

export default mergeConfig(config, {
  test: {
    // The tests start many programs from the packages' sources: their types are stripped once, not at every start.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compile') },
    // Scenarios mostly wait; more of them at once would compete for the processors, and some have two seconds to get ready.
    maxConcurrency: 2,
  },
});
