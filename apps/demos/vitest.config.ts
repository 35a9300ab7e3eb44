import { mergeConfig } from 'vitest/config';
import config from '../../configs/vitest-threads.ts';

export default mergeConfig(config, {
  test: {
    // Scenarios mostly wait; more of them at once would compete for the processors, and some have two seconds to get ready.
    maxConcurrency: 2,
  },
});
