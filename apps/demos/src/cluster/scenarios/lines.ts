import { type Fact, fact } from '../../framework/expectation.ts';

/** What the first line says of where the work is done. */
export const SLURM = 'Slurm is here: its nodes do the work';
export const NO_SLURM = 'no Slurm here: processes of this machine stand in for the cluster';

export const SLURM_IF_REQUIRED: Fact = fact('it was Slurm, if PRAC_SLURM=required says so', ({ stdout }) => {
  return process.env.PRAC_SLURM !== 'required' || stdout.startsWith(`${SLURM}\n`);
});
