// Ends threads by SystemExit.
import { SystemExit } from '@prac/exceptions';
import { activeCount, setExcepthook, Thread } from '@prac/sync';

const sync = (): never => {
  throw new SystemExit(7);
};
const later = (): void => void setTimeout(() => sync(), 1);
const async = async (): Promise<never> => sync();
setExcepthook(() => console.log('never'));
for (const target of [sync, async, later]) {
  const thread = new Thread({ target });
  thread.start();
  await thread.join();
}
console.log(activeCount());
