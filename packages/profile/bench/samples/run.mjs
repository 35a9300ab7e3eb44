// node [--import @prac/profile/register] run.mjs plain|idle|adaptive|deterministic rounds: seconds, and what share each section had.
import { performance } from 'node:perf_hooks';
import { sections } from './workload.mjs';

const [how, rounds] = [process.argv[2], Number(process.argv[3])];
const names = Object.keys(sections);
const seconds = Object.fromEntries(names.map((name) => [name, 0]));

function all() {
  for (const name of names) sections[name]();
}

for (let i = 0; i < 3; i++) all(); // compiled
const profiling = how === 'plain' ? undefined : await import('@prac/profile');
const profiler = how === 'adaptive' || how === 'deterministic' ? new profiling.Profile({ mode: how }) : undefined;
profiler?.enable();
const begun = performance.now();
for (let i = 0; i < rounds; i++) {
  if (how !== 'plain') {
    all();
    continue;
  }
  for (const name of names) {
    const before = performance.now();
    sections[name]();
    seconds[name] += (performance.now() - before) / 1000;
  }
}
const total = (performance.now() - begun) / 1000;
profiler?.disable();
let calls = 0;
for (const { func, cumtime, calls: of } of profiler?.getStats() ?? []) {
  calls += of;
  if (func[2] in seconds) seconds[func[2]] = cumtime;
}
console.log(JSON.stringify({ seconds: total / rounds, calls: calls / rounds, shares: seconds }));
