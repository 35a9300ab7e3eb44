import { SlurmPoolExecutor } from '@prac/slurm';

const launcher = process.argv[2] as 'local';
const workers = Number(process.argv[3] ?? 2);
const t = performance.now();
const lap = (s: string, ...x: unknown[]) => console.log((performance.now() - t).toFixed(0).padStart(6), s, ...x);
process.chdir('/tmp');
{
  await using ex = new SlurmPoolExecutor({ workers, launcher });
  const add = (a: number, b: number) => a + b;
  lap('first', await ex.submit(add, 40, 2), ex.workers);
  try {
    await ex.submit(() => {
      throw new RangeError('bang');
    });
  } catch (e) {
    lap('err', e instanceof RangeError, String(e));
  }
  for (let i = 0; i < 200; i++) await ex.submit(add, i, 1);
  const one: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const a = performance.now();
    await ex.submit(add, i, 1);
    one.push(performance.now() - a);
  }
  one.sort((a, b) => a - b);
  lap('round trip ms', one[500]!.toFixed(3), 'p99', one[990]!.toFixed(3));
  const two: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const a = performance.now();
    ex.submit(add, i, 1).resultSync();
    two.push(performance.now() - a);
  }
  two.sort((a, b) => a - b);
  lap('sync round trip ms', two[500]!.toFixed(3), 'p99', two[990]!.toFixed(3));
  for (let k = 0; k < 3; k++) {
    const a = performance.now();
    const all = await Promise.all(Array.from({ length: 10000 }, (_, i) => ex.submit(add, i, 1)));
    lap('throughput', (10000 / ((performance.now() - a) / 1000)).toFixed(0), '/s', all.at(-1));
  }
  const big = new Uint8Array(1 << 20).fill(7);
  const a = performance.now();
  for (let i = 0; i < 20; i++) await ex.submit((x: Uint8Array) => x, big);
  lap('1 MiB echo ms', ((performance.now() - a) / 20).toFixed(2));
  const lost = ex.withOptions({ requeue: false }).submit(() => process.kill(process.pid, 'SIGKILL'));
  try {
    await lost;
  } catch (e) {
    lap('lost', String(e));
  }
  lap('after', await ex.submit(add, 1, 1), ex.workers.length);
  try {
    await ex.submit(() => process.exit(1));
  } catch (e) {
    lap('exits', String(e));
  }
  lap('again', await ex.submit(add, 1, 2));
  const slow = ex.submit(() => new Promise((r) => setTimeout(r, 300, 'slow')));
  const qs = Array.from({ length: 20 }, () => ex.submit(() => 1));
  lap('cancel queued', qs.at(-1)!.cancel(), String(qs.at(-1)));
  lap('slow', await slow, slow.cancel());
}
lap('end');
