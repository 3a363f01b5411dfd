"""``timing.csv``: wall time at the end of each step, and where it was spent.

It is apart from ``series.csv``: all that is there is the same in every run of a scenario on as many
ranks.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpi4py import MPI

import numpy as np

from lithovoid.hooks.series import TableFile
from lithovoid.machine import profiling
from lithovoid.theory.result import Result, named

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record

PARTS = (*profiling.EVENTS, profiling.SOLVE, profiling.HOOKS, profiling.OUTPUT)
ASSEMBLY = ("residual", "jacobian")
"""What each rank does for itself, without waiting for others."""

_WALL = "since the start, without what passed before a restart"
_SLOWEST = "wall time since the row before, of the slowest rank"

TIMING = named(
    {
        "step": Result("step", "number of the time step"),
        "wall_time": Result("wall time", _WALL, "s"),
        **{part: Result(part.replace("_", " "), _SLOWEST, "s") for part in PARTS},
        "assembly_imbalance": Result(
            "imbalance of assembly", "assembly time of the slowest rank over the mean of all"
        ),
    }
)
"""The results of ``timing.csv`` by name, in its order."""


class Timing(TableFile):
    """Writes the wall time at the end of each step, and the seconds since the row before.

    The parts are those of the slowest rank; `output` is that of the step before. `solve` holds the
    four parts before it and all else between them. `assembly_imbalance` is the assembly time of
    the slowest rank over the mean.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / "timing.csv", TIMING)
        self._before = 0.0  # wall time of the parts before a restart

    @property
    def wall_time(self) -> float:
        """Seconds since the start, without the time between an end and a restart."""
        return self._before + time.perf_counter() - self._started

    def on_start(self, cell: Cell) -> None:
        super().on_start(cell)
        profiling.start()
        self._started = time.perf_counter()
        self._seen = profiling.seconds()

    def on_step_end(self, cell: Cell, record: Record) -> None:
        now = profiling.seconds()
        spent = {part: now[part] - self._seen[part] for part in PARTS}
        self._seen = now
        local = np.array([*spent.values(), sum(spent[part] for part in ASSEMBLY)])
        slowest, total = np.empty_like(local), np.empty_like(local)
        self._comm.Allreduce(local, slowest, op=MPI.MAX)
        self._comm.Allreduce(local, total, op=MPI.SUM)
        imbalance = slowest[-1] * self._comm.size / max(total[-1], 1e-12)
        parts = [f"{seconds:.6f}" for seconds in slowest[:-1]]
        self.write([(record.step, f"{self.wall_time:.3f}", *parts, f"{imbalance:.3f}")])

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "wall_time": self.wall_time}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self._before = state["wall_time"]
