// How many primes there are below a million, by a pool of processes; in a terminal with a progress bar.
import { progress } from '@clack/prompts';
import { Pool } from '@prac/pool';

const MOST = 1_000_000;
const STEP = 10_000;

function countPrimes(from: number): number {
  let count = 0;
  for (let n = Math.max(2, from); n < from + STEP; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n && isPrime; d++) isPrime = n % d !== 0;
    if (isPrime) count++;
  }
  return count;
}

const parts = Array.from({ length: MOST / STEP }, (_, i) => i * STEP);
const bar = process.stdout.isTTY
  ? progress({ max: parts.length, style: 'block' })
  : undefined;
bar?.start('counting');

await using pool = new Pool();
let before = 0;
const counts = await pool.map(countPrimes, parts, {
  chunksize: 1,
  progress(done, total) {
    bar?.advance(done - before, `${done} of ${total}`);
    before = done;
  },
});
bar?.stop('counted');
console.log(`${counts.reduce((a, b) => a + b)} primes below ${MOST}`);
