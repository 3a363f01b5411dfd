"""The ledger: charge passed = lithium missing from voids + from the lattice + recession.

    Q = Q_void + Q_lat + Q_rec,   Q_void = F c_L / A int h (x_0 - v_0) dV,
                                  Q_lat  = F c_L / A int (1 - h)(x_0 - v_0 - x_Li) dV,
                                  Q_rec  = F c_L / A int int (lithium entering at the back) dA dt

with x_0 = 1 - x_mg the lithium per site of the start and x_Li = 1 - x_mg - v that of the metal now.
Magnesium has a ledger of its own: what there is = what was there + what entered. All are identities
of the discrete balances, evaluated with the quadrature of the residual and summed in time by the
scheme of the step, so what is left is the tolerance of the Newton solver and round-off.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lithovoid.hooks.base import Hook
from lithovoid.machine.errors import NumericalError
from lithovoid.machine.guard import Guard
from lithovoid.measure.record import MAH_PER_CM2

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell
    from lithovoid.measure.record import Record

log = logging.getLogger(__name__)

LEDGER = Guard("ledger", "numerics.newton_tolerance a tenth as large")

WARNING_LEVEL = 1e-8

LEAST_CHARGE = 1.0
"""Charge [C/m^2] against which a residual is measured at least: half a monolayer of lithium."""


class Ledger(Hook):
    """Books lithium and magnesium after every step; warns above 1e-8, stops above `limit`.

    Residuals of lithium are relative to the charge passed, or to the lithium that the voids of the
    start lack where that is more: a cell at rest with a void passes no charge, but moves lithium.
    The drift of magnesium is relative to all magnesium of the start; 0 where it does not move.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._warned = False
        self._fresh: tuple[float, float, float] | None = None
        self._entered = _Integral(), _Integral()
        self.worst = self.worst_magnesium = 0.0

    def on_start(self, cell: Cell) -> None:
        if self._fresh is None:
            observed = cell.observed
            self._fresh = observed.void_charge, observed.lattice_charge, observed.magnesium
        self._void, self._lattice, self._magnesium = self._fresh

    def state_dict(self) -> dict[str, Any]:
        return {
            "fresh": self._fresh,
            "worst": self.worst,
            "worst_magnesium": self.worst_magnesium,
            "warned": self._warned,
            "entered": [(integral.value, integral.step) for integral in self._entered],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        void, lattice, magnesium = state["fresh"]
        self._fresh = void, lattice, magnesium
        self.worst, self._warned = state["worst"], state["warned"]
        self.worst_magnesium = state["worst_magnesium"]
        for integral, (value, step) in zip(self._entered, state["entered"], strict=True):
            integral.value, integral.step = value, step

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        """Complete the record; raise NumericalError where lithium or magnesium was lost or made."""
        observed, clock = cell.observed, cell.clock
        lithium, magnesium = self._entered
        lithium.add(cell, observed.recession_current)
        magnesium.add(cell, observed.magnesium_entering)
        surface, bulk = observed.void_charge - self._void, observed.lattice_charge - self._lattice
        scale = max(clock.throughput, self._void, LEAST_CHARGE)
        residual = abs(clock.charge - surface - bulk - lithium.value) / scale
        drift = abs(observed.magnesium - self._magnesium - magnesium.value)
        drift /= self._magnesium or 1.0
        record.capacity_surface, record.capacity_bulk = surface / MAH_PER_CM2, bulk / MAH_PER_CM2
        record.capacity_recession = lithium.value / MAH_PER_CM2
        record.ledger_residual, record.magnesium_drift = residual, drift
        self.worst = max(self.worst, residual)
        self.worst_magnesium = max(self.worst_magnesium, drift)
        self._judge(residual, f"the lithium ledger is off by {residual:.2g} of the charge passed")
        self._judge(drift, f"the magnesium ledger is off by {drift:.2g} of all magnesium")
        return False

    def _judge(self, residual: float, what: str) -> None:
        if residual > self._limit:
            limit = f"numerics.ledger_limit = {self._limit:g}"
            raise NumericalError(LEDGER.says(f"{what} ({limit})"))
        if residual > WARNING_LEVEL and not self._warned:
            self._warned = True
            log.warning("%s", LEDGER.says(what))


class _Integral:
    """Integral of a rate over time, by the quadrature that the time scheme implies."""

    def __init__(self) -> None:
        self.value = 0.0
        self.step = 0.0  # share of the last step

    def add(self, cell: Cell, rate: float) -> None:
        """Add the step that ended with `rate`."""
        self.step = cell.model.derivative.charge_step(rate, self.step)
        self.value += self.step
