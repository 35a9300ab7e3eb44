import type { Kernel } from '../kernel.ts';
import { StreamKernel } from '../stream-kernel.ts';
import type { Child, Engine, Launch } from './engine.ts';
import { NodeChild } from './node-child.ts';
import { nodeSpawn } from './node-spawn.ts';

/** The last engine: node:child_process as it is, with Node's streams. Blocking forms that need pipes are refused. */
export class ChildProcessEngine implements Engine {
  readonly name = 'child-process';
  readonly joinsGroups = false;
  readonly kernel: Kernel = new StreamKernel();

  launch(launch: Launch): Child | number {
    const child = nodeSpawn(launch);
    if (typeof child === 'number') return child;
    return new NodeChild(child, this.kernel, [child.stdin, child.stdout, child.stderr]);
  }
}
