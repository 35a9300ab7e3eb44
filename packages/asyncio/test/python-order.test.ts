import { readFileSync } from 'node:fs';
import { createTask, getEventLoop } from '@prac/asyncio';
import { expect, test } from 'vitest';
import { type Block, play, type Trace } from './helpers/machine.ts';

/*
 * What CPython 3.13 has done with random programs, as it was recorded by fixtures/record.py: each event, in its order, and how each task has
 * ended.
 */
const programs: readonly (Trace & { readonly program: readonly Block[] })[] = JSON.parse(
  readFileSync(new URL('fixtures/programs.json', import.meta.url), 'utf8'),
);

const runs = programs.flatMap((it, i) => (['async', 'generators'] as const).map((driver) => [i, driver, it] as const));

test.each(runs)('program %i, %s, does what it does in CPython', async (_, driver, it) => {
  getEventLoop().setExceptionHandler(() => {});
  const { log, final } = await createTask(() => play(it.program, driver)); // not `run`, which waits for tasks that swallow their cancellation
  getEventLoop().setExceptionHandler(null);
  expect({ log, final }).toEqual({ log: it.log, final: it.final });
});
