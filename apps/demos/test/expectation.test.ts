import { describe, expect, test } from 'vitest';
import { check } from '../src/framework/check.ts';
import { type Expectation, either, fact, inAnyOrder, interleaved, repeated } from '../src/framework/expectation.ts';
import type { ProgramRun } from '../src/framework/run-program.ts';

describe('lines', () => {
  test('that are all as expected pass', () => {
    expect(check({ stdout: ['one', /t.o/] }, run('one\ntwo\n'))).toEqual([]);
  });

  test('the first that differs is named, with what was expected there', () => {
    expect(check({ stdout: ['one', 'two', 'three'] }, run('one\ntoo\nthree\n'))).toEqual([
      'stdout, line 2: expected "two", found "too"',
    ]);
  });

  test('a missing one and one too many are failures', () => {
    expect(check({ stdout: ['one'] }, run(''))).toEqual(['stdout, line 1: expected "one", found the output ends']);
    expect(check({ stdout: [] }, run('one\n'))).toEqual(['stdout, line 1: expected no more lines, found "one"']);
  });

  test('an empty line is a line', () => {
    expect(check({ stdout: ['one', ''] }, run('one\n\n'))).toEqual([]);
    expect(check({ stdout: ['one'] }, run('one\n\n'))).toHaveLength(1);
  });

  test('a pattern stands for the whole line', () => {
    expect(check({ stdout: [/\d+/] }, run('12 apples\n'))).toHaveLength(1);
    expect(check({ stdout: [/one|two/] }, run('one or two\n'))).toHaveLength(1);
  });

  test('a name in patterns stands for the same text everywhere', () => {
    const expected = { stdout: [/pid (?<pid>\d+)/, /bye (?<pid>\d+)/] };
    expect(check(expected, run('pid 12\nbye 12\n'))).toEqual([]);
    expect(check(expected, run('pid 12\nbye 13\n'))).toEqual([expect.stringContaining('line 2')]);
  });

  test('standard error must be empty unless something else is said', () => {
    expect(check({ stdout: [] }, { ...run(''), stderr: 'oh\n' })).toEqual([expect.stringMatching(/^stderr, line 1/)]);
    expect(check({ stdout: [], stderr: ['oh'] }, { ...run(''), stderr: 'oh\n' })).toEqual([]);
  });
});

describe('repeated lines', () => {
  const expected: Expectation = { stdout: ['begin', repeated(/- .*/, { including: ['- b'] }), 'end'] };

  test('may be few or many', () => {
    expect(check(expected, run('begin\n- b\nend\n'))).toEqual([]);
    expect(check(expected, run('begin\n- a\n- b\n- c\nend\n'))).toEqual([]);
  });

  test('must be there, and among them what has to be', () => {
    expect(check(expected, run('begin\nend\n'))).toEqual(['stdout, line 2: expected a line like /- .*/, found "end"']);
    expect(check(expected, run('begin\n- a\nend\n'))).toEqual([
      expect.stringContaining('expected a line like /- .*/ or "- b" before it'),
    ]);
  });

  test('leave the lines that look like them to what follows, if they must', () => {
    expect(check({ stdout: [repeated(/- .*/), '- z'] }, run('- a\n- b\n- z\n'))).toEqual([]);
  });
});

describe('interleaved lines', () => {
  const expected: Expectation = { stdout: [interleaved(['a1', 'a2'], ['b1', 'b2']), 'end'] };

  test('may be the same list several times', () => {
    const list = ['a', 'b'];
    expect(check({ stdout: [interleaved(list, list)] }, run('a\na\nb\nb\n'))).toEqual([]);
    expect(check({ stdout: [interleaved(list, list)] }, run('a\nb\na\n'))).toHaveLength(1);
  });

  test('may be mixed', () => {
    for (const text of ['a1 a2 b1 b2', 'b1 b2 a1 a2', 'a1 b1 a2 b2', 'b1 a1 a2 b2']) {
      expect(check(expected, run(`${text} end `.replaceAll(' ', '\n')))).toEqual([]);
    }
  });

  test('keep the order of each list', () => {
    expect(check(expected, run('a2\na1\nb1\nb2\nend\n'))).toEqual([
      'stdout, line 1: expected "a1" or "b1", found "a2"',
    ]);
    expect(check(expected, run('a1\nb2\nb1\na2\nend\n'))).toHaveLength(1);
  });

  test('in any order means one list for each line', () => {
    expect(check({ stdout: [inAnyOrder('a', 'b', 'c')] }, run('c\na\nb\n'))).toEqual([]);
    expect(check({ stdout: [inAnyOrder('a', 'b', 'c')] }, run('c\na\na\n'))).toHaveLength(1);
  });

  test('may look alike: every way to read them is tried', () => {
    const lists = interleaved([/x(?<first>\d)/, /x(?<first>\d) again/], [/x(?<second>\d)/, /x(?<second>\d) again/]);
    expect(check({ stdout: [lists] }, run('x1\nx2\nx1 again\nx2 again\n'))).toEqual([]);
    expect(check({ stdout: [lists] }, run('x1\nx2\nx2 again\nx1 again\n'))).toEqual([]);
    expect(check({ stdout: [lists] }, run('x1\nx2\nx1 again\nx1 again\n'))).toHaveLength(1);
  });

  test('of many equal lists are told apart quickly', () => {
    const lists = Array.from({ length: 12 }, () => [/start \d+/, /stop \d+/]);
    const starts = Array.from({ length: 12 }, (_, n) => `start ${n}\n`).join('');
    expect(check({ stdout: [interleaved(...lists)] }, run(starts + starts.replaceAll('start', 'stop')))).toEqual([]);
    expect(check({ stdout: [interleaved(...lists)] }, run(starts))).toHaveLength(1);
  });
});

describe('either of several outputs', () => {
  const expected: Expectation = { stdout: [either(['a', repeated(/- .*/)], ['b']), 'end'] };

  test('may be each of them, and no mixture', () => {
    expect(check(expected, run('a\n- 1\n- 2\nend\n'))).toEqual([]);
    expect(check(expected, run('b\nend\n'))).toEqual([]);
    expect(check(expected, run('a\nend\n'))).toEqual(['stdout, line 2: expected a line like /- .*/, found "end"']);
    expect(check(expected, run('a\n- 1\nb\nend\n'))).toHaveLength(1);
  });

  test('is told by what all of them would begin with, if it is none', () => {
    expect(check(expected, run('c\nend\n'))).toEqual(['stdout, line 1: expected "a" or "b", found "c"']);
  });
});

describe('a run', () => {
  test('with another exit status fails', () => {
    expect(check({ stdout: [] }, { ...run(''), exitCode: 1 })).toEqual(['exit status: expected 0, found 1']);
    expect(check({ stdout: [], exitCode: -9 }, { ...run(''), exitCode: -9 })).toEqual([]);
  });

  test('that did not end in time fails, and says so first', () => {
    const failures = check({ stdout: ['one'] }, { ...run('one\n'), exitCode: -9, ended: 'time limit' });
    expect(failures).toEqual(['it was still running after its time limit, 5 seconds']);
  });

  test('for which a fact does not hold fails with its sentence', () => {
    const facts = [fact('it has one line', ({ stdout }) => stdout.split('\n').length === 2)];
    expect(check({ stdout: [repeated(/.*/)], facts }, run('one\n'))).toEqual([]);
    expect(check({ stdout: [repeated(/.*/)], facts }, run('one\ntwo\n'))).toEqual(['not true: it has one line']);
  });
});

function run(stdout: string): ProgramRun {
  return { stdout, stderr: '', exitCode: 0, seconds: 0, timeLimit: 5, ended: 'itself' };
}
