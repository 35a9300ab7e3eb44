import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changesetViolations } from '../lib/changesets.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'changesets-'));
  mkdirSync(join(root, '.changeset'));
  mkdirSync(join(root, 'packages/queue'), { recursive: true });
  writeFileSync(join(root, 'packages/queue/package.json'), JSON.stringify({ name: '@prac/queue', version: '0.0.0' }));
});
afterEach(() => rmSync(root, { recursive: true }));

const GOOD = '---\n"@prac/queue": minor\n---\n\nAdd `Queue`.\n';
const lint = (text: string) => {
  writeFileSync(join(root, '.changeset/one.md'), text);
  return changesetViolations(root);
};

test('a good changeset is accepted', () => {
  expect(lint(GOOD)).toEqual([]);
  expect(lint(GOOD.replace('Add', 'Pass on'))).toEqual([]);
});

test.each([
  ['names no package', GOOD.replace('---\n"', '---\n\n## "')],
  ['cannot be read', GOOD.replace('---\n\nAdd', 'Add')],
  ['names @prac/quee, which is no public package', GOOD.replace('queue', 'quee')],
  ['invalid version type "huge"', GOOD.replace('minor', 'huge')],
  ['has the bump word none', GOOD.replace('minor', 'none')],
  ['begin with a verb in the imperative', GOOD.replace('Add', 'Added')],
  ['begin with a verb in the imperative', GOOD.replace('Add', 'add')],
  ['begin with a verb in the imperative', GOOD.replace('Add', 'Adds')],
  ['end with a full stop', GOOD.replace('`.', '`')],
])('a changeset is refused: %s', (says, text) => {
  expect(lint(text)[0]).toContain(says);
});

test('a package that was never released needs a changeset', () => {
  expect(changesetViolations(root)).toEqual(['.changeset: no changeset names @prac/queue, which was never released']);
});
