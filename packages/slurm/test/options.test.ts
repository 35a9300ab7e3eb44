import { Job, phaseOf, type SbatchOptions, salloc, sbatch, sbatchSync, scancel, squeue, srun } from '@prac/slurm';
import { describe, expect, test } from 'vitest';
import { quoted, readableScript } from '../src/internal/script.ts';
import { argumentsOf } from '../src/options.ts';

/** Options as somebody without types may write them. */
const untyped = (options: object): string[] => argumentsOf(options as SbatchOptions);

describe('on the command line', () => {
  test.each<[SbatchOptions, string[]]>([
    [{ account: 'prac' }, ['--account=prac']],
    [{ constraint: 'gpu&infiniband' }, ['--constraint=gpu&infiniband']],
    [{ jobName: `a b "c" 'd' $e *|\nü` }, [`--job-name=a b "c" 'd' $e *|\nü`]],
    [{ comment: '' }, ['--comment=']],
    [{ cpusPerTask: 2, ntasksPerNode: 0 }, ['--cpus-per-task=2', '--ntasks-per-node=0']],
    [{ nice: -5 }, ['--nice=-5']],
    [{ hold: true, contiguous: false }, ['--hold']],
    [{ requeue: true }, ['--requeue']],
    [{ requeue: false }, ['--no-requeue']],
    [{ killOnInvalidDep: true }, ['--kill-on-invalid-dep=yes']],
    [{ killOnInvalidDep: false }, ['--kill-on-invalid-dep=no']],
    [{ exclusive: true }, ['--exclusive']],
    [{ exclusive: false }, []],
    [{ exclusive: 'user' }, ['--exclusive=user']],
    [{ nodes: 2 }, ['--nodes=2']],
    [{ nodes: '1-2' }, ['--nodes=1-2']],
    [{ gpus: 'a100:2', gpusPerNode: 1 }, ['--gpus=a100:2', '--gpus-per-node=1']],
    [{ partition: ['normal', 'broadwell'] }, ['--partition=normal,broadwell']],
    [{ nodelist: 'tcn[1-2]', exclude: ['tcn3'] }, ['--exclude=tcn3', '--nodelist=tcn[1-2]']],
    [{ openMode: 'append' }, ['--open-mode=append']],
    [{ extra: ['--tres-bind=none', '-Q'], account: 'last?' }, ['--account=last?', '--tres-bind=none', '-Q']],
    [{ account: null, time: undefined, extra: null, array: null, dependency: null, signal: null }, []],
  ])('%j is %j', (options, expected) => {
    expect(argumentsOf(options)).toEqual(expected);
  });

  test.each<[SbatchOptions['time'], string]>([
    [1, '0:00:01'],
    [0.2, '0:00:01'],
    [59.5, '0:01:00'],
    [3600, '1:00:00'],
    [90_061, '25:01:01'],
    ['1:00:00', '1:00:00'],
    ['90', '90'],
    ['2-12', '2-12'],
    ['1-02:03:04', '1-02:03:04'],
    ['unlimited', 'unlimited'],
  ])('a time of %j is %s', (time, expected) => {
    expect(argumentsOf({ time })).toEqual([`--time=${expected}`]);
  });

  test.each<[SbatchOptions['mem'], string]>([
    [0, '0K'],
    [1, '1K'],
    [1025, '2K'],
    [2 ** 30, '1048576K'],
    ['4G', '4G'],
    ['512', '512'],
    ['100mb', '100mb'],
  ])('a memory of %j is %s', (mem, expected) => {
    expect(argumentsOf({ mem })).toEqual([`--mem=${expected}`]);
  });

  test.each<[SbatchOptions['dependency'], string]>([
    ['afterany:1?afterok:2', 'afterany:1?afterok:2'],
    [{ job: 12 }, 'afterok:12'],
    [{ type: 'afterany', job: '12_3' }, 'afterany:12_3'],
    [{ type: 'singleton' }, 'singleton'],
    [
      [{ job: new Job(5) }, { type: 'afternotok', job: new Job('6').element(7) }, { type: 'singleton' }],
      'afterok:5,afternotok:6_7,singleton',
    ],
  ])('a dependency of %j is %s', (dependency, expected) => {
    expect(argumentsOf({ dependency })).toEqual([`--dependency=${expected}`]);
  });

  test.each<[SbatchOptions['array'], string]>([
    ['0-9', '0-9'],
    ['1,3,5', '1,3,5'],
    ['0-99:4%10', '0-99:4%10'],
    [[7, 1], '7,1'],
    [{ to: 3 }, '0-3'],
    [{ from: 2, to: 8, step: 2, maxParallel: 3 }, '2-8:2%3'],
    [{ from: 4, to: 4 }, '4-4'],
  ])('an array of %j is %s', (array, expected) => {
    expect(argumentsOf({ array })).toEqual([`--array=${expected}`]);
  });

  test.each<[SbatchOptions['signal'], string]>([
    ['R:TERM@10', 'R:TERM@10'],
    [{ name: 'USR2' }, 'USR2'],
    [{ name: 'SIGUSR2', seconds: 90 }, 'USR2@90'],
    [{ name: 'TERM', seconds: 0, batchOnly: true }, 'B:TERM@0'],
  ])('a signal of %j is %s', (signal, expected) => {
    expect(argumentsOf({ signal })).toEqual([`--signal=${expected}`]);
  });
});

describe('is refused', () => {
  test.each<[object, string]>([
    [{ hold: 'yes' }, "TypeError: Expected hold to be a boolean, got 'yes'"],
    [{ killOnInvalidDep: 1 }, 'TypeError: Expected killOnInvalidDep to be a boolean, got 1'],
    [{ ntasks: 1.5 }, 'TypeError: Expected ntasks to be an integer, got 1.5'],
    [{ ntasks: '2' }, "TypeError: Expected ntasks to be an integer, got '2'"],
    [{ ntasks: -1 }, 'ValueError: ntasks must not be negative, got -1'],
    [{ jobName: 5 }, 'TypeError: Expected jobName to be a string, got 5'],
    [{ jobName: 'a\0b' }, 'ValueError: jobName has a NUL character in it'],
    [{ nodes: -2 }, 'ValueError: nodes must be a whole number, got -2'],
    [{ nodes: true }, 'TypeError: Expected nodes to be a string or a number, got True'],
    [{ gpus: [] }, 'TypeError: Expected gpus to be a string, got []'],
    [{ partition: 3 }, 'TypeError: Expected partition to be a string, got 3'],
    [{ partition: ['a', 3] }, 'TypeError: Expected partition to be a string, got 3'],
    [{ partition: [] }, 'ValueError: partition must not be empty'],
    [{ nodelist: '' }, 'ValueError: nodelist must not be empty'],
    [{ mem: -1 }, 'ValueError: mem must be a number of bytes, got -1'],
    [{ mem: Number.NaN }, 'ValueError: mem must be a number of bytes, got NaN'],
    [{ mem: Number.POSITIVE_INFINITY }, 'ValueError: mem must be a number of bytes, got Infinity'],
    [{ mem: '1.5G' }, "TypeError: Expected mem to be a number of bytes, or a text like '4G', got '1.5G'"],
    [{ time: 0 }, 'ValueError: time must be a number of seconds above 0, got 0'],
    [{ time: Number.NaN }, 'ValueError: time must be a number of seconds above 0, got NaN'],
    [
      { timeMin: '5 minutes' },
      "TypeError: Expected timeMin to be a number of seconds, or a text like '1:00:00', got '5 minutes'",
    ],
    [{ time: [] }, "TypeError: Expected time to be a number of seconds, or a text like '1:00:00', got []"],
    [{ dependency: 12 }, 'TypeError: Expected dependency to be jobs, got 12'],
    [{ dependency: [null] }, 'TypeError: Expected dependency to be jobs, got None'],
    [{ dependency: { job: null } }, "TypeError: Expected dependency to be jobs, got {'job': None}"],
    [{ dependency: { type: 'afterany' } }, "TypeError: Expected dependency to be jobs, got {'type': 'afterany'}"],
    [{ dependency: { job: '1,singleton' } }, "TypeError: Expected dependency to be jobs, got {'job': '1,singleton'}"],
    [
      { dependency: { type: 'before', job: 1 } },
      'TypeError: Expected the type of dependency to be one of after, afterany, afterok, afternotok, ' +
        "afterburstbuffer, aftercorr, singleton, got 'before'",
    ],
    [{ array: 'all' }, "TypeError: Expected array to be like '0-9', '1,3,5' or '0-99%10', got 'all'"],
    [{ array: 5 }, 'TypeError: Expected array to be a range, got 5'],
    [{ array: [] }, 'ValueError: array must have an element'],
    [{ array: [1, -2] }, 'ValueError: array must be a whole number, got -2'],
    [{ array: { from: 1 } }, 'ValueError: array must be a whole number, got undefined'],
    [{ array: { from: 5, to: 3 } }, 'ValueError: array must not end before it begins, got 5-3'],
    [{ array: { to: 3, step: 0 } }, 'ValueError: step and maxParallel of array must be above 0'],
    [{ array: { to: 3, maxParallel: 0 } }, 'ValueError: step and maxParallel of array must be above 0'],
    [{ array: { to: 3, maxParallel: 1.5 } }, 'ValueError: array must be a whole number, got 1.5'],
    [{ signal: 12 }, 'TypeError: Expected signal to be the name of one, got 12'],
    [{ signal: { seconds: 5 } }, 'TypeError: Expected signal to be a string, got None'],
    [{ signal: { name: 'USR2', seconds: -1 } }, 'ValueError: signal must be a whole number, got -1'],
    [{ extra: '--wait' }, "TypeError: Expected extra to be an array of strings, got '--wait'"],
    [{ extra: [1] }, 'TypeError: Expected extra to be an array of strings, got [1]'],
  ])('%j', async (options, text) => {
    expect(() => untyped(options)).toThrow(expect.objectContaining({ name: text.split(':', 1)[0] }));
    await expect(sbatch({ command: ['true'], ...options } as never).catch(String)).resolves.toBe(text);
  });

  test('an option that is none, by each command', async () => {
    const options = { nNodes: 2 } as never;
    expect(() => sbatchSync({ command: ['true'], ...(options as object) } as never)).toThrow("Unknown option 'nNodes'");
    await expect(sbatch('/dev/null', options)).rejects.toThrow("Unknown option 'nNodes'");
    await expect(srun(['true'], options)).rejects.toThrow("Unknown option 'nNodes'");
    await expect(salloc(options)).rejects.toThrow("Unknown option 'nNodes'");
    await expect(squeue(options)).rejects.toThrow("Unknown option 'nNodes'");
    await expect(scancel(options)).rejects.toThrow("Unknown option 'nNodes'");
  });

  test.each<[unknown, string]>([
    [undefined, 'Expected the path of a script, or an object of options, got None'],
    [12, 'Expected the path of a script, or an object of options, got 12'],
    [{}, 'Expected a command, or a script'],
    [{ command: ['true'], script: '#!/bin/sh\n' }, 'Expected a command, or a script'],
    [{ command: [] }, 'Expected command to have a program'],
    [{ command: 'true' }, "Expected command to be an array of strings, got 'true'"],
    [{ command: ['echo', 1] }, "Expected command to be an array of strings, got ['echo', 1]"],
    [{ script: 1 }, 'Expected script to be a string, got 1'],
  ])('a batch that is %j', async (batch, text) => {
    await expect(sbatch(batch as never)).rejects.toThrow(new TypeError(text));
  });

  test('a script that is not there, and arguments that are no strings', async () => {
    await expect(sbatch('/nowhere/job.sh')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(sbatch('/dev/null', { args: [1] as never })).rejects.toThrow(
      'Expected args to be an array of strings',
    );
  });

  test.each(['', 'abc', '12;', '12_', -1, 1.5, '1 2', '12_[0-3]'])('%j as the number of a job', (id) => {
    expect(() => new Job(id)).toThrow('Expected the number of a job, got');
  });

  test('jobs that are none, by scancel', async () => {
    for (const job of [null, undefined, 'abc', [1, 'x'], [null], 1.5])
      await expect((async () => scancel(job as never))()).rejects.toThrow(/^Expected the number of a job, got /);
    for (const nothing of [[], {}]) await expect(scancel(nothing)).rejects.toThrow(/^Expected jobs, or a name/);
    await expect(scancel(1, { signal: '' })).rejects.toThrow("Expected signal to be a string, got ''");
  });
});

describe('the script to read', () => {
  test('has the options of a command as #SBATCH lines', () => {
    expect(readableScript('#!/bin/sh\nexec true\n', { nodes: 2, time: 60, requeue: false })).toBe(
      '#!/bin/sh\n#SBATCH --nodes=2\n#SBATCH --no-requeue\n#SBATCH --time=0:01:00\nexec true\n',
    );
  });

  test('quotes what an #SBATCH line would end at', () => {
    const options = { jobName: 'a "b" \\c #1', output: "it's.out", comment: 'two\nlines', account: 'plain$*|' };
    expect(readableScript('true', options).split('\n')).toEqual([
      '#!/bin/sh',
      '#SBATCH --account=plain$*|',
      '#SBATCH --comment="two lines"',
      '#SBATCH --job-name="a \\"b\\" \\\\c #1"',
      `#SBATCH --output="it's.out"`,
      'true',
    ]);
  });

  test('has them behind those of the script, over which they take precedence', () => {
    const script = '#!/bin/sh\n# mine\n\n#SBATCH -N 1 # one\n\necho\n#SBATCH -N 3\n';
    expect(readableScript(script, { nodes: 2 })).toBe(
      '#!/bin/sh\n# mine\n\n#SBATCH -N 1 # one\n#SBATCH --nodes=2\n\necho\n#SBATCH -N 3\n',
    );
    expect(readableScript('#!/bin/sh\n#SBATCH -N 1', { nodes: 2 })).toBe('#!/bin/sh\n#SBATCH -N 1\n#SBATCH --nodes=2');
  });

  test.each([
    ['a-b/c.d', 'a-b/c.d'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", `'it'\\''s'`],
    ['$HOME*|\n', `'$HOME*|\n'`],
    ['ü', "'ü'"],
  ])('a word of a command, %j, is %s', (word, expected) => {
    expect(quoted(word)).toBe(expected);
  });
});

describe('phaseOf', () => {
  const PHASES = {
    waits: ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'RESV_DEL_HOLD', 'SPECIAL_EXIT'],
    runs: ['RUNNING', 'COMPLETING', 'SIGNALING', 'SUSPENDED', 'STOPPED', 'STAGE_OUT', 'RESIZING'],
    ended: [
      ...['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'DEADLINE', 'OUT_OF_MEMORY'],
      ...['NODE_FAIL', 'BOOT_FAIL', 'PREEMPTED', 'REVOKED'],
    ],
    unknown: ['NEW_IN_2030', '', 'UNKNOWN', 'toString', 'running'],
  };

  test.each(Object.entries(PHASES))('says %s for its states', (phase, states) => {
    expect(states.map(phaseOf)).toEqual(states.map(() => phase));
  });
});
