import { Sequencer } from '@prac/testing';
import { expect, test } from 'vitest';

test('steps run in the order of their turns', async () => {
  const sequencer = new Sequencer();
  const seen: number[] = [];
  const turns = [3, 1, 0, 2].map((turn) =>
    sequencer.at(turn, async () => {
      await null;
      seen.push(turn);
    }),
  );
  await Promise.all(turns);
  expect(seen).toEqual([0, 1, 2, 3]);
});

test('a step that throws ends its turn', async () => {
  const sequencer = new Sequencer();
  const failing = sequencer.at(0, () => {
    throw new Error('step 0');
  });
  await expect(failing).rejects.toThrow('step 0');
  expect(await sequencer.at(1, () => 'ran')).toBe('ran');
});

test('a turn is used once', async () => {
  const sequencer = new Sequencer();
  await sequencer.at(0, () => {});
  await expect(sequencer.at(0, () => {})).rejects.toThrow('Turn 0 is used twice');
});
