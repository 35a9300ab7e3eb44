import type { Scenario } from '../../framework/chapter.ts';
import { repeated } from '../../framework/expectation.ts';
import { TABLE, table } from '../../profile/scenarios/table.ts';
import { HOSTS } from './hosts.ts';

export const serialFetch: Scenario = {
  name: 'serial-fetch',
  title: 'three pages, one after the other',
  explanation:
    'Three pages are fetched, each when the one before it is there, and the profiler tells what that took: the time of the pages is not in it, since ' +
    'nobody works meanwhile. The sites are local servers whose pages take a tenth of a second (PRAC_PAGE_SECONDS); PRAC_HOSTS names others. ' +
    'Python: urllib.request.urlopen, cProfile, whose functions block and are charged.',
  expect: {
    stdout: [
      repeated(/^Fetched : http:\/\/127\.0\.0\.1:\d+\/$/, { atLeast: 3 }),
      ...table(['1', /fetch_?pages/i]),
      'Pages at once: 1',
    ],
  },
  mutation: { replace: 'await body.text();', by: 'await body.text(); break;' },
  masks: [HOSTS, TABLE],
};
