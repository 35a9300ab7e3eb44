import { run } from '@prac/subprocess';

/**
 * Starts the program again, with its code instrumented, if it is not: a profiler knows only of code that was loaded so.
 * (`prac-profile program.ts` does it from outside.)
 */
export async function instrumented(): Promise<void> {
  const hook = import.meta.resolve('@prac/profile/register');
  if (process.execArgv.some((argument) => argument.endsWith(hook))) return; // prac-profile says --import=…
  const { returncode } = await run([process.execPath, ...process.execArgv, '--import', hook, ...process.argv.slice(1)]);
  process.exit(returncode);
}
