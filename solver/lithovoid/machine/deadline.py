"""Stop in time: before the wall-time limit of the scenario or of the Slurm job.

The wall clock is read once, at the beginning; from then on a monotonic clock counts, which no
adjustment of the system's time can move.
"""

import os
import time

from mpi4py import MPI

MARGIN_S = 30.0
"""Time kept for the checkpoint and the last files, but not more than a twentieth of the limit."""


class Deadline:
    """When a run must stop by itself; rank 0 watches the time."""

    def __init__(self, comm: MPI.Comm, limit: float | None) -> None:
        """`limit` [s] from now; None takes the end of the Slurm job, or no limit without one."""
        self._comm = comm
        left = limit if limit is not None else _slurm_seconds()
        self._end = float("inf")
        if left is not None:
            self._end = time.monotonic() + left - min(MARGIN_S, left / 20)
        self._last: float | None = None
        self._longest = 0.0

    def reached(self) -> bool:
        """Whether the next step could end too late; called once per step (collective)."""
        now = time.monotonic()
        if self._last is not None:
            self._longest = max(self._longest, now - self._last)
        self._last = now
        return bool(self._comm.bcast(now + 2 * self._longest > self._end, root=0))


def _slurm_seconds() -> float | None:
    """Seconds to the end of the Slurm job; None outside of Slurm."""
    try:
        return float(os.environ["SLURM_JOB_END_TIME"]) - time.time()
    except (KeyError, ValueError):
        return None
