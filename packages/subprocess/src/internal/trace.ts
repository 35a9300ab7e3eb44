import { channel } from 'node:diagnostics_channel';
import { type Steps, Watching } from '@prac/park';
import type { Command } from '../options.ts';

/** What is published on the channel `prac:process`. */
export type ProcessEvent =
  | {
      readonly type: 'spawn';
      readonly pid: number;
      readonly args: unknown;
      readonly engine: string;
      readonly cwd: unknown;
    }
  | {
      readonly type: 'exit';
      readonly pid: number;
      readonly args: unknown;
      readonly returncode: number;
      readonly seconds: number;
    }
  | { readonly type: 'signal'; readonly pid: number; readonly args: unknown; readonly signal: number };

const processes = channel('prac:process');

/** Publishes an event if anybody listens; otherwise it is not even made. */
export function trace(event: () => ProcessEvent): void {
  if (processes.hasSubscribers) processes.publish(event());
}

const waits = new Watching<WaitedFor>('prac:task', ({ pid, args }) => {
  return {
    kind: 'Process',
    id: `process ${pid}`,
    name: Array.isArray(args) ? args.map(String).join(' ') : String(args),
  };
});

/** What is waited for. */
interface WaitedFor {
  readonly pid: number;
  readonly args: Command;
}

/** A waiting loop of which is told, as `wait` and `waited`, when it has to wait for a child. */
export function watch<T>(child: WaitedFor, steps: Steps<T>): Steps<T> {
  return waits.watch(child, steps);
}
