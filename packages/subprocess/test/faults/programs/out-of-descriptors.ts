// Started with a low limit. With 0, 1, 2 … descriptors free, each kind of call must work, or fail clearly; and what it opened
// must be closed again, what it started have ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { DEVNULL, OSError, PIPE, Popen, pipeline, run, runSync } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';

const options = { input: 'x', captureOutput: true } as const;
const calls: Record<string, () => Promise<unknown> | object> = {
  run: () => run(['cat'], options),
  runSync: () => runSync(['cat'], options),
  DEVNULL: () => run(['cat'], { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL }),
  wait: () => new Popen(['sleep', '0.02'], {}).wait(),
  timeout: () => run(['sleep', '0.02'], { timeout: 10 }),
  guarded: () => run(['true'], { dieWithParent: true }),
  pipeline: () => pipeline([['echo', 'x'], ['cat']], { stdout: PIPE }).communicate(),
};

const hoard: number[] = [];
const fill = (): void => {
  try {
    for (;;) hoard.push(openSync('/dev/null', 'r'));
  } catch {
    // full
  }
};
const free = (count: number): void => {
  for (const fd of hoard.splice(0, count)) closeSync(fd);
};
/** What is open beside the hoard, and runs; the fifo engine's names for pipes to come do not count. */
const held = (): string[] => {
  const open = readdirSync('/proc/self/fd').filter((fd) => {
    const info = ((): string => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
      } catch {
        return 'flags: 010000000'; // the one that read the folder
      }
    })();
    return !(Number.parseInt(info.match(/flags:\s+(\d+)/)![1]!, 8) & 0o10000000);
  });
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').trim().split(' ').filter(Boolean);
  const kept = new Set(hoard.map(String));
  return [...open.filter((fd) => !kept.has(fd)).map((fd) => `fd ${fd} ${target(fd)}`), ...children.map(describe)];
};
const target = (fd: string): string => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return 'closed';
  }
};
const describe = (pid: string): string => `child ${readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ').slice(0, 3)}`;

// What a process makes once: libuv keeps a descriptor of /dev/null in reserve from its first stream on.
await once(spawn('true'), 'close');
for (const call of Object.values(calls)) await call();
for (const [name, call] of Object.entries(calls)) {
  for (let room = 0; room < 8; room++) {
    const before = held().length;
    fill();
    free(room);
    let outcome = 'ok';
    try {
      await call();
    } catch (error) {
      const { code, errno } = error as OSError;
      outcome = error instanceof OSError ? `OSError ${code} ${errno}` : String(error);
    }
    free(hoard.length);
    await waitUntil(() => held().length <= before, { within: 2 }).catch(() => {}); // streams close a turn later
    const now = held();
    const left = Math.max(0, now.length - before);
    console.log(`${name} with ${room} free: ${outcome}, left ${left}${left > 0 ? ` of ${now}` : ''}`);
  }
}
