import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';

const at = (text: string): RegExp => new RegExp(`\\w{3} \\w{3} [ \\d]\\d (?:\\d\\d:){2}\\d\\d \\d{4} ${text}`);

export const alarmInThread: Scenario = {
  name: 'alarm-in-thread',
  title: 'an alarm that another thread has set',
  explanation:
    'Any thread may set the alarm of the process, but its handler runs on the main thread. The sleep of the thread that has set it is ' +
    'not cut short. Python: signal.alarm, time.ctime.',
  expect: {
    stdout: [
      interleaved(
        [at('Setting alarm in alarm_thread'), at('Sleeping in alarm_thread'), at('Alarm in MainThread')],
        [at('Waiting for alarm_thread')],
      ),
      at('Done with sleep in alarm_thread'),
      at('Exiting normally'),
    ],
    facts: [fact('the alarm comes while the thread sleeps', ({ stdout }) => /Sleeping.*Alarm.*Done/s.test(stdout))],
  },
  mutation: { replace: 'alarm(1)', by: 'alarm(0)' },
  masks: [{ pattern: /^\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}/gm, by: '<time>' }],
};
