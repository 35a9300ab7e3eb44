import { readFileSync } from 'node:fs';
import * as signal from '@prac/signal';
import { python } from '@prac/testing';
import { expect, expectTypeOf, test } from 'vitest';

/** Python's name for what is called otherwise here. */
const OWN = ['capabilities', 'checkpoint', 'ItimerError'];

test('all of Python’s names are there', () => {
  const names = python('import signal\nanswer = [n for n in dir(signal) if not n.startswith("_")]') as string[];
  const camelCase = (name: string): string =>
    /^[a-z]/.test(name) ? name.replace(/_([a-z])/g, (_, c) => c.toUpperCase()) : name;
  const missing = names.map(camelCase).filter((name) => !(name in signal));
  expect(missing).toEqual(['structSiginfo']); // a type here: Siginfo
});

test('everything that waits has a blocking form', () => {
  for (const name of ['pause', 'sigwait', 'sigwaitinfo', 'sigtimedwait']) expect(signal).toHaveProperty(`${name}Sync`);
});

test('the README lists what is there', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const name of [...OWN, 'pthreadSigmask', 'setWakeupFd', 'defaultIntHandler']) expect(readme).toContain(name);
});

test('handlers and answers are typed', () => {
  expectTypeOf(signal.signal).returns.toEqualTypeOf<signal.Handler | null>();
  expectTypeOf(signal.sigwait).returns.toEqualTypeOf<Promise<number>>();
  expectTypeOf(signal.sigtimedwaitSync).returns.toEqualTypeOf<signal.Siginfo | null>();
  expectTypeOf(signal.Signals.SIGINT).toBeNumber();
});
