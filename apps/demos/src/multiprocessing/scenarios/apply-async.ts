import type { Scenario } from '../../framework/chapter.ts';

export const applyAsync: Scenario = {
  name: 'apply-async',
  title: 'a result that is still to come',
  explanation:
    'applyAsync() does not wait: it gives at once what get() will have the result of, when it is there. The arguments are a list, since a function may ' +
    'take several. Python: Pool.apply_async(), AsyncResult.get(timeout).',
  expect: { stdout: ['50'] },
  mutation: { replace: '[25]', by: '[26]' },
};
