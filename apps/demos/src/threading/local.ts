import { randomInt } from 'node:crypto';
import { local, Thread } from '@prac/sync';
import { logging } from '../logging.ts';

function show(data: local): void {
  if ('value' in data) logging.debug('value=%d', data.value);
  else logging.debug('No value yet');
}

function worker(data: local): void {
  show(data);
  data.value = randomInt(1, 101);
  show(data);
}

const data = new local();
show(data);
data.value = 1000;
show(data);
for (let i = 0; i < 2; i += 1) {
  new Thread({ target: worker, args: [data] }).start();
}
