// The npm packages to compare with, and what the benchmarks use of them. They are installed by `pnpm bench:rivals` into
// bench/ at the root; a row whose package is not there is listed with that hint.
import type { ChildProcess } from 'node:child_process';
import { type Rival, rival } from '@prac/testing';

type Text = { readonly stdout: string };
type Bytes = { readonly stdout: Uint8Array };
type ExecaProcess = Pick<ChildProcess, 'stdout'> & PromiseLike<Text & Bytes> & AsyncIterable<string>;

interface Execa {
  execa(file: string, args?: readonly string[], options?: object): ExecaProcess;
  execaSync(file: string, args?: readonly string[], options?: object): Text & Bytes;
}
interface Tinyexec {
  x(file: string, args?: readonly string[]): PromiseLike<Text> & AsyncIterable<string> & { process?: ChildProcess };
  xSync(file: string, args?: readonly string[]): Text;
}
interface NanoSpawn {
  default(
    file: string,
    args?: readonly string[],
  ): PromiseLike<Text> & AsyncIterable<string> & { nodeChildProcess: Promise<ChildProcess> };
}
interface Zx {
  $: ZxShell & { sync: (pieces: TemplateStringsArray, ...values: readonly string[]) => Text };
}
type ZxShell = (
  pieces: TemplateStringsArray,
  ...values: readonly string[]
) => PromiseLike<Text> & AsyncIterable<string>;
interface DaxCommand extends PromiseLike<object> {
  quiet(): DaxCommand;
  stdin(bytes: Uint8Array): DaxCommand;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  linesIter(): AsyncIterable<string>;
}
interface Dax {
  $(pieces: TemplateStringsArray, ...values: readonly string[]): DaxCommand;
}

export const execa: Rival<Execa> = await rival<Execa>('execa');
export const tinyexec: Rival<Tinyexec> = await rival<Tinyexec>('tinyexec');
export const nanoSpawn: Rival<NanoSpawn> = await rival<NanoSpawn>('nano-spawn');
export const zx: Rival<Zx> = await rival<Zx>('zx');
export const dax: Rival<Dax> = await rival<Dax>('dax');

/** Version and reason to skip, for a row. */
export function about({ version, skip }: Rival<unknown>): { version?: string | undefined; skip?: string | undefined } {
  return { version, skip };
}
