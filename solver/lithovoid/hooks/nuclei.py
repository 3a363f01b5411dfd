"""What all kinds of nucleation share: inserting a void, and remembering it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.hooks.base import Hook
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.voids.nuclei import NucleationEvents, Nucleus
from lithovoid.voids.seeding import Seeder

if TYPE_CHECKING:
    from lithovoid.hooks.base import Cell

log = logging.getLogger(__name__)


class Nucleation(NucleationEvents, Hook):
    """A hook that makes nucleation events, whatever their cause."""

    def __init__(self, interface: GlobalInterface) -> None:
        super().__init__()
        self._interface = interface


class VoidNucleation(Nucleation):
    """Inserts voids on the interface; what makes them appear is up to the derived classes."""

    def __init__(self, interface: GlobalInterface, seeder: Seeder) -> None:
        super().__init__(interface)
        self._seeder = seeder
        self._tree = cKDTree(interface.midpoints)

    def state_dict(self) -> dict[str, Any]:
        events = {"nuclei": list(self.nuclei), "waiting": list(self.waiting)}
        return {**events, "no_place": self.no_place}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.nuclei, self.waiting = (
            [Nucleus(**nucleus | {"point": tuple(nucleus["point"])}) for nucleus in state[name]]
            for name in ("nuclei", "waiting")
        )
        self.no_place = state.get("no_place", 0)

    def nucleate(self, cell: Cell, point: NDArray[np.float64], rate: float, key: int) -> None:
        """Remember an event at `point`; `open_waiting` makes a void of it."""
        self.waiting.append(
            Nucleus(
                id=len(self.nuclei) + len(self.waiting),
                step=cell.clock.step,
                time=cell.clock.time,
                areal_capacity=cell.clock.charge / MAH_PER_CM2,
                point=tuple(float(x) for x in point),
                radius=self._seeder.radius,
                rate=rate,
                key=key,
            )
        )

    def open_waiting(self, cell: Cell) -> bool:
        """Open the voids that the metal around them can feed now, the oldest first (collective).

        Return whether one opened.
        """
        opened, still = False, []
        phi = self._interface.sample().phi if self.waiting else np.empty(0)
        for nucleus in self.waiting:
            point = np.array(nucleus.point)
            _, facet = self._tree.query(point)
            if phi[facet] > 0.5:
                log.info("nucleus %d absorbed: a void has reached its place", nucleus.id)
                self.nuclei.append(replace(nucleus, status="absorbed"))
                continue
            centre = self._seeder.centre(point, self._interface.normals[facet])
            if self._seeder.insert(centre):
                opened, now = True, cell.clock.time
                self.nuclei.append(replace(nucleus, status="accepted", opened=now))
                phi = self._interface.sample().phi
            else:
                still.append(nucleus)
        self.waiting = still
        return opened
