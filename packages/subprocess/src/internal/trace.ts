import { channel } from 'node:diagnostics_channel';

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
