import { FsKernel } from '../fs-kernel.ts';
import type { Kernel } from '../kernel.ts';
import { type Child, type Engine, type Launch, NO_STREAMS } from './engine.ts';
import { NodeChild } from './node-child.ts';
import { nodeSpawn } from './node-spawn.ts';

/** The second engine: node:child_process with named pipes for its standard streams. Linux. */
export class FifoEngine implements Engine {
  readonly name = 'fifo';
  readonly joinsGroups = false;
  readonly kernel: Kernel = new FsKernel();

  launch(launch: Launch): Child | number {
    const child = nodeSpawn(launch);
    return typeof child === 'number' ? child : new NodeChild(child, this.kernel, NO_STREAMS);
  }
}
