import { fileURLToPath } from 'node:url';
import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import threads from '../../configs/vitest-threads.ts';

/** A cluster of its own for the tests, where Slurm's daemons are: see the set-up. */
const config: ViteUserConfig = mergeConfig(threads, {
  test: {
    globalSetup: [fileURLToPath(new URL('test/setup/cluster.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default config;
