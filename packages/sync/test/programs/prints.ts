// Threads that print, in one of many ways.
import './use-bundle.ts';
import { writeSync } from 'node:fs';
import { Event, sleepSync, Thread } from '@prac/sync';

const LINES = 20_000;
const ready = new Event();

function start<Args extends readonly unknown[]>(target: (...args: Args) => unknown, ...args: Args): Thread<Args> {
  const thread = new Thread({ target, args: args as never });
  thread.start();
  return thread as Thread<Args>;
}

const cases: Record<string, () => unknown> = {
  /** Main is blocked while the thread prints: turn by turn. */
  order: () => {
    const [mine, yours] = [new Event(), new Event()];
    const thread = start(
      (mine: Event, yours: Event) => {
        for (let i = 0; i < 5; i++) {
          yours.waitSync();
          yours.clear();
          if (i % 2) process.stdout.write(`thread ${i}\n`);
          else console.log('thread', i);
          mine.set();
        }
      },
      mine,
      yours,
    );
    for (let i = 0; i < 5; i++) {
      console.log('main', i);
      yours.set();
      mine.waitSync();
      mine.clear();
    }
    thread.joinSync();
    console.log('end');
  },
  /** It is there while main is still blocked. */
  blocked: () => {
    start((ready: Event) => {
      console.log('thread');
      console.error('error');
      ready.set();
    }, ready);
    ready.waitSync();
    writeSync(1, 'main\n');
    process.exit(0);
  },
  much: () => {
    start((lines: number) => {
      for (let i = 0; i < lines; i++) console.log(String(i).padStart(19, '.'));
    }, LINES);
  },
  /** In one piece. */
  chunk: () => {
    start((lines: number) => void process.stdout.write('0123456789abcdefghi\n'.repeat(lines)), LINES);
  },
  /** From main and from the thread, each much. */
  both: () => {
    start(() => {}).joinSync(); // from the first thread on
    process.stdout.write(`main\n${'-'.repeat(200_000)}\n`);
    start(() => console.log('thread')).joinSync();
    console.log('end');
  },
  /** The process ends while the thread goes on. */
  'cut off': () => {
    start((ready: Event) => {
      console.log('before');
      ready.set();
      for (;;);
    }, ready);
    ready.waitSync();
    process.exit(0);
  },
  'cut off daemon': () => {
    const thread = new Thread({
      target: (ready: Event) => {
        for (let i = 0; i < 1000; i++) console.log('line', i);
        ready.set();
        sleepSync(60);
      },
      args: [ready],
      daemon: true,
    });
    thread.start();
    ready.waitSync();
  },
  many: () => {
    for (let n = 0; n < 4; n++) {
      start((n: number) => {
        for (let i = 0; i < 500; i++) console.log(`thread ${n}`, i, '.'.repeat(100));
      }, n);
    }
  },
  kinds: () => {
    start(() => {
      process.stdout.write('text\n');
      process.stdout.write(Buffer.from('bytes\n'));
      process.stdout.write(new Uint8Array([104, 101, 120, 10]));
      process.stdout.write('c3a40a', 'hex');
      console.log('%s %d %o', 'format', 1.5, { a: 1 });
      console.table([{ a: 1 }]);
      process.stdout.write('callback\n', () => process.stdout.end('last\n', () => console.error('finished')));
    }).joinSync();
  },
  'process.exit': () => {
    start(() => {
      process.stdout.write('x'.repeat(200_000));
      console.log('\nlast');
      process.exit(0);
    });
  },
};

await cases[process.argv[2] ?? '']?.();
