import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const fetchPagesPause: Scenario = {
  name: 'fetch-pages-pause',
  title: 'a page that comes late',
  explanation:
    'The second of three tasks waits a second before it fetches its page. The others do not wait for it. Python: asyncio.sleep in a task, asyncio.wait.',
  expect: {
    stdout: [
      inAnyOrder('Page 1: <html>A page.</html>', 'Page 3: <html>A page.</html>'),
      'Page 2: <html>A page.</html>',
      'All of them: true',
    ],
  },
  mutation: { replace: 'i === 1', by: 'i === 2' },
  masks: [{ pattern: /Page [13]/g, by: 'Page <1 or 3>' }],
};
