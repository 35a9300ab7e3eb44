// Starts children that would run for long, lets go of them in one of several ways, and ends. It must end at once: a program
// that waited for a child would be killed by its test.
import { PIPE, Popen } from '@prac/subprocess';

const [way, ...whats] = process.argv.slice(2);
const SLEEP = ['sleep', '1000'];
const children: { poll(): number | null; kill(): void }[] = [];
const known = <P extends (typeof children)[number]>(child: P): P => {
  children.push(child);
  return child;
};
const controller = new AbortController();
const { signal } = controller;
const waits: Record<string, () => Promise<unknown>> = {
  read: () => known(new Popen(SLEEP, { stdout: PIPE })).stdout.read(-1, { signal }),
  lines: () =>
    known(new Popen(SLEEP, { stdout: PIPE }))
      .stdout.lines({ signal })
      .next(),
  write: () => known(new Popen(SLEEP, { stdin: PIPE })).stdin.write(Buffer.alloc(300_000), { signal }),
  wait: () => known(new Popen(SLEEP, {})).wait({ signal }),
  communicate: () =>
    known(new Popen(SLEEP, { stdin: PIPE, stdout: PIPE })).communicate({ input: Buffer.alloc(300_000), signal }),
};
if (way === 'abort') {
  const aborted = whats.map((what) => waits[what]!().catch((error: Error) => error.name === 'AbortError' && 'aborted'));
  setTimeout(() => controller.abort(), 20);
  for (const text of await Promise.all(aborted)) console.log(text);
}
if (way === 'ends') {
  known(new Popen(SLEEP, {}));
  known(new Popen(SLEEP, { stdin: PIPE, stdout: PIPE, stderr: PIPE, signal }));
  known(new Popen(SLEEP, { stdout: PIPE, dieWithParent: true }));
  known(new Popen(SLEEP, { stdin: PIPE })).stdin.write('x');
  await known(new Popen(SLEEP, { stdout: PIPE }))
    .wait(0.01)
    .catch(() => {});
}
process.on('exit', () => {
  const running = children.filter((child) => child.poll() === null);
  console.log(running.length === children.length ? 'the children run' : 'some have ended');
  for (const child of children) child.kill();
});
