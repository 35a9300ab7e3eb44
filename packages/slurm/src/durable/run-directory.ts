import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { RuntimeError, ValueError } from '@prac/exceptions';
import { loads, loadsSync, Pickler, type Roots, Unpickler } from '@prac/pickle';
import { back, type ProgramOptions } from '../program.ts';

/*
 * A run, in a directory that the submitting machine and the nodes share:
 *
 *   run.json              who has made it: its version, and a name of its own
 *   0/, 1/, …             a batch each: what was submitted together, an array of jobs
 *     batch.json          how many calls, and what they ask for; written last, so that a batch that has it is whole
 *     calls/I             a function and its arguments
 *     job                 the number of the array: written by who has submitted it, and by the job itself
 *     results/I           what came of it
 *     logs/I.out          what it wrote
 *
 * A result is written under another name and then linked: it is there whole or not at all, and of two runs of a call, which Slurm may start
 * when it loses sight of a node, the first wins.
 */
const VERSION = 1;

/** Where a call is. */
export interface Place {
  readonly batch: number;
  readonly index: number;
}

/** What came of a call. */
export type Result = ({ readonly value: unknown } | { readonly error: unknown }) & {
  readonly node: string | undefined;
  readonly run: string;
};

/** What is known of a batch. */
export interface BatchRecord {
  readonly count: number;
  /** By which its jobs are found: their comment. */
  readonly mark: string;
  readonly options: ProgramOptions;
  /** The calls whose results are arguments. */
  readonly after: readonly Place[];
  /** How often a call whose time was up is begun anew. */
  readonly maxTimeouts: number;
}

export class RunDirectory {
  readonly path: string;
  /** The run's own name. */
  readonly id: string;
  #next = 0;

  private constructor(path: string, id: string) {
    this.path = path;
    this.id = id;
  }

  /** @throws {ValueError} if there is a run already. */
  static create(path: string, id: string): RunDirectory {
    const folder = resolve(path);
    mkdirSync(folder, { recursive: true });
    if (existsSync(join(folder, 'run.json'))) throw new ValueError(`there is a run in ${folder}: attach to it`);
    write(join(folder, 'run.json'), JSON.stringify({ version: VERSION, id }));
    return new RunDirectory(folder, id);
  }

  /** @throws {ValueError} if there is no run, or one of another version of this package. */
  static open(path: string): RunDirectory {
    const folder = resolve(path);
    const text = readIfThere(join(folder, 'run.json'));
    if (text === undefined) throw new ValueError(`there is no run in ${folder}`);
    const { version, id } = recordOf(text.toString(), folder);
    if (version !== VERSION)
      throw new ValueError(`the run in ${folder} is of another version of this package: ${version}`);
    return new RunDirectory(folder, id);
  }

  batchPath(batch: number): string {
    return join(this.path, String(batch));
  }

  /** A number for a batch that nobody else has: several programs may submit to a run. */
  claimBatch(): number {
    for (let batch = this.#next; ; batch++) {
      try {
        mkdirSync(this.batchPath(batch));
        this.#next = batch + 1;
        return batch;
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error;
      }
    }
  }

  /** Writes all of a batch but who runs it. */
  addBatch(batch: number, calls: readonly Uint8Array[], record: Omit<BatchRecord, 'count'>): void {
    const folder = this.batchPath(batch);
    for (const name of ['calls', 'results', 'logs']) mkdirSync(join(folder, name));
    for (const [i, call] of calls.entries()) write(join(folder, 'calls', String(i)), call);
    write(join(folder, 'batch.json'), JSON.stringify({ count: calls.length, ...record }));
  }

  /** Those that are whole, in their order. */
  batches(): (BatchRecord & { readonly number: number })[] {
    const numbers = readdirSync(this.path)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    return numbers
      .sort((a, b) => a - b)
      .flatMap((number) => {
        const text = readIfThere(join(this.batchPath(number), 'batch.json'));
        return text === undefined ? [] : [{ ...(JSON.parse(text.toString()) as BatchRecord), number }];
      });
  }

  /** The number of the array; nothing if nobody knows it. */
  job(batch: number): string | undefined {
    return (
      readIfThere(join(this.batchPath(batch), 'job'))
        ?.toString()
        .trim() || undefined
    );
  }

  setJob(batch: number, job: string): void {
    writeOnce(join(this.batchPath(batch), 'job'), Buffer.from(job), 'submitter');
  }

  /** Which calls of a batch have a result. */
  finished(batch: number): number[] {
    // Opening the directory has network file systems look again.
    return readdirSync(join(this.batchPath(batch), 'results'))
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  }

  /** @throws what cannot be opened. */
  result({ batch, index }: Place): Promise<Result> {
    return loads<Result>(readFileSync(join(this.batchPath(batch), 'results', String(index))));
  }

  resultSync({ batch, index }: Place): Result {
    return loadsSync<Result>(readFileSync(join(this.batchPath(batch), 'results', String(index))));
  }

  logPath({ batch, index }: Place): string {
    return join(this.batchPath(batch), 'logs', `${index}.out`);
  }
}

/** Writes what came of a call. @returns Whether this run was the first. */
export function writeResult(folder: string, index: number, result: Result, roots: Roots): boolean {
  return writeOnce(join(folder, 'results', String(index)), bytesOf(result, roots), result.run);
}

/** Files are named as they are where it was submitted. */
function bytesOf(result: Result, roots: Roots): Uint8Array {
  const pickler = new Pickler({ name: 'result', roots: back(roots) });
  try {
    return pickler.dumps(result);
  } catch (error) {
    return pickler.dumps({ error, node: result.node, run: result.run });
  }
}

/** A call, as bytes. @param placeOf - Says which objects are results of other calls. */
export function pickledCall(
  fn: unknown,
  args: readonly unknown[],
  placeOf: (value: object) => Place | undefined,
  sourceHash: boolean,
): Uint8Array {
  return new Pickler({ persistentId: placeOf, sourceHash }).dumps([fn, args], 'call');
}

/** The call that a job is to make. */
export async function readCall(
  folder: string,
  index: number,
  roots: Roots,
): Promise<[fn: (...args: unknown[]) => unknown, args: unknown[]]> {
  const persistentLoad = (id: unknown): unknown => {
    const place = id as Place;
    const bytes = readIfThere(join(folder, '..', String(place.batch), 'results', String(place.index)));
    if (bytes === undefined) throw new RuntimeError('a call whose result is an argument has none');
    const result = loadsSync<Result>(bytes, { roots });
    if ('error' in result) throw result.error;
    return result.value;
  };
  return new Unpickler({ persistentLoad, roots }).loads(readFileSync(join(folder, 'calls', String(index))));
}

/** Has a call begin anew with other arguments. */
export function writeCall(
  folder: string,
  index: number,
  [fn, args]: readonly [fn: unknown, args: readonly unknown[]],
  roots: Roots,
): void {
  const path = join(folder, 'calls', String(index));
  write(`${path}~`, new Pickler({ name: 'checkpoint', roots: back(roots) }).dumps([fn, args]));
  renameSync(`${path}~`, path);
}

/** All of it is on the disk when it returns. */
function write(path: string, content: string | Uint8Array, flags = 'w'): void {
  const file = openSync(path, flags);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** @param who - Of several at once. @returns `false` if it was there. */
function writeOnce(path: string, content: Uint8Array, who: string): boolean {
  const draft = `${path}.${who}.${process.pid}~`;
  write(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function recordOf(text: string, folder: string): { readonly version: unknown; readonly id: string } {
  try {
    const { version, id } = JSON.parse(text) as { version: unknown; id: unknown };
    if (typeof id === 'string' || version !== VERSION) return { version, id: String(id) };
  } catch {
    // it is no JSON
  }
  throw new ValueError(`the run in ${folder} is damaged: its run.json cannot be read`);
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
