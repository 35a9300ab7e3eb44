// Ends in one way.
import { writeSync } from 'node:fs';
import { sleep, sleepSync } from '@prac/park';
import {
  alarm,
  defaultIntHandler,
  type Handler,
  raiseSignal,
  SIG_DFL,
  SIG_IGN,
  SIGALRM,
  SIGINT,
  SIGTERM,
  SIGUSR1,
  signal,
} from '@prac/signal';

function handle(signum: number, ...handlers: Handler[]): void {
  for (const handler of handlers) signal(signum, handler);
  writeSync(1, 'ready\n');
}
const fail = (): never => {
  throw new Error('from the handler');
};

const ways: Record<string, () => unknown> = {
  'without handlers'() {
    writeSync(1, 'ready\n');
    sleepSync(30);
  },
  'handler taken away'() {
    handle(SIGTERM, () => {}, SIG_DFL);
    sleepSync(30);
  },
  'interrupt while blocked'() {
    handle(SIGINT, defaultIntHandler);
    sleepSync(30);
  },
  'interrupt in the loop'() {
    handle(SIGINT, defaultIntHandler);
    return sleep(30);
  },
  'an error in a handler'() {
    handle(SIGUSR1, fail);
    return sleep(30);
  },
  alarm() {
    alarm(1);
    sleepSync(30);
  },
  'handlers do not keep it alive'() {
    handle(SIGUSR1, fail);
  },
  'process.exit in a handler'() {
    handle(SIGALRM, () => process.exit(7));
    alarm(1);
    sleepSync(30);
  },
  'process.exit'() {
    handle(SIGUSR1, fail);
    process.exit(7);
  },
  'an exit listener that exits'() {
    process.on('exit', () => process.exit(3));
    handle(SIGUSR1, fail);
  },
  'an exit listener that gives back the handler'() {
    handle(SIGUSR1, fail);
    process.on('exit', () => signal(SIGUSR1, SIG_DFL));
  },
  'a prepended exit listener that exits'() {
    handle(SIGUSR1, fail);
    process.prependListener('exit', () => process.exit(3));
  },
  'a prepended exit listener that fails'() {
    handle(SIGUSR1, fail);
    process.prependListener('exit', fail);
  },
  'no exit listeners'() {
    handle(SIGUSR1, fail);
    process.removeAllListeners('exit');
  },
  'first use in an exit listener'() {
    process.on('exit', () => handle(SIGUSR1, fail));
  },
  'a signal from outside while it exits'() {
    handle(SIGUSR1, fail);
    process.on('exit', () => process.kill(process.pid, 'SIGUSR1'));
  },
  'a signal raised by an exit listener'() {
    handle(SIGUSR1, () => writeSync(1, 'handled\n'));
    process.on('exit', () => {
      raiseSignal(SIGUSR1);
      signal(SIGALRM, () => writeSync(1, 'handled\n')); // only now
      raiseSignal(SIGALRM);
    });
  },
  'a signal that is ignored, in an exit listener'() {
    handle(SIGUSR1, fail, SIG_IGN);
    process.on('exit', () => process.kill(process.pid, 'SIGUSR1'));
  },
  'an error'() {
    handle(SIGUSR1, fail);
    throw new Error('boom');
  },
};
await ways[process.argv[2]!]!();
