import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';

export const daemon: Scenario = {
  name: 'daemon',
  title: 'a thread that the program does not wait for',
  explanation:
    'A program waits for its threads before it ends, but not for those that are daemons: they end with it, wherever they are. ' +
    'So this one never says that it exits. Python: threading.Thread(..., daemon=True).',
  expect: { stdout: [interleaved(['Starting daemon'], ['Starting non-daemon', 'Exiting non-daemon'])] },
  mutation: { replace: 'daemon: true', by: 'daemon: false' },
};
