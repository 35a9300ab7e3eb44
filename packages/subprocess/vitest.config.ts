import { defineConfig, mergeConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import shared from '../../configs/vitest.ts';

/** Tests whose outcome no engine can change: run once. */
const THE_SAME_FOR_ALL = [
  'test/completed-process.test.ts',
  'test/encodings.test.ts',
  'test/errors.test.ts',
  'test/exports.test.ts',
  'test/list2cmdline.test.ts',
  'test/template-tags.test.ts',
  'test/types.test.ts',
];

/** The whole suite, run with one engine. */
function suite(
  name: string,
  env: Record<string, string>,
  exclude: string[] = THE_SAME_FOR_ALL,
): TestProjectInlineConfiguration {
  return mergeConfig(shared, { test: { name, env, include: ['test/*.test.ts'], exclude } });
}

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    projects: [
      suite('posix-spawn', { PRAC_SUBPROCESS_ENGINE: 'posix-spawn' }, []),
      suite('fifo', { PRAC_SUBPROCESS_ENGINE: 'fifo' }),
      suite('child-process', { PRAC_SUBPROCESS_ENGINE: 'child-process' }),
    ],
  },
});

export default config;
