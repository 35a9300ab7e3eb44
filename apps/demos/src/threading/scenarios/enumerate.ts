import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';

const worker = [/sleeping 0\.[3-7]0/, 'ending'];

export const enumerate: Scenario = {
  name: 'enumerate',
  title: 'wait for all threads that there are',
  explanation:
    'enumerate gives all threads that are alive, so nobody has to keep a list of them. The main thread is one of them, and waiting for ' +
    'oneself would never end: it is left out. Python: threading.enumerate(), threading.main_thread().',
  expect: {
    stdout: [
      interleaved(
        ['joining Thread-1 (worker)', 'joining Thread-2 (worker)', 'joining Thread-3 (worker)'],
        worker,
        worker,
        worker,
      ),
    ],
    facts: [
      fact('the next thread is joined only when the one before has ended', ({ stdout }) => {
        const [, second, third] = stdout.split('joining').map((_, at, parts) => parts.slice(0, at + 1).join(''));
        const endings = (text = ''): number => text.split('ending').length - 1;
        return endings(second) >= 1 && endings(third) >= 2;
      }),
    ],
  },
  mutation: { replace: 'await thread.join();', by: '' },
  masks: [{ pattern: /sleeping [\d.]+/g, by: 'sleeping <time>' }],
};
