"""The lithium ledger: charge passed = lithium missing from voids + from the lattice.

    Q = Q_void + Q_lat,   Q_void = F c_L / A int h (v_void - v_0) dV,
                          Q_lat  = F c_L / A int (1 - h)(v - v_0) dV

The two are identities of the discrete balance, evaluated with the quadrature of the residual, so
what is left is the tolerance of the Newton solver and round-off.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lithovoid.advice import advised
from lithovoid.errors import NumericalError
from lithovoid.hooks.base import Hook
from lithovoid.record import MAH_PER_CM2

if TYPE_CHECKING:
    from lithovoid.record import Record
    from lithovoid.simulation import Simulation

log = logging.getLogger(__name__)

WARNING_LEVEL = 1e-8

LEAST_CHARGE = 1.0
"""Charge [C/m^2] against which a residual is measured at least: half a monolayer of lithium."""


class Ledger(Hook):
    """Books lithium after every step; warns above 1e-8, stops above `limit`.

    Residuals are relative to the charge passed, or to the lithium that the voids of the start lack
    where that is more: a cell at rest with a void passes no charge, but moves lithium.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._warned = False
        self._fresh: tuple[float, float] | None = None
        self.worst = 0.0

    def on_start(self, simulation: Simulation) -> None:
        if self._fresh is None:
            self._fresh = simulation.seen.void_charge, simulation.seen.lattice_charge
        self._void, self._lattice = self._fresh

    def state_dict(self) -> dict[str, Any]:
        return {"fresh": self._fresh, "worst": self.worst, "warned": self._warned}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        void, lattice = state["fresh"]
        self._fresh, self.worst, self._warned = (void, lattice), state["worst"], state["warned"]

    def on_step_accepted(self, simulation: Simulation, record: Record) -> bool:
        """Complete the record; raise NumericalError where lithium was lost or made."""
        surface = simulation.seen.void_charge - self._void
        bulk = simulation.seen.lattice_charge - self._lattice
        clock = simulation.clock
        scale = max(clock.throughput, self._void, LEAST_CHARGE)
        residual = abs(clock.charge - surface - bulk) / scale
        record.capacity_surface, record.capacity_bulk = surface / MAH_PER_CM2, bulk / MAH_PER_CM2
        record.ledger_residual = residual
        self.worst = max(self.worst, residual)
        if residual > self._limit:
            what = f"the lithium ledger is off by {residual:.2g} of the charge passed"
            limit = f"numerics.ledger_limit = {self._limit:g}"
            raise NumericalError(advised("ledger", f"{what} ({limit})"))
        if residual > WARNING_LEVEL and not self._warned:
            self._warned = True
            what = f"the lithium ledger is off by {residual:.2g} of the charge passed"
            log.warning("%s", advised("ledger", what))
        return False
