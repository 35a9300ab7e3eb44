// Started with PRAC_LIBC=none: what is left of signals then.
import { writeSync } from 'node:fs';
import {
  alarm,
  capabilities,
  pause,
  pauseSync,
  raiseSignal,
  SIG_IGN,
  SIGUSR1,
  SIGUSR2,
  setWakeupFd,
  signal,
  sigtimedwaitSync,
  sigwait,
  sigwaitSync,
} from '@prac/signal';

const say = (...parts: unknown[]): void => void writeSync(1, `${parts.join(' ')}\n`);
const refused = (call: () => unknown): string => {
  try {
    return `no: ${call()}`;
  } catch (error) {
    return (error as Error).name;
  }
};
say(refused(() => setWakeupFd(1)));
say('blocked', capabilities().handlersWhileBlocked);
say(
  refused(pauseSync),
  refused(() => sigwaitSync([SIGUSR1])),
  refused(() => alarm(1)),
  refused(() => signal(40, () => {})),
);
signal(SIGUSR1, (signum, frame) => say('received', signum, frame));
signal(SIGUSR2, SIG_IGN);
process.kill(process.pid, 'SIGUSR2'); // nothing comes of it
process.kill(process.pid, 'SIGUSR1');
await pause();
setTimeout(() => process.kill(process.pid, 'SIGUSR1'), 10);
say('waited for', await sigwait([SIGUSR1]));
raiseSignal(SIGUSR1);
say('raised', sigtimedwaitSync([SIGUSR1], 0.01));
