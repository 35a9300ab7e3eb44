import { Thread } from '@prac/sync';

function worker(number: number): void {
  console.log(`Worker: ${number}`);
}

for (let i = 0; i < 5; i += 1) {
  const thread = new Thread({ target: worker, args: [i] });
  thread.start();
}
