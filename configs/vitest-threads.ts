import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import config from './vitest.ts';

/**
 * For the tests of packages that start threads: these run one script, as they do where the package is built, made from the
 * sources when vitest starts. From the sources themselves a thread takes 100 ms to begin, not 20.
 */
const withThreads: ViteUserConfig = mergeConfig(config, {
  test: {
    // The programs that tests start are sources, too: their types are stripped once, not at every start.
    env: { NODE_COMPILE_CACHE: join(process.cwd(), 'node_modules', '.cache', 'compile') },
    globalSetup: [fileURLToPath(new URL('thread-scripts/build.ts', import.meta.url))],
    setupFiles: [fileURLToPath(new URL('thread-scripts/use.ts', import.meta.url))],
  },
});

export default withThreads;
