import { readFileSync } from 'node:fs';
import { repr } from '@prac/exceptions';
import { block, deadlineAfter, now, type Steps, suspend } from '@prac/park';

const FIRST_LOOK_MS = 1;
const LONGEST_LOOK_MS = 50;

/** The process that has started this one. It can be waited for, and nothing else. */
export class ParentProcess {
  readonly name: string;
  readonly pid: number;

  constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
  }

  /** Whether it has not ended. */
  isAlive(): boolean {
    return process.ppid === this.pid && stateOf(this.pid) !== 'Z';
  }

  /**
   * Waits for its end.
   *
   * @param timeout - Time limit in seconds. `isAlive()` tells whether it was up first.
   */
  join(timeout?: number | null): Promise<void> {
    return suspend(this.#untilEnd(timeout));
  }

  /** Blocking form of {@link join}. */
  joinSync(timeout?: number | null): void {
    block(this.#untilEnd(timeout));
  }

  toString(): string {
    return `<ParentProcess name=${repr(this.name)} parent=None ${this.isAlive() ? 'started' : 'stopped'}>`;
  }

  *#untilEnd(timeout: number | null | undefined): Steps<void> {
    const deadline = deadlineAfter(timeout);
    for (let look = FIRST_LOOK_MS; this.isAlive() && now() < deadline; look = Math.min(2 * look, LONGEST_LOOK_MS))
      yield { on: [], deadline: Math.min(deadline, now() + look) };
  }
}

function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return undefined;
  }
}
