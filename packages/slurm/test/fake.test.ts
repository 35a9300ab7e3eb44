// Long because each answer of Slurm that a real cluster does not give here is one short test.
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  ControllerError,
  Job,
  JobCancelledError,
  JobDiedError,
  JobFailedError,
  JobOutOfMemoryError,
  JobTimeoutError,
  SlurmError,
  SlurmExecutor,
  SlurmNotFoundError,
  SubmitError,
  SubmitLimitError,
  sacct,
  sacctSync,
  salloc,
  sallocSync,
  sbatch,
  sbatchSync,
  scancel,
  scancelSync,
  scontrol,
  sinfo,
  sinfoSync,
  squeue,
  squeueSync,
  srun,
  srunSync,
  TimeoutError,
} from '@prac/slurm';
import { waitUntil as until } from '@prac/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inOwnDirectory } from './helpers/cluster.ts';

inOwnDirectory();

const path = process.env.PATH;
const { SLURM_CONF } = process.env;

/** The commands of a test, which are shell scripts; how often and with what each was called is in `calls`. */
beforeEach(() => {
  mkdirSync('bin');
  process.env.PATH = `${resolve('bin')}:${path}`;
  process.env.SLURM_CONF = resolve('slurm.conf'); // what is known of another cluster is not asked for here
  fake('squeue', '');
  fake('scontrol', 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1');
  fake('sacct', 'echo "Slurm accounting storage is disabled" >&2; exit 1');
});

afterEach(() => {
  process.env.PATH = path;
  if (SLURM_CONF === undefined) delete process.env.SLURM_CONF;
  else process.env.SLURM_CONF = SLURM_CONF;
});

describe('sbatch', () => {
  const DENIED = 'Batch job submission failed: Job violates accounting/QOS policy (job submit limit, ...)';

  test.each([
    ['QOSMaxSubmitJobPerUserLimit', `sbatch: error: ${DENIED}`],
    ['AssocMaxSubmitJobLimit', `sbatch: error: ${DENIED}`],
    ['AssocGrpSubmitJobsLimit', `sbatch: error: ${DENIED}`],
    [DENIED, ''],
    ['Slurm temporarily unable to accept job, sleeping and retrying', ''],
  ])('that says %j may accept the job later', async (first, second) => {
    fake('sbatch', `printf '%s\\n' 'sbatch: error: ${first}' '${second}' >&2; exit 1`);
    const error = await sbatch({ command: ['true'] }).catch((it) => it);
    expect(error).toBeInstanceOf(SubmitLimitError);
    expect(error).toMatchObject({ name: 'SubmitLimitError', message: `sbatch: error: ${first}`, returncode: 1 });
    expect(error.command).toContain('--job-name=true');
    expect(calls('sbatch')).toHaveLength(1);
  });

  test.each([
    ['Batch job submission failed: Invalid partition name specified', ''],
    ['Batch job submission failed: Invalid account or account/partition combination specified', ''],
    ['Memory specification can not be satisfied', ''],
    ['QOSMaxCpuPerJobLimit', `sbatch: error: ${DENIED}`],
    ['AssocMaxWallDurationPerJobLimit', `sbatch: error: ${DENIED}`],
    ['QOSMinCpuNotSatisfied', `sbatch: error: ${DENIED}`],
  ])('that says %j never accepts the job', async (first, second) => {
    fake('sbatch', `printf '%s\\n' 'warning' 'sbatch: error: ${first}' '${second}' >&2; exit 1`);
    const error = await sbatch({ command: ['true'] }).catch((it) => it);
    expect(error).toBeInstanceOf(SubmitError);
    expect(error).not.toBeInstanceOf(SubmitLimitError);
    expect(error.message).toBe(`sbatch: error: ${first}`);
  });

  test('that says nothing has its exit code told', async () => {
    fake('sbatch', 'exit 7');
    await expect(sbatch({ command: ['true'] })).rejects.toMatchObject({
      ...{ name: 'SubmitError', message: 'sbatch has failed with exit code 7', returncode: 7, stderr: '' },
    });
  });

  test('that writes the name of a cluster, too, has given the number of a job', async () => {
    fake('sbatch', "echo '123;cluster'");
    expect((await sbatch({ command: ['true'] })).id).toBe('123');
    fake('sbatch', "printf 'welcome to the cluster\\n124\\n'");
    expect(sbatchSync({ command: ['true'] }).id).toBe('124');
  });

  test.each(['', 'Submitted!', '-5'])('that writes %j has written nonsense', async (text) => {
    fake('sbatch', `echo '${text}'`);
    const error = await sbatch({ command: ['true'] }).catch((it) => it);
    expect(error).toBeInstanceOf(SlurmError);
    expect(error.message).toMatch(/^sbatch has written no number of a job: /);
    expect(calls('sbatch')).toHaveLength(1);
  });

  test.each([
    'Batch job submission failed: Socket timed out on send/recv operation',
    'Batch job submission failed: Unable to contact slurm controller (connect failure)',
    'Batch job submission failed: Zero Bytes were transmitted or received',
  ])('that says %j is not asked again if the job is there', async (text) => {
    fake('sbatch', `echo 'sbatch: error: ${text}' >&2; exit 1`);
    fake(
      'squeue',
      `${row('76', 'RUNNING')}; ${row('77', 'PENDING', { comment: '\'$(sed -n "s/.*--comment=\\(prac-[^ ]*\\).*/\\1/p" calls | head -1)\'' })}`,
    );
    expect((await sbatch({ command: ['true'] })).id).toBe('77');
    expect([calls('sbatch').length, calls('squeue').length]).toEqual([1, 1]);
  });

  test('is not asked again before the controller has said that the job is not there', async () => {
    fake('sbatch', `[ -e once ] && echo 78 && exit; touch once; echo 'sbatch: error: Socket timed out' >&2; exit 1`);
    fake(
      'squeue',
      `[ -e twice ] && exit; touch twice; echo 'squeue: error: Unable to contact slurm controller' >&2; exit 1`,
    );
    expect((await sbatch({ command: ['true'] })).id).toBe('78');
    expect(calls().map((it) => it.split(' ')[0])).toEqual(['sbatch', 'squeue', 'squeue', 'squeue', 'sbatch']);
  });

  test('is not asked again for a job with a comment that others may have, too', async () => {
    fake('sbatch', `echo 'sbatch: error: Socket timed out' >&2; exit 1`);
    fake('squeue', row('5', 'RUNNING', { comment: 'mine' }));
    await expect(sbatch({ command: ['true'], comment: 'mine' })).rejects.toThrow(ControllerError);
    await expect(sbatch({ script: '#!/bin/sh\n#SBATCH --comment=mine\n' })).rejects.toThrow(ControllerError);
    expect(calls('sbatch')).toHaveLength(2);
    expect(calls('squeue')).toEqual([]);
  });

  test('gets the environment of this process, and what it is given, without what Slurm has set', async () => {
    Object.assign(process.env, { SLURM_JOB_ID: '5', SBATCH_PARTITION: 'nope', PMI_RANK: '1', LC_ALL: 'de_DE.UTF-8' });
    try {
      fake('sbatch', 'env > variables; cat > script; echo 1');
      await sbatch({ command: ['true', 'ü'], env: { MINE: 'a b,c' } });
      const variables = readFileSync('variables', 'utf8');
      expect(variables).toContain(`SLURM_CONF=${process.env.SLURM_CONF}\n`);
      expect(variables).toContain('MINE=a b,c\n');
      expect(variables).toContain('LC_ALL=de_DE.UTF-8\n');
      expect(variables).not.toMatch(/^(SLURM_JOB_ID|SLURM_TIME_FORMAT|SBATCH_PARTITION|PMI_RANK)=/m);
      expect(readFileSync('script', 'utf8')).toBe("#!/bin/sh\nexec true 'ü'\n");
    } finally {
      for (const name of ['SLURM_JOB_ID', 'SBATCH_PARTITION', 'PMI_RANK', 'LC_ALL']) delete process.env[name];
    }
  });
});

describe('the end of a job', () => {
  test.each([
    ['OUT_OF_MEMORY', 0x7d00, JobOutOfMemoryError, { exitCode: 125, signal: null }],
    ['CANCELLED by 1000', 15, JobCancelledError, { state: 'CANCELLED', exitCode: 0, signal: 15 }],
    ['PREEMPTED', 0, JobCancelledError, {}],
    ['DEADLINE', 0, JobTimeoutError, {}],
    ['FAILED', 0x300, JobFailedError, { exitCode: 3, signal: null }],
  ])('that Slurm calls %s', async (state, status, type, expected) => {
    fake('squeue', row('5', state, { status: String(status) }));
    const error = await new Job(5).wait().catch((it) => it);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ name: type.name, jobId: '5', state, reason: 'None', logTail: '', ...expected });
    expect(() => new Job(5).waitSync()).toThrow(type);
    await expect(new Job(5).wait({ check: false })).resolves.toMatchObject({ jobId: '5', ...expected });
  });

  test('of an array is that of the element that has not ended well', async () => {
    fake('squeue', `${row('5_0', 'COMPLETED')}; ${row('5_1', 'FAILED', { status: '256' })}; ${row('50', 'CANCELLED')}`);
    await expect(new Job(5).wait()).rejects.toMatchObject({ jobId: '5_1', exitCode: 1 });
    await expect(new Job(5).element(0).wait()).resolves.toMatchObject({ jobId: '5_0', state: 'COMPLETED' });
  });

  test('is not yet there in a state that is new', async () => {
    fake('squeue', row('5', 'DREAMING'));
    await expect(new Job(5).wait(0)).rejects.toThrow('job 5 has not ended in time');
    expect(await new Job(5).state()).toBe('DREAMING');
  });

  test('is in the books when the controller has forgotten it', async () => {
    fake('sacct', 'echo "5|CANCELLED by 1000|0:15|0:0"');
    await expect(new Job(5).wait()).rejects.toMatchObject({ state: 'CANCELLED', exitCode: 0, signal: 15 });
    fake('sacct', 'printf "5_0|COMPLETED|0:0|0:0\\n5_1|FAILED|3:0|0:0\\n"');
    await expect(new Job(5).wait()).rejects.toMatchObject({ jobId: '5_1', state: 'FAILED', exitCode: 3, signal: null });
    fake('sacct', 'echo "5|COMPLETED|0:0|0:0"');
    await expect(new Job(5).wait()).resolves.toMatchObject({ state: 'COMPLETED', exitCode: 0 });
    expect(new Job(5).waitSync()).toEqual(await new Job(5).wait());
  });

  test('is waited for as long as the books are behind, or do not answer', async () => {
    fake('sacct', 'echo "5|RUNNING|0:0|0:0"');
    await expect(new Job(5).wait(0)).rejects.toThrow('job 5 has not ended in time');
    fake('sacct', 'echo "sacct: error: Problem talking to the database: Connection refused" >&2; exit 1');
    await expect(new Job(5).wait(0)).rejects.toThrow('job 5 has not ended in time');
    fake('squeue', 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1');
    await expect(new Job(6).wait(0)).rejects.toThrow('job 6 has not ended in time');
    await expect(new Job(6).state()).rejects.toThrow(ControllerError);
  });

  test('that nobody knows is an error', async () => {
    const error = await new Job(5).wait().catch((it) => it);
    expect(error).toBeInstanceOf(JobDiedError);
    expect(error.message).toBe('job 5 has ended: UNKNOWN (nobody knows it any more)');
    expect(await new Job(5).state()).toBe('UNKNOWN');
    expect(await new Job(5).info()).toEqual([]);
    await expect(new Job(5).stdout()).rejects.toThrow('Invalid job id specified');
  });

  test('is asked for once for all who wait for one, at the same time', async () => {
    fake('squeue', `[ -e ended ] && state=COMPLETED || state=RUNNING; ${row('5', `'"$state"'`)}`);
    const waits = Array.from({ length: 20 }, () => new Job(5).wait());
    await expect.poll(() => calls('squeue').length).toBeGreaterThanOrEqual(2);
    writeFileSync('ended', '');
    for (const { state } of await Promise.all(waits)) expect(state).toBe('COMPLETED');
    expect(calls('squeue').length).toBeLessThan(10); // and not each of them at each look
  });
});

describe('sacct', () => {
  test('tells how jobs have ended', async () => {
    fake(
      'sacct',
      'printf "5|CANCELLED by 1000|0:15|0:0\\n6|FAILED|3:0|0:0\\n7|OUT_OF_ME+|0:125|\\n8|PENDING|nonsense|\\n"',
    );
    const all = await sacct(['5', '6', '7', '8']);
    expect(all?.map(({ jobId, state, exitCode, signal }) => [jobId, state, exitCode, signal])).toEqual([
      ...[
        ['5', 'CANCELLED', 0, 15],
        ['6', 'FAILED', 3, null],
        ['7', 'OUT_OF_ME', 0, 125],
        ['8', 'PENDING', null, null],
      ],
    ]);
    expect(sacctSync(['5', '6', '7', '8'])).toEqual(all);
    expect(calls('sacct')[0]).toContain('--jobs=5,6,7,8');
  });

  test('is an error where it fails, unless no books are kept', async () => {
    expect(await sacct('5')).toBeUndefined();
    fake('sacct', 'echo "sacct: fatal: Bad day" >&2; exit 1');
    await expect(sacct('5')).rejects.toMatchObject({ name: 'SlurmError', message: 'sacct: fatal: Bad day' });
    await expect(sacct([])).rejects.toThrow('Expected jobs');
    await expect(sacct('all')).rejects.toThrow("Expected the number of a job, got 'all'");
  });
});

test('what commands write of jobs, partitions, and nodes of other versions', async () => {
  fake('squeue', row('5_3', 'NODE_FAIL', { comment: '(null)', name: 'a|b\nc', limit: '2-03:04:05', submit: 'N/A' }));
  expect(await squeue()).toEqual([
    expect.objectContaining({ id: '5_3', name: 'a|b\nc', comment: '', submitTime: null, timeLimit: 183_845, nodes: 1 }),
  ]);
  fake('sinfo', "printf 'normal*\\037up\\037idle*\\0372\\037a,b\\0371/2/3/6\\0374096+\\037(null)\\037gpu:2\\036\\n'");
  expect(await sinfo()).toEqual([
    {
      ...{ partition: 'normal', isDefault: true, isUp: true, state: 'idle*', nodes: 2, nodeList: 'a,b' },
      ...{ cpus: { allocated: 1, idle: 2, other: 3, total: 6 }, memory: 2 ** 32, features: '', gres: 'gpu:2' },
    },
  ]);
  expect(sinfoSync()).toEqual(await sinfo());
});

test('without commands each of them says so', async () => {
  process.env.PATH = resolve('nothing');
  const notHere = (name: string) =>
    expect.objectContaining({ name: 'SlurmNotFoundError', message: expect.stringContaining(`${name} is not here`) });
  for (const [name, call] of Object.entries({
    sbatch: () => sbatch({ command: ['true'] }),
    squeue: () => squeue(),
    scancel: () => scancel(1),
    scontrol: () => scontrol.show('job', '1'),
    sacct: () => sacct('1'),
    sinfo: () => sinfo(),
    srun: () => srun(['true']),
    salloc: () => salloc(),
  }))
    await expect(call(), name).rejects.toThrow(notHere(name));
  for (const [name, call] of Object.entries({
    sbatch: () => sbatchSync({ command: ['true'] }),
    squeue: () => squeueSync(),
    srun: () => srunSync(['true']),
    salloc: () => sallocSync(),
  }))
    expect(call, name).toThrow(notHere(name));
  await expect(new Job(1).wait()).rejects.toThrow(SlurmNotFoundError);
});

test('calls that cannot be cancelled, since the controller does not answer, go on when all others are', async () => {
  fake('scontrol', 'echo "MaxArraySize = 1001"');
  fake('sbatch', 'echo 5');
  fake('squeue', `[ -e ended ] || { ${row('5_0', 'PENDING')}; }`);
  fake('scancel', 'echo "scancel: error: Unable to contact slurm controller (connect failure)" >&2; exit 1');
  const executor = new SlurmExecutor({ directory: 'run', resultGrace: 0 });
  const future = executor.submit(() => 1);
  await until(() => future.jobId === '5_0');
  expect(() => future.cancel()).toThrow(ControllerError);
  const loose = executor.submit(() => 2);
  await executor.shutdown({ cancelFutures: true, wait: false });
  expect([future.cancelled(), loose.cancelled()]).toEqual([false, true]);
  writeFileSync('ended', '');
  await expect(future).rejects.toThrow(JobDiedError);
});

describe('a command that does not answer', () => {
  const HANGS = 'exec sleep 300.25';

  beforeEach(() => {
    for (const name of ['squeue', 'scontrol', 'sacct', 'scancel', 'sinfo']) fake(name, HANGS);
  });

  const job = new Job(1);
  test.each<[string, (limits: { timeout?: number; signal?: AbortSignal }) => Promise<unknown>]>([
    ['squeue', (limits) => squeue(limits)],
    ['sinfo', (limits) => sinfo(limits)],
    ['sacct', (limits) => sacct('1', limits)],
    ['scontrol.show', (limits) => scontrol.show('job', '1', limits)],
    ['scontrol.config', (limits) => scontrol.config(limits)],
    ['scontrol.requeue', (limits) => scontrol.requeue('1', limits)],
    ['scancel', ({ timeout, signal }) => scancel('1', { timeout, abort: signal })],
    ['Job.cancel', ({ timeout, signal }) => job.cancel({ timeout, abort: signal })],
    ['Job.state', (limits) => job.state(limits)],
    ['Job.stdout', (limits) => job.stdout(limits)],
  ])('is waited for as long as one wants: %s', async (_, call) => {
    await expect(call({ timeout: 0.1 })).rejects.toThrow(new TimeoutError('Slurm has not answered in time'));
    const controller = new AbortController();
    const aborted = call({ signal: controller.signal });
    await until(() => calls().length === 2);
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await expect(call({ signal: controller.signal })).rejects.toThrow('enough');
    await until(() => spawnSync('pgrep', ['-f', 'sleep 300.25']).status === 1); // nothing is left of them
  });

  test('in the blocking forms, too', () => {
    for (const call of [
      () => squeueSync({ timeout: 0.1 }),
      () => sinfoSync({ timeout: 0.1 }),
      () => sacctSync('1', 0.1),
      () => scancelSync('1', { timeout: 0.1 }),
      () => scontrol.showSync('job', null, 0.1),
      () => job.stateSync(0.1),
    ])
      expect(call).toThrow(TimeoutError);
  });

  test('a submission that nobody waits for any more is cancelled, if it is accepted', async () => {
    fake('sbatch', 'while [ ! -e go ]; do sleep 0.02; done; echo 77');
    fake('scancel', '');
    await expect(sbatch({ command: ['true'], timeout: 0.1 })).rejects.toThrow(TimeoutError);
    writeFileSync('go', '');
    await until(() => calls('scancel').length === 1);
    expect(calls('scancel')).toEqual(['scancel 77']);
    fake('sbatch', 'echo "sbatch: error: Invalid partition name specified" >&2; exit 1');
    await expect(sbatch({ command: ['true'], timeout: 0 })).rejects.toThrow(TimeoutError);
    await until(() => calls('sbatch').length === 2); // whose failure is nobody's
  });

  test('and nodes that do not come', async () => {
    fake('salloc', 'exec sleep 300.25');
    await expect(salloc({ timeout: 0.2 })).rejects.toThrow(new TimeoutError('no nodes were allocated in time'));
    await until(() => spawnSync('pgrep', ['-f', 'sleep 300.25']).status === 1);
  });
});

function fake(name: string, script: string): void {
  const file = join('bin', name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${resolve('calls')}"\n${script}\n`);
  chmodSync(file, 0o755);
  appendFileSync('calls', '');
}

function calls(name = ''): string[] {
  const all = existsSync('calls') ? readFileSync('calls', 'utf8').split('\n') : [];
  return all.filter((line) => line !== '' && line.startsWith(name));
}

interface Row {
  readonly status?: string;
  readonly comment?: string;
  readonly name?: string;
  readonly limit?: string;
  readonly submit?: string;
}

/** A command that writes a row of squeue. */
function row(id: string, state: string, more: Row = {}): string {
  const { status = '0', comment = '', name = 'job', limit = '1:00', submit = '1700000000' } = more;
  const fields = [id, state, 'None', 'me', 'normal', '(null)', '', '1', '1', status, '0', submit, 'N/A', 'N/A', limit];
  return `printf '%s\\037' ${[...fields, comment].map((it) => `'${it}'`).join(' ')}; printf '%s\\036\\n' '${name}'`;
}
