import { Condition, sleep, Thread } from '@prac/sync';
import { timedLogging as logging } from '../logging.ts';

function consumer(condition: Condition): void {
  logging.debug('Starting consumer thread');
  condition.withSync(() => {
    condition.waitSync();
    logging.debug('Resource is available to consumer');
  });
}

function producer(condition: Condition): void {
  logging.debug('Starting producer thread');
  condition.withSync(() => {
    logging.debug('Making resource available');
    condition.notifyAll();
  });
}

const condition = new Condition();
const c1 = new Thread({
  target: consumer,
  name: 'c1',
  args: [condition],
});
const c2 = new Thread({
  target: consumer,
  name: 'c2',
  args: [condition],
});
const p = new Thread({
  target: producer,
  name: 'p',
  args: [condition],
});

c1.start();
await sleep(0.5);
c2.start();
await sleep(0.5);
p.start();
