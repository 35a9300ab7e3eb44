import { PIPE, Popen, TimeoutExpired } from '@prac/subprocess';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leavesNothing } from './helpers.ts';

/*
 * Random programs of writes, reads, aborts and time limits against `cat`, compared with a model: what was written comes back
 * whole, once and in order, whatever was given up in between.
 */

/** So much fits into the two pipes on the way at any time: a blocking write or read of less cannot wait for itself. */
const FITS = 60_000;
const REASON = new Error('mine');

class Exchange {
  readonly child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
  written = 0;
  read = 0;
  readonly writes: Promise<number>[] = [];

  get onItsWay(): number {
    return this.written - this.read;
  }

  /** What is written next. */
  next(count: number): Buffer {
    this.written += count;
    return content(this.written - count, count);
  }

  /** Compares what came back with the model. */
  take(bytes: Buffer): void {
    if (Buffer.compare(bytes, content(this.read, bytes.length)) !== 0)
      throw new Error(`wrong bytes after ${this.read}`);
    this.read += bytes.length;
    expect(this.read).toBeLessThanOrEqual(this.written);
  }
}

type Step = (exchange: Exchange) => Promise<void> | void;

const size = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 200_000 }));

const STEPS: Record<string, (count: number) => Step> = {
  write: (count) => (exchange) => {
    exchange.writes.push(exchange.child.stdin.write(exchange.next(count)));
  },
  writeSync: (count) => (exchange) => {
    if (exchange.onItsWay + count < FITS) exchange.child.stdin.writeSync(exchange.next(count));
  },
  flush: () => async (exchange) => {
    if (exchange.onItsWay < FITS) await exchange.child.stdin.flush();
  },
  read: (count) => async (exchange) => {
    const wanted = Math.min(count, exchange.onItsWay);
    const bytes = await exchange.child.stdout.read(wanted);
    expect(bytes.length).toBe(wanted);
    exchange.take(bytes);
  },
  readTwice: (count) => async (exchange) => {
    const wanted = Math.min(count, exchange.onItsWay) >> 1;
    const { stdout } = exchange.child;
    for (const bytes of await Promise.all([stdout.read(wanted), stdout.read(wanted)])) exchange.take(bytes);
  },
  readSync: (count) => async (exchange) => {
    if (exchange.onItsWay >= FITS) return;
    await exchange.child.stdin.flush(); // what a read has made room for may still be here
    exchange.take(exchange.child.stdout.readSync(Math.min(count, exchange.onItsWay)));
  },
  read1: () => async (exchange) => {
    if (exchange.onItsWay > 0) exchange.take(await exchange.child.stdout.read1());
  },
  readTooMuch: (count) => async (exchange) => {
    const { signal } = abortsWithin(count);
    await expect(exchange.child.stdout.read(exchange.onItsWay + 1, { signal })).rejects.toBe(REASON);
  },
  waitInVain: (count) => async (exchange) => {
    if (count % 2 === 0) await expect(exchange.child.wait(0.001)).rejects.toThrow(TimeoutExpired);
    else await expect(exchange.child.wait({ signal: abortsWithin(count).signal })).rejects.toBe(REASON);
  },
};

const step: fc.Arbitrary<[string, number]> = fc.tuple(fc.constantFrom(...Object.keys(STEPS)), size);

test('whatever is given up in between, what was written comes back whole, once and in order', { timeout: 60_000 }, () =>
  leavesNothing(() =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), size, async (steps, last) => {
        const exchange = new Exchange();
        for (const [name, count] of steps) await STEPS[name]!(count)(exchange);
        exchange.take(await finish(exchange, last));
        expect(exchange.read).toBe(exchange.written);
        expect(exchange.child.returncode).toBe(0);
        await Promise.all(exchange.writes);
      }),
      { numRuns: Number(process.env.PRAC_TEST_RUNS ?? 30) },
    ),
  ),
);

/** Communicates to the end, given up and taken up again a few times in both forms. */
async function finish(exchange: Exchange, count: number): Promise<Buffer> {
  const { child } = exchange;
  const input = exchange.next(count);
  // A signal that had aborted already would keep the exchange from beginning: the input would not be taken.
  let [output] = await child.communicate({ input, signal: abortsWithin(1 + (count % 3)).signal }).catch(givenUp);
  for (let i = 0; output === null && i < 3; i++)
    [output] = await child.communicate({ timeout: 0.001 * i }).catch(givenUp);
  return output ?? (count % 2 === 0 ? child.communicateSync() : await child.communicate())[0];
}

function givenUp(error: unknown): [null] {
  if (error !== REASON && !(error instanceof TimeoutExpired)) throw error;
  return [null];
}

/** A signal that aborts in one of a few ways. */
function abortsWithin(kind: number): AbortController {
  const controller = new AbortController();
  const abort = (): void => controller.abort(REASON);
  const ways = [abort, () => queueMicrotask(abort), () => setImmediate(abort), () => setTimeout(abort, 2)];
  ways[kind % ways.length]!();
  return controller;
}

/** The bytes of the endless stream from one place on; no two stretches are alike. */
function content(from: number, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(count);
  for (let i = 0; i < count; i++) bytes[i] = Math.imul(from + i, 2_654_435_761) >>> 13;
  return bytes;
}
