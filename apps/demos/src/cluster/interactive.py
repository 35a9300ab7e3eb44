import getpass
import sys
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE, Popen, run

from slurm import has_slurm, scratch_folder

NODE = ["--nodes=1", "--partition=normal", "--time=2:00:00"]


def running():
    asked = ["squeue", "-h", "-u", getpass.getuser(), "-t", "RUNNING", "-o", "%A|%T, %D node: %N"]
    lines = run(asked, stdout=PIPE, text=True, check=True).stdout.splitlines()
    return dict(line.split("|") for line in lines)


def on_a_node():
    # What salloc runs keeps the node: it tells the job's number, and ends when its input does.
    keep = ["sh", "-c", 'echo "$SLURM_JOB_ID"; exec cat']
    with Popen(["salloc", "--quiet", *NODE, *keep], stdin=PIPE, stdout=PIPE, text=True) as salloc:
        job = salloc.stdout.readline().strip()
        print(running()[job])

        # As one would type it there, after ssh.
        command = ["srun", f"--jobid={job}", "printenv", "SLURMD_NODENAME"]
        print("srun, on node:", run(command, stdout=PIPE, text=True, check=True).stdout.strip())
    print("released:", "false" if job in running() else "true")


def square(n):
    # A job for each: nothing here keeps workers on nodes.
    command = [*srun, sys.executable, "-c", f"print({n} ** 2)"]
    return int(run(command, stdout=PIPE, text=True, check=True).stdout)


is_slurm = has_slurm()
srun = ["srun", "--quiet", *NODE] if is_slurm else []
with scratch_folder(is_slurm):
    if is_slurm:
        on_a_node()
    with ThreadPoolExecutor(max_workers=2) as executor:
        print("submit:", executor.submit(square, 7).result())
        for it in executor.map(square, [1, 2, 3]):
            print("map:", it)
