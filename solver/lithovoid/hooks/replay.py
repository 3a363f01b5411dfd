"""Insert the voids of an earlier run again: for convergence studies in mesh, step or width."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.hooks.nuclei import VoidNucleation
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.csv_files import read_csv
from lithovoid.scenario.units import Unit
from lithovoid.voids.seeding import Seeder

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record


_TIME, _PLACE = Unit("s", "s"), Unit("um", "um")
_OPENED = "opened"
"""Column with the time at which a void opened, which may be later than its nucleation."""


@dataclass(frozen=True)
class PlannedNucleus:
    """A void to insert: time [s] at which it opened, and point on the interface [um]."""

    time: float
    point: NDArray[np.float64]


def read_plan(path: Path, dimension: int) -> list[PlannedNucleus]:
    """Read the accepted nuclei of a ``nuclei.csv``, in the order of time.

    Raises ConfigurationError where the file is unreadable or lacks a column.
    """
    axes = ("x", "y", "z") if dimension == 3 else ("x", "z")
    try:
        table = read_csv(path).select("status", "accepted")
        times = np.array(table.quantities("time", _TIME))
        if _OPENED in table.columns:
            opened = np.array(table.quantities(_OPENED, _TIME, blank=np.nan))
            times = np.where(np.isnan(opened), times, opened)
        points = np.transpose([table.quantities(axis, _PLACE) for axis in axes])
    except ConfigurationError as error:
        raise ConfigurationError(f"nucleation.replay_file: no nuclei.csv: {error}") from None
    plan = [PlannedNucleus(float(t), point) for t, point in zip(times, points, strict=True)]
    return sorted(plan, key=lambda nucleus: nucleus.time)


class ReplayNucleation(VoidNucleation):
    """Inserts planned voids at their times."""

    def __init__(
        self, interface: GlobalInterface, seeder: Seeder, plan: list[PlannedNucleus]
    ) -> None:
        super().__init__(interface, seeder)
        self._plan = plan

    def limit_dt(self, cell: Cell) -> float:
        """End a step at the next planned void."""
        done = len(self.due)
        return self._plan[done].time - cell.clock.time if done < len(self._plan) else float("inf")

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        """Insert the voids that are due."""
        due = cell.clock.time * (1 + 1e-12)
        for planned in self._plan[len(self.due) :]:
            if planned.time <= due:
                self.nucleate(cell, planned.point, rate=0.0, key=len(self.due))
        return self.open_waiting(cell)
