"""What all kinds of nucleation share: inserting a void, and remembering it."""

from __future__ import annotations

import logging
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
        return {"nuclei": list(self.nuclei)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.nuclei = [
            Nucleus(**nucleus | {"point": tuple(nucleus["point"])}) for nucleus in state["nuclei"]
        ]

    def nucleate(self, cell: Cell, point: NDArray[np.float64], rate: float, key: int) -> bool:
        """Try to insert a void that meets the interface at `point`; remember the event."""
        _, facet = self._tree.query(point)
        centre = self._seeder.centre(point, self._interface.normals[facet])
        accepted = self._seeder.insert(centre)
        if not accepted:
            log.info("nucleus %d rejected: too few vacancies around it", len(self.nuclei))
        self.nuclei.append(
            Nucleus(
                id=len(self.nuclei),
                step=cell.clock.step,
                time=cell.clock.time,
                capacity=cell.clock.charge / MAH_PER_CM2,
                point=tuple(float(x) for x in point),
                radius=self._seeder.radius,
                rate=rate,
                key=key,
                accepted=accepted,
            )
        )
        return accepted
