// Ends in one way.
import { writeSync } from 'node:fs';
import { sleep, sleepSync } from '@prac/park';
import {
  alarm,
  defaultIntHandler,
  type Handler,
  SIG_DFL,
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
  'an error'() {
    handle(SIGUSR1, fail);
    throw new Error('boom');
  },
};
await ways[process.argv[2]!]!();
