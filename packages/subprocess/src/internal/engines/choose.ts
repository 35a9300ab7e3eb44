import { existsSync } from 'node:fs';
import { ValueError } from '@prac/exceptions';
import { isLibcAvailable, libc } from '@prac/libc';
import { ChildProcessEngine } from './child-process.ts';
import type { Engine } from './engine.ts';
import { FifoEngine } from './fifo.ts';
import { PosixSpawnEngine } from './posix-spawn.ts';

/** Asks for one engine by name. */
const VARIABLE = 'PRAC_SUBPROCESS_ENGINE';

const MAKERS: Readonly<Record<Engine['name'], () => Engine>> = {
  'posix-spawn': () => new PosixSpawnEngine(libc()),
  fifo: () => new FifoEngine(),
  'child-process': () => new ChildProcessEngine(),
};

let chosen: Engine | undefined;

/** The engine of this thread, chosen by the first child. */
export function engine(): Engine {
  chosen ??= choose();
  return chosen;
}

function choose(): Engine {
  const wanted = process.env[VARIABLE];
  if (wanted) {
    if (!(wanted in MAKERS)) {
      throw new ValueError(
        `Expected ${VARIABLE} to be ${Object.keys(MAKERS).join(', ')}, got ${JSON.stringify(wanted)}`,
      );
    }
    return MAKERS[wanted as Engine['name']]();
  }
  if (isLibcAvailable()) {
    const c = libc();
    if (c.canChdir) return new PosixSpawnEngine(c);
  }
  return process.platform === 'linux' && existsSync('/proc/self/fd') ? MAKERS.fifo() : MAKERS['child-process']();
}
