import type { Scenario } from '../../framework/chapter.ts';
import { repeated } from '../../framework/expectation.ts';
import { HOSTS } from '../../queue/scenarios/hosts.ts';

export const fetchPages: Scenario = {
  name: 'fetch-pages',
  title: 'three pages at once, in one thread',
  explanation:
    'Three tasks fetch a page each; the servers give none before all three have been asked for. Cancelling a task would abort its request. PRAC_HOSTS ' +
    'names other sites. Python: the practical uses aiohttp; here it is undici, and in the Python program a thread each.',
  expect: {
    stdout: [
      repeated(/^URL: http:\/\/127\.0\.0\.1:\d+\/: Content: <html>A page\.<\/html>$/, { atLeast: 3 }),
      repeated(/^<Task finished name='Task-\d+' coro=<.*> result=None>$/, { atLeast: 3 }),
      'Pages at once: 3',
    ],
  },
  mutation: { replace: 'createTask(() => fetchPage(host))', by: 'createTask(() => {})' },
  masks: [HOSTS, { pattern: /<Task finished .*>/g, by: '<task>' }],
};
