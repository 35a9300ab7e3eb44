import type { Scenario } from '../../framework/chapter.ts';
import { LISTING } from './listing.ts';

export const run: Scenario = {
  name: 'run',
  title: 'run a program and wait for it',
  explanation:
    'run starts a program, waits for its end and says how it ended. The command is a list of words, so no shell reads it and ' +
    'nothing needs quotes; the listing goes straight to our own standard output. Python: subprocess.run(["ls", "-lahF"]).',
  expect: { stdout: [...LISTING, 'returncode: 0'] },
  mutation: { replace: "'-lahF'", by: "'-lah'" },
};
