import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
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
  return project(name, ['test/*.test.ts'], { env, exclude });
}

/** What all packages share, with tests of its own. */
function project(name: string, include: string[], { env = {}, exclude = [] as string[] } = {}) {
  // Not mergeConfig, which would add these tests to all others.
  return { ...shared, test: { ...shared.test, name, include, exclude, env: { ...shared.test?.env, ...env } } };
}

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    projects: [
      suite('posix-spawn', { PRAC_SUBPROCESS_ENGINE: 'posix-spawn' }, []),
      suite('fifo', { PRAC_SUBPROCESS_ENGINE: 'fifo' }),
      suite('child-process', { PRAC_SUBPROCESS_ENGINE: 'child-process' }),
      project('faults-posix-spawn', ['test/faults/*.test.ts'], { env: { PRAC_SUBPROCESS_ENGINE: 'posix-spawn' } }),
      project('faults-fifo', ['test/faults/*.test.ts'], { env: { PRAC_SUBPROCESS_ENGINE: 'fifo' } }),
    ],
  },
});

export default config;
