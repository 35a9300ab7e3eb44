/** What these variables say would change what a command does, or what it writes; a job of ours would inherit its parent's numbers. */
const FOREIGN = /^(PRAC_LAUNCH$|SLURM_(?!CONF$)|SBATCH_|SRUN_|SALLOC_|SQUEUE_|SCANCEL_|SCONTROL_|SINFO_|SACCT_|PMI)/;

/** That of a command which a job inherits: without what others have set for it. */
export function environment(
  more: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

/** That of a command whose answer is read: with times as numbers. */
export function readableEnvironment(): Record<string, string | undefined> {
  return environment({ LC_ALL: 'C.UTF-8', SLURM_TIME_FORMAT: '%s' });
}
