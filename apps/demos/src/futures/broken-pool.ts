import { BrokenProcessPool, ProcessPoolExecutor } from '@prac/futures';

const pidOf = (): number => process.pid;

await using executor = new ProcessPoolExecutor({ maxWorkers: 2 });
const pid = await executor.submit(pidOf);
console.log(`killing process ${pid}`);
process.kill(pid, 'SIGHUP');
console.log('submitting another task');
try {
  console.log(`it ran in process ${await executor.submit(pidOf)}`);
} catch (error) {
  if (!(error instanceof BrokenProcessPool)) throw error;
  console.log(`could not run it: ${error.message}`);
}
