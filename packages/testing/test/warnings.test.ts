import { setImmediate as nextTurn } from 'node:timers/promises';
import { allowWarnings } from '@prac/testing';
import { expect, test } from 'vitest';
import { takeWarnings } from '../src/warnings.ts';

// The set-up file notes warnings down; what is taken here, it does not see.
test('a process warning is noted down', async () => {
  process.emitWarning('half open', 'ResourceWarning');
  await nextTurn();
  expect(takeWarnings().map(String)).toEqual(['ResourceWarning: half open']);
  expect(takeWarnings()).toEqual([]);
});

test('a warning that the test allows is not', async () => {
  allowWarnings(/^ExperimentalWarning: node:ffi/);
  process.emitWarning('node:ffi is young', 'ExperimentalWarning');
  process.emitWarning('so is this', 'ExperimentalWarning');
  await nextTurn();
  expect(takeWarnings().map(String)).toEqual(['ExperimentalWarning: so is this']);
});
