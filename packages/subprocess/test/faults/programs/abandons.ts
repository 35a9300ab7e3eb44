// Starts children that would run for long, lets go of them in one of several ways, and ends. It must end at once: a program
// that waited for a child would be killed by its test.
import { PIPE, Popen, type PopenOptions } from '@prac/subprocess';

const [way, ...whats] = process.argv.slice(2);
const children: Popen[] = [];
const start = <const O extends PopenOptions>(options: O): Popen<O> => {
  const child = new Popen<O>(['sleep', '1000'], options);
  children.push(child as Popen);
  return child;
};
const controller = new AbortController();
const { signal } = controller;
const waits: Record<string, () => Promise<unknown>> = {
  read: () => start({ stdout: PIPE }).stdout.read(-1, { signal }),
  lines: () => start({ stdout: PIPE }).stdout.lines({ signal }).next(),
  write: () => start({ stdin: PIPE }).stdin.write(Buffer.alloc(300_000), { signal }),
  wait: () => start({}).wait({ signal }),
  communicate: () => start({ stdin: PIPE, stdout: PIPE }).communicate({ input: Buffer.alloc(300_000), signal }),
};
if (way === 'abort') {
  const aborted = whats.map((what) => waits[what]!().catch((error: Error) => error.name === 'AbortError' && 'aborted'));
  setTimeout(() => controller.abort(), 20);
  for (const text of await Promise.all(aborted)) console.log(text);
}
if (way === 'ends') {
  start({});
  start({ stdin: PIPE, stdout: PIPE, stderr: PIPE, signal });
  start({ stdout: PIPE, dieWithParent: true });
  start({ stdin: PIPE }).stdin.write('x');
  await start({ stdout: PIPE })
    .wait(0.01)
    .catch(() => {});
}
process.on('exit', () => {
  const running = children.filter((child) => child.poll() === null);
  console.log(running.length === children.length ? 'the children run' : 'some have ended');
  for (const child of children) child.kill();
});
