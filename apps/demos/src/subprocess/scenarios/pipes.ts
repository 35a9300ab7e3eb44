import type { Scenario } from '../../framework/chapter.ts';

export const pipes: Scenario = {
  name: 'pipes',
  title: 'connect programs, as | does in a shell',
  explanation:
    'Three programs run at the same time, each reading what the one before prints, as in cat | grep | cut. The stdout of one is given ' +
    'to the next as its stdin, so the bytes never pass through us. Python: Popen(..., stdin=cat.stdout, stdout=PIPE).',
  expect: {
    stdout: ['Included files:', 'pears.csv, a table of harvests', 'rain.csv, a table of wet days'],
  },
  mutation: { replace: "'3'", by: "'2'" },
};
