"""The lithium ledger: charge passed = lithium missing from voids + from the lattice.

    Q = Q_void + Q_lat,   Q_void = F c_L / A int h (v_void - v_0) dV,
                          Q_lat  = F c_L / A int (1 - h)(v - v_0) dV

The two are identities of the discrete balance, evaluated with the quadrature of the residual, so
what is left is the tolerance of the Newton solver and round-off.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lithovoid.errors import NumericalError
from lithovoid.hooks.base import Hook
from lithovoid.record import MAH_PER_CM2

if TYPE_CHECKING:
    from lithovoid.record import Record
    from lithovoid.simulation import Simulation

log = logging.getLogger(__name__)

WARNING_LEVEL = 1e-8


class Ledger(Hook):
    """Books lithium after every step; warns above 1e-8, stops above `limit`."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._warned = False
        self.worst = 0.0

    def on_start(self, simulation: Simulation) -> None:
        seen = simulation.seen
        self._void, self._lattice = seen.void_charge, seen.lattice_charge

    def on_step_accepted(self, simulation: Simulation, record: Record) -> bool:
        """Complete the record; raise NumericalError where lithium was lost or made."""
        surface = simulation.seen.void_charge - self._void
        bulk = simulation.seen.lattice_charge - self._lattice
        clock = simulation.clock
        residual = abs(clock.charge - surface - bulk) / max(clock.throughput, 1e-12)
        record.capacity_surface, record.capacity_bulk = surface / MAH_PER_CM2, bulk / MAH_PER_CM2
        record.ledger_residual = residual
        self.worst = max(self.worst, residual)
        if residual > self._limit:
            raise NumericalError(
                f"the lithium ledger is off by {residual:.2g} of the charge passed "
                f"(numerics.ledger_limit = {self._limit:g}); tighten numerics.newton_tolerance"
            )
        if residual > WARNING_LEVEL and not self._warned:
            self._warned = True
            log.warning("lithium ledger off by %.2g of the charge passed", residual)
        return False
