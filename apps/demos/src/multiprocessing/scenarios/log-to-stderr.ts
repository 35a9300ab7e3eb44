import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder, type Line, repeated } from '../../framework/expectation.ts';

function child(name: string): Line[] {
  return ['child process calling self.run()', 'process shutting down', 'process exiting with exitcode 0'].map(
    (text) => `[INFO/${name}] ${text}`,
  );
}

export const logToStderr: Scenario = {
  name: 'log-to-stderr',
  title: 'what processes say of themselves',
  explanation:
    'The package keeps a log of its own: when a process begins to work, when it ends and how, and for whom the program waits at its end. What a process logs is chosen before it is started. ' +
    'Python: multiprocessing.log_to_stderr(), get_logger().setLevel(logging.INFO).',
  expect: {
    stdout: [inAnyOrder('tango', 'foxtrot', '10')],
    stderr: [
      // For whom it waits at its end depends on who has ended by then.
      repeated(/^\[INFO\/(MainProcess|Process-\d)\] .+$/, {
        including: [
          ...['Process-1', 'Process-2', 'Process-3'].flatMap(child),
          '[INFO/MainProcess] process shutting down',
        ],
      }),
    ],
  },
  mutation: { replace: "setLevel('INFO')", by: "setLevel('ERROR')" },
  masks: [{ pattern: /^\[INFO\/MainProcess\] calling join\(\).*\n/gm, by: '' }],
};
