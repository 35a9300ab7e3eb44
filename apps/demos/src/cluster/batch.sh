#!/bin/sh
#SBATCH --nodes=1              # one machine will do
#SBATCH --partition=broadwell  # of those with such processors
#SBATCH --time=1:00:00         # for an hour, or less

srun hostname
