import { LONGEST_MS } from '../wait.ts';

/*
 * `Atomics.waitAsync` does not keep the event loop alive: a program would end in the middle of a wait. One timer per thread
 * does, while anything waits. Counting costs nothing, a timer per wait 0.5 µs.
 */
let timer: NodeJS.Timeout | undefined;
let holders = 0;

/** The event loop stays alive until the matching {@link releaseLoop}. */
export function holdLoop(): void {
  if (holders++ > 0) return;
  timer ??= setInterval(() => {}, LONGEST_MS);
  timer.ref();
}

export function releaseLoop(): void {
  if (--holders === 0) timer!.unref();
}
