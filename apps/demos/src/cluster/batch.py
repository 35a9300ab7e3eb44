import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, run
from time import monotonic, sleep

from slurm import has_slurm, scratch_folder

TWO = 2


def sbatch(script):
    job = run(["sbatch", "--parsable"], input=script, stdout=PIPE, text=True, check=True)
    return job.stdout.strip().split(";")[0]


def lines_of(job):
    try:
        deadline = monotonic() + 60
        while run(["squeue", "-h", "-j", job], stdout=PIPE, stderr=DEVNULL).stdout:
            if monotonic() > deadline:
                raise TimeoutError(f"job {job} has not ended in time")
            sleep(0.5)
        return Path(f"slurm-{job}.out").read_text().splitlines()
    finally:
        run(["scancel", job], stderr=DEVNULL)  # nothing is left in the queue, whatever happens


def script_of(command, **options):
    lines = [f"#SBATCH --{name.replace('_', '-')}={value}" for name, value in options.items()]
    return "\n".join(["#!/bin/sh", *lines, f"exec {command}", ""])


def on_nodes():
    script = Path(__file__).with_name("batch.sh").read_text()
    job = sbatch(script)
    print(script)
    print("batch.sh: on", *lines_of(job))

    same = script_of("srun hostname", job_name="srun", nodes=1, partition="broadwell", time="1:00:00")
    job = sbatch(same)
    print(same)
    print("the options: on", *lines_of(job))

    for command in ("hostname", "srun hostname"):
        lines = lines_of(sbatch(script_of(command, nodes=TWO, partition="broadwell")))
        print(f"lines of {command} on two nodes: {len(lines)}")


def on_this_machine():
    where = [sys.executable, "-c", "import socket; print(socket.gethostname())"]
    print("a job: on", run(where, stdout=PIPE, text=True).stdout.strip())
    jobs = [Popen(where, stdout=PIPE, text=True) for _ in range(TWO)]
    print("jobs:", len([job.communicate()[0] for job in jobs]))


is_slurm = has_slurm()
with scratch_folder(is_slurm):
    if is_slurm:
        on_nodes()
    else:
        on_this_machine()
