import os
from contextlib import contextmanager
from pathlib import Path
from subprocess import TimeoutExpired, run
from tempfile import TemporaryDirectory, gettempdir


def has_slurm():
    wanted = os.environ.get("PRAC_SLURM")
    is_there = wanted == "required" or (wanted != "none" and (bool(os.environ.get("SLURM_CONF")) or answers()))
    print(
        "Slurm is here: its nodes do the work"
        if is_there
        else "no Slurm here: processes of this machine stand in for the cluster"
    )
    return is_there


def answers():
    try:
        return run(["sinfo", "-h"], capture_output=True, timeout=10).stdout != b""
    except (FileNotFoundError, TimeoutExpired):
        return False  # it is not here, or nobody answers it


@contextmanager
def scratch_folder(is_shared):
    before = os.getcwd()
    with TemporaryDirectory(prefix="prac-cluster-", dir=Path.home() if is_shared else gettempdir()) as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
