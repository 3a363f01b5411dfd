"""What all kinds of nucleation share: inserting a void, and remembering it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lithovoid.hooks.base import Hook
from lithovoid.interface import GlobalInterface
from lithovoid.record import MAH_PER_CM2
from lithovoid.seeding import Seeder

if TYPE_CHECKING:
    from lithovoid.simulation import Simulation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Nucleus:
    """A nucleation event at a point of the interface; lengths in um, rate in 1/(m^2 s).

    `capacity` is the areal capacity [mAh/cm^2] at the event, `key` the number of its random draw.
    """

    id: int
    step: int
    time: float
    capacity: float
    point: tuple[float, ...]
    radius: float
    rate: float
    key: int
    accepted: bool


@dataclass(frozen=True)
class Incubation:
    """The end of incubation: step, time [s], areal capacity [mAh/cm^2] and what it was."""

    step: int
    time: float
    capacity: float
    words: str


class Nucleation(Hook):
    """What is known of nucleation: the events so far, and when incubation ended."""

    def __init__(self, interface: GlobalInterface) -> None:
        self._interface = interface
        self.nuclei: list[Nucleus] = []

    @property
    def accepted(self) -> list[Nucleus]:
        """The events that became voids."""
        return [nucleus for nucleus in self.nuclei if nucleus.accepted]

    @property
    def incubation(self) -> Incubation | None:
        """The first void; None as long as there is none."""
        for first in self.accepted[:1]:
            return Incubation(first.step, first.time, first.capacity, "first void nucleated")
        return None


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

    def nucleate(
        self, simulation: Simulation, point: NDArray[np.float64], rate: float, key: int
    ) -> bool:
        """Try to insert a void that meets the interface at `point`; remember the event."""
        _, facet = self._tree.query(point)
        centre = self._seeder.centre(point, self._interface.normals[facet])
        accepted = self._seeder.insert(centre)
        if not accepted:
            log.info("nucleus %d rejected: too few vacancies around it", len(self.nuclei))
        self.nuclei.append(
            Nucleus(
                id=len(self.nuclei),
                step=simulation.clock.step,
                time=simulation.clock.time,
                capacity=simulation.clock.charge / MAH_PER_CM2,
                point=tuple(float(x) for x in point),
                radius=self._seeder.radius,
                rate=rate,
                key=key,
                accepted=accepted,
            )
        )
        return accepted
