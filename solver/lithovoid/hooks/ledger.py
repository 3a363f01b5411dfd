"""The ledger: charge passed = lithium missing from voids + from the lattice + recession.

    Q = Q_void + Q_lat + Q_rec,   Q_void = F c_L / A int h (x_0 - v_0) dV,
                                  Q_lat  = F c_L / A int (1 - h)(x_0 - v_0 - x_Li) dV,
                                  Q_rec  = F c_L / A int int (lithium entering at the back) dA dt

with x_0 = 1 - x_mg the lithium per site of the start and x_Li = 1 - x_mg - v that of the metal now.
Each other species that a physics conserves has a ledger of its own: what there is = what was there
+ what entered. All are identities of the discrete balances, evaluated with the quadrature of the
residual and summed in time by the scheme of the step, so what is left is the tolerance of the
Newton solver and round-off.
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

LITHIUM = "lithium"

WARNING_LEVEL = 1e-8

LEAST_CHARGE = 1.0
"""Charge [C/m^2] against which a residual is measured at least: half a monolayer of lithium."""


class Ledger(Hook):
    """Books lithium and all other species after every step; warns above 1e-8, stops above `limit`.

    Residuals of lithium are relative to the charge passed, or to the lithium that the voids of the
    start lack where that is more: a cell at rest with a void passes no charge, but moves lithium.
    The drift of another species is relative to all of it at the start.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._warned = False
        self._fresh: dict[str, float] = {}
        self._entered: dict[str, _Integral] = {}
        self.worst = 0.0

    def on_start(self, cell: Cell) -> None:
        self._species = [book.name for book in cell.model.books if book.counted]
        for name in (LITHIUM, *self._species):
            self._entered.setdefault(name, _Integral())
        if not self._fresh:
            observed = cell.observed
            self._fresh = {"voids": observed.void_charge, "lattice": observed.lattice_charge}
            self._fresh |= {name: observed.of_physics[name] for name in self._species}

    def state_dict(self) -> dict[str, Any]:
        return {
            "fresh": self._fresh,
            "worst": self.worst,
            "warned": self._warned,
            "entered": {name: (sum_.value, sum_.step) for name, sum_ in self._entered.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._fresh = dict(state["fresh"])
        self.worst, self._warned = state["worst"], state["warned"]
        self._entered = {name: _Integral(*sums) for name, sums in state["entered"].items()}

    def on_step_accepted(self, cell: Cell, record: Record) -> bool:
        """Complete the record; raise NumericalError where a species was lost or made."""
        observed, clock, fresh = cell.observed, cell.clock, self._fresh
        for name, entered in self._entered.items():
            entered.add(cell, observed.of_physics.get(f"{name}_entering", 0.0))
        surface = observed.void_charge - fresh["voids"]
        bulk = observed.lattice_charge - fresh["lattice"]
        recession = self._entered[LITHIUM].value
        scale = max(clock.throughput, fresh["voids"], LEAST_CHARGE)
        residual = abs(clock.charge - surface - bulk - recession) / scale
        record.capacity_surface, record.capacity_bulk = surface / MAH_PER_CM2, bulk / MAH_PER_CM2
        record.capacity_recession = recession / MAH_PER_CM2
        record.ledger_residual = residual
        self.worst = max(self.worst, residual)
        self._judge(residual, f"the lithium ledger is off by {residual:.2g} of the charge passed")
        for name in self._species:
            drift = abs(observed.of_physics[name] - fresh[name] - self._entered[name].value)
            drift /= fresh[name] or 1.0
            record.of_physics[f"{name}_drift"] = drift
            self._judge(drift, f"the {name} ledger is off by {drift:.2g} of all {name}")
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

    def __init__(self, value: float = 0.0, step: float = 0.0) -> None:
        self.value, self.step = value, step  # in all, and in the last step

    def add(self, cell: Cell, rate: float) -> None:
        """Add the step that ended with `rate`."""
        self.step = cell.model.derivative.charge_step(rate, self.step)
        self.value += self.step
