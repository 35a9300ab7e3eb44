import type { LoggingState } from '../logging.ts';

/** What a process is told when it is started. */
export interface Birth {
  readonly name: string;
  readonly daemon: boolean;
  readonly authkey: Uint8Array;
  /** Where it stands among its relatives: `Process-1:2` is [1, 2]. */
  readonly lineage: readonly number[];
  readonly parent: { readonly name: string; readonly pid: number };
  /** Whether it was started by the main thread of its parent. */
  readonly isOfMain: boolean;
  readonly argv: readonly string[];
  readonly logging: LoggingState;
  /** Of the parent as it is now: a process that was started before is told. */
  readonly surroundings:
    | { readonly cwd: string; readonly umask: number; readonly env: Readonly<Record<string, string | undefined>> }
    | undefined;
  /** A pickle of {@link Work}: it is opened when all else is in place. */
  readonly work: Uint8Array;
}

/** What it is to do. */
export interface Work {
  readonly type: unknown;
  readonly target: ((...args: unknown[]) => unknown) | undefined;
  readonly args: readonly unknown[];
  readonly fields: Readonly<Record<string, unknown>>;
}
