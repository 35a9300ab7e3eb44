import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { Door, DoorOptions } from './door.ts';

/*
 * Connections by files, where nodes may open no port of this machine. What one end writes is a file, with a number, in a directory into which the
 * other looks, more and more seldom:
 *
 *   POOL.mail/door/WORKER.3     the third of a worker, for the coordinator, which has one place to look at
 *   POOL.mail/WORKER/3          the third for that worker
 *   …/WORKER.4.end         it says no more. The coordinator says it by removing the worker's directory
 *
 * A file is written under another name and then renamed: it is there whole or not at all. Who has read it removes it. A worker whose process has
 * ended says nothing, other than by a socket: its heartbeat does.
 */
const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 250;
const GROWTH = 1.2;

/** A directory that both ends see; only its user can read it. */
export interface MailAddress {
  readonly transport: 'files';
  readonly path: string;
}

/** Looks for what has come, soon after something has, and then more and more seldom. */
class Postman {
  readonly #look: () => boolean;
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param look - Says whether there was something. */
  constructor(look: () => boolean) {
    this.#look = look;
    this.#wait();
  }

  /** An answer is to be expected. */
  hurry(): void {
    if (this.#isOver || this.#pause === FIRST_PAUSE_MS) return;
    this.#pause = FIRST_PAUSE_MS;
    this.#wait();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#pause = this.#look() ? FIRST_PAUSE_MS : Math.min(LAST_PAUSE_MS, GROWTH * this.#pause);
      if (!this.#isOver) this.#wait();
    }, this.#pause);
  }
}

/** One end of a connection. */
class MailLink extends Duplex {
  readonly #prefix: string;
  readonly #written: () => void;
  readonly #ended: () => void;
  #sent = 0;
  #received = 0;

  /**
   * @param prefix - Of the names of files that it writes.
   * @param written - Is called when there is something for the other end.
   * @param ended - Tells the other end that there is no more.
   */
  constructor(prefix: string, written: () => void, ended: () => void) {
    super({ decodeStrings: true });
    this.#prefix = prefix;
    this.#written = written;
    this.#ended = ended;
  }

  /** So many files it has written. */
  get sent(): number {
    return this.#sent;
  }

  /** Takes what is there, in order: a directory may show a later file before an earlier one. */
  takeUp(numbers: readonly number[], pathOf: (n: number) => string): boolean {
    let isNews = false;
    for (const n of [...numbers].sort((a, b) => a - b)) {
      if (n !== this.#received + 1) break;
      const bytes = readIfThere(pathOf(n));
      if (bytes === undefined) break; // it is listed, and will be there
      this.#received = n;
      rmSync(pathOf(n), { force: true });
      this.push(bytes);
      isNews = true;
    }
    return isNews;
  }

  get received(): number {
    return this.#received;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#post(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#post(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended();
    done(error);
  }

  #post(bytes: Uint8Array, done: (error?: Error | null) => void): void {
    try {
      writeWhole(`${this.#prefix}${this.#sent + 1}`, bytes);
      this.#sent++;
      this.#written();
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

export async function openMailDoor(
  { name, folder, folderThere }: DoorOptions,
  welcome: (link: Duplex) => void,
  broken: (error: unknown) => void,
): Promise<Door> {
  const path = join(folder, `${name}.mail`);
  const door = join(path, 'door');
  const links = new Map<string, MailLink>();
  mkdirSync(path, { mode: 0o700 });
  mkdirSync(door, { mode: 0o700 });

  const postman = new Postman(() => {
    try {
      return look();
    } catch (error) {
      postman.stop();
      broken(error); // the directory is gone, or the like
      return false;
    }
  });

  function look(): boolean {
    let isNews = false;
    for (const [worker, mail] of sorted(readdirSync(door))) {
      if (!links.has(worker) && mail.numbers.includes(1)) links.set(worker, enter(worker));
      const link = links.get(worker);
      const pathOf = (n: number): string => join(door, `${worker}.${n}`);
      if (link === undefined)
        for (const n of mail.numbers) rmSync(pathOf(n), { force: true }); // of one that was sent away
      else if (link.takeUp(mail.numbers, pathOf)) isNews = true;
      if (mail.end === undefined || (link !== undefined && mail.end > link.received + 1)) continue;
      rmSync(`${pathOf(mail.end)}.end`, { force: true });
      link?.destroy();
    }
    return isNews;
  }

  function enter(worker: string): MailLink {
    const own = join(path, worker);
    const link = new MailLink(
      `${own}/`,
      () => postman.hurry(),
      () => {
        links.delete(worker);
        removeAll(own);
      },
    );
    welcome(link);
    return link;
  }

  return {
    address: { transport: 'files', path: join(folderThere, `${name}.mail`) },
    close() {
      postman.stop();
      for (const link of links.values()) link.destroy();
      removeAll(path);
    },
  };
}

export async function openByMail({ path }: MailAddress): Promise<Duplex> {
  const worker = randomUUID();
  const [door, own] = [join(path, 'door'), join(path, worker)];
  mkdirSync(own, { mode: 0o700 });
  const link: MailLink = new MailLink(
    join(door, `${worker}.`),
    () => postman.hurry(),
    () => {
      postman.stop();
      try {
        writeWhole(join(door, `${worker}.${link.sent + 1}.end`), Buffer.alloc(0));
      } catch {
        // the coordinator is not there any more
      }
    },
  );
  const postman = new Postman(() => {
    try {
      const numbers = readdirSync(own).filter((name) => /^\d+$/.test(name));
      return link.takeUp(numbers.map(Number), (n) => join(own, String(n)));
    } catch {
      link.destroy(); // the directory was removed: there is no more
      return false;
    }
  });
  return link;
}

interface Mail {
  readonly numbers: number[];
  end: number | undefined;
}

/** What there is from each. */
function sorted(names: readonly string[]): Map<string, Mail> {
  const all = new Map<string, Mail>();
  for (const name of names) {
    const [, worker, number, end] = /^(.+)\.(\d+)(\.end)?$/.exec(name) ?? [];
    if (worker === undefined) continue; // it is being written
    const mail = all.get(worker) ?? { numbers: [], end: undefined };
    all.set(worker, mail);
    if (end === undefined) mail.numbers.push(Number(number));
    else mail.end = Number(number);
  }
  return all;
}

/** Others may write there still: what they leave is empty, or nobody's. */
function removeAll(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // they were quicker
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function writeWhole(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}~`, bytes, { mode: 0o600 });
  renameSync(`${path}~`, path);
}
