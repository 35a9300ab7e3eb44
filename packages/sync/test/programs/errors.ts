// Threads that fail, in one of many ways.
import './use-bundle.ts';
import { SystemExit } from '@prac/exceptions';
import { currentThread, excepthook, setExcepthook, Thread } from '@prac/sync';
import { Custom } from '../helpers/custom.ts';

const fail = (error: unknown = new Error('oops')): never => {
  throw error;
};

async function joined(target: () => unknown, name = 'fragile'): Promise<void> {
  const thread = new Thread({ target, name });
  thread.start();
  await thread.join();
}

const cases: Record<string, () => unknown> = {
  plain: async () => {
    await joined(() => fail());
    console.log('joined');
  },
  many: async () => {
    const recurse = (): number => recurse() + 1;
    await joined(async () => fail(new RangeError('async')), 'async');
    await joined(() => void setTimeout(() => fail(new Error('timer')), 1), 'timer');
    await joined(() => void Promise.reject(new Error('rejection')), 'rejection');
    await joined(() => fail(5), 'value');
    await joined(() => Promise.reject(), 'nothing');
    await joined(() => fail({ code: 7 }), 'object');
    await joined(() => fail(new Custom('special', { deep: [1] })), 'custom');
    await joined(() => recurse(), 'recursion');
  },
  nested: async () => {
    setExcepthook(() => console.log('never'));
    await joined(async () => {
      const inner = new Thread({ target: () => fail(), name: 'inner' });
      inner.start();
      await inner.join();
      console.log('joined');
    });
  },
  'failing hook': async () => {
    setExcepthook(() => fail(new Error('of the hook')));
    await joined(() => fail());
    console.log('joined');
  },
  'hook and back': async () => {
    await joined(() => fail());
    setExcepthook(({ excValue }) => console.log('hook:', String(excValue)));
    await joined(() => fail());
    setExcepthook(null);
    await joined(() => fail());
    console.log('joined');
  },
  'out of memory': async () => {
    // (Where big arrays are made in a loop, a plain Worker may hang, too.)
    const target = (): never => {
      for (let list: unknown = []; ; ) list = [list, {}, 1.5];
    };
    const [first, second] = [1, 2].map((n) => {
      return new Thread({ target, name: `greedy ${n}`, resourceLimits: { maxOldGenerationSizeMb: 16 } });
    });
    first!.start();
    await first!.join();
    console.log('joined', first!.name, first!.isAlive());
    second!.start();
    second!.joinSync();
    console.log('joined', second!.name, second!.isAlive());
  },
  'excepthook called with SystemExit': () => {
    excepthook({ excType: SystemExit, excValue: new SystemExit(3), excTraceback: undefined, thread: currentThread() });
  },
  'excepthook called': () => {
    for (const thread of [currentThread(), undefined])
      excepthook({ excType: Error, excValue: new Error('oops'), excTraceback: undefined, thread });
  },
};

await cases[process.argv[2] ?? '']?.();
