"""Guards: what a run watches about itself, with names and with advice.

Guards that stop a run raise NumericalError (ledger, rate law, step collapse); those here warn, once
each, while there is still time to do something. Messages read ``what (guard 'name'). Try advice``.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from lithovoid.case.coefficients import Wall
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.hooks.base import Hook
from lithovoid.machine.guard import Guard

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record

log = logging.getLogger(__name__)

WINDOW = 20
"""Steps over which the health of the solver is judged."""
TIRED = 0.7
"""Share of the allowed Newton iterations per step, in the mean over a window, that is too much."""
REJECTED = 1.0
"""Rejected steps per accepted step, in the mean over a window, that are too many."""
COLLAPSED = 10.0
"""Steps shorter than this multiple of the smallest, for a window, are a collapse."""
RISE = 1e-6
"""Share of the free energy by which it may rise in a step at rest: truncation in time."""
INNER_WALL = 0.4
"""phi differs from 1/2 by less than this in the inner part of a void's wall, some 2 l wide."""
COARSE = 2.0
"""Edges in a wall longer than this multiple of l; the wall is some 2 l wide."""


class _Warning(Hook):
    """A guard that speaks once per run."""

    guard: Guard

    def __init__(self) -> None:
        self._said = False

    def warn(self, what: str) -> None:
        """Log `what` with advice, the first time."""
        if not self._said:
            self._said = True
            log.warning("%s", self.guard.says(what))


class NewtonHealth(_Warning):
    """Watches iterations and rejections of the Newton solver."""

    guard = Guard(
        "Newton health",
        "numerics.max_change_phi and max_change_v half as large, or -- -snes_lag_jacobian 1",
    )

    def __init__(self) -> None:
        super().__init__()
        self._recent: deque[tuple[int, int]] = deque(maxlen=WINDOW)

    def on_step_end(self, cell: Cell, record: Record) -> None:
        solves = 1 + record.rejected_steps
        self._recent.append((record.newton_iterations // solves, record.rejected_steps))
        if len(self._recent) < WINDOW:
            return
        iterations, rejected = (sum(column) / WINDOW for column in zip(*self._recent, strict=True))
        allowed = cell.scenario.numerics.newton_iterations
        if iterations > TIRED * allowed:
            self.warn(f"{iterations:.1f} of {allowed} iterations per solve since {WINDOW} steps")
        if rejected > REJECTED:
            self.warn(f"{rejected:.1f} rejected steps per accepted one since {WINDOW} steps")


class StepCollapse(_Warning):
    """Watches for steps that stay near the smallest."""

    guard = Guard(
        "step collapse",
        "the warnings of lithovoid check CASE, a finer geometry.interface_size, or terminations "
        "(until, failure) that end the step before",
    )

    def __init__(self) -> None:
        super().__init__()
        self._short = 0

    def on_step_end(self, cell: Cell, record: Record) -> None:
        limit = COLLAPSED * cell.scenario.numerics.dt_min
        self._short = self._short + 1 if record.dt < limit else 0
        if self._short == WINDOW:
            self.warn(f"{WINDOW} steps in a row shorter than {limit:g} s")


class EnergyAtRest(_Warning):
    """At rest, nothing drives the anode but its free energy, which must fall."""

    guard = Guard(
        "energy at rest",
        "numerics.newton_tolerance a tenth as large, or numerics.max_change_phi half as large",
    )

    def on_start(self, cell: Cell) -> None:
        self._energy = Integral(cell.domain, cell.model.part(Void).free_energy())
        self._before: float | None = None
        self._nuclei = 0

    def on_step_end(self, cell: Cell, record: Record) -> None:
        known = all(part.in_free_energy for part in cell.model.physics)
        if record.step_kind != "rest" or not known:
            self._before = None
            return
        energy, before = self._energy(), self._before
        inserted = record.nuclei > self._nuclei
        self._before, self._nuclei = energy, record.nuclei
        if before is not None and not inserted and energy - before > RISE * abs(before):
            self.warn(f"the free energy rose by {(energy - before) / abs(before):.2g} of itself")


class WallResolution(_Warning):
    """Watches for walls that outgrow the finely meshed part: mesh sizes there well beyond l."""

    guard = Guard(
        "wall resolution",
        "geometry.fine_depth as large as voids may become deep; what follows is less exact",
    )

    def on_start(self, cell: Cell) -> None:
        self._sizes = _sizes_at_nodes(cell)
        self._l = cell.model.numbers(Wall).half_width

    def on_step_end(self, cell: Cell, record: Record) -> None:
        if self._said:
            return
        inner = np.abs(cell.state.phi.x.array - 0.5) < INNER_WALL
        here = float(self._sizes[inner].max(initial=0.0))
        size = cell.domain.comm.allreduce(here, op=MPI.MAX)
        if size > COARSE * self._l:
            self.warn(
                f"t = {record.time:.4g} s: the wall of a void has reached mesh sizes of "
                f"{size:.2g} um, and is 2 x {self._l:.2g} um wide"
            )


def _sizes_at_nodes(cell: Cell) -> NDArray[np.float64]:
    """Return the longest edge of the cells around each node of the anode [um]."""
    mesh, cells = cell.domain.anode.mesh, cell.state.anode.dofmap.list
    tdim = mesh.topology.dim
    longest = mesh.h(tdim, np.arange(len(cells), dtype=np.int32))
    sizes = np.zeros(len(cell.state.phi.x.array))
    np.maximum.at(sizes, cells, longest[:, None])
    return sizes


def guards() -> list[Hook]:
    """Return one of each."""
    return [NewtonHealth(), StepCollapse(), EnergyAtRest(), WallResolution()]
