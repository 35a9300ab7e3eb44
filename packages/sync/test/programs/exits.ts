// Ends in one of many ways, with threads.
import './use-bundle.ts';
import { activeCount, currentThread, Event, mainThread, sleepSync, Thread } from '@prac/sync';

const started = new Event();
const forever = (started: Event): void => {
  console.log('blocked');
  started.set();
  sleepSync(60);
};
/** Lives on when its starter has ended, and says so. */
const survivor = (starter: Thread): void => {
  starter.joinSync();
  console.log('survived');
};

/** Speaks only if nobody ends it. */
const late = (): void => {
  sleepSync(60);
  console.log('thread');
};

const cases: Record<string, () => unknown> = {
  'a thread that is not joined': () => {
    const hasSpoken = new Event();
    const target = (hasSpoken: Event): void => {
      hasSpoken.waitSync();
      sleepSync(0.2);
      console.log('thread');
    };
    new Thread({ target, args: [hasSpoken] }).start();
    console.log('main');
    hasSpoken.set();
  },
  'an async thread': () => {
    const target = (): void => void setTimeout(() => console.log('timer'), 100);
    new Thread({ target }).start();
  },
  'a daemon': () => {
    new Thread({ target: forever, args: [started], daemon: true }).start();
    started.waitSync();
  },
  'a daemon that waits in its event loop': () => {
    const target = (started: Event): void => {
      setInterval(() => undefined, 1000);
      started.set();
    };
    new Thread({ target, args: [started], daemon: true }).start();
    started.waitSync();
  },
  'a busy daemon': () => {
    const target = (started: Event): never => {
      started.set();
      for (;;);
    };
    new Thread({ target, args: [started], daemon: true }).start();
    started.waitSync();
  },
  'a thread of a thread': () => {
    const target = (): void => new Thread({ target: survivor, args: [currentThread()] }).start();
    new Thread({ target }).start();
  },
  'a thread of a daemon': () => {
    const target = (started: Event): void => {
      new Thread({ target: survivor, args: [currentThread()], daemon: false }).start();
      started.set();
    };
    new Thread({ target, args: [started], daemon: true }).start();
    started.waitSync();
  },
  'a daemon of a daemon': () => {
    const target = (started: Event): void => {
      const inner = new Thread({ target: forever, args: [started] });
      console.log(inner.daemon);
      inner.start();
    };
    new Thread({ target, args: [started], daemon: true }).start();
    started.waitSync();
  },
  'process.exit in main': () => {
    new Thread({ target: forever, args: [started] }).start();
    started.waitSync();
    process.exit(3);
  },
  'an error in main': () => {
    new Thread({ target: late }).start();
    throw new Error('of main');
  },
  'an exit code': () => {
    process.exitCode = 5;
    new Thread({ target: (): void => console.log('thread') }).start();
  },
  'process.exit in a thread': async () => {
    const thread = new Thread({ target: () => process.exit(7) });
    thread.start();
    await thread.join();
    console.log(thread.isAlive(), activeCount());
  },
  'process.exit in a thread, later': async () => {
    const thread = new Thread({ target: () => void setTimeout(() => process.exit(7), 1) });
    thread.start();
    thread.joinSync();
    console.log(thread.isAlive(), activeCount());
  },
  'an error in a thread': () => {
    const target = (): never => {
      throw new Error('of a thread');
    };
    new Thread({ target, name: 'fragile' }).start();
  },
  'a thread that waits for main': () => {
    const target = (main: Thread): void => {
      main.joinSync(0.2);
      console.log('end of thread', main.isAlive());
    };
    new Thread({ target, args: [mainThread()] }).start();
    console.log('end of main');
  },
  'many daemons': () => {
    const events = Array.from({ length: 10 }, () => new Event());
    for (const event of events) new Thread({ target: forever, args: [event], daemon: true }).start();
    for (const event of events) event.waitSync();
    process.exit(0);
  },
};

await cases[process.argv[2] ?? '']?.();
