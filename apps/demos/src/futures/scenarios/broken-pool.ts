import type { Scenario } from '../../framework/chapter.ts';

export const brokenPool: Scenario = {
  name: 'broken-pool',
  title: 'a process that is killed',
  explanation:
    'A process of the pool is killed from outside. Nothing it had is lost in silence, all that is left fails with an error that says so. Python: ' +
    'concurrent.futures.process.BrokenProcessPool.',
  expect: {
    stdout: [
      /killing process \d+/,
      'submitting another task',
      // As it was noticed when the task was there, or before.
      /could not run it: A (child process terminated abruptly|process in the process pool was terminated abruptly).*/,
    ],
  },
  mutation: { replace: "process.kill(pid, 'SIGHUP');", by: '' },
  masks: [{ pattern: /process \d+/g, by: 'process <pid>' }],
};
