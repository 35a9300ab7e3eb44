import type { Scenario } from '../../framework/chapter.ts';

export const submit: Scenario = {
  name: 'submit',
  title: 'a result that is still to come',
  explanation:
    'submit() gives a future at once. It says whether its task runs, and what has become of it; who awaits it waits for the result. Python: ' +
    'Executor.submit(), Future.result().',
  expect: {
    stdout: [
      /main: future: <Future at 0x[0-9a-f]+ state=running>/,
      'main: result: 0.5',
      /main: future after result: <Future at 0x[0-9a-f]+ state=finished returned float>/,
    ],
  },
  mutation: { replace: 'n / 10', by: 'n / 5' },
};
