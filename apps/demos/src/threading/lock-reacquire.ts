import { Lock } from '@prac/sync';

const lock = new Lock();
console.log('First try :', lock.acquireSync());
console.log('Second try:', lock.acquireSync({ blocking: false }));
