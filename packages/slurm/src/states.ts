import { travels } from './internal/world.ts';

/*
 * What Slurm says of a job, and what that means for whoever waits for it.
 *
 *   waits:  it has not begun, or is to begin again
 *   runs:   it has begun, and has not ended
 *   ended:  it will not go on
 *
 * A state that is not known here is none of these: who waits goes on to wait.
 */
const PHASES = {
  PENDING: 'waits',
  CONFIGURING: 'waits',
  REQUEUED: 'waits',
  REQUEUE_HOLD: 'waits',
  REQUEUE_FED: 'waits',
  RESV_DEL_HOLD: 'waits',
  SPECIAL_EXIT: 'waits',
  RUNNING: 'runs',
  COMPLETING: 'runs',
  SIGNALING: 'runs',
  SUSPENDED: 'runs',
  STOPPED: 'runs',
  STAGE_OUT: 'runs',
  RESIZING: 'runs',
  COMPLETED: 'ended',
  FAILED: 'ended',
  CANCELLED: 'ended',
  TIMEOUT: 'ended',
  DEADLINE: 'ended',
  OUT_OF_MEMORY: 'ended',
  NODE_FAIL: 'ended',
  BOOT_FAIL: 'ended',
  PREEMPTED: 'ended',
  REVOKED: 'ended',
} as const;

/** What Slurm says of a job. Versions of Slurm that are newer than this package may say something else. */
export type JobState = keyof typeof PHASES | (string & {});

/** What that means: whether it has begun, and whether it has ended. `unknown`: it goes on to be waited for. */
export type JobPhase = 'waits' | 'runs' | 'ended' | 'unknown';

/** What a state means. */
export function phaseOf(state: JobState): JobPhase {
  return Object.hasOwn(PHASES, state) ? PHASES[state as keyof typeof PHASES] : 'unknown';
}

/** The state in what a command has written: `CANCELLED by 1000`, `CANCELLED+`, `allocated*`. @internal */
export function stateOf(text: string): JobState {
  return text.trim().split(/[ +]/, 1)[0]!;
}

travels('phaseOf', phaseOf);
