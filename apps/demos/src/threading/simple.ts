import { Thread } from '@prac/sync';

function worker(): void {
  console.log('Worker');
}

for (let i = 0; i < 5; i += 1) {
  const thread = new Thread({ target: worker });
  thread.start();
}
