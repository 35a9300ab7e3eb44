import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as S from '@prac/signal';
import { runSync } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGUSR2, SIGCHLD, SIG_DFL, SIG_IGN, signal, raiseSignal } = S;
const kill = (): void => void process.kill(process.pid, SIGUSR2);

afterEach(() => {
  process.removeAllListeners('SIGUSR2');
  reset();
});

/** A listener of Node's, and how often it was called. */
function nodeListener(): { count: number } {
  const seen = { count: 0 };
  process.on('SIGUSR2', () => seen.count++);
  return seen;
}

describe('beside Node’s own listeners', () => {
  test('a handler that follows SIG_IGN is called, and Node’s is, too', async () => {
    const seen = nodeListener();
    signal(SIGUSR2, SIG_IGN);
    const received = record(SIGUSR2);
    raiseSignal(SIGUSR2);
    expect(received).toEqual([SIGUSR2]);
    await waitUntil(() => seen.count === 1);
  });

  test.each([
    ['SIG_IGN', () => void signal(SIGUSR2, SIG_IGN)],
    ['a handler', () => void record(SIGUSR2)],
    ['a handler and SIG_IGN', () => record(SIGUSR2) && signal(SIGUSR2, SIG_IGN)],
  ])('after %s, SIG_DFL leaves the signal to them', async (_, before) => {
    const seen = nodeListener();
    before();
    signal(SIGUSR2, SIG_DFL);
    kill();
    await waitUntil(() => seen.count === 1);
  });

  test('what had a handler and is ignored stays so, whoever listens and ceases to', () => {
    record(SIGUSR2);
    signal(SIGUSR2, SIG_IGN);
    nodeListener();
    process.removeAllListeners('SIGUSR2');
    kill(); // would end this process
    expect(S.getsignal(SIGUSR2)).toBe(SIG_IGN);
  });

  test('Node hears of its children whatever becomes of SIGCHLD', async () => {
    const received: number[] = [];
    for (const handler of [SIG_IGN, SIG_DFL, (n: number) => void received.push(n), SIG_IGN, SIG_DFL] as const) {
      signal(SIGCHLD, handler);
      expect((await once(spawn('true'), 'exit'))[0]).toBe(0);
      expect(runSync(['true']).returncode).toBe(0);
      if (handler !== SIG_IGN && handler !== SIG_DFL) await waitUntil(() => received.length > 0);
    }
  });
});

describe('between processes', () => {
  test('no signal of another process is lost', async () => {
    const rounds = 300;
    let sender: ReturnType<typeof spawn> | undefined;
    let count = 0;
    signal(SIGUSR2, () => {
      count++;
      sender?.stdin?.write('\n');
    });
    sender = spawn('sh', [
      '-c',
      `i=0; while [ $i -lt ${rounds} ]; do kill -USR2 $PPID; read line || exit; i=$((i+1)); done`,
    ]);
    await Promise.all([once(sender, 'exit'), waitUntil(() => count === rounds)]);
  });

  test('children inherit what is ignored, and nothing else', () => {
    const child = ['sh', '-c', 'kill -USR2 $$; echo survived'];
    signal(SIGUSR2, SIG_IGN);
    expect(runSync(child, { captureOutput: true, text: true }).stdout).toBe('survived\n');
    record(SIGUSR2);
    expect(runSync(child).returncode).toBe(-SIGUSR2);
    signal(SIGUSR2, SIG_DFL);
    expect(runSync(child).returncode).toBe(-SIGUSR2);
  });
});
