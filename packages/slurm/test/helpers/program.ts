import { fileURLToPath } from 'node:url';
import { PIPE, Popen } from '@prac/subprocess';

/** Starts a program of its own, which imports this package. */
export function startProgram(text: string): Popen {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const program = `process.chdir(${JSON.stringify(process.cwd())});\n${text}`;
  return new Popen(
    [process.execPath, '--no-warnings', '--conditions=@prac/source', '--input-type=module-typescript', '-e', program],
    { cwd: here, stdout: PIPE, text: true },
  ) as Popen;
}

/** The first line that it writes. */
export async function firstLine(program: Popen): Promise<string> {
  for await (const line of program.stdout!.lines()) return String(line).trimEnd();
  throw new Error('the program has written nothing');
}
