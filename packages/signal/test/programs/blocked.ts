// Blocks in one way, with handlers; says what happens.
import { writeSync } from 'node:fs';
import { sleepSync } from '@prac/park';
import { defaultIntHandler, pauseSync, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, signal, sigwaitSync } from '@prac/signal';
import { runSync } from '@prac/subprocess';

const say = (text: string): void => void writeSync(1, `${text}\n`);
for (const signum of [SIGUSR1, SIGUSR2, SIGTERM])
  signal(signum, (n, frame) => say(`received ${n} in ${frame?.functionName}`));
signal(SIGINT, defaultIntHandler);

const ways: Record<string, () => void> = {
  sleep: () => sleepSync(30),
  pause: () => pauseSync(),
  sigwait: () => say(`waited for ${sigwaitSync([SIGUSR1])}`),
  run: () => void runSync(['sleep', '30']),
  grace: () => void runSync(['sh', '-c', 'kill -INT $PPID; sleep 0.1; echo finished']),
};
say('ready');
try {
  ways[process.argv[2]!]!();
  say('over');
} catch (error) {
  say(`caught ${error}`);
}
