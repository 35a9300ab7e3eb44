// From kill(2) to the first line of a handler: with the main thread blocked, and with its loop idle. Then what it costs a blocked
// wait that there is a signal thread, and a program that this package is imported.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { alternate, type Row } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const signals = quick ? 20 : 1000;
const waits = quick ? 100 : 20_000;
const rounds = quick ? 1 : 5;

await alternate(
  [
    { name: '@prac/signal, blocked in pauseSync', run: () => inChild('blocked', signals) },
    { name: '@prac/signal, loop idle', run: () => inChild('idle', signals) },
    { name: 'process.on, loop idle', run: () => inChild('process.on', signals) },
    python('CPython, blocked in sleep', signals),
  ],
  { title: 'From kill to the handler', rounds },
);
await alternate(
  [
    { name: 'sleepSync(0), with the signal thread', run: () => inChild('wait with thread', waits) },
    { name: 'sleepSync(0), without', run: () => inChild('wait', waits) },
  ],
  { title: 'A blocked wait that is over at once', rounds },
);
await alternate(
  [
    { name: 'import of @prac/signal', run: () => inChild('import', 1) },
    { name: 'import of an empty module', run: () => inChild('nothing', 1) },
  ],
  { title: 'Import', rounds },
);

/** Seconds per operation, measured by a process of its own. */
function inChild(what: string, count: number): number {
  return secondsFrom(process.execPath, [
    fileURLToPath(new URL('./latency-child.ts', import.meta.url)),
    what,
    String(count),
  ]);
}

function python(name: string, count: number): Row {
  const file = fileURLToPath(new URL('./latency.py', import.meta.url));
  const isThere = spawnSync('python3', ['-c', '']).status === 0;
  const row: Row = { name, run: () => secondsFrom('python3', [file, String(count)]) };
  return isThere ? row : { ...row, skip: 'no Python here' };
}

function secondsFrom(command: string, args: readonly string[]): number {
  const child = spawnSync(command, ['--no-warnings', ...args].slice(command === 'python3' ? 1 : 0), {
    encoding: 'utf8',
  });
  const seconds = Number(child.stdout);
  if (child.status !== 0 || !(seconds > 0))
    throw new Error(`${command} ${args.join(' ')}: ${child.stdout}${child.stderr}`);
  return seconds;
}
