"""Nucleation events, and when incubation ended."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Nucleus:
    """A nucleation event at a point of the interface; lengths in um, rate in 1/(m^2 s).

    `time` [s], `step` and `capacity` [mAh/cm^2] are those of the event, `key` is the number of its
    random draw. A resolved seed is far larger than a nucleus: it opens as soon as its surroundings
    can feed it, at the time `opened` [s]. Until then the event is waiting; where another void came
    first, it is absorbed.
    """

    id: int
    step: int
    time: float
    capacity: float
    point: tuple[float, ...]
    radius: float
    rate: float
    key: int
    status: Literal["waiting", "accepted", "absorbed"] = "waiting"
    opened: float | None = None


@dataclass(frozen=True)
class Incubation:
    """The end of incubation: step, time [s], areal capacity [mAh/cm^2] and what it was."""

    step: int
    time: float
    capacity: float
    words: str


class NucleationEvents:
    """What is known of nucleation: `nuclei` that opened or were absorbed, in that order, those that
    are `waiting` to open, how many were due but had `no_place` left by others of the same step, and
    when incubation ended."""

    def __init__(self) -> None:
        self.nuclei: list[Nucleus] = []
        self.waiting: list[Nucleus] = []
        self.no_place = 0

    @property
    def accepted(self) -> list[Nucleus]:
        """The events that became voids."""
        return [nucleus for nucleus in self.nuclei if nucleus.status == "accepted"]

    @property
    def due(self) -> list[Nucleus]:
        """All events so far that had a place, in the order in which they happened."""
        return sorted([*self.nuclei, *self.waiting], key=lambda nucleus: nucleus.id)

    @property
    def incubation(self) -> Incubation | None:
        """The first nucleus, whenever its seed opened; None as long as there is none."""
        for first in self.due[:1]:
            return Incubation(first.step, first.time, first.capacity, "first void nucleated")
        return None
