import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const script = (name: string): string => fileURLToPath(new URL(`../../../../scripts/slurm/${name}`, import.meta.url));

/*
 * A real Slurm, a controller and four nodes, on this machine: of this working copy, so that several can be tested at once. Where its daemons are not
 * installed, the tests that need them are skipped, and a line says so; PRAC_SLURM=required has them installed, and fails if that cannot be.
 */
export default function setup(): (() => void) | undefined {
  const isRequired = process.env.PRAC_SLURM === 'required';
  const isInstalled =
    spawnSync('sh', ['-c', 'PATH="$PATH:/usr/sbin:/sbin" command -v slurmctld && command -v sbatch']).status === 0;
  delete process.env.SLURM_CONF; // the tests are not to run on anybody's cluster
  if (!isInstalled && !isRequired) {
    console.log('Slurm is not installed here: tests on a cluster are skipped (PRAC_SLURM=required installs it)');
    return undefined;
  }
  const up = startCluster();
  if (up.conf === undefined) {
    if (isRequired) throw new Error(`Slurm does not start:\n${up.stderr}`);
    console.log(`Slurm does not start here: tests on a cluster are skipped\n${up.stderr}`);
    return undefined;
  }
  process.env.SLURM_CONF = up.conf;
  process.env.PRAC_SLURM_HOME = up.home;
  return up.stop;
}

export interface Cluster {
  /** Its configuration; nothing if it does not start. */
  readonly conf: string | undefined;
  readonly home: string;
  readonly stderr: string;
  readonly stop: () => void;
}

/** Starts one of this working copy's clusters: the one that all tests share, or the one that keeps books. */
export function startCluster(keepsBooks = false): Cluster {
  const number =
    createHash('sha256')
      .update(fileURLToPath(import.meta.url))
      .digest()
      .readUInt16LE() % 300;
  const home = `/var/tmp/prac-slurm-tests-${process.getuid?.()}-${number}${keepsBooks ? '-books' : ''}`;
  const port = 20_000 + 20 * number + (keepsBooks ? 5 : 10);
  const env = {
    ...process.env,
    PRAC_SLURM_HOME: home,
    PRAC_SLURM_PORT: String(port),
    ...(keepsBooks ? { PRAC_SLURM_ENFORCE: 'associations,limits,qos' } : {}),
  };
  const up = spawnSync(script('slurm-up'), keepsBooks ? ['--accounting'] : [], { env, encoding: 'utf8' });
  const conf = /SLURM_CONF=(\S+)/.exec(up.stdout ?? '')?.[1]?.replaceAll("'", '');
  const stop = (): void => void spawnSync(script('slurm-down'), ['--purge'], { env });
  return { conf: up.status === 0 ? conf : undefined, home, stderr: up.stderr, stop };
}
