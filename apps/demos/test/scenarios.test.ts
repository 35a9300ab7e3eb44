import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { CHAPTERS } from '../src/chapters.ts';
import { runScenario } from '../src/framework/run-scenario.ts';
import { isPresent, targetsOf } from '../src/framework/select.ts';
import { MutatedChapter } from './helpers/mutated-chapter.ts';
import { hasPython } from './helpers/python.ts';

const targets = CHAPTERS.flatMap(targetsOf).filter(isPresent);

describe.concurrent.each(targets)('$id $name', ({ chapter, scenario }) => {
  test('does what is expected of it', async ({ expect }) => {
    const run = await runScenario(chapter.folder, scenario);
    expect(run.failures).toEqual([]);
  });

  test('fails its check when it is mutated', async ({ expect }) => {
    using mutated = new MutatedChapter(chapter, scenario);
    expect(mutated.after).not.toBe(mutated.before);
    const run = await runScenario(mutated.folder, scenario);
    expect(run.failures).not.toEqual([]);
    // A copy that cannot even be loaded would prove nothing.
    expect(run.stderr).not.toMatch(/ERR_MODULE_NOT_FOUND|SyntaxError/);
  });

  test.skipIf(!hasPython)('has a Python twin that meets the same expectation', async ({ expect }) => {
    const run = await runScenario(chapter.folder, scenario, { language: 'python' });
    expect(run.failures).toEqual([]);
  });

  test('has a twin for every program, and two or three sentences that explain it', ({ expect }) => {
    for (const name of [scenario.name, ...(scenario.companions ?? [])]) {
      expect(existsSync(join(chapter.folder, `${name}.ts`))).toBe(true);
      expect(existsSync(join(chapter.folder, `${name}.py`))).toBe(true);
    }
    const sentences = scenario.explanation.match(/[.?!](?= |$)/g)?.length ?? 0;
    // The last one says what Python calls it.
    expect(scenario.explanation).toMatch(/\. Python: /);
    expect([3, 4]).toContain(sentences);
  });
});
