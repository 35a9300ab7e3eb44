// Starts two children with a grandchild each, prints all their numbers (and the watchdog's), and ends in one of several ways.
import { spawnSync } from 'node:child_process';
import { PIPE, Popen, run } from '@prac/subprocess';

const [way, kind] = process.argv.slice(2);
const dieWithParent = kind === 'guarded';
const children = [1, 2].map(
  () => new Popen(['sh', '-c', 'sleep 1000 & echo $! $$; wait'], { stdout: PIPE, dieWithParent }),
);
const numbers = await Promise.all(children.map((child) => child.stdout.readline()));
await run(['true'], { dieWithParent }); // one that has ended is not in the way
// It is not called so before it has executed its program.
let watchdogs = '';
while (dieWithParent && !/^\d+$/m.test(watchdogs)) {
  watchdogs = String(spawnSync('pgrep', ['-P', String(process.pid), '-f', 'prac-watchdog']).stdout);
}
process.stdout.write(`${numbers.join('')}${watchdogs}`, () => {
  if (way === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
  if (way === 'exit') process.exit(5);
  if (way === 'error') throw new Error('mine');
  if (way === 'signals') {
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'])
      process.kill(Number.parseInt(watchdogs, 10), signal);
    process.kill(process.pid, 'SIGKILL');
  }
});
