// pnpm check-all: everything that must hold before a change is merged, except the tests (pnpm test). Two steps at a time, after
// the build that some of them need; a step's output is shown only if it fails.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { inLanes, run } from './lib/run.ts';
import { ROOT } from './lib/workspace.ts';

const AT_ONCE = Math.min(2, availableParallelism());
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);
const script = (name: string): Command => [bin('tsx'), `scripts/${name}.ts`];

type Command = readonly [string, ...string[]];

const build: Command = [bin('turbo'), 'run', 'build', '--output-logs=errors-only'];
const steps: Record<string, Command> = {
  'check-release': script('check-release'),
  'check-examples': script('check-examples'),
  lint: [bin('biome'), 'check', '--error-on-warnings', '.'],
  check: [bin('turbo'), 'run', 'check', '--output-logs=errors-only', '--continue'],
  'check-packages': script('check-packages'),
  'check-changesets': script('check-changesets'),
};

const start = performance.now();
const built = await step('build', build);
const others = built
  ? await inLanes(
      AT_ONCE,
      Object.entries(steps).map(
        ([name, command]) =>
          () =>
            step(name, command),
      ),
    )
  : [];
const failed = [built, ...others].filter((ok) => !ok).length;
console.log(failed > 0 ? `\n${failed} steps failed` : `\nAll is well (${seconds(start)})`);
process.exitCode = failed > 0 ? 1 : 0;

async function step(name: string, command: Command): Promise<boolean> {
  const start = performance.now();
  const { ok, output } = await run(command, { cwd: ROOT });
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(18)} ${seconds(start).padStart(8)}`);
  if (!ok) console.log(`\n${output.trimEnd().replaceAll(/^/gm, '    ')}\n`);
  return ok;
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
