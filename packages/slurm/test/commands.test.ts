// Long because every command has its tests on the cluster here: what they share is the time that the jobs take.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  Job,
  JobCancelledError,
  JobFailedError,
  type JobInfo,
  JobNodeFailError,
  SlurmError,
  SubmitError,
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
import { CalledProcessError } from '@prac/subprocess';
import { afterEach, describe, expect, test } from 'vitest';
import { inOwnDirectory, node, onCluster, signalDaemon } from './helpers/cluster.ts';

/** The script of the practical: comments behind its options. */
const PRACTICAL = `#!/bin/sh

#SBATCH -N 1 #this means we request for 1 node

#SBATCH -p broadwell #we request a node from the Broadwell partition
#SBATCH -t 1:00:00 #we define our walltime to be 1 hour

srun hostname
`;

const ODD = `a b "c" 'd' $HOME \`x\` *.ts | & ; # \\ ü=1 StdOut=/etc/passwd`;
const HOST = hostname();
const FOREVER = ['sleep', '300'];

onCluster('on a cluster', () => {
  inOwnDirectory();

  describe('sbatch', () => {
    test('runs the script of the practical as it is, and with two nodes', async () => {
      writeFileSync('job.sh', PRACTICAL);
      writeFileSync('two.sh', PRACTICAL.replace('-N 1', '-N 2'));
      const file = pathToFileURL(resolve('job.sh'));
      const jobs = [await sbatch('job.sh'), await sbatch('two.sh'), sbatchSync(file, { nodes: 2 })];
      expect(await Promise.all(jobs.map((job) => job.wait()))).toEqual(
        jobs.map(({ id }) => ({
          jobId: id,
          state: 'COMPLETED',
          exitCode: 0,
          signal: null,
          reason: 'None',
          logTail: '',
        })),
      );
      const outputs = await Promise.all(jobs.map((job) => job.stdout()));
      expect(outputs).toEqual([`${HOST}\n`, `${HOST}\n${HOST}\n`, `${HOST}\n${HOST}\n`]);
      expect(readFileSync(`slurm-${jobs[0]!.id}.out`, 'utf8')).toBe(outputs[0]);
      const infos = (await Promise.all(jobs.map((job) => job.info()))).flat();
      expect(infos.map(({ name, nodes }) => [name, nodes])).toEqual([
        ['job.sh', 1],
        ['two.sh', 2],
        ['job.sh', 2],
      ]);
      expect(infos[0]).toMatchObject({
        partition: 'broadwell',
        timeLimit: 3600,
        user: userInfo().username,
        exitCode: 0,
      });
      expect(jobs[0]!.script).toBe(PRACTICAL);
      expect(jobs[2]!.script).toBe(PRACTICAL.replace('1 hour\n', '1 hour\n#SBATCH --nodes=2\n'));
    });

    test('leaves arguments, paths and names as they are, whatever is in them', async () => {
      const jobName = `${ODD}\nsecond line`;
      mkdirSync(ODD.replaceAll('/', '_'));
      const chdir = realpathSync(ODD.replaceAll('/', '_'));
      const output = resolve(`${ODD.replaceAll('/', '_').replaceAll('\\', '')} %j`);
      writeFileSync('-a script, $its name*.sh', `#!/bin/sh\nprintf '<%s>' "$@"\n`);
      const words = [ODD, 'two\nlines\n', '', '-n', '%s', "'"];
      const jobs = await Promise.all([
        sbatch({ command: ['printf', '<%s>', ...words], jobName, output, comment: ODD }),
        sbatch('-a script, $its name*.sh', { args: words, jobName, output }),
        sbatch({ command: ['pwd'], chdir }),
        sbatch({ command: ['sh', '-c', 'printf "%s" "$ODD"'], env: { ODD } }),
      ]);
      await Promise.all(jobs.map((job) => job.wait()));
      const printed = words.map((word) => `<${word}>`).join('');
      expect(await Promise.all(jobs.map((job) => job.stdout()))).toEqual([printed, printed, `${chdir}\n`, ODD]);
      expect(existsSync(output.replace('%j', jobs[0]!.id))).toBe(true);
      const info = await jobs[0]!.info();
      expect(info).toMatchObject([{ name: jobName, comment: ODD }]);
      expect((await scontrol.show('job', jobs[3]!.id))[0]).toMatchObject({
        JobName: 'sh',
        Comment: expect.stringMatching(/^prac-/),
      });
      expect((await scontrol.show('job', jobs[0]!.id))[0]).toMatchObject({ JobName: jobName, Comment: ODD });
    });

    test('reads the script of a job as it was meant', async () => {
      const jobs = [await sbatch({ command: ['true'], jobName: ODD, nodes: 2, cpusPerTask: 2, time: 120 })];
      expect(jobs[0]!.script).toMatch(/^#!\/bin\/sh\n(#SBATCH .*\n){4}exec true\n$/);
      jobs.push(sbatchSync({ script: jobs[0]!.script }));
      await Promise.all(jobs.map((job) => job.wait()));
      const [first, second] = (await Promise.all(jobs.map((job) => job.info()))).flat();
      const asked = ({ name, nodes, cpus, timeLimit }: JobInfo) => ({ name, nodes, cpus, timeLimit });
      expect(asked(second!)).toEqual({ name: ODD, nodes: 2, cpus: 4, timeLimit: 120 });
      expect(asked(first!)).toEqual(asked(second!));
    });

    test('is not disturbed by what is in the environment, nor is what is told of a job', async () => {
      const before = await sbatch({ command: ['true'] });
      await before.wait();
      const [known] = await before.info();
      const partitions = await sinfo();
      const noise = {
        ...{ SQUEUE_FORMAT: '%i', SQUEUE_STATES: 'FAILED', SQUEUE_PARTITION: 'broadwell', SINFO_FORMAT: '%P' },
        ...{
          SBATCH_PARTITION: 'nope',
          SBATCH_TIMELIMIT: 'soon',
          SLURM_JOB_ID: '999999',
          SLURM_TIME_FORMAT: 'relative',
        },
        ...{ SRUN_CPUS_PER_TASK: '99', SLURM_PARTITION: 'nope', SALLOC_PARTITION: 'nope', SCANCEL_STATE: 'PENDING' },
        ...{ TZ: 'Asia/Tokyo', LC_ALL: 'C' },
      };
      const restore = setEnvironment(noise);
      try {
        const job = await sbatch({ command: ['sh', '-c', 'echo $TZ $LC_ALL $SLURM_TIME_FORMAT'] });
        await job.wait();
        expect(await job.stdout()).toBe('Asia/Tokyo C\n');
        expect(await before.info()).toEqual([known]);
        expect(await sinfo()).toEqual(partitions);
        expect(Math.abs(known!.submitTime!.getTime() - Date.now())).toBeLessThan(120_000);
        expect((await srun(['hostname'], { captureOutput: true, text: true })).stdout).toBe(`${HOST}\n`);
        await (await salloc()).release();
      } finally {
        restore();
      }
    });

    test('refuses what can never be', async () => {
      const error = await sbatch({ command: ['true'], partition: 'nope' }).catch((it) => it);
      expect(error).toBeInstanceOf(SubmitError);
      expect(error.stderr).toMatch(/invalid partition specified: nope/i);
      expect(() => sbatchSync({ command: ['true'], mem: '1T' })).toThrow(/Memory specification can not be satisfied/);
      await expect(sbatch({ script: 'true\n' })).rejects.toThrow('This does not look like a batch script');
    });

    test('has a request that no node can fulfil wait, and tells why', async () => {
      const job = await sbatch({ command: ['true'], nodes: 9 });
      await until(async () => (await job.info())[0]?.reason.startsWith('Partition') === true);
      expect(await job.info()).toMatchObject([{ state: 'PENDING', nodes: 9, signal: null, startTime: null }]);
      expect(await job.stdout()).toBe('');
      await job.cancel();
    });
  });

  describe('a job', () => {
    test('that ends badly says how, and the end of what it wrote', async () => {
      const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
      const script = `#!/bin/sh\necho to stdout\nprintf '%s\\n' ${lines.map((it) => `'${it}'`).join(' ')} >&2\nexit 3\n`;
      const [failed, apart, killed, nowhere] = await Promise.all([
        sbatch({ script }),
        sbatch({ script, output: 'out-%j', error: 'err-%j' }),
        sbatch({ command: ['sh', '-c', 'kill -9 $$'] }),
        sbatch({ command: ['true'], output: 'missing/%j.out' }),
      ]);
      const errors = await Promise.all([failed, apart, killed, nowhere].map((job) => job.wait().catch((it) => it)));
      for (const error of errors) expect(error).toBeInstanceOf(JobFailedError);
      const logTail = lines.slice(-20).join('\n');
      expect(errors.map(({ exitCode, signal, reason }) => [exitCode, signal, reason])).toEqual([
        ...[
          [3, null, 'NonZeroExitCode'],
          [3, null, 'NonZeroExitCode'],
          [0, 9, expect.stringMatching(/LaunchFailure|NonZeroExitCode|RaisedSignal/)],
        ],
        [expect.any(Number), 53, 'JobLaunchFailure'], // no signal of this machine: Slurm's way to say that there was no log
      ]);
      expect(errors.map((it) => it.logTail)).toEqual([logTail, logTail, '', '']);
      expect(errors[0].message).toBe(`job ${failed.id} has ended: FAILED, exit code 3 (NonZeroExitCode)\n${logTail}`);
      expect(await apart.stdout()).toBe('to stdout\n');
      expect(await apart.stderr()).toBe(`${lines.join('\n')}\n`);
      expect([apart.stdoutSync(), apart.stderrSync()]).toEqual([await apart.stdout(), await apart.stderr()]);
      expect(await failed.stderr()).toBe(await failed.stdout());
      expect(await nowhere.stdout()).toBe('');
      expect(() => failed.waitSync()).toThrow(errors[0].message);
      expect(failed.waitSync({ check: false })).toEqual(await failed.wait({ check: false }));
      expect([failed.stateSync(), failed.infoSync()]).toEqual([await failed.state(), await failed.info()]);
    });

    test('of an array has an end when all of its elements have', async () => {
      const script = '#!/bin/sh\necho element $SLURM_ARRAY_TASK_ID\n[ $SLURM_ARRAY_TASK_ID != 2 ] || exit 2\n';
      const [bad, good] = await Promise.all([
        sbatch({ script, array: { to: 4, step: 2, maxParallel: 2 } }),
        sbatch({ script, array: [0, 3], output: '%a-%A' }),
      ]);
      await expect(bad.wait()).rejects.toMatchObject({ jobId: `${bad.id}_2`, exitCode: 2, logTail: 'element 2' });
      const infos = await bad.info();
      expect(infos.map(({ id, exitCode }) => [id, exitCode]).sort()).toEqual([
        ...[
          [`${bad.id}_0`, 0],
          [`${bad.id}_2`, 2],
          [`${bad.id}_4`, 0],
        ],
      ]);
      expect(await bad.element(0).wait()).toMatchObject({ jobId: `${bad.id}_0`, state: 'COMPLETED' });
      expect(await good.wait()).toMatchObject({ jobId: good.id, state: 'COMPLETED', exitCode: 0 });
      expect(await good.element(3).stdout()).toBe('element 3\n');
      expect(readFileSync(`3-${good.id}`, 'utf8')).toBe('element 3\n');
      expect(await bad.element(1).state()).toBe('UNKNOWN');
    });

    test('goes on when a wait for it is given up, until it is cancelled, once or twice', async () => {
      const [job, other, sync] = await Promise.all(
        [1, 2, 3].map(() => sbatch({ command: FOREVER, jobName: 'for ever' })),
      );
      await Promise.all([job!, other!, sync!].map((it) => running(it)));
      await expect(job!.wait(0)).rejects.toThrow(new TimeoutError(`job ${job!.id} has not ended in time`));
      await expect(job!.wait({ timeout: 0.1 })).rejects.toThrow(TimeoutError);
      expect(() => job!.waitSync(0)).toThrow(TimeoutError);
      const controller = new AbortController();
      const wait = job!.wait({ signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(wait).rejects.toThrow('enough');
      await expect(job!.wait({ signal: controller.signal })).rejects.toThrow('enough');
      await job!.cancel({ state: 'PENDING' });
      expect(await job!.state()).toBe('RUNNING');
      expect((await squeue({ name: 'for ever', states: 'RUNNING' })).map(({ id }) => id).sort()).toEqual(
        [job!.id, other!.id, sync!.id].sort(),
      );
      const waits = [job!, other!, sync!].map((it) => it.wait().catch((error) => error));
      await job!.cancel();
      await scancel(other!);
      sync!.cancelSync();
      for (const error of await Promise.all(waits)) {
        expect(error).toBeInstanceOf(JobCancelledError);
        expect(error).toMatchObject({ state: 'CANCELLED', signal: 15, exitCode: 0 });
      }
      await job!.cancel();
      await scancel([job!, other!.id, 999_999]);
      scancelSync([sync!], { state: 'PENDING' });
    });

    test('that has not begun can be cancelled only as long as it has not; others by their name', async () => {
      const [held, named] = await Promise.all(
        ['held', 'by name'].map((jobName) => sbatch({ command: ['true'], hold: true, jobName })),
      );
      await held!.cancel({ state: 'PENDING' });
      await scancel({ name: 'by name' });
      expect(await named!.wait({ check: false })).toMatchObject({ state: 'CANCELLED' });
      await expect(held!.wait()).rejects.toThrow(JobCancelledError);
    });

    test('gets a signal, and goes on', async () => {
      const script = `#!/bin/sh\ntrap 'echo got it; exit 4' USR2\ntouch ready\nwhile :; do sleep 0.05; done\n`;
      const job = await sbatch({ script });
      await until(async () => existsSync('ready'));
      await job.cancel({ signal: 'USR2', batch: true });
      await expect(job.wait()).rejects.toMatchObject({ state: 'FAILED', exitCode: 4, logTail: 'got it' });
    });

    test('waits for what it depends on, or is cancelled if that can never be', async () => {
      const [good, bad] = await Promise.all(['true', 'false'].map((it) => sbatch({ command: [it], hold: true })));
      const after = await sbatch({ command: ['true'], dependency: [{ job: good! }, { type: 'afterany', job: bad! }] });
      const never = await sbatch({ command: ['true'], dependency: { job: bad! }, killOnInvalidDep: true });
      expect(await never.info()).toMatchObject([{ state: 'PENDING', reason: 'Dependency' }]);
      await scontrol.release(bad!.id);
      scontrol.releaseSync(good!.id);
      await expect(never.wait()).rejects.toMatchObject({ name: 'JobCancelledError', state: 'CANCELLED' });
      await after.wait();
      expect(await good!.state()).toBe('COMPLETED');
    });

    test('whose node fails ends so, or begins anew', async () => {
      const asked = { command: ['sh', '-c', 'touch $SLURM_JOB_ID.begun; exec sleep 300'], nodelist: 'tcn4' };
      const [once_, again] = await Promise.all([
        sbatch({ ...asked, requeue: false }),
        sbatch({ ...asked, requeue: true, output: '%N-%j.out' }),
      ]);
      expect(await again.stdout()).toBe(''); // its node is not known yet
      await Promise.all([running(once_), running(again)]);
      await until(async () => existsSync(`${once_.id}.begun`) && existsSync(`${again.id}.begun`)); // not only by what the controller says
      try {
        node('down', 'tcn4');
        const error = await once_.wait().catch((it) => it);
        expect(error).toBeInstanceOf(JobNodeFailError);
        expect(error).toMatchObject({ jobId: once_.id, state: 'NODE_FAIL' });
        await until(async () => (await again.info())[0]?.restarts === 1);
        expect(await again.state()).toBe('PENDING');
        expect((await sinfo({ nodes: 'tcn4', partition: 'normal' }))[0]?.state).toMatch(/^down/);
      } finally {
        await again.cancel();
        node('up', 'tcn4');
      }
    });
  });

  describe('a controller that is stopped', () => {
    test('makes nobody submit twice, and no wait end', async () => {
      const job = await sbatch({ command: ['true'], hold: true });
      await scontrol.update({ JobId: job.id, Comment: 'of two words' });
      await scontrol.release(job.id);
      const restore = withNotes('sbatch', 'squeue');
      try {
        signalDaemon('slurmctld', 'SIGSTOP');
        const wait = job.wait();
        const jobName = `once ${process.pid}`;
        const submitted = sbatch({ command: ['true'], jobName });
        await until(async () => /^sbatch [^0]/m.test(notes()) && /^squeue [^0]/m.test(notes()));
        signalDaemon('slurmctld', 'SIGCONT');
        expect(await wait).toMatchObject({ jobId: job.id, state: 'COMPLETED' });
        const { id } = await submitted;
        await new Job(id).wait();
        expect((await squeue({ me: true, name: jobName, states: 'all' })).map((it) => it.id)).toEqual([id]);
        expect(notes().match(/^sbatch/gm)).toHaveLength(1);
      } finally {
        signalDaemon('slurmctld', 'SIGCONT');
        restore();
      }
    });
  });

  describe('scontrol', () => {
    test('holds, releases, suspends, resumes and requeues', async () => {
      const [job, sync] = await Promise.all([1, 2].map(() => sbatch({ command: FOREVER, hold: true })));
      expect(await job!.info()).toMatchObject([{ state: 'PENDING', reason: 'JobHeldUser' }]);
      await scontrol.update({ JobId: job!.id, TimeLimit: '10:00' });
      scontrol.updateSync({ JobId: sync!.id, TimeLimit: '2-00:00:00' });
      await scontrol.release(job!.id);
      await scontrol.hold(job!.id);
      expect(await job!.info()).toMatchObject([{ state: 'PENDING', timeLimit: 600 }]);
      await scontrol.release(job!.id);
      scontrol.releaseSync(sync!.id);
      scontrol.holdSync(sync!.id);
      scontrol.releaseSync(sync!.id);
      await Promise.all([running(job!), running(sync!)]);
      await scontrol.suspend(job!.id);
      scontrol.suspendSync(sync!.id);
      expect([await job!.state(), await sync!.state()]).toEqual(['SUSPENDED', 'SUSPENDED']);
      await scontrol.resume(job!.id);
      scontrol.resumeSync(sync!.id);
      expect([await job!.state(), await sync!.state()]).toEqual(['RUNNING', 'RUNNING']);
      await scontrol.requeue(job!.id);
      scontrol.requeueSync(sync!.id);
      for (const it of [job!, sync!]) await until(async () => (await it.info())[0]?.restarts === 1);
      await expect(job!.wait(0)).rejects.toThrow(TimeoutError);
      expect(await sync!.info()).toMatchObject([{ timeLimit: 172_800 }]);
      await scancel([job!, sync!]);
    });

    test('shows jobs, nodes, partitions and the configuration', async () => {
      const job = await sbatch({ command: ['true'], hold: true });
      expect(await scontrol.show('job', job.id)).toMatchObject([
        { JobId: job.id, JobState: 'PENDING', WorkDir: process.cwd(), StdOut: resolve(`slurm-${job.id}.out`) },
      ]);
      expect(scontrol.showSync('job', job.id)).toEqual(await scontrol.show('job', job.id));
      expect((await scontrol.show('node')).map((it) => it.NodeName)).toEqual(['tcn1', 'tcn2', 'tcn3', 'tcn4']);
      expect(await scontrol.show('node', 'tcn2')).toMatchObject([
        { NodeName: 'tcn2', CPUTot: '4', OS: expect.stringMatching(/^Linux .* /) },
      ]);
      const partitions = await scontrol.show('partition');
      expect(partitions.map((it) => it.PartitionName).sort()).toEqual(['broadwell', 'normal', 'preemptible']);
      expect(await scontrol.config()).toMatchObject({ ClusterName: 'prac', MaxArraySize: '10001' });
      expect(scontrol.configSync().SlurmctldHost).toEqual((await scontrol.config()).SlurmctldHost);
      await expect(scontrol.show('node', 'nope')).rejects.toThrow(SlurmError);
      await expect(scontrol.show('job', '999999')).rejects.toThrow('Invalid job id specified');
      await expect(scontrol.requeue('999999')).rejects.toThrow('Invalid job id specified');
      await expect(scontrol.hold('')).rejects.toThrow("Expected a string, got ''");
      await job.cancel();
    });
  });

  test('squeue, sinfo and sacct tell what there is, blocking or not', async () => {
    const jobs = await Promise.all(['a', 'b,c'].map((jobName) => sbatch({ command: ['true'], hold: true, jobName })));
    const mine = await squeue({ me: true, states: ['PENDING', 'RUNNING'], partition: ['normal', 'broadwell'] });
    expect(mine.map(({ name }) => name).sort()).toEqual(['a', 'b,c']);
    expect(squeueSync({ user: userInfo().username, name: 'a' })).toEqual(await squeue({ name: 'a' }));
    expect(await squeue({ name: 'a' })).toHaveLength(1);
    expect(await squeue({ states: 'RUNNING' })).toEqual([]);
    expect(await squeue({ partition: 'nope' })).toEqual([]);
    await expect(squeue({ states: 'NO_STATE' })).rejects.toThrow(SlurmError);
    await expect(squeue({ user: 5 as never })).rejects.toThrow('Expected user to be a string, got 5');
    scancelSync(jobs);
    const partitions = await sinfo({ partition: ['normal', 'broadwell'] });
    expect(new Map(partitions.map(({ partition, isDefault, isUp }) => [partition, isDefault && isUp]))).toEqual(
      new Map([
        ['normal', true],
        ['broadwell', false],
      ]),
    );
    const normal = partitions.filter(({ partition }) => partition === 'normal');
    for (const some of normal) expect(some).toMatchObject({ memory: 2 ** 32, features: '', gres: '' });
    expect(normal.reduce((sum, { nodes }) => sum + nodes, 0)).toBe(4);
    expect(normal.reduce((sum, { cpus }) => sum + cpus.total, 0)).toBe(16);
    expect(sinfoSync({ nodes: ['tcn1'] }).map(({ nodeList }) => nodeList)).toEqual(['tcn1', 'tcn1', 'tcn1']);
    expect([await sacct('1'), sacctSync(['1', '2_3'])]).toEqual([undefined, undefined]);
  });

  describe('srun', () => {
    const captured = { captureOutput: true, text: true } as const;

    test('runs a command on nodes', async () => {
      const done = await srun(['sh', '-c', 'echo "$SLURM_NODEID $1"', 'sh', ODD], {
        nodes: 2,
        label: true,
        ...captured,
      });
      expect(done.stdout.split('\n').sort()).toEqual(['', `0: 0 ${ODD}`, `1: 1 ${ODD}`]);
      expect(done.returncode).toBe(0);
      expect((await srun(['cat'], { input: 'ü', ...captured })).stdout).toBe('ü');
      expect(srunSync(['hostname'], { partition: 'broadwell', ...captured }).stdout).toBe(`${HOST}\n`);
    });

    test('tells how it has ended', async () => {
      expect((await srun(['sh', '-c', 'exit 5'], captured)).returncode).toBe(5);
      expect(srunSync(['sh', '-c', 'exit 5'], captured).returncode).toBe(5);
      await expect(srun(['false'], { check: true, ...captured })).rejects.toThrow(CalledProcessError);
      await expect(srun(['true'], { cwd: '/nowhere' })).rejects.toMatchObject({ name: 'FileNotFoundError' });
      expect((await srun(['true'], { partition: 'nope', ...captured })).stderr).toMatch(/invalid partition/i);
      for (const command of [[], 'true', [1]])
        await expect(srun(command as never)).rejects.toThrow('Expected a program and its arguments');
    });

    test('ends its step when it is aborted, or its time is up', async () => {
      const controller = new AbortController();
      const aborted = srun(['sh', '-c', 'touch begun; sleep 300'], { signal: controller.signal, ...captured });
      await until(async () => existsSync('begun'));
      controller.abort(new Error('enough'));
      await expect(aborted).rejects.toThrow('enough');
      await expect(srun(FOREVER, { timeout: 0.5, ...captured })).rejects.toMatchObject({ name: 'TimeoutExpired' });
      await until(async () => (await squeue({ me: true })).length === 0);
    });

    test('has time to end its step: killed, it would leave its job behind', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = srun(['sh', '-c', 'touch begun; sleep 300'], { signal, nodelist: 'tcn3', ...captured });
      await until(async () => existsSync('begun'));
      node('pause', 'tcn3');
      try {
        controller.abort(new Error('enough'));
        await expect(aborted).rejects.toThrow('enough');
      } finally {
        node('resume', 'tcn3');
      }
      await until(async () => (await squeue({ me: true })).length === 0);
    });
  });

  describe('salloc', () => {
    const captured = { captureOutput: true, text: true } as const;

    test('gets nodes, which are used, and given back', async () => {
      const allocation = await salloc({ nodes: 2, jobName: ODD });
      expect(await allocation.job.info()).toMatchObject([{ id: allocation.id, state: 'RUNNING', nodes: 2, name: ODD }]);
      expect((await allocation.srun(['hostname'], captured)).stdout).toBe(`${HOST}\n${HOST}\n`);
      await allocation.release();
      expect(await allocation.job.wait()).toMatchObject({ state: 'COMPLETED' });
      await allocation.release();
      const sync = sallocSync();
      expect(sync.srunSync(['hostname'], captured).stdout).toBe(`${HOST}\n`);
      sync.releaseSync();
      expect(sync.job.waitSync()).toMatchObject({ state: 'COMPLETED' });
    });

    test('gives them back where its block ends', async () => {
      let job: Job;
      {
        await using allocation = await salloc();
        job = allocation.job;
        expect(await job.state()).toBe('RUNNING');
      }
      expect(await job.wait()).toMatchObject({ state: 'COMPLETED' });
    });

    test('refuses what can never be', async () => {
      await expect(salloc({ partition: 'nope' })).rejects.toThrow(SubmitError);
      expect(() => sallocSync({ mem: '1T' })).toThrow(/Memory specification can not be satisfied/);
    });

    test('that is aborted while it waits leaves nothing', async () => {
      const controller = new AbortController();
      const waiting = salloc({ hold: true, jobName: 'held', abort: controller.signal });
      await until(async () => (await squeue({ name: 'held' })).length === 1);
      controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await until(async () => (await squeue({ name: 'held' })).length === 0);
      await expect(salloc({ abort: controller.signal })).rejects.toThrow('enough');
    });

    test('waits for nothing when its program is killed', async () => {
      const child = started(`import { salloc } from '@prac/slurm'; await salloc({ hold: true, jobName: 'held' });`);
      await until(async () => (await squeue({ name: 'held' })).length === 1);
      child.kill('SIGKILL');
      await until(async () => (await squeue({ name: 'held' })).length === 0);
    });

    test('keeps nothing when its program is killed', async () => {
      const program = `import { salloc } from '@prac/slurm';
        const allocation = await salloc();
        console.log(allocation.id);
        setInterval(() => {}, 1000);`;
      const child = started(program);
      const [id] = await once(child.stdout!.setEncoding('utf8'), 'data');
      const job = new Job(id.trim());
      expect(await job.state()).toBe('RUNNING');
      child.kill('SIGKILL');
      await until(async () => (await job.state()) !== 'RUNNING');
      await job.wait({ check: false });
    });
  });
});

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

function started(program: string): ChildProcess {
  const words = ['--conditions=@prac/source', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, words, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  return child;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 20));
}

const running = (job: Job): Promise<void> => until(async () => (await job.state()) === 'RUNNING');

function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  };
}

/** Has each call of a command noted when it ends: its name, and its exit code. */
function withNotes(...names: readonly string[]): () => void {
  mkdirSync('bin');
  for (const name of names) {
    const real = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(`${folder}/${name}`));
    writeFileSync(
      `bin/${name}`,
      `#!/bin/sh\n${real}/${name} "$@"\ncode=$?\necho "${name} $code" >> '${resolve('notes')}'\nexit $code\n`,
    );
    chmodSync(`bin/${name}`, 0o755);
  }
  return setEnvironment({ PATH: `${resolve('bin')}${delimiter}${process.env.PATH}` });
}

const notes = (): string => (existsSync('notes') ? readFileSync('notes', 'utf8') : '');
