import { closeSync } from 'node:fs';
import { devNull } from 'node:os';
import { OSError } from '@prac/exceptions';
import type { Bytes, Engine } from './engines/engine.ts';
import { openFile } from './open-file.ts';
import { ByteSink } from './sink.ts';

/*
 * Kills process groups when this process ends, in whatever way: a shell that reads from a pipe of which we hold the only
 * write end. The kernel closes it for us, also at SIGKILL; the shell then reads the end of the file.
 *
 *   "+ 123"  guard group 123          "- 123"  it has ended          end of file: kill what is still guarded
 *
 * "-" is written before the child is collected: until then nobody else can have its number.
 */
const SCRIPT = `
trap "" HUP INT TERM QUIT
groups=" "
while read -r mark group; do
  case $mark in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;

let watchdog: Watchdog | undefined;

/** The watchdog of this thread, started when first needed; it ends with the process. */
export function watchdogOf(engine: Engine): Watchdog {
  watchdog ??= new Watchdog(engine);
  return watchdog;
}

export class Watchdog {
  readonly #sink: ByteSink;

  constructor(engine: Engine) {
    const pipe = engine.kernel.pipe();
    const nowhere = openFile(devNull, 'r+');
    try {
      const child = engine.launch({
        candidates: ['/bin/sh'],
        argv: ['/bin/sh', '-c', SCRIPT, 'prac-watchdog'] satisfies Bytes[],
        env: [],
        cwd: '/',
        stdio: [pipe?.[0] ?? 'pipe', nowhere, nowhere],
        closeFds: true,
        passed: [],
        newSession: true,
        processGroup: undefined,
        restoreSignals: true,
      });
      if (typeof child === 'number') throw new OSError(-child, null, '/bin/sh');
      const stream = child.streams[0] ?? undefined;
      this.#sink = new ByteSink(engine.kernel, pipe?.[1] ?? -1, stream);
      (stream as { unref?(): void } | undefined)?.unref?.();
    } finally {
      closeSync(nowhere); // by the door through which it came
      if (pipe !== null) engine.kernel.close(pipe[0]);
    }
  }

  guard(group: number): void {
    this.#say(`+ ${group}\n`);
  }

  release(group: number): void {
    this.#say(`- ${group}\n`);
  }

  /** Shorter than PIPE_BUF, so all or nothing; the shell is always about to read. */
  #say(line: string): void {
    this.#sink.tryWrite(Buffer.from(line));
  }
}
