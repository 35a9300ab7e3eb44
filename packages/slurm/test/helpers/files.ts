import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A file that tests and tasks wait for: a word that reaches every process. */
export class Signal {
  readonly path: string;

  constructor(name: string) {
    this.path = resolve(name);
  }

  set(): void {
    writeFileSync(this.path, '');
  }

  get isSet(): boolean {
    return existsSync(this.path);
  }

  async wait(): Promise<void> {
    await untilFile(this.path);
  }
}

/** Says that it has begun, and waits: a task. */
export const holding = async (begun: string, go: string): Promise<number> => {
  const { appendFileSync } = await import('node:fs');
  appendFileSync(begun, 'begun\n');
  await untilFile(go);
  return process.pid;
};

export const begunTimes = (begun: Signal): number =>
  begun.isSet ? readFileSync(begun.path, 'utf8').split('\n').length - 1 : 0;

/** A task may be given this: it travels by value. */
export async function untilFile(path: string): Promise<void> {
  const { existsSync } = await import('node:fs');
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10));
}

const named = (folder: string, end: RegExp): string =>
  join(folder, readdirSync(folder).find((name) => end.test(name))!);

/** What workers of the pool in a directory read. */
export const invitationIn = (folder: string): string => named(folder, /^pool-.*\.json$/);
export const mailIn = (folder: string): string => named(folder, /^pool-.*\.mail$/);
