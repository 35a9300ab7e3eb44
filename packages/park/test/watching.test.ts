import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { block, type ObjectEvent, sleep, sleepSync, suspend, Watching } from '@prac/park';
import { expect, onTestFinished, test } from 'vitest';
import { Permits } from './helpers/permits.ts';

const watching = new Watching<Permits>('prac:lock', () => ({ kind: 'Permits', id: '1' }));

/** What is told from now on, without what never changes. */
function told(channel = 'prac:lock'): string[] {
  const events: string[] = [];
  const collect = (event: unknown): void => {
    const { type, subject, wait } = event as ObjectEvent;
    events.push(`${type} ${subject.kind} ${wait === 0 ? 'outside' : 'inside'}`);
  };
  subscribe(channel, collect);
  onTestFinished(() => void unsubscribe(channel, collect));
  return events;
}

test('a wait that has to wait is told of, with its end', async () => {
  const events = told();
  const permits = new Permits(0);
  const waiting = suspend(watching.watch(permits, permits.steps()));
  expect(events).toEqual(['wait Permits inside']);
  permits.release();
  await waiting;
  expect(events).toEqual(['wait Permits inside', 'waited Permits inside']);
});

test('one that need not wait is not', async () => {
  const events = told();
  const permits = new Permits(2);
  block(watching.watch(permits, permits.steps()));
  await suspend(watching.watch(permits, permits.steps()));
  expect(events).toEqual([]);
});

test('an aborted wait has an end, too, and leaves no trace', async () => {
  const events = told();
  const permits = new Permits(0);
  const controller = new AbortController();
  const waiting = suspend(watching.watch(permits, permits.steps()), { signal: controller.signal });
  controller.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  expect(events).toEqual(['wait Permits inside', 'waited Permits inside']);
  expect(permits.waiters).toBe(0);
});

test('what the steps of a wait do is told as done in it, whoever runs them', async () => {
  const events = told();
  const permits = new Permits(0);
  const steps = permits.steps(undefined, () => watching.tell('acquire', permits));
  const waiting = suspend(watching.watch(permits, steps));
  watching.tell('release', permits);
  permits.release();
  await waiting;
  expect(events).toEqual([
    'wait Permits inside',
    'release Permits outside',
    'acquire Permits inside',
    'waited Permits inside',
  ]);
});

test('waits are told apart by their numbers', async () => {
  const numbers: number[] = [];
  const collect = (event: unknown): void => void numbers.push((event as ObjectEvent).wait);
  subscribe('prac:lock', collect);
  onTestFinished(() => void unsubscribe('prac:lock', collect));
  const permits = new Permits(0);
  const all = [1, 2].map(() => suspend(watching.watch(permits, permits.steps())));
  permits.release();
  permits.release();
  await Promise.all(all);
  const [first, second] = numbers;
  expect(first).not.toBe(second);
  expect([...numbers].sort()).toEqual([first, first, second, second].sort());
});

test('nobody is told of what has no subject', async () => {
  const events = told();
  const inner = new Watching<Permits>('prac:lock', () => undefined);
  const permits = new Permits(0);
  inner.tell('acquire', permits);
  const waiting = suspend(inner.watch(permits, permits.steps()));
  permits.release();
  await waiting;
  expect(events).toEqual([]);
});

test('without listeners a loop is run as it is', () => {
  const steps = new Permits(1).steps();
  expect(watching.watch(new Permits(1), steps)).toBe(steps);
  expect(watching.isOn).toBe(false);
});

test('sleep() is a wait', async () => {
  const events = told('prac:task');
  await sleep(0.001);
  sleepSync(0.001);
  expect(events).toEqual(['wait sleep inside', 'waited sleep inside', 'wait sleep inside', 'waited sleep inside']);
});
