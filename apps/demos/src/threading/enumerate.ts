import { randomInt } from 'node:crypto';
import { enumerate, mainThread, sleepSync, Thread } from '@prac/sync';

function worker(): void {
  const pause = randomInt(3, 8) / 10;
  console.log('sleeping', pause.toFixed(2));
  sleepSync(pause);
  console.log('ending');
}

for (let i = 0; i < 3; i += 1) {
  new Thread({ target: worker, daemon: true }).start();
}

for (const thread of enumerate()) {
  if (thread === mainThread()) continue;
  console.log('joining', thread.name);
  await thread.join();
}
