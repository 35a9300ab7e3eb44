import { randomInt } from 'node:crypto';
import { local, Thread } from '@prac/sync';
import { logging } from '../logging.ts';

class MyLocal extends local {
  value: number;

  constructor(value: number) {
    super(value); // for the constructor in the other threads
    logging.debug('Initializing', this);
    this.value = value;
  }
}

function show(data: MyLocal): void {
  logging.debug('value=%d', data.value);
}

function worker(data: MyLocal): void {
  show(data);
  data.value = randomInt(1, 101);
  show(data);
}

const data = new MyLocal(1000);
show(data);
for (let i = 0; i < 2; i += 1) {
  new Thread({ target: worker, args: [data] }).start();
}
