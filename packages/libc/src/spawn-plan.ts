/** What `posix_spawn` is to do. Descriptor actions run in the child in the order of the fields. */
export interface SpawnPlan {
  /** The program file; no search in PATH. Relative to `cwd`. */
  readonly path: string | Uint8Array;
  readonly argv: readonly (string | Uint8Array)[];
  /** `NAME=value` entries; `null` passes this process's C environment on. */
  readonly env: readonly (string | Uint8Array)[] | null;
  /** Working directory of the child; needs `canChdir`. */
  readonly cwd?: string | Uint8Array | undefined;
  /**
   * Pairs [descriptor here, descriptor there]; equal numbers make the descriptor inheritable.
   *
   * They run one after the other: swapping 1 and 2 takes a third number (`[1, 250], [2, 1], [250, 2]` and `close: [250]`).
   */
  readonly dup2: readonly (readonly [number, number])[];
  /** Descriptors to close in the child. */
  readonly close?: readonly number[] | undefined;
  /** Closes every descriptor at or above this number; needs `canCloseFrom`. */
  readonly closeFrom?: number | undefined;
  /** Signals (1 to 64) set back to their default action in the child. */
  readonly defaultSignals?: readonly number[] | undefined;
  /** Makes the child the leader of a new session. */
  readonly newSession?: boolean | undefined;
  /** Process group to join; 0 makes a new one of the child's own. */
  readonly processGroup?: number | undefined;
}
