import { RLock } from '@prac/sync';

const lock = new RLock();
console.log('First try :', lock.acquireSync());
console.log('Second try:', lock.acquireSync({ blocking: false }));
