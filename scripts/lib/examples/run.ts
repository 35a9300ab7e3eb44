import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keeps, type Program, promisedLines } from './program.ts';
import type { Scratch } from './scratch.ts';

const AT_ONCE = 2;
const TIME_LIMIT_MS = 20_000;

/** Runs the programs and compares what they print with what the documents promise. */
export async function runAll({ folder, paths }: Scratch, programs: readonly Program[]): Promise<string[]> {
  const violations: string[][] = [];
  const waiting = programs
    .map((program, i) => ({ program, i }))
    .filter(({ program }) => program.runs)
    .values();
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (const { program, i } of waiting) {
      const cwd = join(folder, `cwd-${i}`);
      mkdirSync(cwd);
      violations[i] = (await runOne(paths[i]!, cwd, program)).map((line) => `${program.file}:${program.line}: ${line}`);
    }
  });
  await Promise.all(lanes);
  return violations.flat();
}

function runOne(path: string, cwd: string, program: Program): Promise<string[]> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const options = { cwd, env, timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 2 ** 24 } as const;
  execFile(process.execPath, ['--conditions=@prac/source', path], options, (error, stdout, stderr) => {
    if (error?.killed) resolve([`has not ended within ${TIME_LIMIT_MS / 1000} s`]);
    else if (error) resolve([`fails with ${error.code ?? error.signal}: ${indented(stderr)}`]);
    else resolve(compare(program, stdout));
  });
  return promise;
}

function compare({ text, output }: Program, printed: string): string[] {
  if (output !== undefined && output.trimEnd() !== printed.trimEnd()) {
    return [`prints something else than the document says: ${indented(printed)}`];
  }
  const lines = printed.split('\n');
  for (const promise of promisedLines(text)) {
    const at = lines.findIndex((line) => keeps(line, promise));
    if (at < 0) return [`does not print "${promise}" (in this order): ${indented(printed)}`];
    lines.splice(0, at + 1);
  }
  return [];
}

function indented(text: string): string {
  return `\n${text.trimEnd()}`.replaceAll('\n', '\n    ');
}
