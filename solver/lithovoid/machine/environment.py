"""Checks of the machine at the start of a run: what would go wrong silently, or much later.

Each was met for real: runs started N times instead of on N processes, forms that cannot be
compiled, shared memory too small for MPI, more processes than processors.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lithovoid.machine.errors import ConfigurationError
from lithovoid.machine.form_compiler import cache_problem, form_cache

if TYPE_CHECKING:
    from mpi4py import MPI

log = logging.getLogger("lithovoid")

SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_PER_RANK = 2 * 2**20
"""Bytes of shared memory that MPICH takes per process, at least (1.5 MB were seen)."""

LAUNCHERS = {
    "SLURM_STEP_NUM_TASKS": "srun",
    "OMPI_COMM_WORLD_SIZE": "the mpirun of Open MPI",
    "PMI_SIZE": "the launcher",
}
"""Variables that hold the number of processes a launcher has started, and who sets them."""


def require_shared_memory(variables: Mapping[str, str] = os.environ) -> None:
    """Raise ConfigurationError where the processes on this host would die with a bus error.

    Before MPI starts: the number of processes is what Hydra says (`MPI_LOCALNRANKS`).
    """
    ranks = int(variables.get("MPI_LOCALNRANKS", "1"))
    if ranks == 1 or not SHARED_MEMORY.is_dir():
        return
    free, needed = shutil.disk_usage(SHARED_MEMORY).free, ranks * SHARED_MEMORY_PER_RANK
    if free < needed:
        raise ConfigurationError(
            f"{SHARED_MEMORY} has {free / 1e6:.1f} MB left, and MPI needs {needed / 1e6:.1f} MB "
            f"for {ranks} processes; in a container, give it more (--shm-size=1g), else remove "
            f"what crashed runs have left there ({SHARED_MEMORY}/mpich_shm_*)"
        )


def check_environment(comm: MPI.Comm) -> None:
    """Refuse what cannot work, and warn of what works badly; before anything is written.

    Collective. Raises ConfigurationError, on all ranks with the same message.
    """
    problem = separate_processes(comm.size, os.environ) or cache_problem(form_cache())
    problem = next(filter(None, comm.allgather(problem)), None)
    if problem is not None:
        raise ConfigurationError(problem)
    crowd = oversubscription(comm)
    if crowd is not None and comm.rank == 0:
        log.warning("%s", crowd)


def separate_processes(size: int, variables: Mapping[str, str]) -> str | None:
    """Say that a launcher started several processes, which MPI with `size` does not know."""
    if size > 1:
        return None
    for variable, launcher in LAUNCHERS.items():
        started = variables.get(variable, "")
        if started.isdigit() and int(started) > 1:
            mpirun = Path(sys.prefix) / "bin" / "mpirun"
            return (
                f"{launcher} started {started} processes ({variable}), but MPI does not connect "
                "them: each would do the whole run alone. Start with srun --mpi=pmi2, or with "
                f"{mpirun}"
            )
    return None


def oversubscription(comm: MPI.Comm) -> str | None:
    """Say where processes and threads of this host are more than its processors (collective)."""
    from mpi4py import MPI  # noqa: PLC0415 - bootstrap imports the libraries

    host = comm.Split_type(MPI.COMM_TYPE_SHARED)
    allowed = set().union(*host.allgather(os.sched_getaffinity(0)))
    ranks = host.size
    host.Free()
    threads = os.environ.get("OMP_NUM_THREADS", "1").partition(",")[0]
    busy = ranks * (int(threads) if threads.isdigit() else 1)
    if busy <= len(allowed):
        return None
    return (
        f"{ranks} processes with {threads} threads each share {len(allowed)} processors: this is "
        "slower than fewer processes"
    )
