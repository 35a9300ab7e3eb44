import { BaseExceptionGroup, repr } from '@prac/exceptions';
import { hasPython, python } from '@prac/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classNamed } from './helpers/exceptions.ts';

const LEAVES = [
  'ValueError',
  'KeyError',
  'IndexError',
  'OSError',
  'TimeoutError',
  'RecursionError',
  'KeyboardInterrupt',
];
const CONDITIONS = [...LEAVES, 'LookupError', 'RuntimeError', 'Exception', 'BaseException', 'ExceptionGroup'] as const;

/** A class name, or a group as a message and its members. */
type Tree = string | [message: string, members: Tree[]];
type Case = { tree: Tree; condition: string[] };

const PROGRAM = `
import builtins
def build(tree):
    if isinstance(tree, str):
        return getattr(builtins, tree)(tree)
    return BaseExceptionGroup(tree[0], [build(member) for member in tree[1]])
def run(case):
    group = build(case['tree'])
    condition = tuple(getattr(builtins, name) for name in case['condition'])
    match, rest = group.split(condition)
    texts = [str(e) + type(e).__name__ for e in (match, rest) if e]
    part = group.subgroup(lambda e: len(str(e)) % 2 == 0)
    return [repr(e) for e in (group, match, rest, part)] + texts
answer = [run(case) for case in data]`;

describe.skipIf(!hasPython())('exception groups behave as in CPython', () => {
  test('on random trees', () => {
    const cases = fc.sample(fc.record({ tree: groups(), condition: conditions() }), { numRuns: 500, seed: 654 });
    expect(cases.map(run)).toEqual(python(PROGRAM, cases));
  });
});

function groups(): fc.Arbitrary<Tree> {
  const { group } = fc.letrec<{ tree: Tree; group: Tree }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom(...LEAVES), tie('group')),
    group: fc.tuple(fc.string(), fc.array(tie('tree'), { minLength: 1, maxLength: 4 })),
  }));
  return group;
}

function conditions(): fc.Arbitrary<string[]> {
  return fc.array(fc.constantFrom(...CONDITIONS), { minLength: 1, maxLength: 3 });
}

function run({ tree, condition }: Case): string[] {
  const group = build(tree) as BaseExceptionGroup;
  const [match, rest] = group.split(condition.map(classNamed));
  const texts = [match, rest].filter((part) => part !== null).map((part) => pythonText(part) + part.name);
  const part = group.subgroup((error) => [...pythonText(error)].length % 2 === 0);
  return [...[group, match, rest, part].map(repr), ...texts];
}

function build(tree: Tree): Error {
  if (typeof tree === 'string') return new (classNamed(tree))(tree);
  return new BaseExceptionGroup(tree[0], tree[1].map(build));
}

function pythonText(error: Error): string {
  return error instanceof BaseExceptionGroup ? String(error).slice(error.name.length + 2) : error.message;
}
