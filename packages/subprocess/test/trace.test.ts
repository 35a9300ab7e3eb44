import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Popen, type ProcessEvent } from '@prac/subprocess';
import { expect, onTestFinished, test } from 'vitest';
import { ENGINE } from './helpers/engine.ts';
import { forms } from './helpers/forms.ts';

test.each(forms)('starts, signals and ends are published on prac:process ($name)', async (form) => {
  const events = collectEvents();
  const child = new Popen(['sleep', '60'], { cwd: '/' });
  child.terminate();
  await form.wait(child);
  const { pid, args } = child;
  expect(events).toEqual([
    { type: 'spawn', pid, args, engine: ENGINE, cwd: '/' },
    { type: 'signal', pid, args, signal: 15 },
    { type: 'exit', pid, args, returncode: -15, seconds: expect.any(Number) },
  ]);
});

test('a child that cannot be started, and a signal to one that has ended, are not published', async () => {
  const events = collectEvents();
  expect(() => new Popen(['nonexistent'])).toThrow();
  const child = new Popen(['true']);
  await child.wait();
  child.kill();
  expect(events.map(({ type }) => type)).toEqual(['spawn', 'exit']);
});

function collectEvents(): ProcessEvent[] {
  const events: ProcessEvent[] = [];
  const collect = (event: unknown): void => void events.push(event as ProcessEvent);
  subscribe('prac:process', collect);
  onTestFinished(() => void unsubscribe('prac:process', collect));
  return events;
}
