import { Process, type ProcessOptions } from '@prac/pool';
import { onTestFinished } from 'vitest';

/** Starts so many processes; they are killed when the test is over, if they still run. */
export function crew<Args extends readonly unknown[]>(
  count: number,
  target: (...args: Args) => unknown,
  args: NonNullable<ProcessOptions<Args>['args']>,
): Process[] {
  const all = Array.from({ length: count }, () => new Process<Args>({ target, args }));
  onTestFinished(() => {
    for (const left of all.filter((it) => it.isAlive())) {
      left.kill();
      left.joinSync();
    }
  });
  for (const it of all) it.start();
  return all as unknown as Process[];
}

/** Waits for all; gives their exit codes. */
export async function ended(all: readonly Process[]): Promise<(number | null)[]> {
  await Promise.all(all.map((it) => it.join(30)));
  return all.map((it) => it.exitcode);
}
