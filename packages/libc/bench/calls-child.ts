// Does one thing many times and prints the seconds: calls-child.ts <what> <count>, with PRAC_LIBC for the interface.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { constants, FdWatch, isLibcAvailable, libc } from '@prac/libc';

const [what = '', count = '1'] = process.argv.slice(2);
const c = isLibcAvailable() ? libc() : undefined;
const ends = c?.pipe2(constants.O_CLOEXEC) as [number, number];
const bodies: Record<string, () => void> = {
  getpgid: () => assert.ok(c!.getpgid(0) > 0),
  pipe() {
    const [end, start] = c!.pipe2(constants.O_CLOEXEC) as [number, number];
    assert.ok(c!.close(end) === 0 && c!.close(start) === 0);
  },
  watch() {
    const watch = new FdWatch(c!, ends[0], 'readable');
    watch.start(() => {});
    watch.close();
  },
  spawn() {
    const pid = c!.posixSpawn({ path: '/bin/true', argv: ['true'], env: null, dup2: [] });
    assert.deepEqual(c!.waitpid(pid, 0), { status: 0 });
  },
  spawnSync: () => assert.equal(spawnSync('/bin/true', { stdio: 'inherit' }).status, 0),
};
const body = bodies[what];
assert.ok(body, `Expected one of ${Object.keys(bodies)}, got ${what}`);
for (let i = 0; i < Number(count) / 10; i++) body();
const start = performance.now();
for (let i = 0; i < Number(count); i++) body();
console.log((performance.now() - start) / 1000);
