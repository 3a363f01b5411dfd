"""Insert the voids of an earlier run again: for convergence studies in mesh, step or width."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.hooks.nuclei import VoidNucleation
from lithovoid.machine.errors import ConfigurationError
from lithovoid.voids.seeding import Seeder

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record


OPENED = "opened [s]"
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
    axes = ["x [um]", "y [um]", "z [um]"] if dimension == 3 else ["x [um]", "z [um]"]
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if any(None in row.values() for row in rows):
            raise ValueError("a row is incomplete")
        plan = [
            PlannedNucleus(
                float(row.get(OPENED) or row["time [s]"]), np.array([float(row[a]) for a in axes])
            )
            for row in rows
            if row["status"] == "accepted"
        ]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"nucleation.replay_file: cannot read {path} ({error})") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"nucleation.replay_file: {path} is not a nuclei.csv of this program ({error})"
        ) from None
    if not all(np.isfinite([nucleus.time, *nucleus.point]).all() for nucleus in plan):
        raise ConfigurationError(f"nucleation.replay_file: {path} holds values that are not finite")
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
