import { block, notify, type Steps, suspend, Word } from '@prac/park';

// A gate: 0 is closed, 1 is open. Any number of threads may share the memory.
const gate = new Int32Array(new SharedArrayBuffer(4));

function* pass(): Steps<string> {
  const word = new Word(gate, 0);
  while (Atomics.load(gate, 0) === 0) yield word.parkWhile(0);
  return 'passed';
}

const waiting = suspend(pass()); // a promise: the event loop goes on
Atomics.store(gate, 0, 1);
notify(gate, 0);
console.log(await waiting);
// The same loop, blocking the thread; here it need not wait.
console.log(block(pass()));
