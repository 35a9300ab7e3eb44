// Starts workers with every kind of wait, and ends them all (or the process) while they wait.
import { Worker } from 'node:worker_threads';
import { run } from '@prac/subprocess';

const WAITS = ['async', 'waitSync', 'communicateSync'];
const workers = WAITS.map((wait) => new Worker(new URL('./waits-forever.ts', import.meta.url), { workerData: wait }));
const pids = await Promise.all(
  workers.map((worker) => new Promise<number[]>((resolve) => worker.once('message', resolve))),
);
const kill = (): void => {
  for (const pid of pids.flat()) process.kill(pid, 'SIGKILL');
};
for (let i = 0; i < 5; i++) await run(['true']); // time enough for all to be in their waits
if (process.argv[2] === 'exit') {
  process.on('exit', kill);
  process.exit(5);
}
await Promise.all(workers.map((worker) => worker.terminate()));
console.log('terminated', workers.length, 'workers');
kill();
const { stdout } = await run(['echo', 'the main thread goes on'], { captureOutput: true, text: true });
console.log(stdout.trim());
