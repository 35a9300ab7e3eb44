import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * What every package's tests share.
 *
 * Tests read the packages' sources, not `dist`. For Node tests only `ssr.resolve.conditions` does that (`resolve.conditions`
 * is silently ignored); NODE_OPTIONS does it for the programs and workers that tests start. packages/testing holds the marker
 * test that proves it. The set-up file makes a test fail that causes a process warning.
 */
export const SOURCE_CONDITION = '@prac/source';

const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: [SOURCE_CONDITION] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: [fileURLToPath(new URL('../packages/testing/src/vitest-setup.ts', import.meta.url))],
    env: { NODE_OPTIONS: `--conditions=${SOURCE_CONDITION}` },
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default'],
    dangerouslyIgnoreUnhandledErrors: false,
  },
});

export default config;
